package awk

import (
	"fmt"
	"slices"
	"strings"
)

// Parse parses a program. The error is a *SyntaxError. The warnings are those
// that GNU awk prints.
func Parse(src string) (p *Program, warnings []string, err error) {
	ps := &parser{
		lex:  lexer{src: src, line: 1},
		prog: &Program{funcs: make(map[string]*function), globals: make(map[string]int), lines: strings.Split(src, "\n")},
	}
	for _, name := range specials {
		ps.global(name)
	}
	ps.advance()
	ps.program()
	for _, c := range ps.calls {
		if c.fn = ps.prog.funcs[c.name]; c.fn == nil && ps.err == nil {
			ps.err = &SyntaxError{Line: c.line, What: "function `" + c.name + "' not defined"}
		} else if ps.err == nil && len(c.args) > len(c.fn.params) {
			ps.err = &SyntaxError{Line: c.line, What: "function `" + c.name + "' called with more arguments than declared"}
		}
	}
	if ps.err != nil {
		return nil, ps.lex.warnings, ps.err
	}
	return ps.prog, ps.lex.warnings, nil
}

// parser reads a program by recursive descent. After the first fault it sees
// only the end.
type parser struct {
	lex    lexer
	tok    token
	prog   *Program
	params []string // of the function that is read
	inFunc bool
	calls  []*callExpr
	depth  int
	loops  int

	noIn     bool // an in would belong to a for
	noOutput bool // a > or | would belong to a print
	err      *SyntaxError
}

// maxDepth is how deep parts of a program may be inside each other.
const maxDepth = 200

func (p *parser) advance() {
	if p.err != nil {
		return
	}
	p.tok = p.lex.next()
	switch {
	case p.lex.fault != "":
		p.fault(p.lex.fault)
	case (p.tok.kind == kindName || p.tok.kind == kindCall) && refusedWords[p.tok.text] || p.tok.is("@") || p.tok.is("|&"):
		p.fault(p.tok.text + " is not simulated")
		p.err.Refused = true
	}
}

// fault notes the first thing that is wrong.
func (p *parser) fault(what string) {
	if p.err != nil {
		return
	}
	line := p.prog.lines[min(p.tok.line, len(p.prog.lines))-1]
	p.err = &SyntaxError{Line: p.tok.line, Column: p.tok.col, Source: line, What: what}
	p.tok = token{line: p.tok.line, col: p.tok.col}
}

// unexpected is what GNU awk says of a token that it cannot use.
func (p *parser) unexpected() {
	if p.tok.kind == kindEnd || p.tok.kind == kindNewline {
		p.fault("unexpected newline or end of string")
		return
	}
	p.fault("syntax error")
}

// back goes back to a token that was passed, but not behind a fault.
func (p *parser) back(lex lexer, tok token) {
	if p.err == nil {
		p.lex, p.tok = lex, tok
	}
}

// accept passes a token if it is the next one.
func (p *parser) accept(text string) bool {
	if p.err == nil && p.tok.is(text) {
		p.advance()
		return true
	}
	return false
}

func (p *parser) expect(text string) {
	if !p.accept(text) {
		p.unexpected()
	}
}

func (p *parser) newlines() {
	for p.tok.kind == kindNewline {
		p.advance()
	}
}

// terminators passes newlines and semicolons.
func (p *parser) terminators() {
	for p.tok.kind == kindNewline || p.tok.is(";") {
		p.advance()
	}
}

// enter counts how deep the parser is.
func (p *parser) enter() func() {
	if p.depth++; p.depth > maxDepth {
		p.fault("this is nested deeper than is simulated")
	}
	return func() { p.depth-- }
}

// global returns the number of a global variable.
func (p *parser) global(name string) int {
	n, ok := p.prog.globals[name]
	if !ok {
		n = len(p.prog.globals)
		p.prog.globals[name] = n
	}
	return n
}

func (p *parser) program() {
	for p.terminators(); p.tok.kind != kindEnd; p.terminators() {
		p.item()
	}
}

// item is a rule or a function.
func (p *parser) item() {
	switch {
	case p.accept("function"):
		p.function()
	case p.accept("BEGIN"):
		p.prog.begin = append(p.prog.begin, p.action()...)
	case p.accept("END"):
		p.prog.end = append(p.prog.end, p.action()...)
	default:
		r := &rule{number: len(p.prog.rules)}
		if !p.tok.is("{") {
			r.from = p.expr()
			if p.accept(",") {
				p.newlines()
				r.to = p.expr()
			}
		}
		if r.prints = !p.tok.is("{"); !r.prints {
			r.body = p.action()
		} else if p.tok.kind != kindEnd && p.tok.kind != kindNewline && !p.tok.is(";") {
			p.unexpected()
		}
		p.prog.rules = append(p.prog.rules, r)
	}
}

// action is a block that cannot be left out.
func (p *parser) action() []stmt {
	if !p.tok.is("{") {
		p.unexpected()
		return nil
	}
	return p.block()
}

func (p *parser) function() {
	name := p.tok.text
	if p.tok.kind != kindName && p.tok.kind != kindCall {
		p.unexpected()
		return
	}
	if p.prog.funcs[name] != nil {
		p.fault(fmt.Sprintf("function name `%s' previously defined", name))
		return
	}
	p.advance()
	f := &function{name: name}
	p.expect("(")
	for p.err == nil && !p.tok.is(")") {
		if p.tok.kind != kindName || slices.Contains(f.params, p.tok.text) || slices.Contains(specials[:], p.tok.text) {
			p.unexpected()
			return
		}
		f.params = append(f.params, p.tok.text)
		p.advance()
		if !p.accept(",") {
			break
		}
		p.newlines()
	}
	p.expect(")")
	p.newlines()
	p.prog.funcs[name] = f
	p.params, p.inFunc = f.params, true
	f.body = p.action()
	p.params, p.inFunc = nil, false
}

// block is { … }.
func (p *parser) block() []stmt {
	defer p.enter()()
	p.expect("{")
	var out []stmt
	for p.terminators(); p.err == nil && !p.tok.is("}"); p.terminators() {
		out = append(out, p.stmt())
	}
	p.expect("}")
	return out
}

// stmt is one statement, with what ends it.
func (p *parser) stmt() stmt {
	defer p.enter()()
	line := p.tok.line
	if p.tok.is("{") {
		return &blockStmt{p.block()}
	}
	if p.tok.kind == kindWord {
		if parse := compound(p.tok.text); parse != nil {
			p.advance()
			return parse(p)
		}
	}
	s := &simpleStmt{line: line, do: p.simple()}
	p.end()
	return s
}

// end is what must follow a simple statement.
func (p *parser) end() {
	switch {
	case p.tok.kind == kindNewline, p.tok.is(";"):
		p.advance()
	case p.tok.is("}"), p.tok.kind == kindEnd && p.err == nil && p.depth == 1:
	default:
		p.unexpected()
	}
}

// body is the statement that belongs to an if or a loop; it may be empty.
func (p *parser) body() stmt {
	if p.accept(";") {
		return &blockStmt{}
	}
	p.newlines()
	return p.stmt()
}
