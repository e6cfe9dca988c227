package awk

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxWidth bounds width and precision of a format.
const maxWidth = 4096

// sprintf formats: the first of the arguments is the format.
func (r *run) sprintf(args []expr) string {
	f := formatter{run: r, format: r.text(args[0].eval(r)), args: args[1:]}
	for rest := f.format; rest != ""; {
		i := strings.IndexByte(rest, '%')
		if i < 0 {
			f.out.WriteString(rest)
			break
		}
		f.out.WriteString(rest[:i])
		rest = f.directive(rest[i:])
		if !r.made(f.out.Len()) {
			return ""
		}
	}
	return f.out.String()
}

// formatter is one sprintf at work.
type formatter struct {
	*run
	format string
	args   []expr
	out    strings.Builder
}

// directive formats one argument, and returns the rest of the format.
func (f *formatter) directive(s string) string {
	i := 1
	for i < len(s) && strings.IndexByte("-+ #0'", s[i]) >= 0 {
		i++
	}
	flags := strings.ReplaceAll(s[1:i], "'", "")
	width, i := f.size(s, i)
	precision := -1
	if i < len(s) && s[i] == '.' {
		precision, i = f.size(s, i+1)
		precision = max(0, precision)
	}
	if i >= len(s) {
		f.out.WriteString(s)
		return ""
	}
	if width < 0 && width > -maxWidth {
		flags, width = flags+"-", -width
	}
	spec := "%" + flags
	if width > 0 {
		spec += strconv.Itoa(min(width, maxWidth))
	}
	if precision >= 0 {
		spec += "." + strconv.Itoa(min(precision, maxWidth))
	}
	if !f.verb(spec, s[i]) {
		f.out.WriteString(s[:i+1])
	}
	return s[i+1:]
}

// size reads a width or a precision, * from the arguments.
func (f *formatter) size(s string, i int) (n, end int) {
	if i < len(s) && s[i] == '*' {
		return int(f.next().toNumber()), i + 1
	}
	for ; i < len(s) && isDigit(s[i]); i++ {
		n = min(n*10+int(s[i]-'0'), maxWidth+1)
	}
	return n, i
}

// next takes the next argument.
func (f *formatter) next() value {
	if len(f.args) == 0 {
		f.fail("not enough arguments to satisfy format string\n\t`%s'", f.format)
		return value{}
	}
	v := f.args[0].eval(f.run)
	f.args = f.args[1:]
	return v
}

func (f *formatter) verb(spec string, verb byte) bool {
	switch verb {
	case '%':
		f.out.WriteByte('%')
	case 'd', 'i', 'u':
		f.out.WriteString(formatWhole(spec, 'd', f.next().toNumber()))
	case 'o', 'x', 'X':
		f.out.WriteString(formatWhole(spec, verb, f.next().toNumber()))
	case 'e', 'E', 'f', 'F', 'g', 'G':
		fmt.Fprintf(&f.out, spec+string(verb), f.next().toNumber())
	case 'c':
		fmt.Fprintf(&f.out, textSpec(spec)+"s", character(f.next()))
	case 's':
		fmt.Fprintf(&f.out, textSpec(spec)+"s", f.text(f.next()))
	default:
		return false
	}
	return true
}

// textSpec takes away the flags that mean nothing to texts.
func textSpec(spec string) string {
	flags := strings.TrimLeft(spec[1:], "-+ #0")
	if strings.Contains(spec[:len(spec)-len(flags)], "-") {
		return "%-" + flags
	}
	return "%" + flags
}

// character is the one that %c prints: of a number, or the first of a text.
func character(v value) string {
	if v.kind == numeric {
		return string(rune(v.number))
	}
	_, size := utf8.DecodeRuneInString(v.text)
	return v.text[:size]
}

// formatWhole formats the whole part of a number. Where it has none it is
// written as %g does.
func formatWhole(spec string, verb byte, n float64) string {
	switch {
	case n != n:
		return fmt.Sprintf(textSpec(spec)+"s", "nan")
	case n >= 1<<63 || n < -1<<63:
		return fmt.Sprintf(textSpec(spec)+"s", numberText(n, "%.0f"))
	case verb != 'd' && n < 0:
		return fmt.Sprintf(spec+string(verb), uint64(int64(n)))
	}
	return fmt.Sprintf(spec+string(verb), int64(n))
}

// formatOne formats a number by CONVFMT or OFMT.
func formatOne(format string, n float64) string {
	f := formatter{run: &run{}, args: []expr{numberExpr(n)}}
	before, after, ok := strings.Cut(format, "%")
	if !ok {
		return format
	}
	f.out.WriteString(before)
	rest := f.directive("%" + after)
	f.out.WriteString(rest)
	return f.out.String()
}
