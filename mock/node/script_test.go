package node

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var (
	bootTime  = time.Date(2026, time.November, 22, 0, 0, 0, 0, time.UTC)
	startTime = time.Date(2026, time.November, 22, 10, 5, 33, 0, time.UTC)
)

func newMachine() *Machine {
	return New(Config{InstanceID: "i-0123456789abcdef0", PrivateIP: "172.31.5.9", BootTime: bootTime, CPUs: 2, MemoryMiB: 1024})
}

// run runs a script on a fresh machine and shortens the script's path to "sh".
func run(t *testing.T, text string) (stdout, stderr string, r Result) {
	t.Helper()
	s := Script{ID: "c", Step: "s", Text: text, Start: startTime, Timeout: time.Hour}
	m := newMachine()
	r = m.Run(t.Context(), s)
	stdout, stderr = r.Output()
	path := s.path("i-0123456789abcdef0")
	return strings.ReplaceAll(stdout, path, "sh"), strings.ReplaceAll(stderr, path, "sh"), r
}

// scriptCase is a script and what it leaves behind.
type scriptCase struct {
	name, script   string
	stdout, stderr string
	exit           int
}

// check runs a table of scripts, each on a machine of its own.
func check(t *testing.T, cases []scriptCase) {
	t.Helper()
	for _, c := range cases {
		name := c.name
		if name == "" {
			name = c.script
		}
		t.Run(name, func(t *testing.T) {
			stdout, stderr, r := run(t, c.script)
			if diff := cmp.Diff(c.stdout, stdout); diff != "" {
				t.Errorf("stdout of %q (-want +got):\n%s", c.script, diff)
			}
			if diff := cmp.Diff(c.stderr, stderr); diff != "" {
				t.Errorf("stderr of %q (-want +got):\n%s", c.script, diff)
			}
			if r.ExitCode != c.exit {
				t.Errorf("exit code of %q = %d, want %d", c.script, r.ExitCode, c.exit)
			}
			if r.Limit != nil {
				t.Errorf("limit of %q: %v", c.script, r.Limit)
			}
		})
	}
}

func TestScriptsRunAsInBash(t *testing.T) {
	check(t, []scriptCase{
		{script: "echo hello", stdout: "hello\n"},
		{script: "exit 7", exit: 7},
		{script: "false", exit: 1},
		{script: "foo bar", stderr: "sh: line 1: foo: command not found\n", exit: 127},
		{script: "x=1\nfoo\n", stderr: "sh: line 2: foo: command not found\n", exit: 127},
		{script: "/etc/passwd", stderr: "sh: line 1: /etc/passwd: Permission denied\n", exit: 126},
		{script: "/nodir/x", stderr: "sh: line 1: /nodir/x: No such file or directory\n", exit: 127},
		{script: "/etc", stderr: "sh: line 1: /etc: Is a directory\n", exit: 126},
		{script: "cat < /nofile", stderr: "sh: line 1: /nofile: No such file or directory\n", exit: 1},
		{script: "echo x > /etc", stderr: "sh: line 1: /etc: Is a directory\n", exit: 1},
		{script: "set -u\necho $FOO\necho no", stderr: "sh: line 2: FOO: unbound variable\n", exit: 1},
		{script: "cd /nofoo", stderr: "sh: line 1: cd: /nofoo: No such file or directory\n", exit: 1},
		{script: "set -e\nfalse || true\n! true\necho y\n(exit 3)\necho z", stdout: "y\n", exit: 3},
		{script: "set -Eeuo pipefail\nfalse | true\necho no", exit: 1},
		{script: "f() { local a=1; return 3; }; f; echo $?", stdout: "3\n"},
		{script: "for ((i=0; i<3; i++)); do false; done; echo $i", stdout: "3\n"},
		{script: "for i in a b; do echo $i; done; i=0; while [ $i -lt 2 ]; do i=$((i+1)); echo $i; done", stdout: "a\nb\n1\n2\n"},
		{script: "case abc in a*) echo yes;; esac; [[ abc == a* ]] && echo too", stdout: "yes\ntoo\n"},
		{script: "a=(1 2 3); echo ${a[1]} ${#a[@]}; echo ${PATH##*:}", stdout: "2 3\n/usr/bin\n"},
		{script: "cat <<E\n$((1+2))\nE\ncat <<'E'\n$x\nE", stdout: "3\n$x\n"},
		{script: "trap 'echo bye' EXIT INT TERM; echo hi", stdout: "hi\nbye\n"},
		{script: "trap x FOO", stderr: "sh: line 1: trap: FOO: invalid signal specification\n", exit: 1},
		{script: "eval 'x=1; echo $x | cat'; echo $x", stdout: "1\n1\n"},
		{script: "echo 'v=3; return 4; v=5' > /tmp/f; . /tmp/f; echo $? $v", stdout: "4 3\n"},
		{script: "bash -c 'echo $0 $1 $#' a b c; echo 'echo $1-$#' > /tmp/s; sh /tmp/s x y", stdout: "a b 2\nx-2\n"},
		{script: "exec nofoo; echo no", stderr: "sh: line 1: exec: nofoo: not found\n", exit: 127},
		{script: "kill -9 $$; echo no", exit: 137},
		{script: "printf -v x '%03d' 7; echo $x", stdout: "007\n"},
	})
}

func TestSyntaxErrorsReadLikeBash(t *testing.T) {
	check(t, []scriptCase{
		{script: "echo a\nif true; then\necho b\n", stdout: "a\n", stderr: "sh: line 4: syntax error: unexpected end of file\n", exit: 2},
		{script: "echo a\necho )\n", stdout: "a\n", stderr: "sh: line 2: syntax error near unexpected token `)'\nsh: line 2: `echo )'\n", exit: 2},
		{script: "echo a\necho \"abc\n", stdout: "a\n", stderr: "sh: line 2: unexpected EOF while looking for matching `\"'\n", exit: 2},
		{script: "echo a\ncat <<E\nb", stdout: "a\nb\n", stderr: "sh: line 3: warning: here-document at line 2 delimited by end-of-file (wanted `E')\n"},
		{script: "''<<0", stderr: "sh: line 1: warning: here-document at line 1 delimited by end-of-file (wanted `0')\nsh: line 1: : command not found\n", exit: 127},
		{script: "echo <", stderr: "sh: line 1: syntax error near unexpected token `newline'\nsh: line 1: `echo <'\n", exit: 2},
		{script: "echo $(", stderr: "sh: line 2: unexpected EOF while looking for matching `)'\n", exit: 2},
		{script: "eval 'a b('; echo no", stderr: "sh: eval: line 1: syntax error near unexpected token `('\nsh: eval: line 1: `a b('\n", exit: 2},
	})
}

func TestShebangChoosesTheInterpreter(t *testing.T) {
	check(t, []scriptCase{
		{script: "#!/bin/bash\necho $BASH_VERSION", stdout: "5.2.15(1)-release\n"},
		{script: "#!/bin/sh -e\nfalse\necho no", exit: 1},
		{script: "#!/usr/bin/env bash\necho env", stdout: "env\n"},
		{script: "#!/usr/bin/python3\nprint(1)", stderr: "sh: line 1: sh: cannot execute: required file not found\n", exit: 127},
		{script: "#!/usr/bin/env python3\nprint(1)", stderr: "/usr/bin/env: ‘python3’: No such file or directory\n", exit: 127},
	})
}

func TestSleepMovesOnlyTheScriptsClock(t *testing.T) {
	stdout, _, r := run(t, "date +%T; sleep 90; date +%T; sleep 0.5 1m")
	if want := "10:05:33\n10:07:03\n"; stdout != want {
		t.Errorf("stdout = %q, want %q", stdout, want)
	}
	if want := 150*time.Second + 500*time.Millisecond; r.Duration != want {
		t.Errorf("duration = %v, want %v", r.Duration, want)
	}
	want := []Chunk{{0, Stdout, "10:05:33\n"}, {90 * time.Second, Stdout, "10:07:03\n"}}
	if diff := cmp.Diff(want, r.Chunks); diff != "" {
		t.Errorf("chunks (-want +got):\n%s", diff)
	}
}

func TestUntilShowsWhatACancelledScriptHadPrinted(t *testing.T) {
	_, _, r := run(t, "echo a; sleep 5; echo b >&2; sleep 5; echo c")
	for _, c := range []struct {
		at             time.Duration
		stdout, stderr string
		ended          bool
	}{
		{0, "a\n", "", false},
		{4 * time.Second, "a\n", "", false},
		{5 * time.Second, "a\n", "b\n", false},
		{10 * time.Second, "a\nc\n", "b\n", true},
	} {
		stdout, stderr, ended := r.Until(c.at)
		if stdout != c.stdout || stderr != c.stderr || ended != c.ended {
			t.Errorf("Until(%v) = %q, %q, %v; want %q, %q, %v", c.at, stdout, stderr, ended, c.stdout, c.stderr, c.ended)
		}
	}
}

// TestAFaultOfTheInterpreterIsContained uses a script on which the interpreter
// panics: an associative array from a plain list.
func TestAFaultOfTheInterpreterIsContained(t *testing.T) {
	stdout, stderr, r := run(t, "echo a; declare -A m=(k v); echo b")
	if stdout != "a\n" || r.ExitCode != 2 || !strings.HasPrefix(stderr, "shell: internal fault: ") {
		t.Errorf("exit code %d, stderr %q; want 2 and a message", r.ExitCode, stderr)
	}
}
