package ssm_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	ssmapi "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/mocktest"
	"github.com/musterhq/muster/mock/world"
)

// rig is a mock with clients and a seeded fleet.
type rig struct {
	*testing.T
	*mock.Server
	ec2 *ec2api.Client
	ssm *ssmapi.Client
	ids []string
}

func newRig(t *testing.T, settings world.Settings, groups ...mock.Group) rig {
	t.Helper()
	s := mocktest.New(t, settings)
	ids, err := s.Seed(mock.Here, mock.Fleet{Groups: groups})
	if err != nil {
		t.Fatal(err)
	}
	return rig{t, s, ec2api.NewFromConfig(s.Config()), ssmapi.NewFromConfig(s.Config()), ids}
}

// send sends a script to every node; change alters the request.
func (r rig) send(script string, change func(*ssmapi.SendCommandInput)) string {
	r.Helper()
	in := &ssmapi.SendCommandInput{DocumentName: new("AWS-RunShellScript"), InstanceIds: r.ids, Parameters: map[string][]string{"commands": {script}}}
	if change != nil {
		change(in)
	}
	out, err := r.ssm.SendCommand(r.Context(), in)
	if err != nil {
		r.Fatal(err)
	}
	return *out.Command.CommandId
}

func (r rig) command(id string) types.Command {
	r.Helper()
	out, err := r.ssm.ListCommands(r.Context(), &ssmapi.ListCommandsInput{CommandId: &id})
	if err != nil {
		r.Fatal(err)
	}
	return out.Commands[0]
}

func (r rig) invocations(id string) []types.CommandInvocation {
	r.Helper()
	out, err := r.ssm.ListCommandInvocations(r.Context(), &ssmapi.ListCommandInvocationsInput{CommandId: &id, Details: true})
	if err != nil {
		r.Fatal(err)
	}
	return out.CommandInvocations
}

// details counts a command's invocations by their status details.
func (r rig) details(id string) map[string]int {
	r.Helper()
	out := map[string]int{}
	for _, inv := range r.invocations(id) {
		out[*inv.StatusDetails]++
	}
	return out
}

func (r rig) get(command, node string) *ssmapi.GetCommandInvocationOutput {
	r.Helper()
	out, err := r.ssm.GetCommandInvocation(r.Context(), &ssmapi.GetCommandInvocationInput{CommandId: &command, InstanceId: &node})
	if err != nil {
		r.Fatal(err)
	}
	return out
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok || api.ErrorCode() != code {
		t.Errorf("error = %v, want the code %s", err, code)
	}
}

func TestCommandIsInvisibleThenRunsThenIsDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{}, mock.Group{Count: 1})
		id := r.send("echo hello; sleep 5; echo $SSM_COMMAND_ID", nil)
		if got := r.invocations(id); len(got) != 0 {
			t.Errorf("right after sending: %d invocations", len(got))
		}
		_, err := r.ssm.GetCommandInvocation(t.Context(), &ssmapi.GetCommandInvocationInput{CommandId: &id, InstanceId: &r.ids[0]})
		wantCode(t, err, "InvocationDoesNotExist")
		if got := r.command(id).Status; got != types.CommandStatusPending {
			t.Errorf("right after sending: %s", got)
		}
		time.Sleep(2 * time.Second)
		running := r.get(id, r.ids[0])
		if running.Status != types.CommandInvocationStatusInProgress || *running.StandardOutputContent != "" || running.ResponseCode != -1 || *running.ExecutionElapsedTime != "" {
			t.Errorf("while it runs: %s %q %d", running.Status, *running.StandardOutputContent, running.ResponseCode)
		}
		time.Sleep(5 * time.Second)
		done := r.get(id, r.ids[0])
		if done.Status != types.CommandInvocationStatusSuccess || *done.StandardOutputContent != "hello\n"+id+"\n" || done.ResponseCode != 0 || !strings.HasPrefix(*done.ExecutionElapsedTime, "PT5.") {
			t.Errorf("at the end: %s %q %s", done.Status, *done.StandardOutputContent, *done.ExecutionElapsedTime)
		}
	})
}

func TestRateRampsUpByDoubling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{}, mock.Group{Count: 50})
		id := r.send("sleep 600", nil)
		seen := []int{}
		for range 400 {
			time.Sleep(10 * time.Millisecond)
			if n := r.details(id)["InProgress"]; len(seen) == 0 || seen[len(seen)-1] != n {
				seen = append(seen, n)
			}
		}
		reached := map[int]bool{}
		for _, n := range seen {
			reached[n] = true
		}
		for _, n := range []int{1, 3, 7, 15, 31, 50} {
			if !reached[n] {
				t.Errorf("the rate never stood at %d nodes: %v", n, seen)
			}
		}
	})
}

func TestConcurrencyIsNeverExceeded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{}, mock.Group{Count: 40})
		id := r.send("sleep 3", func(in *ssmapi.SendCommandInput) { in.MaxConcurrency = new("25%") })
		most := 0
		for r.command(id).Status != types.CommandStatusSuccess {
			most = max(most, r.details(id)["InProgress"])
			time.Sleep(50 * time.Millisecond)
		}
		if most != 10 {
			t.Errorf("at most %d ran at once, want 10", most)
		}
	})
}

// TestErrorsOvershoot shows what AWS documents: what is in flight when the errors are
// reached goes on, so there are more errors than were allowed.
func TestErrorsOvershoot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{}, mock.Group{Count: 50})
		id := r.send("sleep 1; exit 1", func(in *ssmapi.SendCommandInput) { in.MaxErrors = new("0") })
		time.Sleep(time.Minute)
		got := r.details(id)
		if got["Failed"] <= 1 || got["Failed"] == 50 || got["Failed"]+got["Terminated"] != 50 {
			t.Errorf("details %v", got)
		}
		if c := r.command(id); c.Status != types.CommandStatusFailed || int(c.ErrorCount) != got["Failed"] || c.CompletedCount != 50 {
			t.Errorf("command %s, %d errors, %d completed", c.Status, c.ErrorCount, c.CompletedCount)
		}
	})
}

func TestMaxErrorsTolerates(t *testing.T) {
	for _, tt := range []struct {
		errors     string
		failing    int
		wantStatus string
	}{
		{"0", 0, "Success"}, {"0", 1, "Failed"}, {"2", 2, "Incomplete"}, {"2", 3, "Failed"}, {"10%", 2, "Incomplete"}, {"10%", 3, "Failed"}, {"100%", 20, "Incomplete"},
	} {
		t.Run(fmt.Sprintf("%s of 20 with %d", tt.errors, tt.failing), func(t *testing.T) {
			groups := []mock.Group{{Count: 20 - tt.failing}}
			if tt.failing > 0 {
				groups = append(groups, mock.Group{Count: tt.failing, Files: map[string]string{"/bad": ""}})
			}
			if tt.failing == 20 {
				groups = groups[1:]
			}
			r := newRig(t, world.Settings{Lag: new(time.Duration(0))}, groups...)
			id := r.send("test ! -e /bad", func(in *ssmapi.SendCommandInput) { in.MaxErrors, in.MaxConcurrency = &tt.errors, new("1") })
			if got := *r.command(id).StatusDetails; got != tt.wantStatus {
				t.Errorf("command is %s, want %s: %v", got, tt.wantStatus, r.details(id))
			}
		})
	}
}

func TestScriptIsKilledAtItsExecutionTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{}, mock.Group{Count: 1})
		id := r.send("echo begun; sleep 100; echo never", func(in *ssmapi.SendCommandInput) {
			in.Parameters["executionTimeout"] = []string{"10"}
		})
		time.Sleep(9 * time.Second)
		if got := r.details(id); got["InProgress"] != 1 {
			t.Errorf("before the timeout: %v", got)
		}
		time.Sleep(5 * time.Second)
		got := r.get(id, r.ids[0])
		if got.Status != types.CommandInvocationStatusTimedOut || *got.StatusDetails != "ExecutionTimedOut" || got.ResponseCode != 137 || *got.StandardOutputContent != "begun\n" {
			t.Errorf("%s %s %d %q", got.Status, *got.StatusDetails, got.ResponseCode, *got.StandardOutputContent)
		}
	})
}

func TestNodeThatDoesNotAnswerTimesOutWithTheTotal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{}, mock.Group{Count: 1, Agent: world.AgentLost}, mock.Group{Count: 2})
		id := r.send("true", func(in *ssmapi.SendCommandInput) {
			in.TimeoutSeconds = new(int32(60))
			in.Parameters["executionTimeout"] = []string{"30"}
		})
		time.Sleep(85 * time.Second)
		if diff := cmp.Diff(map[string]int{"Delayed": 1, "Success": 2}, r.details(id)); diff != "" {
			t.Errorf("before the total timeout:\n%s", diff)
		}
		time.Sleep(10 * time.Second)
		if diff := cmp.Diff(map[string]int{"DeliveryTimedOut": 1, "Success": 2}, r.details(id)); diff != "" {
			t.Errorf("after the total timeout:\n%s", diff)
		}
		c := r.command(id)
		if c.DeliveryTimedOutCount != 1 || c.ErrorCount != 0 || *c.StatusDetails != "DeliveryTimedOut" {
			t.Errorf("command %+v", c)
		}
	})
}

func TestStoppedNodeNeverAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{}, mock.Group{Count: 1})
		id := r.send("sleep 20", func(in *ssmapi.SendCommandInput) {
			in.TimeoutSeconds = new(int32(30))
			in.Parameters["executionTimeout"] = []string{"60"}
		})
		time.Sleep(5 * time.Second)
		if _, err := r.ec2.StopInstances(t.Context(), &ec2api.StopInstancesInput{InstanceIds: r.ids}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(30 * time.Second)
		if got := r.details(id); got["InProgress"] != 1 {
			t.Errorf("after the stop: %v", got)
		}
		_, err := r.ssm.SendCommand(t.Context(), &ssmapi.SendCommandInput{DocumentName: new("AWS-RunShellScript"), InstanceIds: r.ids, Parameters: map[string][]string{"commands": {"id"}}})
		bad, ok := errors.AsType[*types.InvalidInstanceId](err)
		if !ok || !strings.Contains(bad.ErrorMessage(), r.ids[0]) {
			t.Errorf("a command to a stopped node: %v", err)
		}
		time.Sleep(time.Minute)
		if got := r.details(id); got["DeliveryTimedOut"] != 1 {
			t.Errorf("at the end: %v", got)
		}
	})
}

func TestFilesSurviveAStopAndTheAgentComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{}, mock.Group{Count: 1})
		r.send("echo kept > /home/ec2-user/note", nil)
		time.Sleep(5 * time.Second)
		if _, err := r.ec2.StopInstances(t.Context(), &ec2api.StopInstancesInput{InstanceIds: r.ids}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		r.wantPing(types.PingStatusConnectionLost)
		if _, err := r.ec2.StartInstances(t.Context(), &ec2api.StartInstancesInput{InstanceIds: r.ids}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(15 * time.Second) // running, the agent not yet there
		waiting := r.send("cat /home/ec2-user/note; uptime -s", nil)
		time.Sleep(5 * time.Second)
		if got := r.details(waiting); got["Delayed"] != 1 {
			t.Errorf("before the agent is back: %v", got)
		}
		time.Sleep(15 * time.Second)
		r.wantPing(types.PingStatusOnline)
		if got := *r.get(waiting, r.ids[0]).StandardOutputContent; got != "kept\n2000-01-01 00:01:15\n" {
			t.Errorf("output %q", got)
		}
		if _, err := r.ec2.TerminateInstances(t.Context(), &ec2api.TerminateInstancesInput{InstanceIds: r.ids}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		out, err := r.ssm.DescribeInstanceInformation(t.Context(), &ssmapi.DescribeInstanceInformationInput{})
		if err != nil || len(out.InstanceInformationList) != 0 {
			t.Errorf("a terminated node is listed: %v, %v", out, err)
		}
	})
}

func (r rig) wantPing(want types.PingStatus) {
	r.Helper()
	out, err := r.ssm.DescribeInstanceProperties(r.Context(), &ssmapi.DescribeInstancePropertiesInput{})
	if err != nil {
		r.Fatal(err)
	}
	if got := out.InstanceProperties[0].PingStatus; got != want {
		r.Errorf("ping is %s, want %s", got, want)
	}
}

func TestCancelStopsWhatRunsAndWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{}, mock.Group{Count: 4})
		id := r.send("echo begun; sleep 100", func(in *ssmapi.SendCommandInput) { in.MaxConcurrency = new("2") })
		time.Sleep(10 * time.Second)
		if diff := cmp.Diff(map[string]int{"InProgress": 2, "Pending": 2}, r.details(id)); diff != "" {
			t.Errorf("before:\n%s", diff)
		}
		if _, err := r.ssm.CancelCommand(t.Context(), &ssmapi.CancelCommandInput{CommandId: &id}); err != nil {
			t.Fatal(err)
		}
		if got := r.command(id).Status; got != types.CommandStatusCancelling {
			t.Errorf("the command is %s", got)
		}
		time.Sleep(5 * time.Second)
		if diff := cmp.Diff(map[string]int{"Cancelled": 4}, r.details(id)); diff != "" {
			t.Errorf("after:\n%s", diff)
		}
		if got := r.get(id, r.ids[0]); *got.StandardOutputContent != "begun\n" || got.ResponseCode != 137 {
			t.Errorf("output %q, code %d", *got.StandardOutputContent, got.ResponseCode)
		}
		if got := r.command(id).Status; got != types.CommandStatusCancelled {
			t.Errorf("the command is %s", got)
		}
		if _, err := r.ssm.CancelCommand(t.Context(), &ssmapi.CancelCommandInput{CommandId: &id}); err != nil {
			t.Errorf("cancel again: %v", err)
		}
	})
}

func TestSnapshotInTheMiddleOfACommandGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{}, mock.Group{Count: 3})
		id := r.send("echo begun > /root/x; sleep 60; cat /root/x", nil)
		time.Sleep(10 * time.Second)
		data, err := r.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		again := newRig(t, world.Settings{})
		if err := again.Restore(data); err != nil {
			t.Fatal(err)
		}
		again.ids = r.ids
		if diff := cmp.Diff(map[string]int{"Success": 3}, again.details(id)); diff != "" {
			t.Errorf("after the load:\n%s", diff)
		}
		next := again.send("cat /root/x", nil)
		time.Sleep(10 * time.Second)
		if got := *again.get(next, again.ids[1]).StandardOutputContent; got != "begun\n" {
			t.Errorf("the file after the load: %q", got)
		}
	})
}

func TestCommandIsForgottenAfterThirtyDays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{}, mock.Group{Count: 1})
		id := r.send("true", nil)
		time.Sleep(29 * 24 * time.Hour)
		if got := r.details(id); got["Success"] != 1 {
			t.Errorf("after 29 days: %v", got)
		}
		time.Sleep(2 * 24 * time.Hour)
		_, err := r.ssm.ListCommands(t.Context(), &ssmapi.ListCommandsInput{CommandId: &id})
		wantCode(t, err, "InvalidCommandId")
	})
}

func TestSendCommandRefuses(t *testing.T) {
	r := newRig(t, world.Settings{Lag: new(time.Duration(0))}, mock.Group{Count: 2}, mock.Group{Count: 1, Agent: world.AgentNone})
	ids := make([]string, 51)
	for n := range ids {
		ids[n] = fmt.Sprintf("i-%017x", n)
	}
	for _, tt := range []struct {
		name, code string
		change     func(*ssmapi.SendCommandInput)
	}{
		{"51 ids", "ValidationException", func(in *ssmapi.SendCommandInput) { in.InstanceIds = ids }},
		{"no ids", "InvalidInstanceId", func(in *ssmapi.SendCommandInput) { in.InstanceIds = nil }},
		{"one id without an agent", "InvalidInstanceId", nil},
		{"an id twice", "DuplicateInstanceId", func(in *ssmapi.SendCommandInput) { in.InstanceIds = []string{r.ids[0], r.ids[0]} }},
		{"a malformed id", "ValidationException", func(in *ssmapi.SendCommandInput) { in.InstanceIds = []string{"web-1"} }},
		{"an unknown document", "InvalidDocument", func(in *ssmapi.SendCommandInput) { in.DocumentName = new("Nope") }},
		{"no commands", "InvalidParameters", func(in *ssmapi.SendCommandInput) { in.Parameters = nil }},
		{"a parameter too many", "InvalidParameters", func(in *ssmapi.SendCommandInput) { in.Parameters["x"] = []string{"1"} }},
		{"a timeout out of range", "InvalidParameters", func(in *ssmapi.SendCommandInput) { in.Parameters["executionTimeout"] = []string{"172801"} }},
		{"a delivery timeout too short", "ValidationException", func(in *ssmapi.SendCommandInput) { in.TimeoutSeconds = new(int32(29)) }},
		{"a concurrency of zero", "ValidationException", func(in *ssmapi.SendCommandInput) { in.MaxConcurrency = new("0") }},
		{"errors of a strange form", "ValidationException", func(in *ssmapi.SendCommandInput) { in.MaxErrors = new("01") }},
		{"a long comment", "ValidationException", func(in *ssmapi.SendCommandInput) { in.Comment = new(strings.Repeat("ä", 101)) }},
		{"ids and targets", "InvalidParameters", func(in *ssmapi.SendCommandInput) {
			in.Targets = []types.Target{{Key: new("tag:role"), Values: []string{"web"}}}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := &ssmapi.SendCommandInput{DocumentName: new("AWS-RunShellScript"), InstanceIds: r.ids, Parameters: map[string][]string{"commands": {"id"}}}
			if tt.change != nil {
				in.InstanceIds = r.ids[:2]
				tt.change(in)
			}
			_, err := r.ssm.SendCommand(t.Context(), in)
			wantCode(t, err, tt.code)
		})
	}
	out, err := r.ssm.ListCommands(t.Context(), &ssmapi.ListCommandsInput{})
	if err != nil || len(out.Commands) != 0 {
		t.Errorf("something was sent: %v, %v", out.Commands, err)
	}
}

func TestListsFilterAndPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{Lag: new(time.Duration(0))}, mock.Group{Count: 3})
		var ids []string
		for n := range 5 {
			ids = append(ids, r.send(fmt.Sprintf("exit %d", n%2), func(in *ssmapi.SendCommandInput) { in.MaxErrors = new("100%") }))
			time.Sleep(time.Minute)
		}
		in := &ssmapi.ListCommandsInput{MaxResults: new(int32(2)), Filters: []types.CommandFilter{{Key: "InvokedAfter", Value: new("2000-01-01T00:01:00Z")}}}
		var got []string
		for p := ssmapi.NewListCommandsPaginator(r.ssm, in); p.HasMorePages(); {
			page, err := p.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range page.Commands {
				got = append(got, *c.CommandId)
			}
		}
		if diff := cmp.Diff([]string{ids[4], ids[3], ids[2], ids[1]}, got); diff != "" {
			t.Errorf("commands, the latest first:\n%s", diff)
		}
		failed, err := r.ssm.ListCommandInvocations(t.Context(), &ssmapi.ListCommandInvocationsInput{InstanceId: &r.ids[1], Filters: []types.CommandFilter{{Key: "Status", Value: new("Failed")}}})
		if err != nil || len(failed.CommandInvocations) != 2 {
			t.Errorf("failed invocations on a node: %d, %v", len(failed.CommandInvocations), err)
		}
	})
}
