package node

import (
	"io"
	"os"
	"strings"

	"mvdan.cc/sh/v3/interp"
)

// sedUsage is the first of the lines that sed prints after a usage error; the
// others, which list its options, are left out.
const sedUsage = "Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]..."

// sed edits a stream: -n, -e, -f, -E, -r, -s and -i[SUFFIX], with the commands
// { } = a c d i n N p q s y. The hold space, branches and what reads or writes
// other files are refused by name, and so is \U and its kin in a replacement.
func sed(c *call) int {
	o, ok := c.options(optionSpec{short: "ne:f:Ersi::u", usage: sedUsage, long: map[string]string{
		"quiet": "n", "silent": "n", "expression": "e", "file": "f", "regexp-extended": "E", "separate": "s", "in-place": "i", "unbuffered": "u",
	}})
	if !ok {
		return 1
	}
	s := &sedRun{call: c, quiet: o.has("n"), inPlace: o.has("i"), separate: o.has("s") || o.has("i"), suffix: o.set["i"], out: c.stdout}
	if !s.script(&o) {
		return 1
	}
	s.names = o.args
	if len(s.names) == 0 {
		if s.inPlace {
			c.errorf("no input files")
			return 1
		}
		s.names = []string{"-"}
	}
	s.edit()
	return s.status
}

// sedRun is a run of sed.
type sedRun struct {
	*call
	program  []sedCommand
	quiet    bool
	inPlace  bool
	separate bool
	suffix   string
	names    []string // inputs that are still to be opened
	status   int

	in       *lines
	file     string // that is edited in place
	edited   *strings.Builder
	out      io.Writer
	missing  bool // the last line written had no newline
	ahead    []byte
	hasAhead bool
	aheadCut bool

	number  int
	space   string // the pattern space
	cut     bool   // its line had no newline
	appends []string
	last    *regex // the expression used last
	quit    bool
}

// script reads the commands from the options, or the first operand.
func (s *sedRun) script(o *options) bool {
	var texts []string
	for i, letter := range o.order {
		switch letter {
		case "e":
			texts = append(texts, o.values[i])
		case "f":
			r, err := s.input(o.values[i])
			if err != nil {
				s.errorf("couldn't open file %s: %s", o.values[i], strerror(err))
				return false
			}
			data, _ := s.slurp(r)
			texts = append(texts, strings.TrimSuffix(string(data), "\n"))
		}
	}
	if !o.has("e") && !o.has("f") {
		if len(o.args) == 0 {
			io.WriteString(s.stderr, sedUsage+"\n")
			return false
		}
		texts, o.args = o.args[:1], o.args[1:]
	}
	p := sedParser{src: strings.Join(texts, "\n"), extended: o.has("E") || o.has("r")}
	if strings.HasPrefix(p.src, "#n\n") || p.src == "#n" {
		s.quiet = true
	}
	if f := p.parse(); f != nil {
		n := 0
		for f.at > len(texts[n])+1 && n < len(texts)-1 {
			f.at -= len(texts[n]) + 1
			n++
		}
		s.errorf("-e expression #%d, char %d: %s", n+1, f.at, f.what)
		return false
	}
	s.program = p.out
	return true
}

// open opens the next input. It reports whether there was one.
func (s *sedRun) open() bool {
	for len(s.names) > 0 {
		name := s.names[0]
		s.names = s.names[1:]
		r, err := s.input(name)
		switch {
		case err == errIsDir && s.inPlace:
			s.errorf("couldn't edit %s: not a regular file", name)
			s.status = 4
			continue
		case err == errIsDir:
			s.errorf("read error on %s: %s", name, strerror(err))
			s.status = 4
			continue
		case err != nil:
			s.errorf("can't read %s: %s", name, strerror(err))
			s.status = 2
			continue
		}
		s.in = s.lines(r)
		if s.inPlace {
			s.file, s.edited = name, &strings.Builder{}
			s.out, s.missing = s.edited, false
		}
		if s.separate {
			s.number = 0
		}
		return true
	}
	return false
}

// finish ends an input; a file that is edited in place is written.
func (s *sedRun) finish() {
	s.in = nil
	if s.edited == nil {
		return
	}
	name, text := s.file, s.edited.String()
	s.edited = nil
	if s.ended != nil {
		return
	}
	if s.suffix != "" {
		backup := name + s.suffix
		if strings.Contains(s.suffix, "*") {
			backup = strings.ReplaceAll(s.suffix, "*", baseName(name))
		}
		if f, err := s.m.files.lookup(s.path(name), true); err == nil {
			s.save(backup, string(f.content(s.facts())))
		}
	}
	s.save(name, text)
}

func (s *sedRun) save(name, text string) {
	w, err := s.call.open(s.path(name), interp.HandlerContext{}, os.O_WRONLY, 0o666)
	if err == nil {
		_, err = io.WriteString(w, text)
	}
	if err != nil {
		s.errorf("couldn't write to %s: %s", name, strerror(err))
		s.status = 4
	}
}

// fetch looks one line ahead. It reports whether there is one.
func (s *sedRun) fetch() bool {
	for !s.hasAhead {
		if s.in == nil {
			if !s.open() {
				return false
			}
		}
		line, ok := s.in.next()
		if ok {
			s.ahead, s.aheadCut, s.hasAhead = line, s.in.cut, true
			return true
		}
		if s.separate {
			return false
		}
		s.in = nil
	}
	return true
}

// isLast says whether the current line is the last of its input.
func (s *sedRun) isLast() bool { return !s.fetch() }

// read takes the next line.
func (s *sedRun) read() (string, bool) {
	if !s.fetch() || !s.work(0) {
		return "", false
	}
	s.hasAhead = false
	s.number++
	s.cut = s.aheadCut
	return string(s.ahead), true
}

// print writes a line.
func (s *sedRun) print(text string, cut bool) {
	if s.missing {
		io.WriteString(s.out, "\n")
	}
	if s.missing = cut; !cut {
		text += "\n"
	}
	if s.edited != nil && s.edited.Len()+len(text) > DiskBytes {
		s.stop(ErrMemory)
		return
	}
	if _, err := io.WriteString(s.out, text); err != nil {
		s.quit = true
	}
}

// edit runs the program on all lines of all inputs.
func (s *sedRun) edit() {
	for !s.quit {
		line, ok := s.read()
		if !ok {
			if s.finish(); len(s.names) == 0 || s.ended != nil || !s.work(0) {
				return
			}
			continue
		}
		s.space = line
		print := s.cycle()
		if print && !s.quiet {
			s.print(s.space, s.cut)
		}
		s.flushAppends()
	}
	s.finish()
}

func (s *sedRun) flushAppends() {
	for _, text := range s.appends {
		s.print(strings.TrimSuffix(text, "\n"), false)
	}
	s.appends = nil
}
