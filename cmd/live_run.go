package cmd

import (
	"slices"
	"strings"

	"github.com/musterhq/muster/fleet/command"
)

// runTracker follows the events of a run for a live display. The zero value is not ready; see newRunTracker.
type runTracker struct {
	labels   map[string]string // of the nodes, by id
	batches  map[string][]command.Target
	order    []string        // ids of nodes that were sent to and have no answer, in the order of sending
	open     map[string]bool // the same
	outcomes map[command.Outcome]int
	progress command.Progress
	sent     int // nodes of commands that were taken, which the progress tells later
	missed   int // skipped, or never sent to
	failures []string
}

func newRunTracker(plan command.Plan, labels map[string]string) *runTracker {
	t := &runTracker{
		labels: labels, batches: map[string][]command.Target{}, open: map[string]bool{}, outcomes: map[command.Outcome]int{},
		progress: command.Progress{Nodes: plan.Nodes()},
	}
	for _, batch := range plan.Batches {
		t.batches[batch.Mark] = batch.Targets
	}
	return t
}

// take follows one event.
func (t *runTracker) take(event command.Event) {
	switch event := event.(type) {
	case command.Sent:
		t.sent += event.Nodes
		for _, target := range t.batches[event.Mark] {
			t.order = append(t.order, target.InstanceID)
			t.open[target.InstanceID] = true
		}
	case command.Progress:
		t.progress = event
	case command.NodeDone:
		delete(t.open, event.InstanceID)
		t.outcomes[event.Outcome]++
		if !event.OK() {
			t.failures = append(t.failures, t.failure(event.Result))
		}
	case command.Skipped:
		t.missed++
		t.failures = append(t.failures, t.labels[event.InstanceID]+" left out: "+printable(event.Reason))
	case command.Stopped:
		t.missed += len(event.NeverSent)
	}
}

// failure is a line about a node: how it ended, and the last that it said.
func (t *runTracker) failure(r command.Result) string {
	text := t.labels[r.InstanceID] + verdict(r.Outcome, r.ExitCode, r.StatusDetails)
	said := slices.DeleteFunc(lines(r.Stderr), func(line string) bool {
		return strings.TrimSpace(line) == "" || strings.HasPrefix(line, "failed to run commands: ") // the agent's own
	})
	if len(said) > 0 {
		text += ": " + printable(said[len(said)-1])
	}
	return text
}

// state is what is to be shown.
func (t *runTracker) state() liveState {
	t.order = slices.DeleteFunc(t.order, func(id string) bool { return !t.open[id] })
	answered := 0
	for _, n := range t.outcomes {
		answered += n
	}
	succeeded, failed := t.outcomes[command.Succeeded], answered-t.outcomes[command.Succeeded]
	ended := max(t.progress.Completed-answered, 0) // their answers are still to be read
	waiting := make([]string, len(t.order))
	for i, id := range t.order {
		waiting[i] = t.labels[id]
	}
	if ended >= len(waiting) {
		waiting = nil
	}
	return liveState{
		title: "run", total: t.progress.Nodes, done: answered + ended + t.missed,
		counts: []liveCount{
			{succeeded, "succeeded", green},
			{failed, "failed", red},
			{ended, "ended", plain},
			{max(t.sent-t.progress.Completed, 0), "running", yellow},
			{max(t.progress.Nodes-t.sent-t.missed, 0), "not sent yet", dim},
			{t.missed, "never sent to", red},
		},
		waiting: waiting, failures: slices.Clone(t.failures),
	}
}
