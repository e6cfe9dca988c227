package fleet

import (
	"context"
	"slices"
	"time"
)

// Batcher asks AWS for something of many resources by calls that take several ids and fail as a whole because of one. It is
// used once, by one goroutine.
type Batcher struct {
	// Do is one call. It must be harmless to repeat.
	Do func(ctx context.Context, ids []string) error
	// PerSecond is by how many resources the action's bucket refills in a second, for the pause after a throttled call; 0: a
	// second's pause.
	PerSecond int

	// Failed are the ids that AWS did not take, each with its reason.
	Failed map[string]error
	// Fatal is an error that concerns no resource: nothing is sent after it.
	Fatal error
}

// Send asks for ids in one call, and where it fails because of some of them, for the others again: those that AWS names are
// left out; where it names none, the batch goes again in halves. See [Each] for what else Failed and Fatal tell.
func (b *Batcher) Send(ctx context.Context, ids []string) {
	if b.Failed == nil {
		b.Failed = map[string]error{}
	}
	for queue := [][]string{ids}; len(queue) > 0; {
		again := b.try(ctx, queue[0])
		queue = append(again, queue[1:]...)
	}
}

// try sends one batch and returns the smaller ones that are left to send.
func (b *Batcher) try(ctx context.Context, batch []string) [][]string {
	if b.Fatal == nil && ctx.Err() != nil {
		b.Fatal = context.Cause(ctx)
	}
	if b.Fatal != nil {
		b.fail(batch, &NotSentError{b.Fatal})
		return nil
	}
	err := Patiently(ctx, b.refill(batch), func() error { return b.Do(ctx, batch) })
	if err == nil {
		return nil
	}
	blamed := Blamed(err, batch)
	switch {
	case len(blamed) > 0:
		b.fail(blamed, err)
		rest := slices.DeleteFunc(slices.Clone(batch), func(id string) bool { return slices.Contains(blamed, id) })
		if len(rest) == 0 {
			return nil
		}
		return [][]string{rest}
	case InDoubt(ctx, err):
		b.Fatal = err
		b.fail(batch, &DoubtError{err})
		return nil
	case !ConcernsInstances(err):
		b.Fatal = err
		b.fail(batch, err)
		return nil
	case len(batch) == 1:
		b.fail(batch, err)
		return nil
	}
	return slices.Collect(slices.Chunk(batch, (len(batch)+1)/2))
}

// refill is how long the bucket takes to hold a batch again: a fleet of thousands is started at 2 instances a second, however
// long that takes.
func (b *Batcher) refill(batch []string) time.Duration {
	if b.PerSecond == 0 {
		return time.Second
	}
	return time.Duration(len(batch)) * time.Second / time.Duration(b.PerSecond)
}

func (b *Batcher) fail(ids []string, err error) {
	for _, id := range ids {
		b.Failed[id] = Refusal(err)
	}
}
