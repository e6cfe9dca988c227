package node

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// The kinds of markers: one tells the line, the other too, and that a variable
// is about to be made of others.
const (
	markLine   = "L"
	markGrowth = "A"
)

// mark puts a line marker before a word.
func (r *rewriter) mark(w *syntax.Word, at syntax.Pos) { r.markKind(markLine, w, at) }

// markAssign does so before the value of an assignment.
func (r *rewriter) markAssign(as *syntax.Assign, at syntax.Pos) {
	kind := markLine
	if as.Append || as.Value != nil && as.Value.Lit() == "" {
		kind = markGrowth
	}
	if as.Array == nil || len(as.Array.Elems) == 0 {
		r.markKind(kind, as.Value, at)
	} else if r.lines && at.IsValid() && as.Array.Elems[0].Index == nil {
		// An element that expands to nothing adds none to the array.
		elem := &syntax.ArrayElem{Value: &syntax.Word{Parts: []syntax.WordPart{marker(markGrowth, at)}}}
		as.Array.Elems = append([]*syntax.ArrayElem{elem}, as.Array.Elems...)
	}
}

func (r *rewriter) markKind(kind string, w *syntax.Word, at syntax.Pos) {
	if !r.lines || w == nil || len(w.Parts) == 0 || !at.IsValid() {
		return
	}
	r.tilde(w) // a marker before a tilde would hide it
	if lit, ok := w.Parts[0].(*syntax.Lit); ok && strings.HasPrefix(lit.Value, "~") {
		return
	}
	w.Parts = append([]syntax.WordPart{marker(kind, at)}, w.Parts...)
}

func marker(kind string, at syntax.Pos) syntax.WordPart {
	return &syntax.ParamExp{Param: &syntax.Lit{Value: hidden + kind + strconv.Itoa(int(at.Line()))}}
}
