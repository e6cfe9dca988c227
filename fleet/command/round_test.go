package command_test

import (
	"testing"
	"testing/synctest"

	"github.com/musterhq/muster/fleet/command"
)

// TestErrorsInTheFirstCommandKeepTheOthersFromBeingSent: where errors are limited, one command goes first, and further ones
// only as those before have ended well within the limit. 200 nodes fail, 5 may.
func TestErrorsInTheFirstCommandKeepTheOthersFromBeingSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRehearsal(t, 200)
		five, err := command.ParseErrors("5")
		if err != nil {
			t.Fatal(err)
		}
		plan := r.plan(t, command.Request{Script: "exit 1", MaxErrors: five})
		if plan.ParallelBatches < 4 {
			t.Fatalf("%d commands may be under way at once; the test wants all four", plan.ParallelBatches)
		}
		_, finished, err := r.run(t.Context(), t, plan)
		if err != nil {
			t.Fatal(err)
		}
		if n := r.server.CallSummary()["ssm:SendCommand"]; n != 1 || finished.NeverSent != 150 {
			t.Errorf("%d commands were sent and %d nodes never sent to; want the first command only, and 150", n, finished.NeverSent)
		}
	})
}

// TestCommandsThatEndWellLetMoreGoAtOnce: 1, then 2, then 3 … until all 350 nodes have run it.
func TestCommandsThatEndWellLetMoreGoAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRehearsal(t, 350)
		five, err := command.ParseErrors("5")
		if err != nil {
			t.Fatal(err)
		}
		var rounds []int // commands that were sent between two reports of results
		sent := 0
		for event, err := range command.NewRunner(r.server.Config()).Run(t.Context(), r.plan(t, command.Request{Script: "sleep 3", MaxErrors: five})) {
			if err != nil {
				t.Fatal(err)
			}
			switch event.(type) {
			case command.Sent:
				sent++
			case command.NodeDone:
				if sent > 0 {
					rounds = append(rounds, sent)
				}
				sent = 0
			}
		}
		total := 0
		for i, n := range rounds {
			if n > total+1 {
				t.Errorf("round %d sent %d commands, when %d had ended", i+1, n, total)
			}
			total += n
		}
		if total != 7 || len(rounds) < 3 {
			t.Errorf("the rounds sent %v commands; want 7 in three rounds at least", rounds)
		}
	})
}
