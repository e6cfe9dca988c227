package node

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/musterhq/muster/mock/node/awk"
)

// awkProgram is GNU awk: -F, -v, -f and --; what of its language is simulated is
// in package awk. Its commands run in the machine's own shell.
func awkProgram(c *call) int {
	o, ok := c.options(optionSpec{short: "F:v:f:", status: 2, stay: true, long: map[string]string{"field-separator": "F", "assign": "v", "file": "f"}})
	if !ok {
		return o.status
	}
	source, ok := c.awkSource(&o)
	if !ok {
		return 2
	}
	p, warnings, err := awk.Parse(source)
	for _, w := range warnings {
		c.errorf("cmd. line:1: warning: %s", w)
	}
	if err != nil {
		return c.awkFault(err)
	}
	cfg := c.awkConfig(o.args)
	if fs, ok := o.set["F"]; ok {
		cfg.Vars = append(cfg.Vars, [2]string{"FS", awkSeparator(fs)})
	}
	for _, v := range o.all("v") {
		name, value, ok := strings.Cut(v, "=")
		if !ok {
			c.errorf("fatal: `%s' argument to `-v' not in `var=value' form", v)
			return 2
		}
		cfg.Vars = append(cfg.Vars, [2]string{name, value})
	}
	status, err := p.Run(cfg)
	if err != nil {
		c.errorf("%v", err)
	}
	return status
}

// awkSource is the program: of the files of -f, or the first operand.
func (c *call) awkSource(o *options) (string, bool) {
	var parts []string
	for _, name := range o.all("f") {
		in, err := c.input(name)
		if err != nil {
			c.errorf("fatal: cannot open source file `%s' for reading: %s", name, strerror(err))
			return "", false
		}
		data, err := c.slurp(in)
		if err != nil {
			return "", false
		}
		parts = append(parts, string(data))
	}
	if parts == nil {
		if len(o.args) == 0 {
			fmt.Fprintln(c.stderr, "Usage: awk [POSIX or GNU style options] -f progfile [--] file ...\nUsage: awk [POSIX or GNU style options] [--] 'program' file ...")
			return "", false
		}
		parts, o.args = o.args[:1], o.args[1:]
	}
	return strings.Join(parts, "\n"), true
}

// awkSeparator is what -F means: t is a tab.
func awkSeparator(s string) string {
	if s == "t" {
		return `\t`
	}
	return s
}

// awkFault prints what is wrong with a program: the line, and a mark under it.
func (c *call) awkFault(err error) int {
	e, ok := errors.AsType[*awk.SyntaxError](err)
	switch {
	case !ok:
		c.errorf("%v", err)
		return 2
	case e.Source == "":
		c.errorf("cmd. line:%d: fatal: %s", e.Line, e.What)
		return 2
	case e.Refused:
		c.errorf("cmd. line:%d: %s", e.Line, e.What)
		return 2
	}
	c.errorf("cmd. line:%d: %s", e.Line, e.Source)
	c.errorf("cmd. line:%d: %s^ %s", e.Line, strings.Repeat(" ", max(0, e.Column-1)), e.What)
	return 1
}

// awkConfig gives a program the machine's files, time and shell.
func (c *call) awkConfig(args []string) awk.Config {
	return awk.Config{
		Args: args, Environ: exported(c.env), Stdin: c.stdin, Stdout: c.stdout, Stderr: c.stderr,
		Open: func(name string) (io.Reader, error) {
			r, err := c.input(name)
			if err != nil {
				return nil, errors.New(strerror(err))
			}
			return r, nil
		},
		Create: func(name string, appending bool) (io.Writer, error) {
			w, err := c.openOutput(name, appending)
			if err != nil {
				return nil, errors.New(strerror(err))
			}
			return w, nil
		},
		Shell: c.awkShell, Compile: compileAwkRegex, Time: strftime, Now: c.time,
		Work: c.work,
		Full: func() { c.stop(ErrMemory) },
	}
}

// awkShell runs a command of a program.
func (c *call) awkShell(command string, stdin io.Reader, stdout io.Writer) int {
	child := *c
	child.stdout, child.shell = stdout, c.name
	if stdin != nil {
		data, err := c.slurp(stdin)
		if err != nil {
			return exitKilled
		}
		if child.stdin, err = c.pipeInput(data); err != nil {
			return 2
		}
	}
	if !c.work(1) {
		return exitKilled
	}
	return child.execFile("/usr/bin/sh", []string{"sh", "-c", command})
}

// compileAwkRegex compiles an expression as AWK writes it.
func compileAwkRegex(pattern string) (*regexp.Regexp, int, error) {
	re, err := compileRegex(awkRegex(pattern), regexFlavour{extended: true, awk: true})
	if err != nil {
		return nil, 0, err
	}
	return re.Regexp, re.cost, nil
}

// awkRegex writes an expression of AWK's as one of POSIX's: a backslash takes
// its meaning from a character between brackets too, and \y is GNU's \b.
func awkRegex(pattern string) string {
	if !strings.Contains(pattern, `\`) {
		return pattern
	}
	var b strings.Builder
	inside := false
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		switch {
		case c == '\\' && i+1 < len(pattern):
			i++
			b.WriteString(awkEscape(pattern[i], inside))
			continue
		case c == '[' && !inside:
			inside = true
			if rest := pattern[i+1:]; strings.HasPrefix(rest, "]") || strings.HasPrefix(rest, "^]") {
				n := strings.IndexByte(rest, ']') + 1
				b.WriteString("[" + rest[:n])
				i += n
				continue
			}
		case c == '[' && i+1 < len(pattern) && strings.IndexByte(":.=", pattern[i+1]) >= 0:
			if n := strings.Index(pattern[i+2:], pattern[i+1:i+2]+"]"); n >= 0 {
				b.WriteString(pattern[i : i+n+4])
				i += n + 3
				continue
			}
		case c == ']':
			inside = false
		}
		b.WriteByte(c)
	}
	return b.String()
}

// awkEscape is a backslash and a character.
func awkEscape(c byte, inside bool) string {
	switch plain := regexEscapes[c]; {
	case plain != "" && inside:
		return "[." + plain + ".]"
	case plain != "":
		return plain
	case inside:
		return "[." + string([]byte{c}) + ".]"
	case c == 'y':
		return `\b`
	case c == 'b':
		return "\b"
	case c == '/' || c == '"' || c == '&':
		return string([]byte{c})
	}
	return `\` + string([]byte{c})
}
