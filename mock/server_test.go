package mock_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/mock"
	ec2mock "github.com/musterhq/muster/mock/ec2"
	"github.com/musterhq/muster/mock/mocktest"
	ssmmock "github.com/musterhq/muster/mock/ssm"
	stsmock "github.com/musterhq/muster/mock/sts"
	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

func TestAccountIsTheKeyWhereItIsOne(t *testing.T) {
	s := mocktest.New(t)
	for key, want := range map[string]string{"AKIDEXAMPLE": "123456789012", "210987654321": "210987654321", "21098765432": "123456789012"} {
		cfg := s.Config()
		cfg.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: key, SecretAccessKey: "x"}, nil
		})
		out, err := sts.NewFromConfig(cfg).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
		if err != nil || *out.Account != want {
			t.Errorf("key %s: %v, %v; want %s", key, out, err, want)
		}
	}
}

func TestRegionsAndAccountsAreApart(t *testing.T) {
	s := mocktest.New(t)
	if _, err := s.Seed(mock.Here, mock.Fleet{Groups: []mock.Group{{Count: 3}}}); err != nil {
		t.Fatal(err)
	}
	for region, want := range map[string]int{"us-east-1": 1, "eu-west-1": 0} {
		cfg := s.Config()
		cfg.Region = region
		out, err := ec2.NewFromConfig(cfg).DescribeAvailabilityZones(t.Context(), &ec2.DescribeAvailabilityZonesInput{})
		if err != nil || *out.AvailabilityZones[0].ZoneName != region+"a" {
			t.Errorf("zones of %s: %v, %v", region, out, err)
		}
		list, err := ec2.NewFromConfig(cfg).DescribeInstanceStatus(t.Context(), &ec2.DescribeInstanceStatusInput{})
		if err != nil || min(len(list.InstanceStatuses), 1) != want {
			t.Errorf("%s: %d instances, %v", region, len(list.InstanceStatuses), err)
		}
	}
}

func TestFaultsReachTheClient(t *testing.T) {
	s := mocktest.New(t)
	cfg := s.Config()
	cfg.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	describe := func() error {
		_, err := ec2.NewFromConfig(cfg).DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{})
		return err
	}
	list := func() error {
		_, err := ssm.NewFromConfig(cfg).ListCommands(t.Context(), &ssm.ListCommandsInput{})
		return err
	}
	for _, tt := range []struct {
		name          string
		fault         world.Fault
		call          func() error
		code, message string
	}{
		{"an error", world.Fault{Action: "DescribeInstances", Code: "UnauthorizedOperation", Message: "You are not authorized to perform this operation.", Status: 403}, describe, "UnauthorizedOperation", "You are not authorized to perform this operation."},
		{"an error without a message", world.Fault{Action: "ListCommands", Code: "InvalidCommandId"}, list, "InvalidCommandId", ""},
		{"EC2's throttle", world.Fault{Service: "ec2", Throttle: true}, describe, "RequestLimitExceeded", "Request limit exceeded."},
		{"SSM's throttle", world.Fault{Service: "ssm", Throttle: true}, list, "ThrottlingException", "Rate exceeded"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s.ClearFaults()
			if err := s.Fault(tt.fault); err != nil {
				t.Fatal(err)
			}
			api, ok := errors.AsType[smithy.APIError](tt.call())
			if !ok || api.ErrorCode() != tt.code || api.ErrorMessage() != tt.message {
				t.Errorf("got %v", api)
			}
		})
	}
}

func TestThrottledCallSucceedsOnTheSDKsRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := mocktest.New(t)
		if err := s.Fault(world.Fault{Action: "DescribeInstances", Throttle: true, Times: 2}); err != nil {
			t.Fatal(err)
		}
		cfg := s.Config()
		cfg.Retryer = func() aws.Retryer { return retry.NewStandard() }
		if _, err := ec2.NewFromConfig(cfg).DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{}); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(map[string]int{"ec2:DescribeInstances": 3}, s.CallSummary()); diff != "" {
			t.Errorf("calls:\n%s", diff)
		}
	})
}

func TestClientThatGivesUpIsNotWaitedFor(t *testing.T) {
	s := mocktest.New(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := sts.NewFromConfig(s.Config()).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v", err)
	}
}

// control makes one call of the controls and returns the status and the answer.
func control(t *testing.T, s *mock.Server, method, path, body string) (int, string) {
	t.Helper()
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), method, "/_muster/"+path, strings.NewReader(body)))
	return rec.Code, strings.TrimSpace(rec.Body.String())
}

func TestControls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := mocktest.New(t)
		for _, tt := range []struct {
			method, path, body string
			status             int
			want               string // a part of the answer
		}{
			{"GET", "health", "", 200, `"status":"ok"`},
			{"GET", "clock", "", 200, `"now":"2000-01-01T00:00:00Z"`},
			{"POST", "clock", `{"advance":"90m"}`, 200, `"now":"2000-01-01T01:30:00Z"`},
			{"POST", "clock", `{"rate":2,"freeze":true}`, 200, `"rate":2,"frozen":true`},
			{"POST", "clock", `{"advance":"-1s"}`, 400, "does not go back"},
			{"POST", "clock", `{"rate":0}`, 400, "above 0"},
			{"POST", "clock", `{"speed":2}`, 400, "unknown field"},
			{"POST", "clock", `{} x`, 400, "more after the JSON value"},
			{"POST", "seed", `{"groups":[{"count":2,"name":"web-#"}]}`, 200, `"instanceIds":["i-`},
			{"POST", "seed", `{"groups":[{"count":0}]}`, 400, "group 1: count is 0"},
			{"POST", "seed", `{"groups":[{"count":1,"type":"z9"}]}`, 400, "Invalid value 'z9'"},
			{"POST", "seed", `{"groups":[{"count":20000},{"count":20000}]}`, 400, "no more addresses"},
			{"POST", "seed", `{"groups":[{"count":4092,"zone":"us-east-1a"}]}`, 400, "us-east-1a has no more addresses"},
			{"POST", "seed", `{"account":"12345","groups":[{"count":1}]}`, 400, `account \"12345\": an account id has twelve digits, like 123456789012`},
			{"POST", "seed", `{"region":"Frankfurt","groups":[{"count":1}]}`, 400, "named like us-east-1"},
			{"POST", "seed", `{"groups":[{"count":1,"tags":{"":"x"}}]}`, 400, "a tag has an empty key"},
			{"POST", "seed", `{"groups":[{"count":1,"tags":{"AWS:x":"x"}}]}`, 400, "reserved for internal use"},
			{"POST", "seed", `{"groups":[{"count":1,"name":"a","tags":{"Name":"b"}}]}`, 400, "one of them is enough"},
			{"POST", "seed", `{"templates":[{"name":"ok1"},{"name":"web","tags":{"aws:x":""}}]}`, 400, "template 2: tag"},
			{"POST", "seed", `{"templates":[{"name":"we b"}]}`, 400, "3 to 128"},
			{"POST", "seed", `{"groups":[{"count":1,"files":{"etc/motd":"x"}}]}`, 400, "write /etc/motd"},
			{"POST", "seed", `{"groups":[{"count":1,"files":{"/a/../etc/motd":"x"}}]}`, 400, "write /etc/motd"},
			{"POST", "seed", `{"groups":[{"count":1,"files":{"/etc/":"x"}}]}`, 400, "write /etc"},
			{"POST", "seed", `{"groups":[{"count":1,"files":{"/":"x"}}]}`, 400, "not the path of a file"},
			{"POST", "seed", `{"groups":[{"count":1,"files":{"/a":"x","/a/b":"x"}}]}`, 400, "/a is a file, too"},
			{"POST", "faults", `{"action":"RunInstances","code":"X","nth":2}`, 200, `"nth":2`},
			{"POST", "faults", `{"action":"RunInstances"}`, 400, "needs one of"},
			{"POST", "faults", `{"action":"RunInstance","throttle":true}`, 400, `action \"RunInstance\": the mock's AWS has RunInstances`},
			{"POST", "faults", `{"service":"ec2","action":"SendCommand","throttle":true}`, 400, "the mock's ec2 has "},
			{"POST", "faults", `{"service":"s3","throttle":true}`, 400, "the mock has ec2"},
			{"POST", "faults", `{"latency":"soon"}`, 400, "invalid duration"},
			{"GET", "faults", "", 200, `"action":"RunInstances"`},
			{"DELETE", "faults", "", 200, `[]`},
			{"GET", "calls", "", 200, `[]`},
			{"GET", "calls?summary=1", "", 200, `{}`},
			{"POST", "reset", `{"seed":7,"lag":"1s"}`, 200, `"seed":7`},
			{"POST", "reset", `{"lag":"-1s"}`, 400, "negative"},
			{"PUT", "health", "", 405, ""},
			{"GET", "nothing", "", 404, ""},
		} {
			status, answer := control(t, s, tt.method, tt.path, tt.body)
			if status != tt.status || !strings.Contains(answer, tt.want) {
				t.Errorf("%s %s %s: %d %s; want %d with %s", tt.method, tt.path, tt.body, status, answer, tt.status, tt.want)
			}
		}
	})
}

func TestControlsRefuseAForeignPage(t *testing.T) {
	s := mocktest.New(t)
	req := httptest.NewRequestWithContext(t.Context(), "POST", "/_muster/reset", nil)
	req.Header.Set("Origin", "https://example.com")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, req)
	if rec.Code != http.StatusForbidden {
		t.Errorf("status %d, want 403", rec.Code)
	}
}

func TestCallsAreRecordedWithoutTheirParameters(t *testing.T) {
	s := mocktest.New(t)
	_, err := ssm.NewFromConfig(s.Config()).SendCommand(t.Context(), &ssm.SendCommandInput{DocumentName: new("AWS-RunShellScript"),
		InstanceIds: []string{"i-0123456789abcdef0"}, Parameters: map[string][]string{"commands": {"echo canary"}}})
	if err == nil {
		t.Fatal("the node does not exist")
	}
	_, answer := control(t, s, "GET", "calls", "")
	var calls []world.Call
	if err := json.Unmarshal([]byte(answer), &calls); err != nil {
		t.Fatal(err)
	}
	if len(calls) != 1 || calls[0].Action != "SendCommand" || calls[0].Error != "InvalidInstanceId" || calls[0].RequestID == "" {
		t.Errorf("calls %+v", calls)
	}
	if strings.Contains(answer, "canary") {
		t.Errorf("a parameter was recorded: %s", answer)
	}
}

func TestRequestWithoutASignatureIsRefused(t *testing.T) {
	server := httptest.NewServer(mocktest.New(t))
	defer server.Close()
	res, err := http.Post(server.URL, "application/x-www-form-urlencoded", strings.NewReader("Action=DescribeInstances&Version=2016-11-15"))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode/100 != 4 || !strings.Contains(string(body), "MissingAuthenticationToken") && !strings.Contains(string(body), "AuthFailure") {
		t.Errorf("%s %s %v", res.Status, body, err)
	}
}

func TestServiceThatTheMockLacksIsNamed(t *testing.T) {
	server := httptest.NewServer(mocktest.New(t))
	defer server.Close()
	req, err := http.NewRequestWithContext(t.Context(), "GET", server.URL+"/bucket", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Amz-Date", "20260101T000000Z")
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=0")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != 400 || !strings.Contains(string(body), "s3") {
		t.Errorf("%s %s %v", res.Status, body, err)
	}
}

func TestSampleFleets(t *testing.T) {
	for n, want := range map[int]int{0: 0, 1: 1, 6: 6, 100: 100} {
		fleet, err := mock.SampleFleet(n)
		if err != nil {
			t.Fatal(err)
		}
		ids, err := mocktest.New(t).Seed(mock.Here, fleet)
		if err != nil || len(ids) != want {
			t.Errorf("a fleet of %d: %d instances, %v", n, len(ids), err)
		}
	}
	for _, n := range []int{-1, mock.MaxFleet + 1} {
		if _, err := mock.SampleFleet(n); err == nil {
			t.Errorf("a fleet of %d was made", n)
		}
	}
}

func TestResetForgetsEverything(t *testing.T) {
	s := mocktest.New(t)
	first, err := s.Seed(mock.Here, mock.Fleet{Groups: []mock.Group{{Count: 2}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Advance(time.Hour); err != nil {
		t.Fatal(err)
	}
	s.Reset(world.Settings{})
	out, err := ec2.NewFromConfig(s.Config()).DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{})
	if err != nil || len(out.Reservations) != 0 {
		t.Errorf("after a reset: %v, %v", out, err)
	}
	again, err := s.Seed(mock.Here, mock.Fleet{Groups: []mock.Group{{Count: 2}}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("the same seed gave other ids:\n%s", diff)
	}
}

func TestServicesCanCarryTheirTypes(t *testing.T) {
	w := world.New(world.Settings{})
	for _, api := range []*wire.API{ec2mock.New(w).API(), ssmmock.New(w).API(), stsmock.New(w).API()} {
		if err := api.Check(); err != nil {
			t.Errorf("%s: %v", api.Name, err)
		}
	}
}
