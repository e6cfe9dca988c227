package documents

import (
	"encoding/json"
	"fmt"
)

// kind is what a part of a document's content is.
type kind int

const (
	nullKind kind = iota
	textKind
	numberKind
	boolKind
	listKind
	mapKind
)

// String names the kind for an error.
func (k kind) String() string {
	return [...]string{"nothing", "a string", "a number", "a boolean", "a list", "a map"}[k]
}

// tree is a document's content with the place of each part, whatever format it came in.
type tree struct {
	kind   kind
	at     place
	text   string // of a string, a number or a boolean, as it is written
	items  []*tree
	fields []field
}

// field is a member of a map.
type field struct {
	name  string
	at    place
	value *tree
}

// place is a position in the content, both from 1; columns count characters.
type place struct{ line, column int }

// maxDepth bounds how deep content may be nested. assumed: AWS states no bound.
const maxDepth = 100

// SyntaxError says what is wrong with a document's content, and where.
type SyntaxError struct {
	Line, Column int // from 1; zero where no place is to blame
	Reason       string
}

// Error gives the place, if there is one, and the reason.
func (e *SyntaxError) Error() string {
	if e.Line == 0 {
		return e.Reason
	}
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Reason)
}

func (p place) errorf(format string, args ...any) error {
	return &SyntaxError{Line: p.line, Column: p.column, Reason: fmt.Sprintf(format, args...)}
}

// get returns a member of a map, or nil.
func (t *tree) get(name string) *tree {
	for _, f := range t.fields {
		if f.name == name {
			return f.value
		}
	}
	return nil
}

// plain is the tree as encoding/json would give it with UseNumber.
func (t *tree) plain() any {
	switch t.kind {
	case textKind:
		return t.text
	case numberKind:
		return json.Number(t.text)
	case boolKind:
		return t.text == "true"
	case listKind:
		list := make([]any, len(t.items))
		for n, item := range t.items {
			list[n] = item.plain()
		}
		return list
	case mapKind:
		return t.plainMap()
	}
	return nil
}

func (t *tree) plainMap() map[string]any {
	members := make(map[string]any, len(t.fields))
	for _, f := range t.fields {
		members[f.name] = f.value.plain()
	}
	return members
}
