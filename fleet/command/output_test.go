package command

import (
	"strings"
	"testing"
)

func TestSplitOutput(t *testing.T) {
	tests := []struct{ output, stdout, stderr string }{
		{"", "", ""},
		{"out\n", "out\n", ""},
		{"out\n\n----------ERROR-------\nerr\n", "out\n", "err\n"},
		{"\n----------ERROR-------\nerr", "", "err"},
		{"a\n----------ERROR-------\nb\n----------ERROR-------\nc", "a", "b\n----------ERROR-------\nc"},
		{"a----------ERROR-------\nb", "a----------ERROR-------\nb", ""},
	}
	for _, test := range tests {
		stdout, stderr := splitOutput(test.output)
		if stdout != test.stdout || stderr != test.stderr {
			t.Errorf("%q is split into %q and %q", test.output, stdout, stderr)
		}
	}
}

func TestIsCut(t *testing.T) {
	whole := []string{
		"", "short", strings.Repeat("x", 2499), "---Output truncated---", "\n---Output truncated---\nmore",
		"a" + errorTitle + "b\n---Error truncated----\nmore",
	}
	cut := []string{
		strings.Repeat("x", 2500), "a" + stdoutCut, "a" + stdoutCut + errorTitle + "b", "a" + errorTitle + "b" + stderrCut,
	}
	for _, output := range whole {
		if isCut(output) {
			t.Errorf("%.60q… is taken for cut", output)
		}
	}
	for _, output := range cut {
		if !isCut(output) {
			t.Errorf("%.60q… is not taken for cut", output)
		}
	}
	if !isStreamCut("x--output truncated--", maxStdout) || !isStreamCut(strings.Repeat("x", maxStderr), maxStderr) {
		t.Error("a stream that was cut is taken for whole")
	}
	if isStreamCut(strings.Repeat("é", maxStderr-1), maxStderr) {
		t.Error("a stream is measured in bytes")
	}
}

func FuzzSplitOutput(f *testing.F) {
	f.Add("a", "b")
	f.Add("", "")
	f.Fuzz(func(t *testing.T, stdout, stderr string) {
		joined := stdout
		if stderr != "" {
			joined += errorTitle + stderr
		}
		gotOut, gotErr := splitOutput(joined)
		if strings.Contains(stdout+"\n", errorTitle) {
			return // cannot be told apart
		}
		if gotOut != stdout || gotErr != stderr {
			t.Errorf("%q and %q come back as %q and %q", stdout, stderr, gotOut, gotErr)
		}
	})
}
