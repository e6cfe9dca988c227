package cmd

import (
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// TestActingCommandsRefuseAWildcardAlone runs every command that takes a selector and has guards, whoever adds it.
func TestActingCommandsRefuseAWildcardAlone(t *testing.T) {
	more := map[string][]string{ // what a command wants beside its selector
		"muster run":    {"--", "uptime"},
		"muster resize": {"--type", "t3.large"},
	}
	b := newBench(t, noDelay(), smallFleet()...)
	found := 0
	walk(newRootCommand(silent(nil)), func(c *cobra.Command) {
		if c.Flags().Lookup("expect") == nil || !strings.Contains(c.Use, "SELECTOR") {
			return
		}
		found++
		for selector, want := range map[string]string{"*": "name=?*", "role=*": "role=?*"} {
			words := strings.Fields(c.CommandPath())[1:]
			args := slices.Concat(words, []string{"--yes", "--dry-run", selector}, more[c.CommandPath()])
			b.expect(ExitUsage, args...)
			if !strings.Contains(b.stderr, "is no more than a wildcard") || !strings.Contains(b.stderr, "called all; any value at all is "+want) {
				t.Errorf("%q: %s", args, b.stderr)
			}
		}
	})
	if found < 5 {
		t.Errorf("%d commands were tried", found)
	}
	if n := len(b.server.Calls()); n > 0 {
		t.Errorf("%d calls were made", n)
	}
	b.expect(ExitDone, "ls", "*")
	b.expect(ExitDone, "show", "role=*")
}

func TestGlobalFlagsThatAnUnsetVariableLeavesEmptyAreRefused(t *testing.T) {
	b := newBench(t, noDelay(), smallFleet()...)
	for args, want := range map[string]string{
		"--region=":           "muster: --region is empty\nhint: is a variable unset? Leave the flag out for the default\n",
		"--profile=":          "muster: --profile is empty\nhint: is a variable unset? Leave the flag out for the default\n",
		"--endpoint-url=":     "muster: --endpoint-url is empty\nhint: is a variable unset? Leave the flag out for the default\n",
		"--region=us east":    "muster: region \"us east\" is no name of a region\nhint: a region is named like eu-west-1\n",
		"--region=eu-west-1.": "muster: region \"eu-west-1.\" is no name of a region\nhint: a region is named like eu-west-1\n",
	} {
		b.expect(ExitUsage, "ls", args)
		if b.stderr != want {
			t.Errorf("%s: got %q, want %q", args, b.stderr, want)
		}
	}
	if n := len(b.server.Calls()); n > 0 {
		t.Errorf("%d calls were made", n)
	}
}

// TestADryRunOfNothingHasNoNulls: a program goes through the lists without asking first.
func TestADryRunOfNothingHasNoNulls(t *testing.T) {
	b := newBench(t, noDelay(), smallFleet()...)
	b.expect(ExitDone, "stop", "all", "--yes", "--wait")
	b.expect(ExitDone, "run", "all", "--dry-run", "-o", "json", "--", "uptime")
	if strings.Contains(b.stdout, "null") || !strings.Contains(b.stdout, `"batches": []`) {
		t.Errorf("%s", b.stdout)
	}
}
