package fleet

import (
	"iter"
	"slices"
	"strings"
)

// truth is how far something is known to hold. The values are so that AND is the least and OR the greatest of them.
type truth int

const (
	no truth = iota
	maybe
	yes
)

func truthOf(holds bool) truth {
	if holds {
		return yes
	}
	return no
}

// opposite is NOT: what may hold may also not.
func (t truth) opposite() truth { return yes - t }

// expr is a selector or a part of one: everything, a condition, or a conjunction, disjunction or negation of others.
type expr interface {
	// eval says whether the instance is meant.
	eval(in Instance, f Facts) truth
	// cover gives queries that let through whatever the expression may mean.
	cover(f Facts) cover
	// text writes the expression, with parentheses where it binds no tighter than what stands around it.
	text(around binding) string
}

// binding is how tight an expression holds its parts together.
type binding int

const (
	loose   binding = iota // nothing around
	byOr                   // loosest
	byComma                // and the word and
	byNot                  // tightest
)

func parenthesize(text string, own, around binding) string {
	if around > own {
		return "(" + text + ")"
	}
	return text
}

// everything is all.
type everything struct{}

func (everything) eval(Instance, Facts) truth { return yes }
func (everything) text(binding) string        { return "all" }

// conjunction is a list of two or more expressions that all must hold.
type conjunction []expr

func (c conjunction) eval(in Instance, f Facts) truth {
	all := yes
	for _, part := range c {
		all = min(all, part.eval(in, f))
	}
	return all
}

func (c conjunction) text(around binding) string {
	return parenthesize(joinTexts(c, ",", byComma), byComma, around)
}

// disjunction is a list of two or more expressions of which one must hold.
type disjunction []expr

func (d disjunction) eval(in Instance, f Facts) truth {
	one := no
	for _, part := range d {
		one = max(one, part.eval(in, f))
	}
	return one
}

func (d disjunction) text(around binding) string {
	return parenthesize(joinTexts(d, " or ", byOr), byOr, around)
}

func joinTexts(parts []expr, separator string, own binding) string {
	texts := make([]string, len(parts))
	for i, part := range parts {
		texts[i] = part.text(own)
	}
	return strings.Join(texts, separator)
}

// negation says that a conjunction or a disjunction does not hold. A condition has its negation in itself.
type negation struct{ of expr }

func (n negation) eval(in Instance, f Facts) truth { return n.of.eval(in, f).opposite() }
func (n negation) text(binding) string             { return "not " + n.of.text(byNot) }

// not negates an expression other than everything.
func not(e expr) expr {
	switch e := e.(type) {
	case condition:
		e.not = !e.not
		return e
	case negation:
		return e.of
	}
	return negation{e}
}

// normal writes an expression, or its negation, so that only conditions are negated (De Morgan).
func normal(e expr, negated bool) expr {
	switch e := e.(type) {
	case condition:
		if negated {
			e.not = !e.not
		}
		return e
	case negation:
		return normal(e.of, !negated)
	case conjunction:
		if negated {
			return oneOf(normalAll(e, true))
		}
		return allOf(normalAll(e, false))
	case disjunction:
		if negated {
			return allOf(normalAll(e, true))
		}
		return oneOf(normalAll(e, false))
	}
	return e
}

func normalAll(list []expr, negated bool) []expr {
	normals := make([]expr, len(list))
	for i, part := range list {
		normals[i] = normal(part, negated)
	}
	return normals
}

// allOf joins expressions by AND. Conjunctions among them lose their parentheses, and what stands twice stays once.
func allOf(parts []expr) expr {
	var flat conjunction
	seen := map[string]bool{}
	for _, part := range parts {
		inner, nested := part.(conjunction)
		if !nested {
			inner = conjunction{part}
		}
		flat = append(flat, unseen(inner, seen)...)
	}
	if len(flat) == 1 {
		return flat[0]
	}
	return flat
}

// oneOf joins expressions by OR, likewise.
func oneOf(parts []expr) expr {
	var flat disjunction
	seen := map[string]bool{}
	for _, part := range parts {
		inner, nested := part.(disjunction)
		if !nested {
			inner = disjunction{part}
		}
		flat = append(flat, unseen(inner, seen)...)
	}
	if len(flat) == 1 {
		return flat[0]
	}
	return flat
}

// unseen returns the expressions whose text is not in seen, and puts it there.
func unseen(parts []expr, seen map[string]bool) []expr {
	var fresh []expr
	for _, part := range parts {
		text := part.text(byNot)
		if _, isAll := part.(everything); isAll || !seen[text] { // all twice is to be refused
			seen[text] = true
			fresh = append(fresh, part)
		}
	}
	return fresh
}

// parts returns the expressions that e is made of.
func parts(e expr) []expr {
	switch e := e.(type) {
	case conjunction:
		return e
	case disjunction:
		return e
	case negation:
		return []expr{e.of}
	}
	return nil
}

// conditions yields the conditions in e.
func conditions(e expr) iter.Seq[condition] {
	return func(yield func(condition) bool) { eachCondition(e, yield) }
}

func eachCondition(e expr, yield func(condition) bool) bool {
	if c, ok := e.(condition); ok {
		return yield(c)
	}
	for _, part := range parts(e) {
		if !eachCondition(part, yield) {
			return false
		}
	}
	return true
}

// holdsEverything reports whether all stands in e.
func holdsEverything(e expr) bool {
	_, isAll := e.(everything)
	return isAll || slices.ContainsFunc(parts(e), holdsEverything)
}
