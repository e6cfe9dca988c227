package node

import (
	"testing"
	"time"
)

func TestStrftimeMatchesGNUDate(t *testing.T) {
	epoch := time.Unix(0, 0).UTC()
	at := time.Date(2026, time.November, 22, 15, 4, 5, 123456789, time.UTC)
	for _, c := range []struct {
		format, want string
		at           time.Time
	}{
		{"%c|%x|%X|%r|%p|%P|%k|%l|%e|%j|%U|%V|%G|%g|%u|%w|%W|%y|%C|%h", "Thu Jan  1 00:00:00 1970|01/01/70|00:00:00|12:00:00 AM|AM|am| 0|12| 1|001|00|01|1970|70|4|4|00|70|19|Jan", epoch},
		{"%:z|%::z|%z|%Z|%3N|%N|%-d|%_m|%^a|%10Y|%q|%s|%D|%R|%5S|%#Z", "+00:00|+00:00:00|+0000|UTC|000|000000000|1| 1|THU|0000001970|1|0|01/01/70|00:00|00000|utc", epoch},
		{"%F %T|%a %A %b %B|%I:%M %p|%6N|%12N|%U %V %W", "2026-11-22 15:04:05|Sun Sunday Nov November|03:04 PM|123456|123456789000|47 47 46", at},
		{"%Y-%m-%dT%H:%M:%SZ", "2026-11-22T15:04:05Z", at},
		{"100%%|%n|%t|%E|%", "100%|\n|\t|%E|%", at},
		{"%:Y|%-", "%:Y|%-", at},
	} {
		if got := strftime(c.format, c.at); got != c.want {
			t.Errorf("strftime(%q) = %q, want %q", c.format, got, c.want)
		}
	}
}

// FuzzStrftime checks that no format panics or grows without bound.
func FuzzStrftime(f *testing.F) {
	f.Add("%F %T %3N %-d %10Y %::z %")
	f.Fuzz(func(t *testing.T, format string) {
		if got := strftime(format, time.Unix(0, 0).UTC()); len(got) > 2048*(len(format)+1) {
			t.Errorf("%d bytes from %q", len(got), format)
		}
	})
}
