package node

import (
	"fmt"

	"mvdan.cc/sh/v3/syntax"
)

// A script is rewritten before the interpreter sees it. Handlers and variables
// can replace much of what the interpreter asks the host for, but not all, and
// not what it does beside the script in goroutines of its own:
//
//   - $$, $PPID, $! and $RANDOM are computed from the host before any
//     environment is asked: they become variables of our own.
//   - a | b and a & run in goroutines, over pipes of the host. They become
//     subshells that run one after another, through buffers: that gives the
//     same output every time, leaves nothing running, and lets a panic be
//     caught. Where that could be seen is said at pipeline and job.
//   - <( ) makes a named pipe on the host: it becomes a file of the machine.
//   - time reads the host's clock: it becomes two commands around the command.
//   - 2>&1 makes one writer of two, after which what the shell itself says
//     could no longer be told from output: it becomes a file of our own.
//
// Rewriting the tree is more robust than presetting variables, because the
// interpreter looks at no variable for these, and than filtering the text,
// because only the tree knows what is quoted. Text that a script parses as it
// runs (eval, trap, source) goes through the same rewriting, see eval.go.
//
// Two more things ride along: a marker at the start of statements, a variable
// with an empty value, tells the shell which line it is at, for its messages;
// and a hidden command in each loop counts its rounds.
//
// Indirect names (x=PPID; echo ${!x}) are checked as the script runs, see
// rewrite_indirect.go.
type rewriter struct {
	lines    bool            // whether to put line markers
	changed  bool            // whether anything but markers was done
	funcs    map[string]bool // names of functions that the text declares
	quoted   map[*syntax.Word]bool
	indirect map[*syntax.ParamExp]bool // ${!x} that are rewritten already
	refusals []refusal

	errors     bool // there may be a trap for ERR
	errexit    bool // -e may be set, and $( ) does not inherit it
	conditions bool // -e may be set
}

// refusal is a construct that cannot be simulated truthfully.
type refusal struct {
	line uint
	what string
}

// hidden starts the names of the commands and variables that rewriting puts in.
const hidden = "__muster_"

// The hidden commands; see hidden.go.
const (
	hiddenStep     = hidden + "step"     // count a loop round, keep $?
	hiddenRound    = hidden + "round"    // count a loop round, $? becomes 0
	hiddenStage    = hidden + "stage"    // a stage of a pipeline ended with $1
	hiddenPipeline = hidden + "pipeline" // the pipeline ended; $1 = pipefail or nothing
	hiddenJob      = hidden + "job"      // the job ended with $1
	hiddenName     = hidden + "name"     // print the name of the last <( ) file
	hiddenTime     = hidden + "time"     // start a timer
	hiddenStatus   = hidden + "status"   // end with status $1
	hiddenTimed    = hidden + "timed"    // print the timer, end with $1; $2 = -p
	hiddenAssign   = hidden + "assign"   // assign $2 to the special variable $1
	hiddenRun      = hidden + "run"      // run a builtin of ours
	hiddenExec     = hidden + "exec"     // run a command, not a function
	hiddenRef      = hidden + "ref"      // print the variable named $1 if the host's would be taken
	hiddenPut      = hidden + "put"      // print $1
	hiddenFuncs    = hidden + "funcs"    // declare -f or -F
	hiddenTold     = hidden + "told"     // a trap for ERR has run
	hiddenTrap     = hidden + "trap"     // trap, the interpreter's own
	hiddenNoExit   = hidden + "noexit"   // set +e
	hiddenSink     = hidden + "sink"     // begin a >( ) behind exec

	hiddenDescriptor = hidden + "descriptor" // open descriptor $1 by $2 on $3
)

// The hidden files; see open.go.
const (
	hiddenFiles     = "/dev/.muster-"
	fileFirst       = hiddenFiles + "first"    // start of a pipeline
	fileNext        = hiddenFiles + "next"     // between two stages
	fileJob         = hiddenFiles + "job"      // input of a job
	fileJobDetached = hiddenFiles + "detached" // the same, its output in files
	fileSub         = hiddenFiles + "sub"      // a process substitution
	fileOut         = hiddenFiles + "out"      // standard output, as error output
	fileErr         = hiddenFiles + "err"      // error output, as standard output
)

// hiddenVars are the variables that the interpreter takes from the host.
var hiddenVars = map[string]string{
	"$": hidden + "pid", "PPID": hidden + "ppid", "!": hidden + "bang",
	"RANDOM": hidden + "random", "SRANDOM": hidden + "srandom",
}

// rewrite changes the statements in place.
func (r *rewriter) rewrite(stmts []*syntax.Stmt) {
	if r.quoted == nil {
		r.quoted = make(map[*syntax.Word]bool)
	}
	for _, s := range stmts {
		syntax.Walk(s, r.visit)
	}
}

// visit changes one node before the walk goes into it.
func (r *rewriter) visit(node syntax.Node) bool {
	switch n := node.(type) {
	case *syntax.Stmt:
		r.stmt(n)
	case *syntax.Word:
		r.word(n)
	case *syntax.DblQuoted:
		r.indirects(n.Parts)
	case *syntax.ParamExp:
		r.param(n)
	case *syntax.CallExpr:
		r.callExpr(n)
	case *syntax.BinaryCmd:
		r.exempt(n)
	case *syntax.IfClause:
		r.exemptAll(n.Cond)
	case *syntax.CmdSubst:
		r.substitute(n)
	case *syntax.WhileClause:
		r.exemptAll(n.Cond)
		n.Cond = append([]*syntax.Stmt{command(hiddenStep)}, n.Cond...)
		r.changed = true
	case *syntax.ForClause:
		r.loop(n)
	case *syntax.FuncDecl:
		if n.Name != nil {
			r.funcs[n.Name.Value] = true
			r.function(n)
		}
	case *syntax.TestClause:
		r.mark(firstTestWord(n.X), n.Pos())
	case *syntax.DeclClause:
		for _, as := range n.Args {
			r.markAssign(as, n.Pos())
		}
	case *syntax.UnaryTest, *syntax.BinaryTest:
		r.test(n)
	default:
		r.arithmetic(node)
	}
	return true
}

// stmt rewrites what is a matter of whole statements.
func (r *rewriter) stmt(s *syntax.Stmt) {
	s.Comments = nil // the walk compares their places with those of new nodes, which have none
	line := s.Pos().Line()
	r.descriptors(s)
	r.redirs(s)
	if s.Coprocess || s.Disown {
		r.refuse(line, "coproc")
		s.Coprocess, s.Disown = false, false
	}
	if s.Background {
		r.job(s)
		return
	}
	if s.Negated {
		r.negated(s)
	}
	switch cmd := s.Cmd.(type) {
	case *syntax.BinaryCmd:
		if cmd.Op == syntax.Pipe || cmd.Op == syntax.PipeAll {
			r.pipeline(s, cmd)
		}
	case *syntax.TimeClause:
		r.time(s, cmd)
	case *syntax.DeclClause:
		r.functionQuery(s, cmd)
	case *syntax.CoprocClause:
		r.refuse(line, "coproc")
		s.Cmd = &syntax.Block{}
	}
}

// loop makes rounds count. The interpreter leaves a C-style loop after a round
// whose last command failed, which bash does not, so such a round ends well.
func (r *rewriter) loop(n *syntax.ForClause) {
	r.changed = true
	if _, ok := n.Loop.(*syntax.CStyleLoop); ok {
		n.Do = append(n.Do, command(hiddenRound))
		return
	}
	n.Do = append([]*syntax.Stmt{command(hiddenRound)}, n.Do...)
}

// callExpr marks a simple command, and turns the assignments that the
// interpreter would not act upon.
func (r *rewriter) callExpr(n *syntax.CallExpr) {
	if !n.Pos().IsValid() {
		return // put in by the rewriting
	}
	if len(n.Args) > 0 {
		r.mark(n.Args[0], n.Pos())
		return
	}
	for _, as := range n.Assigns {
		switch as.Name.Value {
		case "RANDOM", "SECONDS":
			value := &syntax.Word{Parts: []syntax.WordPart{&syntax.DblQuoted{Parts: wordParts(as.Value)}}}
			as.Value = substitution(callWith(hiddenAssign, literal(as.Name.Value), value))
			as.Name = &syntax.Lit{Value: hidden + "void"}
			r.changed = true
		default:
			r.markAssign(as, n.Pos())
		}
	}
}

// test refuses the file tests for which the interpreter asks the host.
func (r *rewriter) test(node syntax.Node) {
	switch n := node.(type) {
	case *syntax.UnaryTest:
		if n.Op == syntax.TsUsrOwn || n.Op == syntax.TsGrpOwn {
			r.refuse(n.Pos().Line(), "[[ "+n.Op.String()+" ]]")
			n.Op = syntax.TsExists
		}
	case *syntax.BinaryTest:
		if n.Op == syntax.TsDevIno {
			r.refuse(n.Pos().Line(), "[[ -ef ]]")
			n.Op = syntax.TsMatch
		}
	}
}

func firstTestWord(x syntax.TestExpr) *syntax.Word {
	switch x := x.(type) {
	case *syntax.Word:
		return x
	case *syntax.UnaryTest:
		return firstTestWord(x.X)
	case *syntax.BinaryTest:
		return firstTestWord(x.X)
	case *syntax.ParenTest:
		return firstTestWord(x.X)
	}
	return nil
}

func (r *rewriter) refuse(line uint, what string) {
	r.refusals = append(r.refusals, refusal{line, what})
}

// message is what the shell says instead of running the script.
func (f refusal) message(name string) string {
	return fmt.Sprintf("%s: line %d: %s is not simulated", name, f.line, f.what)
}
