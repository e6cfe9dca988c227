package node

import (
	"bytes"
	"io"
	"strconv"
	"strings"
)

// head prints the first lines of files: -n N, -N, -c N, -q, -v.
func head(c *call) int { return firstOrLast(c, "head") }

// tail prints the last lines of files: -n N, -n +N, -N, -c N, -q, -v, and -f,
// which never ends.
func tail(c *call) int { return firstOrLast(c, "tail") }

func firstOrLast(c *call, which string) int {
	if len(c.args) > 0 && len(c.args[0]) > 1 && c.args[0][0] == '-' && c.args[0][1] >= '0' && c.args[0][1] <= '9' {
		c.args = append([]string{"-n", c.args[0][1:]}, c.args[1:]...)
	}
	spec := optionSpec{short: "n:c:qv", long: map[string]string{"lines": "n", "bytes": "c", "quiet": "q", "silent": "q", "verbose": "v"}}
	if which == "tail" {
		spec.short += "fF"
		spec.long["follow"] = "f"
	}
	o, ok := c.options(spec)
	if !ok {
		return o.status
	}
	cut, ok := newCut(c, o, which)
	if !ok {
		return 1
	}
	heads, first := len(o.args) > 1 && !o.has("q") || o.has("v"), true
	status := c.each(o.args, func(name string, r io.Reader) error {
		if heads {
			if !first {
				c.printf("\n")
			}
			c.printf("==> %s <==\n", inputTitle(name))
		}
		first = false
		return cut.copy(c, r)
	})
	if o.has("f") || o.has("F") {
		c.sleep(forever)
	}
	return status
}

func inputTitle(name string) string {
	if name == "-" {
		return "standard input"
	}
	return name
}

// cut is what head and tail take of a file.
type cut struct {
	last  bool // from the end
	from  bool // tail -n +N: from the Nth on
	less  bool // head -n -N: all but the last N
	bytes bool
	n     int
}

func newCut(c *call, o options, which string) (cut, bool) {
	t := cut{last: which == "tail", n: 10}
	letter, unit := "n", "lines"
	if o.has("c") {
		letter, unit, t.bytes = "c", "bytes", true
	}
	value, given := o.set[letter]
	if !given {
		return t, true
	}
	digits := strings.TrimLeft(value, "+-")
	n, err := strconv.Atoi(digits)
	if err != nil || len(value)-len(digits) > 1 {
		c.errorf("invalid number of %s: %s", unit, quoted(value))
		return t, false
	}
	t.n = n
	t.from = t.last && value[0] == '+'
	t.less = !t.last && value[0] == '-'
	return t, true
}

// copy writes the part of an input that the cut takes. head stops reading as
// soon as it has that, so that what writes for ever to it may end.
func (t cut) copy(c *call, r io.Reader) error {
	switch {
	case !t.last && !t.less && t.bytes:
		_, err := io.CopyN(c.stdout, r, int64(t.n))
		if err == io.EOF {
			err = nil
		}
		return err
	case !t.last && !t.less:
		return copyLines(c.stdout, r, t.n)
	}
	data, err := c.slurp(r)
	if err != nil {
		return err
	}
	_, err = c.stdout.Write(t.take(data))
	return err
}

// copyLines copies n lines, reading no more than it must: byte by byte.
func copyLines(w io.Writer, r io.Reader, n int) error {
	var buf []byte
	var one [1]byte
	for n > 0 {
		if k, err := r.Read(one[:]); k == 0 || err != nil {
			break
		}
		if buf = append(buf, one[0]); one[0] == '\n' {
			n--
		}
		if len(buf) > DiskBytes {
			break
		}
	}
	_, err := w.Write(buf)
	return err
}

// take is the part of data that a cut from the end takes.
func (t cut) take(data []byte) []byte {
	n := len(data)
	if !t.bytes {
		n = bytes.Count(data, []byte("\n"))
		if len(data) > 0 && data[len(data)-1] != '\n' {
			n++
		}
	}
	switch {
	case t.from:
		return data[t.offset(data, max(0, t.n-1)):]
	case t.less:
		return data[:t.offset(data, max(0, n-t.n))]
	}
	return data[t.offset(data, max(0, n-t.n)):]
}

// offset is where the unit with number i starts.
func (t cut) offset(data []byte, i int) int {
	if t.bytes {
		return min(i, len(data))
	}
	at := 0
	for ; i > 0 && at < len(data); i-- {
		end := bytes.IndexByte(data[at:], '\n')
		if end < 0 {
			return len(data)
		}
		at += end + 1
	}
	return at
}
