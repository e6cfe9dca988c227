package wire_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/mock/wire"
)

const (
	ec2Head = `<?xml version="1.0" encoding="UTF-8"?>`
	ec2NS   = `xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"`
	ec2ID   = `<requestId>` + testRequestID + `</requestId>`
)

func TestOutputDocuments(t *testing.T) {
	at := time.Date(2019, 3, 14, 20, 0, 0, 36_999_999, time.FixedZone("", 3600))
	for _, tt := range []struct {
		name, action string
		api          *wire.API
		out          any
		want         string
	}{
		{"ec2: no members", "RebootInstances", newEC2(), &ec2.RebootInstancesOutput{},
			ec2Head + `<RebootInstancesResponse ` + ec2NS + `>` + ec2ID + `<return>true</return></RebootInstancesResponse>`},
		{"ec2: members that are absent", "DescribeInstances", newEC2(), &ec2.DescribeInstancesOutput{},
			ec2Head + `<DescribeInstancesResponse ` + ec2NS + `>` + ec2ID + `</DescribeInstancesResponse>`},
		{"ec2: empty list and text", "DescribeInstances", newEC2(),
			&ec2.DescribeInstancesOutput{Reservations: []ec2types.Reservation{}, NextToken: new("")},
			ec2Head + `<DescribeInstancesResponse ` + ec2NS + `>` + ec2ID + `<nextToken/><reservationSet/></DescribeInstancesResponse>`},
		{"ec2: list, irregular names, time", "DescribeInstances", newEC2(),
			&ec2.DescribeInstancesOutput{Reservations: []ec2types.Reservation{{Instances: []ec2types.Instance{{
				LaunchTime: &at, State: &ec2types.InstanceState{Code: new(int32(0)), Name: "pending"}, EbsOptimized: new(false),
			}}}}},
			ec2Head + `<DescribeInstancesResponse ` + ec2NS + `>` + ec2ID + `<reservationSet><item><instancesSet><item>` +
				`<ebsOptimized>false</ebsOptimized><launchTime>2019-03-14T19:00:00.036Z</launchTime>` +
				`<instanceState><code>0</code><name>pending</name></instanceState>` +
				`</item></instancesSet></item></reservationSet></DescribeInstancesResponse>`},
		{"ec2: what XML cannot carry", "DescribeInstances", newEC2(), &ec2.DescribeInstancesOutput{NextToken: new("<&>\r\n\t\x00\x1b\xff\uFFFE\"'é")},
			ec2Head + `<DescribeInstancesResponse ` + ec2NS + `>` + ec2ID + "<nextToken>&lt;&amp;&gt;&#xD;\n\t\uFFFD\uFFFD\uFFFD\uFFFD\"'é</nextToken></DescribeInstancesResponse>"},
		{"sts", "GetCallerIdentity", newSTS(), &sts.GetCallerIdentityOutput{Account: new("123456789012")},
			`<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Account>123456789012</Account>` +
				`</GetCallerIdentityResult><ResponseMetadata><RequestId>` + testRequestID + `</RequestId></ResponseMetadata></GetCallerIdentityResponse>`},
		{"ssm: no members", "CancelCommand", newSSM(), &ssm.CancelCommandOutput{}, `{}`},
		{"ssm: counters of zero, empty list, time", "SendCommand", newSSM(), &ssm.SendCommandOutput{Command: &ssmtypes.Command{
			CommandId: new(""), InstanceIds: []string{}, RequestedDateTime: &at, Status: "Pending",
		}}, `{"Command":{"CommandId":"","CompletedCount":0,"DeliveryTimedOutCount":0,"ErrorCount":0,"InstanceIds":[],` +
			`"RequestedDateTime":1552590000.036,"Status":"Pending","TargetCount":0}}`},
		{"ssm: text", "SendCommand", newSSM(), &ssm.SendCommandOutput{Command: &ssmtypes.Command{
			Comment: new("\"\\\n\r\t\x00\x1f</&>\xffé\u2028"), Parameters: map[string][]string{"b": {"2"}, "a": {"1"}},
		}}, `{"Command":{"Comment":"\"\\\n\r\t\u0000\u001f</&>` + "\uFFFDé\u2028" + `","CompletedCount":0,"DeliveryTimedOutCount":0,` +
			`"ErrorCount":0,"Parameters":{"a":["1"],"b":["2"]},"TargetCount":0}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			tt.api.WriteOutput(w, testRequestID, tt.action, tt.out)
			if diff := cmp.Diff(tt.want, w.Body.String()); diff != "" || w.Code != 200 {
				t.Errorf("status %d (-want +got):\n%s", w.Code, diff)
			}
		})
	}
}

func TestAnswersHaveTheServicesHeaders(t *testing.T) {
	for _, tt := range []struct {
		api  *wire.API
		out  any
		want map[string]string
	}{
		{newEC2(), &ec2.RebootInstancesOutput{}, map[string]string{
			"Content-Type": "text/xml;charset=UTF-8", "Server": "AmazonEC2", "Cache-Control": "no-cache, no-store", "X-Amzn-Requestid": testRequestID,
		}},
		{newSTS(), &sts.GetCallerIdentityOutput{}, map[string]string{"Content-Type": "text/xml", "X-Amzn-Requestid": testRequestID}},
		{newSSM(), &ssm.CancelCommandOutput{}, map[string]string{
			"Content-Type": "application/x-amz-json-1.1", "X-Amzn-Requestid": testRequestID, "Content-Length": "2",
		}},
	} {
		for name, write := range map[string]func(*httptest.ResponseRecorder){
			"output": func(w *httptest.ResponseRecorder) { tt.api.WriteOutput(w, testRequestID, "Action", tt.out) },
			"error":  func(w *httptest.ResponseRecorder) { tt.api.WriteError(w, testRequestID, wire.Errorf("X", "")) },
		} {
			w := httptest.NewRecorder()
			write(w)
			if _, err := time.Parse(time.RFC1123, w.Header().Get("Date")); err != nil {
				t.Errorf("%s %s: Date: %v", tt.api.Name, name, err)
			}
			for key, want := range tt.want {
				if key == "Content-Length" && name == "error" {
					continue
				}
				if got := w.Header().Get(key); got != want {
					t.Errorf("%s %s: %s is %q, want %q", tt.api.Name, name, key, got, want)
				}
			}
		}
	}
}

// TestAnswersDoNotShareMemory guards the reuse of buffers.
func TestAnswersDoNotShareMemory(t *testing.T) {
	api, out := newSSM(), &ssm.CancelCommandOutput{}
	for range 2 {
		long := httptest.NewRecorder()
		api.WriteOutput(long, testRequestID, "SendCommand", &ssm.SendCommandOutput{Command: &ssmtypes.Command{Comment: new("long")}})
		want := long.Body.String()
		api.WriteOutput(httptest.NewRecorder(), testRequestID, "CancelCommand", out)
		if got := long.Body.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestOutputThatCannotTravelIsAnInternalError(t *testing.T) {
	w := httptest.NewRecorder()
	newSTS().WriteOutput(w, testRequestID, "GetSessionToken", &sts.GetSessionTokenOutput{})
	if w.Code != 500 {
		t.Errorf("got %d %s, want status 500", w.Code, w.Body)
	}
}
