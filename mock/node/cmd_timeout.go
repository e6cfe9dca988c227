package node

import (
	"errors"
	"time"
)

// timeout runs a command for some time at most: -s, -k, --preserve-status,
// --foreground, which change nothing but the status. What the command does
// behind that time is not done.
func timeout(c *call) int {
	o, ok := c.options(optionSpec{short: "s:k:pv\x01", stay: true, status: 125, long: map[string]string{
		"signal": "s", "kill-after": "k", "preserve-status": "p", "foreground": "\x01", "verbose": "v",
	}})
	if !ok {
		return o.status
	}
	if len(o.args) < 2 {
		c.usageHint()
		return 125
	}
	d, ok := sleepTime(o.args[0])
	if !ok {
		c.usage("invalid time interval %s", quoted(o.args[0]))
		return 125
	}
	sig := 15
	if name, given := o.set["s"]; given {
		if sig = signalNumber(name); sig == 0 {
			c.usage("%s: invalid signal", quoted(name))
			return 125
		}
	}
	return c.runFor(d, sig, o)
}

// runFor runs the command as a job that ends in time.
func (c *call) runFor(d time.Duration, sig int, o options) int {
	if _, found := c.which(o.args[1]); !found {
		c.errorf("failed to run command %s: No such file or directory", quoted(o.args[1]))
		return 127
	}
	p := c.process
	was := p.deadline
	if at := p.now + d; d > 0 && (was == nil || at < was.at) {
		p.deadline = &deadline{at: at, jobs: len(p.jobs.stack), steps: p.steps}
	}
	mine := p.deadline
	code, _ := c.start(o.args[1:], c.stdin)
	p.deadline = was
	if mine == was || !mine.passed {
		return code
	}
	if o.has("p") || sig == 9 {
		return 128 + sig
	}
	return 124
}

// deadline is when timeout cuts what it runs.
type deadline struct {
	at     time.Duration
	jobs   int // how many jobs were running when it began: it is not for those inside
	steps  int // of the script then
	passed bool
}

// cut says whether what runs at present has been cut by a timeout.
func (p *process) cut() bool { return p.deadline != nil && p.deadline.passed }

// overdue says whether a time lies behind the deadline of what runs at present,
// and cuts it then.
func (p *process) overdue(at time.Duration) bool {
	d := p.deadline
	if d == nil || len(p.jobs.stack) != d.jobs || at <= d.at {
		return false
	}
	p.now, d.passed = max(p.now, d.at), true
	return true
}

// endless cuts what would never end at its deadline. Like a job it gives its
// steps back, as long as not too much is wasted.
func (p *process) endless(why error) bool {
	d := p.deadline
	if d == nil || d.passed || !errors.Is(why, ErrSteps) && !errors.Is(why, ErrNoEnd) {
		return false
	}
	p.wasted += max(p.steps-d.steps, 0)
	if p.wasted > wastedBudgets*p.limits.Steps || !p.overdue(forever) {
		return false
	}
	p.steps = min(p.steps, d.steps)
	return true
}
