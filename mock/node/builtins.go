package node

import (
	"fmt"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

func itoa(n int) string { return strconv.Itoa(n) }

// ours returns the builtins that are written here and not the interpreter's.
func ours(name string) func(*shell, *call) int {
	switch name {
	case "[", "test":
		return func(_ *shell, c *call) int { return test(c) }
	case "command":
		return (*shell).describe
	case "disown", "hash":
		return func(*shell, *call) int { return 0 }
	case "echo":
		return func(_ *shell, c *call) int { return echo(c) }
	case "jobs":
		return func(*shell, *call) int { return 0 } // none is ever seen running
	case "kill":
		return (*shell).kill
	case "printf":
		return func(_ *shell, c *call) int { return printf(c) }
	case "pwd":
		return (*shell).pwd
	case "type":
		return (*shell).typeOf
	case "umask":
		return (*shell).setUmask
	case "wait":
		return (*shell).waitFor
	}
	return nil
}

// isOurs says whether a command is a builtin of ours. command is only in part.
func isOurs(name string) bool { return name != "command" && ours(name) != nil }

// builtin runs a builtin of ours.
func (s *shell) builtin(c *call) int {
	c.builtin = true
	return ours(c.name)(s, c)
}

// pwd prints the working directory.
func (s *shell) pwd(c *call) int {
	dir := c.env.Get("PWD").String()
	for _, a := range c.args {
		switch {
		case a == "-P":
			dir, _, _ = c.m.files.resolve(c.dir, true)
		case a == "-L":
		case strings.HasPrefix(a, "-"):
			c.shellErrorf("pwd: %s: invalid option", a)
			fmt.Fprintln(c.stderr, "pwd: usage: pwd [-LP]")
			return 2
		}
	}
	c.printf("%s\n", dir)
	return 0
}

// describe is command -v and command -V.
func (s *shell) describe(c *call) int {
	status := 1
	for _, name := range c.args[1:] {
		kind, file := s.kindOf(c, name)
		switch {
		case kind == "" && c.args[0] == "-V":
			c.shellErrorf("command: %s: not found", name)
		case kind == "":
		case c.args[0] == "-V":
			c.printf("%s\n", sentence(name, kind, file))
			status = 0
		case kind == "file":
			c.printf("%s\n", file)
			status = 0
		default:
			c.printf("%s\n", name)
			status = 0
		}
	}
	return status
}

// typeOf is type, with -t, -p and -P.
func (s *shell) typeOf(c *call) int {
	mode, args := "", c.args
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		switch args[0] {
		case "-t", "-p", "-P":
			mode = args[0]
		default:
			c.shellErrorf("type: %s: invalid option", args[0])
			fmt.Fprintln(c.stderr, "type: usage: type [-afptP] name [name ...]")
			return 2
		}
		args = args[1:]
	}
	status := 0
	for _, name := range args {
		kind, file := s.kindOf(c, name)
		switch {
		case kind == "":
			status = 1
			if mode == "" {
				c.shellErrorf("type: %s: not found", name)
			}
		case mode == "-t":
			c.printf("%s\n", kind)
		case mode != "":
			if kind == "file" {
				c.printf("%s\n", file)
			}
		default:
			c.printf("%s\n", sentence(name, kind, file))
		}
	}
	return status
}

// kindOf says what a command name means: keyword, function, builtin or file,
// and which file; nothing if it is none.
func (s *shell) kindOf(c *call, name string) (kind, file string) {
	switch {
	case syntax.IsKeyword(name):
		return "keyword", ""
	case s.funcs[name]:
		return "function", ""
	case interp.IsBuiltin(name):
		return "builtin", ""
	}
	if file, found := c.which(name); found {
		return "file", file
	}
	return "", ""
}

func sentence(name, kind, file string) string {
	switch kind {
	case "file":
		return name + " is " + file
	case "function":
		return name + " is a function"
	}
	return name + " is a shell " + kind
}

// setUmask is umask: the mode bits that new files do not get.
func (s *shell) setUmask(c *call) int {
	if len(c.args) == 0 {
		c.printf("%04o\n", c.umask)
		return 0
	}
	n, err := strconv.ParseUint(c.args[0], 8, 32)
	if err != nil || n > 0o777 {
		c.shellErrorf("umask: %s: octal number out of range", c.args[0])
		return 1
	}
	c.process.umask = uint32(n)
	return 0
}

// waitFor is wait: it moves the shell's clock to the end of its jobs.
func (s *shell) waitFor(c *call) int {
	p := s.p
	if len(c.args) == 0 {
		for _, j := range p.jobs.all {
			p.sleepUntil(j)
		}
		return 0
	}
	status := 0
	for _, a := range c.args {
		if strings.HasPrefix(a, "-") {
			c.shellErrorf("wait: %s: not simulated", a)
			return 2
		}
		j := p.jobs.find(number(a))
		if j == nil {
			c.shellErrorf("wait: pid %s is not a child of this shell", a)
			status = 127
			continue
		}
		p.sleepUntil(j)
		status = j.status
	}
	return status
}

// sleepUntil waits for a job. One that was stopped would keep the shell waiting.
func (p *process) sleepUntil(j *job) {
	switch {
	case j.over != nil:
		p.now = max(p.now, j.start)
		p.stop(j.over)
	case j.end > p.now:
		p.sleep(j.end - p.now)
	}
}

// signals are the names that scripts use, with Linux's numbers (man 7 signal).
var signals = map[string]int{
	"HUP": 1, "INT": 2, "QUIT": 3, "ILL": 4, "TRAP": 5, "ABRT": 6, "BUS": 7, "FPE": 8, "KILL": 9, "USR1": 10,
	"SEGV": 11, "USR2": 12, "PIPE": 13, "ALRM": 14, "TERM": 15, "CHLD": 17, "CONT": 18, "STOP": 19, "TSTP": 20,
	"TTIN": 21, "TTOU": 22, "WINCH": 28,
}

// signalNumber is the number of a signal by its name or number; 0 if it is none.
func signalNumber(name string) int {
	if n := number(name); n > 0 && n <= 64 {
		return n
	}
	return signals[strings.TrimPrefix(strings.ToUpper(name), "SIG")]
}

// kill signals the script itself or one of its jobs. Nothing else runs.
func (s *shell) kill(c *call) int {
	sig, args := 15, c.args
	if len(args) > 1 && (args[0] == "-s" || args[0] == "-n") {
		args = append([]string{"-" + args[1]}, args[2:]...)
	}
	if len(args) > 0 && strings.HasPrefix(args[0], "-") && args[0] != "--" {
		if sig = signalNumber(args[0][1:]); sig == 0 && args[0] != "-0" {
			c.shellErrorf("kill: %s: invalid signal specification", args[0][1:])
			return 1
		}
		args = args[1:]
	}
	if args = trimDashes(args); len(args) == 0 {
		fmt.Fprintln(c.stderr, "kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]")
		return 2
	}
	status := 0
	for _, a := range args {
		if !s.p.signal(number(a), sig) {
			c.shellErrorf("kill: (%s) - No such process", a)
			status = 1
		}
	}
	return status
}

// signal sends one signal and reports whether there was such a process.
func (p *process) signal(pid, sig int) bool {
	if pid == p.pid {
		if sig != 0 && sig != signals["CHLD"] && sig != signals["CONT"] {
			p.killedBy = sig
			p.stop(errKilled)
		}
		return true
	}
	j := p.jobs.find(pid)
	switch {
	case j == nil || j.end <= p.now:
		return false
	case sig == 0:
		return true
	}
	return p.jobs.kill(j, p.now, 128+sig)
}
