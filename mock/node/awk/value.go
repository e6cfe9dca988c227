package awk

import (
	"math"
	"strconv"
	"strings"
)

// value is a scalar: a number, a text, both, or neither yet.
type value struct {
	number float64
	text   string
	kind   valueKind
}

type valueKind uint8

const (
	unset   valueKind = iota // never assigned: both "" and 0
	numeric                  // a number
	textual                  // a text
	looks                    // input that looks like a number
)

func number(n float64) value { return value{number: n, kind: numeric} }
func text(s string) value    { return value{text: s, kind: textual} }

// input is a value from outside: a field, an argument, a variable of the
// environment. It is a number too if it looks like one.
func input(s string) value {
	trimmed := strings.Trim(s, " \t\n\r\v\f")
	if trimmed != "" && (isDigit(trimmed[len(trimmed)-1]) || trimmed[len(trimmed)-1] == '.') {
		if n, size := numberPrefix(trimmed, false); size == len(trimmed) {
			return value{number: n, text: s, kind: looks}
		}
	}
	return text(s)
}

func truth(b bool) value {
	if b {
		return number(1)
	}
	return number(0)
}

// toNumber is what a value counts: a text by the number that it starts with.
func (v value) toNumber() float64 {
	if v.kind != textual {
		return v.number
	}
	n, _ := numberPrefix(strings.TrimLeft(v.text, " \t\n\r\v\f"), false)
	return n
}

func (v value) isTrue() bool {
	switch v.kind {
	case numeric, looks:
		return v.number != 0
	}
	return v.text != ""
}

// toText is a value as text, by CONVFMT or OFMT.
func (v value) toText(format string) string {
	if v.kind != numeric {
		return v.text
	}
	return numberText(v.number, format)
}

// numberText writes a number: whole ones as they are, others by a format.
func numberText(n float64, format string) string {
	switch {
	case math.IsNaN(n):
		return "nan"
	case math.IsInf(n, 0):
		return map[bool]string{true: "inf", false: "-inf"}[n > 0]
	case n == math.Trunc(n) && math.Abs(n) < 1e16:
		return strconv.FormatInt(int64(n), 10)
	case n == math.Trunc(n):
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	return formatOne(format, n)
}

// compare orders two values: as numbers if both are, else as texts.
func compare(a, b value, format string) int {
	if a.kind != textual && b.kind != textual {
		switch {
		case a.number < b.number:
			return -1
		case a.number > b.number:
			return 1
		}
		return 0
	}
	return strings.Compare(a.toText(format), b.toText(format))
}

// numberPrefix reads the decimal number that s starts with, and says how long
// it is. A program's own numbers have no sign.
func numberPrefix(s string, source bool) (n float64, size int) {
	i := 0
	if !source && i < len(s) && (s[i] == '+' || s[i] == '-') {
		i++
	}
	if source && len(s) > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X') {
		return hexPrefix(s)
	}
	digits := 0
	for i < len(s) && isDigit(s[i]) {
		i, digits = i+1, digits+1
	}
	if i < len(s) && s[i] == '.' {
		for i++; i < len(s) && isDigit(s[i]); i++ {
			digits++
		}
	}
	if digits == 0 {
		return 0, 0
	}
	if j := exponent(s[i:]); j > 0 {
		i += j
	}
	n, _ = strconv.ParseFloat(s[:i], 64)
	return n, i
}

// exponent is how long the exponent is that s starts with, or 0.
func exponent(s string) int {
	if s == "" || s[0] != 'e' && s[0] != 'E' {
		return 0
	}
	i := 1
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		i++
	}
	start := i
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	if i == start {
		return 0
	}
	return i
}

func hexPrefix(s string) (n float64, size int) {
	i := 2
	for i < len(s) && strings.IndexByte("0123456789abcdefABCDEF", s[i]) >= 0 {
		i++
	}
	if i == 2 {
		return 0, 1
	}
	u, _ := strconv.ParseUint(s[2:i], 16, 64)
	return float64(u), i
}
