package wire

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Validation collects what is wrong with the input of a JSON service, in AWS's words. A member's
// place is written as AWS writes it, with its first letter in lower case: "maxResults",
// "targets.1.member.key". A member that is absent passes every check but Required. The zero value
// is ready for use.
//
//	var v wire.Validation
//	v.Required("commandId", in.CommandId)
//	v.Range("maxResults", in.MaxResults, 1, 50)
//	if err := v.Err(); err != nil {
//		return nil, err
//	}
type Validation struct {
	failures []string
}

// Err returns a ValidationException that names every failure in the order of the checks, or nil if
// there is none.
func (v *Validation) Err() error {
	switch len(v.failures) {
	case 0:
		return nil
	case 1:
		return Errorf("ValidationException", "1 validation error detected: %s", v.failures[0])
	default:
		return Errorf("ValidationException", "%d validation errors detected: %s", len(v.failures), strings.Join(v.failures, "; "))
	}
}

// Required checks that a member is there: a pointer, list or map that is not nil, or an enum that
// is not empty.
func (v *Validation) Required(at string, value any) {
	if missing(reflect.ValueOf(value)) {
		v.failures = append(v.failures, fmt.Sprintf("Value null at '%s' failed to satisfy constraint: Member must not be null", at))
	}
}

// Range checks that a number is from least to most.
func (v *Validation) Range(at string, value *int32, least, most int32) {
	switch {
	case value == nil:
	case *value < least:
		v.fail(at, *value, "Member must have value greater than or equal to "+strconv.Itoa(int(least)))
	case *value > most:
		v.fail(at, *value, "Member must have value less than or equal to "+strconv.Itoa(int(most)))
	}
}

// Length checks that a string has from least to most characters, or a list that many elements. The
// value may be a string type, a pointer to one, or a list.
func (v *Validation) Length(at string, value any, least, most int) {
	rv := reflect.Indirect(reflect.ValueOf(value))
	if missing(rv) {
		return
	}
	var length int
	if rv.Kind() == reflect.String {
		length = utf8.RuneCountInString(rv.String())
	} else {
		length = rv.Len()
	}
	switch {
	case length < least:
		v.fail(at, rv.Interface(), minLength(least))
	case length > most:
		v.fail(at, rv.Interface(), maxLength(most))
	}
}

// Pattern checks that a whole string matches AWS's pattern for it, which the message repeats.
func (v *Validation) Pattern(at string, value *string, pattern *regexp.Regexp) {
	if value != nil && !matchesWhole(pattern, *value) {
		v.fail(at, *value, matchPattern(pattern))
	}
}

// Enum checks that a value, if it is not empty, is one of those allowed, which the message names in
// the order given.
func Enum[T ~string](v *Validation, at string, value T, allowed []T) {
	if value != "" && !slices.Contains(allowed, value) {
		v.fail(at, value, oneOf(allowed))
	}
}

// Element is what AWS asks of each string of a list. Zero values ask nothing.
type Element struct {
	// Min and Max are lengths in characters.
	Min, Max int
	Pattern  *regexp.Regexp
	Enum     []string
}

// Each checks every string of a list. The message gives the whole list and all that is asked of an
// element, whatever it was that failed, as AWS's do.
func (v *Validation) Each(at string, list []string, e Element) {
	if slices.ContainsFunc(list, func(s string) bool { return !e.allows(s) }) {
		v.fail(at, list, "Member must satisfy constraint: ["+strings.Join(e.constraints(), ", ")+"]")
	}
}

func (e Element) allows(s string) bool {
	length := utf8.RuneCountInString(s)
	return length >= e.Min && (e.Max == 0 || length <= e.Max) &&
		(e.Pattern == nil || matchesWhole(e.Pattern, s)) &&
		(e.Enum == nil || slices.Contains(e.Enum, s))
}

func (e Element) constraints() []string {
	var all []string
	if e.Max > 0 {
		all = append(all, maxLength(e.Max), minLength(e.Min))
	}
	if e.Pattern != nil {
		all = append(all, matchPattern(e.Pattern))
	}
	if e.Enum != nil {
		all = append(all, oneOf(e.Enum))
	}
	return all
}

func (v *Validation) fail(at string, value any, constraint string) {
	v.failures = append(v.failures, fmt.Sprintf("Value '%s' at '%s' failed to satisfy constraint: %s", shown(value), at, constraint))
}

// shown writes a value as AWS's messages do: a list as "[a, b]". A structure is written as the name
// of its type; AWS puts an address after it, which tells nobody anything.
func shown(value any) string {
	v := reflect.ValueOf(value)
	switch v.Kind() {
	case reflect.Slice:
		parts := make([]string, v.Len())
		for i := range parts {
			parts[i] = shown(v.Index(i).Interface())
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case reflect.Struct:
		return v.Type().Name()
	default:
		return fmt.Sprint(value)
	}
}

// missing reports whether a value stands for an absent member.
func missing(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Invalid:
		return true
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return v.IsNil()
	default:
		return v.Type() != stringType && v.Kind() == reflect.String && v.Len() == 0
	}
}

var stringType = reflect.TypeFor[string]()

func minLength(n int) string {
	return "Member must have length greater than or equal to " + strconv.Itoa(n)
}
func maxLength(n int) string {
	return "Member must have length less than or equal to " + strconv.Itoa(n)
}

func matchPattern(pattern *regexp.Regexp) string {
	return "Member must satisfy regular expression pattern: " + pattern.String()
}

func oneOf[T ~string](values []T) string {
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = string(v)
	}
	return "Member must satisfy enum value set: [" + strings.Join(parts, ", ") + "]"
}

// matchesWhole reports whether the pattern matches from the first character to the last, as AWS
// reads it even without anchors.
func matchesWhole(pattern *regexp.Regexp, s string) bool {
	at := pattern.FindStringIndex(s)
	return at != nil && at[0] == 0 && at[1] == len(s)
}
