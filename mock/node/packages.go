package node

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strings"
	"time"
)

// Package is one package that is installed on a machine.
type Package struct {
	Name, Arch string
	// Version is what the package manager prints: [epoch:]version-release, or dpkg's version.
	Version string
	// Installed is when this version was, and Published when the repositories had it.
	Installed, Published time.Time
	// Advisory is what brought this version; zero when nothing is known of it.
	Advisory Advisory
	// Updates are the newer versions that its repositories have, the oldest first.
	Updates []Update
	// AwaitsReboot says that the machine has not been restarted since a version was
	// installed that takes effect with a restart only.
	AwaitsReboot bool
	// Section and Priority are dpkg's; empty for rpm.
	Section, Priority string
}

// Update is a newer version of a package.
type Update struct {
	Version  string
	Advisory Advisory
	// Published is when the repositories had it.
	Published time.Time
	// Reboot says that it takes effect with a restart of the machine only.
	Reboot bool
}

// Advisory is what the vendor says of a version.
type Advisory struct {
	ID             string   // ALAS2023-…, RHSA-…, USN-…, DSA-…; empty: none
	Classification string   // "Security", "Bugfix" …, as the vendor's metadata has it
	Severity       string   // "Critical", "Important", "Medium" …
	CVEs           []string // fixed by it
}

// PackageSeed makes the packages of a machine differ from what its instance id
// makes of them.
type PackageSeed struct {
	// Pending names the packages that lack their updates, "*" being all; nil
	// leaves it to the instance id.
	Pending []string `json:"pending,omitempty"`
	// UpToDate says that no update is pending but those of Pending.
	UpToDate bool `json:"upToDate,omitempty"`
	// Failing names the packages that cannot be installed or updated.
	Failing []string `json:"failing,omitempty"`
}

// pkg is a package of a platform: the versions that it had and has, the oldest
// first; the first is the image's.
type pkg struct {
	name              string
	noarch            bool
	optional          bool   // in the repositories, not on the image
	section, priority string // dpkg's
	versions          []version
}

// version is one version of a package. Its age is how many days before a fleet's
// first day it was published; a negative one comes after it.
type version struct {
	evr      string
	advisory string
	class    string
	severity string
	cves     string // separated by blanks
	age      int
	reboot   bool
	kernel   string // of a kernel's package: what uname -r shows, less the architecture
}

// The classifications of Red Hat's kind of metadata, and dpkg's security origin.
const (
	security    = "Security"
	bugfix      = "Bugfix"
	enhancement = "Enhancement"
)

// imageAge is how many days before the fleet's first day the image was made.
const imageAge = 90

// catalogue is the packages of a platform, in order of name.
func (c *Config) catalogue() []pkg {
	if list, ok := catalogues[c.Platform.ID]; ok {
		return list
	}
	return amazonPackages[:]
}

var catalogues = map[string][]pkg{
	amazonLinux2:    amazon2Packages[:],
	amazonLinux2023: amazonPackages[:],
	ubuntu2204:      jammyPackages[:],
	redHat9:         redHatPackages[:],
	ubuntu2404:      ubuntuPackages[:],
	debian12:        debianPackages[:],
}

// UnknownPackages are those of names that a platform does not have; "*" is known.
func UnknownPackages(platformID string, names []string) []string {
	c := Config{Platform: Platform{ID: cmp.Or(platformID, amazonLinux2023)}}
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name == "*" || c.findPackage(name) != nil })
}

func (c *Config) findPackage(name string) *pkg {
	list := c.catalogue()
	i := slices.IndexFunc(list, func(p pkg) bool { return p.name == name })
	if i < 0 {
		return nil
	}
	return &list[i]
}

// firstDay is the day that the ages of versions count from.
func (c *Config) firstDay() time.Time {
	if c.FirstDay.IsZero() {
		return c.BootTime
	}
	return c.FirstDay
}

// published is when a version of a package came.
func (c *Config) published(p *pkg, i int) time.Time {
	age := p.versions[i].age
	if i == 0 {
		age = imageAge
	}
	return c.firstDay().AddDate(0, 0, -age)
}

// born is the version that a package has on the untouched machine. Three in four
// updates are pending, another four for each machine; what came in the last week
// before the first day nobody has yet.
func (c *Config) born(p *pkg) int {
	last := len(p.versions) - 1
	for last > 0 && p.versions[last].age < 7 {
		last--
	}
	if c.pending(p) {
		return max(0, last-1)
	}
	return last
}

func (c *Config) pending(p *pkg) bool {
	s := c.Packages
	if s != nil && (s.Pending != nil || s.UpToDate) {
		return slices.Contains(s.Pending, p.name) || slices.Contains(s.Pending, "*")
	}
	h := fnv.New32a()
	h.Write([]byte(c.InstanceID + " " + p.name))
	return h.Sum32()>>7%4 != 0
}

// fails says whether a package cannot be installed here.
func (c *Config) fails(name string) bool {
	return c.Packages != nil && slices.Contains(c.Packages.Failing, name)
}

// packageArch is the architecture in a package's name.
func (c *Config) packageArch(p *pkg) string {
	deb := c.Platform.family() == familyDeb
	switch {
	case deb && p.noarch:
		return "all"
	case p.noarch:
		return "noarch"
	case deb:
		return debArch[c.Arch]
	}
	return c.Arch
}

// debArch are Debian's words for architectures.
var debArch = map[string]string{ArchX86: "amd64", ArchARM: "arm64"}

func (v version) facts() Advisory {
	return Advisory{ID: v.advisory, Classification: v.class, Severity: v.severity, CVEs: strings.Fields(v.cves)}
}

// evr splits a version of rpm's: epoch ("0" if there is none), version, release.
func splitEVR(evr string) (epoch, version, release string) {
	epoch, rest, ok := strings.Cut(evr, ":")
	if !ok {
		epoch, rest = "0", evr
	}
	i := strings.LastIndex(rest, "-")
	if i < 0 {
		return epoch, rest, ""
	}
	return epoch, rest[:i], rest[i+1:]
}
