// Package awk is an interpreter of AWK that never takes more memory and time
// than it is given, for the simulated machine's awk.
//
// Start with [Parse], which reads a program, and [Program.Run], which runs it
// with what a [Config] gives it: nothing else is in its reach.
//
//	p, err := awk.Parse(`{ sum += $1 } END { print sum }`)
//	status, err := p.Run(awk.Config{Stdin: in, Stdout: out, …})
//
// The language is POSIX's as GNU awk 5.1 reads it, with gensub, strftime,
// systime, strtonum, the functions of bits, length of an array, match into an
// array, delete of a whole array, nextfile, regular expressions in RS and /inet
// not. What else GNU awk adds (asort, PROCINFO, FPAT, FIELDWIDTHS, IGNORECASE,
// BEGINFILE, @include, switch, |&, namespaces) is refused by name when a program
// is parsed. for (k in a) goes through an array in the order in which its
// elements were made; in GNU awk the order is not defined.
package awk

import (
	"fmt"
	"io"
	"regexp"
	"time"
)

// Program is an AWK program that has been parsed. It may be run by several
// goroutines at once.
type Program struct {
	begin, end []stmt
	rules      []*rule
	funcs      map[string]*function
	globals    map[string]int
	lines      []string
}

// rule is a pattern with its action.
type rule struct {
	from, to expr // both nil: every record; to nil: no range
	number   int
	body     []stmt
	prints   bool // it has no action: it prints the record
}

// function is one that the program defines.
type function struct {
	name   string
	params []string
	body   []stmt
}

// Config is what a program runs with. The zero value of a field that is a
// function means that the program's use of it fails.
type Config struct {
	Args    []string          // ARGV from 1 on: files, and assignments (name=value)
	Vars    [][2]string       // what -v assigned, in order, before BEGIN
	Environ map[string]string // ENVIRON

	Stdin          io.Reader
	Stdout, Stderr io.Writer

	// Open opens a file to read, Create one to write or to append to. An
	// error's text is shown, or getline returns -1.
	Open   func(name string) (io.Reader, error)
	Create func(name string, appending bool) (io.Writer, error)
	// Shell runs a command to its end and returns its status. A nil stdin is
	// the program's own.
	Shell func(command string, stdin io.Reader, stdout io.Writer) int
	// Compile compiles an extended regular expression in AWK's syntax, and says
	// how many steps a KiB of text costs to be matched.
	Compile func(pattern string) (re *regexp.Regexp, cost int, err error)
	// Time formats a time as strftime does; Now is the present instant.
	Time func(format string, at time.Time) string
	Now  func() time.Time
	// Work counts steps and says whether to go on. A step is about what 32 parts
	// of an expression cost, or a quarter of a KiB of text that is made.
	Work func(steps int) bool
	// Full is called once when the program holds more than [MaxBytes]. It ends
	// then.
	Full func()
}

// MaxBytes is how many bytes a program's arrays may hold, and MaxString how
// many one text may have. They bound the memory of the mock and are no limits
// of AWK.
const (
	MaxBytes  = 32 << 20
	MaxString = 1 << 20
)

// SyntaxError says where a program does not parse. Refused says that it is well
// formed, but uses what is not simulated.
type SyntaxError struct {
	Line, Column int    // from 1
	Source       string // the line
	What         string
	Refused      bool
}

// Error returns the place and what is wrong there.
func (e *SyntaxError) Error() string { return fmt.Sprintf("line %d:%d: %s", e.Line, e.Column, e.What) }

// FatalError ends a program that runs, as GNU awk's "fatal:" does.
type FatalError struct {
	Line   int    // of the program, from 1
	File   string // FILENAME, if a record has been read
	Record int    // FNR; 0: none has been read
	What   string
}

// Error returns the text as GNU awk prints it after the program's name.
func (e *FatalError) Error() string {
	if e.Record > 0 {
		return fmt.Sprintf("cmd. line:%d: (FILENAME=%s FNR=%d) fatal: %s", e.Line, e.File, e.Record, e.What)
	}
	return fmt.Sprintf("cmd. line:%d: fatal: %s", e.Line, e.What)
}

// Run runs the program and returns its exit status. The error is a *FatalError,
// or nil. A program that Work or Full stopped ends with neither.
func (p *Program) Run(cfg Config) (status int, err error) {
	r := newRun(p, cfg)
	r.main()
	r.closeAll()
	if r.fatal != nil {
		return 2, r.fatal
	}
	return r.status, nil
}

// main runs BEGIN, the rules and END. exit in BEGIN or a rule goes to END; in
// END it ends.
func (r *run) main() {
	p := r.prog
	if flow := r.block(p.begin); flow != flowExit && (len(p.rules) > 0 || len(p.end) > 0) {
		r.records()
	}
	if !r.over {
		r.exiting = false
		r.block(p.end)
	}
}

// records runs the rules on each record.
func (r *run) records() flow {
	for r.nextRecord() {
		switch r.rules() {
		case flowExit:
			return flowExit
		case flowNextFile:
			r.in.skip()
		}
	}
	return flowGo
}

func (r *run) rules() flow {
	for _, rule := range r.prog.rules {
		if !r.tick(1) || !r.selects(rule) {
			if r.over {
				return flowExit
			}
			continue
		}
		if rule.prints {
			r.printRecord()
			continue
		}
		if f := r.block(rule.body); f != flowGo {
			return f
		}
	}
	return flowGo
}

// selects says whether a rule's pattern chooses the record.
func (r *run) selects(rule *rule) bool {
	switch {
	case rule.from == nil:
		return true
	case rule.to == nil:
		return r.truth(rule.from)
	}
	if !r.inside[rule.number] && !r.truth(rule.from) {
		return false
	}
	r.inside[rule.number] = !r.truth(rule.to)
	return true
}
