package awk

import (
	"math"
	"math/rand/v2"
	"regexp"
)

// run is one run of a program.
type run struct {
	Config
	prog    *Program
	globals []cell
	frame   []cell // parameters of the function that runs
	depth   int
	inside  []bool // ranges that have begun
	regexes map[string]*pattern
	in      source
	streams streams
	seed    float64
	random  *rand.Rand

	record  string
	fields  []value // of the record, once somebody asked
	split   bool
	rebuild bool // a field was changed: the record is to be made anew

	line     int // of the statement that runs
	parts    int // of expressions, since the last step
	held     int // bytes in arrays
	status   int
	exiting  bool
	over     bool // it was stopped, or failed
	fatal    *FatalError
	returned value
}

// pattern is a regular expression that has been compiled.
type pattern struct {
	*regexp.Regexp
	cost int
}

// special are the variables with a meaning, in the order of their slots.
var specials = [...]string{
	"NF", "NR", "FNR", "FS", "OFS", "ORS", "RS", "SUBSEP", "RSTART", "RLENGTH", "FILENAME", "CONVFMT", "OFMT", "ARGC",
	"ARGV", "ENVIRON", "RT", "ERRNO",
}

const (
	slotNF = iota
	slotNR
	slotFNR
	slotFS
	slotOFS
	slotORS
	slotRS
	slotSUBSEP
	slotRSTART
	slotRLENGTH
	slotFILENAME
	slotCONVFMT
	slotOFMT
	slotARGC
	slotARGV
	slotENVIRON
	slotRT
	slotERRNO
)

func newRun(p *Program, cfg Config) *run {
	r := &run{Config: cfg, prog: p, globals: make([]cell, len(p.globals)), inside: make([]bool, len(p.rules))}
	r.random = rand.New(rand.NewPCG(0, 0))
	for slot, v := range map[int]string{slotFS: " ", slotOFS: " ", slotORS: "\n", slotRS: "\n", slotSUBSEP: "\x1c", slotCONVFMT: "%.6g", slotOFMT: "%.6g"} {
		r.globals[slot].value = text(v)
	}
	for slot, n := range map[int]float64{slotNR: 0, slotFNR: 0, slotRSTART: 0, slotRLENGTH: -1, slotARGC: float64(len(cfg.Args) + 1)} {
		r.globals[slot].value = number(n)
	}
	argv := r.globals[slotARGV].asArray(r, "ARGV")
	argv.set(r, "0", text("awk"))
	for i, arg := range cfg.Args {
		argv.set(r, numberText(float64(i+1), ""), input(arg))
	}
	environ := r.globals[slotENVIRON].asArray(r, "ENVIRON")
	for name, v := range cfg.Environ {
		environ.set(r, name, input(v))
	}
	for _, v := range cfg.Vars {
		r.assignText(v[0], v[1])
	}
	r.streams = streams{out: make(map[string]*output), in: make(map[string]*reader)}
	return r
}

// assignText assigns what the command line gives a variable. One that the
// program does not mention is of no use to it.
func (r *run) assignText(name, s string) {
	slot, known := r.prog.globals[name]
	if !known {
		return
	}
	v := input(unescaped(s))
	r.setGlobal(slot, v)
}

// unescaped resolves the escapes of a text from the command line.
func unescaped(s string) string {
	l := lexer{src: `"` + s + `"`}
	out := l.quoted()
	if l.fault != "" || l.at < len(l.src) {
		return s
	}
	return out
}

// tick counts parts of expressions, and says whether to go on.
func (r *run) tick(parts int) bool {
	if r.parts += parts; r.parts >= 32 {
		steps := r.parts / 32
		r.parts %= 32
		if !r.Work(steps) {
			r.over = true
		}
	}
	return !r.over
}

// made counts text that was made, and refuses what is too long.
func (r *run) made(n int) bool {
	if n > MaxString {
		r.full()
		return false
	}
	return r.tick(n / 8)
}

// hold counts what arrays hold.
func (r *run) hold(n int) {
	if r.held += n; r.held > MaxBytes {
		r.full()
	}
}

func (r *run) full() {
	if !r.over {
		r.over = true
		r.Full()
	}
}

// fail ends the program.
func (r *run) fail(format string, args ...any) {
	if r.over {
		return
	}
	r.over = true
	r.fatal = &FatalError{
		Line: max(1, r.line), File: r.globals[slotFILENAME].value.text, Record: int(r.globals[slotFNR].value.number),
		What: sprint(format, args...),
	}
	if r.fatal.File == "" {
		r.fatal.File = "-"
	}
}

// global returns a global scalar; NF needs the record split.
func (r *run) global(slot int) value {
	if slot == slotNF {
		r.splitRecord()
		return number(float64(len(r.fields)))
	}
	return r.globals[slot].value
}

// setGlobal assigns a global scalar.
func (r *run) setGlobal(slot int, v value) {
	if slot == slotNF {
		r.setNF(v.toNumber())
		return
	}
	r.globals[slot].value = v
}

// special is a special variable as text.
func (r *run) special(slot int) string { return r.text(r.globals[slot].value) }

// text is a value as text, by CONVFMT.
func (r *run) text(v value) string {
	if v.kind != numeric || v.number == math.Trunc(v.number) {
		return v.toText("")
	}
	return v.toText(r.globals[slotCONVFMT].value.text)
}

func (r *run) truth(e expr) bool { return e.eval(r).isTrue() }

// maxRegexes is how many compiled expressions a run keeps.
const maxRegexes = 100

// regex compiles an expression, once.
func (r *run) regex(source string) *pattern {
	if re := r.regexes[source]; re != nil {
		return re
	}
	if r.Compile == nil {
		r.fail("regular expressions are not simulated here")
		return nil
	}
	re, cost, err := r.Compile(source)
	r.tick(len(source) + 32)
	if err != nil {
		r.fail("%s: /%s/", err.Error(), source)
		return nil
	}
	if r.regexes == nil || len(r.regexes) >= maxRegexes {
		r.regexes = make(map[string]*pattern)
	}
	p := &pattern{re, cost}
	r.regexes[source] = p
	return p
}

// pay counts the cost of matching a text once.
func (r *run) pay(re *pattern, s string) bool {
	return re != nil && r.tick(1+(re.cost*len(s))/32)
}

// patternOf is the regular expression that an operand stands for: itself if it
// is one, else its text.
func (r *run) patternOf(e expr) *pattern {
	if re, ok := e.(*regexExpr); ok {
		return r.regex(re.text)
	}
	return r.regex(r.text(e.eval(r)))
}
