package node

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// printf prints by a format: the flags, width and precision of C, with
// d i o u x X c s b q e E f F g G and (strftime)T. The format is used again as
// long as arguments are left.
func printf(c *call) int {
	args := c.args
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		io.WriteString(c.stderr, "printf: usage: printf [-v var] format [arguments]\n")
		return 2
	}
	f := formatter{call: c, args: args[1:]}
	for {
		before := len(f.args)
		if !f.format(args[0]) || len(f.args) == 0 || len(f.args) == before {
			break
		}
	}
	if _, err := io.WriteString(c.stdout, f.out.String()); err != nil && !isBrokenPipe(err) {
		c.errorf("write error: %s", strerror(err))
		return 1
	}
	return f.status
}

// formatter is one printf at work.
type formatter struct {
	*call
	args   []string
	out    strings.Builder
	status int
}

// maxWidth bounds what a format can make of an argument.
const maxWidth = 4096

// format goes through the format once. It reports whether to go on.
func (f *formatter) format(format string) bool {
	for format != "" {
		i := strings.IndexAny(format, `%\`)
		if i < 0 {
			f.out.WriteString(format)
			return true
		}
		f.out.WriteString(format[:i])
		format = format[i:]
		if format[0] == '\\' {
			n := 1 + min(1, len(format)-1)
			if n == 2 && strings.Contains("01234567xuU", format[1:2]) {
				n = 1 + escapeNumber(&f.out, format[1:], false)
			} else {
				text, _ := unescape(format[:n], false)
				f.out.WriteString(text)
			}
			format = format[n:]
			continue
		}
		var ok bool
		if format, ok = f.directive(format); !ok {
			return false
		}
	}
	return true
}

// directive handles one that starts with a percent sign and returns the rest.
func (f *formatter) directive(format string) (rest string, ok bool) {
	spec, rest := f.spec(format[1:])
	if rest == "" {
		f.errorf("`%s': missing format character", format)
		f.status = 1
		return "", false
	}
	verb := rest[0]
	rest = rest[1:]
	switch verb {
	case '%':
		f.out.WriteByte('%')
	case 's':
		f.text(spec, f.next())
	case 'c':
		s := f.next()
		f.text(spec, s[:min(1, len(s))])
	case 'b':
		text, stop := unescape(f.next(), true)
		f.text(spec, text)
		return rest, !stop
	case 'q':
		f.text(spec, bashQuote(f.next()))
	case 'd', 'i':
		f.number(spec+"d", f.integer(f.next()))
	case 'u':
		f.number(spec+"d", uint64(f.integer(f.next())))
	case 'o', 'x', 'X':
		f.number(spec+string(verb), uint64(f.integer(f.next())))
	case 'e', 'E', 'f', 'F', 'g', 'G':
		f.number(spec+string(verb), f.float(f.next()))
	case '(':
		return f.time(rest)
	default:
		f.errorf("`%c': invalid format character", verb)
		f.status = 1
		return "", false
	}
	return rest, true
}

// spec reads flags, width and precision, with * taken from the arguments.
func (f *formatter) spec(format string) (spec, rest string) {
	i := 0
	for i < len(format) && strings.IndexByte("-+ #0123456789.*", format[i]) >= 0 {
		i++
	}
	spec = format[:i]
	for strings.Contains(spec, "*") {
		spec = strings.Replace(spec, "*", strconv.Itoa(int(f.integer(f.next()))), 1)
	}
	if largest(spec) > maxWidth {
		spec = ""
	}
	return "%" + spec, format[i:]
}

// largest is the largest number in a specification.
func largest(spec string) int {
	n := 0
	for _, field := range strings.FieldsFunc(spec, func(r rune) bool { return r < '0' || r > '9' }) {
		n = max(n, number(field))
	}
	return n
}

// next takes the next argument; there is always an empty one left.
func (f *formatter) next() string {
	if len(f.args) == 0 {
		return ""
	}
	s := f.args[0]
	f.args = f.args[1:]
	return s
}

// text prints a string. Flags for numbers mean nothing to it; width and
// precision count bytes, as in bash.
func (f *formatter) text(spec, s string) {
	spec, precision, cut := strings.Cut(strings.TrimLeft(spec[1:], "0+ #"), ".")
	if n := number(precision); cut && n < len(s) {
		s = s[:n]
	}
	width, left := strings.CutPrefix(spec, "-")
	pad := strings.Repeat(" ", max(0, number(width)-len(s)))
	if left {
		s += pad
	} else {
		s = pad + s
	}
	f.out.WriteString(s)
}

func (f *formatter) number(spec string, n any) { fmt.Fprintf(&f.out, spec, n) }

// integer reads a number as C does: octal, hexadecimal, or the code of a
// character after a quote.
func (f *formatter) integer(s string) int64 {
	t := strings.TrimSpace(s)
	if t == "" {
		return 0
	}
	if t[0] == '"' || t[0] == '\'' {
		r, _ := utf8.DecodeRuneInString(t[1:])
		return int64(r)
	}
	n, err := strconv.ParseInt(cInteger(t), 0, 64)
	if err != nil {
		if u, err := strconv.ParseUint(cInteger(t), 0, 64); err == nil {
			return int64(u)
		}
		f.errorf("%s: invalid number", s)
		f.status = 1
		n, _ = strconv.ParseInt(leadingDigits(t), 10, 64)
	}
	return n
}

// cInteger refuses the forms that Go has and C has not.
func cInteger(s string) string {
	if strings.ContainsAny(s, "_oO") || strings.HasPrefix(strings.TrimLeft(s, "+-"), "0b") || strings.HasPrefix(strings.TrimLeft(s, "+-"), "0B") {
		return "x"
	}
	return s
}

func leadingDigits(s string) string {
	i := 0
	for i < len(s) && (s[i] >= '0' && s[i] <= '9' || i == 0 && s[i] == '-') {
		i++
	}
	return s[:i]
}

func (f *formatter) float(s string) float64 {
	if s == "" {
		return 0
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		f.errorf("%s: invalid number", s)
		f.status = 1
	}
	return n
}

// time is %(format)T: the time of an argument in seconds, -1 or none for now,
// -2 for the script's start.
func (f *formatter) time(rest string) (string, bool) {
	layout, rest, ok := strings.Cut(rest, ")T")
	if !ok {
		f.errorf("`(': invalid format character")
		f.status = 1
		return "", false
	}
	at := f.process.time()
	if arg := f.next(); arg != "" {
		switch n := f.integer(arg); n {
		case -1:
		case -2:
			at = f.script.Start
		default:
			at = time.Unix(n, 0).UTC()
		}
	}
	if layout == "" {
		layout = "%X"
	}
	f.out.WriteString(strftime(layout, at))
	return rest, true
}

// bashQuote quotes a word as %q does.
func bashQuote(s string) string {
	if s == "" {
		return "''"
	}
	if strings.ContainsAny(s, "\n\t\r\x1b\a\b\f\v") {
		return "$'" + strings.NewReplacer("\\", `\\`, "'", `\'`, "\n", `\n`, "\t", `\t`, "\r", `\r`, "\x1b", `\E`, "\a", `\a`, "\b", `\b`, "\f", `\f`, "\v", `\v`).Replace(s) + "'"
	}
	var b strings.Builder
	for i, r := range s {
		if strings.ContainsRune(" '\"\\|&;()<>!{}*[]?^$`,", r) || i == 0 && (r == '~' || r == '#') {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
