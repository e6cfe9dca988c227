package node

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// tr translates, squeezes or deletes bytes: -c, -C, -d, -s, -t.
func tr(c *call) int {
	o, ok := c.options(optionSpec{short: "cCdst", stay: true, long: map[string]string{
		"complement": "c", "delete": "d", "squeeze-repeats": "s", "truncate-set1": "t",
	}})
	if !ok {
		return o.status
	}
	t := translation{call: c, opts: o}
	if !t.prepare() {
		return 1
	}
	in, _ := c.input("-")
	t.copy(in)
	return 0
}

// translation is a run of tr.
type translation struct {
	*call
	opts    options
	to      [256]byte
	deletes [256]bool
	squeeze [256]bool
}

// operands checks the number of sets.
func (t *translation) operands() bool {
	args, both := t.opts.args, "Two strings must be given when translating."
	least, most := 2, 2
	switch {
	case t.opts.has("d") && t.opts.has("s"):
		both = "Two strings must be given when both deleting and squeezing repeats."
	case t.opts.has("d"):
		least, most = 1, 1
	case t.opts.has("s"):
		least = 1
	}
	switch {
	case len(args) == 0:
		return t.usage("missing operand")
	case len(args) < least:
		t.errorf("missing operand after %s", quoted(args[0]))
		fmt.Fprintln(t.stderr, both)
		return t.usageHint()
	case len(args) > most:
		t.errorf("extra operand %s", quoted(args[most]))
		if len(args) == 2 {
			fmt.Fprintln(t.stderr, "Only one string may be given when deleting without squeezing repeats.")
		}
		return t.usageHint()
	}
	return true
}

// prepare reads the sets.
func (t *translation) prepare() bool {
	if !t.operands() {
		return false
	}
	args := t.opts.args
	first, err := parseTrSet(args[0], 0)
	if err != nil {
		t.errorf("%v", err)
		return false
	}
	if t.opts.has("c") || t.opts.has("C") {
		first = trSet{bytes: complement(first.bytes)}
	}
	for i := range t.to {
		t.to[i] = byte(i)
	}
	if t.opts.has("d") {
		mark(&t.deletes, first.bytes)
	}
	if len(args) == 1 {
		if !t.opts.has("d") {
			mark(&t.squeeze, first.bytes)
		}
		return true
	}
	second, err := parseTrSet(args[1], len(first.bytes))
	if err != nil {
		t.errorf("%v", err)
		return false
	}
	if t.opts.has("s") {
		mark(&t.squeeze, second.bytes)
	}
	return t.opts.has("d") || t.pair(first, second)
}

// pair says what becomes of each byte of the first set.
func (t *translation) pair(first, second trSet) bool {
	for _, cl := range second.classes {
		if (cl.name != "upper" && cl.name != "lower") || !slices.ContainsFunc(first.classes, func(x trClass) bool { return x.at == cl.at && (x.name == "upper" || x.name == "lower") }) {
			if cl.name == "upper" || cl.name == "lower" {
				t.errorf("misaligned [:upper:] and/or [:lower:] construct")
			} else {
				t.errorf("when translating, the only character classes that may appear in\nstring2 are 'upper' and 'lower'")
			}
			return false
		}
	}
	if len(second.bytes) == 0 && !t.opts.has("t") && len(first.bytes) > 0 {
		t.errorf("when not truncating set1, string2 must be non-empty")
		return false
	}
	var done [256]bool
	for i, b := range slices.Backward(first.bytes) {
		if i >= len(second.bytes) && t.opts.has("t") || done[b] {
			continue
		}
		done[b] = true
		t.to[b] = second.bytes[min(i, len(second.bytes)-1)]
	}
	return true
}

func mark(set *[256]bool, bytes []byte) {
	for _, b := range bytes {
		set[b] = true
	}
}

// complement are the bytes that are not in a set, in order.
func complement(bytes []byte) []byte {
	var in [256]bool
	mark(&in, bytes)
	var out []byte
	for i := range in {
		if !in[i] {
			out = append(out, byte(i))
		}
	}
	return out
}

// copy translates the input until it ends or nobody reads the output.
func (t *translation) copy(in io.Reader) {
	r := bufio.NewReader(in)
	last := -1
	buf := make([]byte, 4096)
	for {
		n, err := r.Read(buf)
		out := buf[:0]
		for _, b := range buf[:n] {
			if t.deletes[b] {
				continue
			}
			if b = t.to[b]; int(b) == last && t.squeeze[b] {
				continue
			}
			last = int(b)
			out = append(out, b)
		}
		if _, werr := t.stdout.Write(out); werr != nil || err != nil || !t.work(1) {
			return
		}
	}
}

// trSet is a set of tr: its bytes in order, and where classes stand in it.
type trSet struct {
	bytes   []byte
	classes []trClass
}

type trClass struct {
	at   int
	name string
}

// maxTrSet bounds a set, which repetitions could make as long as they like.
const maxTrSet = 1 << 20

// parseTrSet reads a set: characters, escapes, ranges, [:class:], [=c=] and
// [c*n]; [c*] fills up to the length of the other set.
func parseTrSet(text string, length int) (trSet, error) {
	var s trSet
	fill, fillByte := -1, byte(0)
	for text != "" {
		if len(s.bytes) > maxTrSet {
			return s, fmt.Errorf("a set of more than %d bytes is not simulated", maxTrSet)
		}
		if rest, ok, err := s.construct(text); err != nil {
			return s, err
		} else if ok {
			text = rest
			continue
		}
		if b, n, rest, ok := trRepeat(text); ok {
			if text = rest; n == 0 {
				fill, fillByte = len(s.bytes), b
				continue
			}
			s.bytes = append(s.bytes, slices.Repeat([]byte{b}, n)...)
			continue
		}
		low, rest := trByte(text)
		high := low
		if len(rest) > 1 && rest[0] == '-' {
			if high, rest = trByte(rest[1:]); high < low {
				return s, fmt.Errorf("range-endpoints of '%c-%c' are in reverse collating sequence order", low, high)
			}
		}
		for b := int(low); b <= int(high); b++ {
			s.bytes = append(s.bytes, byte(b))
		}
		text = rest
	}
	if fill >= 0 && length > len(s.bytes) {
		s.bytes = slices.Insert(s.bytes, fill, slices.Repeat([]byte{fillByte}, length-len(s.bytes))...)
	}
	return s, nil
}

// construct reads [:class:] and [=c=].
func (s *trSet) construct(text string) (rest string, ok bool, err error) {
	switch {
	case strings.HasPrefix(text, "[:"):
		name, rest, found := strings.Cut(text[2:], ":]")
		if !found {
			return text, false, nil
		}
		is := trClassOf(name)
		if is == nil {
			return "", false, fmt.Errorf("invalid character class %s", quoted(name))
		}
		s.classes = append(s.classes, trClass{len(s.bytes), name})
		for b := range 256 {
			if is(byte(b)) {
				s.bytes = append(s.bytes, byte(b))
			}
		}
		return rest, true, nil
	case strings.HasPrefix(text, "[=") && len(text) > 4 && text[3:5] == "=]":
		s.bytes = append(s.bytes, text[2])
		return text[5:], true, nil
	}
	return text, false, nil
}

// trRepeat reads [c*n].
func trRepeat(text string) (b byte, n int, rest string, ok bool) {
	if len(text) < 4 || text[0] != '[' {
		return 0, 0, text, false
	}
	b, after := trByte(text[1:])
	if !strings.HasPrefix(after, "*") {
		return 0, 0, text, false
	}
	digits, rest, found := strings.Cut(after[1:], "]")
	base := 10
	if strings.HasPrefix(digits, "0") {
		base = 8
	}
	count, err := strconv.ParseUint("0"+digits, base, 16)
	return b, int(count), rest, found && err == nil
}

// trByte reads one byte, perhaps written as an escape.
func trByte(text string) (byte, string) {
	if text[0] != '\\' || len(text) == 1 {
		return text[0], text[1:]
	}
	digits := 0
	for digits < 3 && 1+digits < len(text) && text[1+digits] >= '0' && text[1+digits] <= '7' {
		digits++
	}
	if digits > 0 {
		n, err := strconv.ParseUint(text[1:1+digits], 8, 8)
		if err != nil {
			digits--
			n, _ = strconv.ParseUint(text[1:1+digits], 8, 8)
		}
		return byte(n), text[1+digits:]
	}
	if b, ok := escapes[text[1]]; ok && text[1] != 'e' && text[1] != 'E' {
		return b, text[2:]
	}
	return text[1], text[2:]
}

// trClassOf returns the test of a class, nil if there is none of that name.
func trClassOf(name string) func(byte) bool {
	lower := func(b byte) bool { return b >= 'a' && b <= 'z' }
	upper := func(b byte) bool { return b >= 'A' && b <= 'Z' }
	digit := func(b byte) bool { return b >= '0' && b <= '9' }
	graph := func(b byte) bool { return b > ' ' && b < 0x7f }
	alnum := func(b byte) bool { return lower(b) || upper(b) || digit(b) }
	switch name {
	case "lower":
		return lower
	case "upper":
		return upper
	case "digit":
		return digit
	case "alpha":
		return func(b byte) bool { return lower(b) || upper(b) }
	case "alnum":
		return alnum
	case "graph":
		return graph
	case "print":
		return func(b byte) bool { return graph(b) || b == ' ' }
	case "punct":
		return func(b byte) bool { return graph(b) && !alnum(b) }
	case "space":
		return func(b byte) bool { return b == ' ' || b >= '\t' && b <= '\r' }
	case "blank":
		return func(b byte) bool { return b == ' ' || b == '\t' }
	case "cntrl":
		return func(b byte) bool { return b < ' ' || b == 0x7f }
	case "xdigit":
		return func(b byte) bool { return digit(b) || b >= 'a' && b <= 'f' || b >= 'A' && b <= 'F' }
	}
	return nil
}
