package fleet

import (
	"slices"
	"strings"
	"time"
	"unicode"
)

// Selector says which instances are meant. It comes from [Parse], [ParseSaved], [All] or [ByID]; the zero value means none.
//
//	web-*                     the tag Name; * stands for any characters, ? for one
//	i-0123456789abcdef0       an id
//	tag:role=web  role=web    a tag; the value may have wildcards
//	state=running             a key of muster's own: docs/reference/selectors.md has them all
//	role!=web                 not that value, or no such tag
//	type in (t3.*,m5.large)   one of several values; not in (…): none of them
//	role=web,state=running    both: a comma is AND, as the word and is
//	role=web or role=db       one of both, at least
//	not (a, b or c)           not binds tightest, then the comma and and, then or
//	@web                      a saved selector
//	all                       every instance
//
// A backslash or quotes take the meaning from characters. A selector that was accepted is never empty: it names at least one
// condition, or says all.
//
// What a selector needs to know beside the instance stands in [Selector.Needs], and [Selector.With] tells it. [Inventory.List]
// does both.
type Selector struct {
	root  expr // nil: none
	facts Facts
}

// Facts are what a selector may have to know beside EC2's description of an instance.
type Facts struct {
	// Now is the time that older= and newer= reckon from. The zero value: not known.
	Now time.Time
	// Nodes says that Instance.Node has been read, so that an empty one means an instance that SSM does not know.
	Nodes bool
	// Templates are the ids of launch templates, by name.
	Templates map[string]string
}

// Needs are the Facts that a selector cannot decide without.
type Needs struct {
	Now       bool     // older=, newer=
	Nodes     bool     // ssm=
	Templates []string // the names in launched-by=, sorted
}

// All means every instance.
func All() Selector { return Selector{root: everything{}} }

// ByID means the instances with these ids, which are not checked. No ids: no instances.
func ByID(ids ...string) Selector {
	if len(ids) == 0 {
		return Selector{}
	}
	values := make([]pattern, len(ids))
	for i, id := range ids {
		values[i] = pattern(id)
	}
	return Selector{root: newCondition("id", values, false)}
}

// Parse reads a selector from the arguments of a command. It knows no saved selectors. The error is a [*SelectorError].
//
// Several arguments are a union where each is an instance id; any other union is refused, because a union by accident (a
// blank instead of a comma) hits too many machines. No argument, an empty one and an empty value are refused too, because an
// unset variable in a script leaves exactly that.
func Parse(args []string) (Selector, error) { return ParseSaved(args, nil) }

// ParseSaved is [Parse] with saved selectors, which lookup finds. The error is a [*SelectorError], or one of lookup's.
func ParseSaved(args []string, lookup Lookup) (Selector, error) {
	if len(args) == 0 {
		return Selector{}, &SelectorError{Kind: NoSelector}
	}
	if slices.ContainsFunc(args, isBlank) {
		return Selector{}, &SelectorError{Kind: EmptySelector}
	}
	words := strings.Fields(strings.Join(args, " "))
	if len(args) > 1 && slices.ContainsFunc(words, notID) {
		return Selector{}, &SelectorError{Kind: SeveralSelectors, Text: words[slices.IndexFunc(words, notID)]}
	}
	p := &parser{reading: &reading{lookup: lookup}}
	root, err := p.parse(strings.Join(args, " "))
	if err != nil {
		return Selector{}, err
	}
	return Selector{root: root}, nil
}

// isBlank reports whether arg holds nothing but blanks and commas.
func isBlank(arg string) bool {
	return !strings.ContainsFunc(arg, func(r rune) bool { return r != ',' && !unicode.IsSpace(r) })
}

func notID(word string) bool { return !strings.HasPrefix(word, "i-") || strings.Contains(word, ",") }

// String writes the selector in its long form, which [Parse] reads back as the same selector. Saved selectors are written out.
func (s Selector) String() string {
	switch root := s.root.(type) {
	case nil:
		return ""
	case condition:
		if root.key == "id" && !root.not {
			return strings.Join(root.texts(), " ")
		}
	}
	return s.root.text(loose)
}

// IDs returns the ids of the instances that the selector means, sorted, where it names each by its id, further conditions
// or not. A selector that names none selects by what instances are.
func (s Selector) IDs() []string {
	ids := namedIDs(s.root)
	slices.Sort(ids)
	return slices.Compact(ids)
}

// namedIDs returns the ids outside of which e means nothing, or nil where that is not said by ids.
func namedIDs(e expr) []string {
	switch e := e.(type) {
	case condition:
		if e.key == "id" && !e.not {
			return e.texts()
		}
	case conjunction:
		for _, part := range e {
			if ids := namedIDs(part); ids != nil {
				return ids
			}
		}
	case disjunction:
		var all []string
		for _, part := range e {
			ids := namedIDs(part)
			if ids == nil {
				return nil
			}
			all = append(all, ids...)
		}
		return all
	}
	return nil
}

// loneIDs returns the ids that are enough for an instance to be meant: those with no further condition.
func (s Selector) loneIDs() []string {
	parts, isUnion := s.root.(disjunction)
	if !isUnion && s.root != nil {
		parts = disjunction{s.root}
	}
	var ids []string
	for _, part := range parts {
		if c, ok := part.(condition); ok {
			ids = append(ids, namedIDs(c)...)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Needs returns what the selector has to be told by [Selector.With] before it can decide. What it was told is left out.
func (s Selector) Needs() Needs {
	var needs Needs
	for c := range conditions(s.root) {
		switch c.key {
		case "older", "newer":
			needs.Now = needs.Now || s.facts.Now.IsZero()
		case "ssm":
			needs.Nodes = needs.Nodes || !s.facts.Nodes
		case "launched-by":
			for _, name := range c.texts() {
				if _, known := templateID(name, s.facts); !known {
					needs.Templates = append(needs.Templates, name)
				}
			}
		}
	}
	slices.Sort(needs.Templates)
	needs.Templates = slices.Compact(needs.Templates)
	return needs
}

// With returns the selector with what it is told, in place of anything that it was told before.
func (s Selector) With(facts Facts) Selector {
	s.facts = facts
	return s
}

// Match reports whether the selector means the instance. It decides as EC2's filters do, upper and lower case included. While
// the selector lacks a fact that the decision hangs on, the answer is no; see [Selector.Needs].
func (s Selector) Match(in Instance) bool { return s.root != nil && s.root.eval(in, s.facts) == yes }

// possible reports whether the selector means the instance or may, once it has all facts.
func (s Selector) possible(in Instance) bool { return s.root != nil && s.root.eval(in, s.facts) != no }

// among returns the instances that the selector means.
func (s Selector) among(instances []Instance) []Instance {
	return slices.DeleteFunc(instances, func(in Instance) bool { return !s.Match(in) })
}

// withNodes returns the selector with the fact that Instance.Node has been read.
func (s Selector) withNodes() Selector {
	s.facts.Nodes = true
	return s
}

func (s Selector) isAll() bool {
	_, all := s.root.(everything)
	return all
}
