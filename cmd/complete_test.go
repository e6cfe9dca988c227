package cmd

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheShellCompletesSelectorsWithoutAskingAWS(t *testing.T) {
	b := newBench(t, noDelay(), smallFleet()...)
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"__complete", "run", "role=web,ss"}, "role=web,ssm=\n:38\n"},
		{[]string{"__complete", "stop", "state=run"}, "state=running\n:36\n"},
		{[]string{"__complete", "ls", "-o", ""}, "table\njson\nyaml\ntext\ncsv\n:4\n"},
		{[]string{"__complete", "run", "role=web", "--", "up"}, ":0\n"},
		{[]string{"__complete", "termi"}, "terminate\tTerminate instances for good\n:4\n"},
	} {
		b.expect(ExitDone, tt.args...)
		if b.stdout != tt.want {
			t.Errorf("%q: got %q, want %q", tt.args, b.stdout, tt.want)
		}
	}
	if n := len(b.server.Calls()); n > 0 {
		t.Errorf("%d calls were made", n)
	}
}

func TestTheShellCompletesSavedSelectors(t *testing.T) {
	env := envWithSaved(t, "web = role=web\n")
	var stdout strings.Builder
	env.Stdin, env.Stdout, env.Stderr = strings.NewReader(""), &stdout, &strings.Builder{}
	if code := Main([]string{"__complete", "ls", "@"}, env); code != ExitDone || stdout.String() != "@web\n:36\n" {
		t.Errorf("exit %d, %q", code, stdout.String())
	}
}

// TestCompletionScriptsAreScripts has the shells that are installed read them.
func TestCompletionScriptsAreScripts(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		b := newBench(t, noDelay())
		b.expect(ExitDone, "completion", shell)
		if !strings.Contains(b.stdout, "muster") {
			t.Errorf("%s: %.100q", shell, b.stdout)
		}
		program, err := exec.LookPath(shell)
		if err != nil || shell == "powershell" {
			continue
		}
		file := filepath.Join(t.TempDir(), "script")
		if err := os.WriteFile(file, []byte(b.stdout), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.CommandContext(t.Context(), program, "-n", file).CombinedOutput(); err != nil {
			t.Errorf("%s -n: %v\n%s", shell, err, out)
		}
	}
}
