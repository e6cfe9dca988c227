package node

import (
	"fmt"
	"io"
	"strings"
)

// dumped reads what is to be dumped: at most so many bytes, behind others.
func (c *call) dumped(names []string, skip, most int) ([]byte, int) {
	var all []byte
	status := c.each(names, func(_ string, r io.Reader) error {
		data, err := c.slurp(r)
		all = append(all, data...)
		return err
	})
	all = all[min(skip, len(all)):]
	if most >= 0 {
		all = all[:min(most, len(all))]
	}
	c.work(1 + len(all)/64)
	return all, status
}

// dumpSizes reads options that are numbers.
func dumpSizes(o options, skip, most string) (from, n int) {
	n = -1
	if text, ok := o.set[most]; ok {
		n = number(text)
	}
	return max(0, number(o.set[skip])), n
}

// odCells are the formats of od that are simulated: how a byte, or two, look.
var odCells = map[string]struct {
	bytes int
	show  func(b []byte) string
}{
	"c":   {1, func(b []byte) string { return fmt.Sprintf(" %3s", odChar(b[0])) }},
	"x1":  {1, func(b []byte) string { return fmt.Sprintf(" %02x", b[0]) }},
	"tx1": {1, func(b []byte) string { return fmt.Sprintf(" %02x", b[0]) }},
	"u1":  {1, func(b []byte) string { return fmt.Sprintf(" %3d", b[0]) }},
	"o1":  {1, func(b []byte) string { return fmt.Sprintf(" %03o", b[0]) }},
	"x2":  {2, func(b []byte) string { return fmt.Sprintf(" %04x", int(b[0])|int(b[1])<<8) }},
	"o2":  {2, func(b []byte) string { return fmt.Sprintf(" %06o", int(b[0])|int(b[1])<<8) }},
}

func odChar(b byte) string {
	if s, ok := map[byte]string{0: `\0`, 7: `\a`, 8: `\b`, 9: `\t`, 10: `\n`, 11: `\v`, 12: `\f`, 13: `\r`}[b]; ok {
		return s
	}
	if b < ' ' || b > '~' {
		return fmt.Sprintf("%03o", b)
	}
	return string(rune(b))
}

// od dumps: -c, -b, -x, -t c|x1|u1|o1|x2|o2, -A d|o|x|n, -N, -j, -v; two octal
// bytes by default. Lines that repeat are shown as *.
func od(c *call) int {
	o, ok := c.options(optionSpec{short: "cbxt:A:N:j:v", long: map[string]string{"address-radix": "A", "format": "t", "read-bytes": "N", "skip-bytes": "j"}})
	if !ok {
		return o.status
	}
	format := "o2"
	switch {
	case o.has("t"):
		format = o.set["t"]
	case o.has("c"):
		format = "c"
	case o.has("b"):
		format = "o1"
	case o.has("x"):
		format = "x2"
	}
	cell, ok := odCells[format]
	if !ok {
		c.errorf("the format %s is not simulated", quoted(format))
		return 1
	}
	radix, known := map[string]string{"": "%07o", "o": "%07o", "d": "%07d", "x": "%06x", "n": ""}[o.set["A"]]
	if !known {
		c.errorf("invalid output address radix %s; it must be one character from [doxn]", quoted(o.set["A"]))
		return 1
	}
	skip, most := dumpSizes(o, "j", "N")
	data, status := c.dumped(o.args, skip, most)
	address := func(n int) string {
		if radix == "" {
			return ""
		}
		return fmt.Sprintf(radix, n)
	}
	c.odLines(data, skip, cell.bytes, cell.show, address, o.has("v"))
	if radix != "" {
		c.printf("%s\n", address(skip+len(data)))
	}
	return status
}

// odLines prints sixteen bytes a line.
func (c *call) odLines(data []byte, base, size int, show func([]byte) string, address func(int) string, all bool) {
	before, starred := "", false
	for at := 0; at < len(data); at += 16 {
		row := data[at:min(at+16, len(data))]
		if string(row) == before && !all && len(row) == 16 {
			if !starred {
				c.printf("*\n")
			}
			starred = true
			continue
		}
		before, starred = string(row), false
		var b strings.Builder
		for i := 0; i < len(row); i += size {
			cell := append([]byte(nil), row[i:min(i+size, len(row))]...)
			for len(cell) < size {
				cell = append(cell, 0)
			}
			b.WriteString(show(cell))
		}
		if c.printf("%s%s\n", address(base+at), b.String()) != nil {
			return
		}
	}
}

// hexdump dumps as -C does, which has to be given.
func hexdump(c *call) int {
	o, ok := c.options(optionSpec{short: "Cn:s:v"})
	if !ok {
		return o.status
	}
	if !o.has("C") {
		c.errorf("only the format of -C is simulated")
		return 1
	}
	skip, most := dumpSizes(o, "s", "n")
	data, status := c.dumped(o.args, skip, most)
	show := func(row []byte) string {
		hex := ""
		for i := range 16 {
			switch {
			case i >= len(row):
				hex += "   "
			default:
				hex += fmt.Sprintf(" %02x", row[i])
			}
			if i == 7 {
				hex += " "
			}
		}
		return " " + hex + "  |" + printable(row) + "|"
	}
	for at := 0; at < len(data); at += 16 {
		if c.printf("%08x%s\n", skip+at, show(data[at:min(at+16, len(data))])) != nil {
			break
		}
	}
	if len(data) > 0 {
		c.printf("%08x\n", skip+len(data))
	}
	return status
}

// printable shows bytes that are no printing characters as dots.
func printable(row []byte) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '.'
		}
		return r
	}, string(latin(row)))
}

func latin(row []byte) []rune {
	out := make([]rune, len(row))
	for i, b := range row {
		out[i] = rune(b)
	}
	return out
}

// xxd dumps two bytes a column, or with -p none: -p, -l, -s, -c not.
func xxd(c *call) int {
	o, ok := c.options(optionSpec{short: "pl:s:u"})
	if !ok {
		return o.status
	}
	skip, most := dumpSizes(o, "s", "l")
	data, status := c.dumped(o.args, skip, most)
	if o.has("p") {
		for len(data) > 0 {
			n := min(30, len(data))
			c.printf("%x\n", data[:n])
			data = data[n:]
		}
		return status
	}
	for at := 0; at < len(data); at += 16 {
		row := data[at:min(at+16, len(data))]
		hex := ""
		for i, b := range row {
			if i%2 == 0 && i > 0 {
				hex += " "
			}
			hex += fmt.Sprintf("%02x", b)
		}
		if c.printf("%08x: %-39s  %s\n", skip+at, hex, printable(row)) != nil {
			break
		}
	}
	return status
}
