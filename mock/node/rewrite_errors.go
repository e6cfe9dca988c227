package node

import "mvdan.cc/sh/v3/syntax"

// Here stands what the interpreter does not know of set -e and of traps for ERR.
// It does not exempt from set -e what a function does behind !, and what a
// subshell does in a condition; and $( ) inherits -e, which in bash it does not,
// unless it runs as sh.

// negated rewrites ! a into ! { a && __muster_status 0; }, because what stands
// left of && is exempt.
func (r *rewriter) negated(s *syntax.Stmt) {
	if b, ok := s.Cmd.(*syntax.BinaryCmd); ok && (b.Op == syntax.Pipe || b.Op == syntax.PipeAll) || s.Cmd == nil {
		return // which does so by itself
	}
	inner := &syntax.Stmt{Position: s.Position, Cmd: s.Cmd, Redirs: s.Redirs}
	r.exemptAll([]*syntax.Stmt{inner})
	s.Cmd, s.Redirs, r.changed = and(inner, command(hiddenStatus, literal("0"))), nil, true
}

// exempt lets a subshell left of && and || go on behind a command that fails.
func (r *rewriter) exempt(b *syntax.BinaryCmd) {
	if b.Op == syntax.AndStmt || b.Op == syntax.OrStmt {
		r.exemptAll([]*syntax.Stmt{b.X})
	}
}

func (r *rewriter) exemptAll(stmts []*syntax.Stmt) {
	for _, s := range stmts {
		sub, ok := s.Cmd.(*syntax.Subshell)
		if !ok || !r.conditions || !sub.Pos().IsValid() || len(sub.Stmts) == 0 {
			continue
		}
		sub.Stmts = append([]*syntax.Stmt{command(hiddenNoExit)}, sub.Stmts...)
		r.changed = true
	}
}

// substitute lets a command substitution go on behind a command that fails.
func (r *rewriter) substitute(cs *syntax.CmdSubst) {
	if !r.errexit || !cs.Pos().IsValid() || len(cs.Stmts) == 0 || len(cs.Stmts) == 1 && cs.Stmts[0].Cmd == nil {
		return
	}
	cs.Stmts = append([]*syntax.Stmt{command(hiddenNoExit)}, cs.Stmts...)
	r.changed = true
}

// function gives a function the variable by which a trap for ERR knows that it
// is in one.
func (r *rewriter) function(f *syntax.FuncDecl) {
	if !r.errors || f.Body == nil {
		return
	}
	mark := &syntax.Stmt{Cmd: &syntax.DeclClause{
		Variant: &syntax.Lit{Value: "local"},
		Args:    []*syntax.Assign{{Name: &syntax.Lit{Value: inFunction}, Value: literal("1")}},
	}}
	f.Body = &syntax.Stmt{Position: f.Body.Position, Cmd: &syntax.Block{Stmts: []*syntax.Stmt{mark, f.Body}}}
	r.changed = true
}
