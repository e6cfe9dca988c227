package fleet

import (
	"slices"
	"strings"
	"time"
)

// check refuses what means nothing or everything by the way it is made. Whoever writes two values of one key with AND means OR;
// whoever writes two exceptions with OR means AND, and would hit all machines.
func check(e expr, arg string) error {
	if slices.ContainsFunc(parts(e), holdsEverything) {
		return &SelectorError{Kind: AllWithMore, Text: arg}
	}
	return checkNormal(normal(e, false), arg)
}

// checkNormal checks an expression that [normal] made, whose parts may be conditions, conjunctions and disjunctions.
func checkNormal(e expr, arg string) error {
	for _, part := range parts(e) {
		if err := checkNormal(part, arg); err != nil {
			return err
		}
	}
	switch e := e.(type) {
	case conjunction:
		if c, found := contradiction(e); found {
			kind := Contradiction
			if c.key == "id" && !c.not {
				kind = SeveralIDs
			}
			return &SelectorError{Kind: kind, Text: arg, Key: c.shortKey()}
		}
	case disjunction:
		if c, found := contradiction(normalAll(e, true)); found {
			return &SelectorError{Kind: AlwaysTrue, Text: arg, Key: c.shortKey()}
		}
	}
	return nil
}

// shortKey is the key as it may be typed, without tag:.
func (c condition) shortKey() string { return strings.TrimPrefix(c.key, "tag:") }

// contradiction finds two of several expressions that never hold together. Where they are no conditions, the condition that
// it returns is the zero value.
func contradiction(list []expr) (c condition, found bool) {
	texts := make(map[string]bool, len(list))
	for _, e := range list {
		texts[e.text(byNot)] = true
	}
	for i, a := range list {
		x, isCondition := a.(condition)
		opposite := normal(a, true)
		together, isGroup := opposite.(conjunction)
		if !isGroup {
			together = conjunction{opposite}
		}
		if !slices.ContainsFunc(together, func(e expr) bool { return !texts[e.text(byNot)] }) {
			return x, true
		}
		for _, b := range list[i+1:] {
			if y, ok := b.(condition); ok && isCondition && exclude(x, y) {
				return x, true
			}
		}
	}
	return condition{}, false
}

// exclude reports whether no instance can meet both conditions, as far as their texts tell.
func exclude(a, b condition) bool {
	switch {
	case a.isAge() && b.isAge():
		return excludeAges(a, b)
	case a.key != b.key || a.key == "launched-by":
		return false
	case a.not && b.not:
		return false
	case a.not:
		return !slices.ContainsFunc(b.values, func(v pattern) bool { return !slices.Contains(a.values, v) })
	case b.not:
		return exclude(b, a)
	}
	return a.plain() && b.plain() && !slices.ContainsFunc(a.values, func(v pattern) bool { return slices.Contains(b.values, v) })
}

// plain reports whether no value has a wildcard.
func (c condition) plain() bool {
	return !slices.ContainsFunc(c.values, func(v pattern) bool { return !v.plain() })
}

// excludeAges reports whether one condition asks for at least an age that the other allows at most.
func excludeAges(a, b condition) bool {
	older, least := a.atLeast()
	newer, most := b.atLeast()
	if !older {
		older, newer, least, most = newer, older, most, least
	}
	return older && !newer && least >= most
}

// atLeast says whether a condition of age means the instances of at least that age, or the others.
func (c condition) atLeast() (older bool, age time.Duration) {
	age, _ = parseAge(string(c.values[0]))
	return (c.key == "older") != c.not, age
}
