// Package node simulates one Linux machine of the mock: its files, its users
// and its clock, and a shell that really runs the scripts sent to it.
//
// Start with [New], which makes a [Machine] from a [Config], and with
// [Machine.Run], which runs a [Script] and says in a [Result] what it printed
// and when. [AmazonLinux2023] is the platform that a Config means by default.
//
// A script runs to its end at once, in pure Go, on mvdan.cc/sh/v3/interp. It
// sees the machine's own file system, users, processes and time, never those
// of the host, and it never waits: sleep only moves the script's own clock.
// What the interpreter would ask the host for, or would run in a goroutine of
// its own, is rewritten before it runs (see rewrite.go).
//
// The shell is bash as far as the interpreter is: a test runs scripts in it and in
// the host's bash, and compares. It differs in that unquoted words that IFS parts
// lose empty fields, aliases, coprocesses, {fd}> and >( ) but behind exec are
// refused, a descriptor that is opened for one command stays open, a signal comes
// from the script itself only, a subshell runs no EXIT trap of its own, a subshell
// in a function that is a condition obeys set -e, jobs and pipelines take turns (see
// job and rewriter.pipeline for what of that can be seen), shift beyond the last
// argument succeeds, declare -f prints no function, a readonly variable or an
// arithmetic fault does not end a command, and ${x@Q} and ${x/#a/b} are the
// interpreter's. What is
// not simulated says so, or is not found (127); it never pretends.
//
// The package holds no global state and starts nothing in the background. It
// knows nothing of AWS: the services of the mock decide which scripts run,
// when their output is published and what status they end with. It simulates
// no network and no hardware; of packages and services it knows small tables.
//
// Programs of the image that know only a part of what the real ones do refuse
// the rest by name: back-references (grep, sed), sed's hold space and branches,
// hard links, find -printf and others, most of what dnf and apt can do beside
// updates. What awk knows stands at package awk.
package node

import (
	"fmt"
	"sync"
	"time"
)

// A Machine is one simulated computer. All its methods may be called by
// several goroutines; they act one after another, each at once.
type Machine struct {
	mu       sync.Mutex // guards everything below
	cfg      Config
	boot     time.Time
	on       bool
	lastPID  int
	files    files
	services map[string]*serviceState // those that differ from the image
	packages map[string]packageState  // those that differ from the image
	history  []transaction            // of packages, the oldest first
	cloud    *cloudInit               // nil: cloud-init has not come to the user data yet
}

// bootPID is the last process id taken when a machine has booted; scripts get
// the numbers after it. assumed: about what Amazon Linux 2023 has used by the
// time the agent runs.
const bootPID = 2100

// pidMax is the highest process id before numbers start again, the kernel's
// default on 64-bit machines (man 5 proc, /proc/sys/kernel/pid_max).
const pidMax = 1 << 22

// New returns a running machine, booted at cfg.BootTime. Parent directories of
// cfg.Files are made as needed; a path that is not absolute counts from "/".
func New(cfg Config) *Machine {
	m := &Machine{cfg: cfg.withDefaults(), boot: cfg.BootTime, on: true, lastPID: bootPID}
	m.files = newFiles(m.cfg.Platform)
	m.bootKernel()
	m.layFiles()
	return m
}

// layFiles puts the Files of the configuration over the image.
func (m *Machine) layFiles() {
	for path, content := range m.cfg.Files {
		m.files.place(path, []byte(content), m.boot)
	}
	m.cfg.Files = nil // they live in the overlay from now on
}

// Config returns what the machine was made with. Files is empty: they are part
// of the file system.
func (m *Machine) Config() Config {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.cfg
}

// Booted returns when the machine last booted, and whether it is running.
func (m *Machine) Booted() (at time.Time, running bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.boot, m.on
}

// Boot starts the machine at the given time of the mock: uptime counts from
// there, and what lay in /tmp, /run and /dev/shm is gone. Files elsewhere stay.
func (m *Machine) Boot(at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.boot, m.on, m.lastPID = at, true, bootPID
	m.files.dropVolatile()
	m.bootServices()
	m.bootKernel()
	m.bootCloud(at)
}

// Reboot restarts the machine at the given time of the mock. It does what
// [Machine.Boot] does.
func (m *Machine) Reboot(at time.Time) { m.Boot(at) }

// PowerOff stops the machine. Until the next Boot it runs nothing.
func (m *Machine) PowerOff() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.on = false
	m.files.dropVolatile()
}

// ReadFile returns the content of a file as a script that starts at the given
// time would read it. The error is a *fs.PathError.
func (m *Machine) ReadFile(path string, at time.Time) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.settleCloud(at)
	f, err := m.files.lookup(path, true)
	if err != nil {
		return nil, pathError("read", path, err)
	}
	if f.mode.IsDir() {
		return nil, pathError("read", path, errIsDir)
	}
	return f.content(facts{&m.cfg, m.boot, at}), nil
}

// WriteFile puts a file onto the machine, owned by root with mode 0644, as if
// something other than a script had written it at the given time. Parent
// directories are made as needed.
func (m *Machine) WriteFile(path string, content []byte, at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.files.place(path, content, at)
}

// RemoveFile removes a file, if it is there.
func (m *Machine) RemoveFile(path string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if real, f, err := m.files.resolve(path, false); err == nil && f != nil && !f.mode.IsDir() {
		m.files.remove(real)
	}
}

// nextPID takes the next process id.
func (m *Machine) nextPID() int {
	m.lastPID++
	if m.lastPID >= pidMax {
		m.lastPID = bootPID
	}
	return m.lastPID
}

// String names the machine for a failing test's log.
func (m *Machine) String() string {
	return fmt.Sprintf("%s (%s)", m.cfg.InstanceID, m.cfg.Hostname)
}
