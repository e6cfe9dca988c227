package node

import (
	"fmt"
	"regexp"
	"strings"
)

// dpkg knows -l and -s of installed packages, and --print-architecture.
func dpkg(c *call) int {
	o, ok := c.options(optionSpec{short: "lsp", status: 2, long: map[string]string{"list": "l", "status": "s", "print-architecture": "p"}})
	switch {
	case !ok:
		return o.status
	case o.has("p"):
		c.printf("%s\n", debArch[c.m.cfg.Arch])
		return 0
	case o.has("l"):
		return c.dpkgList(o.args)
	case o.has("s"):
		return c.dpkgStatus(o.args)
	}
	c.errorf("only -l, -s and --print-architecture are simulated")
	return 2
}

// named are the installed packages of names, which may be patterns; all when
// there are none. The second result are the names that mean nothing.
func (c *call) named(names []string) (found []installedPackage, missing []string) {
	list := c.installedPackages()
	if len(names) == 0 {
		return list, nil
	}
	for _, name := range names {
		re, err := glob(name, false)
		before := len(found)
		for _, p := range list {
			if p.name == name || err == nil && re.MatchString(p.name) {
				found = append(found, p)
			}
		}
		if len(found) == before {
			missing = append(missing, name)
		}
	}
	return found, missing
}

func (c *call) dpkgList(names []string) int {
	found, missing := c.named(names)
	for _, name := range missing {
		fmt.Fprintf(c.stderr, "dpkg-query: no packages found matching %s\n", name)
	}
	if len(found) > 0 {
		c.printf("Desired=Unknown/Install/Remove/Purge/Hold\n| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend\n" +
			"|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)\n")
		c.printf("||/ %-16s %-28s %-12s %s\n+++-%s-%s-%s-%s\n", "Name", "Version", "Architecture", "Description",
			strings.Repeat("=", 16), strings.Repeat("=", 28), strings.Repeat("=", 12), strings.Repeat("=", 32))
	}
	for _, p := range found {
		c.printf("ii  %-16s %-28s %-12s %s\n", p.name, p.evr, p.arch, p.name)
	}
	return min(1, len(missing))
}

func (c *call) dpkgStatus(names []string) int {
	found, missing := c.named(names)
	for _, p := range found {
		c.printf("Package: %s\nStatus: install ok installed\nPriority: %s\nSection: %s\nMaintainer: %s\nArchitecture: %s\nVersion: %s\nDescription: %s\n\n",
			p.name, p.priority, p.section, c.maintainer(), p.arch, p.evr, p.name)
	}
	for _, name := range missing {
		fmt.Fprintf(c.stderr, "dpkg-query: package '%s' is not installed and no information is available\n"+
			"Use dpkg --info (= dpkg-deb --info) to examine archive files.\n", name)
	}
	return min(1, len(missing))
}

func (c *call) maintainer() string {
	if c.m.cfg.Platform.ID == debian12 {
		return "Debian Developers <debian-devel@lists.debian.org>"
	}
	return "Ubuntu Developers <ubuntu-devel-discuss@lists.ubuntu.com>"
}

var debField = regexp.MustCompile(`\$\{([A-Za-z:-]+)(?:;(-?[0-9]+))?\}`)

// dpkgQuery knows -W with -f, -l and -s.
func dpkgQuery(c *call) int {
	o, ok := c.options(optionSpec{short: "Wlsf:", status: 2, long: map[string]string{"show": "W", "list": "l", "status": "s", "showformat": "f"}})
	switch {
	case !ok:
		return o.status
	case o.has("l"):
		return c.dpkgList(o.args)
	case o.has("s"):
		return c.dpkgStatus(o.args)
	case !o.has("W"):
		c.errorf("only -W, -l and -s are simulated")
		return 2
	}
	format := `${binary:Package}\t${Version}\n`
	if o.has("f") {
		format = strings.TrimPrefix(o.set["f"], "=") // dpkg takes -f=FORMAT too
	}
	found, missing := c.named(o.args)
	for _, p := range found {
		if !c.dpkgFormat(format, p) {
			return 2
		}
	}
	for _, name := range missing {
		c.errorf("no packages found matching %s", name)
	}
	return min(1, len(missing))
}

// dpkgFormat prints a package by a format: the fields that are simulated, each
// with a width, \n and \t.
func (c *call) dpkgFormat(format string, p installedPackage) bool {
	fields := map[string]string{
		"Package": p.name, "binary:Package": p.name, "Version": p.evr, "Architecture": p.arch, "Status": "install ok installed", "db:Status-Abbrev": "ii ",
		"Section": p.section, "Priority": p.priority, "Maintainer": c.maintainer(), "db:Status-Status": "installed", "source:Package": p.name, "source:Version": p.evr,
	}
	unknown := ""
	out := debField.ReplaceAllStringFunc(format, func(ref string) string {
		m := debField.FindStringSubmatch(ref)
		text, ok := fields[m[1]]
		if !ok {
			unknown = m[1]
		}
		return fmt.Sprintf("%*s", number(m[2]), text)
	})
	if unknown != "" {
		c.errorf("the field %s is not simulated", unknown)
		return false
	}
	c.printf("%s", strings.NewReplacer(`\n`, "\n", `\t`, "\t").Replace(out))
	return true
}
