package awk

import (
	"strconv"
	"strings"
	"time"
)

// substitute is sub and gsub. In the replacement & is what matched, and \& is &.
func (r *run) substitute(args []expr, all bool) value {
	var target place = &fieldExpr{numberExpr(0)}
	if len(args) > 2 {
		t, ok := args[2].(place)
		if g, grouped := args[2].(*groupExpr); grouped && !ok {
			t, ok = g.inner.(place)
		}
		if !ok {
			r.fail("gsub: third argument is not a changeable object")
			return value{}
		}
		target = t
	}
	re := r.patternOf(args[0])
	with := replacement(r.str(args[1]), false)
	s := r.text(target.eval(r))
	if !r.pay(re, s) {
		return value{}
	}
	most := 1
	if all {
		most = -1
	}
	out, n := r.replace(s, r.matches(re, s, most), with)
	if n > 0 && !r.over {
		target.set(r, text(out))
	}
	return number(float64(n))
}

// maxMatches is how many matches are looked for at once.
const maxMatches = 200_000

// matches are the matches of an expression, most of them at most, or all.
func (r *run) matches(re *pattern, s string, most int) [][]int {
	if most < 0 {
		most = maxMatches + 1
	}
	out := re.FindAllStringSubmatchIndex(s, most)
	if r.tick(len(out)); len(out) > maxMatches {
		r.full()
	}
	return out
}

// piece is a part of a replacement: a text, or a group of the match.
type piece struct {
	text  string
	group int // -1: text
}

// replacement reads a replacement; with groups \1 to \9 are groups, as in gensub.
func replacement(s string, groups bool) []piece {
	var out []piece
	var b strings.Builder
	group := func(n int) {
		out = append(out, piece{b.String(), -1}, piece{"", n})
		b.Reset()
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '&':
			group(0)
		case c == '\\' && i+1 < len(s) && (s[i+1] == '&' || s[i+1] == '\\'):
			i++
			b.WriteByte(s[i])
		case c == '\\' && groups && i+1 < len(s) && isDigit(s[i+1]):
			i++
			group(int(s[i] - '0'))
		default:
			b.WriteByte(c)
		}
	}
	return append(out, piece{b.String(), -1})
}

// replace puts a replacement in the place of each match.
func (r *run) replace(s string, matches [][]int, with []piece) (string, int) {
	var b strings.Builder
	at := 0
	for _, m := range matches {
		b.WriteString(s[at:m[0]])
		for _, p := range with {
			if p.group < 0 {
				b.WriteString(p.text)
			} else if 2*p.group < len(m) && m[2*p.group] >= 0 {
				b.WriteString(s[m[2*p.group]:m[2*p.group+1]])
			}
			if b.Len() > MaxString {
				r.full()
				return "", 0
			}
		}
		at = m[1]
	}
	b.WriteString(s[at:])
	r.tick(len(matches))
	if !r.made(b.Len()) {
		return "", 0
	}
	return b.String(), len(matches)
}

// gensub is GNU awk's: it returns the text, with all matches or the n-th one
// replaced.
func (r *run) gensub(args []expr) value {
	re := r.patternOf(args[0])
	with := replacement(r.str(args[1]), true)
	how := r.str(args[2])
	s := ""
	if len(args) > 3 {
		s = r.str(args[3])
	} else {
		s = r.wholeRecord()
	}
	if !r.pay(re, s) {
		return value{}
	}
	matches := r.matches(re, s, -1)
	if !strings.HasPrefix(how, "g") && !strings.HasPrefix(how, "G") {
		n, _ := numberPrefix(how, false)
		if n = max(1, n); int(n) > len(matches) {
			return text(s)
		}
		matches = matches[int(n)-1 : int(n)]
	}
	out, _ := r.replace(s, matches, with)
	return text(out)
}

// strftime formats a time, the present one unless another is given.
func (r *run) strftime(args []expr) value {
	format, at := "%a %b %e %H:%M:%S %Z %Y", r.Now()
	if len(args) > 0 {
		format = r.str(args[0])
	}
	if len(args) > 1 {
		at = time.Unix(int64(r.num(args[1])), 0).UTC()
	}
	s := r.Time(format, at)
	r.made(len(s))
	return text(s)
}

// strtonum reads octal and hexadecimal numbers too.
func (r *run) strtonum(args []expr) value {
	v := args[0].eval(r)
	s := strings.TrimSpace(v.text)
	if v.kind == numeric || len(s) < 2 || s[0] != '0' {
		return number(v.toNumber())
	}
	n, err := strconv.ParseUint(s, 0, 64)
	if err != nil {
		return number(v.toNumber())
	}
	return number(float64(n))
}
