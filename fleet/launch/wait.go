package launch

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/musterhq/muster/fleet"
)

// Until is what new instances are waited for.
type Until string

// The values of Until. Each includes the one before it.
const (
	UntilRunning Until = "running" // EC2 runs them
	UntilOK      Until = "ok"      // and their status checks pass, some minutes later
	UntilSSM     Until = "ssm"     // EC2 runs them, and SSM hears of their agents: they take commands
)

// errLate ends the waiting from within.
var errLate = errors.New("waited long enough")

// Wait waits until the instances of results have arrived, at most timeout, and writes their states and errors into results.
// An instance that is late has a [*fleet.LateError]; one that EC2 terminated at once (no room on its disk quota, a key that
// may not be used) has EC2's reason. report, if not nil, is called after each look.
//
// All instances are looked at together, after 1, 2, 3, 4 and then every 5 seconds: a DescribeInstances call for each 200, and
// for those that run a DescribeInstanceStatus call for each 100 or the calls of [fleet.Inventory.Nodes]. That an id is not
// known yet right after the launch is normal
// (https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html). The error is one that concerns no instance:
// the cause of ctx's end, or a call that failed.
func (l *Launcher) Wait(ctx context.Context, results []Result, until Until, timeout time.Duration, report func(fleet.Progress)) error {
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, errLate)
	defer cancel()
	w := waiting{inventory: l.inventory, until: until, results: results, ready: map[string]bool{}, report: report}
	err := fleet.Poll(ctx, w.look)
	if !errors.Is(context.Cause(ctx), errLate) {
		return err
	}
	for _, r := range w.open() {
		r.Err = &fleet.LateError{Still: w.still(r), After: timeout}
	}
	return nil
}

// waiting is the state of one Wait.
type waiting struct {
	inventory *fleet.Inventory
	until     Until
	results   []Result
	ready     map[string]bool // by id
	report    func(fleet.Progress)
}

// open returns the results that are waited for.
func (w *waiting) open() []*Result {
	var open []*Result
	for i := range w.results {
		if r := &w.results[i]; r.Err == nil && !w.ready[r.Instance.ID] {
			open = append(open, r)
		}
	}
	return open
}

// look reads all open instances once.
func (w *waiting) look(ctx context.Context) (done bool, err error) {
	open := w.open()
	listing, err := w.inventory.List(ctx, fleet.ByID(resultIDs(open)...), fleet.ListOptions{})
	if err != nil {
		return false, err
	}
	seen := make(map[string]fleet.Instance, len(listing.Instances))
	for _, instance := range listing.Instances {
		seen[instance.ID] = instance
	}
	var running []*Result
	for _, r := range open {
		if now, known := seen[r.Instance.ID]; known {
			r.observe(now)
		}
		if r.Err == nil && r.Instance.State == fleet.Running {
			running = append(running, r)
		}
	}
	if err := w.check(ctx, running); err != nil {
		return false, err
	}
	return w.progress(), nil
}

// observe takes in what EC2 says of an instance now. From pending only running is the way on; everything else is a launch
// that went wrong after EC2 had accepted it.
func (r *Result) observe(now fleet.Instance) {
	r.Instance = now
	if now.State == fleet.Pending || now.State == fleet.Running {
		return
	}
	r.Err = fmt.Errorf("it is %s", now.State)
	if now.StateReason != "" {
		r.Err = fmt.Errorf("it is %s: %s", now.State, now.StateReason)
	}
}

// check finds out which of the running instances have arrived.
func (w *waiting) check(ctx context.Context, running []*Result) error {
	ids := resultIDs(running)
	if len(ids) == 0 {
		return nil
	}
	switch w.until {
	case UntilOK:
		checks, err := w.inventory.Checks(ctx, ids)
		if hasCode(err, "InvalidInstanceID.NotFound") {
			return nil
		}
		for id, c := range checks {
			w.ready[id] = c.OK()
		}
		return err
	case UntilSSM:
		nodes, err := w.inventory.Nodes(ctx, ids)
		for _, r := range running {
			r.Instance.Node = nodes[r.Instance.ID]
			w.ready[r.Instance.ID] = r.Instance.Node.Ping == fleet.Online
		}
		return err
	default:
		for _, id := range ids {
			w.ready[id] = true
		}
		return nil
	}
}

// still says what an instance is that has not arrived.
func (w *waiting) still(r *Result) string {
	switch {
	case r.Instance.State != fleet.Running:
		return string(r.Instance.State)
	case w.until == UntilSSM:
		return "without an SSM agent that is online"
	default:
		return "without passed status checks"
	}
}

// progress reports, and says whether there is nothing left to wait for.
func (w *waiting) progress() (done bool) {
	p := fleet.Progress{Waiting: len(w.open())}
	for _, r := range w.results {
		if r.Err != nil {
			p.Failed++
		}
	}
	p.Arrived = len(w.results) - p.Waiting - p.Failed
	if w.report != nil {
		w.report(p)
	}
	return p.Waiting == 0
}

func resultIDs(results []*Result) []string {
	ids := make([]string, len(results))
	for i, r := range results {
		ids[i] = r.Instance.ID
	}
	return ids
}
