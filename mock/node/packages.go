package node

import (
	"slices"
	"strings"
	"time"
)

// pkg is one installed package of the image.
type pkg struct {
	name, version, release string
	noarch                 bool
	update                 string // version-release that the repository has; empty: none
}

// packages are some of the packages of the AMI, in order of name. assumed: the
// versions, which are about those of the release that AmazonLinux2023 names.
var packages = [...]pkg{
	{"amazon-linux-repo-s3", "2023.8.20250804", "0.amzn2023", true, ""},
	{"amazon-ssm-agent", "3.3.2299.0", "1.amzn2023", false, "3.3.2746.0-1.amzn2023"},
	{"bash", "5.2.15", "1.amzn2023.0.2", false, ""},
	{"ca-certificates", "2023.2.68", "1.0.amzn2023.0.1", true, ""},
	{"chrony", "4.3", "1.amzn2023.0.4", false, ""},
	{"cloud-init", "22.2.2", "1.amzn2023.1.15", true, ""},
	{"coreutils", "8.32", "30.amzn2023.0.3", false, ""},
	{"cronie", "1.5.7", "1.amzn2023.0.3", false, ""},
	{"curl-minimal", "8.11.1", "4.amzn2023.0.1", false, "8.15.0-4.amzn2023.0.1"},
	{"dnf", "4.14.0", "1.amzn2023.0.6", true, ""},
	{"findutils", "4.8.0", "2.amzn2023.0.2", false, ""},
	{"glibc", "2.34", "196.amzn2023.0.1", false, "2.34-231.amzn2023.0.1"},
	{"grep", "3.8", "1.amzn2023.0.4", false, ""},
	{"kernel", "6.1.147", "172.259.amzn2023", false, "6.1.155-176.282.amzn2023"},
	{"openssh-server", "8.7p1", "8.amzn2023.0.16", false, ""},
	{"openssl", "3.2.2", "1.amzn2023.0.1", false, "3.2.2-1.amzn2023.0.2"},
	{"python3", "3.9.23", "1.amzn2023.0.1", false, ""},
	{"rpm", "4.16.1.3", "29.amzn2023.0.6", false, ""},
	{"sed", "4.8", "7.amzn2023.0.2", false, ""},
	{"sudo", "1.9.15", "1.p5.amzn2023.0.2", false, "1.9.17-1.p2.amzn2023.0.1"},
	{"systemd", "252.23", "6.amzn2023", false, ""},
	{"system-release", "2023.8.20250804", "0.amzn2023", true, ""},
	{"tzdata", "2025b", "1.amzn2023.0.1", true, ""},
}

// arch is the architecture of a package on a machine.
func (p pkg) arch(c *call) string {
	if p.noarch {
		return "noarch"
	}
	return c.m.cfg.Arch
}

// full is the name that rpm prints.
func (p pkg) full(c *call) string {
	return p.name + "-" + p.version + "-" + p.release + "." + p.arch(c)
}

// answersTo says whether a name given to rpm means this package.
func (p pkg) answersTo(c *call, name string) bool {
	full := p.full(c)
	return name == p.name || name == full || name == p.name+"-"+p.version ||
		name == p.name+"-"+p.version+"-"+p.release || name == p.name+"."+p.arch(c)
}

// rpm knows the query of installed packages by name, -q NAME … and -qa [GLOB …].
// All else is refused.
func rpm(c *call) int {
	o, ok := c.options(optionSpec{short: "qaiUFevhlfVR", long: map[string]string{"query": "q", "all": "a"}})
	switch {
	case !ok:
		return 1
	case !o.has("q") || o.last("iUFevhlfVR") != "":
		c.errorf("only the queries -q NAME and -qa are simulated")
		return 1
	case o.has("a"):
		return c.rpmAll(o.args)
	case len(o.args) == 0:
		c.errorf("no arguments given for query")
		return 1
	}
	missing := 0
	for _, name := range o.args {
		i := slices.IndexFunc(packages[:], func(p pkg) bool { return p.answersTo(c, name) })
		if i < 0 {
			c.printf("package %s is not installed\n", name)
			missing++
			continue
		}
		c.printf("%s\n", packages[i].full(c))
	}
	return missing
}

func (c *call) rpmAll(globs []string) int {
	for _, p := range packages {
		wanted := len(globs) == 0
		for _, text := range globs {
			re, err := glob(text, false)
			wanted = wanted || err == nil && (re.MatchString(p.name) || re.MatchString(p.full(c)))
		}
		if wanted {
			c.printf("%s\n", p.full(c))
		}
	}
	return 0
}

// dnf knows list installed and check-update; yum is the same. What changes
// packages is refused: it is not simulated yet.
func dnf(c *call) int {
	o, ok := c.options(optionSpec{short: "qyC", long: map[string]string{"quiet": "q", "assumeyes": "y", "cacheonly": "C"}})
	if !ok {
		return 1
	}
	verb := strings.Join(o.args[:min(1, len(o.args))], "")
	rest := o.args[min(1, len(o.args)):]
	switch {
	case verb == "check-update" && len(rest) == 0:
		return c.checkUpdate(o)
	case verb == "list" && len(rest) > 0 && rest[0] == "installed":
		return c.listInstalled(rest[1:])
	case verb == "":
		c.errorf("a command is needed")
		return 1
	}
	c.errorf("%s is not simulated", strings.Join(o.args, " "))
	return 1
}

// dnfRow is a line of a list of dnf's.
func (c *call) dnfRow(name, version, repository string) {
	c.printf("%-40s %-35s %s\n", name, version, repository)
}

func (c *call) listInstalled(names []string) int {
	heading := false
	for _, p := range packages {
		if len(names) > 0 && !slices.Contains(names, p.name) {
			continue
		}
		if !heading {
			c.printf("Installed Packages\n")
		}
		heading = true
		c.dnfRow(p.name+"."+p.arch(c), p.version+"-"+p.release, "@System")
	}
	if !heading {
		c.stderr.Write([]byte("Error: No matching Packages to list\n"))
		return 1
	}
	return 0
}

// checkUpdate exits with 100 when there are updates (man 8 dnf, "Check-Update
// Command").
func (c *call) checkUpdate(o options) int {
	if !o.has("q") {
		c.printf("Last metadata expiration check: 0:42:17 ago on %s.\n\n", c.time().Add(-(42*time.Minute + 17*time.Second)).UTC().Format("Mon Jan _2 15:04:05 2006"))
	}
	for _, p := range packages {
		if p.update != "" {
			c.dnfRow(p.name+"."+p.arch(c), p.update, "amazonlinux")
		}
	}
	return 100
}
