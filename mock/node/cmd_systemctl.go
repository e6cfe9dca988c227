package node

import (
	"fmt"
	"strings"
	"time"
)

// systemctl knows status, is-active, is-enabled, start, stop, restart,
// try-restart, reload-or-restart, enable, disable (both with --now), list-units
// and daemon-reload, for the services of the image. What else the real one does
// is refused by name.
func systemctl(c *call) int {
	o, ok := c.options(optionSpec{short: "qnlPt:a", long: map[string]string{
		"quiet": "q", "now": "n", "full": "l", "no-pager": "P", "type": "t", "all": "a",
	}})
	if !ok {
		return o.status
	}
	if len(o.args) == 0 {
		o.args = []string{"list-units"}
	}
	verb, names := o.args[0], o.args[1:]
	s := systemctlRun{c, o}
	switch verb {
	case "daemon-reload":
		return 0
	case "reboot", "poweroff", "halt":
		c.goDown(0, verb == "reboot")
		return 0
	case "list-units":
		return s.listUnits()
	case "status", "is-active", "is-enabled", "start", "stop", "restart", "try-restart", "reload-or-restart", "enable", "disable":
	default:
		c.errorf("%s is not simulated", verb)
		return 1
	}
	if len(names) == 0 && verb != "status" {
		fmt.Fprintln(c.stderr, "Too few arguments.")
		return 1
	}
	if len(names) == 0 {
		c.errorf("status without a unit is not simulated")
		return 1
	}
	status, good := 0, false
	for _, name := range names {
		code := s.one(verb, name)
		good = good || code == 0
		status = max(status, code)
	}
	if good && (verb == "is-active" || verb == "is-enabled") {
		return 0 // one is enough
	}
	return status
}

type systemctlRun struct {
	*call
	opts options
}

// one does something with one unit and returns the exit status, as systemd
// documents it (man 1 systemctl, "Exit status").
func (s systemctlRun) one(verb, name string) int {
	full := name
	if !strings.Contains(name, ".") {
		full += ".service"
	}
	u, found := findUnit(name)
	if !found {
		return s.missing(verb, full)
	}
	switch verb {
	case "is-active":
		return s.say(map[bool]string{true: "active", false: "inactive"}[s.m.active(u)], !s.m.active(u), 3)
	case "is-enabled":
		return s.say(s.m.enabled(u), s.m.enabled(u) == "disabled", 1)
	case "status":
		return s.show(u)
	case "enable", "disable":
		return s.enable(u, verb == "enable")
	case "start":
		s.m.setRunning(u, true, s.time())
	case "stop":
		s.m.setRunning(u, false, s.time())
	default:
		if s.m.active(u) || verb != "try-restart" {
			s.m.setRunning(u, false, s.time())
			s.m.setRunning(u, true, s.time())
		}
	}
	return 0
}

func (s systemctlRun) say(text string, bad bool, code int) int {
	if !s.opts.has("q") {
		s.printf("%s\n", text)
	}
	if bad {
		return code
	}
	return 0
}

// missing is what systemctl says of a unit that there is not.
func (s systemctlRun) missing(verb, full string) int {
	switch verb {
	case "is-active":
		return s.say("inactive", true, 3)
	case "is-enabled":
		fmt.Fprintf(s.stderr, "Failed to get unit file state for %s: No such file or directory\n", full)
		return 1
	case "status":
		fmt.Fprintf(s.stderr, "Unit %s could not be found.\n", full)
		return 4
	case "enable", "disable":
		fmt.Fprintf(s.stderr, "Failed to %s unit: Unit file %s does not exist.\n", verb, full)
		return 1
	case "stop":
		fmt.Fprintf(s.stderr, "Failed to %s %s: Unit %s not loaded.\n", verb, full, full)
		return 5
	}
	fmt.Fprintf(s.stderr, "Failed to %s %s: Unit %s not found.\n", verb, full, full)
	return 5
}

func (s systemctlRun) enable(u unit, on bool) int {
	link := "/etc/systemd/system/multi-user.target.wants/" + u.name + ".service"
	switch was := s.m.enabled(u); {
	case was == "static":
		fmt.Fprintf(s.stderr, "The unit files have no installation config and are not meant to be enabled or disabled using systemctl.\n")
		return 0
	case on && was == "disabled":
		fmt.Fprintf(s.stderr, "Created symlink %s → /usr/lib/systemd/system/%s.service.\n", link, u.name)
	case !on && was == "enabled":
		fmt.Fprintf(s.stderr, "Removed \"%s\".\n", link)
	}
	s.m.setEnabled(u, on)
	if s.opts.has("n") {
		s.m.setRunning(u, on, s.time())
	}
	return 0
}

// show is status.
func (s systemctlRun) show(u unit) int {
	at, pid := s.m.started(u)
	mark, state, code := "●", fmt.Sprintf("active (running) since %s; %s ago", at.UTC().Format("Mon 2006-01-02 15:04:05 MST"), ago(s.time().Sub(at))), 0
	switch {
	case !s.m.active(u):
		mark, state, code = "○", "inactive (dead)", 3
	case u.process == "":
		state = strings.Replace(state, "running", "exited", 1)
	}
	s.printf("%s %s.service - %s\n", mark, u.name, u.description)
	preset := "; preset: " + u.vendor
	if u.vendor == "static" {
		preset = ""
	}
	s.printf("     Loaded: loaded (/usr/lib/systemd/system/%s.service; %s%s)\n     Active: %s\n", u.name, s.m.enabled(u), preset, state)
	if code == 0 && u.process != "" {
		s.printf("   Main PID: %d (%s)\n", pid, u.name[:min(15, len(u.name))])
	}
	return code
}

// ago is a duration as systemd shows it: its two largest units.
func ago(d time.Duration) string {
	seconds := max(0, int(d.Seconds()))
	switch {
	case seconds < 60:
		return fmt.Sprintf("%ds", seconds)
	case seconds < 3600:
		return fmt.Sprintf("%dmin %ds", seconds/60, seconds%60)
	case seconds < 86400:
		return fmt.Sprintf("%dh %dmin", seconds/3600, seconds/60%60)
	}
	return fmt.Sprintf("%s %dh", plural(seconds/86400, "day"), seconds/3600%24)
}

// listUnits lists the services that are active; with --all the others too.
func (s systemctlRun) listUnits() int {
	if t := s.opts.set["t"]; t != "" && t != "service" {
		s.errorf("list-units --type=%s is not simulated", t)
		return 1
	}
	s.printf("  %-32s LOAD   ACTIVE   SUB     DESCRIPTION\n", "UNIT")
	n := 0
	for _, u := range units {
		active, sub := "active", "running"
		switch {
		case !s.m.active(u) && !s.opts.has("a"):
			continue
		case !s.m.active(u):
			active, sub = "inactive", "dead"
		case u.process == "":
			sub = "exited"
		}
		n++
		s.printf("  %-32s loaded %-8s %-7s %s\n", u.name+".service", active, sub, u.description)
	}
	s.printf("\n%d loaded units listed.\n", n)
	return 0
}

// journalctl prints what the journal knows of a service: -u UNIT, -n N, -b,
// --no-pager. Only starts and stops are in it. The journal of the whole machine
// is refused.
func journalctl(c *call) int {
	o, ok := c.options(optionSpec{short: "u:n:bPq", long: map[string]string{"unit": "u", "lines": "n", "boot": "b", "no-pager": "P", "quiet": "q"}})
	if !ok {
		return o.status
	}
	name, given := o.set["u"]
	if !given || len(o.args) > 0 {
		c.errorf("only the journal of one unit (-u) is simulated")
		return 1
	}
	var rows []string
	if u, found := findUnit(name); found {
		rows = c.journal(u)
	}
	if text, ok := o.set["n"]; ok {
		n, valid := naturalNumber(text)
		if !valid {
			fmt.Fprintf(c.stderr, "Failed to parse lines '%s'\n", text)
			return 1
		}
		rows = rows[max(0, len(rows)-n):]
	}
	if len(rows) == 0 {
		c.printf("-- No entries --\n")
	}
	for _, row := range rows {
		c.printf("%s\n", row)
	}
	return 0
}

// journal are the lines of a service since the boot.
func (c *call) journal(u unit) []string {
	host, _, _ := strings.Cut(c.m.cfg.Hostname, ".")
	row := func(at time.Time, what string) string {
		return fmt.Sprintf("%s %s systemd[1]: %s %s.service - %s.", at.UTC().Format("Jan 02 15:04:05"), host, what, u.name, u.description)
	}
	var rows []string
	events := c.m.state(u).Events
	if len(events) == 0 && c.m.active(u) || len(events) > 0 && !events[0].Start {
		rows = append(rows, row(c.m.boot.Add(u.after), "Started"))
	}
	for _, e := range events {
		what := "Stopped"
		if e.Start {
			what = "Started"
		}
		rows = append(rows, row(e.At, what))
	}
	return rows
}
