package power

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/musterhq/muster/fleet"
)

// sender sends batches of ids and finds out which of them EC2 refuses.
type sender struct {
	call      func(ctx context.Context, ids []string) (map[string]fleet.State, error)
	perSecond int // instances that the action's bucket refills by

	accepted int                    // instances that EC2 took
	states   map[string]fleet.State // the states that it answered with
	refused  map[string]error       // the others, each with its reason
	fatal    error                  // an error that concerns no instance: nothing is sent after it
	doubt    bool                   // it came instead of an answer
}

func (p *Power) sender(action Action) *sender {
	s := &sender{
		call: func(ctx context.Context, ids []string) (map[string]fleet.State, error) {
			return p.call(ctx, action, ids)
		},
		perSecond: 20,
		states:    map[string]fleet.State{},
		refused:   map[string]error{},
	}
	if action == Start {
		s.perSecond = 2
	}
	return s
}

// send sends ids, and those that were refused only for the company they were in again.
func (s *sender) send(ctx context.Context, ids []string) {
	for queue := [][]string{ids}; len(queue) > 0; {
		again := s.try(ctx, queue[0])
		queue = append(again, queue[1:]...)
	}
}

// try sends one batch and returns the smaller ones that are left to send.
func (s *sender) try(ctx context.Context, batch []string) [][]string {
	if s.fatal == nil && ctx.Err() != nil {
		s.fatal = context.Cause(ctx)
	}
	if s.fatal != nil {
		s.refuse(batch, &fleet.NotSentError{Cause: s.fatal})
		return nil
	}
	states, err := s.patiently(ctx, batch)
	if err == nil {
		s.accepted += len(batch)
		maps.Copy(s.states, states)
		return nil
	}
	blamed := fleet.Blamed(err, batch)
	switch {
	case len(blamed) > 0:
		s.refuse(blamed, err)
		rest := slices.DeleteFunc(slices.Clone(batch), func(id string) bool { return slices.Contains(blamed, id) })
		if len(rest) == 0 {
			return nil
		}
		return [][]string{rest}
	case fleet.InDoubt(ctx, err):
		s.fatal, s.doubt = err, true
		s.refuse(batch, &fleet.DoubtError{Cause: err})
		return nil
	case !fleet.ConcernsInstances(err):
		s.fatal = err
		s.refuse(batch, err)
		return nil
	case len(batch) == 1:
		s.refuse(batch, err)
		return nil
	}
	return slices.Collect(slices.Chunk(batch, (len(batch)+1)/2))
}

func (s *sender) refuse(ids []string, err error) {
	for _, id := range ids {
		s.refused[id] = fleet.Refusal(err)
	}
}

// known reports whether each instance was asked for and it is known what came of it.
func (s *sender) known() bool {
	for _, err := range s.refused {
		_, doubt := errors.AsType[*fleet.DoubtError](err)
		_, unsent := errors.AsType[*fleet.NotSentError](err)
		if doubt || unsent {
			return false
		}
	}
	return s.doubt
}

// patiently calls, and where AWS throttles the call waits until the bucket holds a batch again: a fleet of thousands is
// started at 2 instances a second, however long that takes.
func (s *sender) patiently(ctx context.Context, batch []string) (states map[string]fleet.State, err error) {
	refill := time.Duration(len(batch)) * time.Second / time.Duration(s.perSecond)
	err = fleet.Patiently(ctx, refill, func() error {
		states, err = s.call(ctx, batch)
		return err
	})
	return states, err
}
