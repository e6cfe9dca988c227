package fleet

import (
	"fmt"
	"strings"
)

// SelectorErrorKind is what is wrong with a selector.
type SelectorErrorKind int

// The kinds of SelectorError.
const (
	NoSelector         SelectorErrorKind = iota // none was given
	EmptySelector                               // nothing but blanks and commas: what an unset variable leaves
	EmptyTerm                                   // nothing beside a comma, or, and, not
	EmptyKey                                    // "=web"
	EmptyValue                                  // "env=", `env=""`: what an unset variable leaves
	EmptyParentheses                            // "()"
	SeveralSelectors                            // several arguments that are not all ids
	SeveralIDs                                  // two ids joined by a comma, which is AND
	Contradiction                               // no instance can be meant: two values of one key joined by a comma
	AlwaysTrue                                  // every instance is meant: "env!=dev or env!=prod"
	AllWithMore                                 // "all,role=web", "not all"
	AnyValue                                    // "*", "role=*": what an unset variable leaves of "$PREFIX*"; only refused to act
	MalformedID                                 // "i-12"
	UnknownKey                                  // "stat=running", "foo:bar=1"
	UnknownState                                // "state=up"
	UnknownValue                                // "lifecycle=cheap"
	UnknownTemplate                             // a launch template in launched-by= that does not exist
	UnknownSaved                                // a saved selector that does not exist
	BareKey                                     // "state": what the shell leaves of age>7d
	BadAge                                      // "older=7"
	BadOperator                                 // "age>7d", "role==web", "older!=7d"
	BadList                                     // "role in web"
	BlankInList                                 // "role in (a b)"
	BadSavedName                                // "@"
	SavedCycle                                  // a saved selector that uses itself
	MissingOperator                             // two conditions with only a blank between them
	Unbalanced                                  // a parenthesis without its other one
	TooLong                                     // too many conditions, or too deep in parentheses
	NotSupported                                // what a later version may understand
	WildcardInKey                               // "ro*=web"
	WildcardInTemplate                          // "launched-by=web*"
	WildcardInQuotes                            // `name="web-*"`
	QuoteInside                                 // "bob's"
	OpenQuote                                   // a quote that is not closed
	BadCharacter                                // a control character, or no UTF-8
	LoneBackslash                               // a backslash at the end
)

// SelectorError says why a selector is refused. No selector that was refused is ever read as another one.
type SelectorError struct {
	Kind  SelectorErrorKind
	Text  string // the part at fault, as it was typed
	Key   string // the key or the word that is concerned; of UnknownKey what Text resembles, or empty
	Pos   int    // where the fault is, in characters from 1; 0: it has no place
	Where string // where a saved selector with the fault is written; empty: in the arguments
}

// Error says what is wrong with the selector, and quotes it.
// Error says what is wrong with the selector, quotes it and says where in it.
func (e *SelectorError) Error() string {
	text := e.message()
	if e.Pos > 1 {
		text += fmt.Sprintf(" (at character %d)", e.Pos)
	}
	if e.Where != "" {
		text = e.Where + ": " + text
	}
	return text
}

func (e *SelectorError) message() string {
	if format, found := wholeSelector[e.Kind]; found {
		return fmt.Sprintf("selector %q ", e.Text) + format
	}
	switch e.Kind {
	case NoSelector:
		return "no selector given"
	case EmptySelector:
		return "the selector is empty"
	case EmptyTerm:
		return fmt.Sprintf("selector %q has nothing %s", e.Text, besideWord(e.Key))
	case Contradiction:
		return e.contradiction("wants two values of %s in one instance", "contradicts itself")
	case AlwaysTrue:
		return e.contradiction("means every instance: each lacks one of two values of %s", "means every instance: one of its sides holds for each")
	case MissingOperator:
		return fmt.Sprintf("selector %q has nothing that joins %q to what is before it", e.Text, e.Key)
	}
	return e.aboutPart()
}

// wholeSelector are the texts of the kinds whose Text is a selector or a condition.
var wholeSelector = map[SelectorErrorKind]string{
	EmptyKey:         "has no key",
	EmptyValue:       "has no value",
	EmptyParentheses: "has nothing between its parentheses",
	SeveralSelectors: "is one of several arguments; only instance ids may be several",
	SeveralIDs:       "wants one instance to have two ids",
	AllWithMore:      "joins all with something else",
	AnyValue:         "is no more than a wildcard",
	BadList:          "has an in that is not KEY in (A,B)",
	Unbalanced:       "has a parenthesis without its other one",
	TooLong:          "is too long: at most 1000 conditions, 50 deep",
	WildcardInQuotes: "has a wildcard in quotes",
	QuoteInside:      "has a quote inside a word",
	OpenQuote:        "has a quote that is not closed",
	LoneBackslash:    "ends in a single backslash",
	BadCharacter:     "has a character that is not text",
}

// contradiction writes the text of a fault between two values of a key, or, where no key is known, between two parts.
func (e *SelectorError) contradiction(ofKey, ofParts string) string {
	if e.Key == "" {
		return fmt.Sprintf("selector %q %s", e.Text, ofParts)
	}
	return fmt.Sprintf("selector %q "+ofKey, e.Text, e.Key)
}

func besideWord(word string) string {
	switch strings.ToLower(word) {
	case ",":
		return "on one side of a comma"
	case "not":
		return "after not"
	}
	return "on one side of " + strings.ToLower(word)
}

// aboutPart writes the texts of the kinds whose Text is a word of a selector.
func (e *SelectorError) aboutPart() string {
	switch e.Kind {
	case MalformedID:
		return fmt.Sprintf("instance id %q is not i- with 8 or 17 hexadecimal digits", e.Text)
	case UnknownKey:
		return fmt.Sprintf("unknown selector key %q", e.Text)
	case UnknownState:
		return fmt.Sprintf("unknown state %q; one of %s", e.Text, strings.Join(stateNames(), ", "))
	case UnknownValue:
		key, _ := findKey(e.Key)
		return fmt.Sprintf("unknown value %q of %s; one of %s", e.Text, e.Key, strings.Join(key.values, ", "))
	case UnknownTemplate:
		return fmt.Sprintf("no launch template is called %q", e.Text)
	case UnknownSaved:
		return fmt.Sprintf("no selector is saved as %s", e.Text)
	case BareKey:
		return fmt.Sprintf("%q alone is a key of selectors, not a machine", e.Text)
	case BadAge:
		return fmt.Sprintf("%q is no age for %s", e.Text, e.Key)
	case BlankInList:
		return fmt.Sprintf("%q in a list has a blank that is not in quotes", e.Text)
	case SavedCycle:
		return fmt.Sprintf("saved selector %s uses itself", e.Text)
	case BadSavedName:
		return fmt.Sprintf("%q is not @ and the name of a saved selector", e.Text)
	case WildcardInKey:
		return fmt.Sprintf("tag key %q has a wildcard; only values may", e.Text)
	case WildcardInTemplate:
		return fmt.Sprintf("launch template %q has a wildcard; it must be a whole name or an id", e.Text)
	case NotSupported:
		return fmt.Sprintf("%q in a selector is not supported yet", e.Text)
	}
	return e.aboutOperator()
}

func (e *SelectorError) aboutOperator() string {
	if e.Key != "" {
		return fmt.Sprintf("%s= takes no %q", e.Key, e.Text)
	}
	return fmt.Sprintf("selectors have no %q", e.Text)
}
