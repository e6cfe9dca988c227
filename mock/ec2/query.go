package ec2

import (
	"iter"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
)

// query is what a call that describes resources asks for: those named, or all; of them
// what passes the filters; of these one page.
type query[T resource] struct {
	page
	from    *collection[T]
	prefix  string // of the ids
	named   []string
	filters []types.Filter
	by      filterSet[T]
	extra   func(T) bool // what else an item must be; nil lets all through
	dryRun  *bool
	// narrow, if it can answer one of the filters by an index, returns what yields its
	// candidates in order; otherwise nil.
	narrow func([]types.Filter) func(after int64) iter.Seq[T]
}

// run answers the query: the page's items and the token of the next one.
func (q query[T]) run(r *region) ([]T, *string, error) {
	q.page.ids = len(q.named)
	size, err := q.size(q.from.len())
	if err != nil {
		return nil, nil, err
	}
	passes, err := q.by.compile(q.filters, r)
	if err != nil {
		return nil, nil, err
	}
	match := func(item T) bool { return (q.extra == nil || q.extra(item)) && passes(item) }
	named, err := find(q.from, q.prefix, q.named)
	if err != nil {
		return nil, nil, err
	}
	if len(q.named) > 0 {
		return filtered(named, match), nil, dryRun(q.dryRun)
	}
	candidates := q.from.after
	if q.narrow != nil {
		if indexed := q.narrow(q.filters); indexed != nil {
			candidates = indexed
		}
	}
	found, next, ok := wire.PageOf(q.op, size, q.token, func(after int64) iter.Seq[T] { return where(candidates(after), match) }, T.place)
	if !ok {
		return nil, nil, badToken(q.token)
	}
	return found, next, dryRun(q.dryRun)
}

// where yields those of the items that satisfy match.
func where[T any](items iter.Seq[T], match func(T) bool) iter.Seq[T] {
	return func(yield func(T) bool) {
		for item := range items {
			if match(item) && !yield(item) {
				return
			}
		}
	}
}
