package cmd

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	"github.com/jmespath/go-jmespath"
)

// TestQueriesThatMakeNoSenseShowWhere holds that they are refused before AWS is asked, with a sign below the place.
func TestQueriesThatMakeNoSenseShowWhere(t *testing.T) {
	tests := []struct{ query, want string }{
		{"", "muster: --query: column 1: incomplete expression\n  \n  ^\n"},
		{"instances[?", "muster: --query: column 12: incomplete expression\n  instances[?\n             ^\n"},
		{"a[?b=='x'", "muster: --query: column 10: expected ] and found the end\n  a[?b=='x'\n           ^\n"},
		{"a ^ b", "muster: --query: column 3: unknown char: '^'\n  a ^ b\n    ^\n"},
		{"'é'.é", "muster: --query: column 5: unknown char: '\\u00e9'\n  'é'.é\n      ^\n"},
		{"a b", "muster: --query: column 3: unexpected token at the end of the expression: a name\n  a b\n    ^\n"},
		{"a[?f(b) && 'g(' == \"h(\"]", "muster: --query: column 4: there is no function f\n  a[?f(b) && 'g(' == \"h(\"]\n     ^\n"},
		{"a[?b==`x`]", "muster: --query: column 7: what stands between backticks is not JSON: `\"running\"`, or 'running' for a string\n" +
			"  a[?b==`x`]\n        ^\n"},
	}
	for _, tt := range tests {
		var stderr strings.Builder
		env := silent(nil)
		env.Stderr = &stderr
		env.AWS = func(context.Context) (aws.Config, error) {
			t.Errorf("%q: AWS was asked", tt.query)
			return aws.Config{}, io.EOF
		}
		if code := Main([]string{"ls", "--query", tt.query}, env); code != ExitUsage || stderr.String() != tt.want {
			t.Errorf("%q: exit %d and\n%s, want\n%s", tt.query, code, stderr.String(), tt.want)
		}
	}
}

func TestAQueryThatTheResultDoesNotSuitFails(t *testing.T) {
	b := newBench(t, noDelay(), smallFleet()...)
	b.expect(ExitFailed, "ls", "--query", "length(region.x)")
	if b.stdout != "" || !strings.HasPrefix(b.stderr, "muster: --query length(region.x): ") {
		t.Errorf("stdout %q, stderr %q", b.stdout, b.stderr)
	}
}

// TestEveryFunctionOfJMESPathIsKnown holds the list against the library, which tells of a function it does not have only when
// it evaluates it.
func TestEveryFunctionOfJMESPathIsKnown(t *testing.T) {
	for _, name := range append(queryFunctions(), "nosuch") {
		_, err := jmespath.Search(name+"()", nil)
		if unknown := err != nil && strings.Contains(err.Error(), "unknown function"); unknown != (name == "nosuch") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestQueriesAreAnsweredInEveryFormat(t *testing.T) {
	value := map[string]any{"list": []any{
		map[string]any{"id": "i-1", "n": 1, "tags": map[string]string{"a": "b"}},
		map[string]any{"id": "i-2", "ok": true, "none": nil},
	}}
	tests := []struct {
		query  string
		format string
		want   string
	}{
		{"list[].id", "", "[\n  \"i-1\",\n  \"i-2\"\n]\n"},
		{"list[].id", "text", "i-1\ti-2\n"},
		{"list[].id", "table", "i-1\ni-2\n"},
		{"list[].id", "csv", "i-1\ni-2\n"},
		{"list[].id", "yaml", "- i-1\n- i-2\n"},
		{"list[].[id, n]", "text", "i-1\t1\ni-2\tNone\n"},
		{"list[].[id, n]", "csv", "i-1,1\ni-2,\n"},
		{"list", "table", "id   n  none  ok    tags\ni-1  1  -     -     {\"a\":\"b\"}\ni-2  -  -     true  -\n"},
		{"list", "text", "i-1\t1\t\t\nTAGS\tb\ni-2\t\tNone\tTrue\n"},
		{"list[0]", "csv", "id,n,tags\ni-1,1,\"{\"\"a\"\":\"\"b\"\"}\"\n"},
		{"list[0].n", "text", "1\n"},
		{"list[0].n", "table", "1\n"},
		{"nothing", "", "null\n"},
		{"nothing", "text", "None\n"},
		{"nothing", "table", ""},
		{"nothing", "yaml", "null\n"},
	}
	for _, tt := range tests {
		var b strings.Builder
		env := &Env{Stdout: &b}
		if err := env.flags.query.Set(tt.query); err != nil {
			t.Fatal(err)
		}
		env.flags.output = outputJSON
		if tt.format != "" {
			if err := env.flags.output.Set(tt.format); err != nil {
				t.Fatal(err)
			}
		}
		if err := env.print(output{value: value, rows: newTable("X"), people: func(io.Writer) error { return io.EOF }}); err != nil {
			t.Errorf("%s: %v", tt.query, err)
		}
		if diff := cmp.Diff(tt.want, b.String()); diff != "" {
			t.Errorf("%s -o %s (-want +got)\n%s", tt.query, tt.format, diff)
		}
	}
}

// FuzzQuery holds that no expression makes muster panic, and that a place is inside the expression or just after it.
func FuzzQuery(f *testing.F) {
	for _, seed := range []string{"a[?b=='x'].c | [0]", "sort_by(@, &a)", "é(", "`{`", "@[99999999999999999999]", "a[::0]", "'\\''"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var q query
		err := q.Set(text)
		if p, ok := err.(*queryProblem); ok && (p.column() < 0 || p.column() > len([]rune(text))) {
			t.Errorf("%q: column %d", text, p.column())
		}
		if err == nil {
			_, _ = q.of(map[string]any{"a": []any{1, "x"}})
		}
	})
}

// TestAQueryThatFailsAfterTheActHidesNothing: whoever reads the error must not think that nothing was done.
func TestAQueryThatFailsAfterTheActHidesNothing(t *testing.T) {
	const acted = "warning: %s was carried out all the same; stdout has its whole result\n"
	tests := []struct {
		args   []string
		code   int
		acted  string // the command, where it acts
		stdout string // a part of it; empty: there is none
		stderr string // a part of it
	}{
		{[]string{"ls", "--query", "abs(region)"}, ExitFailed, "", "", "muster: --query abs(region): "},
		{[]string{"stop", "web-1", "--dry-run", "--query", "abs(action)"}, ExitFailed, "", "", "muster: --query abs(action): "},
		{[]string{"stop", "web-1", "--query", "abs(action)"}, ExitFailed, "stop", `"outcome": "done"`, "muster: --query abs(action): "},
		{[]string{"stop", "web-2", "-o", "text", "--query", "abs(action)"}, ExitFailed, "stop", `"outcome": "done"`, "muster: --query abs(action): "},
		{[]string{"tag", "web-3", "a=b", "--query", "abs(action)"}, ExitFailed, "tag", `"outcome": "done"`, "muster: --query abs(action): "},
		{[]string{"resize", "web-3", "--type", "t3.large", "--query", "abs(action)"}, ExitPartial, "resize", `"outcome": "failed"`, "1 of 1 instance failed; --query abs(action): "},
		{[]string{"run", "web-3", "--query", "abs(@)", "--", "uptime"}, ExitFailed, "run", `"event": "finished"`, "muster: --query abs(@): "},
	}
	b := newBench(t, noDelay(), smallFleet()...)
	for _, tt := range tests {
		b.expect(tt.code, tt.args...)
		warning := ""
		if tt.acted != "" {
			warning = fmt.Sprintf(acted, tt.acted)
		}
		if strings.Contains(b.stderr, "carried out") != (warning != "") || !strings.Contains(b.stderr, warning) || !strings.Contains(b.stderr, tt.stderr) {
			t.Errorf("%q: %s", tt.args, b.stderr)
		}
		if !strings.Contains(b.stdout, tt.stdout) || (b.stdout == "") != (tt.stdout == "") {
			t.Errorf("%q: stdout is %q", tt.args, b.stdout)
		}
	}
}
