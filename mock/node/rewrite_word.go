package node

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

func wordParts(w *syntax.Word) []syntax.WordPart {
	if w == nil {
		return nil
	}
	return w.Parts
}

// word rewrites the parts of a word: process substitutions, a tilde where HOME
// may be unset, and braces that would expand beyond all bounds.
func (r *rewriter) word(w *syntax.Word) {
	r.indirects(w.Parts)
	for i, part := range w.Parts {
		if ps, ok := part.(*syntax.ProcSubst); ok {
			w.Parts[i] = r.procSubst(ps)
		}
	}
	if len(w.Parts) == 0 || r.quoted[w] {
		return
	}
	if n := braceCount(w); n > maxBraces {
		r.refuse(w.Pos().Line(), "a brace expansion to more than "+strconv.Itoa(maxBraces)+" words")
		w.Parts = nil
		return
	}
	r.tilde(w)
}

// maxBraces bounds what {1..n} may expand to; the whole list is made at once.
const maxBraces = 100_000

// tilde replaces a leading ~ by ${HOME-/root}, because bash looks root's home
// up when HOME is unset, as it is for the agent's scripts; and ~+ and ~-, which
// the interpreter lacks, by $PWD and $OLDPWD.
func (r *rewriter) tilde(w *syntax.Word) {
	lit, ok := w.Parts[0].(*syntax.Lit)
	if !ok || !strings.HasPrefix(lit.Value, "~") {
		return
	}
	prefix, rest, slash := strings.Cut(lit.Value, "/")
	dir, ok := tildes[prefix]
	if !ok || !slash && len(w.Parts) > 1 {
		return
	}
	parts := []syntax.WordPart{&syntax.ParamExp{
		Param: &syntax.Lit{Value: dir.variable},
		Exp:   &syntax.Expansion{Op: syntax.DefaultUnset, Word: literal(dir.unset)},
	}}
	if slash {
		parts = append(parts, &syntax.Lit{Value: "/" + rest})
	}
	w.Parts = append(parts, w.Parts[1:]...)
	r.changed = true
}

var tildes = map[string]struct{ variable, unset string }{
	"~": {"HOME", root.home}, "~+": {"PWD", `\~+`}, "~-": {"OLDPWD", `\~-`},
}

// param renames the parameters that the interpreter takes from the host.
func (r *rewriter) param(pe *syntax.ParamExp) {
	if pe.Param == nil {
		return
	}
	if name, ok := hiddenVars[pe.Param.Value]; ok {
		pe.Param = &syntax.Lit{Value: name, ValuePos: pe.Param.ValuePos, ValueEnd: pe.Param.ValueEnd}
		pe.Short = false
		r.changed = true
	}
	r.operand(pe.Index)
	if pe.Slice != nil {
		r.operand(pe.Slice.Offset)
		r.operand(pe.Slice.Length)
	}
}
