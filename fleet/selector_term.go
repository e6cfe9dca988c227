package fleet

import (
	"slices"
	"strings"
)

// term reads one condition that is all text: a name, an id, KEY=VALUE, all or a saved selector.
func (p *parser) term(chars []char) (expr, error) {
	if err := refuseSigns(chars); err != nil {
		return nil, err
	}
	colon, equals := indexChar(chars, ':'), indexChar(chars, '=')
	switch {
	case chars[0].is('@'):
		return p.savedTerm(chars)
	case equals >= 0 && (colon < 0 || equals < colon || isWord(trim(chars[:colon]), "tag")):
		return p.comparison(chars, equals)
	case colon >= 0:
		return nil, p.tagWithoutValue(chars, colon)
	case isWord(chars, "all"):
		return everything{}, nil
	case startsLikeID(chars):
		return p.id(chars)
	case isPlainWord(chars) && looksLikeKey(text(chars)):
		return nil, &SelectorError{Kind: BareKey, Text: text(chars), Pos: chars[0].pos}
	}
	return newCondition("tag:Name", []pattern{patternOf(chars)}, false), nil
}

// refuseSigns finds what has a meaning to a shell or in another language, and would be part of a name here.
func refuseSigns(chars []char) error {
	for i, c := range chars {
		var sign string
		switch next := i + 1; {
		case c.is('<') || c.is('>'):
			sign = string(c.r)
		case (c.is('&') || c.is('|')) && next < len(chars) && chars[next].is(c.r):
			sign = string([]rune{c.r, c.r})
		case c.is('!') && next < len(chars) && chars[next].is('='):
			if indexChar(chars, '=') < next { // a second comparison
				sign = "!="
			}
		case c.is('!') && i == 0:
			sign = "!"
		}
		if sign != "" {
			return &SelectorError{Kind: BadOperator, Text: sign, Pos: c.pos}
		}
	}
	return nil
}

func isPlainWord(chars []char) bool {
	return !slices.ContainsFunc(chars, func(c char) bool { return c.literal || c.isWild() })
}

func (p *parser) id(chars []char) (expr, error) {
	value, err := p.value("id", chars, chars)
	if err != nil {
		return nil, err
	}
	return newCondition("id", []pattern{value}, false), nil
}

// tagWithoutValue says what is wrong with a colon that belongs to no KEY=VALUE.
func (p *parser) tagWithoutValue(chars []char, colon int) error {
	if prefix := chars[:colon]; !isWord(prefix, "tag") {
		return unknownKey(text(prefix), chars[0].pos)
	}
	return &SelectorError{Kind: EmptyValue, Text: text(chars), Pos: chars[0].pos}
}

// comparison reads KEY=VALUE and KEY!=VALUE, given where the sign stands.
func (p *parser) comparison(chars []char, equals int) (expr, error) {
	key, text := chars[:equals], chars[equals+1:]
	not := len(key) > 0 && key[len(key)-1].is('!')
	if not {
		key = key[:len(key)-1]
	}
	name, err := p.key(key, chars)
	if err != nil {
		return nil, err
	}
	if not && (name == "older" || name == "newer") {
		return nil, &SelectorError{Kind: BadOperator, Text: "!=", Key: name, Pos: chars[equals].pos - 1}
	}
	value, err := p.value(name, text, chars)
	if err != nil {
		return nil, err
	}
	return newCondition(name, []pattern{value}, not), nil
}

// key reads the key of a condition: one of muster's own, which becomes itself, or a tag's, which becomes tag:KEY.
func (p *parser) key(chars, whole []char) (string, error) {
	chars = trim(chars)
	if colon := indexChar(chars, ':'); colon >= 0 {
		prefix := trim(chars[:colon])
		if !isWord(prefix, "tag") {
			return "", unknownKey(text(prefix), whole[0].pos)
		}
		return tagKey(chars[colon+1:], whole)
	}
	name := text(chars)
	known, isKnown := findKey(name)
	switch {
	case name == "Name":
		return "tag:Name", nil
	case isKnown && isPlainWord(chars) && shortForTag(known.name) != "":
		return "tag:" + shortForTag(known.name), nil
	case isKnown && isPlainWord(chars):
		return known.name, nil
	case slices.Contains(laterKeys(), name):
		return "", &SelectorError{Kind: NotSupported, Text: name + "=", Pos: whole[0].pos}
	case nearKey(name) != "":
		return "", unknownKey(name, whole[0].pos)
	}
	return tagKey(chars, whole)
}

// tagKey reads the key of a tag.
func tagKey(chars, whole []char) (string, error) {
	chars = trim(chars)
	switch {
	case len(chars) == 0:
		return "", &SelectorError{Kind: EmptyKey, Text: text(whole), Pos: whole[0].pos}
	case slices.ContainsFunc(chars, char.isWild):
		return "", &SelectorError{Kind: WildcardInKey, Text: text(chars), Pos: chars[0].pos}
	case indexChar(chars, '=') >= 0 || indexChar(chars, '!') == len(chars)-1:
		return "", &SelectorError{Kind: BadList, Text: text(whole), Pos: whole[0].pos}
	}
	return "tag:" + text(chars), nil
}

// value reads a value of a key.
func (p *parser) value(key string, chars, whole []char) (pattern, error) {
	chars = trim(chars)
	if len(chars) == 0 {
		return "", &SelectorError{Kind: EmptyValue, Text: text(whole), Pos: whole[0].pos}
	}
	if err := refuseInValue(chars); err != nil {
		return "", err
	}
	value := text(chars)
	fault := func(kind SelectorErrorKind) error {
		return &SelectorError{Kind: kind, Text: value, Key: key, Pos: chars[0].pos}
	}
	known, _ := findKey(key)
	wild := slices.ContainsFunc(chars, char.isWild)
	switch _, isAge := parseAge(value); {
	case key == "id" && (wild || !isID(value)):
		return "", &SelectorError{Kind: MalformedID, Text: value, Pos: chars[0].pos}
	case key == "state" && (wild || !slices.Contains(known.values, value)):
		return "", &SelectorError{Kind: UnknownState, Text: value, Pos: chars[0].pos}
	case known.values != nil && !slices.Contains(known.values, value):
		return "", fault(UnknownValue)
	case (key == "older" || key == "newer") && !isAge:
		return "", fault(BadAge)
	case key == "launched-by" && wild:
		return "", fault(WildcardInTemplate)
	case key == "launched-by":
		return pattern(value), nil
	}
	return patternOf(chars), nil
}

// refuseInValue finds the signs of another comparison, a saved selector, and a second condition without a comma.
func refuseInValue(chars []char) error {
	switch first := chars[0]; {
	case first.is('='):
		return &SelectorError{Kind: BadOperator, Text: "==", Pos: first.pos}
	case first.is('~'):
		return &SelectorError{Kind: BadOperator, Text: "=~", Pos: first.pos}
	case first.is('@'):
		return &SelectorError{Kind: NotSupported, Text: "@", Pos: first.pos}
	}
	if err := refuseSigns(chars); err != nil {
		return err
	}
	blank := slices.IndexFunc(chars, char.isBlank)
	if blank >= 0 && indexChar(chars[blank:], '=') >= 0 {
		rest := trim(chars[blank:])
		return &SelectorError{Kind: MissingOperator, Text: text(chars), Key: text(rest), Pos: rest[0].pos}
	}
	return nil
}

// savedTerm reads @NAME.
func (p *parser) savedTerm(chars []char) (expr, error) {
	name := text(chars[1:])
	if !isPlainWord(chars[1:]) || !IsSavedName(name) {
		return nil, &SelectorError{Kind: BadSavedName, Text: "@" + name, Pos: chars[0].pos}
	}
	return p.saved(name, chars[0].pos)
}

// IsSavedName reports whether a saved selector may be called so: letters, digits, hyphens, underscores and dots of ASCII.
func IsSavedName(name string) bool {
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
	return name != "" && strings.Trim(name, allowed) == ""
}
