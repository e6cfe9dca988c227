package node

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// regexFault is what is wrong with a regular expression, in the words that a program prints.
type regexFault string

// Error returns those words.
func (f regexFault) Error() string { return string(f) }

// The faults of a regular expression, in glibc's words (regcomp's messages), and our own for what is not simulated.
const (
	errRegexBackslash = regexFault("Trailing backslash")
	errRegexBracket   = regexFault("Unmatched [, [^, [:, [., or [=")
	errRegexParen     = regexFault("Unmatched ( or \\(")
	errRegexClose     = regexFault("Unmatched ) or \\)")
	errRegexBrace     = regexFault("Unmatched \\{")
	errRegexInterval  = regexFault("Invalid content of \\{\\}")
	errRegexRepeat    = regexFault("Invalid preceding regular expression")
	errRegexRange     = regexFault("Invalid range end")
	errRegexClass     = regexFault("Invalid character class name")
	errRegexSize      = regexFault("Regular expression too big")
	errRegexBackref   = regexFault("back-references are not simulated")
	errRegexText      = regexFault("bytes that are no text are not simulated here")
	errRegexWordEdge  = regexFault("\\< and \\> are simulated beside word characters only")
)

// regexFlavour says how a POSIX regular expression is written.
type regexFlavour struct {
	extended bool // -E; else basic
	fold     bool // letters match in either case
	lines    bool // ^ and $ match at newlines too: sed's M
	sed      bool // \n, \t and the like are what they are in C
	awk      bool // written by awkRegex: an unmatched ) is a fault
}

// regex is a compiled expression. Its matches are the leftmost and longest, as
// POSIX wants them.
type regex struct {
	*regexp.Regexp
	cost int // steps that a KiB of input takes
}

// compileRegex compiles a POSIX expression, basic or extended, with GNU's
// additions, by translating it into Go's syntax. What Go's engine cannot do is
// an error, never another meaning.
func compileRegex(pattern string, f regexFlavour) (*regex, error) {
	text, err := translateRegex(pattern, f)
	if err != nil {
		return nil, err
	}
	return f.compile(text)
}

// compile compiles an expression in Go's syntax.
func (f regexFlavour) compile(text string) (*regex, error) {
	flags := "(?s"
	if f.fold {
		flags += "i"
	}
	if f.lines {
		flags += "m"
	}
	re, err := regexp.Compile(flags + ")" + text)
	if err != nil {
		if se, ok := errors.AsType[*syntax.Error](err); ok && se.Code == syntax.ErrInvalidCharRange {
			return nil, errRegexRange
		}
		if !utf8.ValidString(text) {
			return nil, errRegexText
		}
		return nil, errRegexSize // the only other thing that Go refuses in what we write
	}
	re.Longest()
	return &regex{re, 2 + regexSize(text)/32}, nil
}

// regexSize is about how many instructions an expression has: only an interval
// makes it much longer than its text.
func regexSize(text string) int {
	if !strings.Contains(text, "{") {
		return len(text)
	}
	parsed, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return len(text)
	}
	prog, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return len(text)
	}
	return len(prog.Inst)
}

// maxPattern is how many bytes an expression may have. It bounds the mock's
// work, and is no limit of GNU's.
const maxPattern = 16 << 10

// translateRegex writes a POSIX expression in Go's syntax.
func translateRegex(pattern string, f regexFlavour) (string, error) {
	if len(pattern) > maxPattern {
		return "", errRegexSize
	}
	t := translator{src: pattern, flavour: f}
	for t.at < len(t.src) {
		if err := t.token(); err != nil {
			return "", err
		}
	}
	if len(t.open) > 0 {
		return "", errRegexParen
	}
	if err := t.checkEdges(); err != nil {
		return "", err
	}
	var b strings.Builder
	for _, p := range t.parts {
		b.WriteString(p.text)
	}
	return b.String(), nil
}

// translator goes through an expression, part by part.
type translator struct {
	src     string
	at      int
	flavour regexFlavour
	parts   []regexPart
	open    []int // the opening parentheses, as indices of parts
	last    int   // where what can be repeated begins
	can     bool  // there is something to repeat
	twice   bool  // it is repeated already
}

// regexPart is one piece of the translation.
type regexPart struct {
	kind regexKind
	text string
	word bool // an atom that matches only word characters
	zero bool // a repetition that may be none
	pair int  // of a parenthesis: the other one
}

type regexKind int

const (
	partAtom regexKind = iota
	partOpen
	partClose
	partOr
	partRepeat
	partEdge // zero-width
	partWordStart
	partWordEnd
)

func (t *translator) add(p regexPart) { t.parts = append(t.parts, p) }

// atom adds something that may be repeated.
func (t *translator) atom(text string, word bool) {
	t.last, t.can, t.twice = len(t.parts), true, false
	t.add(regexPart{kind: partAtom, text: text, word: word})
}

// edge adds something without width.
func (t *translator) edge(kind regexKind, text string) {
	t.can = false
	t.add(regexPart{kind: kind, text: text})
}

// token translates one token.
func (t *translator) token() error {
	c := t.src[t.at]
	switch {
	case c == '\\':
		return t.escape()
	case c == '[':
		return t.bracket()
	case c == '.':
		t.at++
		t.atom(".", false)
		return nil
	case c == '*':
		return t.star()
	case c == '^' && (t.flavour.extended || t.atStart()):
		t.at++
		t.edge(partEdge, "^")
		return nil
	case c == '$' && (t.flavour.extended || t.atEnd()):
		t.at++
		t.edge(partEdge, "$")
		return nil
	case t.flavour.extended && strings.IndexByte("(|)+?{", c) >= 0:
		t.at++
		return t.operator(c)
	}
	t.literal()
	return nil
}

// literal takes one character as itself.
func (t *translator) literal() {
	r, size := decodeRune(t.src[t.at:])
	t.at += size
	t.atom(regexp.QuoteMeta(r), isWordText(r))
}

// atStart says whether a ^ here is an anchor in a basic expression.
func (t *translator) atStart() bool {
	if len(t.parts) == 0 {
		return true
	}
	kind := t.parts[len(t.parts)-1].kind
	return kind == partOpen || kind == partOr
}

// atEnd says whether a $ here is an anchor in a basic expression.
func (t *translator) atEnd() bool {
	rest := t.src[t.at+1:]
	return rest == "" || strings.HasPrefix(rest, `\)`) || strings.HasPrefix(rest, `\|`)
}

// star is *, which is itself where there is nothing to repeat.
func (t *translator) star() error {
	if t.can {
		t.at++
		return t.repeat("*", true)
	}
	switch {
	case !t.flavour.extended:
		t.literal()
	case t.flavour.sed:
		return errRegexRepeat
	default:
		t.at++ // as GNU grep does
	}
	return nil
}

// escape is a backslash and what follows it.
func (t *translator) escape() error {
	if t.at+1 >= len(t.src) {
		return errRegexBackslash
	}
	c := t.src[t.at+1]
	t.at += 2
	switch {
	case c >= '1' && c <= '9':
		return errRegexBackref
	case !t.flavour.extended && strings.IndexByte("(|)+?{", c) >= 0:
		return t.operator(c)
	case t.flavour.sed && regexEscapes[c] != "":
		t.atom(regexp.QuoteMeta(regexEscapes[c]), false)
		return nil
	case t.flavour.sed && strings.IndexByte("cdox", c) >= 0:
		return regexFault("\\" + string(c) + " is not simulated")
	}
	switch c {
	case 'w':
		t.atom(`[`+wordClass+`]`, true)
	case 'W':
		t.atom(`[^`+wordClass+`]`, false)
	case 's':
		t.atom(`[\s\v]`, false)
	case 'S':
		t.atom(`[^\s\v]`, false)
	case 'b':
		t.edge(partEdge, `\b`)
	case 'B':
		t.edge(partEdge, `\B`)
	case '<':
		t.edge(partWordStart, `\b`)
	case '>':
		t.edge(partWordEnd, `\b`)
	case '`':
		t.edge(partEdge, `\A`)
	case '\'':
		t.edge(partEdge, `\z`)
	default:
		t.at--
		t.literal()
	}
	return nil
}

// wordClass are the characters of a word, as in a class of Go's.
const wordClass = `\p{L}\p{Nd}_`

// regexEscapes are the escapes of sed that stand for one character.
var regexEscapes = [256]string{'n': "\n", 't': "\t", 'f': "\f", 'v': "\v", 'a': "\a", 'r': "\r"}

// operator is one of ( | ) + ? {, without the backslash that a basic expression
// writes before it.
func (t *translator) operator(c byte) error {
	switch c {
	case '(':
		t.open = append(t.open, len(t.parts))
		t.can = false
		t.add(regexPart{kind: partOpen, text: "("})
	case ')':
		if len(t.open) == 0 && t.flavour.extended && !t.flavour.sed && !t.flavour.awk {
			t.atom(`\)`, false) // as GNU grep does
			return nil
		}
		if len(t.open) == 0 {
			return errRegexClose
		}
		begin := t.open[len(t.open)-1]
		t.open = t.open[:len(t.open)-1]
		t.parts[begin].pair = len(t.parts)
		t.add(regexPart{kind: partClose, text: ")", pair: begin})
		t.last, t.can, t.twice = begin, true, false
	case '|':
		t.can = false
		t.add(regexPart{kind: partOr, text: "|"})
	case '{':
		return t.interval()
	default:
		if !t.can {
			return t.nothing(c)
		}
		return t.repeat(string(c), c == '?')
	}
	return nil
}

// nothing is an operator that has nothing to repeat.
func (t *translator) nothing(c byte) error {
	switch {
	case t.flavour.sed && t.flavour.extended:
		return errRegexRepeat
	case !t.flavour.extended:
		t.atom(regexp.QuoteMeta(string(c)), false)
	}
	return nil
}
