package awk

import (
	"math"
	"strings"
)

// expr is an expression.
type expr interface{ eval(r *run) value }

// place is an expression that can be assigned to.
type place interface {
	expr
	set(r *run, v value)
}

type (
	numberExpr float64
	textExpr   string
	regexExpr  struct{ text string } // by itself it is matched against the record
	groupExpr  struct{ inner expr }
	listExpr   struct{ items []expr }
	varExpr    struct {
		name  string
		slot  int
		local bool
	}
	indexExpr struct {
		array *varExpr
		keys  []expr
	}
	fieldExpr  struct{ number expr }
	assignExpr struct {
		target place
		op     string // before the =
		value  expr
	}
	stepExpr struct { // ++ and --
		target place
		by     float64
		after  bool
	}
	ternaryExpr struct{ cond, yes, no expr }
	logicExpr   struct {
		left, right expr
		or          bool
	}
	inExpr struct {
		keys  []expr
		array *varExpr
	}
	matchExpr struct {
		left, right expr
		not         bool
	}
	compareExpr struct {
		left, right expr
		op          string
	}
	concatExpr struct{ parts []expr }
	arithExpr  struct {
		left, right expr
		op          byte
	}
	unaryExpr struct {
		operand expr
		op      byte
	}
)

func (e numberExpr) eval(*run) value { return number(float64(e)) }
func (e textExpr) eval(*run) value   { return text(string(e)) }
func (e *groupExpr) eval(r *run) value {
	r.tick(1)
	return e.inner.eval(r)
}

func (e *listExpr) eval(r *run) value {
	r.fail("a list in parentheses is no value")
	return value{}
}

func (e *regexExpr) eval(r *run) value {
	re := r.regex(e.text)
	record := r.wholeRecord()
	if !r.pay(re, record) {
		return value{}
	}
	return truth(re.MatchString(record))
}

// cell is the variable itself.
func (e *varExpr) cell(r *run) *cell {
	if e.local {
		return &r.frame[e.slot]
	}
	return &r.globals[e.slot]
}

func (e *varExpr) eval(r *run) value {
	r.tick(1)
	if !e.local {
		if e.slot == slotNF {
			return r.global(slotNF)
		}
	}
	c := e.cell(r)
	if c.array != nil {
		r.fail("attempt to use array `%s' in a scalar context", e.name)
	}
	return c.value
}

func (e *varExpr) set(r *run, v value) {
	c := e.cell(r)
	switch {
	case c.array != nil:
		r.fail("attempt to use array `%s' in a scalar context", e.name)
	case e.local:
		c.value = v
	default:
		r.setGlobal(e.slot, v)
	}
}

func (e *varExpr) asArray(r *run) *array { return e.cell(r).asArray(r, e.name) }

// key is the text under which the elements with these subscripts are kept.
func (r *run) key(keys []expr) string {
	if len(keys) == 1 {
		return r.text(keys[0].eval(r))
	}
	parts := make([]string, len(keys))
	for i, k := range keys {
		parts[i] = r.text(k.eval(r))
	}
	return r.join(parts, r.special(slotSUBSEP))
}

// join puts texts together.
func (r *run) join(parts []string, between string) string {
	n := len(between) * len(parts)
	for _, p := range parts {
		n += len(p)
	}
	if !r.made(n) {
		return ""
	}
	return strings.Join(parts, between)
}

func (e *indexExpr) eval(r *run) value {
	r.tick(2)
	key := r.key(e.keys)
	return e.array.asArray(r).get(r, key).value
}

func (e *indexExpr) set(r *run, v value) {
	r.tick(2)
	key := r.key(e.keys)
	e.array.asArray(r).set(r, key, v)
}

func (e *fieldExpr) eval(r *run) value {
	r.tick(1)
	return r.field(e.number.eval(r).toNumber())
}

func (e *fieldExpr) set(r *run, v value) {
	r.tick(1)
	r.setField(e.number.eval(r).toNumber(), v)
}

func (e *assignExpr) eval(r *run) value {
	r.tick(1)
	v := e.value.eval(r)
	if e.op != "" {
		v = number(r.arithmetic(e.op[0], e.target.eval(r).toNumber(), v.toNumber()))
	}
	if r.over {
		return value{}
	}
	if v.kind == unset { // the variable has been assigned now, but keeps both meanings
		v = value{kind: looks}
	}
	e.target.set(r, v)
	return v
}

func (e *stepExpr) eval(r *run) value {
	r.tick(1)
	was := e.target.eval(r).toNumber()
	e.target.set(r, number(was+e.by))
	if e.after {
		return number(was)
	}
	return number(was + e.by)
}

func (e *ternaryExpr) eval(r *run) value {
	if r.tick(1) && r.truth(e.cond) {
		return e.yes.eval(r)
	}
	return e.no.eval(r)
}

func (e *logicExpr) eval(r *run) value {
	r.tick(1)
	if r.truth(e.left) == e.or {
		return truth(e.or)
	}
	return truth(r.truth(e.right))
}

func (e *inExpr) eval(r *run) value {
	r.tick(1)
	_, found := e.array.asArray(r).elements[r.key(e.keys)]
	return truth(found)
}

func (e *matchExpr) eval(r *run) value {
	s := r.text(e.left.eval(r))
	re := r.patternOf(e.right)
	if !r.pay(re, s) {
		return value{}
	}
	return truth(re.MatchString(s) != e.not)
}

func (e *compareExpr) eval(r *run) value {
	a, b := e.left.eval(r), e.right.eval(r)
	r.tick(1 + (len(a.text)+len(b.text))/256)
	n := compare(a, b, r.globals[slotCONVFMT].value.text)
	switch e.op {
	case "<":
		return truth(n < 0)
	case "<=":
		return truth(n <= 0)
	case "==":
		return truth(n == 0)
	case "!=":
		return truth(n != 0)
	case ">":
		return truth(n > 0)
	}
	return truth(n >= 0)
}

func (e *concatExpr) eval(r *run) value {
	parts := make([]string, len(e.parts))
	for i, p := range e.parts {
		parts[i] = r.text(p.eval(r))
	}
	return text(r.join(parts, ""))
}

func (e *arithExpr) eval(r *run) value {
	r.tick(1)
	a := e.left.eval(r).toNumber()
	return number(r.arithmetic(e.op, a, e.right.eval(r).toNumber()))
}

// arithmetic is one operation on two numbers.
func (r *run) arithmetic(op byte, a, b float64) float64 {
	switch op {
	case '+':
		return a + b
	case '-':
		return a - b
	case '*':
		return a * b
	case '^':
		return math.Pow(a, b)
	case '%':
		if b == 0 {
			r.fail("division by zero attempted in `%%'")
			return 0
		}
		return math.Mod(a, b)
	}
	if b == 0 {
		r.fail("division by zero attempted")
		return 0
	}
	return a / b
}

func (e *unaryExpr) eval(r *run) value {
	r.tick(1)
	v := e.operand.eval(r)
	switch e.op {
	case '!':
		return truth(!v.isTrue())
	case '-':
		return number(-v.toNumber())
	}
	return number(v.toNumber())
}
