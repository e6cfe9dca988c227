package ec2

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
)

// MaxFilterValues is how many filter values one call may carry.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
const MaxFilterValues = 200

// filterSet is what a resource can be filtered by: the filter's name and the values that
// an item has for it. Filters of tags are added by tagged.
type filterSet[T any] map[string]func(*region, T) []string

// compile checks the filters of a call and returns what decides whether an item matches:
// values of one filter are alternatives, filters all must match.
func (set filterSet[T]) compile(filters []types.Filter, r *region) (func(T) bool, error) {
	count := 0
	for _, f := range filters {
		name := deref(f.Name)
		if set.values(name) == nil {
			return nil, wire.Errorf("InvalidParameterValue", "The filter '%s' is invalid", name)
		}
		if len(f.Values) == 0 { // assumed: the text
			return nil, wire.Errorf("InvalidParameterValue", "The filter '%s' has no value", name)
		}
		count += len(f.Values)
	}
	if count > MaxFilterValues { // assumed: the text; the code is in EC2's list
		return nil, wire.Errorf("FilterLimitExceeded", "The maximum number of filter values specified on a single call is %d", MaxFilterValues)
	}
	conditions := make([]condition[T], len(filters))
	for i, f := range filters {
		conditions[i] = condition[T]{set.values(deref(f.Name)), compilePatterns(f.Values)}
	}
	return func(item T) bool {
		for _, c := range conditions {
			if !slices.ContainsFunc(c.values(r, item), c.match) {
				return false
			}
		}
		return true
	}, nil
}

// condition is one filter: what it looks at in an item, and which values it lets through.
type condition[T any] struct {
	values func(*region, T) []string
	match  func(string) bool
}

// compilePatterns matches a value against alternatives. Most are literal, and a call may
// name 200 ids, so those are looked up.
func compilePatterns(patterns []string) func(string) bool {
	literal := make(map[string]bool, len(patterns))
	var wild []string
	for _, p := range patterns {
		if isPattern(p) {
			wild = append(wild, p)
		} else {
			literal[p] = true
		}
	}
	return func(v string) bool {
		return literal[v] || slices.ContainsFunc(wild, func(p string) bool { return matchWildcard(p, v) })
	}
}

// isPattern says whether a filter's value is more than a literal.
func isPattern(pattern string) bool { return strings.ContainsAny(pattern, `*?\`) }

// values returns how to read a filter's values off an item, or nil for an unknown filter.
func (set filterSet[T]) values(name string) func(*region, T) []string {
	if key, ok := strings.CutPrefix(name, "tag:"); ok {
		name = "tag:"
		if of := set[name]; of != nil {
			return func(r *region, item T) []string { return tagValue(of(r, item), key) }
		}
	}
	return set[name]
}

// tagged adds the filters tag:KEY, tag-key and tag-value, given an item's resource id.
func tagged[T any](set filterSet[T], id func(T) string) filterSet[T] {
	set["tag:"] = func(r *region, item T) []string {
		var pairs []string
		for k, v := range r.Tags[id(item)] {
			pairs = append(pairs, k+"\x00"+v)
		}
		return pairs
	}
	set["tag-key"] = func(r *region, item T) []string {
		var keys []string
		for k := range r.Tags[id(item)] {
			keys = append(keys, k)
		}
		return keys
	}
	set["tag-value"] = func(r *region, item T) []string {
		var values []string
		for _, v := range r.Tags[id(item)] {
			values = append(values, v)
		}
		return values
	}
	return set
}

func tagValue(pairs []string, key string) []string {
	for _, p := range pairs {
		if v, ok := strings.CutPrefix(p, key+"\x00"); ok {
			return []string{v}
		}
	}
	return nil
}

// matchWildcard compares as EC2's filters do: * stands for any text, ? for one character,
// a backslash takes the next character as it is; the comparison is case-sensitive.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
func matchWildcard(pattern, s string) bool {
	p, v := []rune(pattern), []rune(s)
	i, j, star, mark := 0, 0, -1, 0
	for j < len(v) {
		switch {
		case i < len(p) && p[i] == '*':
			star, mark = i, j
			i++
		case i+1 < len(p) && p[i] == '\\' && p[i+1] == v[j]:
			i, j = i+2, j+1
		case i < len(p) && p[i] != '\\' && (p[i] == '?' || p[i] == v[j]):
			i, j = i+1, j+1
		case star >= 0:
			mark++
			i, j = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(string(p[i:]), "*") == ""
}

// one makes a filter of a member with a single value, absent when empty.
func one[T any](value func(T) string) func(*region, T) []string {
	return func(_ *region, item T) []string {
		if v := value(item); v != "" {
			return []string{v}
		}
		return nil
	}
}
