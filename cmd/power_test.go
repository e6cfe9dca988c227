package cmd

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/world"
)

// aged returns a bench with one instance of each kind that a command may meet.
func aged(t *testing.T) *bench {
	t.Helper()
	b := newBench(t, noDelay(), mock.Group{Count: 4, Name: "web-#", Tags: map[string]string{"role": "web"}})
	b.expect(ExitDone, "stop", b.ids[1])
	b.expect(ExitDone, "terminate", b.ids[3], "--yes")
	return b
}

func TestPowerCommandsPrintOneResultForEachInstance(t *testing.T) {
	tests := []struct {
		golden string
		code   int
		args   []string
	}{
		{"stop-plan.txt", ExitDone, []string{"stop", "role=web", "--dry-run"}},
		{"stop-plan.json", ExitDone, []string{"stop", "role=web", "--dry-run", "-o", "json"}},
		{"stop.txt", ExitDone, []string{"stop", "role=web", "--yes", "--wait"}},
		{"stop.json", ExitDone, []string{"stop", "role=web", "--yes", "--wait", "-o", "json"}},
		{"start.txt", ExitDone, []string{"start", "role=web", "--wait"}},
		{"reboot.txt", ExitPartial, []string{"reboot", "role=web"}},
		{"terminate.txt", ExitDone, []string{"terminate", "role=web", "--yes", "--wait"}},
		{"start-missing.txt", ExitPartial, []string{"start", "IDS", "i-00000000000000000"}},
		{"start-missing.json", ExitPartial, []string{"start", "IDS", "i-00000000000000000", "-o", "json"}},
	}
	for _, tt := range tests {
		t.Run(tt.golden, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := aged(t)
				b.expect(tt.code, strings.Fields(strings.ReplaceAll(strings.Join(tt.args, " "), "IDS", strings.Join(b.ids, " ")))...)
				golden(t, tt.golden, b.stdout)
			})
		})
	}
}

// TestCommandsThatActRefuseWhatAnUnsetVariableLeaves holds that none of it is ever read as all machines.
func TestCommandsThatActRefuseWhatAnUnsetVariableLeaves(t *testing.T) {
	b := newBench(t, noDelay(), mock.Group{Count: 2, Name: "web-#"})
	for _, verb := range []string{"start", "stop", "reboot", "terminate"} {
		for _, selector := range [][]string{nil, {""}, {" "}, {","}, {"env="}, {"tag:env="}, {"state="}, {"Name=web-1,env="}, {b.ids[0], ""}} {
			b.expect(ExitUsage, append([]string{verb, "--yes"}, selector...)...)
		}
	}
	if n := len(b.server.Calls()); n > 0 {
		t.Errorf("%d calls were made", n)
	}
}

func TestPowerCommandsAskAsTheTableSays(t *testing.T) {
	changed := map[string]string{"start": "StartInstances", "stop": "StopInstances", "reboot": "RebootInstances", "terminate": "TerminateInstances"}
	tests := []struct {
		verb      string
		instances string
		asks      bool
	}{
		{"start", "few-*", false}, {"start", "all", true},
		{"reboot", "few-*", false}, {"reboot", "all", true},
		{"stop", "few-1", false}, {"stop", "few-*", true}, {"stop", "all", true},
		{"terminate", "few-1", true}, {"terminate", "few-*", true}, {"terminate", "all", true},
	}
	for _, tt := range tests {
		t.Run(tt.verb+" "+tt.instances, func(t *testing.T) {
			b := newBench(t, noDelay(), mock.Group{Count: 10, Name: "few-#"}, mock.Group{Count: 1, Name: "more"})
			if tt.verb == "start" {
				b.expect(ExitDone, "stop", "all", "--yes")
			}
			before := b.server.CallSummary()["ec2:"+changed[tt.verb]]
			acted := func() bool { return b.server.CallSummary()["ec2:"+changed[tt.verb]] > before }
			if tt.asks {
				b.expect(ExitRefused, tt.verb, tt.instances)
				b.terminal, b.answer = true, "n\n"
				b.expect(ExitRefused, tt.verb, tt.instances)
				if acted() {
					t.Error("it acted without an answer")
				}
				if !strings.Contains(b.stderr, "? [y/N] ") {
					t.Errorf("it did not ask: %s", b.stderr)
				}
				b.answer = "y\n"
			}
			b.expect(ExitDone, tt.verb, tt.instances)
			if !acted() {
				t.Error("it did not act")
			}
		})
	}
}

func TestExpectRefusesAnotherNumber(t *testing.T) {
	b := newBench(t, noDelay(), mock.Group{Count: 3, Name: "web-#"})
	b.expect(ExitRefused, "stop", "all", "--expect", "2", "--yes")
	if want := "muster: stop: 3 machines selected, --expect 2\nhint: muster ls with the same selector lists them\n"; b.stderr != want {
		t.Errorf("got %q, want %q", b.stderr, want)
	}
	b.expect(ExitDone, "stop", "all", "--expect", "3", "--yes")
}

func TestFiftyOneIDsOfWhichOneIsGone(t *testing.T) {
	b := newBench(t, noDelay(), mock.Group{Count: 50})
	const gone = "i-00000000000000000"
	b.expect(ExitPartial, append([]string{"stop", "--yes", "--wait", "-o", "json", gone}, b.ids...)...)
	var out powerResults
	if err := json.Unmarshal([]byte(b.stdout), &out); err != nil {
		t.Fatal(err)
	}
	outcomes := map[string]int{}
	for _, r := range out.Results {
		outcomes[string(r.Outcome)+" "+string(r.State)]++
		if (r.ID == gone) != (r.Error != "") {
			t.Errorf("%s: %s", r.ID, r.Error)
		}
	}
	if diff := cmp.Diff(map[string]int{"done stopped": 50, "failed ": 1}, outcomes); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if want := "muster: stop: 1 of 51 instances failed\n"; !strings.HasSuffix(b.stderr, want) {
		t.Errorf("got %q, want %q", b.stderr, want)
	}
}

func TestNothingMatchesIsAnErrorOfCommandsThatAct(t *testing.T) {
	b := newBench(t, noDelay(), mock.Group{Count: 1, Name: "web"})
	b.expect(ExitUsage, "stop", "wbe", "--yes")
	b.expect(ExitDone, "terminate", "web", "--yes", "--wait")
	b.expect(ExitUsage, "stop", "web", "--yes") // what is terminated counts no more
	if want := "stop: nothing that matches tag:Name=web can be acted on: " + b.ids[0] + " is terminated"; !strings.Contains(b.stderr, want) {
		t.Errorf("got %s", b.stderr)
	}
}

func TestWhatIsStillStoppingStartsWithWaitOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, world.Settings{}, mock.Group{Count: 1, Name: "web"})
		b.expect(ExitDone, "stop", "web")
		b.expect(ExitPartial, "start", "web")
		if !strings.Contains(b.stderr, "hint: 1 instance still stopping: --wait starts them as soon as they are stopped\n") {
			t.Errorf("got %s", b.stderr)
		}
		b.expect(ExitDone, "start", "web", "--wait")
		if !strings.Contains(b.stderr, "start: 0 arrived, 0 failed, waiting for 1\n") {
			t.Errorf("got %s", b.stderr)
		}
	})
}

func TestAWaitThatIsTooShortIsAPartialFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, world.Settings{}, mock.Group{Count: 1, Name: "web"})
		b.expect(ExitPartial, "stop", "web", "--wait", "--wait-timeout", "2s", "--quiet")
		if !strings.Contains(b.stdout, "failed: still stopping after 2s") || b.stderr != "muster: stop: 1 of 1 instance failed\n" {
			t.Errorf("got %s%s", b.stdout, b.stderr)
		}
	})
}

func TestAnInterruptedWaitPrintsWhatIsKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, world.Settings{}, mock.Group{Count: 1, Name: "web"})
		var stdout, stderr strings.Builder
		env, _ := envOf(b, nil)
		env.Stdout, env.Stderr = &stdout, &stderr
		ctx, cancel := context.WithCancelCause(t.Context())
		env.flags.quiet = true
		go func() {
			synctest.Wait() // the command waits for the instance to stop
			cancel(errInterrupted)
		}()
		code := env.invoke(ctx, []string{"stop", "web", "--wait"})
		if code != ExitInterrupted || !strings.Contains(stdout.String(), "stopping") || !strings.HasSuffix(stderr.String(), "muster: interrupted\n") {
			t.Errorf("exit %d, %s%s", code, stdout.String(), stderr.String())
		}
	})
}

func TestADeniedSecondBatchSaysWhatWasDoneAndWhatWasNot(t *testing.T) {
	b := newBench(t, noDelay(), mock.Group{Count: 250})
	err := b.server.Fault(world.Fault{Service: "ec2", Action: "StopInstances", Code: "UnauthorizedOperation", Status: 403, Message: "No.", Nth: 2})
	if err != nil {
		t.Fatal(err)
	}
	b.expect(ExitPartial, "stop", "all", "--yes", "-o", "json")
	var out powerResults
	if err := json.Unmarshal([]byte(b.stdout), &out); err != nil {
		t.Fatal(err)
	}
	got := map[outcome]int{}
	for _, r := range out.Results {
		got[r.Outcome]++
	}
	if diff := cmp.Diff(map[outcome]int{outcomeDone: 100, outcomeFailed: 100, outcomeNotSent: 50}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	want := "stop: 100 done, 100 failed, 50 not sent\nmuster: stop instances: No (UnauthorizedOperation)\n"
	if !strings.HasPrefix(b.stderr, want) {
		t.Errorf("got %q, want %q", b.stderr, want)
	}
}

// TestAnInterruptedCallIsLookedAtOnceMore holds that what the call did is found out, and what was not sent is said.
func TestAnInterruptedCallIsLookedAtOnceMore(t *testing.T) {
	tests := []struct {
		name  string
		fault world.Fault
		want  string
	}{
		{"it acted, and its answer was slow", world.Fault{Latency: world.Duration(time.Minute)}, "stop: 100 done, 50 not sent"},
		{"it never arrived", world.Fault{Silent: true}, "stop: 100 unknown, 50 not sent"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, world.Settings{}, mock.Group{Count: 150})
				tt.fault.Action = "StopInstances"
				if err := b.server.Fault(tt.fault); err != nil {
					t.Fatal(err)
				}
				var stdout strings.Builder
				env, stderr := envOf(b, nil)
				env.Stdout = &stdout
				ctx, cancel := context.WithCancelCause(t.Context())
				time.AfterFunc(10*time.Second, func() { cancel(errInterrupted) })
				code := env.invoke(ctx, []string{"stop", "all", "--yes", "-o", "text"})
				if code != ExitInterrupted || stderr.String() != tt.want+"\nmuster: interrupted\n" {
					t.Errorf("exit %d, got %q, want %q", code, stderr, tt.want)
				}
				if n := strings.Count(stdout.String(), "\n"); n != 150 {
					t.Errorf("%d results, want 150", n)
				}
			})
		})
	}
}
