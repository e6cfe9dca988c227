package command_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/account"
	"github.com/musterhq/muster/fleet"
	"github.com/musterhq/muster/fleet/command"
	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/mocktest"
	"github.com/musterhq/muster/mock/world"
)

// rehearsal is a mock with n web servers, and what a run over them gave.
type rehearsal struct {
	server *mock.Server
	ids    []string
}

func newRehearsal(t *testing.T, n int) rehearsal {
	t.Helper()
	server := mocktest.New(t, world.Settings{})
	ids, err := server.Seed(mock.Here, mock.Fleet{Groups: []mock.Group{{Count: n, Name: "web-#", Tags: map[string]string{"role": "web"}}}})
	if err != nil {
		t.Fatal(err)
	}
	return rehearsal{server: server, ids: ids}
}

func (r rehearsal) plan(t *testing.T, req command.Request) command.Plan {
	t.Helper()
	selector, err := fleet.Parse([]string{"role=web"})
	if err != nil {
		t.Fatal(err)
	}
	listing, err := fleet.NewInventory(r.server.Config()).List(t.Context(), selector, fleet.ListOptions{Nodes: true})
	if err != nil {
		t.Fatal(err)
	}
	req.Targets = command.Select(listing, selector).Targets
	key, err := command.NewKey(time.Now(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := command.NewPlan(key, req)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func (r rehearsal) run(ctx context.Context, t *testing.T, plan command.Plan) (fold command.Fold, finished command.Finished, last error) {
	t.Helper()
	for event, err := range command.NewRunner(r.server.Config()).Run(ctx, plan) {
		if err != nil {
			return fold, finished, err
		}
		switch event := event.(type) {
		case command.NodeDone:
			fold.Add(event.Result)
		case command.Finished:
			finished = event
		}
	}
	return fold, finished, nil
}

func groupsOf(fold command.Fold) []string {
	var lines []string
	for _, g := range fold.Groups() {
		lines = append(lines, fmt.Sprintf("%d %s %d %q %q", len(g.Targets), g.Outcome, g.ExitCode, g.Stdout, g.Stderr))
	}
	return lines
}

func TestMockRunsTheScriptOnEveryNode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRehearsal(t, 120)
		plan := r.plan(t, command.Request{Script: "echo hello; test 1 = 1"})
		fold, finished, err := r.run(t.Context(), t, plan)
		if err != nil || !finished.OK() {
			t.Fatalf("error %v, summary %+v", err, finished)
		}
		if diff := cmp.Diff([]string{`120 succeeded 0 "hello\n" ""`}, groupsOf(fold)); diff != "" {
			t.Error(diff)
		}
		calls := r.server.CallSummary()
		if calls["ssm:SendCommand"] != 3 || calls["ssm:ListCommandInvocations"] != 3 || calls["ssm:GetCommandInvocation"] != 0 {
			t.Errorf("calls %v, want three to send and three to collect", calls)
		}
	})
}

func TestMockGivesExitCodesAndBothStreams(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRehearsal(t, 3)
		plan := r.plan(t, command.Request{Script: "echo out; echo err >&2; exit 7"})
		fold, finished, err := r.run(t.Context(), t, plan)
		groups := fold.Groups()
		if err != nil || finished.Outcomes[command.Failed] != 3 || len(groups) != 1 {
			t.Fatalf("error %v, summary %+v, groups %v", err, finished, groupsOf(fold))
		}
		if g := groups[0]; g.ExitCode != 7 || g.Stdout != "out\n" || g.Stderr[:4] != "err\n" {
			t.Errorf("group %v", groupsOf(fold))
		}
	})
}

func TestMockCutsOutputAndTheRestIsFetched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRehearsal(t, 2)
		script := "i=0; while [ $i -lt 300 ]; do echo line $i of the output; i=$((i+1)); done"
		fold, _, err := r.run(t.Context(), t, r.plan(t, command.Request{Script: script}))
		if err != nil {
			t.Fatal(err)
		}
		if groups := fold.Groups(); len(groups) != 1 || groups[0].Truncated || len(groups[0].Stdout) < 6000 {
			t.Errorf("%d groups; the first has %d bytes, truncated %t", len(groups), len(groups[0].Stdout), groups[0].Truncated)
		}
		if n := r.server.CallSummary()["ssm:GetCommandInvocation"]; n != 2 {
			t.Errorf("%d calls of GetCommandInvocation, want one for each node", n)
		}
	})
}

func TestMockTimesTheScriptOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRehearsal(t, 2)
		plan := r.plan(t, command.Request{Script: "echo before; sleep 600", ExecutionTimeout: 10 * time.Second})
		_, finished, err := r.run(t.Context(), t, plan)
		if err != nil || finished.Outcomes[command.TimedOut] != 2 {
			t.Errorf("error %v, summary %+v", err, finished)
		}
	})
}

func TestMockCancelsOnTheNodes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRehearsal(t, 60)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(30*time.Second, cancel)
		_, finished, err := r.run(ctx, t, r.plan(t, command.Request{Script: "sleep 3000"}))
		if !errors.Is(err, context.Canceled) || finished.Outcomes[command.Cancelled] != 60 {
			t.Errorf("error %v, summary %+v", err, finished)
		}
	})
}

func TestMockRefusesABatchForATerminatedNode(t *testing.T) {
	for _, message := range []string{"named", "empty"} {
		t.Run(message, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRehearsal(t, 50)
				plan := r.plan(t, command.Request{Script: "echo hello"})
				r.terminate(t, r.ids[20])
				if message == "empty" {
					fault := world.Fault{Service: "ssm", Action: "SendCommand", Code: "InvalidInstanceId", Nth: 1}
					if err := r.server.Fault(fault); err != nil {
						t.Fatal(err)
					}
				}
				_, finished, err := r.run(t.Context(), t, plan)
				if err != nil || finished.Skipped != 1 || finished.Outcomes[command.Succeeded] != 49 {
					t.Errorf("error %v, summary %+v", err, finished)
				}
			})
		})
	}
}

// The same with the retry rules that the command line gives its clients.
func TestMockThrottlesAndTheRunGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRehearsal(t, 500)
		plan := r.plan(t, command.Request{Script: "echo hello"})
		for _, action := range []string{"SendCommand", "ListCommands", "ListCommandInvocations"} {
			if err := r.server.Fault(world.Fault{Service: "ssm", Action: action, Throttle: true, Rate: 0.5}); err != nil {
				t.Fatal(err)
			}
		}
		scope, err := account.New(r.server.Config(), account.Settings{})
		if err != nil {
			t.Fatal(err)
		}
		var finished command.Finished
		for event, err := range command.NewRunner(scope.Config).Run(t.Context(), plan) {
			if err != nil {
				t.Fatal(err)
			}
			switch event := event.(type) {
			case command.AnswerLost:
				t.Error("a throttled call was taken for one without an answer")
			case command.Finished:
				finished = event
			}
		}
		if !finished.OK() {
			t.Errorf("summary %+v", finished)
		}
	})
}

func TestMockServerErrorIsNotRepeatedByTheSDK(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRehearsal(t, 3)
		plan := r.plan(t, command.Request{Script: "echo hello"})
		fault := world.Fault{Service: "ssm", Action: "SendCommand", Code: "InternalServerError", Status: 500, Times: 1}
		if err := r.server.Fault(fault); err != nil {
			t.Fatal(err)
		}
		scope, err := account.New(r.server.Config(), account.Settings{})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		lost := 0
		for event, err := range command.NewRunner(scope.Config).Run(t.Context(), plan) {
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := event.(command.AnswerLost); ok {
				lost++
			}
		}
		if n := r.server.CallSummary()["ssm:SendCommand"]; n != 2 || lost != 1 || time.Since(start) < 15*time.Second {
			t.Errorf("%d calls of SendCommand, %d answers told lost, after %s", n, lost, time.Since(start))
		}
	})
}

func (r rehearsal) terminate(t *testing.T, id string) {
	t.Helper()
	client := ec2.NewFromConfig(r.server.Config())
	if _, err := client.TerminateInstances(t.Context(), &ec2.TerminateInstancesInput{InstanceIds: []string{id}}); err != nil {
		t.Fatal(err)
	}
	if err := r.server.Advance(5 * time.Minute); err != nil {
		t.Fatal(err)
	}
}
