package fleet

import (
	"slices"
	"strings"
)

// CheckToAct refuses a selector that is no more than a wildcard, such as * and role=*: "$PREFIX*" leaves exactly that where the
// variable is not set, and it means nearly everything. A command that changes something asks here first. Beside a condition
// that says more, as in role=*,role!=web, such a wildcard is fine; all says everything on purpose, and role=?* any value. The
// error is a [*SelectorError].
func (s Selector) CheckToAct() error {
	if c, broad := anyValue(normal(s.root, false)); broad {
		return &SelectorError{Kind: AnyValue, Text: c.text(loose), Key: c.shortKey()}
	}
	return nil
}

// anyValue finds a condition that says no more than that a key has a value, where it is enough for an instance to be meant. e is
// what normal made.
func anyValue(e expr) (c condition, broad bool) {
	switch e := e.(type) {
	case condition:
		return e, !e.not && slices.ContainsFunc(e.values, pattern.isAny)
	case disjunction:
		for _, part := range e {
			if c, broad := anyValue(part); broad {
				return c, true
			}
		}
	case conjunction:
		for _, part := range e {
			if c, broad = anyValue(part); !broad {
				return condition{}, false
			}
		}
		return c, true
	}
	return condition{}, false
}

// isAny reports whether the pattern stands for whatever there is.
func (p pattern) isAny() bool { return p != "" && strings.Trim(string(p), "*") == "" }
