package ssm

import (
	"strconv"
	"strings"
	"time"
)

// isoTime is how GetCommandInvocation writes an instant.
func isoTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// isoDuration is how it writes a duration: PT1H2M3.456S, without the parts that are zero.
func isoDuration(d time.Duration) string {
	d = d.Round(time.Millisecond)
	var b strings.Builder
	b.WriteString("PT")
	if h := int(d.Hours()); h > 0 {
		b.WriteString(strconv.Itoa(h) + "H")
	}
	if m := int(d.Minutes()) % 60; m > 0 {
		b.WriteString(strconv.Itoa(m) + "M")
	}
	if s := (d % time.Minute).Seconds(); s > 0 || b.Len() == len("PT") {
		b.WriteString(strconv.FormatFloat(s, 'f', -1, 64) + "S")
	}
	return b.String()
}
