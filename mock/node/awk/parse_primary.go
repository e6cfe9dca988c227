package awk

import "slices"

// primary is a term that stands by itself.
func (p *parser) primary() expr {
	t := p.tok
	switch t.kind {
	case kindNumber:
		p.advance()
		return numberExpr(t.number)
	case kindString:
		p.advance()
		return textExpr(t.text)
	case kindName:
		p.advance()
		return p.named(t.text)
	case kindCall:
		return p.call()
	case kindWord:
		if t.text == "getline" {
			return p.getline()
		}
		if builtins[t.text].run != nil {
			return p.builtin()
		}
	case kindOp:
		return p.operatorTerm()
	}
	p.unexpected()
	return numberExpr(0)
}

// operatorTerm is a term that starts with an operator.
func (p *parser) operatorTerm() expr {
	defer p.enter()()
	switch t := p.tok; {
	case t.is("/"), t.is("/="):
		return p.regex()
	case t.is("("):
		return p.group()
	case t.is("$"):
		p.advance()
		if p.tok.is("++") || p.tok.is("--") || p.tok.is("-") || p.tok.is("+") || p.tok.is("!") {
			return &fieldExpr{p.unaryField()}
		}
		return &fieldExpr{p.primary()}
	case t.is("++"), t.is("--"):
		p.advance()
		target, ok := p.primary().(place)
		if !ok {
			p.unexpected()
			return numberExpr(0)
		}
		return &stepExpr{target, map[string]float64{"++": 1, "--": -1}[t.text], false}
	case t.is("-"), t.is("+"), t.is("!"):
		return p.unary()
	}
	p.unexpected()
	return numberExpr(0)
}

// unaryField is the number of a field that starts with an operator.
func (p *parser) unaryField() expr {
	if p.tok.is("++") || p.tok.is("--") {
		return p.operatorTerm()
	}
	op := p.tok.text[0]
	p.advance()
	return &unaryExpr{p.primary(), op}
}

func (p *parser) regex() expr {
	start := p.lex.at - len(p.tok.text) + 1
	p.lex.at = start
	text := p.lex.regex()
	e := &regexExpr{text: text}
	p.advance()
	return e
}

// group is an expression in parentheses, or a list of them.
func (p *parser) group() expr {
	p.advance()
	list := p.exprs(")")
	p.expect(")")
	switch {
	case len(list) == 0:
		p.unexpected()
		return numberExpr(0)
	case len(list) == 1:
		return &groupExpr{list[0]}
	case !p.tok.is("in") && !p.noOutput:
		p.unexpected()
	}
	return &listExpr{list}
}

// variable is a variable by its name: a parameter or a global.
func (p *parser) variable(name string) *varExpr {
	if i := slices.Index(p.params, name); i >= 0 {
		return &varExpr{name: name, slot: i, local: true}
	}
	if p.prog.funcs[name] != nil {
		p.fault("function `" + name + "' used as a variable")
	}
	return &varExpr{name: name, slot: p.global(name)}
}

// named is a variable, or an element of an array.
func (p *parser) named(name string) expr {
	v := p.variable(name)
	if !p.accept("[") {
		return v
	}
	keys := p.exprs("]")
	p.expect("]")
	if len(keys) == 0 {
		p.unexpected()
	}
	return &indexExpr{v, keys}
}

// call is a call of a function that the program defines.
func (p *parser) call() expr {
	c := &callExpr{name: p.tok.text, line: p.tok.line}
	p.advance()
	p.expect("(")
	c.args = p.exprs(")")
	p.expect(")")
	p.calls = append(p.calls, c)
	return c
}

// builtin is a call of a function of the language.
func (p *parser) builtin() expr {
	name := p.tok.text
	f := builtins[name]
	p.advance()
	c := &builtinExpr{f: f, name: name}
	if !p.tok.is("(") {
		if name != "length" {
			p.unexpected()
		}
		return c
	}
	p.advance()
	c.args = p.exprs(")")
	p.expect(")")
	if n := len(c.args); n < f.least || n > f.most {
		p.fault("wrong number of arguments to " + name)
	}
	return c
}

// getline is one that does not read from a command.
func (p *parser) getline() expr {
	p.advance()
	g := &getlineExpr{target: p.getlineTarget()}
	if p.accept("<") {
		g.from = p.primary()
	}
	return g
}

// getlineTarget is the variable that getline reads into; nil: the record.
func (p *parser) getlineTarget() place {
	if p.tok.kind != kindName && !p.tok.is("$") {
		return nil
	}
	target, ok := p.primary().(place)
	if !ok {
		p.unexpected()
	}
	return target
}
