package fleet

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// FuzzParse holds what is promised of every input: no panic, an accepted selector is never empty, nothing but all is all, and
// its text is read back as the same selector.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"all", "web-*", idA, idA + " " + idB, "tag:role=web", "role=web,state=running", "env=", `a\,b`, "i-", "=", ":", `\`,
		"tag:a:b=c=d", `tag:\ =\ `, "stat=x", "a or b", "x!=y", "é=ü", "tag:=", ",", `\all`, `or\ or`, "not a", "not not (a,b=c)",
		"a in (b,c)", "a not in (b)", "(a=b or c=d),e=f", `"a b"*`, `'`, "older=7d or newer=2h", "ssm=lost", "@web", "@both,a=b",
		"@loop", "a=b or not a=b", "id in (" + idA + ")", "launched-by=web", "(all)", "@everything", "a>b", "a==b", "()", "a in ()",
	} {
		f.Add(seed, "")
	}
	f.Add(idA, idB)
	f.Fuzz(func(t *testing.T, first, second string) {
		args := []string{first}
		if second != "" {
			args = append(args, second)
		}
		selector, err := ParseSaved(args, savedForFuzzing)
		if err != nil {
			if _, ok := errors.AsType[*SelectorError](err); !ok {
				t.Fatalf("%q: error of another type: %v", args, err)
			}
			return
		}
		if plain, err := Parse(args); err == nil && plain.String() != selector.String() {
			t.Fatalf("%q is %q, and with saved selectors to hand %q", args, plain, selector)
		}
		checkAccepted(t, args, selector)
	})
}

func savedForFuzzing(name string) (Definition, error) {
	return Definition{Text: map[string]string{
		"web": "role=web", "both": "@web or role=db", "loop": "not @loop", "everything": "all", "ids": idA + " " + idB, "bad": "(",
	}[name]}, nil
}

func checkAccepted(t *testing.T, args []string, s Selector) {
	t.Helper()
	if s.isAll() {
		if word := strings.Trim(args[0], "() \t\n\v\f\r\u0085\u00a0\u2000\u3000"); word != "all" && word != "@everything" && !strings.ContainsAny(word, "\u2028\u2029\u1680") {
			t.Fatalf("%q is read as all", args)
		}
		return
	}
	n := 0
	for c := range conditions(s.root) {
		n++
		if len(c.values) == 0 || c.values[0] == "" {
			t.Fatalf("%q has a condition without a value", args)
		}
	}
	if n == 0 || s.String() == "" {
		t.Fatalf("%q is read as a selector of nothing", args)
	}
	if len(args) > 1 && len(s.IDs()) == 0 {
		t.Fatalf("%q is a union of more than ids", args)
	}
	again, err := Parse([]string{s.String()})
	if err != nil || again.String() != s.String() {
		t.Fatalf("%q has the text %q, which is read as %q, error %v", args, s, again, err)
	}
	facts := Facts{Now: time.Unix(1<<30, 0), Nodes: true}
	for _, in := range []Instance{{ID: idA}, {ID: idB, Name: "a", Tags: map[string]string{"Name": "a", "role": "web"}, State: Running}} {
		if s.With(facts).Match(in) != again.With(facts).Match(in) {
			t.Fatalf("%q and its text %q do not mean the same", args, s)
		}
	}
}
