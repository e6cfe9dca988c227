package fleet

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// char is a character of a selector. It is literal where a backslash stood before it or quotes around it: then it has no
// meaning but itself.
type char struct {
	r       rune
	literal bool
	pos     int // where it stands in the text, counted in characters from 1
}

func (c char) is(r rune) bool      { return !c.literal && c.r == r }
func (c char) isBlank() bool       { return !c.literal && unicode.IsSpace(c.r) }
func (c char) isStar() bool        { return c.is('*') }
func (c char) isWild() bool        { return c.is('*') || c.is('?') }
func (c char) accepts(r rune) bool { return c.is('?') || (c.r == r && !c.isStar()) }

// lexer reads the characters of a selector, their escapes and quotes.
type lexer struct {
	text    string
	chars   []char
	pos     int
	escaped bool // the last character was a backslash
	quote   rune // the quote that is open, or 0
	opened  int  // where
}

// lex reads a selector's characters.
func lex(text string) ([]char, error) {
	if !utf8.ValidString(text) {
		return nil, &SelectorError{Kind: BadCharacter, Text: text}
	}
	l := &lexer{text: text, chars: make([]char, 0, len(text))}
	for _, r := range text {
		l.pos++
		if err := l.read(r); err != nil {
			return nil, err
		}
	}
	switch {
	case l.escaped:
		return nil, l.fault(LoneBackslash, l.pos)
	case l.quote != 0:
		return nil, l.fault(OpenQuote, l.opened)
	}
	return l.chars, nil
}

func (l *lexer) fault(kind SelectorErrorKind, pos int) error {
	return &SelectorError{Kind: kind, Text: l.text, Pos: pos}
}

func (l *lexer) read(r rune) error {
	switch {
	case unicode.IsControl(r) && !unicode.IsSpace(r):
		return l.fault(BadCharacter, l.pos)
	case l.escaped:
		l.escaped = false
		l.add(r, true)
	case r == '\\':
		l.escaped = true
	case r == l.quote:
		return l.close()
	case l.quote != 0 && (r == '*' || r == '?'):
		// Both readings are likely, and of a negation the wrong one is nearly all machines.
		return l.fault(WildcardInQuotes, l.pos)
	case l.quote == 0 && (r == '"' || r == '\''):
		return l.open(r)
	default:
		l.add(r, l.quote != 0)
	}
	return nil
}

func (l *lexer) add(r rune, literal bool) {
	l.chars = append(l.chars, char{r: r, literal: literal, pos: l.pos})
}

// open begins a quoted text. It may only stand where a name, a key or a value begins, so that an apostrophe is none.
func (l *lexer) open(r rune) error {
	if n := len(l.chars); n > 0 {
		last := l.chars[n-1]
		if last.literal || !(unicode.IsSpace(last.r) || strings.ContainsRune("(,=:", last.r)) {
			return l.fault(QuoteInside, l.pos)
		}
	}
	l.quote, l.opened = r, l.pos
	return nil
}

// close ends a quoted text. An empty one is what an unset variable leaves.
func (l *lexer) close() error {
	if l.opened == l.pos-1 {
		return l.fault(EmptyValue, l.opened)
	}
	l.quote = 0
	return nil
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

// literals makes characters that stand for themselves.
func literals(s string) []char {
	var chars []char
	for _, r := range s {
		chars = append(chars, char{r: r, literal: true})
	}
	return chars
}

// quote writes characters so that lex reads them back as they are. What has a meaning in some place is escaped in all.
func quote(chars []char) string {
	var b strings.Builder
	if isKeyword(text(chars)) {
		b.WriteByte('\\')
	}
	for _, c := range chars {
		if c.literal && !unicode.IsLetter(c.r) && !unicode.IsDigit(c.r) && !strings.ContainsRune("-_./+:", c.r) {
			b.WriteByte('\\')
		}
		b.WriteRune(c.r)
	}
	return b.String()
}
