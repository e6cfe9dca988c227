package account

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
)

// Calls counts requests by action. Every attempt counts, retries too: it is attempts that AWS throttles. It may be used from
// several goroutines at once.
type Calls struct {
	mu     sync.Mutex // guards counts
	counts map[string]int
}

// Call is how often an action was called.
type Call struct {
	Action string // as IAM writes it, such as "ec2:DescribeInstances"
	Count  int
}

// Counts returns the actions that were called at least once, sorted by name.
func (c *Calls) Counts() []Call {
	c.mu.Lock()
	counts := maps.Clone(c.counts)
	c.mu.Unlock()
	calls := make([]Call, 0, len(counts))
	for action, n := range counts {
		calls = append(calls, Call{Action: action, Count: n})
	}
	slices.SortFunc(calls, func(a, b Call) int { return cmp.Compare(a.Action, b.Action) })
	return calls
}

// add puts the count into an operation's stack, inside the retry loop.
func (c *Calls) add(stack *middleware.Stack) error {
	count := middleware.FinalizeMiddlewareFunc("MusterCalls",
		func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
			middleware.FinalizeOutput, middleware.Metadata, error,
		) {
			c.count(strings.ToLower(awsmiddleware.GetServiceID(ctx)) + ":" + awsmiddleware.GetOperationName(ctx))
			return next.HandleFinalize(ctx, in)
		})
	return stack.Finalize.Insert(count, "Retry", middleware.After)
}

func (c *Calls) count(action string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.counts == nil {
		c.counts = make(map[string]int)
	}
	c.counts[action]++
}
