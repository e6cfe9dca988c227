package awk

import (
	"strconv"
	"strings"
)

// kind tells tokens apart.
type kind uint8

const (
	kindEnd kind = iota
	kindNewline
	kindNumber
	kindString
	kindRegex
	kindName
	kindCall // a name with a parenthesis right behind it
	kindWord // a keyword, or a function of the language
	kindOp
)

// token is one word of a program.
type token struct {
	kind      kind
	text      string // of a string: with its escapes resolved
	number    float64
	line, col int
}

func (t token) is(text string) bool {
	return t.text == text && (t.kind == kindOp || t.kind == kindWord) || text == "\n" && t.kind == kindNewline
}

var keywords = map[string]bool{
	"BEGIN": true, "END": true, "function": true, "func": true, "if": true, "else": true, "while": true, "for": true,
	"do": true, "break": true, "continue": true, "next": true, "nextfile": true, "exit": true, "return": true,
	"delete": true, "in": true, "getline": true, "print": true, "printf": true,
}

// refusedWords are GNU awk's own words that are not simulated.
var refusedWords = map[string]bool{
	"BEGINFILE": true, "ENDFILE": true, "switch": true, "case": true, "default": true, "asort": true, "asorti": true,
	"patsplit": true, "PROCINFO": true, "FPAT": true, "FIELDWIDTHS": true, "IGNORECASE": true, "SYMTAB": true,
	"FUNCTAB": true, "bindtextdomain": true, "dcgettext": true, "dcngettext": true, "isarray": true, "typeof": true, "mktime": true,
}

// lexer cuts a program into tokens.
type lexer struct {
	src       string
	at        int
	line      int
	lineStart int
	fault     string
	warnings  []string
}

var operators = [...]string{
	"**=", "&&", "||", "==", "!=", "<=", ">=", "++", "--", "+=", "-=", "*=", "/=", "%=", "^=", "!~", ">>", "|&", "**",
}

// next returns the next token. A slash is an operator; where an expression may
// begin the parser asks for regex.
func (l *lexer) next() token {
	l.skip()
	t := token{line: l.line, col: l.at - l.lineStart + 1}
	if l.at >= len(l.src) {
		return t
	}
	switch c := l.src[l.at]; {
	case c == '\n':
		l.at++
		l.newline()
		t.kind = kindNewline
	case isDigit(c), c == '.' && l.at+1 < len(l.src) && isDigit(l.src[l.at+1]):
		n, size := numberPrefix(l.src[l.at:], true)
		t.kind, t.number, t.text = kindNumber, n, l.src[l.at:l.at+size]
		l.at += size
	case isLetter(c):
		l.word(&t)
	case c == '"':
		t.kind, t.text = kindString, l.quoted()
	default:
		l.operator(&t)
	}
	return t
}

func (l *lexer) newline() { l.line, l.lineStart = l.line+1, l.at }

// skip passes blanks, comments and lines that are continued.
func (l *lexer) skip() {
	for l.at < len(l.src) {
		rest := l.src[l.at:]
		switch {
		case rest[0] == ' ', rest[0] == '\t', rest[0] == '\r':
			l.at++
		case strings.HasPrefix(rest, "\\\n"):
			l.at += 2
			l.newline()
		case strings.HasPrefix(rest, "\\\r\n"):
			l.at += 3
			l.newline()
		case rest[0] == '#':
			n := strings.IndexByte(rest, '\n')
			if n < 0 {
				n = len(rest)
			}
			l.at += n
		default:
			return
		}
	}
}

func (l *lexer) word(t *token) {
	start := l.at
	for l.at < len(l.src) && (isLetter(l.src[l.at]) || isDigit(l.src[l.at])) {
		l.at++
	}
	t.text, t.kind = l.src[start:l.at], kindName
	switch {
	case keywords[t.text], builtins[t.text].run != nil:
		t.kind = kindWord
		if t.text == "func" {
			t.text = "function"
		}
	case l.at < len(l.src) && l.src[l.at] == '(':
		t.kind = kindCall
	}
}

func (l *lexer) operator(t *token) {
	t.kind = kindOp
	for _, op := range operators {
		if strings.HasPrefix(l.src[l.at:], op) {
			t.text = op
			l.at += len(op)
			if op == "**" || op == "**=" {
				t.text = "^" + op[2:]
			}
			return
		}
	}
	t.text = l.src[l.at : l.at+1]
	l.at++
}

// quoted reads a string.
func (l *lexer) quoted() string {
	var b strings.Builder
	for l.at++; l.at < len(l.src) && l.src[l.at] != '"'; {
		c := l.src[l.at]
		switch {
		case c == '\n':
			l.fault = "unterminated string"
			return ""
		case c == '\\' && l.at+1 < len(l.src):
			text, size, known := escape(l.src[l.at:])
			if l.at += size; !known {
				l.warnings = append(l.warnings, "escape sequence `\\"+text+"' treated as plain `"+text+"'")
			}
			if size == 2 && text == "" {
				l.newline()
			}
			b.WriteString(text)
		default:
			b.WriteByte(c)
			l.at++
		}
	}
	if l.at >= len(l.src) {
		l.fault = "unterminated string"
		return ""
	}
	l.at++
	return b.String()
}

// regex reads the rest of a regular expression after its first slash. Its
// escapes are left to who compiles it, but for that of the slash.
func (l *lexer) regex() string {
	var b strings.Builder
	for class := false; l.at < len(l.src); l.at++ {
		switch c := l.src[l.at]; {
		case c == '\n':
			l.fault = "unterminated regexp"
			return ""
		case c == '\\' && l.at+1 < len(l.src):
			l.at++
			if l.src[l.at] != '/' {
				b.WriteByte('\\')
			}
			b.WriteByte(l.src[l.at])
			continue
		case c == '/' && !class:
			l.at++
			return b.String()
		case c == '[' && !class:
			class = true
			if rest := l.src[l.at+1:]; strings.HasPrefix(rest, "]") || strings.HasPrefix(rest, "^]") {
				n := strings.IndexByte(rest, ']') + 1
				b.WriteString("[" + rest[:n])
				l.at += n
				continue
			}
		case c == ']':
			class = false
		}
		b.WriteByte(l.src[l.at])
	}
	l.fault = "unterminated regexp"
	return ""
}

var escapes = map[byte]string{
	'n': "\n", 't': "\t", 'r': "\r", '\\': `\`, '"': `"`, '/': "/", 'a': "\a", 'b': "\b", 'f': "\f", 'v': "\v", '\n': "",
}

// escape resolves the escape that s starts with. known is false where GNU awk
// warns.
func escape(s string) (text string, size int, known bool) {
	if text, ok := escapes[s[1]]; ok {
		return text, 2, true
	}
	digits, base, most := s[1:], 8, 3
	if s[1] == 'x' {
		digits, base, most = s[2:], 16, 2
	}
	n := 0
	for n < min(most, len(digits)) && strings.IndexByte("0123456789abcdefABCDEF"[:map[int]int{8: 8, 16: 22}[base]], digits[n]) >= 0 {
		n++
	}
	if n == 0 {
		return s[1:2], 2, false
	}
	code, _ := strconv.ParseUint(digits[:n], base, 16)
	return string([]byte{byte(code)}), len(s) - len(digits) + n, true
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }
