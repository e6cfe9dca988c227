package node

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// unit is one service of the image, as systemd knows it.
type unit struct {
	name        string // without .service
	description string
	vendor      string // the preset: "enabled" or "disabled"
	process     string // what it runs; empty: it runs once and stays "exited"
	rssKB       int
	after       time.Duration // from the boot to its start
}

// units are the services of the image: those of Amazon Linux 2023 that scripts
// ask for. assumed: the presets, and httpd not being there, as on the AMI; the
// figures of memory are about what an idle machine shows.
var units = [...]unit{
	{"amazon-ssm-agent", "amazon-ssm-agent", "enabled", "/usr/bin/amazon-ssm-agent", 21504, 8 * time.Second},
	{"atd", "Deferred execution scheduler", "enabled", "/usr/sbin/atd -f", 2300, 6 * time.Second},
	{"auditd", "Security Auditing Service", "enabled", "/sbin/auditd", 3200, 3 * time.Second},
	{"chronyd", "NTP client/server", "enabled", "/usr/sbin/chronyd -F 2", 3600, 5 * time.Second},
	{"cloud-init", "Initial cloud-init job (metadata service crawler)", "enabled", "", 0, 7 * time.Second},
	{"crond", "Command Scheduler", "enabled", "/usr/sbin/crond -n", 3400, 6 * time.Second},
	{"dbus-broker", "D-Bus System Message Bus", "enabled", "/usr/bin/dbus-broker-launch --scope system --audit", 3900, 4 * time.Second},
	{"rngd", "Hardware RNG Entropy Gatherer Daemon", "enabled", "/usr/sbin/rngd -f -x pkcs11 -x nist", 6100, 4 * time.Second},
	{"sshd", "OpenSSH server daemon", "enabled", "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups", 9300, 6 * time.Second},
	{"systemd-journald", "Journal Service", "static", "/usr/lib/systemd/systemd-journald", 12800, 2 * time.Second},
	{"systemd-logind", "User Login Management", "static", "/usr/lib/systemd/systemd-logind", 9800, 5 * time.Second},
	{"systemd-networkd", "Network Configuration", "enabled", "/usr/lib/systemd/systemd-networkd", 9200, 4 * time.Second},
	{"systemd-resolved", "Network Name Resolution", "enabled", "/usr/lib/systemd/systemd-resolved", 13900, 3 * time.Second},
	{"systemd-udevd", "Rule-based Manager for Device Events and Files", "static", "/usr/lib/systemd/systemd-udevd", 11200, 2 * time.Second},
}

// serviceState is what differs from how a unit is after a boot of the untouched
// image. It is kept in the state of the machine.
type serviceState struct {
	Enabled *bool          `json:"enabled,omitempty"` // nil: the preset
	Stopped bool           `json:"stopped,omitempty"` // now
	Events  []serviceEvent `json:"events,omitempty"`  // since the boot, the oldest first
}

// serviceEvent is one start or stop.
type serviceEvent struct {
	At    time.Time `json:"at"`
	Start bool      `json:"start,omitempty"`
	PID   int       `json:"pid,omitempty"`
}

// maxEvents is how many starts and stops a unit remembers.
const maxEvents = 20

// findUnit returns the unit of a name, with or without .service.
func findUnit(name string) (unit, bool) {
	name = strings.TrimSuffix(name, ".service")
	i := slices.IndexFunc(units[:], func(u unit) bool { return u.name == name })
	if i < 0 {
		return unit{}, false
	}
	return units[i], true
}

// state is how a unit differs from the image; never nil.
func (m *Machine) state(u unit) *serviceState {
	if s := m.services[u.name]; s != nil {
		return s
	}
	return &serviceState{}
}

// enabled is what systemctl is-enabled says of a unit.
func (m *Machine) enabled(u unit) string {
	s := m.state(u)
	switch {
	case u.vendor == "static":
		return "static"
	case s.Enabled == nil, *s.Enabled:
		return "enabled"
	}
	return "disabled"
}

// active says whether a unit runs, or has run if it runs once.
func (m *Machine) active(u unit) bool { return !m.state(u).Stopped }

// change lets f change the state of a unit.
func (m *Machine) change(u unit, f func(s *serviceState)) {
	if m.services == nil {
		m.services = make(map[string]*serviceState)
	}
	s := m.services[u.name]
	if s == nil {
		s = &serviceState{}
		m.services[u.name] = s
	}
	f(s)
}

// setRunning starts or stops a unit. It keeps what it did for the journal.
func (m *Machine) setRunning(u unit, run bool, at time.Time) {
	if m.active(u) == run {
		return
	}
	e := serviceEvent{At: at, Start: run}
	if run {
		e.PID = m.nextPID()
	}
	m.change(u, func(s *serviceState) {
		s.Stopped = !run
		s.Events = append(s.Events, e)
		s.Events = s.Events[max(0, len(s.Events)-maxEvents):]
	})
}

// setEnabled says whether a unit starts at a boot.
func (m *Machine) setEnabled(u unit, on bool) {
	m.change(u, func(s *serviceState) { s.Enabled = new(on) })
}

// bootServices is what a boot does: units that are enabled run, others do not.
func (m *Machine) bootServices() {
	for name, s := range m.services {
		u, known := findUnit(name)
		if !known || s == nil || m.enabled(u) != "disabled" {
			delete(m.services, name)
			continue
		}
		s.Events, s.Stopped = nil, true
	}
	if len(m.services) == 0 {
		m.services = nil
	}
}

// started is when a unit last began, and its process.
func (m *Machine) started(u unit) (at time.Time, pid int) {
	for _, e := range slices.Backward(m.state(u).Events) {
		if e.Start {
			return e.At, e.PID
		}
	}
	i := slices.IndexFunc(units[:], func(x unit) bool { return x.name == u.name })
	return m.boot.Add(u.after), 1500 + 17*i
}

// copyServices is a copy for the machine's state as JSON.
func (m *Machine) copyServices() map[string]*serviceState { return maps.Clone(m.services) }
