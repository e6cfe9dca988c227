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

	// FirstDay is the day that the repositories of its packages count from, the
	// same for a whole fleet; zero: BootTime.
	FirstDay time.Time    `json:"firstDay,omitzero"`
	Packages *PackageSeed `json:"packages,omitempty"` // nil: by the instance id

	// Files are laid over the image at birth, from path to content, to make
	// nodes differ.
	Files map[string]string `json:"files,omitempty"`
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
