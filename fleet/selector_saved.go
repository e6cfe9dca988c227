package fleet

import (
	"errors"
	"slices"
)

// Definition is a saved selector.
type Definition struct {
	Text  string // what stands for its name; empty: no selector has the name
	Where string // where that is written, such as a file and a line, for errors
}

// Lookup finds a saved selector by its name, without the @. An error ends the parsing with it. Nil: saved selectors are
// refused as not supported.
type Lookup func(name string) (Definition, error)

// saved reads the definition of a saved selector in its place.
func (p *parser) saved(name string, pos int) (expr, error) {
	if slices.Contains(p.inside, name) {
		return nil, &SelectorError{Kind: SavedCycle, Text: "@" + name, Pos: pos}
	}
	if p.lookup == nil {
		return nil, &SelectorError{Kind: NotSupported, Text: "@", Pos: pos}
	}
	definition, err := p.lookup(name)
	if err != nil {
		return nil, err
	}
	if definition.Text == "" {
		return nil, &SelectorError{Kind: UnknownSaved, Text: "@" + name, Pos: pos}
	}
	p.inside = append(p.inside, name)
	p.depth++
	e, err := p.define(definition)
	p.depth--
	p.inside = p.inside[:len(p.inside)-1]
	return e, err
}

// define reads a definition. Its errors say where it is written.
func (p *parser) define(definition Definition) (expr, error) {
	inner := &parser{reading: p.reading}
	e, err := inner.definition(definition.Text)
	if refused, ok := errors.AsType[*SelectorError](err); ok && refused.Where == "" {
		refused.Where = definition.Where
	}
	return e, err
}

func (p *parser) definition(text string) (expr, error) {
	if isBlank(text) {
		return nil, &SelectorError{Kind: EmptySelector}
	}
	if p.depth > maxDepth {
		return nil, &SelectorError{Kind: TooLong, Text: text}
	}
	return p.parse(text)
}
