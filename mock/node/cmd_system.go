package node

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// hostname prints the machine's name: -f, -s, -d, -i, -I.
func hostname(c *call) int {
	o, ok := c.options(optionSpec{short: "fsdiI", long: map[string]string{
		"fqdn": "f", "long": "f", "short": "s", "domain": "d", "ip-address": "i", "all-ip-addresses": "I",
	}})
	cfg := c.m.cfg
	short, domain, _ := strings.Cut(cfg.Hostname, ".")
	switch {
	case !ok:
		return o.status
	case len(o.args) > 0:
		c.errorf("setting the name is not simulated")
		return 1
	case o.has("s"):
		c.printf("%s\n", short)
	case o.has("d"):
		c.printf("%s\n", domain)
	case o.has("i"):
		c.printf("%s\n", cfg.PrivateIP)
	case o.has("I"):
		c.printf("%s \n", cfg.PrivateIP)
	default:
		c.printf("%s\n", cfg.Hostname)
	}
	return 0
}

// uname prints what the kernel says of itself: -a, or a choice of -s -n -r -v
// -m -p -i -o, always in that order.
func uname(c *call) int {
	o, ok := c.options(optionSpec{short: "asnrvmpio", long: map[string]string{
		"all": "a", "kernel-name": "s", "nodename": "n", "kernel-release": "r", "kernel-version": "v",
		"machine": "m", "processor": "p", "hardware-platform": "i", "operating-system": "o",
	}})
	if !ok {
		return o.status
	}
	if len(o.args) > 0 {
		c.usage("extra operand %s", quoted(o.args[0]))
		return 1
	}
	if len(o.order) == 0 {
		o.put("s", "")
	}
	cfg := &c.m.cfg
	var out []string
	for _, part := range [...][2]string{
		{"s", "Linux"}, {"n", cfg.Hostname}, {"r", cfg.kernelRelease()}, {"v", cfg.kernelVersion()},
		{"m", cfg.Arch}, {"p", cfg.Arch}, {"i", cfg.Arch}, {"o", "GNU/Linux"},
	} {
		if o.has("a") || o.has(part[0]) {
			out = append(out, part[1])
		}
	}
	c.printf("%s\n", strings.Join(out, " "))
	return 0
}

// uptime prints how long the machine is up: -p, -s. Nobody is logged in, and
// nothing loads it.
func uptime(c *call) int {
	o, ok := c.options(optionSpec{short: "ps", long: map[string]string{"pretty": "p", "since": "s"}})
	if !ok {
		return o.status
	}
	up := c.facts().uptime()
	switch {
	case o.has("p"):
		c.printf("up %s\n", prettyTime(up))
	case o.has("s"):
		c.printf("%s\n", c.m.boot.UTC().Format(time.DateTime))
	default:
		c.printf(" %s up %s,  0 users,  load average: 0.00, 0.00, 0.00\n", c.time().UTC().Format(time.TimeOnly), upTime(up))
	}
	return 0
}

// upTime is how long a machine is up in the form of procps: days, and hours and
// minutes, or only minutes in the first hour.
func upTime(d time.Duration) string {
	days, hours, minutes := int(d.Hours())/24, int(d.Hours())%24, int(d.Minutes())%60
	text := fmt.Sprintf("%d min", minutes)
	if hours > 0 {
		text = fmt.Sprintf("%2d:%02d", hours, minutes)
	}
	if days > 0 {
		text = plural(days, "day") + ", " + text
	}
	return text
}

// prettyTime is the same in words, from weeks down.
func prettyTime(d time.Duration) string {
	minutes := int(d.Minutes())
	var parts []string
	for _, unit := range [...]struct {
		name    string
		minutes int
	}{{"week", 7 * 24 * 60}, {"day", 24 * 60}, {"hour", 60}, {"minute", 1}} {
		if n := minutes / unit.minutes; n > 0 || unit.minutes == 1 && len(parts) == 0 {
			parts = append(parts, plural(n, unit.name))
		}
		minutes %= unit.minutes
	}
	return strings.Join(parts, ", ")
}

func plural(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}

// id prints who a user is: -u, -g, -G, each with -n and -r.
func id(c *call) int {
	o, ok := c.options(optionSpec{short: "ugGnr", long: map[string]string{"user": "u", "group": "g", "groups": "G", "name": "n", "real": "r"}})
	if !ok {
		return o.status
	}
	choices := 0
	for _, letter := range [...]string{"u", "g", "G"} {
		if o.has(letter) {
			choices++
		}
	}
	switch {
	case choices > 1:
		c.errorf(`cannot print "only" of more than one choice`)
		return 1
	case choices == 0 && (o.has("n") || o.has("r")):
		c.errorf("cannot print only names or real IDs in default format")
		return 1
	case len(o.args) == 0:
		c.printID(c.user, o)
		return 0
	}
	status := 0
	for _, name := range o.args {
		u, found := findUser(name)
		if !found {
			c.errorf("%s: no such user", quoted(name))
			status = 1
			continue
		}
		c.printID(u, o)
	}
	return status
}

func (c *call) printID(u user, o options) {
	text := itoa
	show := func(name func(int) string, n int) string {
		if o.has("n") {
			return name(n)
		}
		return text(n)
	}
	switch {
	case o.has("u"):
		c.printf("%s\n", show(userName, u.uid))
	case o.has("g"):
		c.printf("%s\n", show(groupName, u.gid))
	case o.has("G"):
		var out []string
		for _, gid := range groupsOf(u) {
			out = append(out, show(groupName, gid))
		}
		c.printf("%s\n", strings.Join(out, " "))
	default:
		var out []string
		for _, gid := range groupsOf(u) {
			out = append(out, fmt.Sprintf("%d(%s)", gid, groupName(gid)))
		}
		c.printf("uid=%d(%s) gid=%d(%s) groups=%s\n", u.uid, u.name, u.gid, groupName(u.gid), strings.Join(out, ","))
	}
}

// whoami prints the name of the user.
func whoami(c *call) int {
	o, ok := c.options(optionSpec{})
	if !ok {
		return o.status
	}
	if len(o.args) > 0 {
		c.usage("extra operand %s", quoted(o.args[0]))
		return 1
	}
	c.printf("%s\n", c.user.name)
	return 0
}

// nproc prints the number of processors.
func nproc(c *call) int {
	o, ok := c.options(optionSpec{long: map[string]string{"all": "a"}, short: "a"})
	if !ok {
		return o.status
	}
	c.printf("%d\n", c.m.cfg.CPUs)
	return 0
}

// env prints the environment, or runs a command in a changed one: -i, -u NAME,
// NAME=VALUE.
func env(c *call) int {
	o, ok := c.options(optionSpec{short: "iu:0", long: map[string]string{"ignore-environment": "i", "unset": "u"}, stay: true, status: 125})
	if !ok {
		return o.status
	}
	vars := exported(c.env)
	if o.has("i") {
		vars = make(map[string]string)
	}
	delete(vars, o.set["u"])
	args := o.args
	for len(args) > 0 && strings.Contains(args[0], "=") {
		name, value, _ := strings.Cut(args[0], "=")
		vars[name] = value
		args = args[1:]
	}
	if len(args) == 0 {
		for _, name := range slices.Sorted(maps.Keys(vars)) {
			c.printf("%s=%s\n", name, vars[name])
		}
		return 0
	}
	child := *c
	child.env = listEnviron(vars)
	file, found := child.which(args[0])
	if !found {
		c.errorf("%s: No such file or directory", quoted(args[0]))
		return 127
	}
	return child.execFile(file, args)
}
