package node

// ubuntuPackages are some of the packages of Ubuntu Server 24.04, and their
// updates; those with the class Security are in noble-security.
// assumed: the exact versions, the notices' numbers, and what fixes which CVE,
// but for sudo (USN-7604-1).
var ubuntuPackages = [...]pkg{
	{name: "amazon-ssm-agent", section: "misc", priority: "optional", versions: []version{{evr: "3.3.2299.0-1"}}},
	{name: "apt", section: "admin", priority: "important", versions: []version{{evr: "2.8.3"}}},
	{name: "base-files", section: "admin", priority: "required", versions: []version{
		{evr: "13ubuntu10.2"}, {evr: "13ubuntu10.3", age: 40},
	}},
	{name: "bash", section: "shells", priority: "required", versions: []version{{evr: "5.2.21-2ubuntu4"}}},
	{name: "cloud-init", noarch: true, section: "admin", priority: "optional", versions: []version{
		{evr: "25.1.2-0ubuntu0~24.04.1"}, {evr: "25.1.4-0ubuntu0~24.04.1", age: 45},
	}},
	{name: "coreutils", section: "utils", priority: "required", versions: []version{{evr: "9.4-3ubuntu6"}}},
	{name: "curl", section: "web", priority: "optional", versions: []version{{evr: "8.5.0-2ubuntu10.6"}}},
	{name: "libc6", section: "libs", priority: "optional", versions: []version{
		{evr: "2.39-0ubuntu8.5"},
		{evr: "2.39-0ubuntu8.6", advisory: "USN-7760-1", class: security, cves: "CVE-2025-8058", age: 31, reboot: true},
	}},
	{name: "libexpat1", section: "libs", priority: "optional", versions: []version{{evr: "2.6.1-2ubuntu0.3"}}},
	{name: "libssl3t64", section: "libs", priority: "important", versions: []version{
		{evr: "3.0.13-0ubuntu3.5"},
		{evr: "3.0.13-0ubuntu3.6", advisory: "USN-7786-1", class: security, cves: "CVE-2025-9230", age: 25, reboot: true},
	}},
	{name: "libxml2", section: "libs", priority: "standard", versions: []version{
		{evr: "2.9.14+dfsg-1.3ubuntu3.3"},
		{evr: "2.9.14+dfsg-1.3ubuntu3.4", advisory: "USN-7694-1", class: security, cves: "CVE-2025-49794 CVE-2025-49796 CVE-2025-6021", age: 60},
	}},
	{name: "linux-image-aws", section: "kernel", priority: "optional", versions: []version{
		{evr: "6.14.0-1014.14~24.04.1", kernel: "6.14.0-1014-aws"},
		{evr: "6.14.0-1015.15~24.04.1", kernel: "6.14.0-1015-aws", advisory: "USN-7789-1", class: security,
			cves: "CVE-2025-38350 CVE-2025-38477", age: 22, reboot: true},
	}},
	{name: "nginx", optional: true, section: "httpd", priority: "optional", versions: []version{{evr: "1.24.0-2ubuntu7.5"}}},
	{name: "openssh-server", section: "net", priority: "optional", versions: []version{{evr: "1:9.6p1-3ubuntu13.13"}}},
	{name: "openssl", section: "utils", priority: "important", versions: []version{
		{evr: "3.0.13-0ubuntu3.5"},
		{evr: "3.0.13-0ubuntu3.6", advisory: "USN-7786-1", class: security, cves: "CVE-2025-9230", age: 25},
	}},
	{name: "python3.12", section: "python", priority: "important", versions: []version{
		{evr: "3.12.3-1ubuntu0.7"},
		{evr: "3.12.3-1ubuntu0.8", advisory: "USN-7710-1", class: security, cves: "CVE-2025-6069 CVE-2025-8194", age: 52},
	}},
	{name: "sudo", section: "admin", priority: "optional", versions: []version{
		{evr: "1.9.15p5-3ubuntu5"},
		{evr: "1.9.15p5-3ubuntu5.24.04.1", advisory: "USN-7604-1", class: security, cves: "CVE-2025-32462 CVE-2025-32463", age: 80},
	}},
	{name: "systemd", section: "admin", priority: "important", versions: []version{
		{evr: "255.4-1ubuntu8.8"}, {evr: "255.4-1ubuntu8.10", age: 34, reboot: true},
	}},
	{name: "tzdata", noarch: true, section: "localization", priority: "required", versions: []version{{evr: "2025b-0ubuntu0.24.04.1"}}},
	{name: "vim-tiny", section: "editors", priority: "important", versions: []version{
		{evr: "2:9.1.0016-1ubuntu7.8"},
		{evr: "2:9.1.0016-1ubuntu7.9", advisory: "USN-7748-1", class: security, cves: "CVE-2025-53905 CVE-2025-53906", age: 38},
	}},
}

// debianPackages are some of the packages of Debian 12, and their updates; those
// with the class Security are in bookworm-security.
// assumed: the exact versions, the advisories' numbers, and what fixes which CVE.
var debianPackages = [...]pkg{
	{name: "amazon-ssm-agent", section: "misc", priority: "optional", versions: []version{{evr: "3.3.2299.0-1"}}},
	{name: "apt", section: "admin", priority: "required", versions: []version{{evr: "2.6.1"}}},
	{name: "base-files", section: "admin", priority: "required", versions: []version{
		{evr: "12.4+deb12u11"}, {evr: "12.4+deb12u12", age: 42},
	}},
	{name: "bash", section: "shells", priority: "required", versions: []version{{evr: "5.2.15-2+b8"}}},
	{name: "cloud-init", noarch: true, section: "admin", priority: "optional", versions: []version{{evr: "22.4.2-1+deb12u2"}}},
	{name: "coreutils", section: "utils", priority: "required", versions: []version{{evr: "9.1-1"}}},
	{name: "curl", section: "web", priority: "optional", versions: []version{{evr: "7.88.1-10+deb12u12"}}},
	{name: "libc6", section: "libs", priority: "optional", versions: []version{
		{evr: "2.36-9+deb12u10"}, {evr: "2.36-9+deb12u13", age: 42, reboot: true},
	}},
	{name: "libexpat1", section: "libs", priority: "optional", versions: []version{{evr: "2.5.0-1+deb12u1"}}},
	{name: "libssl3", section: "libs", priority: "optional", versions: []version{
		{evr: "3.0.17-1~deb12u2"},
		{evr: "3.0.17-1~deb12u3", advisory: "DSA-6015-1", class: security, cves: "CVE-2025-9230", age: 27, reboot: true},
	}},
	{name: "libxml2", section: "libs", priority: "optional", versions: []version{
		{evr: "2.9.14+dfsg-1.3~deb12u2"},
		{evr: "2.9.14+dfsg-1.3~deb12u4", advisory: "DSA-5990-1", class: security, cves: "CVE-2025-6021 CVE-2025-7425 CVE-2025-49794", age: 48},
	}},
	{name: "linux-image-cloud", section: "kernel", priority: "optional", versions: []version{
		{evr: "6.1.147-1", kernel: "6.1.0-38-cloud"},
		{evr: "6.1.153-1", kernel: "6.1.0-40-cloud", advisory: "DSA-6009-1", class: security, cves: "CVE-2025-38502 CVE-2025-39735", age: 30, reboot: true},
	}},
	{name: "nginx", optional: true, section: "httpd", priority: "optional", versions: []version{{evr: "1.22.1-9+deb12u3"}}},
	{name: "openssh-server", section: "net", priority: "optional", versions: []version{{evr: "1:9.2p1-2+deb12u6"}, {evr: "1:9.2p1-2+deb12u7", age: 42}}},
	{name: "openssl", section: "utils", priority: "optional", versions: []version{
		{evr: "3.0.17-1~deb12u2"},
		{evr: "3.0.17-1~deb12u3", advisory: "DSA-6015-1", class: security, cves: "CVE-2025-9230", age: 27},
	}},
	{name: "python3.11", section: "python", priority: "optional", versions: []version{{evr: "3.11.2-6+deb12u6"}}},
	{name: "sudo", section: "admin", priority: "optional", versions: []version{
		{evr: "1.9.13p3-1+deb12u1"},
		{evr: "1.9.13p3-1+deb12u2", advisory: "DSA-5954-1", class: security, cves: "CVE-2025-32462", age: 82},
	}},
	{name: "systemd", section: "admin", priority: "important", versions: []version{{evr: "252.38-1~deb12u1"}, {evr: "252.39-1~deb12u1", age: 42, reboot: true}}},
	{name: "tzdata", noarch: true, section: "localization", priority: "required", versions: []version{{evr: "2025b-0+deb12u1"}, {evr: "2025b-0+deb12u2", age: 42}}},
}
