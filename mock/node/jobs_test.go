package node

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestJobsRunBesideTheScript(t *testing.T) {
	for _, c := range []struct {
		script   string
		chunks   []Chunk
		duration time.Duration
		exit     int
	}{
		{"(sleep 2; echo job) & echo script; sleep 5; echo end",
			[]Chunk{{0, Stdout, "script\n"}, {2 * time.Second, Stdout, "job\n"}, {5 * time.Second, Stdout, "end\n"}}, 5 * time.Second, 0},
		{"sleep 5 & sleep 3 & wait; echo done", []Chunk{{5 * time.Second, Stdout, "done\n"}}, 5 * time.Second, 0},
		{"for i in 1 2 3; do sleep 10 & done; wait", nil, 10 * time.Second, 0},
		{"(sleep 1; exit 3) & wait $!; echo $?", []Chunk{{time.Second, Stdout, "3\n"}}, time.Second, 0},
		{"sleep 10 & echo now", []Chunk{{0, Stdout, "now\n"}}, 10 * time.Second, 0},
		{"sleep 10 > /tmp/f 2>&1 & echo now", []Chunk{{0, Stdout, "now\n"}}, 0, 0},
		{"sleep 10 &> /dev/null & echo now", []Chunk{{0, Stdout, "now\n"}}, 0, 0},
		{"while :; do echo tick; sleep 2; done & sleep 3; kill $!; echo killed; wait $!; echo $?",
			[]Chunk{{0, Stdout, "tick\n"}, {2 * time.Second, Stdout, "tick\n"}, {3 * time.Second, Stdout, "killed\n143\n"}}, 3 * time.Second, 0},
		{"sleep 9 & kill -0 $! && echo alive; kill -9 $!; kill -0 $! 2>/dev/null || echo gone", []Chunk{{0, Stdout, "alive\ngone\n"}}, 0, 0},
		{"x=1; { x=2; cd /tmp; } & wait; echo $x; pwd", []Chunk{{0, Stdout, "1\n/usr/bin\n"}}, 0, 0},
		{"set -e; false & wait; echo on", []Chunk{{0, Stdout, "on\n"}}, 0, 0},
		{"exit 5 & echo on", []Chunk{{0, Stdout, "on\n"}}, 0, 0},
		{"cat & wait; echo no input", []Chunk{{0, Stdout, "no input\n"}}, 0, 0},
		{"(sleep 1 & sleep 4; echo inner) & sleep 2; echo outer", []Chunk{{2 * time.Second, Stdout, "outer\n"}, {4 * time.Second, Stdout, "inner\n"}}, 4 * time.Second, 0},
		{"sleep 1 & false", nil, time.Second, 1},
		{"jobs; disown; true & disown", nil, 0, 0},
	} {
		_, stderr, r := run(t, c.script)
		if diff := cmp.Diff(c.chunks, r.Chunks); diff != "" || stderr != "" {
			t.Errorf("%q: chunks (-want +got):\n%s\nstderr %q", c.script, diff, stderr)
		}
		if r.Duration != c.duration || r.ExitCode != c.exit || r.TimedOut {
			t.Errorf("%q: %v, exit code %d, timed out %v; want %v, %d", c.script, r.Duration, r.ExitCode, r.TimedOut, c.duration, c.exit)
		}
	}
}

func TestAnUnknownChildCannotBeWaitedFor(t *testing.T) {
	check(t, []scriptCase{{script: "wait 99; echo $?", stdout: "127\n", stderr: "sh: line 1: wait: pid 99 is not a child of this shell\n"}})
}
