package wire

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Names is a service's table of wire names, written by the generator. One Go type may have
// different names in requests and in responses (ec2 types.Tag), so the directions are kept apart.
//
// A JSON service's table holds in Requests, for both directions, the few types with names that
// differ from the Go field names (ssm types.CommandFilter has "key"); Responses is empty.
type Names struct {
	// Requests and Responses are sorted by Type.
	Requests, Responses []Shape
}

// Shape is the wire names of one Go struct type.
type Shape struct {
	// Type is the Go type's name without its package.
	Type string
	// Members are separated by white space. Each is its name on the wire, then for a list "[item]"
	// with the name of an element, or "[]" where the list is flat, and then "=Field" where the Go
	// field is called otherwise than the name with its first letter in upper case: "amiLaunchIndex
	// tagSet[item]=Tags Filter[]=Filters".
	Members string
}

// naming is where the wire names of one direction come from.
type naming struct {
	table   []Shape // sorted by Type
	goNames bool    // what the table lacks is called as in Go
}

// members returns the members of a struct type by Go field, as far as the table has them.
func (n naming) members(typ reflect.Type) (map[string]member, error) {
	i, ok := slices.BinarySearchFunc(n.table, typ.Name(), func(s Shape, name string) int {
		return strings.Compare(s.Type, name)
	})
	switch {
	case ok:
		return parseMembers(n.table[i].Members), nil
	case n.goNames:
		return nil, nil
	default:
		return nil, fmt.Errorf("%s is not in the table of names: run go generate", typ)
	}
}

// parseMembers reads [Shape.Members], by Go field.
func parseMembers(members string) map[string]member {
	parsed := make(map[string]member)
	for m := range strings.FieldsSeq(members) {
		name, field, renamed := strings.Cut(m, "=")
		name, item, _ := strings.Cut(name, "[")
		if !renamed {
			field = upperFirst(name)
		}
		parsed[field] = member{name: name, item: strings.TrimSuffix(item, "]")}
	}
	return parsed
}

func upperFirst(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}
