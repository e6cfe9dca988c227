package documents

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ParameterError says which parameter of a request does not fit the document, and why.
type ParameterError struct {
	Name   string
	Reason string
}

// Error describes the parameter and the reason.
func (e *ParameterError) Error() string { return fmt.Sprintf("parameter %s: %s", e.Name, e.Reason) }

// Bind checks the values given for a document's parameters, as lists of texts as the API
// passes them, and returns the value of every declared parameter, defaults included. A
// value that does not fit is a [*ParameterError].
func (d Document) Bind(given map[string][]string) (map[string][]string, error) {
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if _, ok := d.Parameters[name]; !ok {
			return nil, &ParameterError{name, "the document does not declare it"}
		}
	}
	bound := make(map[string][]string, len(d.Parameters))
	for _, name := range slices.Sorted(maps.Keys(d.Parameters)) {
		p := d.Parameters[name]
		value, ok := given[name]
		if !ok {
			if p.Default == nil {
				return nil, &ParameterError{name, "a value is required"}
			}
			value = p.Default
		}
		if reason := p.misfit(value); reason != "" {
			return nil, &ParameterError{name, reason}
		}
		bound[name] = value
	}
	return bound, nil
}

// misfit says why a value does not fit a parameter, or nothing.
func (p Parameter) misfit(value []string) string {
	switch {
	case p.Type != "StringList" && len(value) != 1:
		return fmt.Sprintf("a %s takes one value, not %d", p.Type, len(value))
	case len(value) < p.MinItems && p.Type == "StringList":
		return fmt.Sprintf("%d items; at least %d are needed", len(value), p.MinItems)
	case p.MaxItems > 0 && len(value) > p.MaxItems:
		return fmt.Sprintf("%d items; at most %d", len(value), p.MaxItems)
	}
	for _, v := range value {
		if reason := p.itemMisfit(v); reason != "" {
			return reason
		}
	}
	return ""
}

func (p Parameter) itemMisfit(v string) string {
	chars := utf8.RuneCountInString(v)
	switch {
	case chars < p.MinChars:
		return fmt.Sprintf("%d characters; at least %d are needed", chars, p.MinChars)
	case p.MaxChars > 0 && chars > p.MaxChars:
		return fmt.Sprintf("%d characters; at most %d", chars, p.MaxChars)
	case len(p.AllowedValues) > 0 && !slices.Contains(p.AllowedValues, v):
		return fmt.Sprintf("%q is not one of %s", v, strings.Join(p.AllowedValues, ", "))
	case p.AllowedPattern != "" && !matchesWhole(p.AllowedPattern, v):
		return fmt.Sprintf("%q does not match %s", v, p.AllowedPattern)
	}
	return p.typeMisfit(v)
}

// typeMisfit says why a text is no value of a type that is more than text.
func (p Parameter) typeMisfit(v string) string {
	var fits bool
	switch p.Type {
	case "Boolean":
		fits = v == "true" || v == "false"
	case "Integer":
		_, err := strconv.ParseInt(v, 10, 64)
		fits = err == nil
	case "StringMap":
		var m map[string]any
		fits = json.Unmarshal([]byte(v), &m) == nil
	case "MapList":
		var l []map[string]any
		fits = json.Unmarshal([]byte(v), &l) == nil
	default:
		return ""
	}
	if fits {
		return ""
	}
	return fmt.Sprintf("%q is not a %s", v, p.Type)
}

// matchesWhole matches as the service does: the pattern must take in the whole value.
func matchesWhole(pattern, v string) bool {
	return regexp.MustCompile(wholePattern(pattern)).MatchString(v) // Parse has compiled it
}

func wholePattern(pattern string) string { return `^(?:` + pattern + `)$` }
