package node

import (
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// intercept puts another command in the place of those builtins that reach the
// host, that the interpreter lacks, or that print something else than bash. A
// command that it returns with "builtin" before it is the interpreter's own.
func (s *shell) intercept(hc interp.HandlerContext, args []string) []string {
	name := args[0]
	if s.funcs[name] {
		return args
	}
	if name == "printf" && len(args) > 2 && args[1] == "-v" {
		return s.printfTo(hc, args[2], args[3:])
	}
	if name == "kill" {
		if out := s.killSelf(args); out != nil {
			return out
		}
	}
	if isOurs(name) {
		return slices.Concat([]string{hiddenRun}, args)
	}
	if slices.Contains(absent[:], name) {
		return s.fail(hc, 2, "%s: not simulated", name)
	}
	switch name {
	case "builtin", "command":
		return s.unwrap(hc, args)
	case "eval":
		return s.eval(hc, args)
	case ".", "source":
		return s.source(hc, args)
	case "trap":
		return s.setTrap(hc, args)
	case "cd":
		return s.cd(hc, args)
	case "set":
		return s.set(hc, args[1:])
	case "return":
		if len(args) == 1 { // the interpreter would return 0
			return []string{"builtin", "return", itoa(hc.LastExitStatus)}
		}
	case "exit":
		return s.exit(hc, args)
	case "unset":
		return s.unset(hc, args)
	case "exec":
		return s.replaceShell(hc, args)
	case "alias":
		if len(args) > 1 {
			return s.fail(hc, 2, "alias: not simulated")
		}
	case "read":
		return s.read(hc, args)
	case "readarray", "mapfile", "select":
		if hc.Stdin == nil {
			return []string{hiddenStatus, "0"}
		}
	}
	return args
}

// absent are the builtins of bash that are not simulated, most because they
// need a terminal. A script that calls one is told so.
var absent = [...]string{
	"bg", "bind", "caller", "compgen", "complete", "compopt", "enable", "fc", "fg", "history", "logout", "newgrp",
	"suspend", "ulimit", "unalias",
}

// printfTo is printf -v: the shell assigns what would have been printed.
func (s *shell) printfTo(hc interp.HandlerContext, name string, args []string) []string {
	if !syntax.ValidName(name) {
		return s.fail(hc, 2, "printf: `%s': not a valid identifier", name)
	}
	c := s.call(hc, append([]string{"printf"}, args...))
	var out strings.Builder
	c.stdout, c.builtin = &out, true
	if status := printf(c); status != 0 {
		return []string{hiddenStatus, itoa(status)}
	}
	value, err := syntax.Quote(out.String(), syntax.LangBash)
	if err != nil {
		return s.fail(hc, 1, "printf: %v", err)
	}
	return []string{"builtin", "eval", name + "=" + value}
}

// fail prints a message of the shell's and gives a command that fails with it.
func (s *shell) fail(hc interp.HandlerContext, code int, format string, args ...any) []string {
	s.call(hc, []string{""}).shellErrorf(format, args...)
	return []string{hiddenStatus, itoa(code)}
}

// failShell does the same and ends the shell, as an error in a special builtin
// does in sh (POSIX, 2.8.1 Consequences of Shell Errors).
func (s *shell) failShell(hc interp.HandlerContext, code int, format string, args ...any) []string {
	fail := s.fail(hc, code, format, args...)
	if !s.posix {
		return fail
	}
	return []string{"builtin", "exit", itoa(code)}
}

// unwrap takes command and builtin away from before a command.
func (s *shell) unwrap(hc interp.HandlerContext, args []string) []string {
	rest := args[1:]
	for len(rest) > 0 && (rest[0] == "--" || rest[0] == "-p" && args[0] == "command") {
		rest = rest[1:]
	}
	if len(rest) == 0 {
		return []string{hiddenStatus, "0"}
	}
	if args[0] == "command" && (rest[0] == "-v" || rest[0] == "-V") {
		return slices.Concat([]string{hiddenRun, "command"}, rest)
	}
	known := interp.IsBuiltin(rest[0]) || isOurs(rest[0])
	switch {
	case !known && args[0] == "builtin":
		return s.fail(hc, 1, "builtin: %s: not a shell builtin", rest[0])
	case !known:
		return append([]string{hiddenExec}, rest...)
	}
	declared := s.funcs[rest[0]]
	s.funcs[rest[0]] = false
	out := s.intercept(hc, rest)
	s.funcs[rest[0]] = declared
	if strings.HasPrefix(out[0], hidden) || out[0] == "builtin" {
		return out
	}
	return append([]string{"builtin"}, out...)
}

// cd checks the directory itself, for bash's messages; the change is made by
// the interpreter.
func (s *shell) cd(hc interp.HandlerContext, args []string) []string {
	rest := args[1:]
	physical := false
	for len(rest) > 0 && (rest[0] == "-L" || rest[0] == "-P" || rest[0] == "-e" || rest[0] == "--") {
		physical = rest[0] == "-P" || physical && rest[0] != "-L"
		rest = rest[1:]
	}
	c := s.call(hc, args)
	dir, shown := c.env.Get("HOME").String(), ""
	switch {
	case len(rest) > 1:
		return s.fail(hc, 1, "cd: too many arguments")
	case len(rest) == 0 && dir == "":
		return s.fail(hc, 1, "cd: HOME not set")
	case len(rest) == 1 && rest[0] == "-":
		if dir = c.env.Get("OLDPWD").String(); dir == "" {
			return s.fail(hc, 1, "cd: OLDPWD not set")
		}
		shown = dir
	case len(rest) == 1:
		dir = rest[0]
	}
	if dir == "" {
		return []string{hiddenStatus, "0"}
	}
	real, f, err := s.p.m.files.resolve(c.path(dir), true)
	if err == nil && !f.mode.IsDir() {
		err = errNotDir
	}
	if err == nil && !f.may(s.user, 1) {
		err = errPerm
	}
	if err != nil {
		return s.fail(hc, 1, "cd: %s: %s", visible(dir), strerror(err))
	}
	if shown != "" {
		c.printf("%s\n", shown)
	}
	if physical {
		dir = real
	}
	return []string{"builtin", "cd", c.path(dir)}
}

// harmless are options of set that the interpreter lacks and that change
// nothing that a script without a terminal could see.
const harmless = "ETHBPbhmkp"

var harmlessNames = [...]string{
	"errtrace", "functrace", "posix", "monitor", "hashall", "history", "braceexpand", "notify",
	"physical", "privileged", "ignoreeof", "vi", "emacs", "interactive-comments", "nolog",
}

// withoutHarmless takes those options away.
func withoutHarmless(args []string) []string {
	var out []string
	for i := 0; i < len(args); i++ {
		a := args[i]
		if len(a) < 2 || a[0] != '-' && a[0] != '+' || a == "--" {
			return append(out, args[i:]...)
		}
		if strings.HasSuffix(a, "o") && i+1 < len(args) && slices.Contains(harmlessNames[:], args[i+1]) {
			i, a = i+1, strings.TrimSuffix(a, "o")
		}
		a = a[:1] + strings.Map(func(r rune) rune {
			if strings.ContainsRune(harmless, r) {
				return -1
			}
			return r
		}, a[1:])
		if len(a) > 1 {
			out = append(out, a)
		}
		if strings.HasSuffix(a, "o") && i+1 < len(args) {
			i++
			out = append(out, args[i])
		}
	}
	if len(out) == 0 && len(args) > 0 {
		return []string{"+x"} // nothing is left; set alone would list all variables
	}
	return out
}

// set passes on the options that the interpreter knows and refuses the others.
func (s *shell) set(hc interp.HandlerContext, args []string) []string {
	for i, a := range args {
		if strings.HasPrefix(a, "-") && (strings.Contains(a, "E") || strings.HasSuffix(a, "o") && i+1 < len(args) && args[i+1] == "errtrace") {
			s.errtrace = true
		}
	}
	args = withoutHarmless(args)
	for i := 0; i < len(args) && len(args[i]) > 1 && (args[i][0] == '-' || args[i][0] == '+') && args[i] != "--"; i++ {
		for j, letter := range args[i][1:] {
			switch {
			case strings.ContainsRune("Cvn", letter):
				return s.fail(hc, 2, "set: -%c: not simulated", letter)
			case !strings.ContainsRune("aefuxo", letter):
				fail := s.failShell(hc, 2, "set: -%c: invalid option", letter)
				plainWriter(hc.Stderr).Write([]byte("set: usage: set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]\n"))
				return fail
			case letter == 'o' && j == len(args[i])-2 && i+1 < len(args):
				i++
				if !slices.Contains(optionNames[:], args[i]) {
					return s.failShell(hc, 2, "set: %s: invalid option name", args[i])
				}
			}
		}
	}
	return append([]string{"builtin", "set"}, args...)
}

// optionNames are the options that the interpreter knows by name.
var optionNames = [...]string{"allexport", "errexit", "noglob", "nounset", "xtrace", "pipefail"}

func isInteger(s string) bool {
	_, err := strconv.ParseInt(s, 10, 64)
	return err == nil
}

// unset refuses subscripts with expansions in them: the interpreter parses and
// runs those by itself.
func (s *shell) unset(hc interp.HandlerContext, args []string) []string {
	if len(args) > 1 && args[1] == "-f" {
		for _, name := range args[2:] {
			delete(s.funcs, name)
		}
	}
	for _, a := range args[1:] {
		if strings.Contains(a, "[") && strings.ContainsAny(a, "$`<>") {
			return s.fail(hc, 2, "unset: %s: not simulated", a)
		}
	}
	return args
}

// replaceShell checks that the program of exec is there, for bash's message.
func (s *shell) replaceShell(hc interp.HandlerContext, args []string) []string {
	rest := trimDashes(args[1:])
	if len(rest) == 0 {
		return []string{"builtin", "exec"}
	}
	if strings.HasPrefix(rest[0], "-") {
		return s.fail(hc, 2, "exec: %s: not simulated", rest[0])
	}
	if _, found := s.call(hc, args).which(rest[0]); !found {
		s.fail(hc, 127, "exec: %s: not found", rest[0])
		return []string{"builtin", "exit", "127"}
	}
	return append([]string{"builtin", "exec"}, rest...)
}
