package node

import (
	"bytes"
	"fmt"
	"strconv"
)

// imageGenerated are the files of the image whose text depends on the machine.
var imageGenerated = map[string]func(facts) []byte{
	"/usr/lib/os-release": osRelease,
	"/etc/hostname":       func(v facts) []byte { return []byte(v.cfg.Hostname + "\n") },
	"/etc/hosts":          hosts,
	"/etc/machine-id":     machineID,
}

// procFiles are the files of /proc that are simulated.
var procFiles = map[string]func(facts) []byte{
	"/proc/uptime":               procUptime,
	"/proc/loadavg":              func(facts) []byte { return []byte("0.00 0.00 0.00 1/120 2200\n") },
	"/proc/cpuinfo":              procCPU,
	"/proc/meminfo":              procMemory,
	"/proc/version":              procVersion,
	"/proc/sys/kernel/hostname":  func(v facts) []byte { return []byte(v.cfg.Hostname + "\n") },
	"/proc/sys/kernel/osrelease": func(v facts) []byte { return []byte(v.cfg.kernelRelease() + "\n") },
}

func hosts(facts) []byte {
	return []byte("127.0.0.1   localhost localhost.localdomain localhost4 localhost4.localdomain4\n" +
		"::1         localhost6 localhost6.localdomain6\n")
}

// imageID has the form shown in the Amazon Linux 2023 User Guide, page "Amazon
// Linux specific".
func imageID(v facts) []byte {
	return fmt.Appendf(nil, "image_name=\"al2023-ami\"\nimage_version=\"2023\"\nimage_arch=\"%s\"\nimage_file=\"al2023-ami-%s.0-kernel-6.1-%s.xfs.gpt\"\n",
		v.cfg.Arch, v.cfg.Platform.Release, v.cfg.Arch)
}

// machineID is 32 hexadecimal digits made from the instance id.
func machineID(v facts) []byte {
	var id [16]byte
	for i, c := range []byte(v.cfg.InstanceID) {
		id[i%16] = id[i%16]*31 + c
	}
	return fmt.Appendf(nil, "%x\n", id)
}

// procUptime is /proc/uptime: seconds up, and seconds idle summed over CPUs.
func procUptime(v facts) []byte {
	up := v.uptime().Seconds()
	return fmt.Appendf(nil, "%.2f %.2f\n", up, up*float64(v.cfg.CPUs)*0.99)
}

// procCPU is a short /proc/cpuinfo: the fields that scripts count or read.
// assumed: the model names are those of m5 and m7g instances.
func procCPU(v facts) []byte {
	var b bytes.Buffer
	for i := range v.cfg.CPUs {
		if v.cfg.Arch == ArchARM {
			fmt.Fprintf(&b, "processor\t: %d\nBogoMIPS\t: 2100.00\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU part\t: 0xd40\n\n", i)
			continue
		}
		fmt.Fprintf(&b, "processor\t: %d\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 85\n"+
			"model name\t: Intel(R) Xeon(R) Platinum 8259CL CPU @ 2.50GHz\ncpu MHz\t\t: 2500.000\ncpu cores\t: %d\n\n", i, v.cfg.CPUs)
	}
	return b.Bytes()
}

// procMemory is a short /proc/meminfo. assumed: the kernel keeps 1/25 for
// itself, and an idle system uses a fifth of the rest.
func procMemory(v facts) []byte {
	total := memTotalKB(v.cfg.MemoryMiB)
	var b bytes.Buffer
	for _, row := range [...]struct {
		name string
		kB   int
	}{
		{"MemTotal:", total}, {"MemFree:", total * 6 / 10}, {"MemAvailable:", total * 8 / 10},
		{"Buffers:", 0}, {"Cached:", total * 2 / 10}, {"SwapTotal:", 0}, {"SwapFree:", 0},
	} {
		fmt.Fprintf(&b, "%-16s%8s kB\n", row.name, strconv.Itoa(row.kB))
	}
	return b.Bytes()
}

func procVersion(v facts) []byte {
	return fmt.Appendf(nil, "Linux version %s (mockbuild@amazonlinux) (gcc) %s\n", v.cfg.kernelRelease(), v.cfg.kernelVersion())
}
