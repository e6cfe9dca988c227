package node

import (
	"maps"
	"slices"
	"time"
)

// packageState is how a package differs from the untouched machine.
type packageState struct {
	Version int       `json:"version"` // index into the versions of its catalogue; -1: removed
	At      time.Time `json:"at"`
}

// transaction is one change of packages, as dnf history lists it.
type transaction struct {
	At      time.Time `json:"at"`
	Command string    `json:"command"`
	Action  string    `json:"action"` // dnf's letter: I, U, E
	Altered int       `json:"altered"`
	Failed  bool      `json:"failed,omitempty"`
}

// maxTransactions is how many changes of packages a machine remembers.
const maxTransactions = 50

// installed is the version of a package on the machine, -1 if it has none, and
// since when.
func (m *Machine) installed(p *pkg) (index int, since time.Time) {
	if s, ok := m.packages[p.name]; ok {
		return s.Version, s.At
	}
	if p.optional {
		return -1, time.Time{}
	}
	index = m.cfg.born(p)
	return index, m.cfg.published(p, index)
}

// newest is the newest version of a package that the repositories have.
func (m *Machine) newest(p *pkg, at time.Time) int {
	for i := len(p.versions) - 1; i > 0; i-- {
		if !m.cfg.published(p, i).After(at) {
			return i
		}
	}
	return 0
}

// awaitsReboot says whether the machine has not restarted since a version came
// that needs it.
func (m *Machine) awaitsReboot(p *pkg) bool {
	s, ok := m.packages[p.name]
	return ok && s.Version >= 0 && p.versions[s.Version].reboot && s.At.After(m.boot)
}

// put notes another version of a package, -1 for none.
func (m *Machine) put(p *pkg, index int, at time.Time) {
	if m.packages == nil {
		m.packages = make(map[string]packageState)
	}
	m.packages[p.name] = packageState{index, at}
}

func (m *Machine) noteTransaction(t transaction) {
	m.history = append(m.history, t)
	m.history = m.history[max(0, len(m.history)-maxTransactions):]
}

// Packages lists what is installed at the given time of the mock, in order of
// name, with the updates that the repositories have by then.
func (m *Machine) Packages(at time.Time) []Package {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []Package
	list := m.cfg.catalogue()
	for i := range list {
		p := &list[i]
		if index, since := m.installed(p); index >= 0 {
			out = append(out, m.describe(p, index, since, at))
		}
	}
	return out
}

func (m *Machine) describe(p *pkg, index int, since, at time.Time) Package {
	out := Package{
		Name: p.name, Arch: m.cfg.packageArch(p), Version: p.versions[index].evr, Installed: since, Published: m.cfg.published(p, index), Advisory: p.versions[index].facts(),
		AwaitsReboot: m.awaitsReboot(p), Section: p.section, Priority: p.priority,
	}
	for i := index + 1; i <= m.newest(p, at); i++ {
		v := p.versions[i]
		out.Updates = append(out.Updates, Update{Version: v.evr, Advisory: v.facts(), Published: m.cfg.published(p, i), Reboot: v.reboot})
	}
	return out
}

// Available lists the packages that the repositories have at the given time and
// that are not installed, each with its newest version.
func (m *Machine) Available(at time.Time) []Package {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []Package
	list := m.cfg.catalogue()
	for i := range list {
		p := &list[i]
		if index, _ := m.installed(p); index < 0 {
			newest := m.newest(p, at)
			out = append(out, Package{Name: p.name, Arch: m.cfg.packageArch(p), Version: p.versions[newest].evr, Published: m.cfg.published(p, newest),
				Advisory: p.versions[newest].facts(), Section: p.section, Priority: p.priority})
		}
	}
	return out
}

// Upgrade installs a version of a package that is installed, and says whether it
// could: a version that is not newer, or not known, or a package that fails by
// the machine's seed, changes nothing.
func (m *Machine) Upgrade(name, evr string, at time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.cfg.findPackage(name)
	if p == nil || m.cfg.fails(name) {
		return false
	}
	index, _ := m.installed(p)
	wanted := slices.IndexFunc(p.versions, func(v version) bool { return v.evr == evr })
	if index < 0 || wanted <= index || wanted > m.newest(p, at) {
		return false
	}
	m.alter(p, wanted, at)
	m.noteTransaction(transaction{At: at, Command: "upgrade " + name, Action: "U", Altered: 1})
	return true
}

// alter puts another version onto the machine. On Ubuntu and Debian a version
// that needs a restart leaves the file that says so
// (update-notifier-common, notify-reboot-required).
func (m *Machine) alter(p *pkg, index int, at time.Time) {
	m.put(p, index, at)
	if index < 0 || m.cfg.Platform.family() != familyDeb || !p.versions[index].reboot {
		return
	}
	const flag = "/run/reboot-required"
	m.files.place(flag, []byte("*** System restart required ***\n"), at)
	var names []byte
	if f := m.files.get(flag + ".pkgs"); f != nil {
		names = slices.Clone(f.data)
	}
	m.files.place(flag+".pkgs", append(names, p.name+"\n"...), at)
}

// bootKernel makes the newest kernel that is installed the one that runs.
func (m *Machine) bootKernel() {
	list := m.cfg.catalogue()
	for i := range list {
		p := &list[i]
		if index, _ := m.installed(p); index >= 0 && p.versions[index].kernel != "" {
			m.cfg.Platform.Kernel = p.versions[index].kernel
		}
	}
}

func (m *Machine) copyPackages() map[string]packageState { return maps.Clone(m.packages) }

// dropUnknownPackages forgets, of a state from a file, what the catalogue does not
// have.
func (m *Machine) dropUnknownPackages() {
	maps.DeleteFunc(m.packages, func(name string, s packageState) bool {
		p := m.cfg.findPackage(name)
		return p == nil || s.Version >= len(p.versions) || s.Version < -1
	})
}
