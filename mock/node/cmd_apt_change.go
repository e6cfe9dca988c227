package node

import (
	"fmt"
	"strings"
	"time"
)

// aptPlan sorts changes by what becomes of the packages.
type aptPlan struct{ upgraded, installed, removed []dnfChange }

func planOf(changes []dnfChange) (p aptPlan) {
	for _, ch := range changes {
		switch {
		case ch.to < 0:
			p.removed = append(p.removed, ch)
		case ch.from < 0:
			p.installed = append(p.installed, ch)
		default:
			p.upgraded = append(p.upgraded, ch)
		}
	}
	return p
}

// transact shows what is to change, asks unless it was told not to, and does it.
func (a aptRun) transact(changes []dnfChange) int {
	plan := planOf(changes)
	a.showNames("The following packages will be REMOVED:", plan.removed)
	a.showNames("The following NEW packages will be installed:", plan.installed)
	a.showNames("The following packages will be upgraded:", plan.upgraded)
	a.printf("%d upgraded, %d newly installed, %d to remove and %d not upgraded.\n",
		len(plan.upgraded), len(plan.installed), len(plan.removed), len(a.updates(nil))-len(plan.upgraded))
	switch {
	case a.opts.has("s"):
		a.simulate(changes)
		return 0
	case len(changes) == 0:
		return 0
	case !a.opts.has("y") && len(changes) > 0:
		a.printf("Do you want to continue? [Y/n] Abort.\n")
		return 1
	case a.user.uid != 0:
		return a.notRoot()
	}
	a.printf("Need to get %d kB of archives.\n", 310*len(changes))
	a.sleep(3*time.Second + time.Duration(len(changes))*1200*time.Millisecond) // assumed: how long it takes
	return a.carryOut(changes)
}

func (a aptRun) showNames(title string, changes []dnfChange) {
	if len(changes) == 0 {
		return
	}
	a.printf("%s\n ", title)
	for _, ch := range changes {
		a.printf(" %s", ch.name)
	}
	a.printf("\n")
}

// simulate is what -s prints (man 8 apt-get, "-s").
func (a aptRun) simulate(changes []dnfChange) {
	for _, ch := range changes {
		switch {
		case ch.to < 0:
			a.printf("Remv %s [%s]\n", ch.name, ch.versions[ch.from].evr)
			continue
		case ch.from < 0:
			a.printf("Inst %s (%s %s)\n", ch.name, ch.versions[ch.to].evr, a.origin(ch))
		default:
			a.printf("Inst %s [%s] (%s %s)\n", ch.name, ch.versions[ch.from].evr, ch.versions[ch.to].evr, a.origin(ch))
		}
	}
	for _, ch := range changes {
		if ch.to >= 0 {
			a.printf("Conf %s (%s %s)\n", ch.name, ch.versions[ch.to].evr, a.origin(ch))
		}
	}
}

// origin is the archive as apt-get -s names it.
func (a aptRun) origin(ch dnfChange) string {
	release := "Ubuntu:" + a.m.cfg.Platform.Version
	if a.suite() == "bookworm" {
		release = "Debian:12"
	}
	var parts []string
	for pocket := range strings.SplitSeq(a.pocket(ch.pkg, ch.to), ",") {
		parts = append(parts, release+"/"+pocket)
	}
	return strings.Join(parts, ", ") + " [" + a.m.cfg.packageArch(ch.pkg) + "]"
}

// carryOut changes the packages. One that fails stays as it was; the others do not.
func (a aptRun) carryOut(changes []dnfChange) int {
	t := transaction{At: a.time(), Command: strings.Join(a.args, " "), Action: "U"}
	var failed []string
	for _, ch := range changes {
		arch := a.m.cfg.packageArch(ch.pkg)
		if ch.to < 0 {
			a.printf("Removing %s (%s) ...\n", ch.name, ch.versions[ch.from].evr)
			a.m.alter(ch.pkg, -1, a.time())
			t.Altered++
			continue
		}
		evr := ch.versions[ch.to].evr
		a.printf("Preparing to unpack .../%s_%s_%s.deb ...\n", ch.name, strings.ReplaceAll(evr, ":", "%3a"), arch)
		if a.m.cfg.fails(ch.name) {
			fmt.Fprintf(a.stderr, "dpkg: error processing archive /var/cache/apt/archives/%s_%s_%s.deb (--unpack):\n"+
				" new %s package pre-installation script subprocess returned error exit status 1\n", ch.name, strings.ReplaceAll(evr, ":", "%3a"), arch, ch.name)
			failed = append(failed, ch.name)
			continue
		}
		over := ""
		if ch.from >= 0 {
			over = " over (" + ch.versions[ch.from].evr + ")"
		}
		a.printf("Unpacking %s (%s)%s ...\nSetting up %s (%s) ...\n", ch.name, evr, over, ch.name, evr)
		a.m.alter(ch.pkg, ch.to, a.time())
		t.Altered++
	}
	t.Failed = len(failed) > 0
	a.m.noteTransaction(t)
	if t.Failed {
		fmt.Fprintf(a.stderr, "Errors were encountered while processing:\n %s\nE: Sub-process /usr/bin/dpkg returned an error code (1)\n", strings.Join(failed, "\n "))
		return 100
	}
	return 0
}
