package fleet

import "slices"

// Bounds of a selector: far above what a person writes, and far below what would keep the program busy.
const (
	maxDepth      = 50   // of parentheses and saved selectors
	maxConditions = 1000 // conditions and uses of saved selectors; a list in parentheses is one
)

// reading is what the parsers of a selector, and of the saved ones that it uses, have in common.
type reading struct {
	lookup Lookup
	inside []string // the saved selectors that are being read
	depth  int
	count  int // of conditions
}

// parser reads one text.
//
//	selector  = either { "or" either }
//	either    = part { ( "," | "and" ) part }
//	part      = "not" part | "(" selector ")" | condition
//	condition = "all" | "@" NAME | ID | NAME | KEY "=" VALUE | KEY "!=" VALUE | KEY [ "not" ] "in" "(" VALUE { "," VALUE } ")"
type parser struct {
	*reading
	arg    string
	tokens []token
	last   token // the one before tokens
}

// parse reads a whole selector. Ids with blanks between them are a union.
func (p *parser) parse(arg string) (expr, error) {
	chars, err := lex(arg)
	if err != nil {
		return nil, err
	}
	p.arg, p.tokens = arg, tokenize(chars)
	if ids := p.idList(); len(ids) > 1 {
		return p.union(ids)
	}
	e, err := p.selector()
	if err != nil {
		return nil, err
	}
	switch t := p.peek(); t.kind {
	case tokenEnd:
		return e, check(e, arg)
	case tokenClose:
		return nil, p.fault(Unbalanced, t.pos)
	default:
		return nil, &SelectorError{Kind: MissingOperator, Text: arg, Key: t.text(), Pos: t.pos}
	}
}

// idList returns the words of a selector that is nothing but ids.
func (p *parser) idList() [][]char {
	if len(p.tokens) != 2 || p.tokens[0].kind != tokenText {
		return nil
	}
	words := slices.DeleteFunc(split(p.tokens[0].chars, char.isBlank), func(word []char) bool { return len(word) == 0 })
	if slices.ContainsFunc(words, func(word []char) bool { return !startsLikeID(word) }) {
		return nil
	}
	return words
}

func startsLikeID(chars []char) bool { return len(chars) > 1 && chars[0].is('i') && chars[1].is('-') }

func (p *parser) union(words [][]char) (expr, error) {
	var values []pattern
	for _, word := range words {
		if id := text(word); !isID(id) {
			return nil, &SelectorError{Kind: MalformedID, Text: id, Pos: word[0].pos}
		}
		values = append(values, pattern(text(word)))
	}
	return newCondition("id", values, false), nil
}

func (p *parser) fault(kind SelectorErrorKind, pos int) error {
	return &SelectorError{Kind: kind, Text: p.arg, Pos: pos}
}

func (p *parser) peek() token { return p.tokens[0] }

// next takes a token. The last one, tokenEnd, stays.
func (p *parser) next() token {
	p.last = p.tokens[0]
	if p.last.kind != tokenEnd {
		p.tokens = p.tokens[1:]
	}
	return p.last
}

// list reads expressions between which one of the joints stands.
func (p *parser) list(read func() (expr, error), joints ...tokenKind) ([]expr, error) {
	var list []expr
	for {
		e, err := read()
		if err != nil {
			return nil, err
		}
		list = append(list, e)
		if !slices.Contains(joints, p.peek().kind) {
			return list, nil
		}
		p.next()
	}
}

func (p *parser) selector() (expr, error) {
	list, err := p.list(p.either, tokenOr)
	if err != nil {
		return nil, err
	}
	return oneOf(list), nil
}

func (p *parser) either() (expr, error) {
	list, err := p.list(p.part, tokenComma, tokenAnd)
	if err != nil {
		return nil, err
	}
	return allOf(list), nil
}

func (p *parser) part() (expr, error) {
	before := p.last
	switch t := p.next(); t.kind {
	case tokenText:
		return p.condition(t)
	case tokenOpen:
		return p.parentheses(t)
	case tokenNot:
		return p.negation(t)
	case tokenIn:
		return nil, p.fault(BadList, t.pos)
	default:
		return nil, p.nothing(before, t)
	}
}

// nothing says that at t, which follows before, a condition should stand.
func (p *parser) nothing(before, t token) error {
	switch {
	case before.kind == tokenOpen && t.kind == tokenClose:
		return p.fault(EmptyParentheses, before.pos)
	case before.joins():
		return &SelectorError{Kind: EmptyTerm, Text: p.arg, Key: before.text(), Pos: before.pos}
	case t.joins():
		return &SelectorError{Kind: EmptyTerm, Text: p.arg, Key: t.text(), Pos: t.pos}
	}
	if t.kind == tokenClose {
		return p.fault(Unbalanced, t.pos)
	}
	return p.fault(Unbalanced, before.pos)
}

// deeper counts a level of nesting. The caller takes it back.
func (p *parser) deeper(pos int) error {
	if p.depth++; p.depth > maxDepth {
		return p.fault(TooLong, pos)
	}
	return nil
}

func (p *parser) negation(t token) (expr, error) {
	defer func() { p.depth-- }()
	if err := p.deeper(t.pos); err != nil {
		return nil, err
	}
	e, err := p.part()
	if err != nil {
		return nil, err
	}
	if _, isAll := e.(everything); isAll {
		return nil, p.fault(AllWithMore, t.pos)
	}
	return not(e), nil
}

func (p *parser) parentheses(open token) (expr, error) {
	defer func() { p.depth-- }()
	if err := p.deeper(open.pos); err != nil {
		return nil, err
	}
	e, err := p.selector()
	if err != nil {
		return nil, err
	}
	switch t := p.next(); t.kind {
	case tokenClose:
		return e, nil
	case tokenEnd:
		return nil, p.fault(Unbalanced, open.pos)
	default:
		return nil, &SelectorError{Kind: MissingOperator, Text: p.arg, Key: t.text(), Pos: t.pos}
	}
}

// condition reads what begins with the text t, which was taken.
func (p *parser) condition(t token) (expr, error) {
	if p.count++; p.count > maxConditions {
		return nil, p.fault(TooLong, t.pos)
	}
	switch {
	case p.peek().kind == tokenIn:
		return p.inList(t, false)
	case p.peek().kind == tokenNot && p.tokens[1].kind == tokenIn:
		p.next()
		return p.inList(t, true)
	}
	return p.term(t.chars)
}

// inList reads the rest of KEY in (A,B).
func (p *parser) inList(key token, not bool) (expr, error) {
	in := p.next()
	if err := refuseSigns(key.chars); err != nil {
		return nil, err
	}
	name, err := p.key(key.chars, key.chars)
	if err != nil {
		return nil, err
	}
	if name == "older" || name == "newer" {
		return nil, &SelectorError{Kind: BadOperator, Text: "in", Key: name, Pos: in.pos}
	}
	open := p.next()
	if open.kind != tokenOpen {
		return nil, p.fault(BadList, in.pos)
	}
	var values []pattern
	for {
		value, err := p.listValue(name, p.last)
		if err != nil {
			return nil, err
		}
		values = append(values, value)
		switch t := p.next(); t.kind {
		case tokenComma:
		case tokenClose:
			return newCondition(name, values, not), nil
		case tokenEnd:
			return nil, p.fault(Unbalanced, open.pos)
		default:
			return nil, p.fault(BadList, t.pos)
		}
	}
}

// listValue reads one value of a list.
func (p *parser) listValue(key string, before token) (pattern, error) {
	t := p.next()
	switch {
	case t.kind == tokenClose || t.kind == tokenComma || (t.kind == tokenEnd && before.kind == tokenComma):
		return "", p.nothing(before, t)
	case t.kind == tokenEnd:
		return "", p.fault(Unbalanced, before.pos)
	case t.kind != tokenText:
		return "", p.fault(BadList, t.pos)
	}
	if i := slices.IndexFunc(t.chars, char.isBlank); i >= 0 {
		return "", &SelectorError{Kind: BlankInList, Text: t.text(), Pos: t.chars[i].pos}
	}
	return p.value(key, t.chars, t.chars)
}
