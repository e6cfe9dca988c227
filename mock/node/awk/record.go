package awk

import (
	"strings"
	"unicode/utf8"
)

// maxFields is how many fields a record may be given by an assignment.
const maxFields = 100_000

// setRecord makes a text the record.
func (r *run) setRecord(s string) {
	r.record, r.fields, r.split, r.rebuild = s, nil, false, false
}

// wholeRecord is $0.
func (r *run) wholeRecord() string {
	if r.rebuild {
		parts := make([]string, len(r.fields))
		for i, f := range r.fields {
			parts[i] = r.text(f)
		}
		r.record, r.rebuild = r.join(parts, r.special(slotOFS)), false
	}
	return r.record
}

// splitRecord finds the fields of the record.
func (r *run) splitRecord() {
	if r.split {
		return
	}
	r.split = true
	fs := r.special(slotFS)
	parts := r.cut(r.record, fs, r.special(slotRS) == "")
	r.fields = make([]value, len(parts))
	for i, p := range parts {
		r.fields[i] = input(p)
	}
}

// cut parts a text as a field separator says. In paragraphs a newline parts
// fields as well.
func (r *run) cut(s, fs string, paragraphs bool) []string {
	r.tick(1 + len(s)/4)
	switch {
	case s == "":
		return nil
	case fs == " ":
		return strings.FieldsFunc(s, func(c rune) bool { return c == ' ' || c == '\t' || c == '\n' })
	case fs == "":
		return r.characters(s)
	case paragraphs:
		return r.cutRegex(s, "("+separatorRegex(fs)+")|\n")
	case len(fs) == 1 && fs != `\`:
		r.tick(strings.Count(s, fs))
		return strings.Split(s, fs)
	}
	return r.cutRegex(s, separatorRegex(fs))
}

// separatorRegex is a field separator as a regular expression: one character
// is itself.
func separatorRegex(fs string) string {
	if len(fs) == 1 && fs != " " && !isLetter(fs[0]) && !isDigit(fs[0]) {
		return "[" + strings.Replace(fs, `\`, `\\`, 1) + "]"
	}
	return fs
}

func (r *run) characters(s string) []string {
	if !r.tick(len(s)) {
		return nil
	}
	var out []string
	for s != "" {
		_, size := utf8.DecodeRuneInString(s)
		out = append(out, s[:size])
		s = s[size:]
	}
	return out
}

// cutRegex parts a text at the matches of an expression that are not empty.
func (r *run) cutRegex(s, source string) []string {
	re := r.regex(source)
	if !r.pay(re, s) {
		return nil
	}
	var out []string
	at := 0
	for _, m := range r.matches(re, s, -1) {
		if m[1] > m[0] {
			out = append(out, s[at:m[0]])
			at = m[1]
		}
	}
	r.tick(len(out))
	return append(out, s[at:])
}

// field is $n.
func (r *run) field(n float64) value {
	switch {
	case n < 0:
		r.fail("attempt to access field %d", int(n))
		return value{}
	case int(n) == 0:
		return input(r.wholeRecord())
	}
	r.splitRecord()
	if int(n) > len(r.fields) || n > maxFields {
		return value{}
	}
	return r.fields[int(n)-1]
}

// setField assigns $n. One beyond the last makes those between empty.
func (r *run) setField(n float64, v value) {
	switch {
	case n < 0:
		r.fail("attempt to access field %d", int(n))
		return
	case n > maxFields:
		r.full()
		return
	case int(n) == 0:
		r.setRecord(r.text(v))
		return
	}
	r.splitRecord()
	r.grow(int(n))
	r.fields[int(n)-1] = v
	if v.kind == numeric {
		r.fields[int(n)-1] = value{number: v.number, text: r.text(v), kind: looks}
	}
	r.rebuild = true
}

// grow makes sure that there are n fields.
func (r *run) grow(n int) {
	r.tick(max(0, n-len(r.fields)))
	for len(r.fields) < n {
		r.fields = append(r.fields, value{})
	}
}

// setNF cuts the fields, or makes more.
func (r *run) setNF(n float64) {
	switch {
	case n < 0:
		r.fail("NF set to negative value")
		return
	case n > maxFields:
		r.full()
		return
	}
	r.splitRecord()
	r.grow(int(n))
	r.fields = r.fields[:int(n)]
	r.rebuild = true
}
