package cmd

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/fleet/command"
	"github.com/musterhq/muster/mock"
)

func filesOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[entry.Name()] = string(text)
	}
	return files
}

func TestRunWritesAFileForEachNodeAndStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, noDelay(), mock.Group{Count: 2, Name: "web-#"}, mock.Group{Count: 1, Name: "../ü x"}, mock.Group{Count: 1, Name: "off"})
		b.expect(ExitDone, "stop", "off", "--wait")
		dir := filepath.Join(t.TempDir(), "new", "out")
		script := `printf 'out\n----------ERROR-------\nno\n'; echo bad >&2; test $(hostname) != ip-172-31-0-4.ec2.internal`
		b.expect(ExitPartial, "run", "all", "--output-dir", dir, "--", script)
		files := filesOf(t, dir)
		var summary runSummary
		if err := json.Unmarshal([]byte(files[summaryFile]), &summary); err != nil {
			t.Fatal(err)
		}
		delete(files, summaryFile)
		const out = "out\n----------ERROR-------\nno\n"
		want := map[string]string{
			"web-1_" + b.ids[0] + ".stdout": out, "web-1_" + b.ids[0] + ".stderr": "bad\nfailed to run commands: exit status 1",
			"web-2_" + b.ids[1] + ".stdout": out, "web-2_" + b.ids[1] + ".stderr": "bad\n",
			"___x_" + b.ids[2] + ".stdout": out, "___x_" + b.ids[2] + ".stderr": "bad\n",
		}
		if diff := cmp.Diff(want, files); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
		outcomes := map[string]string{}
		for _, node := range summary.Nodes {
			outcomes[node.InstanceID] = node.Outcome + node.Reason
			if node.Outcome != "left-out" && files[node.StdoutFile] == "" {
				t.Errorf("%s: the summary names no file of %v", node.Name, node)
			}
		}
		if diff := cmp.Diff(map[string]string{b.ids[0]: "failed", b.ids[1]: "succeeded", b.ids[2]: "succeeded", b.ids[3]: "left-outstopped"}, outcomes); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
		if summary.Finished == nil || summary.Finished.Nodes != 3 {
			t.Errorf("finished: %v", summary.Finished)
		}
		if calls := b.server.CallSummary()["ssm:GetCommandInvocation"]; calls != 3 {
			t.Errorf("%d calls of GetCommandInvocation, want one for each node", calls)
		}
	})
}

func TestRunRefusesADirectoryThatHasFiles(t *testing.T) {
	b := newBench(t, noDelay(), smallFleet()...)
	dir := t.TempDir()
	old := filepath.Join(dir, "old")
	if err := os.WriteFile(old, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, flags := range [][]string{{"--output-dir", dir}, {"--output-dir", old}, {"--output-dir", ""}, {"--force"}} {
		b.expect(ExitUsage, append(append([]string{"run", "all"}, flags...), "--", "uptime")...)
	}
	if n := len(b.server.Calls()); n > 0 {
		t.Errorf("%d calls were made", n)
	}
	b.expect(ExitDone, "run", "all", "--output-dir", filepath.Join(dir, "none"), "--dry-run", "--", "uptime")
	b.expect(ExitDone, "run", "db", "--output-dir", dir, "--force", "--", "uptime")
	if files := filesOf(t, dir); len(files) != 4 || files["old"] != "x" {
		t.Errorf("%v", files)
	}
}

func TestFilesHaveNamesThatEverySystemTakes(t *testing.T) {
	tests := []struct{ name, want string }{
		{"web-1", "web-1_i-1"},
		{"", "i-1"},
		{"..", "i-1"},
		{"../../etc/passwd", "_.._etc_passwd_i-1"},
		{".hidden", "hidden_i-1"},
		{"-rf", "rf_i-1"},
		{"a b\n\x00:é", "a_b_____i-1"},
		{strings.Repeat("x", 255), strings.Repeat("x", 100) + "_i-1"},
	}
	for _, tt := range tests {
		if got := fileBase(command.Target{InstanceID: "i-1", Name: tt.name}); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.name, got, tt.want)
		}
	}
}
