package command

import (
	"context"
	"iter"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
)

const (
	// The time between two looks at the commands grows from firstLook to longestLook by half each time.
	firstLook   = 500 * time.Millisecond
	longestLook = 5 * time.Second
	// maxTroubles is how many looks may fail in a row, each after the SDK's own retries, before we stop looking.
	maxTroubles = 8
	// drainTime is how long results are waited for after a cancel. The agent kills a script at once; what takes time is
	// the way to it.
	drainTime = 30 * time.Second
)

// Runner applies plans in one account and region. It may be used from several goroutines at once.
type Runner struct {
	client *ssm.Client

	// WholeStreams makes the Runner ask for each node's streams by themselves, with one GetCommandInvocation a node. A list
	// of results has them joined into one text of 2,500 characters, of which the parts can only be told apart by the line
	// that the agent puts between them.
	WholeStreams bool
}

// NewRunner returns a Runner that calls SSM with the given configuration. It makes no call.
func NewRunner(cfg aws.Config) *Runner {
	return &Runner{client: newClient(cfg)}
}

// Run applies a plan and yields what happens, in order, until every node that was sent to has a result. Each target of
// the plan appears exactly once: in a [NodeDone], in a [Skipped] or in [Stopped.NeverSent]. [Finished] comes last, and
// after it an error if the run could not be carried through: SSM refused to send, or its answers could not be had any
// longer. A node's own failure is a result, not an error. A plan that [Plan.Check] refuses yields that error alone.
//
// When ctx ends, nothing further is sent, SSM is asked to cancel what is under way, and what had finished or was
// cancelled within 30 s is reported; the error is then the cause of ctx. A consumer that breaks off the loop leaves the
// commands running.
func (r *Runner) Run(ctx context.Context, plan Plan) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		if err := plan.Check(); err != nil {
			yield(nil, err)
			return
		}
		run := newRun(r.client, plan, yield)
		run.wholeStreams = r.WholeStreams
		err := run.loop(ctx)
		run.emit(run.finished)
		if err != nil && !run.gone {
			yield(nil, err)
		}
	}
}

// run is the state of one application of a plan. One goroutine owns it; the calls that are made side by side touch none
// of it, and hand back values.
type run struct {
	client *ssm.Client
	plan   Plan
	yield  func(Event, error) bool
	gone   bool // the consumer has left

	wholeStreams bool
	started      time.Time
	earlyReads   int // reads of answers before their command had ended

	queue   []parcel  // not sent yet, in order
	doubts  []doubt   // sent or not, nobody knows
	flights []*flight // sent, and not every node has its result

	tally    tally
	progress Progress // as last told
	finished Finished // as it stands

	failure   error     // why nothing further is sent, where SSM or the way to it is to blame
	cancelled bool      // a cancel was asked for
	deadline  time.Time // of the results after a cancel

	throttle throttle
	pace     pace
}

// tally counts the nodes of commands that are not counted by the commands themselves any more.
type tally struct {
	sent         int // nodes of all commands that SSM took
	commands     int // that have left flights
	landed       int // nodes of the commands that have left flights
	landedErrors int // failed nodes of these
}

// throttle holds the sending back after SSM turned a SendCommand down for its rate.
type throttle struct {
	until time.Time // no SendCommand before
	times int       // in a row
}

// pace says when to look at the commands.
type pace struct {
	next     time.Time
	interval time.Duration // between two looks
	troubles int           // looks that failed in a row
}

// start makes the next look an early one.
func (p *pace) start() {
	p.interval = firstLook
	p.next = time.Now().Add(p.interval)
}

// step sets the next look, a little further away each time.
func (p *pace) step() {
	p.interval = min(p.interval*3/2, longestLook)
	p.next = time.Now().Add(p.interval)
}

func newRun(client *ssm.Client, plan Plan, yield func(Event, error) bool) *run {
	r := &run{client: client, plan: plan, yield: yield, started: time.Now()}
	r.finished = Finished{Key: plan.Key, Nodes: plan.Nodes(), Outcomes: make(map[Outcome]int)}
	for _, batch := range plan.Batches {
		r.queue = append(r.queue, parcel{Batch: batch})
	}
	return r
}

// loop sends and looks in turn until there is nothing left to do.
func (r *run) loop(ctx context.Context) error {
	calls := context.WithoutCancel(ctx) // an interrupt must not leave the outcome of a call unknown
	r.pace.start()
	for !r.gone && (len(r.queue) > 0 || len(r.doubts) > 0 || len(r.flights) > 0) {
		if ctx.Err() != nil && !r.cancelled {
			r.cancel(calls)
		}
		r.stopIfNeeded()
		if !r.sendSome(calls) {
			r.pause(ctx)
		}
		if time.Now().Before(r.pace.next) {
			continue
		}
		err := r.look(calls)
		if err != nil || r.cancelled && time.Now().After(r.deadline) {
			r.giveUp(calls, err)
		}
	}
	if r.failure == nil && r.cancelled {
		return context.Cause(ctx)
	}
	return r.failure
}

// pause waits for the next look, or for an interrupt that was not seen yet.
func (r *run) pause(ctx context.Context) {
	interrupt := ctx.Done()
	if r.cancelled {
		interrupt = nil
	}
	select {
	case <-time.After(time.Until(r.pace.next)):
	case <-interrupt:
	}
}

// look finds out what has become of everything that was sent. Its error is one that looking again will not cure.
func (r *run) look(ctx context.Context) error {
	err := r.settle(ctx)
	if err == nil {
		err = r.observe(ctx)
	}
	if err == nil {
		r.stopIfNeeded()
		err = r.collect(ctx)
	}
	if err == nil {
		err = r.collectEarly(ctx)
	}
	r.pace.step()
	if err == nil {
		r.pace.troubles = 0
		return nil
	}
	if r.pace.troubles++; r.pace.troubles < maxTroubles && (!turnedDown(err) || throttled(err)) {
		return nil
	}
	return err
}

// emit tells the consumer, unless it has left.
func (r *run) emit(event Event) {
	if !r.gone && !r.yield(event, nil) {
		r.gone = true
	}
}

func (r *run) done(result Result) {
	r.finished.Outcomes[result.Outcome]++
	r.emit(NodeDone{result})
}

func (r *run) skip(targets []Target, reason string) {
	for _, target := range targets {
		r.finished.Skipped++
		r.emit(Skipped{Target: target, Reason: reason})
	}
}

// stopReason is why nothing further may be sent; it is empty where the rest of the queue may go. MaxErrors is how many
// errors are tolerated, so that one more stops the sending (user guide, "Using targets and rate controls").
func (r *run) stopReason() StopReason {
	switch {
	case r.failure != nil:
		return StopFailed
	case r.cancelled:
		return StopCancelled
	case r.errors() > r.plan.MaxErrors:
		return StopErrors
	default:
		return ""
	}
}

// stopIfNeeded empties the queue where there is a reason to. What is under way goes on.
func (r *run) stopIfNeeded() {
	reason := r.stopReason()
	if reason == "" || len(r.queue) == 0 {
		return
	}
	event := Stopped{
		Reason:    reason,
		Errors:    r.errors(),
		MaxErrors: r.plan.MaxErrors,
		InFlight:  r.tally.sent - r.completed(),
	}
	if reason == StopFailed {
		event.Error = r.failure.Error()
	}
	for _, parcel := range r.queue {
		event.NeverSent = append(event.NeverSent, parcel.Targets...)
	}
	r.queue = nil
	r.finished.NeverSent += len(event.NeverSent)
	r.emit(event)
}

// errors is how many nodes have failed, by the counters of the commands.
func (r *run) errors() int {
	errors := r.tally.landedErrors
	for _, f := range r.flights {
		errors += f.errors
	}
	return errors
}

// completed is how many nodes have ended, by the counters of the commands.
func (r *run) completed() int {
	completed := r.tally.landed
	for _, f := range r.flights {
		completed += f.completed
	}
	return completed
}

// sideBySide calls f for each item, width at a time, and returns the answers in order. f must not touch the run's state.
func sideBySide[T, R any](items []T, f func(T) R) []R {
	answers := make([]R, len(items))
	slots := make(chan struct{}, width)
	var wg sync.WaitGroup
	for i, item := range items {
		slots <- struct{}{}
		wg.Go(func() {
			answers[i] = f(item)
			<-slots
		})
	}
	wg.Wait()
	return answers
}
