package node

import (
	"runtime"
	"testing"
	"time"
)

// FuzzRun checks that any script ends within its limits, leaves no goroutine,
// and harms neither the process nor the machine.
func FuzzRun(f *testing.F) {
	for _, seed := range []string{
		"echo $$ ${PPID} ~root | cat & wait $!", "while :; do x=$x$x; done", "cat <(ls -la /) <<E >/tmp/f 2>&1\n$((1+1))\nE",
		"f() { local a=(1 2); echo ${a[@]:0:1}; return 3; }; f || trap 'exit 4' EXIT", "set -euxo pipefail; false | true",
		"[[ -O / && a =~ b ]] || test -ef -o ! '(' x ')'", "eval 'source /etc/os-release; echo ${!NAME}'", "time -p { sleep 1 | date +%s%N; }",
		"printf '%5.2f %q %(%F)T %b' 1 a -1 '\\x41'", "a[$(echo 1)]=2; unset 'a[0]'; declare -A m=([x]=y)", "for ((;;)); do break; done; select x in a; do :; done",
		"exec 2>&1 >/dev/stderr; kill -9 $$", "echo {1..5}{a,b} ${x:-${y:=z}} `date`", "case $- in *e*) ;; esac; until false; do sleep 1h; done",
		"ls -lR / | head -3; rm -rf /; mkdir -p /a/../b/c; tail -n +2 /proc/uptime", "bash -c 'sh -s' <<< 'echo $0'", "mapfile -t a < /etc/passwd; getopts ab o -a",
		"alias x=y; x; command -v [; type -t if; umask 077; > /f; . /f", "#!/bin/bash -e\nfalse", "echo 'a", "coproc x; a=(", "((x = 1 << 70, y[PPID]++))",
		"declare -n r=PPID; echo $r", "x[-1]=1", "printf -v a '%s' b; read -r -a b <<< \"$a\"", "seq 1 3 | while read x; do echo $x; done | wc",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4096 {
			return
		}
		before := runtime.NumGoroutine()
		m := newMachine()
		r := m.Run(t.Context(), Script{Text: text, Start: startTime, Timeout: time.Minute, Limits: Limits{Steps: 500, Output: 1 << 16}})
		if r.Duration > time.Minute {
			t.Errorf("duration %v is beyond the timeout", r.Duration)
		}
		size, last := 0, time.Duration(0)
		for _, c := range r.Chunks {
			if c.At < last || c.At > r.Duration {
				t.Errorf("chunk at %v after one at %v, in a script of %v", c.At, last, r.Duration)
			}
			size, last = size+len(c.Data), c.At
		}
		if size > 1<<17 {
			t.Errorf("%d bytes printed", size)
		}
		for range 1000 {
			if runtime.NumGoroutine() <= before {
				break
			}
			runtime.Gosched()
		}
		if _, err := m.MarshalJSON(); err != nil {
			t.Error(err)
		}
		if r := m.Run(t.Context(), Script{Text: "echo alive", Start: startTime}); r.ExitCode != 0 && r.ExitCode != 126 && r.ExitCode != 127 && r.ExitCode != 1 {
			t.Errorf("the machine is broken afterwards: %+v", r)
		}
	})
}
