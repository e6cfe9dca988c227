package fleet

import (
	"fmt"
	"strings"
)

// SelectorErrorKind is what is wrong with a selector.
type SelectorErrorKind int

// The kinds of SelectorError.
const (
	NoSelector       SelectorErrorKind = iota // none was given
	EmptySelector                             // nothing but blanks and commas: what an unset variable leaves
	EmptyTerm                                 // nothing between two commas, or at an end
	EmptyKey                                  // "=web"
	EmptyValue                                // "env=": what an unset variable leaves
	SeveralSelectors                          // several arguments that are not all ids
	SeveralIDs                                // two ids joined by a comma, which is AND
	Contradiction                             // two values of one key joined by a comma
	AllWithMore                               // "all,role=web"
	MalformedID                               // "i-12"
	UnknownKey                                // "stat=running", "foo:bar=1"
	UnknownState                              // "state=up"
	NotSupported                              // what a later version will understand
	WildcardInKey                             // "ro*=web"
	BadCharacter                              // a control character, or no UTF-8
	LoneBackslash                             // a backslash at the end
)

// SelectorError says why a selector is refused. No selector that was refused is ever read as another one.
type SelectorError struct {
	Kind SelectorErrorKind
	Text string // the part at fault, as it was typed
	Key  string // of Contradiction; of UnknownKey the known key that Text resembles, or empty
}

// Error says what is wrong with the selector, and quotes it.
func (e *SelectorError) Error() string {
	switch e.Kind {
	case NoSelector:
		return "no selector given"
	case EmptySelector:
		return "the selector is empty"
	case EmptyTerm:
		return fmt.Sprintf("selector %q has nothing on one side of a comma", e.Text)
	case EmptyKey:
		return fmt.Sprintf("selector %q has no key", e.Text)
	case EmptyValue:
		return fmt.Sprintf("selector %q has no value", e.Text)
	case SeveralSelectors:
		return fmt.Sprintf("selector %q is one of several arguments; only instance ids may be several", e.Text)
	case SeveralIDs:
		return fmt.Sprintf("selector %q wants one instance to have two ids", e.Text)
	case Contradiction:
		return fmt.Sprintf("selector %q wants two values of %s in one instance", e.Text, e.Key)
	case AllWithMore:
		return fmt.Sprintf("selector %q joins all with something else", e.Text)
	case MalformedID:
		return fmt.Sprintf("instance id %q is not i- with 8 or 17 hexadecimal digits", e.Text)
	case UnknownKey:
		return fmt.Sprintf("unknown selector key %q", e.Text)
	case UnknownState:
		return fmt.Sprintf("unknown state %q; one of %s", e.Text, joinStates())
	case NotSupported:
		return fmt.Sprintf("%q in a selector is not supported yet", e.Text)
	case WildcardInKey:
		return fmt.Sprintf("tag key %q has a wildcard; only values may", e.Text)
	case LoneBackslash:
		return fmt.Sprintf("selector %q ends in a single backslash", e.Text)
	default:
		return fmt.Sprintf("selector %q has a character that is not text", e.Text)
	}
}

func joinStates() string {
	var names []string
	for _, s := range States() {
		names = append(names, string(s))
	}
	return strings.Join(names, ", ")
}
