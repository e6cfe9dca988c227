package command

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// The answers of a command are read when the whole command has ended: that is one call for 50 nodes. So that one slow node does
// not hold back the answers of 49, those that are there are read early as well, within a bound: one call for each command of
// the plan, and one more for each tenth second that the run takes.
const (
	// quiet is how long nothing may have ended in a command before the answers that are there are read.
	quiet = 3 * time.Second
	// held is how long an answer is held back where nodes keep ending.
	held = 10 * time.Second
)

// early says when the answers of a command are read before its end.
type early struct {
	seen    int       // nodes that had ended, as last noted
	changed time.Time // when that changed last
	since   time.Time // when the first of those ended that were not read
	read    int       // seen, when it was last read
}

// note takes the counter of nodes that have ended.
func (e *early) note(completed int, now time.Time) {
	if completed == e.seen {
		return
	}
	if e.seen == e.read {
		e.since = now
	}
	e.seen, e.changed = completed, now
}

// due reports whether there are answers to read that have waited long enough.
func (e *early) due(now time.Time) bool {
	return e.seen > e.read && (now.Sub(e.changed) >= quiet || now.Sub(e.since) >= held)
}

// earlyBudget is how many early reads may be made yet, of those that the bound allows up to now.
func (r *run) earlyBudget(now time.Time) int {
	return len(r.plan.Batches) + int(now.Sub(r.started)/held) - r.earlyReads
}

// collectEarly yields the answers that are there of commands that have not ended, those first that have waited longest.
func (r *run) collectEarly(ctx context.Context) error {
	now := time.Now()
	due := slices.DeleteFunc(slices.Clone(r.flights), func(f *flight) bool { return f.complete || !f.early.due(now) })
	slices.SortStableFunc(due, func(a, b *flight) int { return a.early.since.Compare(b.early.since) })
	due = due[:min(len(due), max(r.earlyBudget(now), 0))]
	for chunk := range slices.Chunk(due, width) {
		answers := sideBySide(chunk, func(f *flight) fetched { return r.fetch(ctx, f) })
		for i, f := range chunk {
			r.earlyReads++
			f.early.read = f.early.seen
			if err := answers[i].err; err != nil {
				return fmt.Errorf("read the first results of command %s: %w", f.id, err)
			}
			r.yieldResults(f, answers[i])
		}
	}
	return nil
}
