package node

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// date prints the time: -u, +FORMAT, -I[FMT], -R. The machine's zone is UTC. It
// refuses -d, -r and -s: what they read is not simulated.
func date(c *call) int {
	format, ok := c.dateFormat()
	if !ok {
		return 1
	}
	c.printf("%s\n", strftime(format, c.time().UTC()))
	return 0
}

// dateFormat reads date's arguments.
func (c *call) dateFormat() (format string, ok bool) {
	format = "%a %b %e %H:%M:%S %Z %Y"
	var rest []string
	for _, a := range c.args {
		iso, isISO := isoFormat(a)
		switch {
		case isISO && iso == "":
			spec := strings.TrimPrefix(strings.TrimPrefix(a, "-I"), "--iso-8601=")
			return "", c.usage("invalid argument %s for %s", quoted(spec), quoted("--iso-8601"))
		case isISO:
			format = iso
		default:
			rest = append(rest, a)
		}
	}
	c.args = rest
	o, ok := c.options(optionSpec{short: "uRd:r:s:", long: map[string]string{
		"utc": "u", "universal": "u", "rfc-email": "R", "date": "d", "reference": "r", "set": "s",
	}})
	if !ok {
		return "", false
	}
	for _, letter := range [...]string{"d", "r", "s"} {
		if o.has(letter) {
			c.errorf("option -%s is not simulated", letter)
			return "", false
		}
	}
	switch {
	case len(o.args) > 1:
		return "", c.usage("extra operand %s", quoted(o.args[1]))
	case len(o.args) == 1 && !strings.HasPrefix(o.args[0], "+"):
		c.errorf("invalid date %s", quoted(o.args[0]))
		return "", false
	case len(o.args) == 1:
		format = o.args[0][1:]
	case o.has("R"):
		format = "%a, %d %b %Y %H:%M:%S %z"
	}
	return format, true
}

// isoFormat is the format of -I and --iso-8601; empty if it has none such.
func isoFormat(a string) (format string, isIt bool) {
	spec, ok := strings.CutPrefix(a, "-I")
	if !ok {
		if spec, ok = strings.CutPrefix(a, "--iso-8601"); !ok {
			return "", false
		}
		spec = strings.TrimPrefix(spec, "=")
	}
	return map[string]string{
		"": "%Y-%m-%d", "date": "%Y-%m-%d", "hours": "%Y-%m-%dT%H%:z", "minutes": "%Y-%m-%dT%H:%M%:z",
		"seconds": "%Y-%m-%dT%H:%M:%S%:z", "ns": "%Y-%m-%dT%H:%M:%S,%N%:z",
	}[spec], true
}

// sleep lets time pass on the script's own clock and returns at once. Several
// durations add up; each may have a unit s, m, h or d, or be infinity.
func sleep(c *call) int {
	o, ok := c.options(optionSpec{})
	if !ok {
		return o.status
	}
	if len(o.args) == 0 {
		c.usage("missing operand")
		return 1
	}
	total, bad := time.Duration(0), false
	for _, a := range o.args {
		d, ok := sleepTime(a)
		if !ok {
			c.errorf("invalid time interval %s", quoted(a))
			bad = true
		}
		total = min(total+d, forever)
	}
	if bad {
		c.usageHint()
		return 1
	}
	c.sleep(total)
	return 0
}

// sleepTime reads one of sleep's durations.
func sleepTime(s string) (time.Duration, bool) {
	unit := time.Second
	if n := len(s); n > 0 {
		if u, ok := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}[s[n-1]]; ok {
			s, unit = s[:n-1], u
		}
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(v, 1) || v < 0 || math.IsNaN(v) {
		return 0, false
	}
	return time.Duration(min(v*float64(unit), float64(forever))), true
}
