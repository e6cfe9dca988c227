package node

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// Config is what a machine is born with. Every field is data. The zero value of
// a field means what its comment says.
type Config struct {
	InstanceID string `json:"instanceId"`         // i-…; names the agent's directory
	Hostname   string `json:"hostname,omitempty"` // full name; empty: made from PrivateIP and Region as EC2 does
	PrivateIP  string `json:"privateIp,omitempty"`
	Region     string `json:"region,omitempty"`
	Zone       string `json:"zone,omitempty"`
	Arch       string `json:"arch,omitempty"` // x86_64 (the default) or aarch64

	Platform  Platform  `json:"platform,omitzero"`   // zero: AmazonLinux2023
	CPUs      int       `json:"cpus,omitempty"`      // 0: 2
	MemoryMiB int       `json:"memoryMiB,omitempty"` // 0: 1024
	BootTime  time.Time `json:"bootTime,omitzero"`

	// Files are laid over the image at birth, from path to content, to make
	// nodes differ.
	Files map[string]string `json:"files,omitempty"`
}

// Platform is the operating system that a machine claims to run, as data: the
// texts that its files and commands show.
type Platform struct {
	Name        string `json:"name"`        // as SSM reports it: "Amazon Linux"
	Version     string `json:"version"`     // as SSM reports it: "2023"
	Release     string `json:"release"`     // "2023.8.20250804"
	Kernel      string `json:"kernel"`      // without architecture: "6.1.147-172.259.amzn2023"
	KernelBuilt string `json:"kernelBuilt"` // "Tue Jul 29 19:28:53 UTC 2025"
	SupportEnd  string `json:"supportEnd"`  // "2029-06-30"
}

// AmazonLinux2023 returns release 2023.8.20250804 of Amazon Linux 2023. The
// texts of os-release and uname are those that public transcripts of that
// release show (github.com search: "Amazon Linux 2023.8.20250804"); which
// files identify it is in the Amazon Linux 2023 User Guide, page
// "Identifying Amazon Linux instances and versions".
func AmazonLinux2023() Platform {
	return Platform{
		Name: "Amazon Linux", Version: "2023", Release: "2023.8.20250804",
		Kernel: "6.1.147-172.259.amzn2023", KernelBuilt: "Tue Jul 29 19:28:53 UTC 2025",
		SupportEnd: "2029-06-30",
	}
}

// The two architectures of a machine, as uname -m names them.
const (
	ArchX86 = "x86_64"
	ArchARM = "aarch64"
)

// withDefaults returns the configuration with its zero fields filled.
func (c Config) withDefaults() Config {
	c.Arch = cmp.Or(c.Arch, ArchX86)
	c.CPUs = cmp.Or(c.CPUs, 2)
	c.MemoryMiB = cmp.Or(c.MemoryMiB, 1024)
	c.PrivateIP = cmp.Or(c.PrivateIP, "172.31.0.10")
	c.Region = cmp.Or(c.Region, "us-east-1")
	if c.Platform == (Platform{}) {
		c.Platform = AmazonLinux2023()
	}
	c.Hostname = cmp.Or(c.Hostname, privateDNSName(c.PrivateIP, c.Region))
	return c
}

// privateDNSName is the IP-based name that EC2 gives an instance, from the EC2
// User Guide, page "EC2 instance hostnames and domains".
func privateDNSName(ip, region string) string {
	name := "ip-" + strings.ReplaceAll(ip, ".", "-")
	if region == "us-east-1" {
		return name + ".ec2.internal"
	}
	return fmt.Sprintf("%s.%s.compute.internal", name, region)
}

// kernelRelease is what uname -r prints.
func (c *Config) kernelRelease() string { return c.Platform.Kernel + "." + c.Arch }

// kernelVersion is what uname -v prints. The arm64 kernel is built without
// PREEMPT_DYNAMIC, as public transcripts of both show.
func (c *Config) kernelVersion() string {
	if c.Arch == ArchARM {
		return "#1 SMP " + c.Platform.KernelBuilt
	}
	return "#1 SMP PREEMPT_DYNAMIC " + c.Platform.KernelBuilt
}
