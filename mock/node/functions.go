package node

import (
	"io"

	"mvdan.cc/sh/v3/syntax"
)

// functionQuery rewrites declare -f and -F, and typeset, into a hidden command:
// the interpreter would print functions as they were rewritten.
func (r *rewriter) functionQuery(s *syntax.Stmt, d *syntax.DeclClause) {
	if d.Variant.Value != "declare" && d.Variant.Value != "typeset" || len(d.Args) == 0 || d.Args[0].Value == nil {
		return
	}
	option := d.Args[0].Value.Lit()
	if option != "-f" && option != "-F" {
		return
	}
	args := []*syntax.Word{literal(option)}
	for _, as := range d.Args[1:] {
		switch {
		case as.Name != nil:
			args = append(args, literal(as.Name.Value))
		case as.Value != nil:
			args = append(args, as.Value)
		}
	}
	s.Cmd, r.changed = command(hiddenFuncs, args...).Cmd, true
}

// queryFunctions is declare -F and -f with names: its status says whether they
// are functions. The text of one is printed by -f only to /dev/null.
func (s *shell) queryFunctions(c *call) int {
	option, names := c.args[0], c.args[1:]
	if len(names) == 0 {
		c.shellErrorf("declare: %s without a name: not simulated", option)
		return 1
	}
	status := 0
	for _, name := range names {
		switch {
		case !s.funcs[name]:
			status = 1
		case option == "-F":
			io.WriteString(c.stdout, name+"\n")
		case !discards(c.stdout):
			c.shellErrorf("declare: -f: not simulated")
			status = 1
		}
	}
	return status
}

// discards says whether an output is /dev/null.
func discards(w io.Writer) bool {
	if kept, ok := w.(*captured); ok {
		w = kept.to
	}
	h, ok := w.(*handle)
	if !ok {
		return false
	}
	d, ok := h.w.(deviceWriter)
	return ok && d.device == "null"
}
