package node

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestTheShellDoesWhatBashDoes runs each script of testdata/bash in the simulated shell and, where there is one, in the host's
// bash, which is the best oracle. The scripts are pure: they use builtins and a few programs, and write below their working
// directory alone.
func TestTheShellDoesWhatBashDoes(t *testing.T) {
	bash := hostBash(t)
	scripts, err := filepath.Glob("testdata/bash/*.sh")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("%d scripts (%v)", len(scripts), err)
	}
	for _, name := range scripts {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".sh"), func(t *testing.T) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			script := "#!/bin/bash\n" + string(text)
			want, got := inBash(t, bash, script), inMachine(t, script)
			if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("the simulated shell differs (-bash +simulated):\n%s", diff)
			}
		})
	}
}

// hostBash finds a bash of the version that the machines claim to have.
func hostBash(t *testing.T) string {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash on this host")
	}
	version, _ := exec.Command(bash, "-c", "echo ${BASH_VERSINFO[0]}.${BASH_VERSINFO[1]}").Output()
	if strings.TrimSpace(string(version)) != "5.2" {
		t.Skipf("bash here is %s, not 5.2", version)
	}
	return bash
}

// inBash runs a script in the host's bash, in an empty directory and environment.
func inBash(t *testing.T, bash, script string) string {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(file, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, bash, file)
	cmd.Dir, cmd.Env = dir, []string{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	code := 0
	if err := cmd.Run(); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			t.Fatal(err)
		}
		if code = exit.ExitCode(); code < 0 {
			code = 128
		}
	}
	return transcript(stdout.String(), stderr.String(), file, code)
}

func inMachine(t *testing.T, script string) string {
	t.Helper()
	s := Script{ID: "c", Step: "s", Text: script, Start: startTime, Timeout: time.Hour, Dir: "/tmp", Env: map[string]string{"LC_ALL": "C.UTF-8"}}
	r := newMachine().Run(t.Context(), s)
	stdout, stderr := r.Output()
	if r.Limit != nil {
		stderr += r.Limit.Error()
	}
	return transcript(stdout, stderr, s.path("i-0123456789abcdef0"), r.ExitCode)
}

// transcript is all that can be compared of a run.
func transcript(stdout, stderr, path string, code int) string {
	all := fmt.Sprintf("%s--- stderr\n%s--- exit %d", stdout, stderr, code)
	return strings.ReplaceAll(strings.ReplaceAll(all, path, "sh"), "/usr/bin/bash", "bash")
}
