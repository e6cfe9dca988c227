package node

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// process is one run of a script: what its shells, jobs and commands share.
//
// Everything in it happens in one goroutine. The rewriting of scripts takes
// away whatever the interpreter would run beside it, so nothing is locked, the
// order of output is always the same, and a panic can be caught (see run).
type process struct {
	m      *Machine
	script Script
	limits Limits
	ctx    context.Context
	cancel context.CancelCauseFunc
	feeds  sync.WaitGroup // goroutines that fill pipes; none outlives the run

	pid   int
	ppid  int
	umask uint32

	now      time.Duration // virtual time since the start, of whoever runs at present
	ended    error         // why the whole script was stopped before its end
	killedBy int           // the signal that it sent itself
	steps    int
	wasted   int // steps of jobs that were stopped
	nested   int // calls that may nest
	shells   int // that run inside each other
	passed   int // bytes from /dev/zero and to /dev/null
	captured int // bytes that command substitutions held
	output   recorder

	jobs     jobs
	pipes    []*pipeline
	statuses []string // of the last pipeline: PIPESTATUS
	subs     map[string][]byte
	lastSub  []string
	nextSub  int
	timers   []time.Duration
	random   uint64
	seconds  time.Duration // virtual time at which $SECONDS was 0
	shutdown *Shutdown     // that the script has asked for
	deadline *deadline     // of what timeout runs
	opened   []*os.File    // inputs, closed again at the end

	descriptors map[int]*descriptor // above 2
}

// Why a script was stopped.
var (
	errTimeout  = errors.New("timeout reached")
	errKilled   = errors.New("killed by itself")
	errFinished = errors.New("script finished")
)

// exitKilled is what the agent reports of a script that it killed
// (github.com/aws/amazon-ssm-agent, agent/executers).
const exitKilled = 137

// Run runs a script to its end and returns what it printed and when. It is
// called with the machine to itself: scripts of one machine run one after
// another. It never waits, whatever the script's own duration.
//
// ctx bounds the work of the mock itself; a script cut by it has Limit set to
// the cause. A machine that is powered off runs nothing: exit code -1.
func (m *Machine) Run(ctx context.Context, s Script) Result {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.on {
		return Result{ExitCode: -1}
	}
	m.settleCloud(s.Start)
	p := m.newProcess(ctx, s)
	defer p.close()
	return p.result(p.run())
}

// close ends what the run has begun.
func (p *process) close() {
	p.cancel(errFinished)
	for _, f := range p.opened {
		f.Close()
	}
	p.feeds.Wait()
}

func (m *Machine) newProcess(ctx context.Context, s Script) *process {
	p := &process{m: m, script: s, limits: s.Limits.withDefaults(), umask: 0o022, nextSub: firstSub}
	p.ctx, p.cancel = context.WithCancelCause(ctx)
	p.ppid, p.pid = m.nextPID(), m.nextPID() // the agent's worker, then the shell
	p.random = uint64(p.pid)
	return p
}

// run saves the script, runs it and removes it again, so that a machine's
// overlay does not grow with every command. It returns the exit code.
func (p *process) run() int {
	path := p.script.path(p.m.cfg.InstanceID)
	made := p.m.files.makeParents(path, p.script.Start)
	p.m.files.put(path, &file{mode: 0o700, mtime: p.script.Start, data: []byte(p.script.Text)})
	defer p.m.files.removeEmpty(append([]string{path}, made...))
	c := p.agentCall()
	if f, err := p.m.files.lookup(c.dir, true); err != nil || !f.mode.IsDir() {
		c.errorf("chdir %s: no such file or directory", c.dir) // assumed: the agent reports Go's error
		return 1
	}
	return p.guard(func() int { return c.execFile(path, []string{path}) })
}

// guard calls f and turns a panic into a message and exit code 2. The
// interpreter panics on some scripts that it takes for impossible, such as a
// malformed arithmetic index; a script is input, and must not end the mock.
func (p *process) guard(f func() int) (code int) {
	defer func() {
		if r := recover(); r != nil {
			p.output.put(Stderr, p.now, p.jobs.current(), fmt.Appendf(nil, "shell: internal fault: %v\n", r))
			code = 2
		}
	}()
	return f()
}

// agentCall is the call of a script as the agent makes it.
func (p *process) agentCall() *call {
	dir := p.script.Dir
	if dir == "" {
		dir = defaultDir
	}
	return &call{
		process: p, name: "sh", shell: "sh: line 1", user: root, dir: dir, env: p.agentEnv(dir),
		stdout: &stream{p: p, kind: Stdout}, stderr: &stream{p: p, kind: Stderr},
	}
}

// defaultDir is where scripts run when the document names no directory: the
// agent's own (github.com/aws/amazon-ssm-agent/pull/236).
const defaultDir = "/usr/bin"

// time is the machine's time at present.
func (p *process) time() time.Time { return p.script.Start.Add(p.now) }

// facts are what generated files show at present.
func (p *process) facts() facts { return facts{&p.m.cfg, p.m.boot, p.time()} }

// forever is a duration that no script reaches.
const forever = 100 * 365 * 24 * time.Hour

// sleep moves the clock of whoever runs at present. Passing the timeout ends
// the script, or only the job if it is one.
func (p *process) sleep(d time.Duration) {
	end := p.script.Timeout
	if p.overdue(p.now + min(d, forever)) {
		return
	}
	if s := p.shutdown; s != nil && d > s.After-p.now && (end == 0 || s.After < end) {
		p.now = max(p.now, s.After)
		p.stop(errDown)
		return
	}
	switch {
	case end > 0 && d > end-p.now:
		p.now = end
		p.stop(errTimeout)
	case end == 0 && d >= forever-p.now:
		p.stop(ErrNoEnd)
	default:
		p.now += d
		p.m.settleCloud(p.time())
	}
}

// step counts one command or loop round.
func (p *process) step() { p.work(1) }

// work counts n steps, and says whether whoever runs may go on. Programs whose
// work grows with their input call it as they go.
func (p *process) work(n int) bool {
	p.steps += n
	if p.steps > p.limits.Steps {
		p.stop(ErrSteps)
	}
	if k := len(p.pipes); k > 0 {
		p.pipes[k-1].steps += n
	}
	j := p.jobs.running()
	return p.ended == nil && (j == nil || j.over == nil) && !p.cut()
}

// stop ends whoever runs at present: a job if it is one, else the script. A
// job gives back the steps it used: what it wastes is not its shell's. Only so
// much can be wasted, and jobs nest only so deep, or jobs that start jobs would
// never end.
func (p *process) stop(why error) {
	if p.endless(why) {
		return
	}
	if j := p.jobs.running(); j != nil && why != errKilled && !errors.Is(why, ErrOutput) && !errors.Is(why, ErrMemory) {
		p.wasted += max(p.steps-j.steps, 0)
		if p.wasted <= wastedBudgets*p.limits.Steps && len(p.jobs.stack) <= maxNestedJobs {
			j.over = why
			p.steps = min(p.steps, j.steps)
			return
		}
	}
	if p.ended == nil {
		p.ended = why
		p.cancel(why)
	}
}

// result puts together what the script leaves behind.
func (p *process) result(code int) Result {
	r := Result{ExitCode: code, Duration: p.now}
	timeout := p.script.Timeout
	why := p.ended
	if why == nil && p.ctx.Err() != nil {
		why = context.Cause(p.ctx)
	}
	if end, jobWhy := p.jobs.end(timeout); why == nil && end > r.Duration {
		r.Duration, why = end, jobWhy
	}
	switch {
	case why == nil:
	case why == errKilled:
		r.ExitCode = 128 + p.killedBy
	case why == errDown:
		r.ExitCode = exitKilled
	case why == errTimeout:
		r.TimedOut, r.ExitCode, r.Duration = true, exitKilled, timeout
	default:
		r.Limit, r.ExitCode = fmt.Errorf("run script after %d steps: %w", p.steps, why), exitKilled
		if timeout > 0 {
			r.TimedOut, r.Duration = true, timeout
		}
	}
	if r.Shutdown = p.shutdown; r.Shutdown != nil && r.Duration > r.Shutdown.After {
		r.TimedOut, r.Limit, r.ExitCode, r.Duration = false, nil, exitKilled, r.Shutdown.After
	}
	r.Chunks = p.output.chunks(&p.jobs, r.Duration)
	return r
}
