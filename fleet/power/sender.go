package power

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/smithy-go"

	"github.com/musterhq/muster/account"
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
	if s.fatal != nil {
		s.refuse(batch, s.fatal)
		return nil
	}
	states, err := s.patiently(ctx, batch)
	if err == nil {
		s.accepted += len(batch)
		maps.Copy(s.states, states)
		return nil
	}
	blamed := named(err, batch)
	switch {
	case len(blamed) > 0:
		s.refuse(blamed, err)
		rest := slices.DeleteFunc(slices.Clone(batch), func(id string) bool { return slices.Contains(blamed, id) })
		if len(rest) == 0 {
			return nil
		}
		return [][]string{rest}
	case !concernsInstances(err):
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
	if api, ok := errors.AsType[smithy.APIError](err); ok && api.ErrorCode() == "InvalidInstanceID.NotFound" {
		err = fleet.ErrNotFound
	}
	for _, id := range ids {
		s.refused[id] = err
	}
}

// maxThrottled is how often a batch is tried that AWS throttles after all the SDK's attempts.
const maxThrottled = 10

// patiently calls, and where AWS throttles the call waits until the bucket holds a batch again: a fleet of thousands is
// started at 2 instances a second, however long that takes.
func (s *sender) patiently(ctx context.Context, batch []string) (map[string]fleet.State, error) {
	for try := 1; ; try++ {
		states, err := s.call(ctx, batch)
		if err == nil || !account.IsThrottle(err) || try == maxThrottled {
			return states, err
		}
		refill := time.Duration(len(batch)) * time.Second / time.Duration(s.perSecond)
		if err := fleet.Pause(ctx, max(refill, time.Second)); err != nil {
			return nil, err
		}
	}
}

// named returns the ids of batch that AWS's message names, such as "The instance IDs 'i-a, i-b' do not exist" or the resource
// in a denial. What the message says beyond them is not read: the code tells what is wrong.
func named(err error, batch []string) []string {
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return nil
	}
	words := strings.FieldsFunc(api.ErrorMessage(), func(r rune) bool {
		return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
	})
	return slices.DeleteFunc(slices.Clone(batch), func(id string) bool { return !slices.Contains(words, id) })
}

// concernsInstances reports whether a call failed because of some of its instances, so that others may pass without them. The
// codes are those of https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html. A lack of room or of quota
// counts: some of the instances may still fit.
func concernsInstances(err error) bool {
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return false
	}
	switch api.ErrorCode() {
	case "IncorrectInstanceState", "IncorrectState", "IncorrectSpotRequestState",
		"InvalidInstanceID", "InvalidInstanceID.NotFound", "InvalidInstanceID.Malformed",
		"OperationNotPermitted", "UnsupportedOperation", "UnsupportedHibernationConfiguration",
		"InsufficientInstanceCapacity", "InsufficientHostCapacity", "InsufficientReservedInstanceCapacity",
		"InstanceLimitExceeded", "VcpuLimitExceeded", "MaxSpotInstanceCountExceeded":
		return true
	}
	return false
}
