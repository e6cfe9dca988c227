package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"maps"
	"slices"
	"strings"
)

// shape is the wire names of one struct type.
type shape struct {
	typ     string
	members []member
}

// member is one field of a shape.
type member struct {
	field, name string
	list, flat  bool
	item        string // the name of an element, of a list that is not flat
	next        string // the function that the value is handed to; "" for a scalar
}

// direction is how the SDK's functions for one direction are written.
type direction struct {
	verb   string // in the functions' names
	suffix string // of the names of an operation's types
	// members reads the members from a structure's function.
	members func(s *sdkSource, fn *ast.FuncDecl) ([]member, error)
	// itemCall is the method or function whose first string literal is the name of a list's
	// elements.
	itemCall string
}

// walk reads the shapes that the operations reach, from each operation's function on.
func (s *sdkSource) walk(d direction, operations []string) ([]shape, error) {
	w := walker{sdkSource: s, direction: d, shapes: make(map[string]shape)}
	for _, op := range operations {
		if s.funcs[s.prefix+"_deserializeOpError"+op] == nil {
			return nil, fmt.Errorf("there is no operation %s", op)
		}
		typ := op + d.suffix
		fn := s.funcs[s.prefix+"_"+d.verb+"OpDocument"+typ]
		if fn == nil {
			w.shapes[typ] = shape{typ: typ} // it has no members
			continue
		}
		if err := w.structure(fn); err != nil {
			return nil, err
		}
	}
	return slices.SortedFunc(maps.Values(w.shapes), func(a, b shape) int { return cmp.Compare(a.typ, b.typ) }), nil
}

// walker follows the calls from function to function.
type walker struct {
	*sdkSource
	direction
	shapes map[string]shape
}

// structure reads a structure's function, and then those of what it holds.
func (w *walker) structure(fn *ast.FuncDecl) error {
	typ := typeName(paramType(fn))
	if _, ok := w.shapes[typ]; ok {
		return nil
	}
	members, err := w.members(w.sdkSource, fn)
	if err != nil {
		return fmt.Errorf("%s: %w", fn.Name.Name, err)
	}
	w.shapes[typ] = shape{typ, members}
	for i := range members {
		if err := w.follow(&members[i]); err != nil {
			return fmt.Errorf("%s of %s: %w", members[i].field, typ, err)
		}
	}
	return nil
}

// follow reads what a member holds, if it is not a scalar.
func (w *walker) follow(m *member) error {
	if m.next == "" {
		return nil
	}
	fn := w.funcs[m.next]
	if fn == nil {
		return fmt.Errorf("there is no function %s", m.next)
	}
	switch paramType(fn).(type) {
	case *ast.Ident, *ast.SelectorExpr:
		return w.structure(fn)
	case *ast.ArrayType:
		m.list = true
		if !m.flat {
			m.item = literalOf(fn, w.itemCall)
		}
		return w.elements(fn)
	default:
		return fmt.Errorf("%s takes neither a structure nor a list, which is not supported", m.next)
	}
}

// elements reads what a list holds: scalars, or structures.
func (w *walker) elements(list *ast.FuncDecl) error {
	next := w.handedTo(list.Body)
	if next == "" {
		return nil
	}
	fn := w.funcs[next]
	if fn == nil {
		return fmt.Errorf("there is no function %s", next)
	}
	if _, nested := paramType(fn).(*ast.ArrayType); nested {
		return fmt.Errorf("%s has a list of lists, which is not supported", list.Name.Name)
	}
	return w.structure(fn)
}

// handedTo returns the name of the first of the SDK's functions called in a piece of code, or "".
func (s *sdkSource) handedTo(n ast.Node) string {
	return find(n, func(n ast.Node) string {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return ""
		}
		if id, ok := call.Fun.(*ast.Ident); ok && strings.HasPrefix(id.Name, s.prefix+"_") {
			return id.Name
		}
		return ""
	})
}

// literalOf returns the first argument of the first call of x.method("…") in a piece of code, or
// "".
func literalOf(n ast.Node, method string) string {
	return find(n, func(n ast.Node) string {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) == 0 {
			return ""
		}
		if sel, ok := call.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == method {
			return stringLiteral(call.Args[0])
		}
		return ""
	})
}

// fieldOf returns the first F of v.F in a piece of code, for a variable v, or "".
func fieldOf(n ast.Node, v string) string {
	return find(n, func(n ast.Node) string {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return ""
		}
		if id, ok := sel.X.(*ast.Ident); ok && id.Name == v {
			return sel.Sel.Name
		}
		return ""
	})
}

// find returns the first result of match that is not empty, over a node and all within it.
func find(n ast.Node, match func(ast.Node) string) string {
	var found string
	ast.Inspect(n, func(n ast.Node) bool {
		if found == "" && n != nil {
			found = match(n)
		}
		return found == ""
	})
	return found
}

// paramType returns the type of a function's first parameter, or of a method's receiver, without
// its stars.
func paramType(fn *ast.FuncDecl) ast.Expr {
	params := fn.Type.Params
	if fn.Recv != nil {
		params = fn.Recv
	}
	typ := params.List[0].Type
	for {
		star, ok := typ.(*ast.StarExpr)
		if !ok {
			return typ
		}
		typ = star.X
	}
}

// typeName returns the name of a named type without its package.
func typeName(typ ast.Expr) string {
	switch typ := typ.(type) {
	case *ast.Ident:
		return typ.Name
	case *ast.SelectorExpr:
		return typ.Sel.Name
	default:
		return ""
	}
}
