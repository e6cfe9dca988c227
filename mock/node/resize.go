package node

// Resize gives the machine other hardware, which it sees at once: call it while the machine
// is off. Zero leaves a figure as it is.
func (m *Machine) Resize(cpus, memoryMiB int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if cpus > 0 {
		m.cfg.CPUs = cpus
	}
	if memoryMiB > 0 {
		m.cfg.MemoryMiB = memoryMiB
	}
}
