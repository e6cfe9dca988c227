package node

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// apt knows update, upgrade, dist-upgrade, full-upgrade, install, remove, purge,
// autoremove, clean and list, as apt-get and apt, with -y, -s and -q. The lists of
// packages are always up to date. assumed: the figures of sizes and speeds.
func apt(c *call) int {
	o, ok := c.options(optionSpec{short: "yqsuIUo:c", status: 100, long: map[string]string{
		"yes": "y", "assume-yes": "y", "quiet": "q", "simulate": "s", "dry-run": "s", "just-print": "s", "upgradable": "u", "installed": "I", "only-upgrade": "U", "option": "o", "no-install-recommends": "c", "with-new-pkgs": "c",
	}})
	if !ok {
		return o.status
	}
	a := aptRun{c, o}
	if c.name == "apt" || strings.HasSuffix(c.name, "/apt") {
		fmt.Fprint(c.stderr, "\nWARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n\n")
	}
	verb := strings.Join(o.args[:min(1, len(o.args))], "")
	run := map[string]func([]string) int{
		"update": a.update, "upgrade": a.upgrade, "dist-upgrade": a.upgrade, "full-upgrade": a.upgrade, "install": a.install,
		"remove": a.remove, "purge": a.remove, "autoremove": a.nothing, "autoclean": a.nothing, "clean": func([]string) int { return 0 }, "list": a.list,
	}[verb]
	if run == nil {
		fmt.Fprintf(c.stderr, "E: %s is not simulated\n", strings.Join(o.args, " "))
		return 100
	}
	return run(o.args[1:])
}

// aptRun is one run of apt.
type aptRun struct {
	*call
	opts options
}

// suite is the name of the distribution's release.
func (a aptRun) suite() string {
	return map[string]string{debian12: "bookworm", ubuntu2204: "jammy", ubuntu2404: "noble"}[a.m.cfg.Platform.ID]
}

// pocket is where a version is: in the security archive, in updates, or in the
// release itself.
func (a aptRun) pocket(p *pkg, i int) string {
	suite := a.suite()
	switch {
	case p.versions[i].class == security && a.m.cfg.Platform.ID == debian12:
		return suite + "-security"
	case p.versions[i].class == security:
		return suite + "-updates," + suite + "-security"
	case i > 0:
		return suite + "-updates"
	}
	return suite
}

func (a aptRun) update([]string) int {
	if a.user.uid != 0 {
		return a.notRoot()
	}
	mirror, suite := "http://"+a.m.cfg.Region+".ec2.archive.ubuntu.com/ubuntu", a.suite()
	lines := []string{mirror + " " + suite, mirror + " " + suite + "-updates", "http://security.ubuntu.com/ubuntu " + suite + "-security"}
	if suite == "bookworm" {
		lines = []string{"http://deb.debian.org/debian bookworm", "http://deb.debian.org/debian bookworm-updates", "http://security.debian.org/debian-security bookworm-security"}
	}
	for i, line := range lines {
		a.printf("Hit:%d %s InRelease\n", i+1, line)
	}
	a.sleep(3 * time.Second) // assumed
	a.printf("Reading package lists...\n")
	return 0
}

func (a aptRun) notRoot() int {
	fmt.Fprint(a.stderr, "E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)\n"+
		"E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?\n")
	return 100
}

// reading is how each change of packages begins.
func (a aptRun) reading() {
	a.printf("Reading package lists...\nBuilding dependency tree...\nReading state information...\n")
}

// updates are the packages with a newer version, all or those named.
func (a aptRun) updates(names []string) (out []dnfChange) {
	for _, p := range a.installedPackages() {
		if newest := a.m.newest(p.pkg, a.time()); newest > p.index && (len(names) == 0 || slices.Contains(names, p.name)) {
			out = append(out, dnfChange{p.pkg, newest, p.index})
		}
	}
	return out
}

func (a aptRun) upgrade([]string) int {
	a.reading()
	a.printf("Calculating upgrade...\n")
	return a.transact(a.updates(nil))
}

func (a aptRun) install(names []string) int {
	a.reading()
	var changes []dnfChange
	for _, name := range names {
		name, wanted, pinned := strings.Cut(name, "=")
		p := a.m.cfg.findPackage(name)
		if p == nil {
			fmt.Fprintf(a.stderr, "E: Unable to locate package %s\n", name)
			return 100
		}
		from, _ := a.m.installed(p)
		to := a.m.newest(p, a.time())
		if pinned {
			to = slices.IndexFunc(p.versions[:to+1], func(v version) bool { return v.evr == wanted })
		}
		switch {
		case to < 0 || to < from:
			fmt.Fprintf(a.stderr, "E: Version '%s' for '%s' was not found\n", wanted, name)
			return 100
		case to == from:
			a.printf("%s is already the newest version (%s).\n", name, p.versions[to].evr)
		case from >= 0 || !a.opts.has("U"):
			changes = append(changes, dnfChange{p, to, from})
		}
	}
	return a.transact(changes)
}

// remove takes packages away, with what the distribution calls required kept.
func (a aptRun) remove(names []string) int {
	a.reading()
	var changes []dnfChange
	for _, name := range names {
		p := a.m.cfg.findPackage(name)
		if p == nil {
			fmt.Fprintf(a.stderr, "E: Unable to locate package %s\n", name)
			return 100
		}
		from, _ := a.m.installed(p)
		switch {
		case from < 0:
			a.printf("Package '%s' is not installed, so not removed\n", name)
		case p.priority == "required":
			fmt.Fprint(a.stderr, "E: Essential packages were removed and -y was used without --allow-remove-essential.\n")
			return 100
		default:
			changes = append(changes, dnfChange{p, -1, from})
		}
	}
	return a.transact(changes)
}

func (a aptRun) nothing([]string) int {
	a.reading()
	return a.transact(nil)
}

// list knows --upgradable and --installed.
func (a aptRun) list([]string) int {
	if !a.opts.has("u") && !a.opts.has("I") {
		fmt.Fprintln(a.stderr, "E: list without --upgradable or --installed is not simulated")
		return 100
	}
	a.printf("Listing...\n")
	if a.opts.has("u") {
		for _, u := range a.updates(nil) {
			a.printf("%s/%s %s %s [upgradable from: %s]\n", u.name, a.pocket(u.pkg, u.to), u.versions[u.to].evr, a.m.cfg.packageArch(u.pkg), u.versions[u.from].evr)
		}
		return 0
	}
	for _, p := range a.installedPackages() {
		a.printf("%s/%s,now %s %s [installed]\n", p.name, a.pocket(p.pkg, p.index), p.evr, p.arch)
	}
	return 0
}
