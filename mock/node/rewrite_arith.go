package node

import (
	"mvdan.cc/sh/v3/syntax"
)

// arithmetic renames them where they stand without a dollar.
func (r *rewriter) arithmetic(node syntax.Node) {
	switch n := node.(type) {
	case *syntax.ArithmExp:
		r.operand(n.X)
	case *syntax.ArithmCmd:
		r.operand(n.X)
	case *syntax.ParenArithm:
		r.operand(n.X)
	case *syntax.UnaryArithm:
		r.operand(n.X)
		if n.Op == syntax.Inc || n.Op == syntax.Dec {
			r.assigned(n.X, n.Pos().Line())
		}
	case *syntax.BinaryArithm:
		r.operand(n.X)
		r.operand(n.Y)
		if isAssignment(n.Op) {
			r.assigned(n.X, n.Pos().Line())
		}
	case *syntax.LetClause:
		for _, x := range n.Exprs {
			r.operand(x)
		}
	case *syntax.CStyleLoop:
		r.operand(n.Init)
		r.operand(n.Cond)
		r.operand(n.Post)
	case *syntax.Assign:
		r.operand(n.Index)
	case *syntax.ArrayElem:
		r.operand(n.Index)
	}
}

// assigned refuses what the interpreter panics on: an arithmetic assignment to
// anything but a plain variable.
func (r *rewriter) assigned(x syntax.ArithmExpr, line uint) {
	if w, ok := x.(*syntax.Word); !ok || !syntax.ValidName(w.Lit()) {
		r.refuse(line, "an arithmetic assignment to an array element")
	}
}

func isAssignment(op syntax.BinAritOperator) bool {
	switch op {
	case syntax.Assgn, syntax.AddAssgn, syntax.SubAssgn, syntax.MulAssgn, syntax.QuoAssgn, syntax.RemAssgn,
		syntax.AndAssgn, syntax.OrAssgn, syntax.XorAssgn, syntax.ShlAssgn, syntax.ShrAssgn:
		return true
	}
	return false
}

func (r *rewriter) operand(x syntax.ArithmExpr) {
	w, ok := x.(*syntax.Word)
	if !ok || w == nil {
		return
	}
	if name, ok := hiddenVars[w.Lit()]; ok && len(w.Parts) == 1 {
		w.Parts = []syntax.WordPart{&syntax.Lit{Value: name}}
		r.changed = true
	}
}
