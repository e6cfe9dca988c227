package power

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/musterhq/muster/fleet"
)

// errLate ends the waiting from within.
var errLate = errors.New("waited long enough")

// Wait waits until the instances of results are where the action leads, at most timeout, and writes their states and errors
// into results; an instance that is late has a [*fleet.LateError]. Instances that were still stopping when a start was asked for are
// started as soon as they are stopped. report, if not nil, is called after each look.
//
// All instances are looked at together: one DescribeInstances call for each 200, after 1, 2, 3, 4 and then every 5 seconds. A
// reboot leaves no trace in the state; it is waited for by the status checks, which EC2 makes every minute, so that it takes
// more than one. The error is one that concerns no instance: the cause of ctx's end, or a call that failed.
func (p *Power) Wait(ctx context.Context, action Action, results []Result, timeout time.Duration, report func(fleet.Progress)) error {
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, errLate)
	defer cancel()
	w := waiting{power: p, action: action, results: results, report: report}
	var err error
	if action == Reboot {
		err = w.checks(ctx)
	} else {
		err = fleet.Poll(ctx, w.look)
	}
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
	power   *Power
	action  Action
	results []Result
	report  func(fleet.Progress)
	checked map[string]bool // reboot: those whose status checks passed
}

// open returns the results that are waited for.
func (w *waiting) open() []*Result {
	var open []*Result
	for i := range w.results {
		r := &w.results[i]
		if r.later || (r.Err == nil && !w.arrived(r)) {
			open = append(open, r)
		}
	}
	return open
}

func (w *waiting) arrived(r *Result) bool {
	if w.action == Reboot {
		return w.checked[r.Instance.ID]
	}
	return r.State == w.action.Target()
}

// still says what an instance is that has not arrived.
func (w *waiting) still(r *Result) string {
	if w.action == Reboot {
		return "without passed status checks"
	}
	return string(r.State)
}

// look reads the states of all open instances once.
func (w *waiting) look(ctx context.Context) (done bool, err error) {
	open := w.open()
	listing, err := w.power.inventory.List(ctx, fleet.ByID(resultIDs(open)...), fleet.ListOptions{})
	if err != nil {
		return false, err
	}
	seen := make(map[string]fleet.Instance, len(listing.Instances))
	for _, instance := range listing.Instances {
		seen[instance.ID] = instance
	}
	var stopped []*Result
	for _, r := range open {
		if now, known := seen[r.Instance.ID]; known {
			r.observe(w.action, now)
		}
		if r.later && r.State == fleet.Stopped {
			stopped = append(stopped, r)
		}
	}
	if err := w.startLate(ctx, stopped); err != nil {
		return false, err
	}
	return w.progress(), nil
}

// observe takes in what EC2 says of an instance now, and whether it can still arrive.
func (r *Result) observe(action Action, now fleet.Instance) {
	r.State = now.State
	switch {
	case now.State == action.Target() && !r.later:
	case action == Terminate:
	case now.State.Gone():
		r.later = false
		r.Err = fmt.Errorf("it is %s%s", now.State, because(now.StateReason))
	case action == Start && now.State == fleet.Pending:
		r.moved = true
	// A describe call may lag behind the start and still say stopped; only after pending is it a start that went wrong
	// (https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html).
	case action == Start && r.moved:
		r.Err = &FellBackError{now.State, now.StateReason}
	}
}

// FellBackError says that EC2 accepted a start, and that the instance did not come up: for want of capacity, say, or because a
// disk cannot be read (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html).
type FellBackError struct {
	State  fleet.State
	Reason string // EC2's text, or empty
}

// Error says what the instance is again, and why.
func (e *FellBackError) Error() string {
	return fmt.Sprintf("it is %s again%s", e.State, because(e.Reason))
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}

// startLate starts the instances that were stopping and are stopped now.
func (w *waiting) startLate(ctx context.Context, stopped []*Result) error {
	s := w.power.sender(Start)
	for batch := range slices.Chunk(resultIDs(stopped), batchSize) {
		s.Send(ctx, batch)
	}
	for _, r := range stopped {
		r.later, r.Err = false, s.Failed[r.Instance.ID]
	}
	return s.Fatal
}

// progress reports, and says whether there is nothing left to wait for.
func (w *waiting) progress() (done bool) {
	var p fleet.Progress
	p.Waiting = len(w.open())
	for _, r := range w.results {
		if r.Err != nil && !r.later {
			p.Failed++
		}
	}
	p.Arrived = len(w.results) - p.Waiting - p.Failed
	if w.report != nil {
		w.report(p)
	}
	return p.Waiting == 0
}

// checkInterval is how often EC2 checks an instance: sooner, the checks may still tell of the time before the reboot.
const checkInterval = time.Minute

// checks waits until the status checks of all open instances pass.
func (w *waiting) checks(ctx context.Context) error {
	w.checked = map[string]bool{}
	if w.progress() {
		return nil
	}
	if err := fleet.Pause(ctx, checkInterval); err != nil {
		return err
	}
	return fleet.Poll(ctx, func(ctx context.Context) (bool, error) {
		checks, err := w.power.inventory.Checks(ctx, resultIDs(w.open()))
		if err != nil {
			return false, err
		}
		for id, c := range checks {
			w.checked[id] = c.OK()
		}
		return w.progress(), nil
	})
}

func resultIDs(results []*Result) []string {
	ids := make([]string, len(results))
	for i, r := range results {
		ids[i] = r.Instance.ID
	}
	return ids
}
