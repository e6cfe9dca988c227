package awk

import (
	"math"
	"math/rand/v2"
	"strings"
	"unicode/utf8"
)

// builtin is a function of the language, with how many arguments it takes.
type builtin struct {
	run         func(r *run, args []expr) value
	least, most int
}

// builtins are the functions of POSIX and, behind them, those of GNU awk.
var builtins = map[string]builtin{
	"atan2":   {func(r *run, a []expr) value { return number(math.Atan2(r.num(a[0]), r.num(a[1]))) }, 2, 2},
	"close":   {func(r *run, a []expr) value { return number(float64(r.streams.close(r, r.str(a[0])))) }, 1, 2},
	"cos":     {func(r *run, a []expr) value { return number(math.Cos(r.num(a[0]))) }, 1, 1},
	"exp":     {func(r *run, a []expr) value { return number(math.Exp(r.num(a[0]))) }, 1, 1},
	"fflush":  {func(*run, []expr) value { return number(0) }, 0, 1},
	"gsub":    {func(r *run, a []expr) value { return r.substitute(a, true) }, 2, 3},
	"index":   {func(r *run, a []expr) value { return r.index(r.str(a[0]), r.str(a[1])) }, 2, 2},
	"int":     {func(r *run, a []expr) value { return number(math.Trunc(r.num(a[0]))) }, 1, 1},
	"length":  {(*run).length, 0, 1},
	"log":     {func(r *run, a []expr) value { return number(math.Log(r.num(a[0]))) }, 1, 1},
	"match":   {(*run).match, 2, 3},
	"rand":    {func(r *run, _ []expr) value { return number(r.random.Float64()) }, 0, 0},
	"sin":     {func(r *run, a []expr) value { return number(math.Sin(r.num(a[0]))) }, 1, 1},
	"split":   {(*run).splitInto, 2, 3},
	"sprintf": {func(r *run, a []expr) value { return text(r.sprintf(a)) }, 1, 1000},
	"sqrt":    {func(r *run, a []expr) value { return number(math.Sqrt(r.num(a[0]))) }, 1, 1},
	"srand":   {(*run).srand, 0, 1},
	"sub":     {func(r *run, a []expr) value { return r.substitute(a, false) }, 2, 3},
	"substr":  {(*run).substr, 2, 3},
	"system":  {(*run).system, 1, 1},
	"tolower": {func(r *run, a []expr) value { return r.mapped(a[0], strings.ToLower) }, 1, 1},
	"toupper": {func(r *run, a []expr) value { return r.mapped(a[0], strings.ToUpper) }, 1, 1},

	"and":      {func(r *run, a []expr) value { return r.bits(a, func(x, y uint64) uint64 { return x & y }) }, 2, 2},
	"compl":    {func(r *run, a []expr) value { return number(float64(^uint64(r.num(a[0])) & (1<<53 - 1))) }, 1, 1},
	"gensub":   {(*run).gensub, 3, 4},
	"lshift":   {func(r *run, a []expr) value { return r.bits(a, func(x, y uint64) uint64 { return x << y }) }, 2, 2},
	"or":       {func(r *run, a []expr) value { return r.bits(a, func(x, y uint64) uint64 { return x | y }) }, 2, 2},
	"rshift":   {func(r *run, a []expr) value { return r.bits(a, func(x, y uint64) uint64 { return x >> y }) }, 2, 2},
	"strftime": {(*run).strftime, 0, 3},
	"strtonum": {(*run).strtonum, 1, 1},
	"systime":  {func(r *run, _ []expr) value { return number(float64(r.Now().Unix())) }, 0, 0},
	"xor":      {func(r *run, a []expr) value { return r.bits(a, func(x, y uint64) uint64 { return x ^ y }) }, 2, 2},
}

// builtinExpr is a call of one.
type builtinExpr struct {
	f    builtin
	name string
	args []expr
}

func (e *builtinExpr) eval(r *run) value {
	if !r.tick(2) {
		return value{}
	}
	return e.f.run(r, e.args)
}

func (r *run) num(e expr) float64 { return e.eval(r).toNumber() }
func (r *run) str(e expr) string  { return r.text(e.eval(r)) }

// length is that of a text in characters, of an array in elements.
func (r *run) length(args []expr) value {
	if len(args) == 0 {
		return r.runes(r.wholeRecord())
	}
	if v, ok := args[0].(*varExpr); ok {
		if a := v.cell(r).array; a != nil {
			return number(float64(len(a.elements)))
		}
	}
	return r.runes(r.str(args[0]))
}

func (r *run) runes(s string) value {
	r.tick(len(s) / 64)
	return number(float64(utf8.RuneCountInString(s)))
}

func (r *run) index(s, sub string) value {
	r.tick(1 + len(s)/32)
	i := strings.Index(s, sub)
	if i < 0 {
		return number(0)
	}
	return number(float64(utf8.RuneCountInString(s[:i]) + 1))
}

func (r *run) mapped(e expr, f func(string) string) value {
	s := r.str(e)
	r.made(len(s))
	return text(f(s))
}

func (r *run) bits(args []expr, f func(x, y uint64) uint64) value {
	x, y := r.num(args[0]), r.num(args[1])
	if x < 0 || y < 0 {
		r.fail("negative values are not allowed in functions of bits")
		return value{}
	}
	return number(float64(f(uint64(x), uint64(y))))
}

// match finds an expression: RSTART, RLENGTH, and with GNU awk's third argument
// the groups.
func (r *run) match(args []expr) value {
	s := r.str(args[0])
	re := r.patternOf(args[1])
	if !r.pay(re, s) {
		return value{}
	}
	m := re.FindStringSubmatchIndex(s)
	start, length := 0, -1
	if m != nil {
		start, length = utf8.RuneCountInString(s[:m[0]])+1, utf8.RuneCountInString(s[m[0]:m[1]])
	}
	r.globals[slotRSTART].value, r.globals[slotRLENGTH].value = number(float64(start)), number(float64(length))
	if len(args) > 2 {
		r.groups(args[2], s, m)
	}
	return number(float64(start))
}

func (r *run) groups(e expr, s string, m []int) {
	v, ok := e.(*varExpr)
	if !ok {
		r.fail("match: third argument is not an array")
		return
	}
	a := v.asArray(r)
	a.clear(r)
	for i := 0; i+1 < len(m); i += 2 {
		if m[i] >= 0 {
			a.set(r, numberText(float64(i/2), ""), input(s[m[i]:m[i+1]]))
		}
	}
}

// splitInto is split.
func (r *run) splitInto(args []expr) value {
	s := r.str(args[0])
	v, ok := args[1].(*varExpr)
	if !ok {
		r.fail("split: second argument is not an array")
		return value{}
	}
	var parts []string
	switch {
	case len(args) < 3:
		parts = r.cut(s, r.special(slotFS), false)
	default:
		if re, ok := args[2].(*regexExpr); !ok {
			parts = r.cut(s, r.str(args[2]), false)
		} else if s != "" {
			parts = r.cutRegex(s, re.text)
		}
	}
	a := v.asArray(r)
	a.clear(r)
	for i, p := range parts {
		a.set(r, numberText(float64(i+1), ""), input(p))
		if r.over {
			break
		}
	}
	return number(float64(len(parts)))
}

// substr counts characters from 1, and rounds as POSIX says.
func (r *run) substr(args []expr) value {
	s := r.str(args[0])
	r.tick(len(s) / 64)
	start, end := math.RoundToEven(r.num(args[1])), math.Inf(1)
	if len(args) > 2 {
		end = start + math.RoundToEven(r.num(args[2]))
	}
	count := float64(utf8.RuneCountInString(s))
	start, end = max(start, 1), min(end, count+1)
	if !(end > start) {
		return text("")
	}
	from := byteOf(s, int(start)-1)
	return text(s[from : from+byteOf(s[from:], int(end-start))])
}

// byteOf is where the n-th character of a text begins.
func byteOf(s string, n int) int {
	if utf8.RuneCountInString(s) == len(s) {
		return min(n, len(s))
	}
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}

func (r *run) srand(args []expr) value {
	was := r.seed
	if r.seed = float64(0); len(args) > 0 {
		r.seed = r.num(args[0])
	} else if r.Now != nil {
		r.seed = float64(r.Now().Unix())
	}
	r.random = rand.New(rand.NewPCG(math.Float64bits(r.seed), 0))
	return number(was)
}

func (r *run) system(args []expr) value {
	if r.Shell == nil {
		r.fail("commands are not simulated here")
		return value{}
	}
	return number(float64(r.Shell(r.str(args[0]), nil, r.Stdout)))
}
