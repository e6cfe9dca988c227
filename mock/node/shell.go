package node

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// shell is one run of the interpreter: the script itself, or another shell that
// it starts.
type shell struct {
	p     *process
	name  string // $0, which begins its messages
	line  int    // of the statement that runs, set by the line markers
	posix bool   // started as sh
	user  user
	env   *environ
	live  expand.Environ  // the variables at present, as the last command saw them
	funcs map[string]bool // names that the script declares as functions
	trace pendingTrace
	texts map[string]string // what source reads, by its hidden name
	sinks []*sink

	pid, ppid int
	traps     map[string]trap // by signal, EXIT and ERR too
	errtrace  bool            // set -E
	errors    bool            // the text may have a trap for ERR
	errexit   bool            // it may set -e
	commands  int             // that have run
	told      int             // of them, when the last failure was told to a trap
	exiting   bool            // the EXIT trap runs
	exited    bool            // it has called exit
	exitCode  int             // with this
}

// runShell interprets text as a shell called name and returns its exit code.
// options are as set takes them, args the positional parameters.
func (c *call) runShell(name, text string, posix bool, options, args []string) int {
	if c.shells++; c.shells > maxShells {
		c.stop(ErrDepth)
		return 2
	}
	defer func() { c.shells-- }()
	if !c.work(shellSteps) {
		return exitKilled
	}
	s := &shell{p: c.process, name: name, line: 1, posix: posix, user: c.user, funcs: make(map[string]bool)}
	s.pid, s.ppid = c.pid, c.ppid
	if c.sh != nil {
		s.pid, s.ppid = c.m.nextPID(), c.sh.pid
	}
	s.env = newEnviron(s, c)
	stderr := &diagnostics{shell: s, to: c.stderr}
	params := slices.Concat(options, []string{"--"}, args)
	r, err := interp.New(
		interp.Env(s.env),
		func(r *interp.Runner) error { r.Dir = c.dir; return nil }, // interp.Dir would ask the host
		interp.StdIO(c.stdin, c.stdout, stderr),
		interp.Params(params...),
		interp.CallHandler(s.onCall),
		interp.ExecHandlers(func(interp.ExecHandlerFunc) interp.ExecHandlerFunc { return s.onExec }),
		interp.OpenHandler(s.onOpen),
		interp.StatHandler(s.onStat),
		interp.ReadDirHandler2(s.onReadDir),
		interp.AccessHandler(s.onAccess),
	)
	if err != nil {
		c.errorf("%v", err)
		return 2
	}
	r.Reset()
	s.env.booted = true
	return s.interpret(r, stderr, text)
}

// interpret parses, rewrites and runs text.
func (s *shell) interpret(r *interp.Runner, stderr *diagnostics, text string) int {
	file, warning, fault := parse(s.name, text)
	io.WriteString(stderr.to, warning)
	rw := s.rewriter(text)
	rw.lines = true
	rw.rewrite(file.Stmts)
	file.Stmts = append([]*syntax.Stmt{command(hiddenStatus, literal("0"))}, file.Stmts...) // sets live
	if len(rw.refusals) > 0 {
		io.WriteString(stderr.to, rw.refusals[0].message(s.name)+"\n")
		return 2
	}
	code := exitCode(r.Run(s.p.ctx, file))
	if s.exited {
		code = s.exitCode
	}
	s.closeSinks()
	s.trace.flush()
	if fault != nil && !r.Exited() && s.p.ended == nil {
		io.WriteString(stderr.to, fault.message(s.name))
		return 2
	}
	return code
}

// rewriter is a rewriter for a text of this shell.
func (s *shell) rewriter(text string) *rewriter {
	s.errors = s.errors || strings.Contains(text, "ERR")
	s.errexit = s.errexit || setsErrexit.MatchString(text)
	return &rewriter{funcs: s.funcs, errors: s.errors, errexit: s.errexit && !s.posix, conditions: s.errexit}
}

// setsErrexit finds out whether a text may set -e.
var setsErrexit = regexp.MustCompile(`set [^\n]*-[a-zA-Z]*e|errexit|^#![^\n]* -[a-z]*e`)

// exitCode is the status that the interpreter's error stands for. Any other
// error is that of a script that was stopped.
func exitCode(err error) int {
	if err == nil {
		return 0
	}
	if status, ok := errors.AsType[interp.ExitStatus](err); ok {
		return int(status)
	}
	return exitKilled
}

// onCall is the interpreter's call handler: it sees each command before it
// runs, counts it, and may put another in its place.
func (s *shell) onCall(ctx context.Context, args []string) ([]string, error) {
	hc := interp.HandlerCtx(ctx)
	p := s.p
	s.trace.replace(args)
	s.live = hc.Env
	inside := strings.HasPrefix(args[0], hidden)
	if !inside || args[0] == hiddenStep || args[0] == hiddenRound {
		p.step()
		s.checkSize(args)
	}
	if p.ended != nil {
		return nil, p.ended
	}
	if j := p.jobs.running(); (j != nil && j.over != nil || p.cut()) && (!inside || args[0] == hiddenStep || args[0] == hiddenRound) {
		return []string{"builtin", "exit", "137"}, nil
	}
	switch {
	case args[0] == hiddenNoExit:
		return []string{"builtin", "set", "+e"}, nil
	case args[0] == hiddenTrap:
		return slices.Concat([]string{"builtin", "trap"}, args[1:]), nil
	case inside:
		return args, nil
	case s.exited:
		return []string{hiddenStatus, "0"}, nil
	}
	s.commands++
	p.statuses = nil
	return s.intercept(hc, args), nil
}

// maxShells bounds how many shells may run inside each other.
const maxShells = 100

// shellSteps is what starting a shell costs: it takes about ten times as long as
// a command.
const shellSteps = 10

// maxFrames bounds how deep the Go stack may get: a shell function that calls
// itself for ever would otherwise end the whole process, which Go cannot catch.
const maxFrames = 8_000

// maxArgs is how many bytes the arguments of a command may have together,
// execve's limit on Linux (man 2 execve, ARG_MAX, with the default stack).
const maxArgs = 2 << 20

// maxVars is how many bytes all variables of a shell may hold.
const maxVars = 4 << 20

// maxCaptured is how many bytes all command substitutions of a script may hold.
const maxCaptured = 16 << 20

// checkSize stops a script that grows without end. Long arguments cost more
// steps, so that what takes the square of its rounds ends in time too.
func (s *shell) checkSize(args []string) {
	n := 0
	for _, a := range args {
		n += len(a)
	}
	s.p.steps += len(args)/16 + n/1024
	if n > maxArgs {
		s.p.stop(ErrMemory)
	}
	switch {
	case args[0] == hiddenStep || args[0] == hiddenRound:
		if s.p.steps%16 == 0 { // assignments check too, where they can grow
			s.checkVars()
		}
	case s.funcs[args[0]] || args[0] == "eval" || args[0] == "." || args[0] == "source":
		if s.p.nested++; s.p.nested%64 == 0 { // each look costs as much as the stack is deep
			if runtime.Callers(maxFrames, make([]uintptr, 1)) > 0 {
				s.p.stop(ErrDepth)
			}
		}
	}
}

// checkVars stops a script whose variables hold too much. Loops check, and so
// does each assignment that is made of other variables: doubling one takes few
// steps to exhaust any memory, and Go cannot catch that.
func (s *shell) checkVars() {
	if s.live == nil {
		return
	}
	n := varBytes(s.live)
	s.p.steps += n / 4096
	if n > maxVars {
		s.p.stop(ErrMemory)
	}
}

func varBytes(env expand.Environ) int {
	n := 0
	for _, vr := range env.Each {
		n += len(vr.Str)
		for _, e := range vr.List {
			n += 16 + len(e)
		}
		for k, e := range vr.Map {
			n += 64 + len(k) + len(e)
		}
	}
	return n
}

// onExec is the interpreter's exec handler: it runs what is no function and no
// builtin. It never calls the next handler, which would start a program.
func (s *shell) onExec(ctx context.Context, args []string) error {
	hc := interp.HandlerCtx(ctx)
	c := s.call(hc, args)
	code := s.dispatch(c, args)
	p := s.p
	switch {
	case p.ended != nil:
		return p.ended
	case p.brokenPipe():
		// A real shell or command would die of SIGPIPE here; so does the
		// subshell that is the stage of the pipeline.
		return hc.Builtin(ctx, []string{"exit", "141"})
	case code != 0:
		return interp.ExitStatus(uint8(code))
	}
	return nil
}

// dispatch runs a hidden command, a builtin of ours or a program.
func (s *shell) dispatch(c *call, args []string) int {
	if f := hiddenCommand(args[0]); f != nil {
		return f(s, c)
	}
	switch args[0] {
	case hiddenRun:
		c.name, c.args = args[1], args[2:]
		return s.builtin(c)
	case hiddenExec:
		return c.exec(args[1:])
	}
	return c.exec(args)
}

// call is the context in which a command of this shell runs.
func (s *shell) call(hc interp.HandlerContext, args []string) *call {
	c := &call{
		process: s.p, sh: s, name: args[0], args: args[1:], shell: s.where(),
		user: s.user, dir: hc.Dir, env: hc.Env, status: hc.LastExitStatus,
		stdin: hc.Stdin, stdout: hc.Stdout, stderr: hc.Stderr,
	}
	if d, ok := c.stderr.(*diagnostics); ok {
		s.trace.flush()
		c.stderr = d.to
	}
	switch c.stdout.(type) {
	case *stream, *handle, *captured:
	default:
		c.stdout = &captured{s.p, c.stdout}
	}
	return c
}

// captured is the output of a command substitution, which the interpreter keeps
// in memory.
type captured struct {
	p  *process
	to io.Writer
}

// Write counts what is kept.
func (w *captured) Write(data []byte) (int, error) {
	if w.p.captured += len(data); w.p.captured > maxCaptured {
		w.p.stop(ErrMemory)
		return 0, errBrokePipe
	}
	return w.to.Write(data)
}

// onStat is the interpreter's stat handler.
func (s *shell) onStat(_ context.Context, name string, follow bool) (fs.FileInfo, error) {
	f, err := s.p.m.files.lookup(name, follow)
	if err != nil {
		return nil, pathError("stat", name, err)
	}
	return fileInfo{baseName(name), f, f.size(s.p.facts())}, nil
}

// onReadDir is the interpreter's handler for globs.
func (s *shell) onReadDir(_ context.Context, name string) ([]fs.DirEntry, error) {
	real, f, err := s.p.m.files.resolve(name, true)
	if err != nil {
		return nil, pathError("open", name, err)
	}
	if !f.mode.IsDir() {
		return nil, pathError("readdir", name, errNotDir)
	}
	var entries []fs.DirEntry
	s.p.step()
	for _, n := range s.p.m.files.list(real) {
		f := s.p.m.files.get(absolute(real, n))
		entries = append(entries, fileInfo{n, f, 0})
	}
	return entries, nil
}

// onAccess is the interpreter's access handler.
func (s *shell) onAccess(_ context.Context, name string, mode interp.AccessMode) error {
	f, err := s.p.m.files.lookup(name, true)
	if err != nil {
		return pathError("access", name, err)
	}
	if !f.may(s.user, fs.FileMode(mode)) {
		return pathError("access", name, errPerm)
	}
	return nil
}
