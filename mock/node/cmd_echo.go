package node

import (
	"io"
	"strconv"
	"strings"
)

// echo prints its arguments: -n, -e, -E, as bash's builtin does.
func echo(c *call) int {
	newline, escapes := true, false
	args := c.args
	for len(args) > 0 && isEchoOption(args[0]) {
		for _, letter := range args[0][1:] {
			switch letter {
			case 'n':
				newline = false
			case 'e':
				escapes = true
			case 'E':
				escapes = false
			}
		}
		args = args[1:]
	}
	out := strings.Join(args, " ")
	if escapes {
		var stop bool
		if out, stop = unescape(out, true); stop {
			newline = false
		}
	}
	if newline {
		out += "\n"
	}
	if _, err := io.WriteString(c.stdout, out); err != nil && !isBrokenPipe(err) {
		c.errorf("write error: %s", strerror(err))
		return 1
	}
	return 0
}

func isEchoOption(a string) bool {
	return len(a) > 1 && a[0] == '-' && strings.Trim(a[1:], "neE") == ""
}

// unescape resolves backslash escapes. In echo, and in printf's %b, an octal
// number starts with a zero and \c ends all output: stop is then true.
func unescape(s string, echo bool) (out string, stop bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch c := s[i]; c {
		case 'c':
			if echo {
				return b.String(), true
			}
			b.WriteString(`\c`)
		case 'x', 'u', 'U', '0', '1', '2', '3', '4', '5', '6', '7':
			i += escapeNumber(&b, s[i:], echo) - 1
		default:
			if r, ok := escapes[c]; ok && (c != '"' && c != '\'' || !echo) {
				b.WriteByte(r)
			} else {
				b.WriteByte('\\')
				b.WriteByte(c)
			}
		}
	}
	return b.String(), false
}

var escapes = map[byte]byte{
	'a': 7, 'b': 8, 'e': 27, 'E': 27, 'f': 12, 'n': 10, 'r': 13, 't': 9, 'v': 11, '\\': '\\', '"': '"', '\'': '\'',
}

// escapeNumber writes the character that a number stands for and returns how
// much of s, which starts after the backslash, it took.
func escapeNumber(b *strings.Builder, s string, echo bool) int {
	base, most, from := 8, 3, 0
	switch s[0] {
	case 'x':
		base, most, from = 16, 2, 1
	case 'u':
		base, most, from = 16, 4, 1
	case 'U':
		base, most, from = 16, 8, 1
	case '0':
		if echo {
			from = 1
		}
	default:
		if echo {
			b.WriteByte('\\')
			b.WriteByte(s[0])
			return 1
		}
	}
	n, end := 0, from
	for end < len(s) && end-from < most {
		d, err := strconv.ParseUint(s[end:end+1], base, 8)
		if err != nil {
			break
		}
		n, end = n*base+int(d), end+1
	}
	switch {
	case end == from && base == 16:
		b.WriteByte('\\')
		b.WriteByte(s[0])
	case s[0] == 'u' || s[0] == 'U':
		b.WriteRune(rune(n))
	default:
		b.WriteByte(byte(n))
	}
	return end
}
