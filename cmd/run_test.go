package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/mocktest"
	"github.com/musterhq/muster/mock/world"
)

// runBench is a mock with a fleet, and an Env of buffers to run `muster run` in.
type runBench struct {
	t      *testing.T
	server *mock.Server
	ids    []string
	env    *Env
	stdout bytes.Buffer
	stderr bytes.Buffer
}

func newRunBench(t *testing.T, groups ...mock.Group) *runBench {
	t.Helper()
	b := &runBench{t: t, server: mocktest.New(t, world.Settings{})}
	var err error
	if b.ids, err = b.server.Seed(mock.Here, mock.Fleet{Groups: groups}); err != nil {
		t.Fatal(err)
	}
	b.env = &Env{
		Stdin:  strings.NewReader(""),
		Stdout: &b.stdout,
		Stderr: &b.stderr,
		Getenv: func(string) string { return "" },
		Logger: discardLogger(),
		AWS:    func(context.Context) (aws.Config, error) { return b.server.Config(), nil },
	}
	return b
}

// run runs the command and returns its exit code.
func (b *runBench) run(args ...string) int {
	b.t.Helper()
	return b.runIn(b.t.Context(), args...)
}

func (b *runBench) runIn(ctx context.Context, args ...string) int {
	root := newRootCommand(b.env)
	if c, _, err := root.Find([]string{"run"}); err != nil || c == root {
		root.AddCommand(newRunCommand(b.env))
	}
	root.SetArgs(append([]string{"run"}, args...))
	return b.env.report(ctx, root.ExecuteContext(ctx))
}

func web(n int) mock.Group {
	return mock.Group{Count: n, Name: "web-#", Tags: map[string]string{"role": "web"}}
}

func TestRunFoldsWhatIsAlikeAndPutsFailuresLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bad := mock.Group{Count: 2, Name: "db-#", Tags: map[string]string{"role": "db"}, Files: map[string]string{"/etc/bad": "x"}}
		b := newRunBench(t, web(3), bad)
		code := b.run("all", "--", "if test -e /etc/bad; then echo oh; echo no >&2; exit 4; fi; echo fine; echo and well")
		want := `3 nodes: web-1 web-2 web-3
  fine
  and well

2 nodes failed with exit code 4: db-1 db-2
  oh
! no
! failed to run commands: exit status 4
`
		if diff := cmp.Diff(want, b.stdout.String()); diff != "" {
			t.Error(diff)
		}
		if code != ExitPartial || !strings.Contains(b.stderr.String(), "muster: run: 2 of 5 instances failed") {
			t.Errorf("exit %d, stderr:\n%s", code, &b.stderr)
		}
	})
}

func TestRunQuotesSeveralWordsAndNotOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newRunBench(t, web(1))
		if code := b.run("web-1", "--", "echo", "$HOME; exit 3", "a  b"); code != ExitDone {
			t.Errorf("exit %d, stderr:\n%s", code, &b.stderr)
		}
		if code := b.run("web-1", "--", "echo one | cat; echo $((1+1))"); code != ExitDone {
			t.Errorf("exit %d, stderr:\n%s", code, &b.stderr)
		}
		want := "1 node: web-1\n  $HOME; exit 3 a  b\n1 node: web-1\n  one\n  2\n"
		if diff := cmp.Diff(want, b.stdout.String()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestRunTakesAScriptFromAFileOrStandardInput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newRunBench(t, web(1))
		file := filepath.Join(t.TempDir(), "audit.sh")
		if err := os.WriteFile(file, []byte("#!/bin/sh\necho from a file\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		b.run("web-1", "--script", file)
		b.env.Stdin = strings.NewReader("echo from standard input\n")
		b.run("web-1", "--script", "-")
		want := "1 node: web-1\n  from a file\n1 node: web-1\n  from standard input\n"
		if diff := cmp.Diff(want, b.stdout.String()); diff != "" {
			t.Errorf("%s\nstderr:\n%s", diff, &b.stderr)
		}
	})
}

// What makes no sense is refused before AWS is asked anything.
func TestRunRefusesBadInput(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.sh")
	if err := os.WriteFile(empty, []byte(" \n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		args []string
		want string
	}{
		"no selector":            {[]string{"--", "uptime"}, "no selector given"},
		"empty selector":         {[]string{"", "--", "uptime"}, "the selector is empty"},
		"empty value":            {[]string{"env=", "--", "uptime"}, "has no value"},
		"unknown key":            {[]string{"stat=running", "--", "uptime"}, ""},
		"no command":             {[]string{"all"}, "no command"},
		"no command after --":    {[]string{"all", "--"}, "no command"},
		"command without --":     {[]string{"web-1", "uptime"}, "put -- before the command: muster run web-1 -- …"},
		"empty command":          {[]string{"all", "--", ""}, "the command after -- is empty\nhint: is a variable unset?"},
		"script file missing":    {[]string{"all", "--script", "/no/such/file"}, "no such file"},
		"script is a directory":  {[]string{"all", "--script", "/"}, "is a directory"},
		"script without a name":  {[]string{"all", "--script", ""}, "no file name"},
		"script is empty":        {[]string{"all", "--script", empty}, "it is empty"},
		"standard input empty":   {[]string{"all", "--script", "-"}, "the script from standard input: it is empty"},
		"script and command":     {[]string{"all", "--script", empty, "--", "uptime"}, "both --script and a command"},
		"timeout too short":      {[]string{"all", "--timeout", "1s", "--", "uptime"}, "--timeout: 1s is not between"},
		"timeout without a unit": {[]string{"all", "--timeout", "60", "--", "uptime"}, "missing unit"},
		"delivery too short":     {[]string{"all", "--delivery-timeout", "5s", "--", "uptime"}, "--delivery-timeout: 5s is not between"},
		"no concurrency":         {[]string{"all", "--max-concurrency", "0", "--", "uptime"}, "at least one node"},
		"empty max errors":       {[]string{"all", "--max-errors", "", "--", "uptime"}, "neither a number"},
		"parameter reference":    {[]string{"all", "--", "echo {{ssm:/app/key}}"}, "aws ssm get-parameter"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			b := newRunBench(t)
			b.env.AWS = func(context.Context) (aws.Config, error) {
				t.Error("AWS was asked")
				return aws.Config{}, context.Canceled
			}
			if code := b.run(test.args...); code != ExitUsage {
				t.Errorf("exit %d, want %d", code, ExitUsage)
			}
			if !strings.Contains(b.stderr.String(), test.want) || b.stdout.Len() > 0 {
				t.Errorf("stderr lacks %q:\n%s\nstdout: %s", test.want, &b.stderr, &b.stdout)
			}
		})
	}
}

func TestRunOfNoInstanceIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newRunBench(t, web(2))
		if code := b.run("role=wbe", "--", "uptime"); code != ExitUsage {
			t.Errorf("exit %d, stderr:\n%s", code, &b.stderr)
		}
	})
}

func TestRunNamesAndLeavesOutWhatSSMCannotReach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newRunBench(t, web(2),
			mock.Group{Count: 2, Name: "lost-#", Agent: "lost"},
			mock.Group{Count: 1, Name: "bare-#", Agent: "none"},
			mock.Group{Count: 2, Name: "off-#"})
		client := ec2.NewFromConfig(b.server.Config())
		if _, err := client.StopInstances(t.Context(), &ec2.StopInstancesInput{InstanceIds: b.ids[5:6]}); err != nil {
			t.Fatal(err)
		}
		if _, err := client.TerminateInstances(t.Context(), &ec2.TerminateInstancesInput{InstanceIds: b.ids[6:]}); err != nil {
			t.Fatal(err)
		}
		if err := b.server.Advance(5 * time.Minute); err != nil {
			t.Fatal(err)
		}
		if code := b.run("all", "--", "echo hello"); code != ExitPartial {
			t.Errorf("exit %d", code)
		}
		if want := "2 nodes: web-1 web-2\n  hello\n"; b.stdout.String() != want {
			t.Errorf("stdout:\n%s", &b.stdout)
		}
		for _, want := range []string{
			fmt.Sprintf("2 instances left out (SSM has lost the connection to the agent): lost-1 (%s) lost-2 (%s)\n", b.ids[2], b.ids[3]),
			fmt.Sprintf("1 instance left out (unknown to SSM: no agent has registered): bare-1 (%s)\n", b.ids[4]),
			fmt.Sprintf("1 instance left out (stopped): off-1 (%s)\n", b.ids[5]),
			"1 instance shutting down or terminated: left out\n",
			"run: 4 of 6 instances left out\n",
		} {
			if !strings.Contains(b.stderr.String(), want) {
				t.Errorf("stderr lacks %q:\n%s", want, &b.stderr)
			}
		}
	})
}

// 51 ids of which one is gone: 50 results, that one named, exit 3.
func TestRunOfFiftyOneIDsOfWhichOneIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newRunBench(t, web(50))
		gone := "i-0123456789abcdef0"
		args := append(append([]string{"--yes"}, b.ids...), gone, "--", "echo hello")
		if code := b.run(args...); code != ExitPartial {
			t.Errorf("exit %d, stderr:\n%s", code, &b.stderr)
		}
		if !strings.HasPrefix(b.stdout.String(), "50 nodes: web-1 web-2 ") {
			t.Errorf("stdout:\n%s", &b.stdout)
		}
		if !strings.Contains(b.stderr.String(), "left out (no such instance): "+gone) {
			t.Errorf("stderr:\n%s", &b.stderr)
		}
	})
}

func TestRunRawPrintsEachNodeWithItsName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		same := mock.Group{Count: 2, Name: "same"}
		b := newRunBench(t, web(1), same)
		if code := b.run("all", "--raw", "--", "echo one; echo two; echo three >&2"); code != ExitDone {
			t.Errorf("exit %d", code)
		}
		var want []string
		for _, label := range []string{"same(" + b.ids[1] + ")", "same(" + b.ids[2] + ")", "web-1"} {
			want = append(want, label+": one", label+": two")
			if !strings.Contains(b.stderr.String(), label+": three\n") {
				t.Errorf("stderr lacks what %s wrote to it:\n%s", label, &b.stderr)
			}
		}
		got := strings.Split(strings.TrimSpace(b.stdout.String()), "\n")
		if len(got) != len(want) {
			t.Fatalf("stdout:\n%s", &b.stdout)
		}
		for _, line := range want {
			if !strings.Contains(b.stdout.String(), line+"\n") {
				t.Errorf("stdout lacks %q:\n%s", line, &b.stdout)
			}
		}
	})
}

func TestRunPrintsEventsAsJSONLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newRunBench(t, web(2), mock.Group{Count: 1, Name: "bare", Agent: "none"})
		if code := b.run("all", "--output", "json", "--", "echo hello"); code != ExitPartial {
			t.Errorf("exit %d", code)
		}
		var kinds []string
		for line := range strings.Lines(b.stdout.String()) {
			var event struct{ Event, ID, Name, Stdout, Outcome string }
			if err := json.Unmarshal([]byte(line), &event); err != nil {
				t.Fatalf("%v in %s", err, line)
			}
			kinds = append(kinds, strings.TrimSpace(event.Event+" "+event.Name))
			if event.Event == "node" && (event.ID == "" || event.Stdout != "hello\n" || event.Outcome != "succeeded") {
				t.Errorf("a node's line: %s", line)
			}
			if !strings.HasPrefix(line, `{"event":"`) {
				t.Errorf("the event's name does not come first: %s", line)
			}
		}
		want := []string{"left-out bare", "sent", "progress", "progress", "node web-1", "node web-2", "finished"}
		if diff := cmp.Diff(want, dedupe(kinds)); diff != "" {
			t.Errorf("%s\n%s", diff, &b.stdout)
		}
	})
}

// dedupe shortens a row of more than two progress events to two.
func dedupe(kinds []string) []string {
	var out []string
	for _, kind := range kinds {
		if n := len(out); kind == "progress" && n > 1 && out[n-1] == kind && out[n-2] == kind {
			continue
		}
		out = append(out, kind)
	}
	return out
}

func TestRunDryRunPrintsThePlanAndSendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newRunBench(t, web(12))
		args := []string{"role=web", "--dry-run", "--max-errors", "1", "--comment", "who is up", "--", "uptime\ndate"}
		if code := b.run(args...); code != ExitDone {
			t.Errorf("exit %d, stderr:\n%s", code, &b.stderr)
		}
		for _, want := range append([]string{
			"run on 12 nodes, in 1 command", "script     uptime\n             date\n", "1h0m0s for the script, 1m0s for its delivery",
			"stops      after more than 1 failure", "comment    who is up",
		}, b.ids...) {
			if !strings.Contains(b.stdout.String(), want) {
				t.Errorf("the plan lacks %q:\n%s", want, &b.stdout)
			}
		}
		b.stdout.Reset()
		b.run(append([]string{"--output", "json"}, args...)...)
		var plan struct {
			Key     string
			DryRun  bool
			Batches []struct{ Targets []struct{ ID string } }
		}
		if err := json.Unmarshal(b.stdout.Bytes(), &plan); err != nil || !plan.DryRun || len(plan.Batches[0].Targets) != 12 {
			t.Errorf("%v in %s", err, &b.stdout)
		}
		if n := b.server.CallSummary()["ssm:SendCommand"]; n != 0 {
			t.Errorf("%d commands were sent", n)
		}
	})
}

func TestRunAsksAboveTen(t *testing.T) {
	tests := map[string]struct {
		nodes  int
		answer string // empty: no terminal
		args   []string
		code   int
	}{
		"ten":                       {10, "", nil, ExitDone},
		"eleven, nobody there":      {11, "", nil, ExitRefused},
		"eleven, yes":               {11, "y\n", nil, ExitDone},
		"eleven, no":                {11, "n\n", nil, ExitRefused},
		"expected":                  {3, "", []string{"--expect", "3"}, ExitDone},
		"other number than expects": {3, "", []string{"--expect", "2"}, ExitRefused},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newRunBench(t, web(test.nodes))
				if test.answer != "" {
					b.env.Terminal = Terminal{Stdin: true, Stderr: true}
					b.env.Stdin = strings.NewReader(test.answer)
				}
				args := append(append([]string{"role=web"}, test.args...), "--", "echo hello")
				if code := b.run(args...); code != test.code {
					t.Errorf("exit %d, want %d; stderr:\n%s", code, test.code, &b.stderr)
				}
				sent := b.server.CallSummary()["ssm:SendCommand"] > 0
				if sent != (test.code == ExitDone) {
					t.Errorf("sent: %t", sent)
				}
			})
		})
	}
}

func TestRunStopsAtMaxErrorsAndNamesWhoWasNeverSentTo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newRunBench(t, web(110))
		code := b.run("role=web", "--yes", "--max-concurrency", "50", "--max-errors", "2", "--", "exit 1")
		if code != ExitPartial {
			t.Errorf("exit %d", code)
		}
		for _, want := range []string{"--max-errors allows 2", "which go on; 60 nodes never sent to: web-", "run: of 110 instances 7 failed, 103 never sent to"} {
			if !strings.Contains(b.stderr.String(), want) {
				t.Errorf("stderr lacks %q:\n%s", want, &b.stderr)
			}
		}
	})
}

func TestFirstInterruptCancelsOnTheNodes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		quick := mock.Group{Count: 2, Name: "quick-#", Files: map[string]string{"/quick": ""}}
		b := newRunBench(t, web(3), quick)
		ctx, interrupt := context.WithCancelCause(t.Context())
		time.AfterFunc(20*time.Second, func() { interrupt(errInterrupted) })
		code := b.runIn(ctx, "all", "--", "test -e /quick || sleep 600; echo done")
		if code != ExitInterrupted {
			t.Errorf("exit %d", code)
		}
		if got := b.stdout.String(); !strings.HasPrefix(got, "2 nodes: quick-1 quick-2\n  done\n\n3 nodes cancelled: web-1 web-2 web-3\n") {
			t.Errorf("stdout:\n%s", got)
		}
		if !strings.Contains(b.stderr.String(), "interrupt again to leave at once") {
			t.Errorf("stderr:\n%s", &b.stderr)
		}
	})
}

func TestRunNeedsToKnowWhatCanBeReached(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newRunBench(t, web(2))
		if err := b.server.Fault(world.Fault{Service: "ssm", Code: "AccessDeniedException", Message: "not authorized"}); err != nil {
			t.Fatal(err)
		}
		if code := b.run("role=web", "--", "uptime"); code != ExitDenied {
			t.Errorf("exit %d, stderr:\n%s", code, &b.stderr)
		}
	})
}

func TestProgressIsOneLineOnATerminalAndLinesElsewhere(t *testing.T) {
	for _, terminal := range []bool{true, false} {
		t.Run(fmt.Sprintf("terminal=%t", terminal), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newRunBench(t, web(3))
				b.env.Terminal.Stderr = terminal
				b.run("role=web", "--", "sleep 5; echo hello")
				if got := strings.Contains(b.stderr.String(), "\r\x1b[K0 of 3 nodes done"); got != terminal {
					t.Errorf("stderr:\n%q", &b.stderr)
				}
				if !terminal && strings.ContainsAny(b.stderr.String(), "\r\x1b") {
					t.Errorf("stderr has control characters:\n%q", &b.stderr)
				}
				if !strings.HasSuffix(b.stderr.String(), "\n") {
					t.Errorf("the progress line is left behind: %q", &b.stderr)
				}
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		b := newRunBench(t, web(3))
		if b.run("role=web", "--quiet", "--", "echo hello"); b.stderr.Len() > 0 {
			t.Errorf("--quiet leaves on stderr:\n%s", &b.stderr)
		}
	})
}
