package awk

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
)

func sprint(format string, args ...any) string { return fmt.Sprintf(format, args...) }

// warn prints a warning as GNU awk does.
func (r *run) warn(format string, args ...any) {
	place := fmt.Sprintf("cmd. line:%d: ", max(1, r.line))
	if n := int(r.globals[slotFNR].value.number); n > 0 {
		place += fmt.Sprintf("(FILENAME=%s FNR=%d) ", r.fileName(), n)
	}
	fmt.Fprintf(r.Stderr, "awk: %swarning: %s\n", place, fmt.Sprintf(format, args...))
}

func (r *run) fileName() string {
	if name := r.special(slotFILENAME); name != "" {
		return name
	}
	return "-"
}

// streams are the files and commands that a program has open besides its own
// input, by name.
type streams struct {
	out   map[string]*output
	order []string // of out, as they were opened
	in    map[string]*reader
}

// output is a file that is written, or a command that gets what is written when
// it is closed.
type output struct {
	to      io.Writer
	command bool
	buf     bytes.Buffer
}

// reader returns what a file or a command's output is read from, nil if there
// is none.
func (s *streams) reader(r *run, name string, pipe bool) *reader {
	if rd := s.in[name]; rd != nil {
		return rd
	}
	if !pipe {
		in, err := r.open(name)
		if err != nil {
			r.globals[slotERRNO].value = text(err.Error())
			return nil
		}
		s.in[name] = newReader(in)
		return s.in[name]
	}
	if r.Shell == nil {
		r.fail("commands are not simulated here")
		return nil
	}
	var out limited
	status := r.Shell(name, nil, &out)
	if out.full {
		r.full()
	}
	s.in[name] = newReader(&out.Buffer)
	s.in[name].status = status
	return s.in[name]
}

// limited keeps what a command prints, up to MaxString.
type limited struct {
	bytes.Buffer
	full bool
}

// Write keeps data.
func (l *limited) Write(data []byte) (int, error) {
	if l.full = l.full || l.Len()+len(data) > MaxString; l.full {
		return 0, io.ErrShortWrite
	}
	return l.Buffer.Write(data)
}

// writer returns where a print goes.
func (s *streams) writer(r *run, name, how string) io.Writer {
	switch {
	case name == "":
		r.fail("expression for `%s' redirection has null string value", how)
		return nil
	case how != "|" && (name == "/dev/stdout" || name == "-"):
		return r.Stdout
	case how != "|" && name == "/dev/stderr":
		return r.Stderr
	case s.out[name] != nil:
		return s.out[name].to
	}
	o := &output{command: how == "|"}
	if o.command {
		o.to = &o.buf
	} else {
		w, err := r.Create(name, how == ">>")
		if err != nil {
			r.fail("cannot redirect to `%s': %s", name, err.Error())
			return nil
		}
		o.to = w
	}
	s.out[name] = o
	s.order = append(s.order, name)
	return o.to
}

// close closes what has a name. It returns the status of a command, -1 if
// nothing has that name.
func (s *streams) close(r *run, name string) int {
	status := -1
	if rd := s.in[name]; rd != nil {
		status = rd.status
		delete(s.in, name)
	}
	if o := s.out[name]; o != nil {
		delete(s.out, name)
		s.order = slices.DeleteFunc(s.order, func(n string) bool { return n == name })
		status = o.finish(r, name)
	}
	return status
}

// finish runs the command of an output with what was written to it.
func (o *output) finish(r *run, name string) int {
	if !o.command || r.over && r.fatal == nil {
		return 0
	}
	if r.Shell == nil {
		r.fail("commands are not simulated here")
		return -1
	}
	return r.Shell(name, bytes.NewReader(o.buf.Bytes()), r.Stdout)
}

func (r *run) closeAll() {
	for len(r.streams.order) > 0 {
		r.streams.close(r, r.streams.order[0])
	}
}

// printAction is print and printf.
type printAction struct {
	format bool
	args   []expr
	how    string
	to     expr
}

func (a *printAction) do(r *run) flow {
	line := a.text(r)
	if r.over {
		return flowExit
	}
	var w io.Writer = r.Stdout
	if a.to != nil {
		w = r.streams.writer(r, r.text(a.to.eval(r)), a.how)
	}
	if w != nil {
		r.write(w, line)
	}
	return flowGo
}

// text is what is printed.
func (a *printAction) text(r *run) string {
	if a.format {
		return r.sprintf(a.args)
	}
	ors := r.special(slotORS)
	if len(a.args) == 0 {
		return r.join([]string{r.wholeRecord(), ors}, "")
	}
	parts := make([]string, len(a.args))
	for i, e := range a.args {
		v := e.eval(r)
		parts[i] = v.toText(r.special(slotOFMT))
	}
	return r.join([]string{r.join(parts, r.special(slotOFS)), ors}, "")
}

func (r *run) printRecord() {
	r.write(r.Stdout, r.join([]string{r.wholeRecord(), r.special(slotORS)}, ""))
}

// write writes to an output. One that nobody reads any more ends the program,
// as the signal would.
func (r *run) write(w io.Writer, s string) {
	r.tick(len(s) / 32)
	if buf, ok := w.(*bytes.Buffer); ok && buf.Len()+len(s) > MaxString {
		r.full()
		return
	}
	if _, err := io.WriteString(w, s); err != nil && !r.over {
		if strings.Contains(err.Error(), "No space left") {
			r.fail("print to \"standard output\" failed (No space left on device)")
		}
		r.over = true
	}
}
