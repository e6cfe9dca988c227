package cmd

import (
	"regexp"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/world"
)

func newLaunchBench(t *testing.T, settings world.Settings) *bench {
	t.Helper()
	b := newBench(t, settings)
	template := mock.Template{Name: "web", Tags: map[string]string{"role": "web"}}
	if _, err := b.server.Seed(mock.Here, mock.Fleet{Templates: []mock.Template{template}}); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestLaunchPrintsPlansAndResults(t *testing.T) {
	launchTwo := []string{"launch", "web", "--count", "2", "--name", "canary", "--tag", "team=ops", "--client-token", "once"}
	tests := []struct {
		golden string
		more   []string
	}{
		{"launch-plan.txt", []string{"--dry-run"}},
		{"launch-plan.json", []string{"--dry-run", "-o", "json"}},
		{"launch.txt", []string{"--wait", "ssm"}},
		{"launch.json", []string{"--wait", "ssm", "-o", "json"}},
	}
	for _, tt := range tests {
		t.Run(tt.golden, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newLaunchBench(t, world.Settings{})
				b.expect(ExitDone, append(launchTwo, tt.more...)...)
				golden(t, tt.golden, b.stdout)
			})
		})
	}
}

func TestLaunchOfWhatDoesNotExistNamesWhatDoes(t *testing.T) {
	b := newLaunchBench(t, noDelay())
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"wbe"}, "muster: launch template \"wbe\" does not exist\nhint: in this region there are: web\n"},
		{[]string{"web", "--version", "7"}, "muster: launch template \"web\" has no version 7\nhint: the latest version is 1, the default 1\n"},
		{[]string{"web", "--count", "0"}, "muster: count is 0; at least 1\n"},
	} {
		b.expect(ExitUsage, append([]string{"launch"}, tt.args...)...)
		if b.stderr != tt.want {
			t.Errorf("%q: got %q, want %q", tt.args, b.stderr, tt.want)
		}
	}
	if n := b.server.CallSummary()["ec2:RunInstances"]; n > 0 {
		t.Errorf("%d launches", n)
	}
}

func TestLaunchAsksAboveTen(t *testing.T) {
	b := newLaunchBench(t, noDelay())
	b.expect(ExitDone, "launch", "web", "--count", "10")
	b.expect(ExitRefused, "launch", "web", "--count", "11")
	b.expect(ExitRefused, "launch", "web", "--count", "2", "--expect", "3")
	b.terminal, b.answer = true, "y\n"
	b.expect(ExitDone, "launch", "web", "--count", "11")
	if !strings.Contains(b.stderr, "launch 11 machines in us-east-1 at http://mock.invalid? [y/N] ") {
		t.Errorf("got %s", b.stderr)
	}
}

func TestTheClientTokenOfALaunchRepeatsIt(t *testing.T) {
	b := newLaunchBench(t, noDelay())
	b.expect(ExitDone, "launch", "web")
	first, token := b.stdout, regexp.MustCompile(`--client-token (\S+) `).FindStringSubmatch(b.stderr)
	if token == nil {
		t.Fatalf("no token in %q", b.stderr)
	}
	b.expect(ExitDone, "launch", "web", "--client-token", token[1])
	if !strings.HasPrefix(b.stdout, first[:strings.Index(first, "\n")]) || strings.Fields(b.stdout)[7] != strings.Fields(first)[7] {
		t.Errorf("another instance:\n%s%s", first, b.stdout)
	}
	b.expect(ExitFailed, "launch", "web", "--count", "2", "--client-token", token[1])
	if !strings.Contains(b.stderr, "(IdempotentParameterMismatch)\nhint: this client token belongs to a launch with other flags") {
		t.Errorf("got %s", b.stderr)
	}
}

func TestALaunchThatFindsNoRoomIsNotTriedAgain(t *testing.T) {
	b := newLaunchBench(t, noDelay())
	err := b.server.Fault(world.Fault{Service: "ec2", Action: "RunInstances", Code: "InsufficientInstanceCapacity", Status: 500, Message: "No room."})
	if err != nil {
		t.Fatal(err)
	}
	b.expect(ExitFailed, "launch", "web")
	if n := b.server.CallSummary()["ec2:RunInstances"]; n != 1 || !strings.Contains(b.stderr, "hint: EC2 has no room") {
		t.Errorf("%d calls, %s", n, b.stderr)
	}
}

// TestALaunchWithoutAnAnswerIsLookedFor: what EC2 shows under the client token was launched.
func TestALaunchWithoutAnAnswerIsLookedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newLaunchBench(t, noDelay())
		if err := b.server.Fault(world.Fault{Service: "ec2", Action: "RunInstances", Lost: true}); err != nil {
			t.Fatal(err)
		}
		b.expect(ExitDone, "launch", "web", "--client-token", "once")
		b.launched(1)
		b.expect(ExitDone, "launch", "web", "--client-token", "once")
		b.launched(1)
	})
}

// TestALaunchWithoutAnyAnswerSaysHowToRepeatIt: EC2 cannot even be asked what there is.
func TestALaunchWithoutAnyAnswerSaysHowToRepeatIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newLaunchBench(t, noDelay())
		for _, fault := range []world.Fault{
			{Service: "ec2", Action: "RunInstances", Lost: true},
			{Service: "ec2", Action: "DescribeInstances", Code: "InternalError", Status: 500},
		} {
			if err := b.server.Fault(fault); err != nil {
				t.Fatal(err)
			}
		}
		b.expect(ExitFailed, "launch", "web", "--client-token", "once")
		want := "hint: whether EC2 launched them is not known: the same flags with --client-token once launch nothing twice\n"
		if !strings.HasSuffix(b.stderr, want) {
			t.Errorf("got %s", b.stderr)
		}
		b.server.ClearFaults()
		b.expect(ExitDone, "launch", "web", "--client-token", "once")
		b.launched(1)
	})
}

// launched holds the number of instances that exist.
func (b *bench) launched(want int) {
	b.t.Helper()
	b.expect(ExitDone, "ls")
	if n := strings.Count(b.stdout, "\ni-"); n != want {
		b.t.Errorf("%d instances, want %d\n%s", n, want, b.stdout)
	}
}
