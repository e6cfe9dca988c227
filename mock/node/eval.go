package node

import (
	"fmt"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// rewriteText rewrites text that the interpreter will parse by itself.
func (s *shell) rewriteText(text string) (string, *fault, []refusal) {
	file, err := syntax.NewParser().Parse(strings.NewReader(text), s.name)
	if err != nil {
		return "", newFault(err, text), nil
	}
	rw := s.rewriter(text)
	rw.rewrite(file.Stmts)
	if len(rw.refusals) > 0 || !rw.changed {
		return text, nil, rw.refusals
	}
	var b strings.Builder
	if err := syntax.NewPrinter().Print(&b, file); err != nil {
		return "", nil, []refusal{{1, "this text"}}
	}
	if _, err := syntax.NewParser().Parse(strings.NewReader(b.String()), ""); err != nil {
		return "", nil, []refusal{{1, "this text"}}
	}
	return b.String(), nil, nil
}

func (s *shell) eval(hc interp.HandlerContext, args []string) []string {
	text, fault, refusals := s.rewriteText(strings.Join(trimDashes(args[1:]), " "))
	switch {
	case fault != nil:
		plainWriter(hc.Stderr).Write([]byte(fault.message(s.name + ": eval")))
		return s.exitIfPosix(2)
	case len(refusals) > 0:
		return s.fail(hc, 2, "eval: %s is not simulated", refusals[0].what)
	}
	return []string{"builtin", "eval", text}
}

func (s *shell) exitIfPosix(code int) []string {
	if s.posix {
		return []string{"builtin", "exit", itoa(code)}
	}
	return []string{hiddenStatus, itoa(code)}
}

func trimDashes(args []string) []string {
	if len(args) > 0 && args[0] == "--" {
		return args[1:]
	}
	return args
}

// source reads the file itself and hands it over under a hidden name. The name
// has a NUL in it, so that the interpreter's search for the file, which asks
// the host, is refused by Go before it gets there.
func (s *shell) source(hc interp.HandlerContext, args []string) []string {
	rest := trimDashes(args[1:])
	if len(rest) == 0 {
		fail := s.failShell(hc, 2, "%s: filename argument required", args[0])
		fmt.Fprintf(plainWriter(hc.Stderr), "%s: usage: %s filename [arguments]\n", args[0], args[0])
		return fail
	}
	c := s.call(hc, args)
	file, found := s.sourceFile(c, rest[0])
	if !found {
		return s.failShell(hc, 1, "%s: %s: file not found", args[0], rest[0])
	}
	f, err := s.p.m.files.lookup(file, true)
	if err == nil && f.mode.IsDir() {
		err = errIsDir
	}
	if err != nil {
		return s.failShell(hc, 1, "%s: %s", rest[0], strerror(err))
	}
	text, fault, refusals := s.rewriteText(string(f.content(s.p.facts())))
	switch {
	case fault != nil:
		plainWriter(hc.Stderr).Write([]byte(fault.message(rest[0])))
		return s.exitIfPosix(2)
	case len(refusals) > 0:
		return s.fail(hc, 2, "%s: %s is not simulated", rest[0], refusals[0].what)
	}
	name := "\x00/" + file
	if s.texts == nil {
		s.texts = make(map[string]string)
	}
	s.texts[name] = text
	return slices.Concat([]string{"builtin", "source", name}, rest[1:])
}

// sourceFile finds the file to read: without a slash in its name on PATH, and
// in bash's own mode in the working directory too.
func (s *shell) sourceFile(c *call, name string) (string, bool) {
	if strings.Contains(name, "/") {
		return c.path(name), true
	}
	for dir := range strings.SplitSeq(c.env.Get("PATH").String(), ":") {
		file := absolute(absolute(c.dir, dir), name)
		if f, err := s.p.m.files.lookup(file, true); err == nil && f.mode.IsRegular() {
			return file, true
		}
	}
	_, err := s.p.m.files.lookup(c.path(name), true)
	return c.path(name), err == nil && !s.posix
}
