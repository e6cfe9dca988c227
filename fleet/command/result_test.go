package command

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

func TestOutcomeIsReadFromTheDetails(t *testing.T) {
	tests := []struct {
		status, details string
		want            Outcome
	}{
		{"Success", "Success", Succeeded},
		{"Failed", "Failed", Failed},
		{"Failed", "Undeliverable", Unanswered},
		{"Failed", "InvalidPlatform", NotRun},
		{"Failed", "AccessDenied", NotRun},
		{"TimedOut", "ExecutionTimedOut", TimedOut},
		{"TimedOut", "DeliveryTimedOut", Unanswered},
		{"Cancelled", "Cancelled", Cancelled},
		{"Cancelled", "Terminated", NotRun},
		{"Pending", "Pending", Unknown},
		{"InProgress", "InProgress", Unknown},
		{"Delayed", "Delayed", Unknown},
		{"Cancelling", "Cancelling", Unknown},
		{"Something", "New", Unknown},
	}
	for _, test := range tests {
		if got := outcomeOf(test.status, test.details); got != test.want {
			t.Errorf("%s (%s) means %s, want %s", test.status, test.details, got, test.want)
		}
	}
	invocation := types.CommandInvocation{Status: "TimedOut", StatusDetails: new("Delivery Timed Out")}
	if got := resultOf(Target{}, invocation); got.Outcome != Unanswered || got.ExitCode != NoExitCode {
		t.Errorf("details with blanks mean %s, exit code %d", got.Outcome, got.ExitCode)
	}
}

func TestResultWithoutTimesTookNone(t *testing.T) {
	if took := (Result{Started: time.Now()}).Elapsed(); took != 0 {
		t.Errorf("a result without an end took %s", took)
	}
}

func TestOnlyCutOutputIsFetched(t *testing.T) {
	long := strings.Repeat("0123456789\n", 400)
	huge := strings.Repeat("x", 30_000)
	synctest.Test(t, func(t *testing.T) {
		targets := targetsOf(4)
		ssm := &fakeSSM{answer: func(id string) nodeAnswer {
			switch id {
			case targets[1].InstanceID:
				return nodeAnswer{stdout: long}
			case targets[2].InstanceID:
				return nodeAnswer{stdout: huge, stderr: "err"}
			}
			return nodeAnswer{stdout: "short"}
		}}
		got := runPlan(t.Context(), t, ssm, mustPlan(t, Request{Targets: targets}))
		if n := ssm.calls["GetCommandInvocation"]; n != 2 {
			t.Errorf("%d calls of GetCommandInvocation, want 2", n)
		}
		if r := got.results[1]; r.Stdout != long || r.Truncated {
			t.Errorf("long output has %d bytes, truncated %t", len(r.Stdout), r.Truncated)
		}
		if r := got.results[2]; len(r.Stdout) != maxStdout || r.Stderr != "err" || !r.Truncated {
			t.Errorf("huge output has %d bytes, truncated %t", len(r.Stdout), r.Truncated)
		}
	})
}

func TestCutOutputStandsWhereTheRestCannotBeHad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ssm := &fakeSSM{
			answer: func(string) nodeAnswer { return nodeAnswer{stdout: strings.Repeat("x", 3000)} },
			fault: func(action string, _ int) fault {
				if action == "GetCommandInvocation" {
					return fault{status: 400, code: "AccessDeniedException"}
				}
				return fault{}
			},
		}
		got := runPlan(t.Context(), t, ssm, mustPlan(t, Request{Targets: targetsOf(1)}))
		if r := got.results[0]; !r.OK() || !r.Truncated || !strings.HasPrefix(r.Stdout, "xxx") {
			t.Errorf("result %+v", r)
		}
	})
}
