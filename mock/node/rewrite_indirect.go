package node

import (
	"io"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// indirects rewrites ${!x} among the parts of a word into
//
//	$(__muster_ref "${x-}" || __muster_put "${!x}")
//
// because the interpreter would ask the host if x holds the name of a variable
// that it takes from there, such as PPID; the first command prints those. Being
// a substitution it drops newlines at the end of the value, and a variable that
// set -u complains of ends only the substitution.
func (r *rewriter) indirects(parts []syntax.WordPart) {
	for i, part := range parts {
		pe, ok := part.(*syntax.ParamExp)
		if !ok || !pe.Excl || pe.Names != 0 || pe.Index != nil || pe.Param == nil || r.indirect[pe] {
			continue
		}
		if !plainIndirect(pe) {
			r.refuse(pe.Pos().Line(), "${!"+pe.Param.Value+"} with an operator")
		}
		if r.indirect == nil {
			r.indirect = make(map[*syntax.ParamExp]bool)
		}
		r.indirect[pe], r.changed = true, true
		name := &syntax.ParamExp{
			Param: &syntax.Lit{Value: pe.Param.Value},
			Exp:   &syntax.Expansion{Op: syntax.DefaultUnset, Word: literal("")},
		}
		special := callWith(hiddenRef, inQuotes(name))
		put := callWith(hiddenPut, inQuotes(pe))
		parts[i] = &syntax.CmdSubst{Stmts: []*syntax.Stmt{{Cmd: &syntax.BinaryCmd{Op: syntax.OrStmt, X: special, Y: put}}}}
	}
}

// plainIndirect says whether ${!x} has no operator, but an empty default: the
// interpreter would take no notice of any.
func plainIndirect(pe *syntax.ParamExp) bool {
	if pe.Slice != nil || pe.Repl != nil || pe.Length || pe.Width {
		return false
	}
	return pe.Exp == nil || (pe.Exp.Op == syntax.DefaultUnset || pe.Exp.Op == syntax.DefaultUnsetOrNull) &&
		(pe.Exp.Word == nil || len(pe.Exp.Word.Parts) == 0)
}

func inQuotes(part syntax.WordPart) *syntax.Word {
	return &syntax.Word{Parts: []syntax.WordPart{&syntax.DblQuoted{Parts: []syntax.WordPart{part}}}}
}

// refer is the first of the two commands: it prints the variable of a name, if
// the interpreter would take it from the host, and fails for any other name.
func (s *shell) refer(c *call) int {
	if len(c.args) != 1 {
		return 1
	}
	name := c.args[0]
	if strings.Contains(name, "[") {
		c.shellErrorf("${!%s}: not simulated", name)
		return 0
	}
	special, ok := hiddenVars[name]
	if !ok {
		return 1
	}
	io.WriteString(c.stdout, s.hiddenVar(strings.TrimPrefix(special, hidden)).Str)
	return 0
}

// put is the second: it prints its argument.
func put(c *call) int {
	io.WriteString(c.stdout, strings.Join(c.args, " "))
	return 0
}
