package documents

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
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
	case p.Type == "String" && len(value) != 1:
		return fmt.Sprintf("a String takes one value, not %d", len(value))
	case len(value) < p.MinItems:
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
		return fmt.Sprintf("%q is not one of the allowed values", v)
	case p.AllowedPattern != "" && !matchesWhole(p.AllowedPattern, v):
		return fmt.Sprintf("%q does not match %s", v, p.AllowedPattern)
	}
	return ""
}

// matchesWhole matches as the service does: the pattern must take in the whole value.
func matchesWhole(pattern, v string) bool {
	return regexp.MustCompile(`^(?:` + pattern + `)$`).MatchString(v) // Parse has compiled it
}
