package cmd

import (
	"testing"
	"testing/synctest"

	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/world"
)

func smallFleet() []mock.Group {
	return []mock.Group{
		{Count: 3, Name: "web-#", Tags: map[string]string{"role": "web", "env": "dev"}},
		{Count: 1, Name: "db", Tags: map[string]string{"role": "db"}},
	}
}

func TestListAndShow(t *testing.T) {
	tests := []struct {
		golden string
		args   []string
	}{
		{"ls.txt", []string{"ls"}},
		{"ls.json", []string{"ls", "role=web,Name=*-2", "-o", "json"}},
		{"ls-none.txt", []string{"ls", "role=nobody"}},
		{"show.txt", []string{"show", "web-1"}},
		{"show.json", []string{"show", "db", "-o", "json"}},
	}
	for _, tt := range tests {
		t.Run(tt.golden, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, noDelay(), smallFleet()...)
				b.expect(ExitDone, tt.args...)
				golden(t, tt.golden, b.stdout)
				if b.stderr != "" {
					t.Errorf("stderr: %s", b.stderr)
				}
			})
		})
	}
}

func TestListRefusesWhatAnUnsetVariableLeaves(t *testing.T) {
	b := newBench(t, noDelay(), smallFleet()...)
	for _, args := range [][]string{{"ls", ""}, {"ls", "env="}, {"ls", " , "}, {"show"}, {"show", ""}} {
		b.expect(ExitUsage, args...)
	}
	if n := len(b.server.Calls()); n > 0 {
		t.Errorf("%d calls were made", n)
	}
}

func TestListNamesIDsThatDoNotExist(t *testing.T) {
	b := newBench(t, noDelay(), smallFleet()...)
	const gone = "i-00000000000000000"
	b.expect(ExitPartial, "ls", b.ids[0], gone)
	if want := "muster: ls: no such instance: " + gone + "\n"; b.stderr != want {
		t.Errorf("got %q, want %q", b.stderr, want)
	}
	b.expect(ExitPartial, "show", gone)
}

func TestListGoesOnWithoutSSM(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, noDelay(), smallFleet()...)
		err := b.server.Fault(world.Fault{Service: "ssm", Code: "AccessDeniedException", Message: "User: x is not authorized"})
		if err != nil {
			t.Fatal(err)
		}
		b.expect(ExitDone, "ls")
		golden(t, "ls-without-ssm.txt", b.stdout)
		want := "warning: read the SSM status of all nodes: User: x is not authorized (AccessDeniedException)\n"
		if b.stderr != want {
			t.Errorf("got %q, want %q", b.stderr, want)
		}
	})
}

func TestShowOfNothingIsAnError(t *testing.T) {
	b := newBench(t, noDelay(), smallFleet()...)
	b.expect(ExitUsage, "show", "role=nobody")
	if want := "muster: show: no instance matches tag:role=nobody\nhint: muster ls lists what there is\n"; b.stderr != want {
		t.Errorf("got %q, want %q", b.stderr, want)
	}
}

// TestListMakesFewCalls holds the promise of the help text.
func TestListMakesFewCalls(t *testing.T) {
	b := newBench(t, noDelay(), mock.Group{Count: 1001, Name: "web-#", Tags: map[string]string{"role": "web"}}, mock.Group{Count: 10, Name: "db-#"})
	for _, tt := range []struct {
		args []string
		want map[string]int
	}{
		{[]string{"ls"}, map[string]int{"ec2:DescribeInstances": 2, "ssm:DescribeInstanceProperties": 2}},
		{[]string{"ls", "role=web"}, map[string]int{"ec2:DescribeInstances": 2, "ssm:DescribeInstanceProperties": 2}},
		{[]string{"ls", "db-*"}, map[string]int{"ec2:DescribeInstances": 1, "ssm:DescribeInstanceInformation": 1}},
		{append([]string{"ls"}, b.ids[:120]...), map[string]int{"ec2:DescribeInstances": 1, "ssm:DescribeInstanceInformation": 3}},
		{append([]string{"ls"}, b.ids[:201]...), map[string]int{"ec2:DescribeInstances": 2, "ssm:DescribeInstanceProperties": 2}},
	} {
		before := b.server.CallSummary()
		b.expect(ExitDone, tt.args...)
		for action, n := range b.server.CallSummary() {
			if made := n - before[action]; made != tt.want[action] {
				t.Errorf("%.60q: %d calls of %s, want %d", tt.args, made, action, tt.want[action])
			}
		}
	}
}
