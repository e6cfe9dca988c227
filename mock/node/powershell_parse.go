package node

import (
	"strings"
	"unicode"
)

// psStatement is a pipeline, an assignment of one, or an if.
type psStatement struct {
	line   int
	source string

	assigned string // the variable
	pipeline [][]psWord

	condition       []psWord
	then, otherwise []psStatement
}

// psWord is one word: its parts put together.
type psWord struct {
	parts []psPart
	bare  bool // it began without a quote, a $ or a parenthesis
}

// psPart is a piece of a word: a text, a variable, or a pipeline in parentheses.
type psPart struct {
	literal    string
	variable   string
	sub        [][]psWord
	properties []string
}

// literal is the word's text, where it is nothing but text.
func (w psWord) literal() string {
	if len(w.parts) == 1 && w.parts[0].variable == "" && w.parts[0].sub == nil {
		return w.parts[0].literal
	}
	return ""
}

// maxPSDepth bounds how deep blocks and parentheses may be nested.
const maxPSDepth = 50

// parsePowerShell reads a script of the small language that is simulated.
func parsePowerShell(text string) ([]psStatement, error) {
	p := &psParser{text: []rune(strings.ReplaceAll(text, "\r\n", "\n"))}
	statements, err := p.block(false)
	if err == nil && p.at < len(p.text) {
		err = notSimulated("%q on line %d", p.text[p.at], p.line())
	}
	return statements, err
}

type psParser struct {
	text  []rune
	at    int
	depth int
}

func (p *psParser) line() int {
	return 1 + strings.Count(string(p.text[:min(p.at, len(p.text))]), "\n")
}

func (p *psParser) peek() rune {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

// blanks passes blanks and comments, and line ends too where lines is set.
func (p *psParser) blanks(lines bool) {
	for p.at < len(p.text) {
		switch c := p.text[p.at]; {
		case c == '#':
			for p.at < len(p.text) && p.text[p.at] != '\n' {
				p.at++
			}
		case c == '`' && p.at+1 < len(p.text) && p.text[p.at+1] == '\n':
			p.at += 2
		case c == '\n' || c == ';':
			if !lines {
				return
			}
			p.at++
		case unicode.IsSpace(c):
			p.at++
		default:
			return
		}
	}
}

// block reads statements, to the end of the text or to a closing brace.
func (p *psParser) block(braced bool) ([]psStatement, error) {
	if p.depth++; p.depth > maxPSDepth {
		return nil, notSimulated("blocks nested more than %d deep", maxPSDepth)
	}
	defer func() { p.depth-- }()
	var statements []psStatement
	for {
		p.blanks(true)
		switch {
		case p.at >= len(p.text) && braced:
			return nil, notSimulated("a block without its }")
		case p.at >= len(p.text), p.peek() == '}' && braced:
			return statements, nil
		case p.peek() == '}':
			return nil, notSimulated("'}' on line %d", p.line())
		}
		start, line := p.at, p.line()
		s, err := p.statement()
		if err != nil {
			return nil, err
		}
		s.line, s.source = line, strings.TrimSpace(string(p.text[start:p.at]))
		statements = append(statements, s)
	}
}

func (p *psParser) statement() (psStatement, error) {
	if p.keyword("if") {
		return p.ifStatement()
	}
	if name, ok := p.assignment(); ok {
		pipeline, err := p.pipeline(0)
		return psStatement{assigned: name, pipeline: pipeline}, err
	}
	pipeline, err := p.pipeline(0)
	return psStatement{pipeline: pipeline}, err
}

// keyword passes a word that is followed by something else than a letter.
func (p *psParser) keyword(word string) bool {
	end := p.at + len(word)
	if end >= len(p.text) || !strings.EqualFold(string(p.text[p.at:end]), word) || isPSName(p.text[end]) || p.text[end] == '-' {
		return false
	}
	p.at = end
	return true
}

func (p *psParser) ifStatement() (psStatement, error) {
	var s psStatement
	p.blanks(true)
	if p.peek() != '(' {
		return s, notSimulated("if without a condition in parentheses")
	}
	p.at++
	commands, err := p.pipeline(')')
	if err != nil {
		return s, err
	}
	if len(commands) != 1 || len(commands[0]) == 0 {
		return s, notSimulated("a condition that is a pipeline")
	}
	s.condition = commands[0]
	if s.then, err = p.braces(); err != nil {
		return s, err
	}
	back := p.at
	p.blanks(true)
	if !p.keyword("else") {
		p.at = back
		return s, nil
	}
	s.otherwise, err = p.braces()
	return s, err
}

func (p *psParser) braces() ([]psStatement, error) {
	p.blanks(true)
	if p.peek() != '{' {
		return nil, notSimulated("if or else without a block")
	}
	p.at++
	statements, err := p.block(true)
	p.at++ // the closing brace
	return statements, err
}

// assignment passes $name = and returns the name.
func (p *psParser) assignment() (string, bool) {
	back := p.at
	if p.peek() == '$' {
		p.at++
		name := p.name()
		p.blanks(false)
		if name != "" && p.peek() == '=' && p.at+1 < len(p.text) && p.text[p.at+1] != '=' {
			p.at++
			return name, true
		}
	}
	p.at = back
	return "", false
}

// name reads a variable's name, env: included.
func (p *psParser) name() string {
	start := p.at
	for p.at < len(p.text) && (isPSName(p.text[p.at]) || p.text[p.at] == ':' && p.at+1 < len(p.text) && isPSName(p.text[p.at+1])) {
		p.at++
	}
	return string(p.text[start:p.at])
}

func isPSName(c rune) bool { return c == '_' || unicode.IsLetter(c) || unicode.IsDigit(c) }

// pipeline reads commands to the end of the statement, or to closing, which it passes.
func (p *psParser) pipeline(closing rune) ([][]psWord, error) {
	if p.depth++; p.depth > maxPSDepth {
		return nil, notSimulated("parentheses nested more than %d deep", maxPSDepth)
	}
	defer func() { p.depth-- }()
	commands := [][]psWord{nil}
	for {
		p.blanks(closing != 0)
		c := p.peek()
		last := len(commands) - 1
		switch {
		case p.at >= len(p.text) && closing != 0:
			return nil, notSimulated("a parenthesis that is not closed")
		case p.at >= len(p.text), closing == 0 && (c == '\n' || c == ';' || c == '}'):
			if last > 0 && len(commands[last]) == 0 {
				return nil, notSimulated("nothing after |")
			}
			return commands, nil
		case closing != 0 && c == closing:
			p.at++
			return commands, nil
		case c == '|':
			if len(commands[last]) == 0 {
				return nil, notSimulated("nothing before |")
			}
			p.at++
			commands = append(commands, nil)
			continue
		case strings.ContainsRune("{}[]@&<>,=+*%)\x00", c):
			return nil, notSimulated("%q on line %d", c, p.line())
		}
		word, err := p.word()
		if err != nil {
			return nil, err
		}
		commands[last] = append(commands[last], word)
	}
}

// word reads a word: quoted, a variable, parentheses, or bare text with variables in it.
func (p *psParser) word() (psWord, error) {
	switch c := p.peek(); c {
	case '\'':
		return p.singleQuoted()
	case '"':
		return p.doubleQuoted()
	case '(', '$':
		part, err := p.dollar()
		return psWord{parts: []psPart{part}}, err
	}
	w := psWord{bare: true}
	var b strings.Builder
	for p.at < len(p.text) {
		c := p.text[p.at]
		if unicode.IsSpace(c) || strings.ContainsRune(";|'\"(){}\x00", c) {
			break
		}
		if c == '$' && p.at+1 < len(p.text) && (isPSName(p.text[p.at+1]) || p.text[p.at+1] == '(') {
			part, err := p.dollar()
			if err != nil {
				return w, err
			}
			w.parts = append(w.parts, psPart{literal: b.String()}, part)
			b.Reset()
			continue
		}
		b.WriteRune(c)
		p.at++
	}
	if b.Len() > 0 || len(w.parts) == 0 {
		w.parts = append(w.parts, psPart{literal: b.String()})
	}
	return w, nil
}

func (p *psParser) singleQuoted() (psWord, error) {
	var b strings.Builder
	for p.at++; p.at < len(p.text); p.at++ {
		if p.text[p.at] == '\'' {
			if p.at+1 < len(p.text) && p.text[p.at+1] == '\'' {
				p.at++
			} else {
				p.at++
				return psWord{parts: []psPart{{literal: b.String()}}}, nil
			}
		}
		b.WriteRune(p.text[p.at])
	}
	return psWord{}, notSimulated("a string without its closing quote")
}

// psEscapes are what follows a backtick in a string.
var psEscapes = map[rune]rune{'n': '\n', 't': '\t', 'r': '\r', '0': 0}

func (p *psParser) doubleQuoted() (psWord, error) {
	var w psWord
	var b strings.Builder
	for p.at++; p.at < len(p.text); p.at++ {
		switch c := p.text[p.at]; {
		case c == '"':
			p.at++
			w.parts = append(w.parts, psPart{literal: b.String()})
			return w, nil
		case c == '`' && p.at+1 < len(p.text):
			p.at++
			if escaped, ok := psEscapes[p.text[p.at]]; ok {
				b.WriteRune(escaped)
			} else {
				b.WriteRune(p.text[p.at])
			}
		case c == '$' && p.at+1 < len(p.text) && (isPSName(p.text[p.at+1]) || p.text[p.at+1] == '('):
			part, err := p.expansion()
			if err != nil {
				return w, err
			}
			w.parts = append(w.parts, psPart{literal: b.String()}, part)
			b.Reset()
			p.at--
		default:
			b.WriteRune(c)
		}
	}
	return w, notSimulated("a string without its closing quote")
}

// expansion reads $name or $(…) inside a string, where no property follows.
func (p *psParser) expansion() (psPart, error) {
	p.at++
	if p.peek() == '(' {
		p.at++
		sub, err := p.pipeline(')')
		return psPart{sub: sub}, err
	}
	return psPart{variable: p.name()}, nil
}

// dollar reads $name, $(…) or (…), and the properties after it.
func (p *psParser) dollar() (psPart, error) {
	var part psPart
	var err error
	if p.peek() == '(' {
		p.at++
		part.sub, err = p.pipeline(')')
	} else {
		part, err = p.expansion()
	}
	if err == nil && part.sub == nil && part.variable == "" {
		err = notSimulated("%q on line %d", p.peek(), p.line())
	}
	for err == nil && p.peek() == '.' && p.at+1 < len(p.text) && unicode.IsLetter(p.text[p.at+1]) {
		p.at++
		start := p.at
		for p.at < len(p.text) && isPSName(p.text[p.at]) {
			p.at++
		}
		part.properties = append(part.properties, string(p.text[start:p.at]))
		if p.peek() == '(' {
			return part, notSimulated("methods")
		}
	}
	return part, err
}
