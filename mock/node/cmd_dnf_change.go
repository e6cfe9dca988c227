package node

import (
	"fmt"
	"hash/fnv"
	"strings"
	"time"
)

// update installs the newest versions of all packages, or of those named.
func (d dnfRun) update(names []string) int {
	for _, name := range names {
		if len(d.installedRows([]string{name})) == 0 {
			d.heading()
			d.printf("No match for argument: %s\n", name)
			fmt.Fprintln(d.stderr, "Error: No packages marked for upgrade.")
			return 1
		}
	}
	return d.transact("Upgrading", "Upgrade", "U", d.updates(names))
}

// install installs packages of the repositories, and updates those that are
// there.
func (d dnfRun) install(names []string) int {
	var changes []dnfChange
	for _, name := range names {
		if strings.HasPrefix(name, "/") || strings.Contains(name, "://") || strings.HasPrefix(name, "@") {
			d.errorf("install %s is not simulated: only packages of the repositories are", name)
			return 1
		}
		if rows := d.installedRows([]string{name}); len(rows) > 0 {
			d.printf("Package %s is already installed.\n", strings.Replace(rows[0][0], ".", "-"+rows[0][1]+".", 1))
			changes = append(changes, d.updates([]string{name})...)
			continue
		}
		found := false
		for _, p := range d.absentPackages() {
			if p.matches([]string{name}) {
				changes, found = append(changes, dnfChange{p.pkg, p.index, -1}), true
			}
		}
		if !found {
			d.heading()
			d.printf("No match for argument: %s\n", name)
			fmt.Fprintf(d.stderr, "Error: Unable to find a match: %s\n", name)
			return 1
		}
	}
	return d.transact("Installing", "Install", "I", changes)
}

// remove takes packages away. assumed: nothing depends on them, but that what
// the machine is made of is protected, as dnf protects itself.
func (d dnfRun) remove(names []string) int {
	var changes []dnfChange
	for _, p := range d.installedPackages() {
		if len(names) == 0 || !p.matches(names) {
			continue
		}
		if p.name == "dnf" || p.name == "systemd" || p.name == "sudo" || p.name == "glibc" || p.name == "bash" {
			fmt.Fprintf(d.stderr, "Error: \n Problem: The operation would result in removing the following protected packages: %s\n", p.name)
			return 1
		}
		changes = append(changes, dnfChange{p.pkg, -1, p.index})
	}
	if len(changes) == 0 {
		d.printf("No match for argument: %s\n", strings.Join(names, " "))
		fmt.Fprintln(d.stderr, "No packages marked for removal.")
	}
	return d.transact("Removing", "Remove", "E", changes)
}

// transact shows what is to change, asks unless it was told not to, and does it.
func (d dnfRun) transact(title, verb, letter string, changes []dnfChange) int {
	if letter != "E" {
		d.heading()
	}
	d.printf("Dependencies resolved.\n")
	if len(changes) == 0 {
		d.printf("Nothing to do.\nComplete!\n")
		return 0
	}
	d.showTransaction(title, verb, changes)
	if d.opts.has("n") || !d.opts.has("y") {
		d.printf("Is this ok [y/N]: \nOperation aborted.\n")
		return 1
	}
	if d.user.uid != 0 {
		fmt.Fprintln(d.stderr, "Error: This command has to be run with superuser privileges (under the root user on most systems).")
		return 1
	}
	d.sleep(4*time.Second + time.Duration(len(changes))*1500*time.Millisecond) // assumed: how long it takes
	return d.carryOut(title, verb, letter, changes)
}

func (d dnfRun) showTransaction(title, verb string, changes []dnfChange) {
	rule := strings.Repeat("=", 80)
	d.printf("%s\n %-17s %-9s %-27s %-17s %s\n%s\n%s:\n", rule, "Package", "Arch", "Version", "Repository", "Size", rule, title)
	for _, ch := range changes {
		d.printf(" %-17s %-9s %-27s %-15s %6s\n", ch.name, d.m.cfg.packageArch(ch.pkg), ch.shown().evr, d.repository(), packageSize(ch.name))
	}
	plural := "Packages"
	if len(changes) == 1 {
		plural = "Package"
	}
	d.printf("\nTransaction Summary\n%s\n%s  %d %s\n\n", rule, verb, len(changes), plural)
}

// packageSize is a size that fits a package: always the same one.
func packageSize(name string) string {
	h := fnv.New32a()
	h.Write([]byte(name))
	return fmt.Sprintf("%d k", 40+h.Sum32()%1800)
}

// carryOut changes the packages. One that fails changes nothing, and the others
// stay changed.
func (d dnfRun) carryOut(title, verb, letter string, changes []dnfChange) int {
	d.printf("Running transaction check\nTransaction check succeeded.\nRunning transaction test\nTransaction test succeeded.\nRunning transaction\n")
	t := transaction{At: d.time(), Command: strings.Join(d.args, " "), Action: letter}
	var done, failed []string
	for i, ch := range changes {
		full := rpmFull(ch.pkg, ch.shown(), d.m.cfg.packageArch(ch.pkg))
		if letter != "E" && d.m.cfg.fails(ch.name) {
			fmt.Fprintf(d.stderr, "error: %%prein(%s) scriptlet failed, exit status 1\n\nError in PREIN scriptlet in rpm package %s\n", full, ch.name)
			failed = append(failed, full)
			continue
		}
		d.m.alter(ch.pkg, ch.to, d.time())
		d.printf("  %-16s : %-50s %d/%d\n", title, full, i+1, len(changes))
		done = append(done, full)
	}
	t.Altered, t.Failed = len(done), len(failed) > 0
	d.m.noteTransaction(t)
	d.showDone(pastTense[verb], done)
	if len(failed) > 0 {
		d.showDone("Failed", failed)
		fmt.Fprintln(d.stderr, "Error: Transaction failed")
		return 1
	}
	d.printf("\nComplete!\n")
	return 0
}

var pastTense = map[string]string{"Upgrade": "Upgraded", "Install": "Installed", "Remove": "Removed"}

func (d dnfRun) showDone(title string, names []string) {
	if len(names) == 0 {
		return
	}
	d.printf("\n%s:\n", title)
	for _, name := range names {
		d.printf("  %s\n", name)
	}
}
