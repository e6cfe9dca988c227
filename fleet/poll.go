package fleet

import (
	"context"
	"fmt"
	"time"
)

// Progress is how far the waiting for instances is: how many arrived, cannot arrive any more, and are still waited for.
type Progress struct {
	Arrived, Failed, Waiting int
}

// LateError says that an instance had not arrived when the waiting ended. It may arrive yet.
type LateError struct {
	Still string        // what it was then, such as "pending"
	After time.Duration // how long it was waited for
}

// Error says what the instance still was, and after how long.
func (e *LateError) Error() string { return fmt.Sprintf("still %s after %v", e.Still, e.After) }

// maxPause is the longest pause between two looks of Poll.
const maxPause = 5 * time.Second

// Poll calls look until it says done, returns an error, or ctx ends; then it returns look's error or ctx's cause. The first
// look is at once; the pauses grow from one second to five, so that a short wait ends soon and a long one costs few calls.
func Poll(ctx context.Context, look func(ctx context.Context) (done bool, err error)) error {
	for pause := time.Second; ; pause = min(pause+time.Second, maxPause) {
		done, err := look(ctx)
		if err != nil || done {
			return err
		}
		if err := Pause(ctx, pause); err != nil {
			return err
		}
	}
}

// Pause waits, or returns the cause of ctx's end.
func Pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
