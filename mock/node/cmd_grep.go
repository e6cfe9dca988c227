package node

import (
	"bytes"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// grepSpec are the options of grep that are simulated.
var grepSpec = optionSpec{
	short: "EFGPivcnlLqowxrRhHse:f:A:B:C:m:aI:X:D:W::", status: 2, usage: "Usage: grep [OPTION]... PATTERNS [FILE]...",
	long: map[string]string{
		"extended-regexp": "E", "fixed-strings": "F", "basic-regexp": "G", "perl-regexp": "P", "ignore-case": "i",
		"invert-match": "v", "count": "c", "line-number": "n", "files-with-matches": "l", "files-without-match": "L",
		"quiet": "q", "silent": "q", "only-matching": "o", "word-regexp": "w", "line-regexp": "x", "recursive": "r",
		"dereference-recursive": "R", "no-filename": "h", "with-filename": "H", "no-messages": "s", "regexp": "e",
		"file": "f", "after-context": "A", "before-context": "B", "context": "C", "max-count": "m", "text": "a",
		"include": "I", "exclude": "X", "exclude-dir": "D", "color": "W", "colour": "W",
	},
}

// grep prints the lines that match: -E, -F, -G, -i, -v, -c, -n, -l, -L, -q, -o,
// -w, -x, -r, -h, -H, -s, -a, -e, -f, -A, -B, -C, -NUM, -m, --include,
// --exclude and --exclude-dir. Perl's expressions (-P) are refused, in the words
// of a grep built without them.
func grep(c *call) int {
	for i, a := range c.args {
		if a == "--" {
			break
		}
		if len(a) > 1 && a[0] == '-' && strings.Trim(a[1:], "0123456789") == "" {
			c.args[i] = "-C" + a[1:]
		}
	}
	o, ok := c.options(grepSpec)
	if !ok {
		return 2
	}
	g := grepper{call: c, opts: o}
	if !g.prepare() {
		return 2
	}
	g.files()
	switch {
	case g.faults && (!g.found || !o.has("q")):
		return 2
	case g.found:
		return 0
	}
	return 1
}

// grepper is a run of grep.
type grepper struct {
	*call
	opts          options
	re, later     *regex // later matches words that do not begin the line
	group         int    // which group of re is the match
	names         bool   // each line begins with the name of its file
	before, after int    // lines of context
	most          int    // -m; negative: no limit
	globs         []grepGlob
	found, faults bool
	printed       bool // a line was, so groups are parted by --
}

// grepGlob is --include, --exclude or --exclude-dir.
type grepGlob struct {
	kind string
	re   *regexp.Regexp
}

// fail prints a fault and gives up.
func (g *grepper) fail(format string, args ...any) bool {
	g.errorf(format, args...)
	return false
}

// prepare reads the options.
func (g *grepper) prepare() bool {
	o := &g.opts
	if o.has("P") {
		return g.fail("Perl matching not supported in a --disable-perl-regexp build")
	}
	patterns, ok := g.patterns()
	if !ok || !g.numbers() || !g.compile(patterns) {
		return false
	}
	for i, letter := range o.order {
		if letter == "I" || letter == "X" || letter == "D" {
			re, err := glob(o.values[i], false)
			if err != nil {
				return g.fail("%s: is not simulated", o.values[i])
			}
			g.globs = append(g.globs, grepGlob{letter, re})
		}
	}
	g.names = len(o.args) > 1 || o.has("r") || o.has("R")
	if last := o.last("hH"); last != "" {
		g.names = last == "H"
	}
	return true
}

// patterns are those of -e and -f, or the first operand; each line is one.
func (g *grepper) patterns() ([]string, bool) {
	o := &g.opts
	var out []string
	for i, letter := range o.order {
		switch letter {
		case "e":
			out = append(out, strings.Split(o.values[i], "\n")...)
		case "f":
			r, err := g.input(o.values[i])
			if err != nil {
				return nil, g.fail("%s: %s", o.values[i], strerror(err))
			}
			data, _ := g.slurp(r)
			if text := strings.TrimSuffix(string(data), "\n"); len(data) > 0 {
				out = append(out, strings.Split(text, "\n")...)
			}
		}
	}
	if o.has("e") || o.has("f") {
		return out, true
	}
	if len(o.args) == 0 {
		io.WriteString(g.stderr, grepSpec.usage+"\n")
		return nil, g.usageHint()
	}
	out = strings.Split(o.args[0], "\n")
	o.args = o.args[1:]
	return out, true
}

// numbers reads the options that are numbers.
func (g *grepper) numbers() bool {
	g.most = -1
	for i, letter := range g.opts.order {
		if !strings.Contains("ABCm", letter) {
			continue
		}
		n, err := strconv.Atoi(g.opts.values[i])
		switch {
		case letter == "m" && err != nil:
			return g.fail("invalid max count")
		case letter == "m":
			g.most = n
			continue
		case err != nil || n < 0:
			return g.fail("%s: invalid context length argument", g.opts.values[i])
		}
		if n = min(n, 1<<20); letter != "B" {
			g.after = n
		}
		if letter != "A" {
			g.before = n
		}
	}
	if g.opts.has("A") { // -A and -B win over -C wherever they stand
		g.after = min(number(g.opts.set["A"]), 1<<20)
	}
	if g.opts.has("B") {
		g.before = min(number(g.opts.set["B"]), 1<<20)
	}
	return true
}

// compile makes one expression of all patterns.
func (g *grepper) compile(patterns []string) bool {
	kind := g.opts.last("EFG")
	if kind == "" {
		kind = map[string]string{"egrep": "E", "fgrep": "F"}[baseName(g.name)]
	}
	f := regexFlavour{extended: kind == "E", fold: g.opts.has("i")}
	var texts []string
	for _, p := range patterns {
		text := regexp.QuoteMeta(p)
		if kind != "F" {
			var err error
			if text, err = translateRegex(p, f); err != nil {
				return g.fail("%v", err)
			}
		}
		texts = append(texts, "(?:"+text+")")
	}
	text := strings.Join(texts, "|")
	if len(texts) == 0 {
		text = `[^\x{0}-\x{10FFFF}]` // no pattern matches nothing
	}
	var err error
	switch {
	case g.opts.has("x"):
		g.re, err = f.compile(`^(?:` + text + `)$`)
	case g.opts.has("w"):
		g.group = 1
		if g.re, err = f.compile(`(?:^|[^` + wordClass + `])(` + text + `)(?:$|[^` + wordClass + `])`); err == nil {
			g.later, err = f.compile(`[^` + wordClass + `](` + text + `)(?:$|[^` + wordClass + `])`)
		}
	default:
		g.re, err = f.compile(text)
	}
	if err != nil {
		return g.fail("%v", err)
	}
	return true
}

// files searches all inputs.
func (g *grepper) files() {
	names := g.opts.args
	recursive := g.opts.has("r") || g.opts.has("R")
	if len(names) == 0 {
		names = []string{"-"}
		if recursive {
			names = []string{"."}
		}
	}
	for _, name := range names {
		real, f, err := g.m.files.resolve(g.path(name), true)
		if !recursive || name == "-" || err != nil || !f.mode.IsDir() {
			g.file(name)
		} else {
			g.directory(name, real, len(g.opts.args) == 0)
		}
		if g.found && g.opts.has("q") {
			return
		}
	}
}

// directory searches all files below a directory.
func (g *grepper) directory(root, real string, implied bool) {
	g.tree(root, real, func(name, _ string, f *file) bool {
		base := baseName(name)
		switch {
		case g.found && g.opts.has("q"):
			return false
		case f.mode.IsDir():
			return name == root || !g.skipped("D", base)
		case !isPlain(f) || !g.wanted(base):
			return false
		}
		if implied {
			name = strings.TrimPrefix(name, "./")
		}
		g.file(name)
		return false
	})
}

func (g *grepper) skipped(kind, base string) bool {
	return slices.ContainsFunc(g.globs, func(x grepGlob) bool { return x.kind == kind && x.re.MatchString(base) })
}

// wanted applies --include and --exclude: the last that matches decides, and
// what none matches is taken unless the first is an --include.
func (g *grepper) wanted(base string) bool {
	take, first := true, true
	for _, x := range g.globs {
		if x.kind == "D" {
			continue
		}
		if first {
			take, first = x.kind == "X", false
		}
		if x.re.MatchString(base) {
			take = x.kind == "I"
		}
	}
	return take
}

// file searches one input.
func (g *grepper) file(name string) {
	r, err := g.input(name)
	if err != nil {
		g.faults = true
		if !g.opts.has("s") {
			g.errorf("%s: %s", name, strerror(err))
		}
		return
	}
	s := &grepFile{grepper: g, name: name, in: g.lines(r), left: g.most}
	if name == "-" {
		s.name = "(standard input)"
	}
	s.in.cost = g.re.cost
	s.search()
	s.report()
}

// isBinaryText says whether grep takes a line to be no text.
func isBinaryText(line []byte) bool { return bytes.IndexByte(line, 0) >= 0 || !utf8.Valid(line) }
