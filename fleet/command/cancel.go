package command

import (
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm"
)

// cancel stops the sending and asks SSM to cancel what is under way. Nodes that had ended keep their results.
func (r *run) cancel(ctx context.Context) {
	r.cancelled = true
	r.deadline = time.Now().Add(drainTime)
	r.stopIfNeeded()
	r.cancelFlights(ctx, slices.DeleteFunc(slices.Clone(r.flights), func(f *flight) bool { return f.complete }))
	r.pace.start()
}

// cancelFlights calls CancelCommand for each command. It is a request only: SSM does not promise that the script ends
// (API reference, CancelCommand), so the results decide.
func (r *run) cancelFlights(ctx context.Context, flights []*flight) {
	if len(flights) == 0 {
		return
	}
	errs := sideBySide(flights, func(f *flight) error {
		_, err := r.client.CancelCommand(ctx, &ssm.CancelCommandInput{CommandId: &f.id})
		return err
	})
	event := CancelSent{}
	for i, f := range flights {
		event.Commands = append(event.Commands, f.id)
		event.Nodes += len(f.order) - f.completed
		if errs[i] != nil {
			if event.Failed == nil {
				event.Failed = make(map[string]string)
			}
			event.Failed[f.id] = errs[i].Error()
		}
	}
	r.emit(event)
}

// giveUp yields what is known of every node that has no result. Where err is nil, it looks at the results a last time.
func (r *run) giveUp(ctx context.Context, err error) {
	if err != nil {
		r.fail(err)
	}
	flights := slices.Clone(r.flights)
	answers := make([]fetched, len(flights))
	if err == nil {
		answers = sideBySide(flights, func(f *flight) fetched { return r.fetch(ctx, f) })
	}
	for i, f := range flights {
		f.looks = maxLooks
		r.land(f, answers[i])
	}
	for _, d := range r.doubts {
		for _, target := range d.parcel.Targets {
			r.done(Result{Target: target, Outcome: Unknown, ExitCode: NoExitCode})
		}
	}
	r.doubts = nil
	r.stopIfNeeded()
}
