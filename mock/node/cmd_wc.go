package node

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// wc counts: -l, -w, -c, -m.
func wc(c *call) int {
	o, ok := c.options(optionSpec{short: "lwcm", long: map[string]string{"lines": "l", "words": "w", "bytes": "c", "chars": "m"}})
	if !ok {
		return o.status
	}
	w := wordCounter{call: c, opts: o, width: 7}
	if len(o.order) == 0 {
		w.opts.set = map[string]string{"l": "", "w": "", "c": ""}
	}
	w.measure()
	status := c.each(o.args, w.count)
	if len(o.args) > 1 {
		w.row(w.total, "total")
	}
	return status
}

type wordCounter struct {
	*call
	opts  options
	width int
	total [4]int
}

// measure finds the width of the columns, as GNU wc does: that of the sizes of
// the files together, or 7 where standard input is counted.
func (w *wordCounter) measure() {
	size, regular := int64(0), len(w.opts.args) > 0
	for _, name := range w.opts.args {
		f, err := w.m.files.lookup(w.path(name), true)
		if err != nil || name == "-" {
			regular = regular && name != "-"
			continue
		}
		size += f.size(w.facts())
	}
	if regular {
		w.width = len(strconv.FormatInt(size, 10))
	}
	if len(w.opts.set) == 1 && len(w.opts.args) <= 1 {
		w.width = 1
	}
}

func (w *wordCounter) count(name string, r io.Reader) error {
	data, err := w.slurp(r)
	if err != nil {
		return err
	}
	n := [4]int{bytes.Count(data, []byte("\n")), len(bytes.Fields(data)), utf8.RuneCount(data), len(data)}
	for i := range n {
		w.total[i] += n[i]
	}
	if len(w.opts.args) == 0 {
		name = ""
	}
	w.row(n, name)
	return nil
}

func (w *wordCounter) row(n [4]int, name string) {
	var cells []string
	for i, letter := range [...]string{"l", "w", "m", "c"} {
		if w.opts.has(letter) {
			cells = append(cells, fmt.Sprintf("%*d", w.width, n[i]))
		}
	}
	line := strings.Join(cells, " ")
	if name != "" {
		line += " " + name
	}
	w.printf("%s\n", line)
}
