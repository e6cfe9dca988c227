package command

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

const (
	// throttlePause is how long nothing is sent after SSM throttled a SendCommand through all the SDK's retries.
	throttlePause = 10 * time.Second
	// maxThrottles is how often in a row that may happen.
	maxThrottles = 30
)

// parcel is a batch on its way out.
type parcel struct {
	Batch
	asked bool // the nodes' ping status was read again
	tries int  // calls whose outcome was unknown
}

// flight is a command that SSM took.
type flight struct {
	id      string
	pending map[string]Target // nodes without a result, by id
	order   []Target

	requested time.Time // by SSM's clock
	expires   time.Time // by ours: SSM must have ended every node by then

	completed, errors int  // counters, as last seen
	complete          bool // all nodes have ended: results can be had
	looks             int  // looks at the results that left some node without one
	early             early
	last              map[string]types.CommandInvocation
}

// delivery is what became of one SendCommand.
type delivery struct {
	parcel  parcel
	command *types.Command
	err     error
}

// sendSome sends as many batches as may be under way, at most width of them. It tells whether it sent any.
func (r *run) sendSome(ctx context.Context) bool {
	n := min(len(r.queue), width, r.plan.ParallelBatches-r.underWay(), r.round()-r.underWay())
	if n <= 0 || time.Now().Before(r.throttle.until) {
		return false
	}
	parcels, rest := r.queue[:n], r.queue[n:]
	maxErrors := max(r.plan.MaxErrors-r.errors(), 0)
	deliveries := sideBySide(parcels, func(p parcel) delivery {
		out, err := r.client.SendCommand(ctx, sendInput(r.plan, p.Batch, maxErrors), sendOnce)
		if err == nil && (out.Command == nil || out.Command.CommandId == nil) {
			err = errNoCommand
		}
		if err != nil {
			return delivery{parcel: p, err: err}
		}
		return delivery{parcel: p, command: out.Command}
	})
	r.queue = nil // what goes again comes before the rest
	for _, d := range deliveries {
		r.receive(ctx, d)
	}
	r.queue = append(r.queue, rest...)
	return true
}

// round is how many commands may be under way while errors are limited: one, then one more than have ended well within the
// limit, so that a limit of few errors is not overrun by many commands that know nothing of each other.
func (r *run) round() int {
	if r.plan.MaxErrors >= r.plan.Nodes() {
		return len(r.plan.Batches)
	}
	return 1 + r.landed()
}

// landed is how many commands have ended.
func (r *run) landed() int {
	n := r.tally.commands
	for _, f := range r.flights {
		if f.complete {
			n++
		}
	}
	return n
}

// underWay is how many commands use up their share of the concurrency.
func (r *run) underWay() int {
	n := len(r.doubts)
	for _, f := range r.flights {
		if !f.complete {
			n++
		}
	}
	return n
}

func sendInput(plan Plan, batch Batch, maxErrors int) *ssm.SendCommandInput {
	ids := make([]string, len(batch.Targets))
	for i, target := range batch.Targets {
		ids[i] = target.InstanceID
	}
	var version *string
	if plan.DocumentVersion != "" {
		version = &plan.DocumentVersion
	}
	return &ssm.SendCommandInput{
		DocumentName:    &plan.Document,
		DocumentVersion: version,
		InstanceIds:     ids,
		Parameters:      plan.Parameters,
		Comment:         new(commentOf(plan.Key, batch.Mark, plan.Comment)),
		TimeoutSeconds:  new(int32(plan.DeliveryTimeoutSeconds)),
		MaxConcurrency:  new(strconv.Itoa(min(batch.MaxConcurrency, len(ids)))),
		MaxErrors:       new(strconv.Itoa(maxErrors)),
	}
}

// receive takes note of what became of one SendCommand.
func (r *run) receive(ctx context.Context, d delivery) {
	switch {
	case d.err == nil:
		r.throttle.times = 0
		r.launch(d.parcel, d.command, false)
	case !turnedDown(d.err):
		r.doubt(d.parcel, d.err)
	case isInvalidInstance(d.err):
		r.narrow(ctx, d.parcel, d.err)
	case throttled(d.err) && r.throttle.times < maxThrottles:
		r.throttle.times++
		r.throttle.until = time.Now().Add(throttlePause)
		r.requeue(d.parcel)
	default:
		r.requeue(d.parcel)
		r.fail(fmt.Errorf("send command to %s: %w", nodes(d.parcel), d.err))
	}
}

// fail keeps the first reason for which nothing further is sent.
func (r *run) fail(err error) {
	if r.failure == nil {
		r.failure = err
	}
}

// requeue lets parcels go again.
func (r *run) requeue(parcels ...parcel) {
	r.queue = append(r.queue, parcels...)
}

func nodes(p parcel) string {
	if len(p.Targets) == 1 {
		return p.Targets[0].InstanceID
	}
	return fmt.Sprintf("%d nodes", len(p.Targets))
}

// launch adds a command to those under way.
func (r *run) launch(p parcel, command *types.Command, found bool) {
	f := &flight{
		id:        *command.CommandId,
		pending:   make(map[string]Target, len(p.Targets)),
		order:     p.Targets,
		requested: value(command.RequestedDateTime),
		expires:   time.Now().Add(r.patience()),
		last:      make(map[string]types.CommandInvocation),
	}
	for _, target := range p.Targets {
		f.pending[target.InstanceID] = target
	}
	r.flights = append(r.flights, f)
	r.tally.sent += len(p.Targets)
	r.emit(Sent{CommandID: f.id, Mark: p.Mark, Nodes: len(p.Targets), Found: found})
}

// patience is how long a command can take from its sending: SSM ends each node after the delivery timeout and the
// execution timeout together (user guide, "Understanding command timeout values"), and five minutes are for its clockwork.
func (r *run) patience() time.Duration {
	seconds := r.plan.DeliveryTimeoutSeconds + r.plan.ExecutionTimeoutSeconds
	return time.Duration(seconds)*time.Second + 5*time.Minute
}
