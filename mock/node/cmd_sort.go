package node

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
)

// sort sorts lines: -n, -h, -V, -g not, -r, -u, -f, -b, -s, -c, -k, -t, -o. The
// locale is C.UTF-8, so bytes decide.
func sort(c *call) int {
	o, ok := c.options(optionSpec{short: "nhVrufbsck:t:o:", status: 2, long: map[string]string{
		"numeric-sort": "n", "human-numeric-sort": "h", "version-sort": "V", "reverse": "r", "unique": "u", "ignore-case": "f",
		"ignore-leading-blanks": "b", "stable": "s", "check": "c", "key": "k", "field-separator": "t", "output": "o",
	}})
	if !ok {
		return 2
	}
	s := sorter{call: c, opts: o}
	if !s.prepare() {
		return 2
	}
	if len(o.args) == 0 {
		o.args = []string{"-"}
	}
	for _, name := range o.args {
		if !s.read(name) {
			return 2
		}
	}
	if o.has("c") {
		return s.check(o.args[0])
	}
	return s.write()
}

// sorter is a run of sort.
type sorter struct {
	*call
	opts options
	tab  string // -t
	keys []sortKey
	rows []sortRow
}

// sortRow is a line, and the parts of it by which it is sorted.
type sortRow struct {
	line string
	at   int // its place in the input
	keys []string
}

func (s *sorter) prepare() bool {
	if t, ok := s.opts.set["t"]; ok {
		if s.tab = t; t == `\0` {
			s.tab = "\x00"
		}
		switch {
		case t == "":
			s.errorf("empty tab")
			return false
		case len(s.tab) > 1:
			s.errorf("multi-character tab %s", quoted(t))
			return false
		}
	}
	var global strings.Builder
	for _, letter := range s.opts.order {
		if strings.Contains("nhVrfb", letter) {
			global.WriteString(letter)
		}
	}
	for _, spec := range s.opts.all("k") {
		k, err := parseSortKey(spec)
		if err != nil {
			s.errorf("%v", err)
			return false
		}
		if k.flags == "" {
			k.flags = global.String()
			k.blankFrom, k.blankTo = strings.Contains(k.flags, "b"), strings.Contains(k.flags, "b")
		}
		s.keys = append(s.keys, k)
	}
	if len(s.keys) == 0 {
		s.keys = []sortKey{{from: 1, flags: global.String(), blankFrom: strings.Contains(global.String(), "b")}}
	}
	return true
}

// read takes in the lines of one input.
func (s *sorter) read(name string) bool {
	r, err := s.input(name)
	if err != nil {
		s.errorf("cannot read: %s: %s", name, strerror(err))
		return false
	}
	data, err := s.slurp(r)
	if err != nil {
		s.errorf("read failed: %s: %s", name, strerror(err))
		return false
	}
	for line := range strings.Lines(string(data)) {
		row := sortRow{line: strings.TrimSuffix(line, "\n"), at: len(s.rows)}
		for _, k := range s.keys {
			row.keys = append(row.keys, k.of(row.line, s.tab))
		}
		s.rows = append(s.rows, row)
	}
	return s.work(len(s.rows) / 16)
}

// compare orders two lines; keysOnly leaves out the last resort, the bytes of
// the whole lines.
func (s *sorter) compare(a, b sortRow, keysOnly bool) int {
	for i, k := range s.keys {
		if d := k.compare(a.keys[i], b.keys[i]); d != 0 {
			return d
		}
	}
	if keysOnly {
		return 0
	}
	d := strings.Compare(a.line, b.line)
	if s.opts.has("r") {
		return -d
	}
	return d
}

// check finds the first line out of order.
func (s *sorter) check(name string) int {
	for i := 1; i < len(s.rows); i++ {
		d := s.compare(s.rows[i-1], s.rows[i], s.opts.has("s") || s.opts.has("u"))
		if d > 0 || d == 0 && s.opts.has("u") {
			s.errorf("%s:%d: disorder: %s", name, i+1, s.rows[i].line)
			return 1
		}
	}
	return 0
}

// write prints the sorted lines. Like the real one it opens its output last, so
// that it may be one of the inputs.
func (s *sorter) write() int {
	unique := s.opts.has("u")
	stable := unique || s.opts.has("s")
	slices.SortFunc(s.rows, func(a, b sortRow) int { return cmp.Or(s.compare(a, b, stable), cmp.Compare(a.at, b.at)) })
	if unique {
		s.rows = slices.CompactFunc(s.rows, func(a, b sortRow) bool { return s.compare(a, b, true) == 0 })
	}
	out := s.stdout
	if name, ok := s.opts.set["o"]; ok {
		f, err := s.openOutput(name, false)
		if err != nil {
			s.errorf("open failed: %s: %s", name, strerror(err))
			return 2
		}
		out = f
	}
	for _, row := range s.rows {
		if _, err := io.WriteString(out, row.line+"\n"); err != nil {
			return 2
		}
	}
	return 0
}

// sortKey is one -k: from a field and a character in it to another, all counted
// from 1; no end is the end of the line.
type sortKey struct {
	from, fromChar     int
	to, toChar         int
	flags              string
	blankFrom, blankTo bool
}

// parseSortKey reads F[.C][OPTS][,F[.C][OPTS]].
func parseSortKey(spec string) (sortKey, error) {
	var k sortKey
	begin, end, hasEnd := strings.Cut(spec, ",")
	flags, err := parseSortPosition(spec, begin, "at field start", &k.from, &k.fromChar)
	if err != nil {
		return k, err
	}
	k.flags, k.blankFrom = flags, strings.Contains(flags, "b")
	if k.from == 0 {
		return k, fmt.Errorf("field number is zero: invalid field specification %s", quoted(spec))
	}
	if hasEnd {
		flags, err = parseSortPosition(spec, end, "after ','", &k.to, &k.toChar)
		if err != nil {
			return k, err
		}
		if k.to == 0 {
			return k, fmt.Errorf("field number is zero: invalid field specification %s", quoted(spec))
		}
		k.flags += flags
		k.blankTo = strings.Contains(flags, "b")
	}
	return k, nil
}

func parseSortPosition(spec, text, where string, field, char *int) (flags string, err error) {
	digits := text[:len(text)-len(strings.TrimLeft(text, "0123456789"))]
	if digits == "" {
		return "", fmt.Errorf("invalid number %s: invalid count at start of %s", where, quoted(text))
	}
	*field, text = number(digits), text[len(digits):]
	if after, ok := strings.CutPrefix(text, "."); ok {
		digits = after[:len(after)-len(strings.TrimLeft(after, "0123456789"))]
		if digits == "" {
			return "", fmt.Errorf("invalid number after '.': invalid count at start of %s", quoted(after))
		}
		*char, text = number(digits), after[len(digits):]
	}
	if strings.Trim(text, "nhVrfb") != "" {
		return "", fmt.Errorf("stray character in field spec: invalid field specification %s", quoted(spec))
	}
	return text, nil
}

// of is the part of a line that the key names.
func (k sortKey) of(line, tab string) string {
	begin := fieldStart(line, tab, k.from)
	if k.blankFrom {
		begin += leadingBlanks(line[begin:])
	}
	begin = min(len(line), begin+max(0, k.fromChar-1))
	if k.to == 0 {
		return line[begin:]
	}
	end := fieldStart(line, tab, k.to+1)
	if k.toChar > 0 {
		end = fieldStart(line, tab, k.to)
		if k.blankTo {
			end += leadingBlanks(line[end:])
		}
		end = min(len(line), end+k.toChar)
	} else if tab != "" && end > 0 && end <= len(line) && fieldCount(line, tab) > k.to {
		end--
	}
	if end <= begin {
		return ""
	}
	return line[begin:end]
}

func fieldCount(line, tab string) int { return strings.Count(line, tab) + 1 }

// fieldStart is where a field begins. Without a separator blanks belong to the
// field that they precede.
func fieldStart(line, tab string, field int) int {
	at := 0
	for range field - 1 {
		if at >= len(line) {
			return len(line)
		}
		if tab != "" {
			i := strings.Index(line[at:], tab)
			if i < 0 {
				return len(line)
			}
			at += i + 1
			continue
		}
		at += leadingBlanks(line[at:])
		if i := strings.IndexAny(line[at:], " \t"); i >= 0 {
			at += i
		} else {
			return len(line)
		}
	}
	return at
}

func leadingBlanks(s string) int { return len(s) - len(strings.TrimLeft(s, " \t")) }

// compare orders two keys.
func (k sortKey) compare(a, b string) int {
	d := 0
	switch {
	case strings.Contains(k.flags, "h"):
		d = compareHuman(a, b)
	case strings.Contains(k.flags, "n"):
		d = compareNumbers(a, b)
	case strings.Contains(k.flags, "V"):
		d = compareVersions(a, b)
	case strings.Contains(k.flags, "f"):
		d = strings.Compare(strings.ToUpper(a), strings.ToUpper(b))
	default:
		d = strings.Compare(a, b)
	}
	if strings.Contains(k.flags, "r") {
		return -d
	}
	return d
}

// leadingNumber is the number that a text begins with, in parts that can be of
// any length: its sign, its integer without leading zeros, its fraction without
// trailing ones, and what follows.
func leadingNumber(s string) (sign int, whole, fraction, rest string) {
	s = strings.TrimLeft(s, " \t")
	sign = 1
	if after, ok := strings.CutPrefix(s, "-"); ok {
		sign, s = -1, after
	}
	rest = strings.TrimLeft(s, "0123456789")
	whole = strings.TrimLeft(s[:len(s)-len(rest)], "0")
	if after, ok := strings.CutPrefix(rest, "."); ok {
		rest = strings.TrimLeft(after, "0123456789")
		fraction = strings.TrimRight(after[:len(after)-len(rest)], "0")
	}
	if whole == "" && fraction == "" {
		sign = 0
	}
	return sign, whole, fraction, rest
}

func compareNumbers(a, b string) int {
	signA, wholeA, fracA, _ := leadingNumber(a)
	signB, wholeB, fracB, _ := leadingNumber(b)
	if signA != signB {
		return cmp.Compare(signA, signB)
	}
	return signA * cmp.Or(cmp.Compare(len(wholeA), len(wholeB)), strings.Compare(wholeA, wholeB), strings.Compare(fracA, fracB))
}

// compareHuman orders numbers with units: first the unit decides.
func compareHuman(a, b string) int {
	unit := func(s string) int {
		sign, _, _, rest := leadingNumber(s)
		if rest == "" {
			return 0
		}
		return sign * (strings.IndexByte("KMGTPEZYRQ", strings.ToUpper(rest[:1])[0]) + 1)
	}
	return cmp.Or(cmp.Compare(unit(a), unit(b)), compareNumbers(a, b))
}

// compareVersions orders texts whose numbers count as numbers. assumed: GNU's
// rules for file suffixes change little for package names.
func compareVersions(a, b string) int {
	for a != "" && b != "" {
		restA, restB := strings.TrimLeft(a, "0123456789"), strings.TrimLeft(b, "0123456789")
		if d := compareNumbers(a[:len(a)-len(restA)], b[:len(b)-len(restB)]); d != 0 {
			return d
		}
		if a, b = restA, restB; a == "" || b == "" {
			break
		}
		if a[0] != b[0] && (!isDigit(a[0]) && !isDigit(b[0])) {
			return cmp.Compare(versionOrder(a[0]), versionOrder(b[0]))
		}
		a, b = a[1:], b[1:]
	}
	if d := cmp.Compare(len(a), len(b)); a != "" && a[0] == '~' || b != "" && b[0] == '~' {
		return -d
	} else {
		return d
	}
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// versionOrder puts ~ first, then letters, then all else.
func versionOrder(b byte) int {
	switch {
	case b == '~':
		return -1
	case b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z':
		return int(b)
	}
	return int(b) + 256
}
