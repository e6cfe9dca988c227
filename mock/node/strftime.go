package node

import (
	"fmt"
	"strings"
	"time"
)

// strftime formats a time as date and printf do, in the C.UTF-8 locale: the
// conversions of C and GNU, the flags - _ 0 + ^ #, and a width. A conversion
// that does not exist stays as it is written.
func strftime(format string, t time.Time) string {
	var b strings.Builder
	for format != "" {
		i := strings.IndexByte(format, '%')
		if i < 0 {
			break
		}
		b.WriteString(format[:i])
		text, n := conversion(format[i:], t)
		b.WriteString(text)
		format = format[i+n:]
	}
	return b.String() + format
}

// conversion formats the one that s starts with and says how long it is.
func conversion(s string, t time.Time) (text string, n int) {
	flag, width, i := byte(0), 0, 1
	for i < len(s) && strings.IndexByte("-_0+^#", s[i]) >= 0 {
		flag, i = s[i], i+1
	}
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		width, i = min(width*10+int(s[i]-'0'), 1024), i+1
	}
	colons := 0
	for i < len(s) && s[i] == ':' {
		colons, i = colons+1, i+1
	}
	if i == len(s) {
		return s, i
	}
	verb := s[i]
	if colons > 0 && verb != 'z' {
		return s[:i+1], i + 1
	}
	i++
	switch verb {
	case 'z':
		return zoneOffset(t, colons), i
	case 'N':
		return nanoseconds(t, width), i
	}
	if f, ok := numbers[verb]; ok {
		return padNumber(f.of(t), flag, f.pad, max(width, f.width)), i
	}
	f, ok := texts[verb]
	if !ok {
		return s[:i], i
	}
	text = f(t)
	switch {
	case flag == '^' || flag == '#' && verb != 'Z' && verb != 'p':
		text = strings.ToUpper(text)
	case flag == '#':
		text = strings.ToLower(text)
	}
	return fmt.Sprintf("%*s", width, text), i
}

// numberField is a conversion that gives a number.
type numberField struct {
	of    func(time.Time) int64
	width int
	pad   byte
}

var numbers = map[byte]numberField{
	'C': {func(t time.Time) int64 { return int64(t.Year() / 100) }, 2, '0'},
	'd': {func(t time.Time) int64 { return int64(t.Day()) }, 2, '0'},
	'e': {func(t time.Time) int64 { return int64(t.Day()) }, 2, '_'},
	'g': {func(t time.Time) int64 { y, _ := t.ISOWeek(); return int64(y % 100) }, 2, '0'},
	'G': {func(t time.Time) int64 { y, _ := t.ISOWeek(); return int64(y) }, 1, '0'},
	'H': {func(t time.Time) int64 { return int64(t.Hour()) }, 2, '0'},
	'I': {func(t time.Time) int64 { return int64((t.Hour()+11)%12 + 1) }, 2, '0'},
	'j': {func(t time.Time) int64 { return int64(t.YearDay()) }, 3, '0'},
	'k': {func(t time.Time) int64 { return int64(t.Hour()) }, 2, '_'},
	'l': {func(t time.Time) int64 { return int64((t.Hour()+11)%12 + 1) }, 2, '_'},
	'm': {func(t time.Time) int64 { return int64(t.Month()) }, 2, '0'},
	'M': {func(t time.Time) int64 { return int64(t.Minute()) }, 2, '0'},
	'q': {func(t time.Time) int64 { return int64(t.Month()-1)/3 + 1 }, 1, '0'},
	's': {func(t time.Time) int64 { return t.Unix() }, 1, '0'},
	'S': {func(t time.Time) int64 { return int64(t.Second()) }, 2, '0'},
	'u': {func(t time.Time) int64 { return int64((t.Weekday()+6)%7 + 1) }, 1, '0'},
	'U': {func(t time.Time) int64 { return int64((t.YearDay() + 6 - int(t.Weekday())) / 7) }, 2, '0'},
	'V': {func(t time.Time) int64 { _, w := t.ISOWeek(); return int64(w) }, 2, '0'},
	'w': {func(t time.Time) int64 { return int64(t.Weekday()) }, 1, '0'},
	'W': {func(t time.Time) int64 { return int64((t.YearDay() + 6 - int(t.Weekday()+6)%7) / 7) }, 2, '0'},
	'y': {func(t time.Time) int64 { return int64(t.Year() % 100) }, 2, '0'},
	'Y': {func(t time.Time) int64 { return int64(t.Year()) }, 1, '0'},
}

// texts are the conversions that give a text, most by a layout of Go's.
var texts = map[byte]func(time.Time) string{
	'%': func(time.Time) string { return "%" },
	'a': layout("Mon"), 'A': layout("Monday"), 'b': layout("Jan"), 'h': layout("Jan"), 'B': layout("January"),
	'c': layout("Mon Jan _2 15:04:05 2006"), 'D': layout("01/02/06"), 'x': layout("01/02/06"), 'F': layout("2006-01-02"),
	'n': func(time.Time) string { return "\n" }, 't': func(time.Time) string { return "\t" },
	'p': layout("PM"), 'P': layout("pm"), 'r': layout("03:04:05 PM"), 'R': layout("15:04"), 'T': layout("15:04:05"), 'X': layout("15:04:05"),
	'Z': layout("MST"),
}

func layout(l string) func(time.Time) string {
	return func(t time.Time) string { return t.Format(l) }
}

// padNumber pads as the flag says, else as the conversion does.
func padNumber(n int64, flag, pad byte, width int) string {
	if flag == '-' || flag == '_' || flag == '0' {
		pad = flag
	}
	switch pad {
	case '-':
		return fmt.Sprint(n)
	case '_':
		return fmt.Sprintf("%*d", width, n)
	}
	return fmt.Sprintf("%0*d", width, n)
}

// nanoseconds are the first digits of the fraction, nine of them by default.
func nanoseconds(t time.Time, width int) string {
	digits := fmt.Sprintf("%09d", t.Nanosecond())
	if width == 0 {
		width = 9
	}
	if width <= 9 {
		return digits[:width]
	}
	return digits + strings.Repeat("0", width-9)
}

// zoneOffset is %z, %:z and %::z.
func zoneOffset(t time.Time, colons int) string {
	return t.Format([...]string{"-0700", "-07:00", "-07:00:00"}[min(colons, 2)])
}
