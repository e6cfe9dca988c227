package fleet

import (
	"slices"
	"strings"
)

// laterKeys are the keys that a later version gives a meaning. They are refused until then, so that no script comes to
// depend on their being tags; tag:KEY= means the tag in every version.
func laterKeys() []string {
	return []string{
		"az", "type", "ami", "vpc", "subnet", "asg", "platform", "lifecycle", "ssm", "older", "newer", "launched-by",
		"id", "name", "region", "account",
	}
}

// reserved refuses what a later version gives a meaning: words, brackets, quotes and signs.
func reserved(chars []char) error {
	for i, c := range chars {
		switch {
		case !c.literal && strings.ContainsRune("()'\"@", c.r):
			return &SelectorError{Kind: NotSupported, Text: string(c.r)}
		case c.is('!') && i+1 < len(chars) && chars[i+1].is('='):
			return &SelectorError{Kind: NotSupported, Text: "!="}
		}
	}
	for _, word := range split(chars, char.isBlank) {
		for _, later := range []string{"or", "and", "not", "in"} {
			if strings.EqualFold(text(word), later) && !slices.ContainsFunc(word, func(c char) bool { return c.literal }) {
				return &SelectorError{Kind: NotSupported, Text: text(word)}
			}
		}
	}
	return nil
}

func unknownKey(key string) error {
	return &SelectorError{Kind: UnknownKey, Text: key, Key: nearKey(key)}
}

// nearKey returns the key of this version that a typing error away from key, or empty: a tag that is called "stat" exists
// less often than a finger that slipped, and the slip would select other machines.
func nearKey(key string) string {
	for _, known := range []string{"state", "tag"} {
		if oneEditAway(strings.ToLower(key), known) {
			return known
		}
	}
	return ""
}

// oneEditAway reports whether a becomes b by at most one character that is added, left out, changed or swapped with its
// neighbour.
func oneEditAway(a, b string) bool {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	swapped := len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
	return (len(a) <= 1 && len(b) <= 1) || swapped
}
