package command

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

const (
	// settleTime is how long after a SendCommand without an answer its command is looked for. ListCommands shows a new
	// command within a second or so; the rest is for a request that was still on its way (assumed: no page states a
	// bound).
	settleTime = 15 * time.Second
	// maxTries is how often a batch is sent whose SendCommand is not answered, and whose command is then not there.
	maxTries = 3
	// clockSkew is how far our clock may be ahead of AWS's. The SDK signs with AWS's time once it has seen it, so a laptop
	// whose clock is wrong, by a time zone say, works; its commands must be found all the same, or they would be sent twice.
	clockSkew = 24 * time.Hour
)

// doubt is a batch that was sent, or was not: the answer is missing.
type doubt struct {
	parcel parcel
	due    time.Time // when to look
	err    error
}

func (r *run) doubt(p parcel, err error) {
	p.tries++
	r.doubts = append(r.doubts, doubt{parcel: p, due: time.Now().Add(settleTime), err: err})
	r.emit(AnswerLost{Mark: p.Mark, Nodes: len(p.Targets), Wait: settleTime, Err: err, Error: err.Error()})
}

// settle looks for the commands of the batches in doubt, once they are due. A command that is found goes on as if its
// SendCommand had been answered. A batch whose command is not there was not sent: it goes again.
func (r *run) settle(ctx context.Context) error {
	if !r.anyDue() {
		return nil
	}
	found, err := r.commandsOfRun(ctx)
	if err != nil {
		return fmt.Errorf("look for command %s: %w", r.plan.Key, err)
	}
	open, rest := r.doubts, r.queue
	r.doubts, r.queue = nil, nil // what goes again comes before the rest
	for _, d := range open {
		command, sent := found[d.parcel.Mark]
		switch {
		case sent:
			r.launch(d.parcel, &command, true)
			if r.cancelled {
				r.cancelFlights(ctx, r.flights[len(r.flights)-1:])
			}
		case time.Now().Before(d.due):
			r.doubts = append(r.doubts, d)
		case d.parcel.tries < maxTries:
			r.requeue(d.parcel)
		default:
			r.requeue(d.parcel)
			r.fail(fmt.Errorf("send command to %s: %w", nodes(d.parcel), d.err))
		}
	}
	r.queue = append(r.queue, rest...)
	return nil
}

func (r *run) anyDue() bool {
	for _, d := range r.doubts {
		if !time.Now().Before(d.due) {
			return true
		}
	}
	return false
}

// commandsOfRun lists every command of this run, by its mark. The latest wins where a mark was used twice.
func (r *run) commandsOfRun(ctx context.Context) (map[string]types.Command, error) {
	found := make(map[string]types.Command)
	err := r.listCommands(ctx, r.plan.Key.Time().Add(-clockSkew), func(command types.Command) bool {
		key, mark, ok := ParseComment(value(command.Comment))
		if ok && key == r.plan.Key {
			found[mark] = command
		}
		return true
	})
	return found, err
}
