package power

import (
	"context"
	"errors"
	"maps"

	"github.com/musterhq/muster/fleet"
)

// sender sends batches of ids and keeps the states that EC2 answers with.
type sender struct {
	fleet.Batcher
	states map[string]fleet.State
	taken  int // instances that EC2 took
}

func (p *Power) sender(action Action) *sender {
	s := newSender(func(ctx context.Context, ids []string) (map[string]fleet.State, error) {
		return p.call(ctx, action, ids)
	})
	s.PerSecond = 20
	if action == Start {
		s.PerSecond = 2
	}
	return s
}

func newSender(call func(ctx context.Context, ids []string) (map[string]fleet.State, error)) *sender {
	s := &sender{states: map[string]fleet.State{}}
	s.Failed = map[string]error{}
	s.Do = func(ctx context.Context, ids []string) error {
		states, err := call(ctx, ids)
		if err == nil {
			s.taken += len(ids)
			maps.Copy(s.states, states)
		}
		return err
	}
	return s
}

// doubtful are the ids of which no answer came.
func (s *sender) doubtful() []string {
	var ids []string
	for id, err := range s.Failed {
		if _, doubt := errors.AsType[*fleet.DoubtError](err); doubt {
			ids = append(ids, id)
		}
	}
	return ids
}

// known reports whether each instance was asked for and it is known what came of it.
func (s *sender) known() bool {
	for _, err := range s.Failed {
		if _, unsent := errors.AsType[*fleet.NotSentError](err); unsent {
			return false
		}
	}
	return len(s.doubtful()) == 0
}
