package command

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/smithy-go"
)

func TestRunYieldsOneResultPerNode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ssm := &fakeSSM{answer: func(id string) nodeAnswer {
			if strings.HasSuffix(id, "2") {
				return nodeAnswer{after: 3 * time.Second, stdout: "a", stderr: "b", exit: 7}
			}
			return nodeAnswer{after: time.Second, stdout: "fine\n"}
		}}
		got := runPlan(t.Context(), t, ssm, mustPlan(t, Request{Targets: targetsOf(3)}))
		if got.err != nil {
			t.Fatal(got.err)
		}
		failed := got.results[1]
		if failed.Outcome != Failed || failed.ExitCode != 7 || failed.Stdout != "a" || failed.Stderr != "b" {
			t.Errorf("the node that fails gives %+v", failed)
		}
		if failed.Elapsed() != 3*time.Second {
			t.Errorf("it ran for %s, want 3s", failed.Elapsed())
		}
		if got.finished.OK() || got.finished.Outcomes[Succeeded] != 2 {
			t.Errorf("summary %+v, want two that succeeded", got.finished)
		}
	})
}

// A fleet of 10,000 nodes has 450 calls for everything but progress, of which the inventory takes about 21.
func TestRunOverTenThousandNodesMakesFewCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ssm := &fakeSSM{answer: func(id string) nodeAnswer {
			return nodeAnswer{after: 20 * time.Second, stdout: "NAME=\"Amazon Linux\"\n" + id[:3]}
		}}
		got := runPlan(t.Context(), t, ssm, mustPlan(t, Request{Targets: targetsOf(10_000)}))
		if got.err != nil || !got.finished.OK() {
			t.Fatalf("error %v, summary %+v", got.err, got.finished)
		}
		if n := ssm.calls["SendCommand"] + ssm.calls["ListCommandInvocations"]; n > 400 {
			t.Errorf("%d calls to send and to collect, want 400", n)
		}
		if n := ssm.calls["GetCommandInvocation"] + ssm.calls["DescribeInstanceInformation"]; n != 0 {
			t.Errorf("%d calls that nothing asked for", n)
		}
		if n := ssm.calls["ListCommands"]; n > 60 {
			t.Errorf("%d calls for progress over 20 s, want four a look", n)
		}
	})
}

func TestResultsArriveAsCommandsComplete(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ssm := &fakeSSM{answer: func(id string) nodeAnswer {
			if id > fmt.Sprintf("i-%017x", 50) {
				return nodeAnswer{after: time.Hour}
			}
			return nodeAnswer{after: time.Second}
		}}
		start := time.Now()
		var first, last time.Duration
		for event, err := range NewRunner(ssm.config()).Run(t.Context(), mustPlan(t, Request{Targets: targetsOf(100)})) {
			if _, done := event.(NodeDone); err == nil && done {
				if last = time.Since(start); first == 0 {
					first = last
				}
			}
		}
		if first > 5*time.Second || last < time.Hour {
			t.Errorf("the first result came after %s and the last after %s", first, last)
		}
	})
}

// A SendCommand whose answer is lost must never lead to a second command, however it was lost; runPlan checks that.
func TestLostAnswerIsLookedUpNotRepeated(t *testing.T) {
	faults := map[string]fault{
		"connection breaks": {lost: true},
		"no answer":         {hang: true},
		"half an answer":    {half: true},
		"empty answer":      {emptyResponse: true},
		"server error":      {status: 500, code: "InternalServerError", afterDoing: true},
		"bad gateway":       {status: 502, afterDoing: true},
	}
	for name, injected := range faults {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ssm := &fakeSSM{lag: 2 * time.Second, fault: func(action string, n int) fault {
					if action == "SendCommand" && n == 2 {
						return injected
					}
					return fault{}
				}}
				got := runPlan(t.Context(), t, ssm, mustPlan(t, Request{Targets: targetsOf(120), Comment: "patch day"}))
				if got.err != nil || !got.finished.OK() {
					t.Fatalf("error %v, summary %+v", got.err, got.finished)
				}
				if len(got.lost) != 1 || got.lost[0].Wait != settleTime {
					t.Errorf("lost answers told: %+v, want one", got.lost)
				}
				if n := ssm.calls["SendCommand"]; n != 3 {
					t.Errorf("%d calls of SendCommand, want 3", n)
				}
			})
		})
	}
}

func TestRequestThatNeverArrivedIsSentAgain(t *testing.T) {
	faults := map[string]fault{
		"connection breaks": {dropped: true},
		"server error":      {status: 500, code: "InternalServerError"},
		"unavailable":       {status: 503},
		"throttled":         {status: 400, code: "ThrottlingException", message: "Rate exceeded"},
	}
	for name, injected := range faults {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ssm := &fakeSSM{fault: func(action string, n int) fault {
					if action == "SendCommand" && n == 1 {
						return injected
					}
					return fault{}
				}}
				got := runPlan(t.Context(), t, ssm, mustPlan(t, Request{Targets: targetsOf(60)}))
				if got.err != nil || !got.finished.OK() {
					t.Fatalf("error %v, summary %+v", got.err, got.finished)
				}
				if n := ssm.calls["SendCommand"]; n != 3 {
					t.Errorf("%d calls of SendCommand, want 3", n)
				}
			})
		})
	}
}

func TestRequestThatNeverArrivesIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ssm := &fakeSSM{fault: func(action string, _ int) fault { return fault{dropped: action == "SendCommand"} }}
		got := runPlan(t.Context(), t, ssm, mustPlan(t, Request{Targets: targetsOf(2)}))
		if got.err == nil || got.finished.NeverSent != 2 {
			t.Errorf("error %v, summary %+v; want an error, and nothing sent", got.err, got.finished)
		}
		if n := ssm.calls["SendCommand"]; n != maxTries {
			t.Errorf("%d calls of SendCommand, want %d", n, maxTries)
		}
	})
}

func TestLongThrottlingOnlyDelays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ssm := &fakeSSM{fault: func(action string, n int) fault {
			if action == "SendCommand" && n <= 40 {
				return fault{status: 400, code: "ThrottlingException"}
			}
			return fault{}
		}}
		got := runPlan(t.Context(), t, ssm, mustPlan(t, Request{Targets: targetsOf(200)}))
		if got.err != nil || !got.finished.OK() {
			t.Errorf("error %v, summary %+v", got.err, got.finished)
		}
	})
}

func TestRefusedCommandEndsTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ssm := &fakeSSM{fault: func(action string, n int) fault {
			if action == "SendCommand" && n > 2 {
				return fault{status: 400, code: "AccessDeniedException", message: "not authorized"}
			}
			return fault{}
		}}
		plan := mustPlan(t, Request{Targets: targetsOf(300), MaxConcurrency: mustLimit(t, "100")})
		got := runPlan(t.Context(), t, ssm, plan)
		api, ok := errors.AsType[smithy.APIError](got.err)
		if !ok || api.ErrorCode() != "AccessDeniedException" {
			t.Errorf("error %v, want SSM's", got.err)
		}
		if got.finished.Outcomes[Succeeded] != 100 || got.finished.NeverSent != 200 {
			t.Errorf("summary %+v, want 100 results and 200 never sent to", got.finished)
		}
		if len(got.stopped) != 1 || got.stopped[0].Reason != StopFailed || got.stopped[0].Error == "" {
			t.Errorf("stopped %+v, want once, with the reason", got.stopped)
		}
	})
}

// Above 50 nodes we hold the limit ourselves. One more error than is allowed stops the sending.
func TestMaxErrorsStopsOverTheWholeSelection(t *testing.T) {
	tests := map[string]struct {
		maxErrors string
		sent      int
	}{
		"none allowed":         {"0", 50},
		"as many as there are": {"3", 100},
		"one fewer":            {"2", 50},
		"percentage":           {"1%", 100}, // of 300: three
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				failing := map[string]bool{}
				for _, target := range targetsOf(300)[:3] {
					failing[target.InstanceID] = true
				}
				for _, target := range targetsOf(300)[60:64] {
					failing[target.InstanceID] = true
				}
				ssm := &fakeSSM{answer: func(id string) nodeAnswer {
					if failing[id] {
						return nodeAnswer{exit: 1}
					}
					return nodeAnswer{after: time.Second}
				}}
				plan := mustPlan(t, Request{
					Targets:        targetsOf(300),
					MaxConcurrency: mustLimit(t, "50"),
					MaxErrors:      mustLimit(t, test.maxErrors),
				})
				got := runPlan(t.Context(), t, ssm, plan)
				if len(got.results) != test.sent || len(got.stopped) != 1 {
					t.Fatalf("%d results, stopped %+v; want %d results, stopped once", len(got.results), got.stopped, test.sent)
				}
				stopped := got.stopped[0]
				if stopped.Reason != StopErrors || len(stopped.NeverSent) != 300-test.sent || got.err != nil {
					t.Errorf("stopped for %s with %d never sent to, error %v", stopped.Reason, len(stopped.NeverSent), got.err)
				}
			})
		})
	}
}

func TestEachBatchGetsWhatIsLeftOfTheErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := targetsOf(100)[0].InstanceID
		ssm := &fakeSSM{answer: func(id string) nodeAnswer {
			if id == first {
				return nodeAnswer{exit: 1}
			}
			return nodeAnswer{after: time.Second}
		}}
		plan := mustPlan(t, Request{
			Targets: targetsOf(100), MaxConcurrency: mustLimit(t, "50"), MaxErrors: mustLimit(t, "5"),
		})
		runPlan(t.Context(), t, ssm, plan)
		if a, b := ssm.commands[0].maxErrors, ssm.commands[1].maxErrors; a != "5" || b != "4" {
			t.Errorf("max errors of the batches are %s and %s, want 5 and 4", a, b)
		}
	})
}

func TestConcurrencyIsNeverExceeded(t *testing.T) {
	for _, limit := range []string{"1", "7", "50", "51", "60", "99", "120", "10%", "100%"} {
		t.Run(limit, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ssm := &fakeSSM{answer: func(string) nodeAnswer { return nodeAnswer{after: 4 * time.Second} }}
				asked := mustLimit(t, limit)
				plan := mustPlan(t, Request{Targets: targetsOf(500), MaxConcurrency: asked})
				got := runPlan(t.Context(), t, ssm, plan)
				if got.err != nil || !got.finished.OK() {
					t.Fatalf("error %v, summary %+v", got.err, got.finished)
				}
				if most := asked.Of(500); ssm.peak > most || ssm.peak*3 < most*2 {
					t.Errorf("up to %d nodes at the same time, want close to %d and not more", ssm.peak, most)
				}
			})
		})
	}
}

func TestCancelReportsWhatHadFinished(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ssm := &fakeSSM{answer: func(id string) nodeAnswer {
			if id <= fmt.Sprintf("i-%017x", 30) {
				return nodeAnswer{after: time.Second, stdout: "done"}
			}
			return nodeAnswer{after: time.Hour}
		}}
		cause := errors.New("interrupted")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(10*time.Second, func() { cancel(cause) })
		start := time.Now()
		plan := mustPlan(t, Request{Targets: targetsOf(300), MaxConcurrency: mustLimit(t, "100")})
		got := runPlan(ctx, t, ssm, plan)
		if !errors.Is(got.err, cause) {
			t.Errorf("error %v, want the cause of the context", got.err)
		}
		want := map[Outcome]int{Succeeded: 30, Cancelled: 70}
		if got.finished.Outcomes[Succeeded] != 30 || got.finished.Outcomes[Cancelled] != 70 || got.finished.NeverSent != 200 {
			t.Errorf("summary %+v, want %v and 200 never sent to", got.finished, want)
		}
		if len(got.cancels) != 1 || len(got.cancels[0].Commands) != 2 || got.cancels[0].Nodes != 70 {
			t.Errorf("cancelled %+v, want two commands with 70 nodes under way", got.cancels)
		}
		if took := time.Since(start); took > 12*time.Second {
			t.Errorf("the run went on for %s after a cancel at 10s", took)
		}
	})
}

// A command whose answer was lost may be under way when the user interrupts: it has to be found, and cancelled too.
func TestCancelFindsCommandInDoubt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ssm := &fakeSSM{
			answer: func(string) nodeAnswer { return nodeAnswer{after: time.Hour} },
			fault:  func(action string, _ int) fault { return fault{lost: action == "SendCommand"} },
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(2*time.Second, cancel)
		got := runPlan(ctx, t, ssm, mustPlan(t, Request{Targets: targetsOf(3)}))
		if got.finished.Outcomes[Cancelled] != 3 || ssm.calls["CancelCommand"] != 1 {
			t.Errorf("summary %+v with %d cancels, want three cancelled nodes", got.finished, ssm.calls["CancelCommand"])
		}
	})
}

func TestCancelThatHasNoEffectIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ssm := &fakeSSM{
			answer: func(string) nodeAnswer { return nodeAnswer{after: time.Hour} },
			fault: func(action string, _ int) fault {
				if action == "CancelCommand" {
					return fault{status: 400, code: "AccessDeniedException"}
				}
				return fault{}
			},
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(2*time.Second, cancel)
		start := time.Now()
		got := runPlan(ctx, t, ssm, mustPlan(t, Request{Targets: targetsOf(3)}))
		if got.finished.Outcomes[Unknown] != 3 || len(got.cancels[0].Failed) != 1 {
			t.Errorf("summary %+v, cancels %+v", got.finished, got.cancels)
		}
		if took := time.Since(start); took > drainTime+10*time.Second {
			t.Errorf("the run went on for %s", took)
		}
	})
}

func TestConsumerMayLeaveAtAnyEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for stay := range 12 {
			ssm := &fakeSSM{}
			seen := 0
			for range NewRunner(ssm.config()).Run(t.Context(), mustPlan(t, Request{Targets: targetsOf(4)})) {
				if seen++; seen > stay {
					break
				}
			}
			if ssm.calls["CancelCommand"] != 0 {
				t.Error("leaving the events cancelled the command")
			}
		}
	})
}

func TestLagOfTheListsIsWaitedFor(t *testing.T) {
	for _, nodes := range []int{3, 130} {
		t.Run(fmt.Sprintf("%d nodes", nodes), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ssm := &fakeSSM{lag: 4 * time.Second}
				got := runPlan(t.Context(), t, ssm, mustPlan(t, Request{Targets: targetsOf(nodes)}))
				if got.err != nil || !got.finished.OK() {
					t.Errorf("error %v, summary %+v", got.err, got.finished)
				}
			})
		})
	}
}

func TestLookingAgainAfterFailedLooks(t *testing.T) {
	faults := map[string]fault{
		"server error":   {status: 500},
		"throttled":      {status: 400, code: "ThrottlingException"},
		"no answer":      {hang: true},
		"not yet listed": {status: 400, code: "InvalidCommandId"},
	}
	for name, injected := range faults {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ssm := &fakeSSM{fault: func(action string, n int) fault {
					if strings.HasPrefix(action, "List") && n <= 3 {
						return injected
					}
					return fault{}
				}}
				got := runPlan(t.Context(), t, ssm, mustPlan(t, Request{Targets: targetsOf(3)}))
				if got.err != nil || !got.finished.OK() {
					t.Errorf("error %v, summary %+v", got.err, got.finished)
				}
			})
		})
	}
}

func TestGivingUpNamesEveryNode(t *testing.T) {
	faults := map[string]fault{
		"for ever": {status: 500},
		"at once":  {status: 400, code: "ExpiredTokenException", message: "expired"},
	}
	for name, injected := range faults {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ssm := &fakeSSM{fault: func(action string, _ int) fault {
					if action == "ListCommands" {
						return injected
					}
					return fault{}
				}}
				got := runPlan(t.Context(), t, ssm, mustPlan(t, Request{Targets: targetsOf(70), MaxConcurrency: mustLimit(t, "50")}))
				if got.err == nil || got.finished.Outcomes[Unknown] != 50 || got.finished.NeverSent != 20 {
					t.Errorf("error %v, summary %+v", got.err, got.finished)
				}
			})
		})
	}
}

func TestCommandThatNeverEndsIsGivenUpAfterItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ssm := &fakeSSM{answer: func(string) nodeAnswer { return nodeAnswer{after: 1000 * time.Hour} }}
		start := time.Now()
		plan := mustPlan(t, Request{Targets: targetsOf(2), ExecutionTimeout: time.Minute})
		got := runPlan(t.Context(), t, ssm, plan)
		if got.finished.Outcomes[Unknown] != 2 || time.Since(start) > 10*time.Minute {
			t.Errorf("summary %+v after %s", got.finished, time.Since(start))
		}
	})
}

// With faults strewn over all calls, every target still appears exactly once and none is sent to twice.
func TestStrewnFaultsNeverSendTwice(t *testing.T) {
	kinds := []fault{
		{lost: true}, {dropped: true}, {half: true}, {hang: true},
		{status: 500}, {status: 500, afterDoing: true}, {status: 400, code: "ThrottlingException"},
	}
	for seed := range uint64(25) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 0))
			planned := make(map[string]fault) // decided here, so that goroutines do not race for the numbers
			for _, action := range []string{"SendCommand", "ListCommands", "ListCommandInvocations"} {
				for n := range 60 {
					if random.IntN(4) == 0 {
						planned[fmt.Sprint(action, n)] = kinds[random.IntN(len(kinds))]
					}
				}
			}
			ssm := &fakeSSM{
				lag:     time.Duration(random.IntN(3)) * time.Second,
				invalid: map[string]bool{targetsOf(9)[8].InstanceID: random.IntN(2) == 0},
				fault:   func(action string, n int) fault { return planned[fmt.Sprint(action, n)] },
			}
			plan := mustPlan(t, Request{Targets: targetsOf(400), MaxConcurrency: mustLimit(t, "100")})
			runPlan(t.Context(), t, ssm, plan)
			if t.Failed() {
				t.Fatalf("seed %d", seed)
			}
		})
	}
}

// Where no connection is made, nothing was sent: the SDK may try again at once, and the run ends without a look.
func TestNoConnectionEndsTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ssm := &fakeSSM{fault: func(string, int) fault { return fault{refused: true} }}
		got := runPlan(t.Context(), t, ssm, mustPlan(t, Request{Targets: targetsOf(2)}))
		if !errors.Is(got.err, syscall.ECONNREFUSED) || got.finished.NeverSent != 2 || len(got.lost) != 0 {
			t.Errorf("error %v, summary %+v, lost %+v", got.err, got.finished, got.lost)
		}
		if ssm.calls["SendCommand"] != 3 || ssm.calls["ListCommands"] != 0 {
			t.Errorf("calls %v, want the SDK's three attempts", ssm.calls)
		}
	})
}
