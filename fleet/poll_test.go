package fleet

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestPollPausesLongerEachTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var looks []int
		err := Poll(t.Context(), func(context.Context) (bool, error) {
			looks = append(looks, int(time.Since(start).Seconds()))
			return len(looks) == 8, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if want := []int{0, 1, 3, 6, 10, 15, 20, 25}; !slices.Equal(looks, want) {
			t.Errorf("looked after %v seconds, want %v", looks, want)
		}
	})
}

func TestPollEndsWithTheCauseOfItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		late := errors.New("too late")
		ctx, cancel := context.WithTimeoutCause(t.Context(), 90*time.Second, late)
		defer cancel()
		err := Poll(ctx, func(context.Context) (bool, error) { return false, nil })
		if !errors.Is(err, late) {
			t.Errorf("got %v, want %v", err, late)
		}
	})
}

func TestPollEndsWithTheFirstError(t *testing.T) {
	broken := errors.New("broken")
	err := Poll(t.Context(), func(context.Context) (bool, error) { return true, broken })
	if !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
}
