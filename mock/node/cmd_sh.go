package node

import (
	"path"
	"strings"
)

// shellProgram is sh and bash: -c COMMAND [NAME ARGUMENTS], a script by its
// path, or a script on standard input; before that any options of set, and -l,
// --login and --posix, which change nothing here.
func shellProgram(c *call) int {
	posix := path.Base(c.name) == "sh"
	var options []string
	command, args := false, c.args
	for len(args) > 0 && len(args[0]) > 1 && (args[0][0] == '-' || args[0][0] == '+') {
		a := args[0]
		args = args[1:]
		if a == "--" {
			break
		}
		if strings.HasPrefix(a, "--") {
			if a != "--login" && a != "--posix" && a != "--norc" && a != "--noprofile" {
				c.errorf("%s: invalid option", a)
				return 2
			}
			continue
		}
		command = command || a[0] == '-' && strings.Contains(a, "c")
		set := strings.Map(func(r rune) rune {
			if strings.ContainsRune("clis", r) {
				return -1
			}
			return r
		}, a)
		if len(set) > 1 {
			options = append(options, set)
			if strings.HasSuffix(set, "o") && len(args) > 0 {
				options, args = append(options, args[0]), args[1:]
			}
		}
	}
	if options = withoutHarmless(options); len(options) == 1 && options[0] == "+x" {
		options = nil
	}
	return c.startShell(posix, command, options, args)
}

// startShell finds the text to run.
func (c *call) startShell(posix, command bool, options, args []string) int {
	switch {
	case command && len(args) == 0:
		c.errorf("-c: option requires an argument")
		return 2
	case command:
		name, params := c.name, args[1:]
		if len(params) > 0 {
			name, params = params[0], params[1:]
		}
		return c.runShell(name, args[0], posix, options, params)
	case len(args) == 0:
		in, _ := c.input("-")
		text, err := c.slurp(in)
		if err != nil {
			return 2
		}
		c.stdin = nil
		return c.runShell(c.name, string(text), posix, options, nil)
	}
	f, err := c.m.files.lookup(c.path(args[0]), true)
	if err == nil && f.mode.IsDir() {
		err = errIsDir
	}
	if err != nil {
		c.errorf("%s: %s", args[0], strerror(err))
		return map[bool]int{true: 127, false: 126}[err == errNotExist]
	}
	return c.runShell(args[0], string(f.content(c.facts())), posix, options, args[1:])
}
