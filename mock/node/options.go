package node

import (
	"fmt"
	"slices"
	"strings"
)

// options are the arguments of a program after GNU getopt has sorted them.
type options struct {
	set    map[string]string // option letter → its value, "" if it takes none
	order  []string          // letters in the order given
	values []string          // what was given with each of them
	args   []string          // operands
	status int               // what to exit with when ok is false
}

// all are the values that an option was given, in order.
func (o options) all(letter string) []string {
	var out []string
	for i, l := range o.order {
		if l == letter {
			out = append(out, o.values[i])
		}
	}
	return out
}

// last is the one of the given letters that came last, "" if none did.
func (o options) last(letters string) string {
	for _, l := range slices.Backward(o.order) {
		if strings.Contains(letters, l) {
			return l
		}
	}
	return ""
}

// has says whether an option was given.
func (o options) has(letter string) bool { _, ok := o.set[letter]; return ok }

// optionSpec says what options a program takes.
type optionSpec struct {
	short  string                                   // getopt's: letters, ":" after those with a value, "::" if it may be left out
	long   map[string]string                        // long name → letter
	status int                                      // exit status of a usage error; 0: 1
	stay   bool                                     // options end at the first operand
	usage  string                                   // a line that the program prints after a usage error
	fault  func(c *call, option string, known bool) // prints a usage error; nil: as GNU programs do
}

// reject prints a usage error and the lines that point to the help.
func (s optionSpec) reject(c *call, format string, args ...any) bool {
	if s.fault != nil {
		s.fault(c, fmt.Sprint(args[0]), strings.Contains(format, "requires"))
		return false
	}
	c.errorf(format, args...)
	if s.usage != "" {
		fmt.Fprintln(c.stderr, s.usage)
	}
	return c.usageHint()
}

// takes says whether an option takes a value, and whether it may be left out.
func (s optionSpec) takes(letter string) (value, optional bool) {
	_, after, _ := strings.Cut(s.short, letter)
	return strings.HasPrefix(after, ":"), strings.HasPrefix(after, "::")
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
		if letter == ":" || !strings.Contains(spec.short, letter) {
			return nil, spec.reject(c, "invalid option -- '%s'", letter)
		}
		value, optional := spec.takes(letter)
		if !value {
			o.put(letter, "")
			continue
		}
		if cluster == "" && !optional {
			if len(args) == 0 {
				return nil, spec.reject(c, "option requires an argument -- '%s'", letter)
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
		return nil, spec.reject(c, "unrecognized option '%s'", "--"+name)
	}
	takes, optional := spec.takes(letter)
	switch {
	case given && !takes:
		return nil, spec.reject(c, "option '%s' doesn't allow an argument", "--"+name)
	case takes && !given && !optional && len(args) == 0:
		return nil, spec.reject(c, "option '%s' requires an argument", "--"+name)
	case takes && !given && !optional:
		value, args = args[0], args[1:]
	}
	o.put(letter, value)
	return args, true
}

func (o *options) put(letter, value string) {
	o.set[letter] = value
	o.order, o.values = append(o.order, letter), append(o.values, value)
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
