package node

import "time"

// job is one command that the script started with &. It is run at once, to its
// end, in the place where it starts, with a clock of its own: when it has ended
// the shell's clock goes back to where the job began. So jobs take no longer
// together than the longest, and what all print is put in order of time
// afterwards. What a job does to files is done before what its shell does next,
// even where its clock says later.
type job struct {
	pid      int
	start    time.Duration
	end      time.Duration
	status   int
	over     error // why it was stopped before its end
	steps    int   // of the script when it began
	detached bool  // writes to files only: the script does not wait for it
	killed   bool
}

const (
	// wastedBudgets is how many times the script's own steps its jobs may waste.
	wastedBudgets = 3
	// maxNestedJobs is how deep jobs may start jobs.
	maxNestedJobs = 20
)

// jobs are all jobs of a script, in the order in which they began; the numbers
// of those that run at present, outermost first, are in stack.
type jobs struct {
	all   []*job
	stack []int
}

// begin starts a job.
func (p *process) beginJob(detached bool) {
	p.jobs.all = append(p.jobs.all, &job{pid: p.m.nextPID(), start: p.now, steps: p.steps, detached: detached})
	p.jobs.stack = append(p.jobs.stack, len(p.jobs.all))
	if len(p.jobs.stack) > maxNestedJobs {
		p.stop(ErrDepth)
	}
}

// endJob ends the innermost job and goes back to the time of its shell.
func (p *process) endJob(status int) {
	j := p.jobs.running()
	if j == nil {
		return
	}
	p.jobs.stack = p.jobs.stack[:len(p.jobs.stack)-1]
	j.end, j.status = p.now, status
	switch {
	case j.over == errDown:
		j.status, j.over = exitKilled, nil
	case j.over != nil:
		j.status = exitKilled
		if j.end = p.script.Timeout; j.end == 0 {
			j.end = forever
		}
	}
	p.now = j.start
}

// running is the innermost job that runs at present, or nil.
func (js *jobs) running() *job {
	if n := len(js.stack); n > 0 {
		return js.all[js.stack[n-1]-1]
	}
	return nil
}

// current is its number, or 0.
func (js *jobs) current() int {
	if n := len(js.stack); n > 0 {
		return js.stack[n-1]
	}
	return 0
}

// find returns the job with a process id, or nil.
func (js *jobs) find(pid int) *job {
	for _, j := range js.all {
		if j.pid == pid {
			return j
		}
	}
	return nil
}

// last returns the process id of the last job, $!, or 0.
func (js *jobs) last() int {
	if n := len(js.all); n > 0 {
		return js.all[n-1].pid
	}
	return 0
}

// kill ends a job at the given time with the given status. It reports whether
// the job was still running then.
func (js *jobs) kill(j *job, at time.Duration, status int) bool {
	if j.end <= at {
		return false
	}
	j.end, j.status, j.killed, j.over = at, status, true, nil
	return true
}

// killedAt is the time after which a job prints nothing.
func (js *jobs) killedAt(number int) time.Duration {
	if number > 0 && js.all[number-1].killed {
		return js.all[number-1].end
	}
	return forever
}

// end is when the last job ends that holds the script's output open, and why it
// was stopped if it was. The agent waits for those: a background command that
// keeps the script's output keeps the script's command in progress.
func (js *jobs) end(timeout time.Duration) (end time.Duration, why error) {
	for _, j := range js.all {
		if !j.detached && j.end > end {
			end, why = j.end, j.over
		}
	}
	if why == nil && timeout > 0 && end > timeout {
		return timeout, errTimeout
	}
	return end, why
}
