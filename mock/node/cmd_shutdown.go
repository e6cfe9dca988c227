package node

import (
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"
)

// errDown ends what runs when the machine goes down.
var errDown = errors.New("machine went down")

// goDown has the machine go down after a time. What runs then is killed.
func (p *process) goDown(after time.Duration, reboot bool) {
	at := p.now + after
	if p.shutdown != nil && p.shutdown.After <= at && after == 0 {
		return
	}
	p.shutdown = &Shutdown{After: at, Reboot: reboot}
	if after == 0 {
		p.stop(errDown)
	}
}

// reboot is reboot, poweroff and halt, which act at once: -f, -p, --no-wall.
// assumed: the script does not get further than the command; on a real machine it
// may by some milliseconds.
func reboot(c *call) int {
	o, ok := c.options(optionSpec{short: "fpn", long: map[string]string{"force": "f", "poweroff": "p", "no-wall": "n", "reboot": "r", "halt": "h"}})
	if !ok {
		return o.status
	}
	c.goDown(0, path.Base(c.name) == "reboot" && !o.has("p"))
	return 0
}

// initProgram is init 0 and init 6.
func initProgram(c *call) int {
	if len(c.args) != 1 || c.args[0] != "0" && c.args[0] != "6" {
		c.errorf("only init 0 and init 6 are simulated")
		return 1
	}
	c.goDown(0, c.args[0] == "6")
	return 0
}

// shutdown goes down at a time, in a minute unless it is given: -r, -h, -H, -P,
// -c, -k not; TIME is now, +MINUTES or HH:MM. What is scheduled can be taken back
// by the same script only.
func shutdown(c *call) int {
	o, ok := c.options(optionSpec{short: "rhHPc", long: map[string]string{"reboot": "r", "halt": "H", "poweroff": "P", "no-wall": "h"}})
	if !ok {
		return o.status
	}
	if o.has("c") {
		c.process.shutdown = nil
		return 0
	}
	when := "+1"
	if len(o.args) > 0 {
		when = o.args[0]
	}
	after, ok := c.shutdownTime(when)
	if !ok {
		fmt.Fprintf(c.stderr, "Failed to parse time specification: %s\n", when)
		return 1
	}
	kind := "Shutdown"
	if o.has("r") {
		kind = "Reboot"
	}
	if after > 0 {
		fmt.Fprintf(c.stderr, "%s scheduled for %s, use 'shutdown -c' to cancel.\n", kind, c.time().Add(after).UTC().Format("Mon 2006-01-02 15:04:05 MST"))
	}
	c.goDown(after, o.has("r"))
	return 0
}

// shutdownTime reads when to go down.
func (c *call) shutdownTime(s string) (time.Duration, bool) {
	if s == "now" {
		return 0, true
	}
	if n, err := strconv.ParseUint(strings.TrimPrefix(s, "+"), 10, 16); err == nil {
		return time.Duration(n) * time.Minute, true
	}
	at, err := time.Parse("15:04", s)
	if err != nil {
		return 0, false
	}
	now := c.time().UTC()
	then := time.Date(now.Year(), now.Month(), now.Day(), at.Hour(), at.Minute(), 0, 0, time.UTC)
	if !then.After(now) {
		then = then.AddDate(0, 0, 1)
	}
	return then.Sub(now), true
}
