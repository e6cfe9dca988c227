package mock_test

import (
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/ec2rolecreds"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/mocktest"
	"github.com/musterhq/muster/mock/world"
)

// firstBoot asks the metadata service as user data does.
const firstBoot = `#!/bin/sh
T=$(curl -sX PUT http://169.254.169.254/latest/api/token -H 'X-aws-ec2-metadata-token-ttl-seconds: 60')
curl -s -H "X-aws-ec2-metadata-token: $T" http://169.254.169.254/latest/meta-data/placement/availability-zone > /root/zone
`

// launched starts an instance with everything that its metadata tells of.
func launched(t *testing.T, s *mock.Server) types.Instance {
	t.Helper()
	if _, err := s.Seed(mock.Here, mock.Fleet{Templates: []mock.Template{{Name: "web"}}}); err != nil {
		t.Fatal(err)
	}
	out, err := ec2.NewFromConfig(s.Config()).RunInstances(t.Context(), &ec2.RunInstancesInput{
		LaunchTemplate: &types.LaunchTemplateSpecification{LaunchTemplateName: new("web")}, UserData: new(base64.StdEncoding.EncodeToString([]byte(firstBoot))), MinCount: new(int32(1)), MaxCount: new(int32(1)), IamInstanceProfile: &types.IamInstanceProfileSpecification{Name: new("web")},
	})
	if err != nil {
		t.Fatal(err)
	}
	described, err := ec2.NewFromConfig(s.Config()).DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{InstanceIds: []string{*out.Instances[0].InstanceId}})
	if err != nil {
		t.Fatal(err)
	}
	return described.Reservations[0].Instances[0]
}

func TestInstanceFindsItselfOnItsOwnPort(t *testing.T) {
	s := mocktest.New(t)
	ids, err := s.Seed(mock.Here, mock.Fleet{Groups: []mock.Group{{Count: 2, Name: "web-#"}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		url, err := s.OpenIMDS(id, 0)
		if err != nil {
			t.Fatal(err)
		}
		client := imds.New(imds.Options{Endpoint: url})
		out, err := client.GetInstanceIdentityDocument(t.Context(), nil)
		if err != nil || out.InstanceID != id {
			t.Errorf("%s: %v, %v", id, out, err)
		}
	}
	if got := len(s.IMDSAddresses()); got != 2 {
		t.Errorf("%d addresses", got)
	}
	if err := s.CloseIMDS(ids[0]); err != nil {
		t.Fatal(err)
	}
	if got := s.IMDSAddresses(); len(got) != 1 || got[ids[1]] == "" {
		t.Errorf("after closing one: %v", got)
	}
}

func TestMetadataAgreesWithEC2(t *testing.T) {
	s := mocktest.New(t)
	i := launched(t, s)
	ask := imdsOf(t, s, *i.InstanceId)
	n := i.NetworkInterfaces[0]
	macs := "network/interfaces/macs/" + *n.MacAddress + "/"
	for path, want := range map[string]*string{
		"instance-id": i.InstanceId, "ami-id": i.ImageId, "instance-type": new(string(i.InstanceType)), "local-ipv4": i.PrivateIpAddress, "public-ipv4": i.PublicIpAddress,
		"local-hostname": i.PrivateDnsName, "public-hostname": i.PublicDnsName, "placement/availability-zone": i.Placement.AvailabilityZone, "mac": n.MacAddress,
		macs + "interface-id": n.NetworkInterfaceId, macs + "subnet-id": i.SubnetId, macs + "vpc-id": i.VpcId, macs + "security-group-ids": i.SecurityGroups[0].GroupId,
		"security-groups": i.SecurityGroups[0].GroupName, "iam/security-credentials/": new("web"),
	} {
		if got := ask(path); got != *want {
			t.Errorf("%s: %q, want %q", path, got, *want)
		}
	}
}

// imdsOf reads paths of an instance's metadata with the SDK's client.
func imdsOf(t *testing.T, s *mock.Server, id string) func(path string) string {
	t.Helper()
	url, err := s.OpenIMDS(id, 0)
	if err != nil {
		t.Fatal(err)
	}
	client := imds.New(imds.Options{Endpoint: url})
	return func(path string) string {
		t.Helper()
		out, err := client.GetMetadata(t.Context(), &imds.GetMetadataInput{Path: path})
		if err != nil {
			return err.Error()
		}
		defer out.Content.Close()
		text, err := io.ReadAll(out.Content)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
}

func TestDoorsAndNoticesAreChecked(t *testing.T) {
	s := mocktest.New(t)
	ids, err := s.Seed(mock.Here, mock.Fleet{Groups: []mock.Group{{Count: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"POST", "imds", `{"instanceId":"i-0"}`, 400, "there is no such instance"},
		{"DELETE", "imds", `{"instanceId":"` + ids[0] + `"}`, 400, "it is not served"},
		{"POST", "imds", `{"instanceId":"` + ids[0] + `"}`, 200, ids[0] + `":"http://127.0.0.1:`},
		{"POST", "imds", `{"instanceId":"` + ids[0] + `"}`, 400, "already"},
		{"GET", "imds", "", 200, "127.0.0.1"},
		{"DELETE", "imds", `{"instanceId":"` + ids[0] + `"}`, 200, "{}"},
		{"POST", "notices", `{"instanceId":"i-0","kind":"lifecycle","action":"Terminated"}`, 400, "no such instance"},
		{"POST", "notices", `{"instanceId":"` + ids[0] + `","kind":"lifecycle","action":"Dead"}`, 400, "InService"},
		{"POST", "notices", `{"instanceId":"` + ids[0] + `","kind":"spot","action":"stop"}`, 400, "time is missing"},
		{"POST", "notices", `{"instanceId":"` + ids[0] + `","kind":"maintenance","time":"2027-01-01T00:00:00Z"}`, 400, "eventId"},
		{"POST", "notices", `{"instanceId":"` + ids[0] + `","kind":"lifecycle","action":"Terminated"}`, 200, "Terminated"},
	} {
		status, answer := control(t, s, tt.method, tt.path, tt.body)
		if status != tt.status || !strings.Contains(answer, tt.want) {
			t.Errorf("%s %s %s: %d %s; want %d with %s", tt.method, tt.path, tt.body, status, answer, tt.status, tt.want)
		}
	}
	if got := imdsOf(t, s, ids[0])("autoscaling/target-lifecycle-state"); got != "Terminated" {
		t.Errorf("the instance reads %q", got)
	}
}

func TestDoorThatIsClosedEndsItsRequests(t *testing.T) {
	s := mocktest.New(t)
	ids, err := s.Seed(mock.Here, mock.Fleet{Groups: []mock.Group{{Count: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Fault(world.Fault{Service: "imds", Action: "GetToken", Silent: true}); err != nil {
		t.Fatal(err)
	}
	url, err := s.OpenIMDS(ids[0], 0)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, url+"latest/api/token", nil)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := http.DefaultClient.Do(req)
		ended <- err
	}()
	for s.CallSummary()["imds:GetToken"] == 0 { // it is recorded when it is held back
		select {
		case err := <-ended:
			t.Fatalf("the request ended by itself: %v", err)
		default:
		}
	}
	if err := s.CloseIMDS(ids[0]); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil || ctx.Err() != nil {
		t.Errorf("the request ended with %v", err)
	}
}

// roleOf finds an instance's credentials as programs on it do.
func roleOf(t *testing.T, s *mock.Server, id string) aws.CredentialsProvider {
	t.Helper()
	url, err := s.OpenIMDS(id, 0)
	if err != nil {
		t.Fatal(err)
	}
	return ec2rolecreds.New(func(o *ec2rolecreds.Options) { o.Client = imds.New(imds.Options{Endpoint: url}) })
}

// TestScriptAsksItsMachineWhoItIs goes the whole way of a script on a node: curl, a token, and what EC2 knows by then.
func TestScriptAsksItsMachineWhoItIs(t *testing.T) {
	s := mocktest.New(t)
	i := launched(t, s)
	id := *i.InstanceId
	machines, commands := ec2.NewFromConfig(s.Config()), ssm.NewFromConfig(s.Config())
	run := func(script string) string {
		t.Helper()
		sent, err := commands.SendCommand(t.Context(), &ssm.SendCommandInput{DocumentName: new("AWS-RunShellScript"), InstanceIds: []string{id},
			Parameters: map[string][]string{"commands": {script}}})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Advance(time.Minute); err != nil { // whatever the script waits for
			t.Fatal(err)
		}
		out, err := commands.GetCommandInvocation(t.Context(), &ssm.GetCommandInvocationInput{CommandId: sent.Command.CommandId, InstanceId: &id})
		if err != nil {
			t.Fatal(err)
		}
		return *out.StandardOutputContent + *out.StandardErrorContent
	}
	const base = "http://169.254.169.254/latest"
	const token = "T=$(curl -sX PUT " + base + "/api/token -H 'X-aws-ec2-metadata-token-ttl-seconds: 60'); "
	if got := run(token + `curl -s -H "X-aws-ec2-metadata-token: $T" ` + base + "/meta-data/instance-id"); got != id {
		t.Errorf("with a token: %q", got)
	}
	if got := run("cat /root/zone"); got != *i.Placement.AvailabilityZone {
		t.Errorf("at the first boot: %q", got)
	}
	if got := run("curl -s -o /dev/null -w '%{http_code}' " + base + "/meta-data/instance-id"); got != "401" {
		t.Errorf("without a token: %q", got)
	}
	if _, err := machines.ModifyInstanceMetadataOptions(t.Context(), &ec2.ModifyInstanceMetadataOptionsInput{InstanceId: &id, HttpTokens: types.HttpTokensStateOptional,
		InstanceMetadataTags: types.InstanceMetadataTagsStateEnabled}); err != nil {
		t.Fatal(err)
	}
	if _, err := machines.CreateTags(t.Context(), &ec2.CreateTagsInput{Resources: []string{id}, Tags: []types.Tag{{Key: new("role"), Value: new("canary")}}}); err != nil {
		t.Fatal(err)
	}
	if got := run("curl -s " + base + "/meta-data/tags/instance/role"); got != "canary" {
		t.Errorf("a tag without a token: %q", got)
	}
	if err := s.Fault(world.Fault{Service: "imds", Action: "GetToken", Resource: id, Silent: true}); err != nil {
		t.Fatal(err)
	}
	if got := run("curl -s -m 2 -X PUT " + base + "/api/token -H 'X-aws-ec2-metadata-token-ttl-seconds: 60'; echo code $?"); !strings.Contains(got, "code 28") {
		t.Errorf("a token whose answer never comes: %q", got)
	}
}
