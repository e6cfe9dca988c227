package awk

// callExpr is a call of a function that the program defines.
type callExpr struct {
	name string
	line int
	args []expr
	fn   *function
}

// maxCalls is how deep functions may call each other. It bounds the stack of
// the mock; GNU awk's is bounded by memory.
const maxCalls = 500

func (e *callExpr) eval(r *run) value {
	if !r.tick(4 + len(e.fn.params)) {
		return value{}
	}
	if r.depth >= maxCalls {
		r.full()
		return value{}
	}
	frame := make([]cell, len(e.fn.params))
	for i, arg := range e.args {
		frame[i] = r.argument(arg)
	}
	saved := r.frame
	r.frame, r.returned = frame, value{}
	r.depth++
	r.block(e.fn.body)
	r.depth--
	r.frame = saved
	v := r.returned
	r.returned = value{}
	return v
}

// argument is what a parameter starts as. A variable by itself may be an array,
// or become one in the function.
func (r *run) argument(e expr) cell {
	v, ok := e.(*varExpr)
	if !ok {
		return cell{value: e.eval(r)}
	}
	c := v.cell(r)
	switch {
	case c.array != nil:
		return cell{array: c.array}
	case !v.local && v.slot < len(specials), c.value.kind != unset:
		return cell{value: v.eval(r)}
	}
	return cell{origin: c}
}
