package node

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// decodeRune is the first character of a text as a string; a byte that is no
// UTF-8 is one by itself.
func decodeRune(s string) (string, int) {
	_, size := utf8.DecodeRuneInString(s)
	return s[:size], size
}

func isWordText(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return isWordRune(r)
}

func isWordRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// repeat adds a repetition. Go refuses one of another, so the first is put into
// a group.
func (t *translator) repeat(op string, zero bool) error {
	if t.twice {
		t.parts[t.last].text = "(?:" + t.parts[t.last].text
		t.parts[len(t.parts)-1].text += ")"
	}
	t.twice = true
	t.add(regexPart{kind: partRepeat, text: op, zero: zero})
	return nil
}

// maxRepeat is RE_DUP_MAX of glibc.
const maxRepeat = 32767

var intervalText = regexp.MustCompile(`^([0-9]*)(,?)([0-9]*)$`)

// interval is {n}, {n,}, {n,m} or {,m}. In an extended expression a brace that
// begins none is itself.
func (t *translator) interval() error {
	closing := "}"
	if !t.flavour.extended {
		closing = `\}`
	}
	body, _, found := strings.Cut(t.src[t.at:], closing)
	m := intervalText.FindStringSubmatch(body)
	valid := found && m != nil && body != ""
	switch {
	case !valid && t.flavour.extended, !t.can && t.flavour.extended && !t.flavour.sed:
		t.atom(`\{`, false)
		return nil
	case !found:
		return errRegexBrace
	case !valid:
		return errRegexInterval
	case !t.can:
		return errRegexRepeat
	}
	t.at += len(body) + len(closing)
	low, high := number(m[1]), number(m[3])
	switch {
	case low > maxRepeat || high > maxRepeat || len(body) > 16:
		return errRegexSize
	case m[2] == "":
		return t.repeat(fmt.Sprintf("{%d}", low), low == 0)
	case m[3] == "":
		return t.repeat(fmt.Sprintf("{%d,}", low), low == 0)
	case high < low:
		return errRegexInterval
	}
	return t.repeat("{"+strconv.Itoa(low)+","+strconv.Itoa(high)+"}", low == 0)
}

// bracket is [...].
func (t *translator) bracket() error {
	b := bracketReader{rest: t.src[t.at+1:], sed: t.flavour.sed, word: true}
	text, err := b.read()
	if err != nil {
		return err
	}
	t.at = len(t.src) - len(b.rest)
	t.atom(text, b.word)
	return nil
}

// bracketReader reads one bracket expression.
type bracketReader struct {
	rest string
	sed  bool
	word bool // only word characters are in it
	out  strings.Builder
}

func (b *bracketReader) read() (string, error) {
	b.out.WriteByte('[')
	if after, ok := strings.CutPrefix(b.rest, "^"); ok {
		b.out.WriteByte('^')
		b.rest, b.word = after, false
	}
	for first := true; ; first = false {
		switch {
		case b.rest == "":
			return "", errRegexBracket
		case b.rest[0] == ']' && !first:
			b.rest = b.rest[1:]
			b.out.WriteByte(']')
			return b.out.String(), nil
		}
		if err := b.item(); err != nil {
			return "", err
		}
	}
}

// posixClasses are the classes of POSIX in Go's syntax, in a UTF-8 locale.
var posixClasses = map[string]string{
	"alpha": `\p{L}`, "digit": `0-9`, "alnum": `\p{L}\p{Nd}`, "upper": `\p{Lu}`, "lower": `\p{Ll}`, "space": `\s\v`,
	"blank": ` \t`, "punct": `[:punct:]`, "print": `\p{L}\p{M}\p{N}\p{P}\p{S} `, "graph": `\p{L}\p{M}\p{N}\p{P}\p{S}`,
	"cntrl": `\x00-\x1f\x7f`, "xdigit": `0-9A-Fa-f`,
}

// item is a class, a range or a character.
func (b *bracketReader) item() error {
	if after, ok := strings.CutPrefix(b.rest, "[:"); ok {
		name, rest, found := strings.Cut(after, ":]")
		class, known := posixClasses[name]
		switch {
		case !found:
			return errRegexBracket
		case !known:
			return errRegexClass
		}
		b.word = b.word && (name == "alpha" || name == "digit" || name == "alnum" || name == "upper" || name == "lower" || name == "xdigit")
		b.rest = rest
		b.out.WriteString(class)
		return nil
	}
	low, err := b.char()
	if err != nil {
		return err
	}
	high := low
	if len(b.rest) > 1 && b.rest[0] == '-' && b.rest[1] != ']' {
		b.rest = b.rest[1:]
		if high, err = b.char(); err != nil {
			return err
		}
	}
	if high < low {
		return errRegexRange
	}
	b.word = b.word && wordRange(low, high)
	fmt.Fprintf(&b.out, `\x{%x}`, low)
	if high != low {
		fmt.Fprintf(&b.out, `-\x{%x}`, high)
	}
	return nil
}

func wordRange(low, high rune) bool {
	for _, r := range [...][2]rune{{'a', 'z'}, {'A', 'Z'}, {'0', '9'}, {'_', '_'}} {
		if low >= r[0] && high <= r[1] {
			return true
		}
	}
	return false
}

// char is one character: itself, [.x.] or [=x=], or an escape of sed's.
func (b *bracketReader) char() (rune, error) {
	if len(b.rest) > 1 && b.rest[0] == '[' && (b.rest[1] == '.' || b.rest[1] == '=') {
		name, rest, found := strings.Cut(b.rest[2:], b.rest[1:2]+"]")
		if !found || utf8.RuneCountInString(name) != 1 {
			return 0, errRegexBracket
		}
		b.rest = rest
		r, _ := utf8.DecodeRuneInString(name)
		return r, nil
	}
	if b.sed && len(b.rest) > 1 && b.rest[0] == '\\' && regexEscapes[b.rest[1]] != "" {
		r := rune(regexEscapes[b.rest[1]][0])
		b.rest = b.rest[2:]
		return r, nil
	}
	r, size := utf8.DecodeRuneInString(b.rest)
	b.rest = b.rest[size:]
	return r, nil
}

// checkEdges refuses \< and \> where Go's \b, which stands for both, would mean
// something else: \< must come before a word character, \> after one.
func (t *translator) checkEdges() error {
	for i, p := range t.parts {
		if p.kind == partWordStart && !t.wordFrom(i+1) || p.kind == partWordEnd && !t.wordUpTo(i-1) {
			return errRegexWordEdge
		}
	}
	return nil
}

// optional says whether the part that ends at i may be left out.
func (t *translator) optional(i int) bool {
	for i++; i < len(t.parts) && t.parts[i].kind == partRepeat; i++ {
		if t.parts[i].zero {
			return true
		}
	}
	return false
}

// wordFrom says whether what begins at part i can only begin with a word
// character.
func (t *translator) wordFrom(i int) bool {
	if i >= len(t.parts) {
		return false
	}
	switch p := t.parts[i]; p.kind {
	case partAtom:
		return p.word && !t.optional(i)
	case partOpen:
		for at := i; at < p.pair; at++ {
			if (at == i || t.parts[at].kind == partOr && t.depth(i, at) == 1) && !t.wordFrom(at+1) {
				return false
			}
		}
		return !t.optional(p.pair)
	}
	return false
}

// wordUpTo says whether what ends at part i can only end with a word character.
func (t *translator) wordUpTo(i int) bool {
	for i >= 0 && t.parts[i].kind == partRepeat {
		if t.parts[i].zero {
			return false
		}
		i--
	}
	if i < 0 {
		return false
	}
	switch p := t.parts[i]; p.kind {
	case partAtom:
		return p.word
	case partClose:
		for at := i; at > p.pair; at-- {
			if (at == i || t.parts[at].kind == partOr && t.depth(p.pair, at) == 1) && !t.wordUpTo(at-1) {
				return false
			}
		}
		return true
	}
	return false
}

// depth is how many parentheses are open at part i, from part begin on.
func (t *translator) depth(begin, i int) int {
	n := 0
	for _, p := range t.parts[begin:i] {
		switch p.kind {
		case partOpen:
			n++
		case partClose:
			n--
		}
	}
	return n
}

// lastRune is the last character of a text.
func lastRune(s string) (string, int) {
	_, size := utf8.DecodeLastRuneInString(s)
	return s[len(s)-size:], size
}
