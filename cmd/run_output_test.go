package cmd

import (
	"bufio"
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/musterhq/muster/fleet/command"
)

func discardLogger() *slog.Logger { return slog.New(slog.DiscardHandler) }

func TestVisible(t *testing.T) {
	tests := []struct{ text, want string }{
		{"plain é 日本\n\ttab", "plain é 日本\n\ttab"},
		{"\x1b[31mred\x1b[0m", "^[[31mred^[[0m"},
		{"\x1b]0;title\x07", "^[]0;title^G"},
		{"50%\r100%\r\n", "50%^M100%\n"},
		{"\x00\x7f", "^@^?"},
		{"\u009b31m", `\u009b31m`},
		{"abc\u202edef\u2066", `abc\u202edef\u2066`},
		{"\xff\xfe", `\xff\xfe`},
		{"\U000e0041", `\U000e0041`},
	}
	for _, test := range tests {
		if got := visible(test.text); got != test.want {
			t.Errorf("%q is shown as %q, want %q", test.text, got, test.want)
		}
	}
}

func FuzzVisible(f *testing.F) {
	f.Add("\x1b[2J\r\n\xff")
	f.Fuzz(func(t *testing.T, text string) {
		got := visible(text)
		if !utf8.ValidString(got) {
			t.Errorf("%q is shown as %q", text, got)
		}
		for _, r := range got {
			if r != '\n' && r != '\t' && !unicode.IsPrint(r) {
				t.Errorf("%q keeps %U", text, r)
			}
		}
	})
}

func TestOutputIsMadeHarmlessOnATerminalOnly(t *testing.T) {
	for _, terminal := range []bool{true, false} {
		var stdout bytes.Buffer
		env := &Env{Stdout: &stdout, Getenv: func(string) string { return "dumb" }, Terminal: Terminal{Stdout: terminal}}
		v := &runView{env: env, out: bufio.NewWriter(&stdout), labels: map[string]string{"i-1": "a"}, progress: progressLine{env: env}}
		v.fold.Add(command.Result{Target: command.Target{InstanceID: "i-1"}, Outcome: command.Succeeded, Stdout: "\x1b[2Jx\xff"})
		if err := v.end(); err != nil {
			t.Fatal(err)
		}
		if raw := strings.Contains(stdout.String(), "\x1b[2Jx\xff"); raw == terminal {
			t.Errorf("terminal %t: %q", terminal, &stdout)
		}
	}
}

func TestShortList(t *testing.T) {
	var names []string
	for i := range 25 {
		names = append(names, fmt.Sprintf("n%d", i))
	}
	if got := shortList(names[:20], 20); !strings.HasSuffix(got, " n19") {
		t.Error(got)
	}
	if got := shortList(names, 20); !strings.HasSuffix(got, " n9 and 15 more") {
		t.Error(got)
	}
}

func TestLabelsTellNodesOfTheSameNameApart(t *testing.T) {
	targets := []command.Target{{InstanceID: "i-1", Name: "a"}, {InstanceID: "i-2", Name: "b"}, {InstanceID: "i-3", Name: "b"}, {InstanceID: "i-4"}, {InstanceID: "i-5"}}
	labels := labelsOf(command.Plan{Batches: []command.Batch{{Targets: targets}}})
	want := "a b(i-2) b(i-3) i-4 i-5"
	var got []string
	for _, target := range targets {
		got = append(got, labels[target.InstanceID])
	}
	if strings.Join(got, " ") != want {
		t.Errorf("labels %v, want %s", got, want)
	}
}

func TestEveryOutcomeHasItsVerdict(t *testing.T) {
	seen := make(map[string]bool)
	for _, outcome := range []command.Outcome{
		command.Failed, command.TimedOut, command.Unanswered, command.Cancelled, command.NotRun, command.Unknown,
	} {
		text := verdict(outcome, 1, "Details")
		if seen[text] || text == "" {
			t.Errorf("%s: %q", outcome, text)
		}
		seen[text] = true
	}
}
