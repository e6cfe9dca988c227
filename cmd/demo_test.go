package cmd

import (
	"bytes"
	"strings"
	"testing"
	"testing/cryptotest"
	"testing/synctest"
)

// demoOutput is what `muster demo` prints, in virtual time and with the chance of a seed.
func demoOutput(t *testing.T) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	synctest.Test(t, func(t *testing.T) {
		cryptotest.SetGlobalRandom(t, 1)
		env := silent(nil)
		env.Stdout, env.Stderr = &stdout, &stderr
		if code := Main([]string{"demo"}, env); code != ExitDone || stderr.Len() > 0 {
			t.Fatalf("exit %d\n%s%s", code, stdout.String(), stderr.String())
		}
	})
	return stdout.String()
}

// TestDocsTranscript keeps the README's transcript as the demo prints it: those of its steps that a newcomer wants to see
// first.
func TestDocsTranscript(t *testing.T) {
	const (
		begin = "<!-- The transcript is made by go test ./cmd -update. Do not edit. -->\n"
		end   = "<!-- The end of the transcript. -->\n"
	)
	page := readPage(t, "README.md")
	before, rest, found := strings.Cut(page, begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatal("README.md has no place for the transcript")
	}
	var shown []string
	for step := range strings.SplitSeq(strings.TrimSpace(demoOutput(t)), "\n\n# ") {
		step = "# " + strings.TrimPrefix(step, "# ")
		for _, wanted := range []string{"$ muster launch", "$ muster run", "$ muster start env="} {
			if strings.Contains(step, wanted) {
				shown = append(shown, step)
			}
		}
	}
	comparePage(t, "README.md", before+begin+"```text\n"+strings.Join(shown, "\n\n")+"\n```\n"+end+after)
}

// TestTheDemoIsTheSameEachTime holds what the transcript rests on.
func TestTheDemoIsTheSameEachTime(t *testing.T) {
	first := demoOutput(t)
	for range 3 {
		if again := demoOutput(t); again != first {
			t.Fatalf("it printed\n%s\nand then\n%s", first, again)
		}
	}
	for _, promise := range []string{"1.4.1", "3 nodes: web-1 web-2 web-4", "6 of 6 nodes succeeded", "stop: 6 instances done", "start: 6 instances done"} {
		if !strings.Contains(first, promise) {
			t.Errorf("nothing says %q", promise)
		}
	}
}
