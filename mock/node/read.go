package node

import (
	"io"
	"strings"

	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// reading is one read: what it was asked for, and what it has read.
type reading struct {
	raw    bool // -r
	array  bool // -a
	delim  byte // -d
	most   int  // -n, -N; 0: up to the delimiter
	exact  bool // -N
	names  []string
	in     io.Reader
	line   []byte
	quoted []bool // which bytes a backslash stood before
	status int
}

// read is the builtin: -r, -a, -d, -n, -N, -u, and -p, -s, -e and -t, which
// change nothing without a terminal. It assigns by a command that the
// interpreter runs in its place.
func (s *shell) read(hc interp.HandlerContext, args []string) []string {
	c := s.call(hc, args)
	r := &reading{delim: '\n', in: hc.Stdin}
	if hc.Stdin == nil {
		r.in = nil
	}
	o, ok := c.options(optionSpec{short: "ra:d:n:N:u:p:set:", stay: true, status: 2, fault: func(c *call, option string, known bool) {
		what := "invalid option"
		if known {
			what = "option requires an argument"
		}
		c.shellErrorf("read: -%s: %s", strings.TrimPrefix(option, "--"), what)
		io.WriteString(c.stderr, "read: usage: read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]\n")
	}})
	if !ok {
		return []string{hiddenStatus, "2"}
	}
	r.raw, r.array, r.exact = o.has("r"), o.has("a"), o.has("N")
	r.most = number(o.set["n"]) + number(o.set["N"])
	if d, ok := o.set["d"]; ok {
		r.delim = (d + "\x00")[0]
	}
	r.names = o.args
	if r.array {
		r.names = []string{o.set["a"]}
	}
	for _, name := range r.names {
		if !syntax.ValidName(name) {
			return s.fail(hc, 1, "read: `%s': not a valid identifier", name)
		}
	}
	if fd, ok := o.set["u"]; ok && fd != "0" {
		d := s.p.descriptors[number(fd)]
		if d == nil || d.r == nil {
			return s.fail(hc, 1, "read: %s: invalid file descriptor: Bad file descriptor", fd)
		}
		r.in = d.r
	}
	r.fill(s.p)
	ifs := hc.Env.Get("IFS")
	if !ifs.IsSet() {
		ifs.Str = " \t\n"
	}
	text, ok := r.assignments(ifs.Str)
	if !ok {
		return s.fail(hc, 1, "read: bytes that cannot be quoted are not simulated")
	}
	return []string{"builtin", "eval", text + "; " + hiddenStatus + " " + itoa(r.status)}
}

// fill reads the line, byte by byte: what is behind it belongs to others.
func (r *reading) fill(p *process) {
	if r.in == nil {
		r.status = 1
		return
	}
	var one [1]byte
	escaped := false
	for p.work(0) {
		if n, _ := r.in.Read(one[:]); n == 0 {
			r.status = 1
			return
		}
		c := one[0]
		switch {
		case escaped && c == '\n':
			escaped = false
			continue
		case c == r.delim && !escaped && !r.exact:
			return
		case c == '\\' && !escaped && !r.raw:
			escaped = true
			continue
		case c == 0:
			continue
		}
		r.line, r.quoted = append(r.line, c), append(r.quoted, escaped)
		escaped = false
		if len(r.line)%64 == 0 {
			p.step()
		}
		if len(r.line) > maxVars {
			p.stop(ErrMemory)
		}
		if len(r.line) == r.most {
			return
		}
	}
}

// assignments are the commands that assign what was read.
func (r *reading) assignments(ifs string) (string, bool) {
	values := []string{string(r.line)}
	names := r.names
	switch {
	case r.array:
		values = r.fields(ifs, -1)
	case len(names) == 0:
		names = []string{"REPLY"}
	case !r.exact:
		values = r.fields(ifs, len(names))
	}
	quoted := make([]string, max(len(values), len(names)))
	for i, v := range values {
		q, err := syntax.Quote(v, syntax.LangBash)
		if err != nil {
			return "", false
		}
		quoted[i] = q
	}
	if r.array {
		return names[0] + "=(" + strings.Join(quoted[:len(values)], " ") + ")", true
	}
	var b strings.Builder
	for i, name := range names {
		b.WriteString(name + "=" + quoted[i] + " ")
	}
	return b.String(), true
}

// fields parts the line as IFS says, into at most so many; the last one is the
// rest. Blanks of IFS part fields together, each other byte of it by itself.
func (r *reading) fields(ifs string, most int) []string {
	f := fieldCutter{reading: r, ifs: ifs}
	f.skip()
	var out []string
	for f.at < len(r.line) {
		if len(out) == most-1 {
			return append(out, f.rest())
		}
		out = append(out, f.next())
	}
	return out
}

// fieldCutter goes through a line field by field.
type fieldCutter struct {
	*reading
	ifs string
	at  int
}

// separates says whether a byte parts fields, and whether it is a blank.
func (f *fieldCutter) separates(i int) (is, blank bool) {
	c := f.line[i]
	if f.quoted[i] || strings.IndexByte(f.ifs, c) < 0 {
		return false, false
	}
	return true, c == ' ' || c == '\t' || c == '\n'
}

// skip passes blanks.
func (f *fieldCutter) skip() {
	for f.at < len(f.line) {
		if is, blank := f.separates(f.at); !is || !blank {
			return
		}
		f.at++
	}
}

// next takes a field and what parts it from the one after.
func (f *fieldCutter) next() string {
	start := f.at
	for f.at < len(f.line) {
		if is, _ := f.separates(f.at); is {
			break
		}
		f.at++
	}
	field := string(f.line[start:f.at])
	f.skip()
	if f.at < len(f.line) {
		if is, blank := f.separates(f.at); is && !blank {
			f.at++
			f.skip()
		}
	}
	return field
}

// rest is the last field: all that is left, without the blanks at its end, nor a
// separator behind it if it is a field by itself.
func (f *fieldCutter) rest() string {
	start := f.at
	if field := f.next(); f.at == len(f.line) {
		return field
	}
	end := len(f.line)
	for end > start {
		if is, blank := f.separates(end - 1); !is || !blank {
			break
		}
		end--
	}
	return string(f.line[start:end])
}
