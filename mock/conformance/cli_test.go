//go:build conformance

package conformance

import (
	"encoding/json"
	"errors"
	"os/exec"
	"strings"
	"testing"
)

// aws runs the AWS CLI against the mock and returns its answer.
func (f *fence) aws(t *testing.T, args ...string) map[string]any {
	t.Helper()
	out, err := f.command(t, awsCLI, append([]string{"--endpoint-url", f.url, "--output", "json"}, args...)...).Output()
	if err != nil {
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			t.Fatalf("aws %s: %v\n%s", strings.Join(args, " "), err, exit.Stderr)
		}
		t.Fatalf("aws %s: %v", strings.Join(args, " "), err)
	}
	var answer map[string]any
	if len(out) > 0 {
		if err := json.Unmarshal(out, &answer); err != nil {
			t.Fatalf("aws %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	return answer
}

// awsFails runs the AWS CLI and wants the error code.
func (f *fence) awsFails(t *testing.T, code string, args ...string) {
	t.Helper()
	out, err := f.command(t, awsCLI, append([]string{"--endpoint-url", f.url}, args...)...).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "("+code+")") {
		t.Errorf("aws %s: %v, want the code %s\n%s", strings.Join(args, " "), err, code, out)
	}
}

// at follows keys and indexes into an answer.
func at(t *testing.T, v any, path ...any) any {
	t.Helper()
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[step]
		case int:
			list, _ := v.([]any)
			if step >= len(list) {
				t.Fatalf("%v: no element %d in %v", path, step, v)
			}
			v = list[step]
		}
	}
	return v
}

func text(t *testing.T, v any, path ...any) string {
	t.Helper()
	s, ok := at(t, v, path...).(string)
	if !ok {
		t.Fatalf("%v is not a text in %v", path, v)
	}
	return s
}

// TestAWSCLILivesAFleetsLife takes the AWS CLI through the main job.
func TestAWSCLILivesAFleetsLife(t *testing.T) {
	f := newFence(t)
	if got := text(t, f.aws(t, "sts", "get-caller-identity"), "Account"); got != "123456789012" {
		t.Errorf("account %s", got)
	}
	image := text(t, f.aws(t, "ec2", "describe-images", "--owners", "amazon", "--filters", "Name=name,Values=al2023-ami-2023.*",
		"Name=architecture,Values=x86_64"), "Images", 0, "ImageId")
	f.aws(t, "ec2", "create-launch-template", "--launch-template-name", "web", "--launch-template-data",
		`{"ImageId":"`+image+`","InstanceType":"t3.micro","TagSpecifications":[{"ResourceType":"instance","Tags":[{"Key":"role","Value":"web"}]}]}`)
	ran := f.aws(t, "ec2", "run-instances", "--launch-template", "LaunchTemplateName=web", "--count", "2", "--client-token", "one")
	id := text(t, ran, "Instances", 0, "InstanceId")
	other := text(t, ran, "Instances", 1, "InstanceId")
	again := f.aws(t, "ec2", "run-instances", "--launch-template", "LaunchTemplateName=web", "--count", "2", "--client-token", "one")
	if got := text(t, again, "Instances", 0, "InstanceId"); got != id {
		t.Errorf("the same token gave %s, want %s", got, id)
	}
	f.aws(t, "ec2", "wait", "instance-running", "--instance-ids", id, other)
	f.aws(t, "ec2", "wait", "instance-status-ok", "--instance-ids", id, other)
	if n := len(at(t, f.aws(t, "ssm", "describe-instance-information"), "InstanceInformationList").([]any)); n != 2 {
		t.Errorf("%d managed nodes, want 2", n)
	}
	f.cliRunsACommand(t, id, other)
	f.cliStopsStartsAndTerminates(t, id, other)
	f.cliErrors(t, id, other)
}

func (f *fence) cliRunsACommand(t *testing.T, id, other string) {
	t.Helper()
	sent := f.aws(t, "ssm", "send-command", "--document-name", "AWS-RunShellScript", "--instance-ids", id, other,
		"--parameters", `{"commands":["echo out; echo err >&2; exit 3"]}`, "--comment", "a try", "--max-concurrency", "1")
	command := text(t, sent, "Command", "CommandId")
	listed := f.aws(t, "ssm", "list-command-invocations", "--command-id", command, "--details")
	if n := len(at(t, listed, "CommandInvocations").([]any)); n != 2 {
		t.Fatalf("%d invocations, want 2", n)
	}
	// MaxErrors is 0 by default: the first failure keeps the second node from being sent to.
	if got := text(t, listed, "CommandInvocations", 0, "CommandPlugins", 0, "Output"); !strings.HasPrefix(got, "out\n\n----------ERROR-------\nerr\n") {
		t.Errorf("output %q", got)
	}
	if got := text(t, listed, "CommandInvocations", 1, "StatusDetails"); got != "Terminated" {
		t.Errorf("second node %q", got)
	}
	one := f.aws(t, "ssm", "get-command-invocation", "--command-id", command, "--instance-id", id)
	if got := at(t, one, "ResponseCode"); got != 3.0 || text(t, one, "StandardOutputContent") != "out\n" {
		t.Errorf("invocation %v", one)
	}
	if got := text(t, f.aws(t, "ssm", "list-commands", "--command-id", command), "Commands", 0, "Status"); got != "Failed" {
		t.Errorf("command %s", got)
	}
	f.aws(t, "ssm", "cancel-command", "--command-id", command)
}

func (f *fence) cliStopsStartsAndTerminates(t *testing.T, id, other string) {
	t.Helper()
	f.aws(t, "ec2", "stop-instances", "--instance-ids", id, other)
	f.aws(t, "ec2", "wait", "instance-stopped", "--instance-ids", id, other)
	f.awsFails(t, "InvalidInstanceId", "ssm", "send-command", "--document-name", "AWS-RunShellScript", "--instance-ids", id, "--parameters", `{"commands":["id"]}`)
	f.aws(t, "ec2", "start-instances", "--instance-ids", id, other)
	f.aws(t, "ec2", "wait", "instance-running", "--instance-ids", id, other)
	f.aws(t, "ec2", "reboot-instances", "--instance-ids", id)
	f.aws(t, "ec2", "create-tags", "--resources", id, "--tags", "Key=env,Value=dev")
	if n := len(at(t, f.aws(t, "ec2", "describe-instances", "--filters", "Name=tag:env,Values=d?v"), "Reservations").([]any)); n != 1 {
		t.Errorf("%d reservations with the tag, want 1", n)
	}
	f.aws(t, "ec2", "terminate-instances", "--instance-ids", id, other)
	f.aws(t, "ec2", "wait", "instance-terminated", "--instance-ids", id, other)
}

func (f *fence) cliErrors(t *testing.T, gone, other string) {
	t.Helper()
	const missing = "i-0123456789abcdef0"
	for _, c := range []struct {
		code string
		args []string
	}{
		{"InvalidInstanceID.NotFound", []string{"ec2", "describe-instances", "--instance-ids", missing}},
		{"InvalidInstanceID.Malformed", []string{"ec2", "describe-instances", "--instance-ids", "web-1"}},
		{"IncorrectInstanceState", []string{"ec2", "start-instances", "--instance-ids", gone}},
		{"DryRunOperation", []string{"ec2", "run-instances", "--launch-template", "LaunchTemplateName=web", "--dry-run"}},
		{"InvalidLaunchTemplateName.NotFoundException", []string{"ec2", "run-instances", "--launch-template", "LaunchTemplateName=nope"}},
		{"InvalidLaunchTemplateId.VersionNotFound", []string{"ec2", "run-instances", "--launch-template", "LaunchTemplateName=web,Version=9"}},
		{"IdempotentParameterMismatch", []string{"ec2", "run-instances", "--launch-template", "LaunchTemplateName=web", "--count", "3", "--client-token", "one"}},
		{"IdempotentInstanceTerminated", []string{"ec2", "run-instances", "--launch-template", "LaunchTemplateName=web", "--count", "2", "--client-token", "one"}},
		{"InvalidParameterValue", []string{"ec2", "describe-instances", "--filters", "Name=colour,Values=red"}},
		{"InvalidAction", []string{"ec2", "describe-spot-fleet-requests"}},
		{"InvalidInstanceId", []string{"ssm", "send-command", "--document-name", "AWS-RunShellScript", "--instance-ids", missing, "--parameters", `{"commands":["id"]}`}},
		{"InvalidDocument", []string{"ssm", "send-command", "--document-name", "Nope", "--instance-ids", missing}},
		{"InvocationDoesNotExist", []string{"ssm", "get-command-invocation", "--command-id", "6a0fa9f0-0a30-4ba2-b1d5-b5a1f4d9b1f3", "--instance-id", missing}},
		{"ValidationException", []string{"ssm", "list-commands", "--max-results", "51", "--no-paginate"}},
		{"UnknownOperationException", []string{"ssm", "list-associations"}},
	} {
		f.awsFails(t, c.code, c.args...)
	}
}
