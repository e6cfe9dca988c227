package ec2

import (
	"strconv"
	"time"
)

// The members that filters look at, by their kind.

// always makes a filter of a value that every item has.
func always[T any](value string) func(*region, T) []string {
	return func(*region, T) []string { return []string{value} }
}

// never makes a filter of what no item of the mock has: it finds nothing.
func never[T any](*region, T) []string { return nil }

// owner makes a filter of the account that items belong to.
func owner[T any](r *region, _ T) []string { return []string{r.Scope.Account} }

// flag makes a filter of what is true or false.
func flag[T any](value func(T) bool) func(*region, T) []string {
	return func(_ *region, item T) []string { return []string{strconv.FormatBool(value(item))} }
}

// digits makes a filter of a number; 0 is absent.
func digits[T any, N int | int32 | int64](value func(T) N) func(*region, T) []string {
	return func(_ *region, item T) []string {
		if n := value(item); n != 0 {
			return []string{strconv.FormatInt(int64(n), 10)}
		}
		return nil
	}
}

// stamp makes a filter of a time, as EC2 prints it; the zero time is absent.
func stamp[T any](value func(T) time.Time) func(*region, T) []string {
	return func(_ *region, item T) []string {
		if t := value(item); !t.IsZero() {
			return []string{t.UTC().Format(stampForm)}
		}
		return nil
	}
}

// stampForm is how EC2 prints times, in answers and for filters.
const stampForm = "2006-01-02T15:04:05.000Z"
