package fleet

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/musterhq/muster/account"
)

// eachAtOnce is how many calls Each has under way. What changes one instance at a time draws on a bucket of 50 calls that
// refills by 5 a second (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html): more would only wait.
const eachAtOnce = 5

// maxThrottled is how often a call is tried that AWS throttles after all the SDK's attempts.
const maxThrottled = 10

// Each calls do for each of ids, a few at a time, and returns the errors of those that failed. It is for actions that AWS
// takes for one instance at a time; do must be harmless to repeat.
//
// After an error that concerns no instance (a permission, the network, the end of ctx) nothing more is asked: that error is
// returned too, and what was not asked for has a [*NotSentError]. What got no answer has a [*DoubtError].
func Each(ctx context.Context, ids []string, do func(ctx context.Context, id string) error) (map[string]error, error) {
	e := each{failed: map[string]error{}, do: do}
	queue := make(chan string, len(ids))
	for _, id := range ids {
		queue <- id
	}
	close(queue)
	var wg sync.WaitGroup
	for range min(eachAtOnce, len(ids)) {
		wg.Go(func() {
			for id := range queue {
				e.one(ctx, id)
			}
		})
	}
	wg.Wait()
	return e.failed, e.fatal
}

type each struct {
	do     func(ctx context.Context, id string) error
	mu     sync.Mutex // guards what follows
	failed map[string]error
	fatal  error
}

// over is the error after which nothing more is asked, if there is one.
func (e *each) over(ctx context.Context) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.fatal == nil && ctx.Err() != nil {
		e.fatal = context.Cause(ctx)
	}
	return e.fatal
}

func (e *each) one(ctx context.Context, id string) {
	if over := e.over(ctx); over != nil {
		e.fail(id, &NotSentError{over}, nil)
		return
	}
	err := Patiently(ctx, time.Second, func() error { return e.do(ctx, id) })
	switch {
	case err == nil:
	case ConcernsInstances(err), len(Blamed(err, []string{id})) > 0:
		e.fail(id, Refusal(err), nil)
	case InDoubt(ctx, err):
		e.fail(id, &DoubtError{err}, err)
	default:
		e.fail(id, err, err)
	}
}

func (e *each) fail(id string, err, fatal error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.failed[id] = err
	if e.fatal == nil {
		e.fatal = fatal
	}
}

// Untouched reports whether nothing was done for any of ids, as far as it is known, so that one error can stand for all: each
// failed, and none of them is in doubt.
func Untouched(ids []string, failed map[string]error) bool {
	for _, id := range ids {
		_, doubt := errors.AsType[*DoubtError](failed[id])
		if failed[id] == nil || doubt {
			return false
		}
	}
	return true
}

// Patiently calls do, and where AWS throttles it after all the SDK's attempts waits until the bucket has refilled and tries
// again, ten times in all.
func Patiently(ctx context.Context, refill time.Duration, do func() error) error {
	for try := 1; ; try++ {
		err := do()
		if err == nil || !account.IsThrottle(err) || try == maxThrottled {
			return err
		}
		if err := Pause(ctx, max(refill, time.Second)); err != nil {
			return err
		}
	}
}
