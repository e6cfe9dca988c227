package node

import (
	"mvdan.cc/sh/v3/syntax"
)

// pipeline rewrites a | b | c into
//
//	{
//		{ ( a ) && __muster_stage 0 || __muster_stage $?; } > first
//		{ ( b ) && __muster_stage 0 || __muster_stage $?; } < next > next
//		{ ( c ) && __muster_stage 0 || __muster_stage $?; } < next
//		if [[ -o pipefail ]]; then __muster_pipeline pipefail; else __muster_pipeline; fi
//	}
//
// Each stage runs to its end before the next begins, in a subshell as in bash,
// so the time of a pipeline is the sum of its stages. A stage that would never
// end is cut when its buffer is full, as by SIGPIPE, and that is right as long
// as the next stage stops reading before the end; if it does not, the script
// has reached its output limit.
func (r *rewriter) pipeline(s *syntax.Stmt, cmd *syntax.BinaryCmd) {
	r.changed = true
	stages := stagesOf(cmd)
	var block []*syntax.Stmt
	for i, st := range stages {
		stage := &syntax.Stmt{Cmd: guarded(st.stmt, hiddenStage)}
		if i > 0 {
			stage.Redirs = append(stage.Redirs, redirect(syntax.RdrIn, fileNext))
		}
		if i < len(stages)-1 {
			stage.Redirs = append(stage.Redirs, redirect(syntax.RdrOut, outputFile(i)))
		}
		if st.both {
			stage.Redirs = append(stage.Redirs, errToOut())
		}
		block = append(block, stage)
	}
	pipefail := &syntax.TestClause{X: &syntax.UnaryTest{Op: syntax.TsOptSet, X: literal("pipefail")}}
	block = append(block, &syntax.Stmt{Cmd: &syntax.IfClause{
		Cond: []*syntax.Stmt{{Cmd: pipefail}},
		Then: []*syntax.Stmt{command(hiddenPipeline, literal("pipefail"))},
		Else: &syntax.IfClause{Then: []*syntax.Stmt{command(hiddenPipeline)}},
	}})
	s.Cmd = &syntax.Block{Stmts: block}
	if s.Negated {
		// The interpreter does not exempt what stands in a negated block
		// from set -e; what stands left of && it does.
		s.Cmd = and(&syntax.Stmt{Cmd: s.Cmd}, command(hiddenStatus, literal("0")))
	}
}

func outputFile(stage int) string {
	if stage == 0 {
		return fileFirst
	}
	return fileNext
}

type stage struct {
	stmt *syntax.Stmt
	both bool // |&: the error output goes into the pipe too
}

// stagesOf flattens a pipeline; the tree leans to the left.
func stagesOf(cmd *syntax.BinaryCmd) []stage {
	var stages []stage
	if x, ok := cmd.X.Cmd.(*syntax.BinaryCmd); ok && (x.Op == syntax.Pipe || x.Op == syntax.PipeAll) && plain(cmd.X) {
		stages = stagesOf(x)
	} else {
		stages = []stage{{stmt: cmd.X}}
	}
	stages[len(stages)-1].both = cmd.Op == syntax.PipeAll
	return append(stages, stage{stmt: cmd.Y})
}

// plain says whether a statement is nothing but its command.
func plain(s *syntax.Stmt) bool { return !s.Negated && !s.Background && len(s.Redirs) == 0 }

// guarded is { ( s ) && report 0 || report $?; }: it runs s in a subshell and
// tells how it ended, whatever set -e says.
func guarded(s *syntax.Stmt, report string) *syntax.Block {
	sub := &syntax.Stmt{Cmd: &syntax.Subshell{Stmts: []*syntax.Stmt{s}}}
	status := &syntax.Word{Parts: []syntax.WordPart{&syntax.ParamExp{Param: &syntax.Lit{Value: "?"}}}}
	ok := &syntax.Stmt{Cmd: and(sub, command(report, literal("0")))}
	return &syntax.Block{Stmts: []*syntax.Stmt{{Cmd: &syntax.BinaryCmd{
		Op: syntax.OrStmt, X: ok, Y: command(report, status),
	}}}}
}

// job rewrites a & into { { ( a ) && __muster_job 0 || __muster_job $?; } < job; }:
// it runs at once, but on a clock of its own; see job in jobs.go.
func (r *rewriter) job(s *syntax.Stmt) {
	r.changed = true
	inner := *s
	inner.Background, inner.Comments = false, nil
	input := fileJob
	if writesToFiles(s) {
		input = fileJobDetached
	}
	s.Cmd = &syntax.Block{Stmts: []*syntax.Stmt{{Cmd: guarded(&inner, hiddenJob), Redirs: []*syntax.Redirect{redirect(syntax.RdrIn, input)}}}}
	s.Background, s.Negated, s.Redirs = false, false, nil
}

// writesToFiles says whether both outputs of a statement go elsewhere, so that
// nothing waits for it. The redirections have been rewritten already.
func writesToFiles(s *syntax.Stmt) bool {
	var out, errs bool
	for _, rd := range s.Redirs {
		switch {
		case rd.N != nil && rd.N.Value == "2":
			errs = errs || rd.Word.Lit() != fileOut || out
		case rd.Op == syntax.RdrOut || rd.Op == syntax.AppOut:
			out = true
		}
	}
	return out && errs
}

// time rewrites time a into
//
//	{ __muster_time; a && __muster_timed 0 || __muster_timed $?; }
func (r *rewriter) time(s *syntax.Stmt, cmd *syntax.TimeClause) {
	r.changed = true
	timed := cmd.Stmt
	if timed == nil {
		timed = command(hiddenStatus, literal("0"))
	}
	var posix []*syntax.Word
	if cmd.PosixFormat {
		posix = append(posix, literal("-p"))
	}
	status := &syntax.Word{Parts: []syntax.WordPart{&syntax.ParamExp{Param: &syntax.Lit{Value: "?"}}}}
	ok := and(timed, command(hiddenTimed, append([]*syntax.Word{literal("0")}, posix...)...))
	s.Cmd = &syntax.Block{Stmts: []*syntax.Stmt{
		command(hiddenTime),
		{Cmd: &syntax.BinaryCmd{Op: syntax.OrStmt, X: &syntax.Stmt{Cmd: ok}, Y: command(hiddenTimed, append([]*syntax.Word{status}, posix...)...)}},
	}}
}

// procSubst rewrites <( a ) into $( { ( a ) || :; } > sub; __muster_name ): a
// runs to its end and its output is a file, whose name the substitution is.
// >( a ) would have to run after the command that writes to it: it is refused.
func (r *rewriter) procSubst(ps *syntax.ProcSubst) syntax.WordPart {
	r.changed = true
	if ps.Op != syntax.CmdIn {
		r.refuse(ps.Pos().Line(), "process substitution "+ps.Op.String()+" )")
		return &syntax.Lit{Value: "/dev/null"}
	}
	sub := &syntax.Stmt{Cmd: &syntax.Subshell{Stmts: ps.Stmts}}
	run := &syntax.Stmt{
		Cmd:    &syntax.Block{Stmts: []*syntax.Stmt{{Cmd: &syntax.BinaryCmd{Op: syntax.OrStmt, X: sub, Y: command(hiddenStatus, literal("0"))}}}},
		Redirs: []*syntax.Redirect{redirect(syntax.RdrOut, fileSub)},
	}
	if len(ps.Stmts) == 0 {
		run.Cmd = command(hiddenStatus, literal("0")).Cmd
	}
	return &syntax.CmdSubst{Stmts: []*syntax.Stmt{run, command(hiddenName)}}
}

// redirs rewrites the redirections of a statement: those that join the two
// outputs, and the words of the others, which get a line marker.
func (r *rewriter) redirs(s *syntax.Stmt) {
	var redirs []*syntax.Redirect
	for _, rd := range s.Redirs {
		if rd.Hdoc != nil {
			r.quoted[rd.Hdoc], r.quoted[rd.Word] = true, true
		}
		redirs = append(redirs, r.redir(rd)...)
	}
	s.Redirs = redirs
}

func (r *rewriter) redir(rd *syntax.Redirect) []*syntax.Redirect {
	word, fd := "", ""
	if rd.Word != nil {
		word = rd.Word.Lit()
	}
	if rd.N != nil {
		fd = rd.N.Value
	}
	switch {
	case rd.Op == syntax.DplOut && fd == "2" && word == "1":
		r.changed = true
		return []*syntax.Redirect{placed(errToOut(), rd)}
	case rd.Op == syntax.DplOut && (fd == "" || fd == "1") && word == "2":
		r.changed = true
		return []*syntax.Redirect{placed(redirect(syntax.RdrOut, fileErr), rd)}
	case rd.Op == syntax.RdrAll, rd.Op == syntax.AppAll, rd.Op == syntax.DplOut && fd == "" && isFileName(word):
		r.changed = true
		out := &syntax.Redirect{Op: syntax.RdrOut, Word: rd.Word, OpPos: rd.OpPos}
		if rd.Op == syntax.AppAll {
			out.Op = syntax.AppOut
		}
		r.mark(out.Word, rd.Pos())
		return []*syntax.Redirect{out, placed(errToOut(), rd)}
	case rd.Op == syntax.RdrIn, rd.Op == syntax.RdrOut, rd.Op == syntax.AppOut:
		r.mark(rd.Word, rd.Pos())
	}
	return []*syntax.Redirect{rd}
}

// placed gives a redirection the place of the one that it stands for. The
// printer puts those of a command in the order of their places.
func placed(rd, original *syntax.Redirect) *syntax.Redirect {
	rd.OpPos = original.OpPos
	if rd.N != nil {
		rd.N.ValuePos = original.Pos()
	}
	return rd
}

// isFileName tells the file of >& file from the descriptor of >& 2.
func isFileName(word string) bool {
	return word != "" && word != "-" && (word[0] < '0' || word[0] > '9')
}

func errToOut() *syntax.Redirect {
	rd := redirect(syntax.RdrOut, fileOut)
	rd.N = &syntax.Lit{Value: "2"}
	return rd
}

func redirect(op syntax.RedirOperator, name string) *syntax.Redirect {
	return &syntax.Redirect{Op: op, Word: literal(name)}
}

func literal(s string) *syntax.Word {
	return &syntax.Word{Parts: []syntax.WordPart{&syntax.Lit{Value: s}}}
}

func command(name string, args ...*syntax.Word) *syntax.Stmt {
	return callWith(name, args...)
}

func callWith(name string, args ...*syntax.Word) *syntax.Stmt {
	return &syntax.Stmt{Cmd: &syntax.CallExpr{Args: append([]*syntax.Word{literal(name)}, args...)}}
}

func and(x, y *syntax.Stmt) *syntax.BinaryCmd {
	return &syntax.BinaryCmd{Op: syntax.AndStmt, X: x, Y: y}
}

func substitution(s *syntax.Stmt) *syntax.Word {
	return &syntax.Word{Parts: []syntax.WordPart{&syntax.CmdSubst{Stmts: []*syntax.Stmt{s}}}}
}
