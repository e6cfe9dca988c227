package node

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"
)

// The list that package programs work on: what is installed, in order of name.
type installedPackage struct {
	*pkg
	version
	index int
	arch  string
	since time.Time
}

// installedPackages is what is installed on the machine.
func (c *call) installedPackages() []installedPackage {
	var out []installedPackage
	list := c.m.cfg.catalogue()
	for i := range list {
		p := &list[i]
		if index, since := c.m.installed(p); index >= 0 {
			out = append(out, installedPackage{p, p.versions[index], index, c.m.cfg.packageArch(p), since})
		}
	}
	return out
}

func (p installedPackage) full() string { return rpmFull(p.pkg, p.version, p.arch) }

// rpmFull is the name that rpm prints: without the epoch.
func rpmFull(p *pkg, v version, arch string) string {
	_, number, release := splitEVR(v.evr)
	return p.name + "-" + number + "-" + release + "." + arch
}

// answersTo says whether a name given to rpm or dnf means this package.
func (p installedPackage) answersTo(name string) bool {
	_, number, release := splitEVR(p.evr)
	return slices.Contains([]string{p.name, p.name + "-" + number, p.name + "-" + number + "-" + release, p.full(), p.name + "." + p.arch}, name)
}

// rpm knows the query of installed packages by name, -q NAME … and -qa [GLOB …],
// each with -i, --last or --queryformat. All else is refused.
func rpm(c *call) int {
	o, ok := c.options(optionSpec{short: "qaiUFevhlVRLQ:", long: map[string]string{
		"query": "q", "all": "a", "info": "i", "last": "L", "qf": "Q", "queryformat": "Q",
	}})
	switch {
	case !ok:
		return 1
	case !o.has("q") || o.last("UFevhlVR") != "":
		c.errorf("only the queries -q NAME and -qa, with -i, --last or --queryformat, are simulated")
		return 1
	case o.has("a"):
		return c.rpmAll(o)
	case len(o.args) == 0:
		c.errorf("no arguments given for query")
		return 1
	}
	missing := 0
	for _, name := range o.args {
		list := c.installedPackages()
		i := slices.IndexFunc(list, func(p installedPackage) bool { return p.answersTo(name) })
		if i < 0 {
			c.printf("package %s is not installed\n", name)
			missing++
			continue
		}
		if !c.rpmShow(o, list[i]) {
			return 1
		}
	}
	return missing
}

func (c *call) rpmAll(o options) int {
	list := c.installedPackages()
	if o.has("L") {
		slices.SortStableFunc(list, func(a, b installedPackage) int { return b.since.Compare(a.since) })
	}
	for _, p := range list {
		wanted := len(o.args) == 0
		for _, text := range o.args {
			re, err := glob(text, false)
			wanted = wanted || err == nil && (re.MatchString(p.name) || re.MatchString(p.full()))
		}
		if wanted && !c.rpmShow(o, p) {
			return 1
		}
	}
	return 0
}

// rpmShow prints one package in the form asked for.
func (c *call) rpmShow(o options, p installedPackage) bool {
	switch {
	case o.has("Q"):
		return c.rpmFormat(o.set["Q"], p)
	case o.has("L"):
		c.printf("%-45s %s\n", p.full(), p.since.UTC().Format("Mon _2 Jan 2006 03:04:05 PM MST"))
	case o.has("i"):
		epoch, number, release := splitEVR(p.evr)
		c.printf("Name        : %s\n", p.name)
		if epoch != "0" {
			c.printf("Epoch       : %s\n", epoch)
		}
		c.printf("Version     : %s\nRelease     : %s\nArchitecture: %s\nInstall Date: %s\nSource RPM  : %s-%s-%s.src.rpm\nVendor      : %s\n",
			number, release, p.arch, p.since.UTC().Format("Mon 02 Jan 2006 03:04:05 PM MST"), p.name, number, release, c.vendor())
	default:
		c.printf("%s\n", p.full())
	}
	return true
}

func (c *call) vendor() string {
	if c.m.cfg.Platform.ID == redHat9 {
		return "Red Hat, Inc."
	}
	return "Amazon Linux"
}

var rpmTag = regexp.MustCompile(`%\{([A-Za-z:]+)\}`)

// rpmFormat prints a package by a query format: the tags that are simulated, \n
// and \t.
func (c *call) rpmFormat(format string, p installedPackage) bool {
	epoch, number, release := splitEVR(p.evr)
	tags := map[string]string{
		"NAME": p.name, "VERSION": number, "RELEASE": release, "ARCH": p.arch, "VENDOR": c.vendor(),
		"EPOCH": cmp.Or(strings.TrimPrefix(epoch, "0"), "(none)"), "EPOCHNUM": epoch, "EVR": p.evr, "NEVRA": p.name + "-" + p.evr + "." + p.arch,
		"INSTALLTIME": itoa(int(p.since.Unix())), "INSTALLTIME:DATE": p.since.UTC().Format("Mon 02 Jan 2006 03:04:05 PM MST"),
	}
	unknown := ""
	out := rpmTag.ReplaceAllStringFunc(format, func(tag string) string {
		text, ok := tags[strings.ToUpper(tag[2:len(tag)-1])]
		if !ok {
			unknown = tag
		}
		return text
	})
	if unknown != "" {
		c.errorf("the tag %s is not simulated", unknown)
		return false
	}
	c.printf("%s", strings.NewReplacer(`\n`, "\n", `\t`, "\t").Replace(out))
	return true
}
