package node

import (
	"fmt"
	"strconv"
	"strings"
)

// sedAddress says which lines a command is for.
type sedAddress struct {
	kind byte // 0: none, 'n': line n, '$': the last, '/': a match, '~': n, n+step …, '+': n more, 'm': up to a multiple of n
	n    int
	step int
	re   *regex // nil: the last one used
}

// sedCommand is one command of a script.
type sedCommand struct {
	from, to sedAddress
	not      bool
	name     byte
	text     string // of a, i and c
	code     int    // of q
	jump     int    // of {: where its } is
	subst    *sedSubst
	table    map[rune]rune // of y
	inside   bool          // in the range from–to, as it runs
	end      int           // the line where a counted range ends
}

// sedSubst is the rest of an s command.
type sedSubst struct {
	re     *regex // nil: the last one used
	parts  []sedPart
	all    bool
	number int
	print  bool
}

// sedPart is a piece of a replacement: a text, or what a group matched.
type sedPart struct {
	text  string
	group int // negative: text
}

// sedParser reads a script.
type sedParser struct {
	src      string
	at       int
	extended bool
	out      []sedCommand
	open     []int
}

// sedFault is what is wrong with a script, and behind which byte.
type sedFault struct {
	at   int
	what string
}

func (p *sedParser) wrong(format string, args ...any) *sedFault {
	return &sedFault{p.at, fmt.Sprintf(format, args...)}
}

// next takes one byte; 0 at the end.
func (p *sedParser) next() byte {
	if p.at >= len(p.src) {
		return 0
	}
	p.at++
	return p.src[p.at-1]
}

func (p *sedParser) peek() byte {
	if p.at >= len(p.src) {
		return 0
	}
	return p.src[p.at]
}

// skip passes over the given bytes.
func (p *sedParser) skip(bytes string) {
	for p.at < len(p.src) && strings.IndexByte(bytes, p.src[p.at]) >= 0 {
		p.at++
	}
}

// number takes digits.
func (p *sedParser) number() int {
	begin := p.at
	p.skip("0123456789")
	n, err := strconv.Atoi(p.src[begin:p.at])
	if err != nil {
		return 1 << 30
	}
	return n
}

// parse reads all commands.
func (p *sedParser) parse() *sedFault {
	for {
		p.skip(" \t\n;")
		if p.at >= len(p.src) {
			break
		}
		if p.peek() == '#' {
			for p.at < len(p.src) && p.next() != '\n' {
			}
			continue
		}
		if f := p.command(); f != nil {
			return f
		}
	}
	if len(p.open) > 0 {
		return &sedFault{0, "unmatched `{'"}
	}
	return nil
}

// command reads one command with its addresses.
func (p *sedParser) command() *sedFault {
	var c sedCommand
	f := p.addresses(&c)
	if f != nil {
		return f
	}
	c.name = p.next()
	switch c.name {
	case 0:
		return p.wrong("missing command")
	case '{':
		p.open = append(p.open, len(p.out))
		p.out = append(p.out, c)
		return nil
	case '}':
		return p.close(c)
	case '=', 'd', 'p', 'n', 'N':
	case 'q':
		if p.skip(" \t"); isDigit(p.peek()) {
			c.code = p.number()
		}
	case 'a', 'i', 'c':
		if c.text, f = p.text(c.name); f == nil {
			p.out = append(p.out, c)
		}
		return f
	case 's':
		c.subst, f = p.substitution()
	case 'y':
		c.table, f = p.table()
	default:
		if strings.IndexByte("DGHPQRTWbeghlrtvwxzF:", c.name) >= 0 {
			return p.wrong("the command `%c' is not simulated", c.name)
		}
		return p.wrong("unknown command: `%c'", c.name)
	}
	if f != nil {
		return f
	}
	p.out = append(p.out, c)
	return p.endOfCommand()
}

func (p *sedParser) close(c sedCommand) *sedFault {
	switch {
	case len(p.open) == 0:
		return p.wrong("unexpected `}'")
	case c.from.kind != 0:
		return p.wrong("} doesn't want any addresses")
	}
	p.out[p.open[len(p.open)-1]].jump = len(p.out)
	p.open = p.open[:len(p.open)-1]
	p.out = append(p.out, c)
	return p.endOfCommand()
}

// endOfCommand wants what may stand behind a command.
func (p *sedParser) endOfCommand() *sedFault {
	p.skip(" \t")
	switch p.peek() {
	case 0, '\n', ';', '}', '#':
		return nil
	}
	p.at++
	return p.wrong("extra characters after command")
}

// addresses reads none, one or two of them, and the !.
func (p *sedParser) addresses(c *sedCommand) (f *sedFault) {
	if c.from, f = p.address(false); f != nil {
		return f
	}
	p.skip(" \t")
	if c.from.kind != 0 && p.peek() == ',' {
		p.at++
		p.skip(" \t")
		if c.to, f = p.address(true); f != nil {
			return f
		}
		if c.to.kind == 0 {
			p.next()
			return p.wrong("unexpected `,'")
		}
	}
	if c.from.kind == 'n' && c.from.n == 0 && c.to.kind != '/' {
		p.at++
		return p.wrong("invalid usage of line address 0")
	}
	p.skip(" \t")
	for p.peek() == '!' {
		c.not = true
		p.at++
		p.skip(" \t!")
	}
	return nil
}

// address reads one address; second allows +N and ~N.
func (p *sedParser) address(second bool) (a sedAddress, f *sedFault) {
	switch c := p.peek(); {
	case isDigit(c):
		a.kind, a.n = 'n', p.number()
		if p.peek() == '~' && !second {
			p.at++
			a.kind, a.step = '~', p.number()
		}
	case c == '$':
		p.at++
		a.kind = '$'
	case second && (c == '+' || c == '~'):
		p.at++
		a.kind, a.n = map[byte]byte{'+': '+', '~': 'm'}[c], p.number()
	case c == '/' || c == '\\':
		p.at++
		if c == '\\' {
			c = p.next()
		}
		text, ok := p.delimited(c, true)
		if !ok {
			return a, p.wrong("unterminated address regex")
		}
		a.kind = '/'
		flavour := regexFlavour{extended: p.extended, sed: true}
		if p.peek() == 'I' {
			p.at++
			flavour.fold = true
		}
		if p.peek() == 'M' {
			return a, p.wrong("the flag `M' is not simulated")
		}
		a.re, f = p.regex(text, flavour)
	}
	return a, f
}

// regex compiles an expression; an empty one is the last that was used.
func (p *sedParser) regex(text string, flavour regexFlavour) (*regex, *sedFault) {
	if text == "" {
		return nil, nil
	}
	re, err := compileRegex(text, flavour)
	if err != nil {
		return nil, p.wrong("%v", err)
	}
	return re, nil
}

// delimited reads up to an unescaped delimiter. An escaped one stands for
// itself; in an expression the delimiter does not count in brackets.
func (p *sedParser) delimited(end byte, expression bool) (string, bool) {
	if end == 0 || end == '\n' || end == '\\' {
		return "", false
	}
	var b strings.Builder
	for p.at < len(p.src) {
		c := p.next()
		switch {
		case c == end:
			return b.String(), true
		case c == '\\' && p.peek() == end && end != 0:
			if p.at++; expression && strings.IndexByte("(){}+?|.*[]^$", end) >= 0 {
				b.WriteString("[" + string(end) + "]")
			} else {
				b.WriteByte(end)
			}
		case c == '\\' && p.at < len(p.src):
			b.WriteByte(c)
			b.WriteByte(p.next())
		case c == '[' && expression:
			b.WriteString(p.bracket())
		default:
			b.WriteByte(c)
		}
	}
	return "", false
}

// bracket takes a bracket expression whose [ was read; what never ends is the [
// alone.
func (p *sedParser) bracket() string {
	rest := p.src[p.at:]
	from := 0
	if strings.HasPrefix(rest, "^") {
		from++
	}
	if strings.HasPrefix(rest[from:], "]") {
		from++
	}
	for from < len(rest) && rest[from] != '\n' {
		switch {
		case rest[from] == ']':
			p.at += from + 1
			return "[" + rest[:from+1]
		case rest[from] == '[' && from+1 < len(rest) && strings.IndexByte(":.=", rest[from+1]) >= 0:
			if i := strings.Index(rest[from+2:], rest[from+1:from+2]+"]"); i >= 0 {
				from += i + 3
			}
		}
		from++
	}
	return "["
}

// text reads the text of a, i or c: the rest of the line, or the lines after a
// backslash.
func (p *sedParser) text(name byte) (string, *sedFault) {
	p.skip(" \t")
	if p.peek() == 0 {
		return "", p.wrong("expected \\ after `a', `c' or `i'")
	}
	if p.peek() == '\\' {
		p.at++
		begin := p.at
		if p.skip(" \t"); p.peek() == '\n' {
			p.at++
		} else {
			p.at = begin
		}
		if p.at >= len(p.src) {
			return "", p.wrong("expected \\ after `a', `c' or `i'")
		}
	}
	var b strings.Builder
	for p.at < len(p.src) {
		c := p.next()
		if c == '\n' {
			break
		}
		if c == '\\' && p.at < len(p.src) {
			c = p.next()
		}
		b.WriteByte(c)
	}
	return b.String() + "\n", nil
}
