package node

import (
	"bytes"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// linesOf reads an input as lines, each with its newline.
func (c *call) linesOf(r io.Reader) ([]string, error) {
	data, err := c.slurp(r)
	c.work(len(data) / 1024)
	return slices.Collect(strings.Lines(string(data))), err
}

// tac prints lines, the last first.
func tac(c *call) int {
	o, ok := c.options(optionSpec{})
	if !ok {
		return o.status
	}
	return c.each(o.args, func(_ string, r io.Reader) error {
		lines, err := c.linesOf(r)
		slices.Reverse(lines)
		io.WriteString(c.stdout, strings.Join(lines, ""))
		return err
	})
}

// rev prints the characters of each line in reverse.
func rev(c *call) int {
	return c.each(c.args, func(_ string, r io.Reader) error {
		lines, err := c.linesOf(r)
		for _, line := range lines {
			text, end := strings.CutSuffix(line, "\n")
			runes := []rune(text)
			slices.Reverse(runes)
			c.printf("%s%s", string(runes), map[bool]string{true: "\n"}[end])
		}
		return err
	})
}

// nl numbers lines: -b a, -b t, -w WIDTH, -s TEXT, -v START, -n ln, rn, rz.
func nl(c *call) int {
	o, ok := c.options(optionSpec{short: "b:w:s:v:n:", long: map[string]string{
		"body-numbering": "b", "number-width": "w", "number-separator": "s", "starting-line-number": "v", "number-format": "n",
	}})
	if !ok {
		return o.status
	}
	width, separator, n := 6, "\t", 1
	if w, ok := o.set["w"]; ok {
		width = min(max(1, number(w)), 100)
	}
	if s, ok := o.set["s"]; ok {
		separator = s
	}
	if v, ok := o.set["v"]; ok {
		n = number(v)
	}
	verb := map[string]string{"ln": "%-*d", "rz": "%0*d"}[o.set["n"]]
	if verb == "" {
		verb = "%*d"
	}
	return c.each(o.args, func(_ string, r io.Reader) error {
		lines, err := c.linesOf(r)
		for _, line := range lines {
			if line == "\n" && o.set["b"] != "a" {
				c.printf("%s%s", strings.Repeat(" ", width+len(separator)), line)
				continue
			}
			if c.printf(verb+"%s%s", width, n, separator, line) != nil {
				return nil
			}
			n++
		}
		return err
	})
}

// fold cuts long lines: -w WIDTH, -s, -b.
func fold(c *call) int {
	o, ok := c.options(optionSpec{short: "w:sb", long: map[string]string{"width": "w", "spaces": "s", "bytes": "b"}})
	if !ok {
		return o.status
	}
	width := 80
	if w, given := o.set["w"]; given {
		if width, ok = naturalNumber(w); !ok || width == 0 {
			c.errorf("invalid number of columns: %s", quoted(w))
			return 1
		}
	}
	return c.each(o.args, func(_ string, r io.Reader) error {
		lines, err := c.linesOf(r)
		for _, line := range lines {
			for utf8.RuneCountInString(strings.TrimSuffix(line, "\n")) > width {
				n := len(string([]rune(line)[:width]))
				if i := strings.LastIndexByte(line[:n], ' '); o.has("s") && i >= 0 {
					n = i + 1
				}
				c.printf("%s\n", line[:n])
				line = line[n:]
			}
			if io.WriteString(c.stdout, line); !c.work(1) {
				return nil
			}
		}
		return err
	})
}

// shuf prints lines in an order that is the same each time: -n COUNT, -e, -i LOW-HIGH.
func shuf(c *call) int {
	o, ok := c.options(optionSpec{short: "n:ei:r", long: map[string]string{"head-count": "n", "echo": "e", "input-range": "i"}})
	if !ok {
		return o.status
	}
	var lines []string
	switch {
	case o.has("r"):
		c.errorf("option -r is not simulated")
		return 1
	case o.has("i"):
		low, high, _ := strings.Cut(o.set["i"], "-")
		from, to := number(low), number(high)
		if to < from || to-from > 100_000 {
			c.errorf("invalid input range: %s", quoted(o.set["i"]))
			return 1
		}
		for n := from; n <= to; n++ {
			lines = append(lines, strconv.Itoa(n))
		}
	case o.has("e"):
		lines = o.args
	default:
		if status := c.each(o.args, func(_ string, r io.Reader) error {
			more, err := c.linesOf(r)
			for _, l := range more {
				lines = append(lines, strings.TrimSuffix(l, "\n"))
			}
			return err
		}); status != 0 {
			return status
		}
	}
	c.work(1 + len(lines)/16)
	rand.New(rand.NewPCG(c.nextRandom(), 1)).Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	if n, given := o.set["n"]; given {
		lines = lines[:min(len(lines), max(0, number(n)))]
	}
	for _, l := range lines {
		c.printf("%s\n", l)
	}
	return 0
}

// paste puts lines of files side by side: -d LIST, -s.
func paste(c *call) int {
	o, ok := c.options(optionSpec{short: "d:s", long: map[string]string{"delimiters": "d", "serial": "s"}})
	if !ok {
		return o.status
	}
	delims := []string{"\t"}
	if d, given := o.set["d"]; given {
		delims = strings.Split(strings.NewReplacer(`\n`, "\n", `\t`, "\t", `\\`, `\`, `\0`, "").Replace(d), "")
		if len(delims) == 0 {
			delims = []string{""}
		}
	}
	var columns [][]string
	if status := c.each(o.args, func(_ string, r io.Reader) error {
		lines, err := c.linesOf(r)
		columns = append(columns, lines)
		return err
	}); status != 0 {
		return status
	}
	if !o.has("s") {
		columns = transposed(columns)
	}
	for _, row := range columns {
		var b bytes.Buffer
		for i, cell := range row {
			if i > 0 {
				b.WriteString(delims[(i-1)%len(delims)])
			}
			b.WriteString(strings.TrimSuffix(cell, "\n"))
		}
		if c.printf("%s\n", b.String()) != nil || !c.work(1) {
			break
		}
	}
	return 0
}

// transposed makes rows of columns; a column that ends early goes on empty.
func transposed(columns [][]string) [][]string {
	longest := 0
	for _, col := range columns {
		longest = max(longest, len(col))
	}
	rows := make([][]string, longest)
	for i := range rows {
		for _, col := range columns {
			cell := ""
			if i < len(col) {
				cell = col[i]
			}
			rows[i] = append(rows[i], cell)
		}
	}
	return rows
}
