package node

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// seq prints numbers: whole ones or with decimals, -w, -s SEPARATOR.
func seq(c *call) int {
	s, ok := newSequence(c)
	if !ok {
		return 1
	}
	return s.print(c.stdout)
}

// sequence is what seq is asked to print.
type sequence struct {
	first, step, last float64
	digits            int // after the point
	width             int // with leading zeros, 0: as needed
	separator         string
}

func newSequence(c *call) (s sequence, ok bool) {
	o := options{args: c.args}
	if len(c.args) > 0 && !isNegative(c.args[0]) {
		if o, ok = c.options(optionSpec{short: "ws:", long: map[string]string{"equal-width": "w", "separator": "s"}, stay: true}); !ok {
			return s, false
		}
	}
	if len(o.args) == 0 {
		return s, c.usage("missing operand")
	}
	if len(o.args) > 3 {
		return s, c.usage("extra operand %s", quoted(o.args[3]))
	}
	s = sequence{first: 1, step: 1, separator: "\n"}
	into := [...][]*float64{{&s.last}, {&s.first, &s.last}, {&s.first, &s.step, &s.last}}[len(o.args)-1]
	for i, a := range o.args {
		n, err := strconv.ParseFloat(a, 64)
		if err != nil || math.IsNaN(n) {
			return s, c.usage("invalid floating point argument: %s", quoted(a))
		}
		*into[i] = n
		if _, frac, ok := strings.Cut(a, "."); ok && i < len(o.args)-1 {
			s.digits = max(s.digits, len(frac))
		}
	}
	if s.step == 0 {
		return s, c.usage("invalid Zero increment value: %s", quoted(o.args[1]))
	}
	if sep, given := o.set["s"]; given {
		s.separator = sep
	}
	if o.has("w") {
		s.width = max(len(strconv.FormatFloat(s.first, 'f', s.digits, 64)), len(strconv.FormatFloat(s.last, 'f', s.digits, 64)))
	}
	return s, true
}

// isNegative tells a negative number from an option.
func isNegative(a string) bool {
	return len(a) > 1 && a[0] == '-' && strings.Contains(".0123456789", a[1:2])
}

// print prints the sequence until it ends or nobody reads.
func (s sequence) print(w io.Writer) int {
	out := bufio.NewWriter(w)
	for i := 0; ; i++ {
		x := s.first + float64(i)*s.step
		if s.step > 0 && x > s.last+1e-9 || s.step < 0 && x < s.last-1e-9 {
			if i > 0 {
				out.WriteByte('\n')
			}
			break
		}
		if i > 0 {
			out.WriteString(s.separator)
		}
		if _, err := fmt.Fprintf(out, "%0*.*f", s.width, s.digits, x); err != nil {
			return 1
		}
	}
	if out.Flush() != nil {
		return 1
	}
	return 0
}

// yes prints a line for ever.
func yes(c *call) int {
	o, ok := c.options(optionSpec{})
	if !ok {
		return o.status
	}
	line := "y\n"
	if len(o.args) > 0 {
		line = strings.Join(o.args, " ") + "\n"
	}
	block := strings.Repeat(line, max(1, 4096/len(line)))
	for {
		if _, err := io.WriteString(c.stdout, block); err != nil {
			return 1
		}
	}
}
