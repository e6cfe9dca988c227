package cmd

import (
	"context"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/spf13/cobra"

	"github.com/musterhq/muster/account"
	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/world"
)

// explainedCommands are commands on a fleet of 120 web servers, three of which are stopped.
func explainedCommands() [][]string {
	return [][]string{
		{"ls"},
		{"show", "role=web"},
		{"version"},
		{"launch", "web", "--count", "3", "--yes"},
		{"launch", "web", "--count", "3", "--yes", "--wait", "ok"},
		{"launch", "web", "--count", "3", "--yes", "--wait", "ssm"},
		{"start", "state=stopped"},
		{"start", "state=stopped", "--wait"},
		{"stop", "role=web", "--yes"},
		{"stop", "role=web", "--yes", "--wait"},
		{"reboot", "state=running", "--yes", "--wait"},
		{"terminate", "role=web", "--yes"},
		{"run", "role=web", "--yes", "--", "uptime"},
		{"run", "role=web", "--yes", "--", "for i in $(seq 600); do echo 0123456789; done"},
		{"run", "role=web", "--yes", "--output-dir", "out", "--", "uptime"},
		{"run", "web-1", "--", "uptime"},
		{"run", "role=web", "--yes", "--document", "AWS-RunShellScript", "--param", "commands=uptime"},
		{"run", "state=stopped", "--", "uptime"},
		{"hibernate", "role=db", "--yes", "--wait"},
		{"hibernate", "role=web", "--yes"},
		{"resize", "role=web", "--type", "t3.large", "--stop", "--yes"},
		{"resize", "role=web", "--type", "t3.large", "--yes"},
		{"resize", "role=web", "--type", "t3.micro", "--yes"},
		{"protect", "role=web", "--yes"},
		{"protect", "role=web", "--from", "both", "--yes"},
		{"unprotect", "role=web", "--from", "stop", "--yes"},
		{"tag", "role=web", "env=prod", "--yes"},
		{"tag", "role=web", "role=web", "--yes"},
		{"tag", "all", "env=prod", "--attached", "--yes"},
		{"untag", "role=web", "role", "--yes"},
		{"patch", "scan", "role=web", "--yes"},
		{"patch", "install", "role=web", "--yes"},
		{"patch", "install", "role=web", "--reboot", "always", "--yes"},
		{"patch", "status"},
		{"patch", "report", "role=web"},
		{"events"},
		{"console", "web-1"},
		{"template", "ls"},
		{"template", "show", "web"},
		{"document", "ls"},
		{"document", "show", "AWS-RunPatchBaseline"},
	}
}

// TestWhatIsExplainedIsWhatIsCalled explains each command, and then runs it.
func TestWhatIsExplainedIsWhatIsCalled(t *testing.T) {
	for _, args := range explainedCommands() {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				t.Chdir(t.TempDir())
				b := newBench(t, world.Settings{}, mock.Group{Count: 120, Name: "web-#", Tags: map[string]string{"role": "web"}},
					mock.Group{Count: 2, Name: "db-#", Tags: map[string]string{"role": "db"}, Hibernation: true})
				if _, err := b.server.Seed(mock.Here, mock.Fleet{Templates: []mock.Template{{Name: "web", Tags: map[string]string{"role": "web"}}}}); err != nil {
					t.Fatal(err)
				}
				b.expect(ExitDone, append([]string{"stop", "--wait", "--yes"}, b.ids[117:]...)...)
				start := b.server.CallSummary()
				b.expect(ExitDone, splice(append([]string{"explain"}, args...), []string{"-o", "json"})...)
				if strings.Contains(b.stderr, "is not among these") {
					t.Error(b.stderr)
				}
				var explained explainedJSON
				if err := json.Unmarshal([]byte(b.stdout), &explained); err != nil {
					t.Fatal(err)
				}
				before := b.server.CallSummary()
				for action, n := range before {
					if n != start[action] && !regexp.MustCompile(`:(Describe|List|Get)`).MatchString(action) {
						t.Errorf("explain called %s", action)
					}
				}
				b.muster(args...)
				compareCalls(t, explained, before, b.server.CallSummary())
			})
		})
	}
}

// compareCalls holds the calls that were made against those that were explained.
func compareCalls(t *testing.T, explained explainedJSON, before, after map[string]int) {
	t.Helper()
	least, most := map[string]int{}, map[string]int{}
	const many = 1 << 30
	for _, call := range explained.Calls {
		least[call.Call] += call.AtLeast
		if call.AtMost == nil {
			most[call.Call] += many
			continue
		}
		most[call.Call] += *call.AtMost
	}
	for action := range after {
		if made := after[action] - before[action]; made < least[action] || made > most[action] {
			t.Errorf("%d calls of %s; explained were %d to %d", made, action, least[action], most[action])
		}
	}
	for action := range least {
		if _, called := after[action]; !called && least[action] > 0 {
			t.Errorf("%s was explained and never called", action)
		}
	}
}

// TestThePolicyAllowsWhatIsExplained holds the permissions against the README's policy.
func TestThePolicyAllowsWhatIsExplained(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t, noDelay(), smallFleet()...)
	if _, err := b.server.Seed(mock.Here, mock.Fleet{Templates: []mock.Template{{Name: "web", Tags: map[string]string{"role": "web"}}}}); err != nil {
		t.Fatal(err)
	}
	for _, args := range explainedCommands() {
		if slices.Contains(args, "state=stopped") || slices.Contains(args, "state=running") {
			continue
		}
		b.expect(ExitDone, splice(append([]string{"explain"}, args...), []string{"--query", "calls[].permissions[]", "-o", "text"})...)
		for permission := range strings.FieldsSeq(b.stdout) {
			if permission != "iam:PassRole" && !strings.Contains(string(readme), `"`+permission+`"`) {
				t.Errorf("%q needs %s, which the policy of the README lacks", args, permission)
			}
		}
	}
}

// TestEveryActingCommandIsExplained finds the commands that ask before they act, whoever adds one.
func TestEveryActingCommandIsExplained(t *testing.T) {
	walk(newRootCommand(silent(nil)), func(c *cobra.Command) {
		words := strings.Fields(c.CommandPath())[1:]
		explained := func(args []string) bool { return slices.Equal(args[:min(len(words), len(args))], words) }
		if c.Flags().Lookup("expect") != nil && !slices.ContainsFunc(explainedCommands(), explained) {
			t.Errorf("nothing compares what muster explain %s says with what is called", strings.Join(words, " "))
		}
	})
}

func TestExplainRefusesWhatItCannotExplain(t *testing.T) {
	b := newBench(t, noDelay(), smallFleet()...)
	for _, tt := range []struct {
		args string
		code int
		want string
	}{
		{"explain mock reset", ExitUsage, "muster: explain: mock makes no calls of AWS\n"},
		{"explain demo", ExitUsage, "muster: explain: demo makes no calls of AWS\n"},
		{"explain explain ls", ExitUsage, "muster: explain: explain makes no calls of AWS\n"},
		{"explain lss", ExitUsage, "muster: unknown command \"lss\"\nhint: did you mean ls?\n"},
		{"explain stop *", ExitUsage, "muster: selector \"tag:Name=*\" is no more than a wildcard\nhint: is a variable unset? Every machine is called all; any value at all is name=?*\n"},
		{"explain stop role=web --expect 7", ExitRefused, "muster: stop: 3 machines selected, --expect 7\nhint: muster ls with the same selector lists them\n"},
		{"explain", ExitDone, ""},
		{"explain stop --help", ExitDone, ""},
	} {
		b.expect(tt.code, strings.Fields(tt.args)...)
		if b.stderr != tt.want {
			t.Errorf("%s: got %q, want %q", tt.args, b.stderr, tt.want)
		}
	}
}

// TestExplainKeepsCallsThatChangeSomething holds the last line of defence, should a command ever act without asking.
func TestExplainKeepsCallsThatChangeSomething(t *testing.T) {
	b := newBench(t, noDelay(), smallFleet()...)
	env := silent(nil)
	env.AWS = b.config
	env.explaining = &explanation{}
	scope, err := env.Scope(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := stopDirectly(t.Context(), scope, b.ids); err == nil || !strings.Contains(err.Error(), "StopInstances is not called") {
		t.Errorf("got %v", err)
	}
	if n := b.server.CallSummary()["ec2:StopInstances"]; n != 0 {
		t.Errorf("%d calls", n)
	}
}

func (b *bench) config(context.Context) (aws.Config, error) { return b.server.Config(), nil }

func stopDirectly(ctx context.Context, scope *account.Scope, ids []string) error {
	_, err := ec2.NewFromConfig(scope.Config).StopInstances(ctx, &ec2.StopInstancesInput{InstanceIds: ids})
	return err
}
