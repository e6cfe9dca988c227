package command

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFoldGroupsWhatIsAlike(t *testing.T) {
	results := []Result{
		{Target: Target{Name: "web-10"}, Outcome: Succeeded, Stdout: "up\n"},
		{Target: Target{Name: "web-2"}, Outcome: Succeeded, Stdout: "up\n"},
		{Target: Target{Name: "db-1"}, Outcome: Succeeded, Stdout: "other\n"},
		{Target: Target{Name: "db-2"}, Outcome: Succeeded, Stdout: "", Stderr: "up\n"},
		{Target: Target{Name: "x-1"}, Outcome: Failed, Status: "Failed", ExitCode: 1, Stdout: "up\n"},
		{Target: Target{Name: "x-2"}, Outcome: Failed, Status: "Failed", ExitCode: 2, Stdout: "up\n"},
		{Target: Target{Name: "x-3"}, Outcome: Failed, Status: "Failed", ExitCode: 2, Stdout: "up\n"},
		{Target: Target{InstanceID: "i-1"}, Outcome: Unanswered, Status: "TimedOut", ExitCode: NoExitCode},
	}
	want := []string{"web-2 web-10", "db-1", "db-2", "x-2 x-3", "i-1", "x-1"}
	for range 20 {
		rand.Shuffle(len(results), func(i, j int) { results[i], results[j] = results[j], results[i] })
		var fold Fold
		for _, r := range results {
			fold.Add(r)
		}
		var got []string
		for _, group := range fold.Groups() {
			var labels []string
			for _, target := range group.Targets {
				labels = append(labels, target.Label())
			}
			got = append(got, strings.Join(labels, " "))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("groups depend on the order of arrival, or are wrong:\n%s", diff)
		}
	}
}

func TestFoldIgnoresTheAgentsDirectory(t *testing.T) {
	const failed = "/_script.sh: line 1: foo: command not found\n"
	message := func(node, command string) string {
		return "/var/lib/amazon/ssm/" + node + "/document/orchestration/" + command + "/awsrunShellScript/0.awsrunShellScript" + failed
	}
	var f Fold
	for i, text := range []string{
		message("i-0aaaaaaaaaaaaaaa1", "11111111-2222-3333-4444-555555555555"),
		message("i-0aaaaaaaaaaaaaaa2", "11111111-2222-3333-4444-555555555555"),
		message("mi-0aaaaaaaaaaaaaaa3", "99999999-2222-3333-4444-555555555555"),
		"/var/lib/amazon/ssm/i-0aaaaaaaaaaaaaaa4/other" + failed,
	} {
		f.Add(Result{Target: Target{InstanceID: string(rune('a' + i))}, ExitCode: 127, Stderr: text})
	}
	groups := f.Groups()
	if len(groups) != 2 || len(groups[0].Targets) != 3 {
		t.Fatalf("%d groups: %+v", len(groups), groups)
	}
	if want := "/var/lib/amazon/ssm/…/awsrunShellScript/0.awsrunShellScript" + failed; groups[0].Stderr != want {
		t.Errorf("shown as %q, want %q", groups[0].Stderr, want)
	}
}

func TestFoldTellsPartsApart(t *testing.T) {
	results := []Result{
		{Stdout: "ab"}, {Stdout: "a", Stderr: "b"}, {Stderr: "ab"}, {Status: "ab"}, {StatusDetails: "ab"},
		{Stdout: "ab", ExitCode: 1}, {Stdout: "ab", Truncated: true}, {},
	}
	var fold Fold
	for i, r := range results {
		r.Name = fmt.Sprint(i)
		fold.Add(r)
	}
	if got := len(fold.Groups()); got != len(results) {
		t.Errorf("%d groups, want %d", got, len(results))
	}
}

// Ten thousand nodes in four groups cost little more than their names.
func TestFoldKeepsOneCopyPerGroup(t *testing.T) {
	var before, after runtime.MemStats
	targets := targetsOf(10_000)
	runtime.GC()
	runtime.ReadMemStats(&before)
	var fold Fold
	for i, target := range targets {
		output := strings.Repeat(fmt.Sprint(i%4), 2400) // a string of its own for each node, as the wire gives it
		fold.Add(Result{Target: target, Outcome: Succeeded, Stdout: output})
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if kept := int64(after.HeapAlloc) - int64(before.HeapAlloc); kept > 4<<20 {
		t.Errorf("the fold keeps %d bytes, want less than 4 MiB", kept)
	}
	if groups := fold.Groups(); len(groups) != 4 || len(groups[0].Targets) != 2500 {
		t.Errorf("%d groups", len(groups))
	}
}

func TestNaturalOrder(t *testing.T) {
	want := []string{"", "1", "01", "2", "10", "a", "web", "web-1", "web-1a", "web-2", "web-02", "web-10", "web-10-b", "webx"}
	got := slices.Clone(want)
	rand.Shuffle(len(got), func(i, j int) { got[i], got[j] = got[j], got[i] })
	slices.SortFunc(got, compareNatural)
	index := func(name string) int { return slices.Index(got, name) }
	for _, pair := range [][2]string{{"", "1"}, {"1", "2"}, {"2", "10"}, {"10", "a"}, {"web-2", "web-10"}, {"web-1", "web-1a"}} {
		if index(pair[0]) > index(pair[1]) {
			t.Errorf("%q comes after %q", pair[0], pair[1])
		}
	}
}

func FuzzNaturalOrder(f *testing.F) {
	f.Add("web-2", "web-10")
	f.Add("01", "1")
	f.Fuzz(func(t *testing.T, a, b string) {
		forth, back := compareNatural(a, b), compareNatural(b, a)
		if (forth < 0) != (back > 0) || (forth == 0) != (a == b) {
			t.Errorf("%q and %q compare as %d and %d", a, b, forth, back)
		}
	})
}

func BenchmarkFold(b *testing.B) {
	output := strings.Repeat("x", 2400)
	results := make([]Result, 10_000)
	for i, target := range targetsOf(len(results)) {
		results[i] = Result{Target: target, Outcome: Succeeded, Stdout: fmt.Sprint(i%4) + output}
	}
	for b.Loop() {
		var fold Fold
		for _, r := range results {
			fold.Add(r)
		}
		fold.Groups()
	}
}
