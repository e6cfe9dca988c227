package node

import (
	"bytes"
	"io"
	"strings"
)

// two reads the two inputs of a comparison.
func (c *call) two(names []string) (a, b []byte, ok bool) {
	var out [2][]byte
	for i, name := range names[:2] {
		r, err := c.input(name)
		if err == nil {
			out[i], err = c.slurp(r)
		}
		if err != nil {
			c.errorf("%s: %s", name, strerror(err))
			return nil, nil, false
		}
	}
	c.work(1 + (len(out[0])+len(out[1]))/1024)
	return out[0], out[1], true
}

// cmpProgram compares two files byte by byte: -s.
func cmpProgram(c *call) int {
	o, ok := c.options(optionSpec{short: "s", long: map[string]string{"silent": "s", "quiet": "s"}, status: 2})
	if !ok {
		return o.status
	}
	if len(o.args) != 2 {
		c.usage("missing operand after %s", quoted(strings.Join(append([]string{c.name}, o.args...), " ")))
		return 2
	}
	a, b, ok := c.two(o.args)
	switch {
	case !ok:
		return 2
	case bytes.Equal(a, b):
		return 0
	case o.has("s"):
		return 1
	}
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	line := 1 + bytes.Count(a[:n], []byte("\n"))
	if n == min(len(a), len(b)) {
		short := o.args[0]
		if len(b) < len(a) {
			short = o.args[1]
		}
		c.errorf("EOF on %s after byte %d, in line %d", short, n, line)
		return 1
	}
	c.printf("%s %s differ: byte %d, line %d\n", o.args[0], o.args[1], n+1, line)
	return 1
}

// comm compares two sorted files: -1, -2, -3.
func comm(c *call) int {
	o, ok := c.options(optionSpec{short: "123"})
	if !ok {
		return o.status
	}
	if len(o.args) != 2 {
		c.usage("missing operand")
		return 1
	}
	a, b, ok := c.two(o.args)
	if !ok {
		return 1
	}
	x, y := splitLines(a), splitLines(b)
	show := func(column, line string) {
		indent := ""
		for _, before := range "12"[:number(column)-1] {
			if !o.has(string(before)) {
				indent += "\t"
			}
		}
		if !o.has(column) {
			c.printf("%s%s\n", indent, line)
		}
	}
	for len(x)+len(y) > 0 && c.work(1) {
		switch {
		case len(y) == 0 || len(x) > 0 && x[0] < y[0]:
			show("1", x[0])
			x = x[1:]
		case len(x) == 0 || y[0] < x[0]:
			show("2", y[0])
			y = y[1:]
		default:
			show("3", x[0])
			x, y = x[1:], y[1:]
		}
	}
	return 0
}

func splitLines(data []byte) []string {
	text := strings.TrimSuffix(string(data), "\n")
	if len(data) == 0 {
		return nil
	}
	return strings.Split(text, "\n")
}

// maxDiff bounds the work of a comparison: lines of the one file times lines of
// the other, after what both begin and end with.
const maxDiff = 4 << 20

// diff compares two files by lines: -q, -u, -w, -b, -i and -B not, -s, -N.
func diff(c *call) int {
	o, ok := c.options(optionSpec{short: "qusN", status: 2, long: map[string]string{"brief": "q", "unified": "u", "report-identical-files": "s", "new-file": "N"}})
	if !ok {
		return o.status
	}
	if len(o.args) != 2 {
		c.usage("missing operand after %s", shellQuoted(strings.Join(append([]string{c.name}, o.args...), " ")))
		return 2
	}
	a, b, ok := c.two(o.args)
	switch {
	case !ok:
		return 2
	case bytes.Equal(a, b):
		if o.has("s") {
			c.printf("Files %s and %s are identical\n", o.args[0], o.args[1])
		}
		return 0
	case o.has("q"):
		c.printf("Files %s and %s differ\n", o.args[0], o.args[1])
		return 1
	}
	d := differ{a: splitLines(a), b: splitLines(b), openA: !bytes.HasSuffix(a, []byte("\n")), openB: !bytes.HasSuffix(b, []byte("\n"))}
	if !d.compare(c) {
		c.errorf("files as different as these are not simulated")
		return 2
	}
	if o.has("u") {
		for i, mark := range [...]string{"---", "+++"} {
			at := c.time()
			if f, err := c.m.files.lookup(c.path(o.args[i]), true); err == nil {
				at = f.mtime
			}
			c.printf("%s %s\t%s\n", mark, o.args[i], at.UTC().Format("2006-01-02 15:04:05.000000000 -0700"))
		}
		io.WriteString(c.stdout, d.unified())
		return 1
	}
	io.WriteString(c.stdout, d.normal())
	return 1
}
