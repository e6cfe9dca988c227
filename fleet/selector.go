package fleet

import (
	"slices"
	"strings"
	"unicode"

	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Selector says which instances are meant. It comes from [Parse] or [All]; the zero value means none.
//
//	web-*                     the tag Name; * stands for any characters, ? for one
//	i-0123456789abcdef0       an id
//	tag:role=web  role=web    a tag; the value may have wildcards
//	state=running             a state
//	role=web,state=running    both: a comma is AND
//	all                       every instance
//
// A backslash takes the meaning from the next character. A selector that was accepted is never empty: it names at least one
// condition, or says all.
type Selector struct {
	all   bool
	ids   []string // sorted, each once; more than one only where terms is empty
	terms []term   // all of which must hold
}

// term is one condition: a tag, or with an empty tag a state.
type term struct {
	tag   string
	value pattern
}

// All means every instance.
func All() Selector { return Selector{all: true} }

// ByID means the instances with these ids, which are not checked. No ids: no instances.
func ByID(ids ...string) Selector {
	sorted := slices.Clone(ids)
	slices.Sort(sorted)
	return Selector{ids: slices.Compact(sorted)}
}

// Parse reads a selector from the arguments of a command. The error is a [*SelectorError].
//
// Several arguments are a union where each is an instance id; any other union is refused, because a union by accident (a
// blank instead of a comma) hits too many machines. No argument, an empty one and an empty value are refused too, because an
// unset variable in a script leaves exactly that.
func Parse(args []string) (Selector, error) {
	if len(args) == 0 {
		return Selector{}, &SelectorError{Kind: NoSelector}
	}
	if slices.ContainsFunc(args, isBlank) {
		return Selector{}, &SelectorError{Kind: EmptySelector}
	}
	words := strings.Fields(strings.Join(args, " "))
	if len(words) > 1 && !slices.ContainsFunc(words, notID) {
		return parseIDs(words)
	}
	if len(args) > 1 {
		return Selector{}, &SelectorError{Kind: SeveralSelectors, Text: words[slices.IndexFunc(words, notID)]}
	}
	return parseTerms(args[0])
}

// isBlank reports whether arg holds nothing but blanks and commas.
func isBlank(arg string) bool {
	return !strings.ContainsFunc(arg, func(r rune) bool { return r != ',' && !unicode.IsSpace(r) })
}

func notID(word string) bool { return !strings.HasPrefix(word, "i-") || strings.Contains(word, ",") }

func parseIDs(words []string) (Selector, error) {
	for _, word := range words {
		if !isID(word) {
			return Selector{}, &SelectorError{Kind: MalformedID, Text: word}
		}
	}
	return ByID(words...), nil
}

// isID reports whether s has the form of an instance id: 8 hexadecimal digits until 2016, 17 since
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html).
func isID(s string) bool {
	digits, found := strings.CutPrefix(s, "i-")
	return found && (len(digits) == 8 || len(digits) == 17) && strings.Trim(digits, "0123456789abcdef") == ""
}

// parseTerms reads conditions that are joined by commas.
func parseTerms(arg string) (Selector, error) {
	chars, err := lex(arg)
	if err != nil {
		return Selector{}, err
	}
	var s Selector
	parts := split(chars, func(c char) bool { return c.is(',') })
	for _, part := range parts {
		part = trim(part)
		if len(part) == 0 {
			return Selector{}, &SelectorError{Kind: EmptyTerm, Text: arg}
		}
		if err := s.parseTerm(part); err != nil {
			return Selector{}, err
		}
	}
	if s.all && len(parts) > 1 {
		return Selector{}, &SelectorError{Kind: AllWithMore, Text: arg}
	}
	if err := s.contradiction(arg); err != nil {
		return Selector{}, err
	}
	return s, nil
}

// parseTerm reads one condition into s.
func (s *Selector) parseTerm(chars []char) error {
	if err := reserved(chars); err != nil {
		return err
	}
	colon, equals := indexChar(chars, ':'), indexChar(chars, '=')
	switch {
	case colon >= 0 && (equals < 0 || colon < equals):
		return s.parseTag(chars)
	case equals >= 0:
		return s.parseKey(chars)
	case isWord(chars, "all"):
		s.all = true
	case len(chars) > 1 && chars[0].is('i') && chars[1].is('-'):
		return s.parseID(chars)
	default:
		s.addTerm(term{tag: "Name", value: patternOf(chars)})
	}
	return nil
}

func (s *Selector) parseID(chars []char) error {
	id := text(chars)
	if !isID(id) {
		return &SelectorError{Kind: MalformedID, Text: id}
	}
	if !slices.Contains(s.ids, id) {
		s.ids = append(s.ids, id)
	}
	return nil
}

// parseTag reads tag:KEY=VALUE.
func (s *Selector) parseTag(chars []char) error {
	prefix, rest, _ := cut(chars, ':')
	if !isWord(prefix, "tag") {
		return unknownKey(text(prefix))
	}
	key, value, found := cut(rest, '=')
	if !found {
		return &SelectorError{Kind: EmptyValue, Text: text(chars)}
	}
	return s.parseValue(chars, key, value)
}

// parseKey reads KEY=VALUE: a state, or a tag whose key is not one that looks like ours.
func (s *Selector) parseKey(chars []char) error {
	key, value, _ := cut(chars, '=')
	key = trim(key)
	name := text(key)
	switch {
	case isWord(key, "state"):
		return s.parseState(chars, trim(value))
	case slices.Contains(laterKeys(), name):
		return &SelectorError{Kind: NotSupported, Text: name + "="}
	case nearKey(name) != "":
		return unknownKey(name)
	}
	return s.parseValue(chars, key, value)
}

func (s *Selector) parseValue(whole, key, value []char) error {
	key, value = trim(key), trim(value)
	switch {
	case len(key) == 0:
		return &SelectorError{Kind: EmptyKey, Text: text(whole)}
	case slices.ContainsFunc(key, char.isWild):
		return &SelectorError{Kind: WildcardInKey, Text: text(key)}
	case len(value) == 0:
		return &SelectorError{Kind: EmptyValue, Text: text(whole)}
	}
	s.addTerm(term{tag: text(key), value: patternOf(value)})
	return nil
}

func (s *Selector) parseState(whole, value []char) error {
	if len(value) == 0 {
		return &SelectorError{Kind: EmptyValue, Text: text(whole)}
	}
	if !slices.Contains(States(), State(text(value))) {
		return &SelectorError{Kind: UnknownState, Text: text(value)}
	}
	s.addTerm(term{value: pattern(text(value))})
	return nil
}

func (s *Selector) addTerm(t term) {
	if !slices.Contains(s.terms, t) {
		s.terms = append(s.terms, t)
	}
}

// contradiction finds conditions that no instance can meet: whoever writes them means OR.
func (s *Selector) contradiction(arg string) error {
	if len(s.ids) > 1 {
		return &SelectorError{Kind: SeveralIDs, Text: arg}
	}
	for i, a := range s.terms {
		for _, b := range s.terms[i+1:] {
			if a.tag == b.tag && a.value.plain() && b.value.plain() {
				return &SelectorError{Kind: Contradiction, Text: arg, Key: a.key()}
			}
		}
	}
	return nil
}

func (t term) key() string {
	if t.tag == "" {
		return "state"
	}
	return t.tag
}

// String writes the selector in its long form, which [Parse] reads back as the same selector.
func (s Selector) String() string {
	if s.all {
		return "all"
	}
	if len(s.terms) == 0 {
		return strings.Join(s.ids, " ")
	}
	parts := slices.Clone(s.ids)
	for _, t := range s.terms {
		if t.tag == "" {
			parts = append(parts, "state="+string(t.value))
			continue
		}
		parts = append(parts, "tag:"+quote(literals(t.tag))+"="+quote(t.value.chars()))
	}
	return strings.Join(parts, ",")
}

func literals(s string) []char {
	var chars []char
	for _, r := range s {
		chars = append(chars, char{r: r, literal: true})
	}
	return chars
}

// IDs returns the instance ids that the selector names, sorted. A selector that names none selects by what instances are.
func (s Selector) IDs() []string { return slices.Clone(s.ids) }

// Match reports whether the selector means the instance. It decides as EC2's filters do, upper and lower case included.
func (s Selector) Match(in Instance) bool {
	if len(s.ids) > 0 {
		if _, found := slices.BinarySearch(s.ids, in.ID); !found {
			return false
		}
	}
	for _, t := range s.terms {
		if !t.match(in) {
			return false
		}
	}
	return s.all || len(s.ids)+len(s.terms) > 0
}

func (t term) match(in Instance) bool {
	if t.tag == "" {
		return string(in.State) == string(t.value)
	}
	value, found := in.Tags[t.tag]
	return found && t.value.match(value)
}

// Limits of a DescribeInstances call. One takes at most 200 filter values
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html).
const (
	maxFilterValues = 200
	maxFilterTerms  = 50 // conditions beyond these are left to Match, so that they never reach the limit
)

// Queries returns the filters for EC2 DescribeInstances: one list for each call that is needed, a single empty one for all,
// and none for the zero Selector. They narrow the answer as far as EC2 can; what they let through has to pass [Selector.Match].
func (s Selector) Queries() [][]ec2types.Filter {
	conditions := s.filters()
	if s.all || (len(s.ids) == 0 && len(conditions) > 0) {
		return [][]ec2types.Filter{conditions}
	}
	var queries [][]ec2types.Filter
	for ids := range slices.Chunk(s.ids, maxFilterValues) {
		byID := ec2types.Filter{Name: new("instance-id"), Values: ids}
		queries = append(queries, append([]ec2types.Filter{byID}, conditions...))
	}
	return queries
}

// filters writes the terms as EC2 filters, the first of each key only: EC2 does not say what two filters of one name mean.
func (s Selector) filters() []ec2types.Filter {
	var filters []ec2types.Filter
	seen := map[string]bool{}
	for _, t := range s.terms[:min(len(s.terms), maxFilterTerms)] {
		name := "instance-state-name"
		if t.tag != "" {
			name = "tag:" + t.tag
		}
		if !seen[name] {
			seen[name] = true
			filters = append(filters, ec2types.Filter{Name: new(name), Values: []string{string(t.value)}})
		}
	}
	return filters
}
