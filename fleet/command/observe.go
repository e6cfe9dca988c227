package command

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

// pageSize is the most that ListCommands and ListCommandInvocations give at once (API reference, MaxResults).
const pageSize = 50

// observe reads the counters of the commands under way and tells of the progress. One page shows 50 commands, so many
// commands cost few calls; a single one is asked for by its id, which does not depend on what else runs in the account.
func (r *run) observe(ctx context.Context) error {
	open := make(map[string]*flight)
	for _, f := range r.flights {
		if time.Now().After(f.expires) {
			f.complete = true // SSM has forgotten to end it; its results will say what there is
		}
		if !f.complete {
			open[f.id] = f
		}
	}
	var err error
	switch len(open) {
	case 0:
	case 1:
		err = r.observeOne(ctx, open)
	default:
		err = r.listCommands(ctx, earliest(open), func(command types.Command) bool {
			note(open, command)
			return len(open) > 0
		})
	}
	if err != nil {
		return fmt.Errorf("look at the progress of %s: %w", r.plan.Key, err)
	}
	r.tellProgress()
	return nil
}

func (r *run) observeOne(ctx context.Context, open map[string]*flight) error {
	for id := range open {
		out, err := r.client.ListCommands(ctx, &ssm.ListCommandsInput{CommandId: &id})
		if err != nil {
			if notYetListed(err) {
				return nil
			}
			return err
		}
		for _, command := range out.Commands {
			note(open, command)
		}
	}
	return nil
}

// note keeps the counters of a command that we wait for, and takes it off the list of those to look for.
func note(open map[string]*flight, command types.Command) {
	f := open[value(command.CommandId)]
	if f == nil {
		return
	}
	delete(open, f.id)
	f.completed = min(int(command.CompletedCount), len(f.order))
	f.errors = int(command.ErrorCount)
	f.early.note(f.completed, time.Now())
	f.complete = isTerminal(command.Status) || f.completed >= len(f.order)
	if f.complete {
		f.completed = len(f.order)
	}
}

func isTerminal(status types.CommandStatus) bool {
	switch status {
	case types.CommandStatusPending, types.CommandStatusInProgress, types.CommandStatusCancelling, "":
		return false
	}
	return true
}

// earliest is the time, by SSM's clock, of the oldest of the commands.
func earliest(flights map[string]*flight) time.Time {
	var first time.Time
	for _, f := range flights {
		if first.IsZero() || f.requested.Before(first) {
			first = f.requested
		}
	}
	return first
}

// listCommands calls visit for each command invoked at or after a time, until visit says that it has seen enough. AWS
// gives the newest first (assumed: no page says so), so a visit that waits for recent commands ends early.
func (r *run) listCommands(ctx context.Context, after time.Time, visit func(types.Command) bool) error {
	pages := ssm.NewListCommandsPaginator(r.client, &ssm.ListCommandsInput{
		MaxResults: new(int32(pageSize)),
		Filters: []types.CommandFilter{{
			Key:   types.CommandFilterKeyInvokedAfter,
			Value: new(after.Add(-time.Second).UTC().Format(time.RFC3339)), // the filter has no fractions
		}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, command := range page.Commands {
			if !visit(command) {
				return nil
			}
		}
	}
	return nil
}

// tellProgress tells how many nodes have ended, if that changed.
func (r *run) tellProgress() {
	now := Progress{
		Nodes:     r.finished.Nodes,
		Sent:      r.tally.sent,
		Completed: r.completed(),
		Errors:    r.errors(),
	}
	if now != r.progress {
		r.progress = now
		r.emit(now)
	}
}
