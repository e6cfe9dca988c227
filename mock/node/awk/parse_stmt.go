package awk

// compound returns the parser of a statement that others belong to, or nil.
func compound(word string) func(*parser) stmt {
	switch word {
	case "if":
		return (*parser).ifStmt
	case "while":
		return (*parser).whileStmt
	case "do":
		return (*parser).doStmt
	case "for":
		return (*parser).forStmt
	}
	return nil
}

func (p *parser) ifStmt() stmt {
	p.expect("(")
	s := &ifStmt{cond: p.expr()}
	p.expect(")")
	s.then = p.body()
	// An else may come after newlines and a semicolon; if there is none, they
	// were not ours to take.
	saved, tok := p.lex, p.tok
	p.terminators()
	if !p.accept("else") {
		p.back(saved, tok)
		return s
	}
	s.other = p.body()
	return s
}

func (p *parser) loop() stmt {
	p.loops++
	defer func() { p.loops-- }()
	return p.body()
}

func (p *parser) whileStmt() stmt {
	p.expect("(")
	s := &loopStmt{cond: p.expr()}
	p.expect(")")
	s.body = p.loop()
	return s
}

func (p *parser) doStmt() stmt {
	s := &loopStmt{body: p.loop(), bodyFirst: true}
	p.terminators()
	p.expect("while")
	p.expect("(")
	s.cond = p.expr()
	p.expect(")")
	p.end()
	return s
}

func (p *parser) forStmt() stmt {
	p.expect("(")
	if s := p.forIn(); s != nil {
		return s
	}
	s := &loopStmt{}
	if !p.tok.is(";") {
		s.first = &simpleStmt{p.tok.line, p.simple()}
	}
	p.expect(";")
	p.newlines()
	if !p.tok.is(";") {
		s.cond = p.expr()
	}
	p.expect(";")
	p.newlines()
	if !p.tok.is(")") {
		s.after = &simpleStmt{p.tok.line, p.simple()}
	}
	p.expect(")")
	s.body = p.loop()
	return s
}

// forIn is for (name in array), or nil if it is another for.
func (p *parser) forIn() stmt {
	saved, name := p.lex, p.tok
	if name.kind == kindName {
		p.advance()
		if p.accept("in") && p.tok.kind == kindName {
			array := p.tok.text
			if p.advance(); p.accept(")") {
				s := &forInStmt{variable: p.variable(name.text), array: p.variable(array)}
				s.body = p.loop()
				return s
			}
		}
	}
	p.back(saved, name)
	return nil
}

// simple is a statement that no other belongs to.
func (p *parser) simple() action {
	word := ""
	if p.tok.kind == kindWord {
		word = p.tok.text
	}
	switch word {
	case "print", "printf":
		return p.print()
	case "delete":
		return p.remove()
	case "next", "nextfile", "exit", "return", "break", "continue":
		return p.jump(word)
	}
	return exprAction{p.expr()}
}

// jump is a statement that goes elsewhere.
func (p *parser) jump(word string) action {
	f := jumps[word]
	switch {
	case word == "return" && !p.inFunc:
		p.fault("`return' used outside function context")
	case (f == flowNext || f == flowNextFile) && p.inFunc:
		p.fault("`" + word + "' in a function is not simulated")
		p.err.Refused = true
	case (f == flowBreak || f == flowContinue) && p.loops == 0:
		p.fault("`" + word + "' is not allowed outside a loop")
	}
	p.advance()
	a := jumpAction{flow: f}
	if (word == "exit" || word == "return") && !p.ends() {
		a.value = p.expr()
	}
	return a
}

var jumps = map[string]flow{
	"next": flowNext, "nextfile": flowNextFile, "exit": flowExit, "return": flowReturn, "break": flowBreak, "continue": flowContinue,
}

// ends says whether a simple statement ends here.
func (p *parser) ends() bool {
	return p.tok.kind == kindEnd || p.tok.kind == kindNewline || p.tok.is(";") || p.tok.is("}") || p.tok.is(")")
}

// remove is delete.
func (p *parser) remove() action {
	p.advance()
	if p.tok.kind != kindName {
		p.unexpected()
		return exprAction{numberExpr(0)}
	}
	a := deleteAction{array: p.variable(p.tok.text)}
	p.advance()
	if p.accept("[") {
		a.keys = p.exprs("]")
		p.expect("]")
	}
	return a
}

// print is print or printf, with where it goes.
func (p *parser) print() action {
	a := &printAction{format: p.tok.text == "printf"}
	p.advance()
	was := p.noOutput
	p.noOutput = true
	if !p.ends() && !p.tok.is(">") && !p.tok.is(">>") && !p.tok.is("|") {
		a.args = p.printArgs()
	}
	if a.format && len(a.args) == 0 {
		p.unexpected()
	}
	for _, how := range [...]string{">", ">>", "|"} {
		if p.accept(how) {
			a.how = how
			a.to = p.concat()
			break
		}
	}
	p.noOutput = was
	return a
}

// printArgs are the arguments of a print. Parentheses around all of them are no
// part of the first.
func (p *parser) printArgs() []expr {
	var args []expr
	for {
		e := p.expr()
		if list, ok := e.(*listExpr); ok {
			if len(args) > 0 || p.tok.is(",") {
				p.unexpected()
			}
			return list.items
		}
		args = append(args, e)
		if !p.accept(",") {
			return args
		}
		p.newlines()
	}
}
