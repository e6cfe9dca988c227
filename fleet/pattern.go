package fleet

import (
	"strings"
	"unicode/utf8"
)

// pattern is a value with wildcards, as EC2's filters write it: * stands for any characters, ? for one, and a backslash takes
// the meaning from the next of *, ? and \ (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html).
type pattern string

// patternOf writes characters that were read by lex as a pattern.
func patternOf(chars []char) pattern {
	var b strings.Builder
	for _, c := range chars {
		if c.literal && strings.ContainsRune(`*?\`, c.r) {
			b.WriteByte('\\')
		}
		b.WriteRune(c.r)
	}
	return pattern(b.String())
}

// chars reads a pattern back. Only what is escaped in it, or never had a meaning, is literal.
func (p pattern) chars() []char {
	var chars []char
	escaped := false
	for _, r := range string(p) {
		if r == '\\' && !escaped {
			escaped = true
			continue
		}
		chars = append(chars, char{r: r, literal: escaped || (r != '*' && r != '?')})
		escaped = false
	}
	return chars
}

// plain reports whether the pattern stands for one value only.
func (p pattern) plain() bool {
	for _, c := range p.chars() {
		if !c.literal {
			return false
		}
	}
	return true
}

// match reports whether the pattern stands for s. Upper and lower case differ, as in EC2's filters. It takes time in
// proportion to the product of the lengths at worst: a star that fails is tried again from its next place only.
func (p pattern) match(s string) bool {
	chars := p.chars()
	at, star, retry := 0, -1, ""
	for s != "" {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case at < len(chars) && chars[at].isStar():
			star, retry = at, s
			at++
		case at < len(chars) && chars[at].accepts(r):
			at++
			s = s[size:]
		case star >= 0:
			_, size = utf8.DecodeRuneInString(retry)
			retry = retry[size:]
			at, s = star+1, retry
		default:
			return false
		}
	}
	for at < len(chars) && chars[at].isStar() {
		at++
	}
	return at == len(chars)
}
