package node

import "fmt"

// Platform is the operating system that a machine claims to run, as data: the
// texts that its files and commands show.
type Platform struct {
	ID          string `json:"id,omitempty"` // "amazon-linux-2023"; see PlatformNamed
	Name        string `json:"name"`         // as SSM reports it: "Amazon Linux"
	Version     string `json:"version"`      // as SSM reports it: "2023"
	Release     string `json:"release"`      // "2023.8.20250804"
	Kernel      string `json:"kernel"`       // that runs, without architecture: "6.1.147-172.259.amzn2023"
	KernelBuilt string `json:"kernelBuilt"`  // "Tue Jul 29 19:28:53 UTC 2025"
	SupportEnd  string `json:"supportEnd,omitempty"`
}

// The ids of the platforms.
const (
	amazonLinux2    = "amazon-linux-2"
	amazonLinux2023 = "amazon-linux-2023"
	redHat9         = "rhel-9"
	ubuntu2204      = "ubuntu-22.04"
	ubuntu2404      = "ubuntu-24.04"
	debian12        = "debian-12"
)

// family is what kind of package manager a platform has.
type family string

const (
	familyRPM family = "rpm"
	familyDeb family = "deb"
)

func (p Platform) family() family {
	if p.ID == ubuntu2204 || p.ID == ubuntu2404 || p.ID == debian12 {
		return familyDeb
	}
	return familyRPM
}

// AmazonLinux2023 returns release 2023.8.20250804 of Amazon Linux 2023. The
// texts of os-release and uname are those that public transcripts of that
// release show (github.com search: "Amazon Linux 2023.8.20250804"); which
// files identify it is in the Amazon Linux 2023 User Guide, page
// "Identifying Amazon Linux instances and versions".
func AmazonLinux2023() Platform { return platforms[amazonLinux2023] }

// PlatformNamed returns the platform of an id, "amazon-linux-2",
// "amazon-linux-2023", "rhel-9", "ubuntu-22.04", "ubuntu-24.04", "debian-12", "windows-2019", "windows-2022" or "windows-2025",
// and whether there is one.
func PlatformNamed(id string) (Platform, bool) {
	if p, ok := windowsPlatforms[id]; ok {
		return p, true
	}
	p, ok := platforms[id]
	return p, ok
}

// platforms are the machines that can be simulated. The texts are those that
// public transcripts of such instances show. assumed: the days on which the
// kernels were built, but for Amazon's and Ubuntu's.
var platforms = map[string]Platform{
	amazonLinux2: {
		ID: amazonLinux2, Name: "Amazon Linux", Version: "2", Release: "2",
		Kernel: "5.10.240-238.955.amzn2", KernelBuilt: "Thu Jul 31 19:02:42 UTC 2025", SupportEnd: "2026-06-30",
	},
	amazonLinux2023: {
		ID: amazonLinux2023, Name: "Amazon Linux", Version: "2023", Release: "2023.8.20250804",
		Kernel: "6.1.147-172.259.amzn2023", KernelBuilt: "Tue Jul 29 19:28:53 UTC 2025", SupportEnd: "2029-06-30",
	},
	redHat9: {
		ID: redHat9, Name: "Red Hat Enterprise Linux", Version: "9.6", Release: "9.6",
		Kernel: "5.14.0-570.26.1.el9_6", KernelBuilt: "Mon Jul 14 09:24:10 EDT 2025",
	},
	ubuntu2204: {
		ID: ubuntu2204, Name: "Ubuntu", Version: "22.04", Release: "22.04.5",
		Kernel: "6.8.0-1039-aws", KernelBuilt: "Wed Sep 17 21:56:14 UTC 2025",
	},
	ubuntu2404: {
		ID: ubuntu2404, Name: "Ubuntu", Version: "24.04", Release: "24.04.3",
		Kernel: "6.14.0-1014-aws", KernelBuilt: "Tue Sep 23 22:44:48 UTC 2025",
	},
	debian12: {
		ID: debian12, Name: "Debian GNU/Linux", Version: "12", Release: "12.11",
		Kernel: "6.1.0-38-cloud", KernelBuilt: "6.1.147-1 (2025-08-02)",
	},
}

// kernelRelease is what uname -r prints.
func (c *Config) kernelRelease() string {
	switch c.Platform.ID {
	case ubuntu2204, ubuntu2404:
		return c.Platform.Kernel
	case debian12:
		return c.Platform.Kernel + "-" + debArch[c.Arch]
	}
	return c.Platform.Kernel + "." + c.Arch
}

// kernelVersion is what uname -v prints. Amazon's arm64 kernel is built without
// PREEMPT_DYNAMIC, as public transcripts of both show.
func (c *Config) kernelVersion() string {
	built := c.Platform.KernelBuilt
	switch {
	case c.Platform.ID == ubuntu2204:
		return "#42~22.04.1-Ubuntu SMP " + built
	case c.Platform.ID == amazonLinux2:
		return "#1 SMP " + built
	case c.Platform.ID == ubuntu2404:
		return "#15~24.04.1-Ubuntu SMP " + built
	case c.Platform.ID == debian12:
		return "#1 SMP PREEMPT_DYNAMIC Debian " + built
	case c.Arch == ArchARM && c.Platform.ID != redHat9:
		return "#1 SMP " + built
	}
	return "#1 SMP PREEMPT_DYNAMIC " + built
}

// osRelease is /usr/lib/os-release, to which /etc/os-release is a link.
func osRelease(v facts) []byte {
	if text, ok := osReleases[v.cfg.Platform.ID]; ok {
		return []byte(text)
	}
	p := v.cfg.Platform
	return fmt.Appendf(nil, amazonOSRelease, p.Name, p.Version, p.Version, p.Version, p.Name, p.Release, p.Version, p.SupportEnd)
}

const amazonOSRelease = `NAME="%s"
VERSION="%s"
ID="amzn"
ID_LIKE="fedora"
VERSION_ID="%s"
PLATFORM_ID="platform:al%s"
PRETTY_NAME="%s %s"
ANSI_COLOR="0;33"
CPE_NAME="cpe:2.3:o:amazon:amazon_linux:%s"
HOME_URL="https://aws.amazon.com/linux/amazon-linux-2023/"
DOCUMENTATION_URL="https://docs.aws.amazon.com/linux/"
SUPPORT_URL="https://aws.amazon.com/premiumsupport/"
BUG_REPORT_URL="https://github.com/amazonlinux/amazon-linux-2023"
VENDOR_NAME="AWS"
VENDOR_URL="https://aws.amazon.com/"
SUPPORT_END="%s"
`

// osReleases are the files of the other platforms.
var osReleases = map[string]string{
	amazonLinux2: `NAME="Amazon Linux"
VERSION="2"
ID="amzn"
ID_LIKE="centos rhel fedora"
VERSION_ID="2"
PRETTY_NAME="Amazon Linux 2"
ANSI_COLOR="0;33"
CPE_NAME="cpe:2.3:o:amazon:amazon_linux:2"
HOME_URL="https://amazonlinux.com/"
SUPPORT_END="2026-06-30"
`,
	ubuntu2204: `PRETTY_NAME="Ubuntu 22.04.5 LTS"
NAME="Ubuntu"
VERSION_ID="22.04"
VERSION="22.04.5 LTS (Jammy Jellyfish)"
VERSION_CODENAME=jammy
ID=ubuntu
ID_LIKE=debian
HOME_URL="https://www.ubuntu.com/"
SUPPORT_URL="https://help.ubuntu.com/"
BUG_REPORT_URL="https://bugs.launchpad.net/ubuntu/"
PRIVACY_POLICY_URL="https://www.ubuntu.com/legal/terms-and-policies/privacy-policy"
UBUNTU_CODENAME=jammy
`,
	redHat9: `NAME="Red Hat Enterprise Linux"
VERSION="9.6 (Plow)"
ID="rhel"
ID_LIKE="fedora"
VERSION_ID="9.6"
PLATFORM_ID="platform:el9"
PRETTY_NAME="Red Hat Enterprise Linux 9.6 (Plow)"
ANSI_COLOR="0;31"
LOGO="fedora-logo-icon"
CPE_NAME="cpe:/o:redhat:enterprise_linux:9::baseos"
HOME_URL="https://www.redhat.com/"
DOCUMENTATION_URL="https://access.redhat.com/documentation/en-us/red_hat_enterprise_linux/9"
BUG_REPORT_URL="https://issues.redhat.com/"

REDHAT_BUGZILLA_PRODUCT="Red Hat Enterprise Linux 9"
REDHAT_BUGZILLA_PRODUCT_VERSION=9.6
REDHAT_SUPPORT_PRODUCT="Red Hat Enterprise Linux"
REDHAT_SUPPORT_PRODUCT_VERSION="9.6"
`,
	ubuntu2404: `PRETTY_NAME="Ubuntu 24.04.3 LTS"
NAME="Ubuntu"
VERSION_ID="24.04"
VERSION="24.04.3 LTS (Noble Numbat)"
VERSION_CODENAME=noble
ID=ubuntu
ID_LIKE=debian
HOME_URL="https://www.ubuntu.com/"
SUPPORT_URL="https://help.ubuntu.com/"
BUG_REPORT_URL="https://bugs.launchpad.net/ubuntu/"
PRIVACY_POLICY_URL="https://www.ubuntu.com/legal/terms-and-policies/privacy-policy"
UBUNTU_CODENAME=noble
LOGO=ubuntu-logo
`,
	debian12: `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
`,
}

// platformFiles are the files of the image that differ by platform, from path to
// text; a text that begins with "->" is the target of a link.
var platformFiles = map[string]map[string]string{
	amazonLinux2: {
		"/etc/system-release":     "Amazon Linux release 2 (Karoo)\n",
		"/etc/system-release-cpe": "cpe:2.3:o:amazon:amazon_linux:2\n",
	},
	ubuntu2204: {
		"/etc/debian_version": "bookworm/sid\n",
		"/etc/lsb-release":    "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=22.04\nDISTRIB_CODENAME=jammy\nDISTRIB_DESCRIPTION=\"Ubuntu 22.04.5 LTS\"\n",
	},
	amazonLinux2023: {
		"/etc/system-release":           "Amazon Linux release 2023 (Amazon Linux)\n",
		"/etc/system-release-cpe":       "cpe:2.3:o:amazon:amazon_linux:2023\n",
		"/etc/amazon-linux-release":     "->system-release",
		"/etc/amazon-linux-release-cpe": "->system-release-cpe",
	},
	redHat9: {
		"/etc/redhat-release":     "Red Hat Enterprise Linux release 9.6 (Plow)\n",
		"/etc/system-release":     "->redhat-release",
		"/etc/system-release-cpe": "cpe:/o:redhat:enterprise_linux:9::baseos\n",
	},
	ubuntu2404: {
		"/etc/debian_version": "trixie/sid\n",
		"/etc/lsb-release":    "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=24.04\nDISTRIB_CODENAME=noble\nDISTRIB_DESCRIPTION=\"Ubuntu 24.04.3 LTS\"\n",
	},
	debian12: {"/etc/debian_version": "12.11\n"},
}

// platformPrograms are the programs of one family only.
var platformPrograms = map[family]map[string]program{
	familyRPM: {"dnf": dnf, "needs-restarting": needsRestarting, "rpm": rpm, "yum": dnf},
	familyDeb: {"apt": apt, "apt-get": apt, "dpkg": dpkg, "dpkg-query": dpkgQuery},
}
