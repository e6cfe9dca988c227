package node

import (
	"io"
	"strconv"
	"strings"
)

// uniq joins equal lines that follow each other: -c, -d, -u, -i, -f N, -s N, -w N.
func uniq(c *call) int {
	o, ok := c.options(optionSpec{short: "cduif:s:w:", long: map[string]string{
		"count": "c", "repeated": "d", "unique": "u", "ignore-case": "i", "skip-fields": "f", "skip-chars": "s", "check-chars": "w",
	}})
	if !ok {
		return o.status
	}
	u := uniquer{call: c, opts: o, out: c.stdout, width: -1}
	if !u.prepare() {
		return 1
	}
	name := "-"
	if len(o.args) > 0 {
		name = o.args[0]
	}
	return c.each([]string{name}, u.run)
}

type uniquer struct {
	*call
	opts          options
	out           io.Writer
	fields, chars int
	width         int // characters that count; negative: all
}

func (u *uniquer) prepare() bool {
	if len(u.opts.args) > 2 {
		return u.usage("extra operand %s", quoted(u.opts.args[2]))
	}
	for _, x := range [...]struct {
		letter, what string
		to           *int
	}{{"f", "fields to skip", &u.fields}, {"s", "bytes to skip", &u.chars}, {"w", "bytes to compare", &u.width}} {
		if text, ok := u.opts.set[x.letter]; ok {
			n, err := strconv.ParseUint(text, 10, 31)
			if err != nil {
				u.errorf("%s: invalid number of %s", text, x.what)
				return false
			}
			*x.to = int(n)
		}
	}
	if len(u.opts.args) == 2 && u.opts.args[1] != "-" {
		f, err := u.openOutput(u.opts.args[1], false)
		if err != nil {
			u.errorf("%s: %s", u.opts.args[1], strerror(err))
			return false
		}
		u.out = f
	}
	return true
}

func (u *uniquer) run(_ string, r io.Reader) error {
	in := u.lines(r)
	var held, heldKey string
	count := 0
	for {
		line, ok := in.next()
		if !ok {
			break
		}
		key := u.key(string(line))
		if count > 0 && key == heldKey {
			count++
			continue
		}
		if err := u.put(held, count); err != nil {
			return err
		}
		held, heldKey, count = string(line), key, 1
	}
	if err := u.put(held, count); err != nil {
		return err
	}
	return in.err
}

// key is the part of a line that is compared.
func (u *uniquer) key(line string) string {
	for range u.fields {
		line = strings.TrimLeft(line, " \t")
		line = line[min(len(line), max(0, strings.IndexAny(line+" ", " \t"))):]
	}
	line = line[min(len(line), u.chars):]
	if u.width >= 0 {
		line = line[:min(len(line), u.width)]
	}
	if u.opts.has("i") {
		line = strings.ToLower(line)
	}
	return line
}

// put prints a line that came count times.
func (u *uniquer) put(line string, count int) error {
	if count == 0 || count == 1 && u.opts.has("d") || count > 1 && u.opts.has("u") {
		return nil
	}
	if u.opts.has("c") {
		line = strings.Repeat(" ", max(0, 7-len(itoa(count)))) + itoa(count) + " " + line
	}
	_, err := io.WriteString(u.out, line+"\n")
	return err
}
