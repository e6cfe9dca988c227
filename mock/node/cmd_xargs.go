package node

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// xargsBytes is how long a command line of xargs may be: GNU's default.
const xargsBytes = 128 << 10

// xargs runs a command with arguments read from its input: -0, -d, -n, -I, -r,
// -t, and -P, which changes nothing here: one command runs after another.
func xargs(c *call) int {
	o, ok := c.options(optionSpec{short: "0d:n:I:rtP:", stay: true, long: map[string]string{
		"null": "0", "delimiter": "d", "max-args": "n", "replace": "I", "no-run-if-empty": "r", "verbose": "t", "max-procs": "P",
	}})
	if !ok {
		return 1
	}
	x := xargsRun{call: c, opts: o, command: o.args}
	if len(x.command) == 0 {
		x.command = []string{"echo"}
	}
	if n, given := o.set["n"]; given && !x.number(n) {
		return 1
	}
	in, _ := c.input("-")
	data, err := c.slurp(in)
	if err != nil {
		return 1
	}
	args, ok := x.split(string(data))
	if !ok {
		return 1
	}
	return x.run(args)
}

type xargsRun struct {
	*call
	opts    options
	command []string
	most    int // arguments of one command; 0: as many as fit
	status  int
}

func (x *xargsRun) number(text string) bool {
	n, err := strconv.Atoi(text)
	switch {
	case err != nil:
		return x.usage("invalid number %q for -n option", text)
	case n < 1:
		x.usage("value %s for -n option should be >= 1", text) // and goes on with 1
	}
	x.most = max(1, n)
	return true
}

// split cuts the input into arguments.
func (x *xargsRun) split(text string) ([]string, bool) {
	end := ""
	switch d := x.opts.set["d"]; {
	case x.opts.has("0"):
		end = "\x00"
	case x.opts.has("d"):
		if end = strings.NewReplacer(`\n`, "\n", `\t`, "\t", `\0`, "\x00").Replace(d); len(end) != 1 {
			x.errorf("Invalid input delimiter specification %s: the delimiter must be either a single character or an escape sequence starting with \\.", d)
			return nil, false
		}
	}
	if end != "" {
		if text = strings.TrimSuffix(text, end); text == "" {
			return nil, true
		}
		return strings.Split(text, end), true
	}
	w := argSplitter{rest: text, lines: x.opts.has("I")}
	args, quote := w.all()
	if quote != "" {
		x.errorf("unmatched %s quote; by default quotes are special to xargs unless you use the -0 option", quote)
		return nil, false
	}
	return args, true
}

// argSplitter cuts a text into words as xargs does: blanks and newlines part
// them, quotes and backslashes take that away. With -I only newlines do.
type argSplitter struct {
	rest  string
	lines bool
}

func (w *argSplitter) all() (args []string, quote string) {
	for {
		if w.rest = strings.TrimLeft(w.rest, " \t\n"); w.rest == "" {
			return args, ""
		}
		word, quote := w.word()
		if quote != "" {
			return nil, quote
		}
		args = append(args, word)
	}
}

func (w *argSplitter) word() (word, quote string) {
	var b strings.Builder
	for w.rest != "" {
		c := w.rest[0]
		switch {
		case c == '\n', !w.lines && (c == ' ' || c == '\t'):
			return b.String(), ""
		case c == '\\' && len(w.rest) > 1:
			b.WriteByte(w.rest[1])
			w.rest = w.rest[2:]
		case c == '\'' || c == '"':
			inner, after, found := strings.Cut(w.rest[1:], string(c))
			if !found || strings.Contains(inner, "\n") {
				return "", map[byte]string{'\'': "single", '"': "double"}[c]
			}
			b.WriteString(inner)
			w.rest = after
		default:
			b.WriteByte(c)
			w.rest = w.rest[1:]
		}
	}
	return b.String(), ""
}

// run runs the command as often as it takes.
func (x *xargsRun) run(args []string) int {
	if mark, ok := x.opts.set["I"]; ok {
		for _, a := range args {
			argv := make([]string, len(x.command))
			for i, w := range x.command {
				argv[i] = x.replace(w, mark, a)
			}
			if !x.one(argv) {
				break
			}
		}
		return x.status
	}
	if len(args) == 0 && !x.opts.has("r") {
		x.one(x.command)
	}
	for len(args) > 0 {
		n := x.fitting(args)
		argv := append(append([]string(nil), x.command...), args[:n]...)
		if args = args[n:]; !x.one(argv) {
			break
		}
	}
	return x.status
}

// fitting is how many of the arguments go into the next command line.
func (x *xargsRun) fitting(args []string) int {
	size := 0
	for _, w := range x.command {
		size += len(w) + 1
	}
	for i, a := range args {
		if size += len(a) + 1; i > 0 && (size > xargsBytes || x.most > 0 && i == x.most) {
			return i
		}
	}
	return len(args)
}

// one runs one command. It reports whether to go on.
func (x *xargsRun) one(argv []string) bool {
	if x.opts.has("t") {
		fmt.Fprintln(x.stderr, strings.Join(argv, " "))
	}
	code, found := x.start(argv, nil)
	switch {
	case x.ended != nil || !x.work(0):
		return false
	case !found:
		x.errorf("%s: No such file or directory", argv[0])
		x.status = 127
		return false
	case code == 126 || code == 127:
		x.status = code
		return false
	case code == 255:
		x.errorf("%s: exited with status 255; aborting", argv[0])
		x.status = 124
		return false
	case code != 0:
		x.status = 123
	}
	return true
}

// replace puts a value in the place of a mark. Where that would make more than a
// command line can hold, which is then not run, the script has reached its limit.
func (c *call) replace(text, mark, value string) string {
	if n := strings.Count(text, mark); n > 0 && mark != "" && n*len(value)+len(text) > maxArgs {
		c.stop(ErrMemory)
		return text
	}
	if mark == "" {
		return text
	}
	return strings.ReplaceAll(text, mark, value)
}

// start runs a program of the machine as a child of this one. found is false if
// there is no such program.
func (c *call) start(argv []string, stdin io.Reader) (code int, found bool) {
	size := 1
	for _, a := range argv {
		size += len(a) / 1024
	}
	if !c.work(size + len(argv)/16) {
		return exitKilled, true
	}
	file, ok := c.which(argv[0])
	if !ok {
		return 127, false
	}
	child := *c
	child.stdin, child.shell = stdin, c.name
	return child.execFile(file, argv), true
}
