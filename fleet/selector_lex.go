package fleet

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// char is a character of a selector. It is literal where a backslash stood before it: then it has no meaning but itself.
type char struct {
	r       rune
	literal bool
}

func (c char) is(r rune) bool      { return !c.literal && c.r == r }
func (c char) isBlank() bool       { return !c.literal && unicode.IsSpace(c.r) }
func (c char) isStar() bool        { return c.is('*') }
func (c char) isWild() bool        { return c.is('*') || c.is('?') }
func (c char) accepts(r rune) bool { return c.is('?') || (c.r == r && !c.isStar()) }

// lex reads a selector's characters and their escapes.
func lex(text string) ([]char, error) {
	if !utf8.ValidString(text) {
		return nil, &SelectorError{Kind: BadCharacter, Text: text}
	}
	chars := make([]char, 0, len(text))
	escaped := false
	for _, r := range text {
		switch {
		case unicode.IsControl(r) && !unicode.IsSpace(r):
			return nil, &SelectorError{Kind: BadCharacter, Text: text}
		case r == '\\' && !escaped:
			escaped = true
		default:
			chars = append(chars, char{r: r, literal: escaped})
			escaped = false
		}
	}
	if escaped {
		return nil, &SelectorError{Kind: LoneBackslash, Text: text}
	}
	return chars, nil
}

// split cuts chars at every separator that is not literal.
func split(chars []char, separator func(char) bool) [][]char {
	var parts [][]char
	start := 0
	for i, c := range chars {
		if separator(c) {
			parts = append(parts, chars[start:i])
			start = i + 1
		}
	}
	return append(parts, chars[start:])
}

// cut cuts chars at the first r that is not literal.
func cut(chars []char, r rune) (before, after []char, found bool) {
	i := indexChar(chars, r)
	if i < 0 {
		return chars, nil, false
	}
	return chars[:i], chars[i+1:], true
}

func indexChar(chars []char, r rune) int {
	for i, c := range chars {
		if c.is(r) {
			return i
		}
	}
	return -1
}

// trim takes the blanks off both ends; a literal blank stays.
func trim(chars []char) []char {
	for len(chars) > 0 && chars[0].isBlank() {
		chars = chars[1:]
	}
	for len(chars) > 0 && chars[len(chars)-1].isBlank() {
		chars = chars[:len(chars)-1]
	}
	return chars
}

// isWord reports whether chars are this word with nothing escaped in it.
func isWord(chars []char, word string) bool {
	for _, c := range chars {
		if c.literal {
			return false
		}
	}
	return text(chars) == word
}

// text is the characters without their escapes.
func text(chars []char) string {
	var b strings.Builder
	for _, c := range chars {
		b.WriteRune(c.r)
	}
	return b.String()
}

// quote writes characters so that lex reads them back as they are. What has a meaning in some place is escaped in all.
func quote(chars []char) string {
	var b strings.Builder
	for _, c := range chars {
		if c.literal && !unicode.IsLetter(c.r) && !unicode.IsDigit(c.r) && !strings.ContainsRune("-_./+:", c.r) {
			b.WriteByte('\\')
		}
		b.WriteRune(c.r)
	}
	return b.String()
}
