//go:build conformance

package conformance

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock"
)

// strict makes the mock check every key, and starts an instance with a role whose
// metadata is served. It returns what a client has to know, as an environment.
func (f *fence) strict(t *testing.T) []string {
	t.Helper()
	f.mock.RequireKeys(map[string]string{"AKIDEXAMPLE": "secret"})
	if _, err := f.mock.Seed(mock.Here, mock.Fleet{Templates: []mock.Template{{Name: "web"}}}); err != nil {
		t.Fatal(err)
	}
	out, err := ec2.NewFromConfig(f.mock.Config()).RunInstances(t.Context(), &ec2.RunInstancesInput{MinCount: new(int32(1)), MaxCount: new(int32(1)),
		LaunchTemplate: &types.LaunchTemplateSpecification{LaunchTemplateName: new("web")}, IamInstanceProfile: &types.IamInstanceProfileSpecification{Name: new("web")}})
	if err != nil {
		t.Fatal(err)
	}
	id := *out.Instances[0].InstanceId
	url, err := f.mock.OpenIMDS(id, 0)
	if err != nil {
		t.Fatal(err)
	}
	return []string{"MOCK_IMDS=" + url, "MOCK_INSTANCE=" + id}
}

// TestAWSCLIFindsAnInstancesRole runs the AWS CLI as on the instance itself: without keys.
func TestAWSCLIFindsAnInstancesRole(t *testing.T) {
	f := newFence(t)
	var url, id string
	for _, pair := range f.strict(t) {
		name, value, _ := strings.Cut(pair, "=")
		if name == "MOCK_IMDS" {
			url = value
		} else {
			id = value
		}
	}
	c := f.command(t, awsCLI, "--endpoint-url", f.url, "--output", "text", "sts", "get-caller-identity", "--query", "Arn")
	for n, pair := range c.Env {
		switch name, _, _ := strings.Cut(pair, "="); name {
		case "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_EC2_METADATA_DISABLED":
			c.Env[n] = "UNUSED="
		}
	}
	c.Env = append(c.Env, "AWS_EC2_METADATA_SERVICE_ENDPOINT="+url)
	out, err := c.CombinedOutput()
	if want := "arn:aws:sts::123456789012:assumed-role/web/" + id; err != nil || strings.TrimSpace(string(out)) != want {
		t.Errorf("%s, %v; want %s", out, err, want)
	}
}
