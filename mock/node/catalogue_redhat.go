package node

// redHatPackages are some of the packages of Red Hat Enterprise Linux 9, and
// their updates. Severities and classifications are those that the repositories'
// metadata uses (https://access.redhat.com/security/updates/classification).
// assumed: the exact versions, the advisories' numbers, and what fixes which CVE.
var redHatPackages = [...]pkg{
	{name: "amazon-ssm-agent", versions: []version{{evr: "3.3.2299.0-1"}}},
	{name: "bash", versions: []version{{evr: "5.1.8-9.el9"}}},
	{name: "chrony", versions: []version{{evr: "4.6.1-1.el9"}}},
	{name: "cloud-init", noarch: true, versions: []version{
		{evr: "24.4-4.el9_6"},
		{evr: "24.4-4.el9_6.3", advisory: "RHSA-2025:11324", class: security, severity: "Important", cves: "CVE-2024-6174 CVE-2024-11584", age: 66},
	}},
	{name: "coreutils", versions: []version{{evr: "8.32-39.el9"}}},
	{name: "curl", versions: []version{{evr: "7.76.1-31.el9"}}},
	{name: "dnf", noarch: true, versions: []version{{evr: "4.14.0-25.el9"}}},
	{name: "glibc", versions: []version{
		{evr: "2.34-168.el9"},
		{evr: "2.34-168.el9_6.23", advisory: "RHSA-2025:12748", class: security, severity: "Moderate", cves: "CVE-2025-8058", age: 60, reboot: true},
	}},
	{name: "httpd", optional: true, versions: []version{{evr: "2.4.62-4.el9_6.4"}}},
	{name: "kernel", versions: []version{
		{evr: "5.14.0-570.26.1.el9_6", kernel: "5.14.0-570.26.1.el9_6"},
		{evr: "5.14.0-570.32.1.el9_6", kernel: "5.14.0-570.32.1.el9_6", advisory: "RHSA-2025:13602", class: security, severity: "Important",
			cves: "CVE-2025-21928 CVE-2025-38052", age: 44, reboot: true},
	}},
	{name: "libxml2", versions: []version{
		{evr: "2.9.13-9.el9_6"},
		{evr: "2.9.13-11.el9_6", advisory: "RHSA-2025:12447", class: security, severity: "Important", cves: "CVE-2025-7425", age: 55},
	}},
	{name: "nginx", optional: true, versions: []version{{evr: "2:1.20.1-22.el9_6.3"}}},
	{name: "openssh-server", versions: []version{{evr: "8.7p1-45.el9"}}},
	{name: "openssl", versions: []version{{evr: "1:3.2.2-6.el9_5.1"}}},
	{name: "python3", versions: []version{
		{evr: "3.9.21-2.el9_6.1"},
		{evr: "3.9.21-2.el9_6.2", advisory: "RHSA-2025:15010", class: security, severity: "Moderate", cves: "CVE-2025-8194", age: 35},
	}},
	{name: "rpm", versions: []version{{evr: "4.16.1.3-37.el9"}}},
	{name: "sqlite-libs", versions: []version{
		{evr: "3.34.1-7.el9_3"},
		{evr: "3.34.1-8.el9_6", advisory: "RHSA-2025:11992", class: security, severity: "Important", cves: "CVE-2025-6965", age: 70},
	}},
	{name: "sudo", versions: []version{
		{evr: "1.9.5p2-10.el9_6.1"},
		{evr: "1.9.5p2-10.el9_6.2", advisory: "RHBA-2025:14877", class: bugfix, severity: "None", age: 30},
	}},
	{name: "systemd", versions: []version{
		{evr: "252-51.el9_6.1"},
		{evr: "252-51.el9_6.2", advisory: "RHSA-2025:22660", class: security, severity: "Moderate", cves: "CVE-2025-4598", age: 2, reboot: true},
	}},
	{name: "tzdata", noarch: true, versions: []version{{evr: "2025b-1.el9"}}},
}
