package fleet

import (
	"slices"
	"strings"
)

// tokenKind is what a token of a selector is.
type tokenKind int

const (
	tokenEnd tokenKind = iota
	tokenText
	tokenOpen
	tokenClose
	tokenComma
	tokenOr
	tokenAnd
	tokenNot
	tokenIn
)

// token is a piece of a selector: a sign or a word with a meaning, or the text between them, without blanks around it.
type token struct {
	kind  tokenKind
	chars []char
	pos   int // of its first character, counted from 1
}

// joins reports whether the token stands between two conditions, or before one.
func (t token) joins() bool {
	return t.kind == tokenComma || t.kind == tokenOr || t.kind == tokenAnd || t.kind == tokenNot
}

// text is the token as it was typed, but for escapes and quotes.
func (t token) text() string { return text(t.chars) }

// tokenize divides a selector. At its end stands a tokenEnd.
func tokenize(chars []char) []token {
	var tokens []token
	start := 0
	for i, c := range chars {
		kind := signKind(c)
		if kind == tokenEnd {
			continue
		}
		tokens = append(tokens, tokenizeWords(chars[start:i])...)
		tokens = append(tokens, token{kind: kind, chars: chars[i : i+1], pos: c.pos})
		start = i + 1
	}
	tokens = append(tokens, tokenizeWords(chars[start:])...)
	end := 1
	if len(chars) > 0 {
		end = chars[len(chars)-1].pos + 1
	}
	return append(tokens, token{kind: tokenEnd, pos: end})
}

// signKind returns what a character is alone, or tokenEnd.
func signKind(c char) tokenKind {
	switch {
	case c.is('('):
		return tokenOpen
	case c.is(')'):
		return tokenClose
	case c.is(','):
		return tokenComma
	}
	return tokenEnd
}

// tokenizeWords divides what has no signs in it: words with a meaning, and the stretches between them, blanks and all.
func tokenizeWords(chars []char) []token {
	var tokens []token
	start := 0 // of the stretch
	flush := func(end int) {
		if stretch := trim(chars[start:end]); len(stretch) > 0 {
			tokens = append(tokens, token{kind: tokenText, chars: stretch, pos: stretch[0].pos})
		}
	}
	at := 0
	for _, word := range split(chars, char.isBlank) {
		if kind := wordKind(word); kind != tokenEnd {
			flush(at)
			tokens = append(tokens, token{kind: kind, chars: word, pos: word[0].pos})
			start = at + len(word)
		}
		at += len(word) + 1
	}
	flush(len(chars))
	return tokens
}

// wordKind returns what a word is that has a meaning, or tokenEnd. Capitals make no difference, as in SQL.
func wordKind(word []char) tokenKind {
	if slices.ContainsFunc(word, func(c char) bool { return c.literal }) {
		return tokenEnd
	}
	switch strings.ToLower(text(word)) {
	case "or":
		return tokenOr
	case "and":
		return tokenAnd
	case "not":
		return tokenNot
	case "in":
		return tokenIn
	}
	return tokenEnd
}

// isKeyword reports whether a word has a meaning between conditions.
func isKeyword(word string) bool { return slices.Contains(keywords(), strings.ToLower(word)) }
