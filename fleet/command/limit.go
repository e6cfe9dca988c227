package command

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// maxLimitLength is the longest MaxConcurrency or MaxErrors that SSM takes, in characters (API reference, SendCommand).
const maxLimitLength = 7

// Limit bounds a number of nodes: a count ("10"), or a percentage of all nodes that a plan sends to ("10%").
// The zero Limit stands for the default of the field that holds it.
type Limit struct {
	value   int
	percent bool
	set     bool
}

// ParseConcurrency reads how many nodes may run at the same time, by the pattern that SendCommand documents for
// MaxConcurrency: a count from 1, or 1% to 100%, without sign, blank or leading zero.
func ParseConcurrency(text string) (Limit, error) {
	l, err := parseLimit(text)
	if err == nil && l.value == 0 {
		err = errors.New("at least one node must be allowed to run")
	}
	if err != nil {
		return Limit{}, fmt.Errorf("max concurrency %q: %w", text, err)
	}
	return l, nil
}

// ParseErrors reads how many failing nodes are tolerated, by the pattern that SendCommand documents for MaxErrors:
// a count from 0, or 0% to 100%, without sign, blank or leading zero.
func ParseErrors(text string) (Limit, error) {
	l, err := parseLimit(text)
	if err != nil {
		return Limit{}, fmt.Errorf("max errors %q: %w", text, err)
	}
	return l, nil
}

func parseLimit(text string) (Limit, error) {
	digits, percent := strings.CutSuffix(text, "%")
	value, err := strconv.Atoi(digits)
	switch {
	case err != nil, digits != strconv.Itoa(value), value < 0:
		return Limit{}, errors.New("neither a number like 10 nor a percentage like 10%")
	case percent && value > 100:
		return Limit{}, errors.New("more than 100%")
	case len(text) > maxLimitLength:
		return Limit{}, fmt.Errorf("longer than %d characters", maxLimitLength)
	}
	return Limit{value: value, percent: percent, set: true}, nil
}

// Of resolves the limit over a number of nodes. A percentage is rounded down: the limit is a promise not to go beyond.
func (l Limit) Of(nodes int) int {
	if l.percent {
		return nodes * l.value / 100
	}
	return l.value
}

// IsZero tells whether no limit was given.
func (l Limit) IsZero() bool { return !l.set }

// String gives the limit as it was written, and nothing for the zero Limit.
func (l Limit) String() string {
	switch {
	case !l.set:
		return ""
	case l.percent:
		return strconv.Itoa(l.value) + "%"
	default:
		return strconv.Itoa(l.value)
	}
}
