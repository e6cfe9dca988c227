package node

import (
	"fmt"
	"io"
	"strings"

	"mvdan.cc/sh/v3/expand"
)

// call is one command as it runs: a program of the machine, or a builtin of the
// shell.
type call struct {
	*process
	sh      *shell // nil for what the agent starts
	name    string // as it was called: the prefix of a program's messages
	args    []string
	shell   string // "script: line 3", the prefix of the shell's messages
	user    user
	dir     string
	env     expand.Environ
	status  int // of the command before
	builtin bool
	stdin   io.Reader
	stdout  io.Writer
	stderr  io.Writer
}

// errorf prints a program's message: its name and what is the matter. For a
// builtin the place in the script comes first.
func (c *call) errorf(format string, args ...any) {
	name := c.name
	if c.builtin {
		name = c.shell + ": " + name
	}
	fmt.Fprintf(c.stderr, "%s: %s\n", name, fmt.Sprintf(format, args...))
}

// shellErrorf prints a message of the shell's.
func (c *call) shellErrorf(format string, args ...any) {
	fmt.Fprintf(c.stderr, "%s: %s\n", c.shell, fmt.Sprintf(format, args...))
}

// printf prints to standard output. A program that prints without end looks at
// the error; for others the loss of what nobody reads does not matter.
func (c *call) printf(format string, args ...any) error {
	_, err := fmt.Fprintf(c.stdout, format, args...)
	return err
}

// path is a path as the file system wants it.
func (c *call) path(name string) string { return absolute(c.dir, name) }

// exec runs a program by its name, as found on PATH, or by its path.
func (c *call) exec(argv []string) int {
	if argv[0] == "" {
		c.shellErrorf(": command not found")
		return 127
	}
	file, found := c.which(argv[0])
	if !found && !strings.Contains(argv[0], "/") {
		c.shellErrorf("%s: command not found", visible(argv[0]))
		return 127
	}
	return c.execFile(file, argv)
}

// which finds a program.
func (c *call) which(name string) (file string, found bool) {
	if strings.Contains(name, "/") {
		_, err := c.m.files.lookup(c.path(name), true)
		return c.path(name), err == nil
	}
	dirs := c.env.Get("PATH")
	if !dirs.IsSet() {
		dirs.Str = "/bin:/usr/bin" // glibc's own, man 3 exec
	}
	for dir := range strings.SplitSeq(dirs.Str, ":") {
		file := absolute(absolute(c.dir, dir), name)
		if f, err := c.m.files.lookup(file, true); err == nil && !f.mode.IsDir() && f.may(c.user, 1) {
			return file, true
		}
	}
	return "", false
}

// execFile runs the program at a path: one of the image, or a script, for which
// its first line chooses the interpreter.
func (c *call) execFile(file string, argv []string) int {
	f, err := c.m.files.lookup(file, true)
	switch {
	case err != nil:
		c.shellErrorf("%s: %s", argv[0], strerror(err))
		return 127
	case f.mode.IsDir():
		c.shellErrorf("%s: Is a directory", argv[0])
		return 126
	case !f.may(c.user, 1):
		c.shellErrorf("%s: Permission denied", argv[0])
		return 126
	case f.program != nil:
		c.name, c.args = argv[0], argv[1:]
		return f.program.run(c)
	}
	return c.execScript(string(f.content(c.facts())), argv)
}

// execScript runs a script by its first line; without one, as sh.
func (c *call) execScript(text string, argv []string) int {
	if strings.HasPrefix(text, elfMagic) {
		c.shellErrorf("%s: cannot execute binary file: Exec format error", argv[0])
		return 126
	}
	interpreter, arg := shebang(text)
	if interpreter == "" {
		return c.runShell(argv[0], text, true, nil, argv[1:])
	}
	f, err := c.m.files.lookup(interpreter, true)
	if err != nil || f.program == nil {
		// What bash 5.2 says when the kernel does not find the interpreter.
		c.shellErrorf("%s: cannot execute: required file not found", argv[0])
		return 127
	}
	c.name, c.args = interpreter, argv
	if arg != "" {
		c.args = append([]string{arg}, argv...)
	}
	return f.program.run(c)
}

// shebang splits the first line of a script: the interpreter, and the rest as
// one argument, as Linux does (man 2 execve).
func shebang(text string) (interpreter, arg string) {
	line, _, _ := strings.Cut(text, "\n")
	line, ok := strings.CutPrefix(line, "#!")
	if !ok {
		return "", ""
	}
	interpreter, arg, _ = strings.Cut(strings.Trim(line, " \t"), " ")
	return interpreter, strings.Trim(arg, " \t")
}

// visible is a word as bash shows it in a message: one that cannot be printed is
// quoted.
func visible(word string) string {
	if strings.ContainsFunc(word, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return bashQuote(word)
	}
	return word
}
