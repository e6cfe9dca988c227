package node

import (
	"strings"
	"testing"

	"mvdan.cc/sh/v3/syntax"
)

// rewritten is a script after the rewriting, on one line.
func rewritten(t testing.TB, script string, lines bool) (string, []refusal) {
	t.Helper()
	file, err := syntax.NewParser().Parse(strings.NewReader(script), "")
	if err != nil {
		t.Fatal(err)
	}
	r := &rewriter{lines: lines, funcs: make(map[string]bool)}
	r.rewrite(file.Stmts)
	var b strings.Builder
	if err := syntax.NewPrinter(syntax.SingleLine(true)).Print(&b, file); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(strings.ReplaceAll(b.String(), hidden, "_")), r.refusals
}

func TestRewritingTakesAwayWhatReachesTheHost(t *testing.T) {
	for _, c := range []struct{ script, want string }{
		{"echo $$ ${PPID} $((PPID))", "echo ${_pid} ${_ppid} $((_ppid))"},
		{"a | b", "{ { (a) && _stage 0 || _stage ${?}; } >/dev/.muster-first; { (b) && _stage 0 || _stage ${?}; } </dev/.muster-next; if [[ -o pipefail ]]; then _pipeline pipefail; else _pipeline; fi; }"},
		{"a &", "{ { (a) && _job 0 || _job ${?}; } </dev/.muster-job; }"},
		{"a >x 2>&1 &", "{ { (a >x 2>/dev/.muster-out) && _job 0 || _job ${?}; } </dev/.muster-detached; }"},
		{"cat <(a)", "cat $({ (a) || _status 0; } >/dev/.muster-sub; _name)"},
		{"time a", "{ _time; a && _timed 0 || _timed ${?}; }"},
		{"while a; do b; done", "while _step; a; do b; done"},
		{"for i in a; do b; done", "for i in a; do _round; b; done"},
		{"for ((;;)); do b; done", "for (( ; ; )); do b; _round; done"},
		{"ls ~ ~/x ~+ ~root", "ls ${HOME-/root} ${HOME-/root}/x ${PWD-\\~+} ~root"},
		{"a >&2; b &>f; c |& d", "a >/dev/.muster-err; b >f 2>/dev/.muster-out; { { (c) && _stage 0 || _stage ${?}; } >/dev/.muster-first 2>/dev/.muster-out; { (d) && _stage 0 || _stage ${?}; } </dev/.muster-next; if [[ -o pipefail ]]; then _pipeline pipefail; else _pipeline; fi; }"},
		{"a 2>&1 >x; a >x 2>&1", "a 2>/dev/.muster-out >x; a >x 2>/dev/.muster-out"},
		{"RANDOM=3 SECONDS=0", "_void=$(_assign RANDOM \"3\") _void=$(_assign SECONDS \"0\")"},
		{"! a | b", "! { { (a) && _stage 0 || _stage ${?}; } >/dev/.muster-first; { (b) && _stage 0 || _stage ${?}; } </dev/.muster-next; if [[ -o pipefail ]]; then _pipeline pipefail; else _pipeline; fi; } && _status 0"},
	} {
		if got, refusals := rewritten(t, c.script, false); got != c.want || len(refusals) > 0 {
			t.Errorf("%q became\n%s\nwant\n%s", c.script, got, c.want)
		}
	}
}

func TestLineMarkersStandBeforeCommandsAssignmentsAndFiles(t *testing.T) {
	got, _ := rewritten(t, "a b\nx=$y <f\n[[ $z ]]; ~/c", true)
	if want := `${_L1}a b; x=${_A2}$y <${_L2}f; [[ ${_L3}$z ]]; ${_L3}${HOME-/root}/c`; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// FuzzRewrite checks that rewritten text is still a script: eval and source
// hand it to the interpreter as text.
func FuzzRewrite(f *testing.F) {
	for _, seed := range []string{"a | b &", "while a; do b | c; done <<E\nx\nE", "time ! a |& b", "case a in b) c & ;; esac", "x=$(a | b) <(c) cat <<-E\n\t$$\n\tE\n", "f() { a & } 2>&1", "for ((;;)) { a|b; }", "RANDOM=$(a|b)"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, script string) {
		s := &shell{name: "fuzz", funcs: make(map[string]bool)}
		text, fault, refusals := s.rewriteText(script)
		if fault != nil || len(refusals) > 0 {
			return
		}
		if _, err := syntax.NewParser().Parse(strings.NewReader(text), ""); err != nil {
			t.Errorf("%q became %q: %v", script, text, err)
		}
	})
}
