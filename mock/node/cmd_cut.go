package node

import (
	"io"
	"strconv"
	"strings"
)

// cut prints parts of lines: -b, -c, -f with -d, -s, --complement and
// --output-delimiter. Characters are bytes, as in GNU cut.
func cutProgram(c *call) int {
	o, ok := c.options(optionSpec{short: "b:c:f:d:snCO:", long: map[string]string{
		"bytes": "b", "characters": "c", "fields": "f", "delimiter": "d", "only-delimited": "s", "complement": "C", "output-delimiter": "O",
	}})
	if !ok {
		return o.status
	}
	k := cutter{call: c, opts: o, delim: "\t"}
	if !k.prepare() {
		return 1
	}
	return c.each(o.args, func(_ string, r io.Reader) error {
		in := c.lines(r)
		for {
			line, ok := in.next()
			if !ok {
				return in.err
			}
			if err := k.line(string(line)); err != nil {
				return err
			}
		}
	})
}

// maxJoin bounds what is put between fields, which may be many.
const maxJoin = 16

type cutter struct {
	*call
	opts   options
	fields bool
	delim  string
	join   string // between what is taken
	ranges []cutRange
}

// cutRange is from-to, both counted from 1 and taken.
type cutRange struct{ from, to int }

func (k *cutter) prepare() bool {
	o := k.opts
	lists := o.all("b")
	lists = append(append(lists, o.all("c")...), o.all("f")...)
	k.fields = o.has("f")
	switch {
	case len(lists) == 0:
		return k.usage("you must specify a list of bytes, characters, or fields")
	case len(lists) > 1:
		return k.usage("only one list may be specified")
	case !k.fields && o.has("d"):
		return k.usage("an input delimiter may be specified only when operating on fields")
	case !k.fields && o.has("s"):
		return k.usage("suppressing non-delimited lines makes sense\n\tonly when operating on fields")
	}
	if d, ok := o.set["d"]; ok {
		if k.delim = d; len(d) > 1 {
			return k.usage("the delimiter must be a single character")
		}
		if d == "" {
			k.delim = "\x00"
		}
	}
	if len(o.set["O"]) > maxJoin {
		k.errorf("an output delimiter of more than %d bytes is not simulated", maxJoin)
		return false
	}
	if k.join = o.set["O"]; k.fields && !o.has("O") {
		k.join = k.delim
	}
	return k.list(lists[0])
}

// list reads N, N-, N-M and -M, parted by commas or blanks.
func (k *cutter) list(text string) bool {
	what := "byte/character position"
	if k.fields {
		what = "field"
	}
	for item := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' }) {
		low, high, isRange := strings.Cut(item, "-")
		from, errFrom := strconv.Atoi(low)
		to, errTo := strconv.Atoi(high)
		switch {
		case item == "-":
			return k.usage("invalid range with no endpoint: -")
		case low != "" && errFrom != nil, high != "" && errTo != nil:
			if k.fields {
				return k.usage("invalid field value %s", quoted(item))
			}
			return k.usage("invalid byte/character position %s", quoted(item))
		case low != "" && from == 0, isRange && high != "" && to == 0:
			return k.usage("%ss are numbered from 1", what)
		case !isRange:
			to = from
		case high == "":
			to = 1 << 30
		}
		if low == "" {
			from = 1
		}
		if to < from {
			return k.usage("invalid decreasing range")
		}
		k.ranges = append(k.ranges, cutRange{from, to})
	}
	if len(k.ranges) == 0 {
		return k.usage("%ss are numbered from 1", what)
	}
	return true
}

// takes says whether the part with number n is printed.
func (k *cutter) takes(n int) bool {
	for _, r := range k.ranges {
		if n >= r.from && n <= r.to {
			return !k.opts.has("C")
		}
	}
	return k.opts.has("C")
}

func (k *cutter) line(line string) error {
	if !k.fields {
		return k.printf("%s\n", k.bytes(line))
	}
	if !strings.Contains(line, k.delim) {
		if k.opts.has("s") {
			return nil
		}
		return k.printf("%s\n", line)
	}
	var out []string
	n := 0
	for part := range strings.SplitSeq(line, k.delim) {
		if n++; k.takes(n) {
			out = append(out, part)
		}
	}
	return k.printf("%s\n", strings.Join(out, k.join))
}

// bytes takes bytes; ranges that do not touch are joined by the output
// delimiter.
func (k *cutter) bytes(line string) string {
	var b strings.Builder
	last := -1
	for i := range len(line) {
		if !k.takes(i + 1) {
			continue
		}
		if last >= 0 && last != i-1 {
			b.WriteString(k.join)
		}
		b.WriteByte(line[i])
		last = i
	}
	return b.String()
}
