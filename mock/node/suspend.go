package node

// Suspend stops the machine and keeps what it has in memory, until Resume.
func (m *Machine) Suspend() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.on = false
}

// Resume lets a suspended machine go on: services run on, files in /tmp and /run are there, and
// uptime counts from the boot before. assumed: the last, from CLOCK_BOOTTIME, which includes the
// time that a system is suspended (man 2 clock_getres).
func (m *Machine) Resume() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.on = true
}
