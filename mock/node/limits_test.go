package node

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestEndlessScriptsEndAtTheirTimeout(t *testing.T) {
	for _, script := range []string{
		"while :; do :; done",
		"while true; do true; done",
		"until false; do x=1; done",
		"while [[ 1 ]]; do x=1; done",
		"while ((1)); do ((i++)); done",
		"while :; do false; continue; done",
		"for ((;;)); do [[ 1 ]]; done",
		"for ((;;)); do ((i++)); continue; done",
		"for a in {1..1000}; do for b in {1..1000}; do x=1; done; done",
		"while :; do echo y; done",
		"yes",
		"cat /dev/zero",
		"seq 1 1000000000",
		"f() { f; }; f",
		"f() { g; }; g() { (f); }; f",
		"f() { x=$(f); }; f",
		`x='eval "$x"'; eval "$x"`,
		"echo '. /tmp/f' > /tmp/f; . /tmp/f",
		"echo 'sh /tmp/f' > /tmp/f; sh /tmp/f",
		"while :; do echo y; done | cat",
		"yes | wc -l",
		"cat /dev/zero | tail -c 1",
		"x=a; while :; do x=$x$x; done",
		"while :; do set -- \"$@\" a b c d; : \"$@\"; done",
		"tail -f /etc/passwd",
		"sleep infinity",
		"sleep 3601",
		"while :; do sleep 1; done",
		"while :; do :; done & wait",
		"(while :; do sleep 1; done) & echo started",
		"while :; do sleep 1; done & wait $!",
		"trap 'while :; do :; done' EXIT",
		"cat <(yes)",
		"yes > /dev/null",
		"cat /dev/zero > /dev/null",
		"tail -c 1 /dev/zero",
		"x=$(yes)",
		"while :; do x=$x.; done",
		"sort /dev/zero",
		"seq 20000 > /tmp/f; while :; do sort -n /tmp/f > /dev/null; done",
		"yes | sort",
		"yes | sed 'N;s/.*/&&/' > /dev/null",
		"while :; do grep -r root /; done",
		"find / -exec sh -c 'find / > /dev/null' ';'",
	} {
		t.Run(script, func(t *testing.T) {
			r := newMachine().Run(t.Context(), Script{Text: script, Start: startTime, Timeout: time.Hour, Limits: Limits{Steps: 9000}})
			if !r.TimedOut || r.ExitCode != 137 || r.Duration != time.Hour {
				t.Errorf("timed out %v, exit code %d, duration %v (limit %v); want true, 137, 1h", r.TimedOut, r.ExitCode, r.Duration, r.Limit)
			}
		})
	}
}

func TestLimitsSayWhatWasReached(t *testing.T) {
	for _, c := range []struct {
		script string
		limit  error
	}{
		{"while :; do :; done", ErrSteps},
		{"yes", ErrOutput},
		{"while :; do echo y; done | cat", ErrOutput},
		{"f() { f; }; f", ErrDepth},
		{"x=a; while :; do x=$x$x; done", ErrMemory},
		{"sleep infinity", ErrNoEnd},
		{"yes | wc -l", ErrOutput},
		{"s='s/.*/&&&&/'; for i in 1 2 3 4; do s=\"$s;$s\"; done; echo aaaa | sed \"$s\"", ErrMemory},
		{"x={}; for i in 1 2 3 4 5 6 7 8 9 10 11 12; do x=$x$x; done; head -c 9000 /dev/zero | tr '\\0' a | xargs -I{} echo $x", ErrMemory},
	} {
		r := newMachine().Run(t.Context(), Script{Text: c.script, Start: startTime})
		if !errors.Is(r.Limit, c.limit) || r.ExitCode != 137 || r.TimedOut {
			t.Errorf("%q: limit %v, exit code %d, timed out %v; want %v, 137, false", c.script, r.Limit, r.ExitCode, r.TimedOut, c.limit)
		}
	}
}

func TestEndlessProducersEndWithTheirReader(t *testing.T) {
	check(t, []scriptCase{
		{script: "yes | head -2; echo ${PIPESTATUS[0]}", stdout: "y\ny\n141\n"},
		{script: "while :; do echo $((i++)); done | head -3", stdout: "0\n1\n2\n"},
		{script: "cat /dev/zero | head -c 4 | wc -c", stdout: "4\n"},
		{script: "yes | read x; echo $?", stdout: "0\n"},
		{script: "yes | { read x; echo $x; } | cat", stdout: "y\n"},
	})
}

func TestTimeoutCutsTheScript(t *testing.T) {
	m := newMachine()
	r := m.Run(t.Context(), Script{Text: "echo a; sleep 30; echo b; sleep 60; echo c", Start: startTime, Timeout: time.Minute})
	stdout, _ := r.Output()
	if stdout != "a\nb\n" || !r.TimedOut || r.Duration != time.Minute || r.ExitCode != 137 || r.Limit != nil {
		t.Errorf("got %q, %+v; want a and b, cut after a minute", stdout, r)
	}
	r = m.Run(t.Context(), Script{Text: "sleep 60", Start: startTime, Timeout: time.Minute})
	if r.TimedOut || r.ExitCode != 0 {
		t.Errorf("a script as long as its timeout was cut: %+v", r)
	}
}

func TestHugeBracesAreRefused(t *testing.T) {
	for _, script := range []string{"echo {1..999999999}", "echo {a,b}{1..9999}{1..9999}", "for i in {-2147483648..2147483647}; do :; done"} {
		_, stderr, r := run(t, script)
		if want := "sh: line 1: a brace expansion to more than 100000 words is not simulated\n"; stderr != want || r.ExitCode != 2 {
			t.Errorf("%q: exit code %d, stderr %q; want 2, %q", script, r.ExitCode, stderr, want)
		}
	}
}

func TestContextEndsAScript(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("mock is shutting down")
	cancel(cause)
	r := newMachine().Run(ctx, Script{Text: "echo a", Start: startTime})
	if !errors.Is(r.Limit, cause) {
		t.Errorf("limit = %v, want %v", r.Limit, cause)
	}
}

func TestOutputStopsAtItsLimit(t *testing.T) {
	r := newMachine().Run(t.Context(), Script{Text: "yes", Start: startTime, Limits: Limits{Output: 1000}})
	stdout, _ := r.Output()
	if len(stdout) != 1000 || strings.Trim(stdout, "y\n") != "" {
		t.Errorf("got %d bytes, want 1000", len(stdout))
	}
}
