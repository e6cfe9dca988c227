package node

import (
	"fmt"
	"strings"
)

// programNames are the programs of the image, in /usr/bin. The image knows only
// their names, programNamed what they do.
var programNames = [...]string{
	"[", "basename", "bash", "cat", "date", "dirname", "echo", "env", "false", "head", "hostname", "id", "ls",
	"mkdir", "nproc", "printf", "pwd", "rm", "seq", "sh", "sleep", "tail", "tee", "test", "touch", "true",
	"uname", "uptime", "wc", "whoami", "yes",
}

// programNamed is the table of programs.
func programNamed(name string) program {
	switch name {
	case "[", "test":
		return test
	case "basename":
		return basename
	case "bash", "sh":
		return shellProgram
	case "cat":
		return cat
	case "date":
		return date
	case "dirname":
		return dirname
	case "echo":
		return echo
	case "env":
		return env
	case "false":
		return func(*call) int { return 1 }
	case "head":
		return head
	case "hostname":
		return hostname
	case "id":
		return id
	case "ls":
		return ls
	case "mkdir":
		return mkdir
	case "nproc":
		return nproc
	case "printf":
		return printf
	case "pwd":
		return pwd
	case "rm":
		return rm
	case "seq":
		return seq
	case "sleep":
		return sleep
	case "tail":
		return tail
	case "tee":
		return tee
	case "touch":
		return touch
	case "true":
		return func(*call) int { return 0 }
	case "uname":
		return uname
	case "uptime":
		return uptime
	case "wc":
		return wc
	case "whoami":
		return whoami
	case "yes":
		return yes
	}
	return nil
}

// options are the arguments of a program after GNU getopt has sorted them.
type options struct {
	set    map[string]string // option letter → its value, "" if it takes none
	order  []string          // letters in the order given
	args   []string          // operands
	status int               // what to exit with when ok is false
}

// has says whether an option was given.
func (o options) has(letter string) bool { _, ok := o.set[letter]; return ok }

// optionSpec says what options a program takes.
type optionSpec struct {
	short  string            // getopt's: letters, ":" after those with a value
	long   map[string]string // long name → letter
	status int               // exit status of a usage error; 0: 1
	stay   bool              // options end at the first operand
}

// options sorts the arguments. When one is wrong it says so as GNU programs do
// and ok is false. An option that the real program has and this one lacks is an
// unknown one here: better refused than ignored.
func (c *call) options(spec optionSpec) (o options, ok bool) {
	o = options{set: make(map[string]string), status: max(1, spec.status)}
	args := c.args
	for len(args) > 0 {
		a := args[0]
		args = args[1:]
		switch {
		case a == "--":
			o.args = append(o.args, args...)
			return o, true
		case strings.HasPrefix(a, "--"):
			if args, ok = o.long(c, spec, a, args); !ok {
				return o, false
			}
		case len(a) > 1 && a[0] == '-':
			if args, ok = o.short(c, spec, a[1:], args); !ok {
				return o, false
			}
		default:
			o.args = append(o.args, a)
			if spec.stay {
				o.args = append(o.args, args...)
				return o, true
			}
		}
	}
	return o, true
}

// short takes a cluster of letters.
func (o *options) short(c *call, spec optionSpec, cluster string, args []string) ([]string, bool) {
	for cluster != "" {
		letter := cluster[:1]
		cluster = cluster[1:]
		i := strings.Index(spec.short, letter)
		if i < 0 || letter == ":" {
			return nil, c.usage("invalid option -- '%s'", letter)
		}
		if !strings.HasPrefix(spec.short[i+1:], ":") {
			o.put(letter, "")
			continue
		}
		if cluster == "" {
			if len(args) == 0 {
				return nil, c.usage("option requires an argument -- '%s'", letter)
			}
			cluster, args = args[0], args[1:]
		}
		o.put(letter, cluster)
		break
	}
	return args, true
}

// long takes one long option.
func (o *options) long(c *call, spec optionSpec, a string, args []string) ([]string, bool) {
	name, value, given := strings.Cut(a[2:], "=")
	letter, ok := spec.long[name]
	if !ok {
		return nil, c.usage("unrecognized option '%s'", "--"+name)
	}
	takes := strings.Contains(spec.short, letter+":")
	switch {
	case given && !takes:
		return nil, c.usage("option '--%s' doesn't allow an argument", name)
	case takes && !given && len(args) == 0:
		return nil, c.usage("option '--%s' requires an argument", name)
	case takes && !given:
		value, args = args[0], args[1:]
	}
	o.put(letter, value)
	return args, true
}

func (o *options) put(letter, value string) {
	o.set[letter] = value
	o.order = append(o.order, letter)
}

// usage prints a usage error and the line that points to the help.
func (c *call) usage(format string, args ...any) bool {
	c.errorf(format, args...)
	return c.usageHint()
}

func (c *call) usageHint() bool {
	fmt.Fprintf(c.stderr, "Try '%s --help' for more information.\n", c.name)
	return false
}

// quoted is a word in the quotes that GNU programs use in a UTF-8 locale.
func quoted(s string) string { return "‘" + s + "’" }

// shellQuoted is a file name in the quotes that they use for those.
func shellQuoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
