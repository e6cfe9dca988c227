package node

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// dnfVerbs are what dnf and yum know here. assumed: the figures of sizes and
// speeds that they print, which depend on no real package.
func (d dnfRun) verbs() map[string]func([]string) int {
	return map[string]func([]string) int{
		"check-update": d.checkUpdate, "list": d.list, "info": d.info, "history": d.history,
		"update": d.update, "upgrade": d.update, "upgrade-minimal": d.update, "update-minimal": d.update,
		"install": d.install, "remove": d.remove, "erase": d.remove, "updateinfo": d.updateInfo,
		"makecache": func([]string) int { d.heading(); d.printf("Metadata cache created.\n"); return 0 },
		"clean":     func([]string) int { d.printf("0 files removed\n"); return 0 },
	}
}

// dnfRun is one run of dnf.
type dnfRun struct {
	*call
	opts options
}

// dnf knows list, info, check-update, update, install, remove, history,
// updateinfo list, makecache and clean; yum is the same.
func dnf(c *call) int {
	o, ok := c.options(optionSpec{short: "qyCnsbv", long: map[string]string{
		"quiet": "q", "assumeyes": "y", "cacheonly": "C", "assumeno": "n", "security": "s", "bugfix": "b", "refresh": "v", "verbose": "v",
	}})
	if !ok {
		return 1
	}
	if len(o.args) == 0 {
		c.errorf("a command is needed")
		return 1
	}
	d := dnfRun{c, o}
	verb, ok := d.verbs()[o.args[0]]
	if !ok {
		c.errorf("%s is not simulated", strings.Join(o.args, " "))
		return 1
	}
	return verb(o.args[1:])
}

// row is a line of a list of dnf's.
func (d dnfRun) row(name, evr, repository string) {
	d.printf("%-40s %-35s %s\n", name, evr, repository)
}

// heading says how old the metadata is, but with -q.
func (d dnfRun) heading() {
	if !d.opts.has("q") {
		d.printf("Last metadata expiration check: 0:42:17 ago on %s.\n",
			d.time().Add(-(42*time.Minute + 17*time.Second)).UTC().Format("Mon Jan _2 15:04:05 2006"))
	}
}

func (d dnfRun) repository() string {
	if d.m.cfg.Platform.ID == redHat9 {
		return "rhel-9-baseos-rhui-rpms"
	}
	return "amazonlinux"
}

// matches says whether a package is among those named; no names mean all.
func (p installedPackage) matches(names []string) bool {
	return len(names) == 0 || slices.ContainsFunc(names, func(name string) bool {
		re, err := glob(name, false)
		return p.answersTo(name) || err == nil && re.MatchString(p.name)
	})
}

// updates are the packages that have a newer version: all, or the named ones,
// those that --security and --bugfix leave.
func (d dnfRun) updates(names []string) (out []dnfChange) {
	for _, p := range d.installedPackages() {
		for i := d.m.newest(p.pkg, d.time()); i > p.index && p.matches(names); i-- {
			if class := p.versions[i].class; !d.opts.has("s") && !d.opts.has("b") || d.opts.has("s") && class == security || d.opts.has("b") && class == bugfix {
				out = append(out, dnfChange{p.pkg, i, p.index})
				break
			}
		}
	}
	return out
}

// dnfChange is a package that gets another version; -1 stands for none.
type dnfChange struct {
	*pkg
	to, from int
}

// shown is the version that is spoken of: the new one, or the one that goes.
func (ch dnfChange) shown() version {
	if ch.to < 0 {
		return ch.versions[ch.from]
	}
	return ch.versions[ch.to]
}

// checkUpdate exits with 100 when there are updates (man 8 dnf, "Check-Update
// Command").
func (d dnfRun) checkUpdate(names []string) int {
	updates := d.updates(names)
	d.heading()
	if len(updates) == 0 {
		return 0
	}
	if !d.opts.has("q") {
		d.printf("\n")
	}
	for _, u := range updates {
		d.row(u.name+"."+d.m.cfg.packageArch(u.pkg), u.versions[u.to].evr, d.repository())
	}
	return 100
}

// list knows installed (also as --installed), updates, available, and names.
func (d dnfRun) list(args []string) int {
	what := "installed"
	if len(args) > 0 && slices.Contains([]string{"installed", "updates", "upgrades", "available", "all"}, args[0]) {
		what, args = args[0], args[1:]
	}
	shown := false
	section := func(title string, rows [][3]string) {
		if len(rows) > 0 {
			d.printf("%s\n", title)
			shown = true
		}
		for _, r := range rows {
			d.row(r[0], r[1], r[2])
		}
	}
	d.heading()
	switch what {
	case "installed", "all":
		section("Installed Packages", d.installedRows(args))
	case "updates", "upgrades":
		section("Available Upgrades", d.updateRows(args))
	}
	if what == "available" || what == "all" {
		section("Available Packages", d.availableRows(args))
	}
	if !shown && len(args) > 0 {
		fmt.Fprintln(d.stderr, "Error: No matching Packages to list")
		return 1
	}
	return 0
}

func (d dnfRun) installedRows(names []string) (rows [][3]string) {
	for _, p := range d.installedPackages() {
		if p.matches(names) {
			rows = append(rows, [3]string{p.name + "." + p.arch, p.evr, "@System"})
		}
	}
	return rows
}

func (d dnfRun) updateRows(names []string) (rows [][3]string) {
	for _, u := range d.updates(names) {
		rows = append(rows, [3]string{u.name + "." + d.m.cfg.packageArch(u.pkg), u.versions[u.to].evr, d.repository()})
	}
	return rows
}

func (d dnfRun) availableRows(names []string) (rows [][3]string) {
	for _, p := range d.absentPackages() {
		if p.matches(names) {
			rows = append(rows, [3]string{p.name + "." + p.arch, p.evr, d.repository()})
		}
	}
	return rows
}

// absentPackages are those of the repositories that are not installed.
func (c *call) absentPackages() (out []installedPackage) {
	list := c.m.cfg.catalogue()
	for i := range list {
		p := &list[i]
		if index, _ := c.m.installed(p); index < 0 {
			newest := c.m.newest(p, c.time())
			out = append(out, installedPackage{pkg: p, version: p.versions[newest], index: newest, arch: c.m.cfg.packageArch(p)})
		}
	}
	return out
}

func (d dnfRun) info(names []string) int {
	status := 1
	show := func(title, from string, list []installedPackage) {
		for _, p := range list {
			if !p.matches(names) {
				continue
			}
			epoch, number, release := splitEVR(p.evr)
			d.printf("%s\nName         : %s\n", title, p.name)
			if epoch != "0" {
				d.printf("Epoch        : %s\n", epoch)
			}
			d.printf("Version      : %s\nRelease      : %s\nArchitecture : %s\nRepository   : %s\n\n", number, release, p.arch, from)
			status = 0
		}
	}
	d.heading()
	show("Installed Packages", "@System", d.installedPackages())
	show("Available Packages", d.repository(), d.absentPackages())
	if status != 0 {
		fmt.Fprintln(d.stderr, "Error: No matching Packages to list")
	}
	return status
}

// updateInfo knows list: the advisories of the updates.
func (d dnfRun) updateInfo(args []string) int {
	if len(args) > 0 && args[0] != "list" && args[0] != "--list" {
		d.errorf("updateinfo %s is not simulated", strings.Join(args, " "))
		return 1
	}
	d.heading()
	for _, u := range d.updates(nil) {
		v := u.versions[u.to]
		kind := strings.ToLower(v.class)
		if v.class == security {
			kind = v.severity + "/Sec."
		}
		d.printf("%s %s %s\n", v.advisory, kind, rpmFull(u.pkg, v, d.m.cfg.packageArch(u.pkg)))
	}
	return 0
}

// history lists the changes of packages, the latest first.
func (d dnfRun) history(args []string) int {
	if len(args) > 0 && args[0] != "list" {
		d.errorf("history %s is not simulated", strings.Join(args, " "))
		return 1
	}
	d.printf("%-6s | %-24s | %-16s | %-14s | %s\n%s\n", "ID", "Command line", "Date and time", "Action(s)", "Altered", strings.Repeat("-", 79))
	for i := len(d.m.history) - 1; i >= 0; i-- {
		t := d.m.history[i]
		mark := "  "
		if t.Failed {
			mark = " *"
		}
		d.printf("%6d | %-24s | %-16s | %-14s | %4d%s\n", i+1, clip(t.Command, 24), t.At.UTC().Format("2006-01-02 15:04"), t.Action, t.Altered, mark)
	}
	return 0
}

func clip(s string, n int) string { return s[:min(n, len(s))] }

// needsRestarting knows -r: whether the machine has to be restarted (1) or not
// (0), in the words of dnf-utils.
func needsRestarting(c *call) int {
	o, ok := c.options(optionSpec{short: "r", long: map[string]string{"reboothint": "r"}})
	switch {
	case !ok:
		return 1
	case !o.has("r"):
		c.errorf("only -r is simulated")
		return 1
	}
	var names []string
	for _, p := range c.installedPackages() {
		if c.m.awaitsReboot(p.pkg) {
			names = append(names, p.name)
		}
	}
	if len(names) == 0 {
		c.printf("No core libraries or services have been updated since boot-up.\nReboot should not be necessary.\n")
		return 0
	}
	c.printf("Core libraries or services have been updated since boot-up:\n")
	for _, name := range names {
		c.printf("  * %s\n", name)
	}
	c.printf("\nReboot is required to fully utilize these updates.\nMore information: https://access.redhat.com/solutions/27943\n")
	return 1
}
