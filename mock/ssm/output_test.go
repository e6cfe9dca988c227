package ssm

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestCombinedIsCutAsTheAgentCutsIt(t *testing.T) {
	long := strings.Repeat("o", 3*maxCombined)
	for _, tt := range []struct {
		name, stdout, stderr string
		begins, ends         string
		length               int
	}{
		{"both fit", "out", "err", "out\n----------ERROR-------\nerr", "err", 3 + len(errorTitle) + 3},
		{"no stderr, no title", "out", "", "out", "out", 3},
		{"no stdout, the title all the same", "", "err", "\n----------ERROR-------\nerr", "err", len(errorTitle) + 3},
		{"a long stdout is cut", long, "err", "ooo", "---Output truncated---\n----------ERROR-------\nerr", maxCombined},
		{"a long stderr is cut", "out", long, "out\n----------ERROR-------\nooo", "ooo\n---Error truncated----", maxCombined},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := combined(tt.stdout, tt.stderr)
			if !strings.HasPrefix(got, tt.begins) || !strings.HasSuffix(got, tt.ends) || len(got) != tt.length {
				t.Errorf("%d bytes: %.60q … %q", len(got), got, got[max(0, len(got)-60):])
			}
		})
	}
	both := combined(long, long)
	if !strings.Contains(both, cutOutputMark+errorTitle) || !strings.HasSuffix(both, cutErrorMark) || len(both) > maxCombined {
		t.Errorf("both long: %d bytes", len(both))
	}
}

func FuzzOutputStaysWithinItsLimits(f *testing.F) {
	f.Add("out", "err", 1)
	f.Add("ä", "€", 2000)
	f.Fuzz(func(t *testing.T, stdout, stderr string, times int) {
		if !utf8.ValidString(stdout) || !utf8.ValidString(stderr) {
			return
		}
		times = max(1, min(times, 30_000/max(1, len(stdout)+len(stderr))))
		stdout, stderr = strings.Repeat(stdout, times), strings.Repeat(stderr, times)
		for limit, got := range map[int]string{maxStdout: cutStdout(stdout), maxStderr: cutStderr(stderr), maxCombined: combined(cutStdout(stdout), cutStderr(stderr))} {
			if len(got) > limit || !utf8.ValidString(got) {
				t.Errorf("%d bytes of at most %d, valid: %v", len(got), limit, utf8.ValidString(got))
			}
		}
	})
}

func TestISODuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "PT0S", 137 * time.Millisecond: "PT0.137S", 5 * time.Second: "PT5S", time.Hour + 2*time.Minute + 3456*time.Millisecond: "PT1H2M3.456S", time.Hour: "PT1H",
	} {
		if got := isoDuration(d); got != want {
			t.Errorf("%s = %s, want %s", d, got, want)
		}
	}
}
