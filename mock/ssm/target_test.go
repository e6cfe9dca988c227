package ssm_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	ssmapi "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/world"
)

// sendTo sends a script to targets: a key and its values each.
func (r rig) sendTo(targets ...[]string) string {
	r.Helper()
	return r.send("hostname", func(in *ssmapi.SendCommandInput) {
		in.InstanceIds = nil
		for _, t := range targets {
			in.Targets = append(in.Targets, types.Target{Key: new(t[0]), Values: t[1:]})
		}
	})
}

func TestTargetsAreFoundByTags(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{},
			mock.Group{Count: 3, Tags: map[string]string{"role": "web", "env": "prod"}},
			mock.Group{Count: 2, Tags: map[string]string{"role": "db", "env": "prod"}},
			mock.Group{Count: 1, Tags: map[string]string{"role": "web"}},
			mock.Group{Count: 1, Agent: world.AgentNone, Tags: map[string]string{"role": "web"}},
			mock.Group{Count: 1, Agent: world.AgentLost, Tags: map[string]string{"role": "web"}})
		for _, tt := range []struct {
			targets [][]string
			want    map[string]int
		}{
			{[][]string{{"tag:role", "web"}}, map[string]int{"Success": 4, "Delayed": 1}},
			{[][]string{{"tag:role", "web"}, {"tag:env", "prod"}}, map[string]int{"Success": 3}},
			{[][]string{{"tag:role", "db", "web"}, {"tag-key", "env"}}, map[string]int{"Success": 5}},
			{[][]string{{"InstanceIds", r.ids[0], r.ids[4]}}, map[string]int{"Success": 2}},
			{[][]string{{"tag:role", "Web"}}, map[string]int{}},
		} {
			id := r.sendTo(tt.targets...)
			if c := r.command(id); c.Status != types.CommandStatusPending || c.TargetCount != 0 || len(c.InstanceIds) != 0 || len(c.Targets) != len(tt.targets) {
				t.Errorf("%v: right after sending: %s, %d targets, %v %v", tt.targets, c.Status, c.TargetCount, c.InstanceIds, c.Targets)
			}
			time.Sleep(time.Minute)
			if diff := cmp.Diff(tt.want, r.details(id)); diff != "" {
				t.Errorf("%v:\n%s", tt.targets, diff)
			}
		}
	})
}

func TestTargetsThatMatchNothingAreAccepted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{}, mock.Group{Count: 1})
		id := r.sendTo([]string{"tag:role", "web"})
		time.Sleep(time.Minute)
		if c := r.command(id); *c.StatusDetails != "NoInstancesInTag" || c.TargetCount != 0 {
			t.Errorf("%s with %d targets", *c.StatusDetails, c.TargetCount)
		}
	})
}

func TestTargetsFollowTagsThatChange(t *testing.T) {
	r := newRig(t, world.Settings{Lag: new(time.Duration(0))}, mock.Group{Count: 2, Tags: map[string]string{"role": "web"}})
	if _, err := r.ec2.CreateTags(t.Context(), &ec2api.CreateTagsInput{Resources: r.ids[:1], Tags: []ec2types.Tag{{Key: new("role"), Value: new("db")}}}); err != nil {
		t.Fatal(err)
	}
	if got := r.details(r.sendTo([]string{"tag:role", "web"}))["Success"]; got != 1 {
		t.Errorf("after a tag was changed: %d nodes", got)
	}
	if _, err := r.ec2.DeleteTags(t.Context(), &ec2api.DeleteTagsInput{Resources: r.ids, Tags: []ec2types.Tag{{Key: new("role")}}}); err != nil {
		t.Fatal(err)
	}
	if got := r.command(r.sendTo([]string{"tag-key", "role"})); got.TargetCount != 0 {
		t.Errorf("after the tags were deleted: %d nodes", got.TargetCount)
	}
}

func TestTargetsRefuse(t *testing.T) {
	r := newRig(t, world.Settings{Lag: new(time.Duration(0))}, mock.Group{Count: 1})
	many := make([]string, 51)
	for n := range many {
		many[n] = fmt.Sprint(n)
	}
	for _, tt := range []struct {
		name, code string
		targets    []types.Target
	}{
		{"six of them", "ValidationException", make([]types.Target, 6)},
		{"51 values", "ValidationException", []types.Target{{Key: new("tag:role"), Values: many}}},
		{"a resource group", "ValidationException", []types.Target{{Key: new("resource-groups:Name"), Values: []string{"g"}}}},
		{"a key that does not exist", "InvalidParameters", []types.Target{{Key: new("role"), Values: []string{"web"}}}},
		{"no values", "InvalidParameters", []types.Target{{Key: new("tag:role")}}},
		{"an id that is not managed", "InvalidInstanceId", []types.Target{{Key: new("InstanceIds"), Values: []string{"i-00000000000000000"}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := r.ssm.SendCommand(t.Context(), &ssmapi.SendCommandInput{DocumentName: new("AWS-RunShellScript"), Targets: tt.targets,
				Parameters: map[string][]string{"commands": {"id"}}})
			wantCode(t, err, tt.code)
		})
	}
}

func TestCommandToATerminatedNodeIsUndeliverable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{}, mock.Group{Count: 2, Agent: world.AgentLost})
		id := r.send("true", nil)
		time.Sleep(10 * time.Second)
		if _, err := r.ec2.TerminateInstances(t.Context(), &ec2api.TerminateInstancesInput{InstanceIds: r.ids}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Minute)
		if diff := cmp.Diff(map[string]int{"Undeliverable": 2}, r.details(id)); diff != "" {
			t.Error(diff)
		}
		if c := r.command(id); c.Status != types.CommandStatusFailed || c.ErrorCount != 0 || c.CompletedCount != 2 {
			t.Errorf("the command is %s with %d errors, %d completed", c.Status, c.ErrorCount, c.CompletedCount)
		}
	})
}

func TestListsRefuseFilters(t *testing.T) {
	r := newRig(t, world.Settings{Lag: new(time.Duration(0))}, mock.Group{Count: 1})
	status := func(key, value string) []types.CommandFilter {
		return []types.CommandFilter{{Key: types.CommandFilterKey(key), Value: &value}}
	}
	for _, tt := range []struct {
		name    string
		filters []types.CommandFilter
		ofNode  bool
		onLists [2]bool // refused by ListCommands, by ListCommandInvocations
	}{
		{"a status that does not exist", status("Status", "Done"), false, [2]bool{true, true}},
		{"Pending on a node", status("Status", "Pending"), true, [2]bool{true, false}},
		{"Pending", status("Status", "Pending"), false, [2]bool{false, false}},
		{"a status of invocations", status("Status", "Undeliverable"), false, [2]bool{true, false}},
		{"a status of commands", status("Status", "Incomplete"), false, [2]bool{false, true}},
		{"a stage", status("ExecutionStage", "Complete"), false, [2]bool{false, true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var node *string
			if tt.ofNode {
				node = &r.ids[0]
			}
			_, err := r.ssm.ListCommands(t.Context(), &ssmapi.ListCommandsInput{Filters: tt.filters, InstanceId: node})
			_, err2 := r.ssm.ListCommandInvocations(t.Context(), &ssmapi.ListCommandInvocationsInput{Filters: tt.filters, InstanceId: node})
			if got := [2]bool{err != nil, err2 != nil}; got != tt.onLists {
				t.Errorf("refused: %v, want %v (%v, %v)", got, tt.onLists, err, err2)
			}
		})
	}
}

func TestExecutionTimeoutBelowTheAgentsRangeIsAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{}, mock.Group{Count: 1})
		id := r.send("sleep 60", func(in *ssmapi.SendCommandInput) { in.Parameters["executionTimeout"] = []string{"4"} })
		time.Sleep(2 * time.Minute)
		if got := r.details(id); got["Success"] != 1 {
			t.Errorf("details %v", got)
		}
	})
}

func TestCancelRefusesAnIDTwice(t *testing.T) {
	r := newRig(t, world.Settings{Lag: new(time.Duration(0))}, mock.Group{Count: 1})
	id := r.send("true", nil)
	_, err := r.ssm.CancelCommand(t.Context(), &ssmapi.CancelCommandInput{CommandId: &id, InstanceIds: []string{r.ids[0], r.ids[0]}})
	wantCode(t, err, "DuplicateInstanceId")
}
