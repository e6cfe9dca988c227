package awk

import "slices"

// expr is an expression of the lowest precedence: assignment, then ?:.
func (p *parser) expr() expr {
	defer p.enter()()
	left := p.ternary()
	op := p.tok.text
	if p.tok.kind != kindOp || !assignments[op] {
		return left
	}
	target, ok := left.(place)
	if !ok {
		p.unexpected()
		return left
	}
	p.advance()
	p.newlines()
	return &assignExpr{target, op[:len(op)-1], p.expr()}
}

var assignments = map[string]bool{"=": true, "+=": true, "-=": true, "*=": true, "/=": true, "%=": true, "^=": true}

// exprs is a list of expressions up to a closing token, which is left.
func (p *parser) exprs(closing string) []expr {
	defer func(in, out bool) { p.noIn, p.noOutput = in, out }(p.noIn, p.noOutput)
	p.noIn, p.noOutput = false, false
	var out []expr
	for p.newlines(); p.err == nil && !p.tok.is(closing); p.newlines() {
		out = append(out, p.expr())
		p.newlines()
		if !p.accept(",") {
			break
		}
	}
	return out
}

func (p *parser) ternary() expr {
	cond := p.or()
	if !p.tok.is("?") {
		return cond
	}
	p.advance()
	p.newlines()
	e := &ternaryExpr{cond: cond, yes: p.expr()}
	p.newlines()
	p.expect(":")
	p.newlines()
	e.no = p.expr()
	return e
}

func (p *parser) or() expr {
	e := p.and()
	for p.accept("||") {
		p.newlines()
		e = &logicExpr{e, p.and(), true}
	}
	return e
}

func (p *parser) and() expr {
	e := p.in()
	for p.accept("&&") {
		p.newlines()
		e = &logicExpr{e, p.in(), false}
	}
	return e
}

func (p *parser) in() expr {
	e := p.match()
	for !p.noIn && p.tok.is("in") {
		p.advance()
		keys := []expr{e}
		if list, ok := e.(*listExpr); ok {
			keys = list.items
		}
		e = &inExpr{keys, p.arrayName()}
	}
	return e
}

// arrayName is the name of an array.
func (p *parser) arrayName() *varExpr {
	if p.tok.kind != kindName {
		p.unexpected()
		return p.variable("")
	}
	v := p.variable(p.tok.text)
	p.advance()
	return v
}

func (p *parser) match() expr {
	e := p.compare()
	for p.tok.is("~") || p.tok.is("!~") {
		not := p.tok.text == "!~"
		p.advance()
		e = &matchExpr{e, p.compare(), not}
	}
	return e
}

// compare is a comparison, or a command whose output is read.
func (p *parser) compare() expr {
	e := p.concat()
	for p.err == nil {
		switch {
		case p.tok.kind == kindOp && slices.Contains([]string{"<", "<=", "==", "!=", ">=", ">"}, p.tok.text) && (p.tok.text != ">" || !p.noOutput):
			op := p.tok.text
			p.advance()
			e = &compareExpr{e, p.concat(), op}
		case p.tok.is("|"):
			saved, tok := p.lex, p.tok
			p.advance()
			if !p.accept("getline") {
				p.back(saved, tok)
				return e
			}
			e = &getlineExpr{from: e, pipe: true, target: p.getlineTarget()}
		default:
			return e
		}
	}
	return e
}

// concat is one term behind another.
func (p *parser) concat() expr {
	e := p.sum()
	var all []expr
	for p.startsTerm() {
		all = append(all, p.sum())
	}
	if all == nil {
		return e
	}
	return &concatExpr{append([]expr{e}, all...)}
}

// startsTerm says whether what comes next can be joined to what was before.
func (p *parser) startsTerm() bool {
	switch p.tok.kind {
	case kindNumber, kindString, kindName, kindCall:
		return true
	case kindWord:
		return builtins[p.tok.text].run != nil
	case kindOp:
		return slices.Contains([]string{"$", "!", "(", "++", "--"}, p.tok.text)
	}
	return false
}

func (p *parser) sum() expr {
	e := p.product()
	for p.tok.is("+") || p.tok.is("-") {
		op := p.tok.text
		p.advance()
		e = &arithExpr{e, p.product(), op[0]}
	}
	return e
}

func (p *parser) product() expr {
	e := p.unary()
	for p.tok.is("*") || p.tok.is("/") || p.tok.is("%") {
		op := p.tok.text
		p.advance()
		e = &arithExpr{e, p.unary(), op[0]}
	}
	return e
}

func (p *parser) unary() expr {
	if p.tok.is("!") || p.tok.is("-") || p.tok.is("+") {
		defer p.enter()()
		op := p.tok.text[0]
		p.advance()
		return &unaryExpr{p.unary(), op}
	}
	return p.power()
}

// power binds to the right, and closer than a sign on its left.
func (p *parser) power() expr {
	e := p.postfix()
	if !p.accept("^") {
		return e
	}
	defer p.enter()()
	if p.tok.is("-") || p.tok.is("+") || p.tok.is("!") {
		op := p.tok.text[0]
		p.advance()
		return &arithExpr{e, &unaryExpr{p.power(), op}, '^'}
	}
	return &arithExpr{e, p.power(), '^'}
}

func (p *parser) postfix() expr {
	e := p.primary()
	target, ok := e.(place)
	if !ok {
		return e
	}
	switch {
	case p.accept("++"):
		return &stepExpr{target, 1, true}
	case p.accept("--"):
		return &stepExpr{target, -1, true}
	}
	return e
}
