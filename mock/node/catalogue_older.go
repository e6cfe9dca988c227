package node

// amazon2Packages are some of the packages of Amazon Linux 2, and their updates
// (https://alas.aws.amazon.com/alas2.html).
// assumed: the exact versions, the advisories' numbers, and what fixes which CVE.
var amazon2Packages = [...]pkg{
	{name: "amazon-ssm-agent", versions: []version{{evr: "3.3.2299.0-1.amzn2"}}},
	{name: "bash", versions: []version{{evr: "4.2.46-34.amzn2"}}},
	{name: "chrony", versions: []version{{evr: "4.2-5.amzn2.0.2"}}},
	{name: "cloud-init", noarch: true, versions: []version{{evr: "19.3-46.amzn2.0.5"}}},
	{name: "coreutils", versions: []version{{evr: "8.22-24.amzn2"}}},
	{name: "curl", versions: []version{{evr: "8.3.0-1.amzn2.0.9"}}},
	{name: "glibc", versions: []version{{evr: "2.26-64.amzn2.0.4"}}},
	{name: "httpd", optional: true, versions: []version{{evr: "2.4.65-1.amzn2.0.1"}}},
	{name: "kernel", versions: []version{
		{evr: "5.10.240-238.955.amzn2", kernel: "5.10.240-238.955.amzn2", advisory: "ALAS2KERNEL-5.10-2025-100", class: security, severity: "Important"},
		{evr: "5.10.245-241.978.amzn2", kernel: "5.10.245-241.978.amzn2", advisory: "ALAS2KERNEL-5.10-2025-108", class: security, severity: "Important",
			cves: "CVE-2025-38556 CVE-2025-39866", age: 26, reboot: true},
	}},
	{name: "libxml2", versions: []version{
		{evr: "2.9.1-6.amzn2.5.17"},
		{evr: "2.9.1-6.amzn2.5.18", advisory: "ALAS2-2025-2943", class: security, severity: "Critical", cves: "CVE-2025-49794 CVE-2025-49796", age: 75},
	}},
	{name: "openssh-server", versions: []version{{evr: "7.4p1-22.amzn2.0.10"}}},
	{name: "openssl", versions: []version{
		{evr: "1:1.0.2k-24.amzn2.0.16"},
		{evr: "1:1.0.2k-24.amzn2.0.17", advisory: "ALAS2-2025-3040", class: security, severity: "Important", cves: "CVE-2025-9230", age: 32},
	}},
	{name: "python", versions: []version{{evr: "2.7.18-1.amzn2.0.13"}}},
	{name: "rpm", versions: []version{{evr: "4.11.3-48.amzn2.0.4"}}},
	{name: "sudo", versions: []version{
		{evr: "1.8.23-10.amzn2.3.7"},
		{evr: "1.8.23-10.amzn2.3.8", advisory: "ALAS2-2025-2915", class: security, severity: "Important", cves: "CVE-2025-32462", age: 83},
	}},
	{name: "systemd", versions: []version{{evr: "219-78.amzn2.0.24"}}},
	{name: "tzdata", noarch: true, versions: []version{
		{evr: "2025a-1.amzn2.0.1"},
		{evr: "2025b-1.amzn2.0.1", advisory: "ALAS2-2025-2860", class: bugfix, severity: "Low", age: 61},
	}},
	{name: "yum", noarch: true, versions: []version{{evr: "3.4.3-158.amzn2.0.8"}}},
}

// jammyPackages are some of the packages of Ubuntu Server 22.04, and their
// updates; those with the class Security are in jammy-security.
// assumed: the exact versions, the notices' numbers, and what fixes which CVE.
var jammyPackages = [...]pkg{
	{name: "amazon-ssm-agent", section: "misc", priority: "optional", versions: []version{{evr: "3.3.2299.0-1"}}},
	{name: "apt", section: "admin", priority: "important", versions: []version{{evr: "2.4.14"}}},
	{name: "bash", section: "shells", priority: "required", versions: []version{{evr: "5.1-6ubuntu1.1"}}},
	{name: "cloud-init", noarch: true, section: "admin", priority: "optional", versions: []version{
		{evr: "25.1.2-0ubuntu0~22.04.2"}, {evr: "25.1.4-0ubuntu0~22.04.1", age: 45},
	}},
	{name: "coreutils", section: "utils", priority: "required", versions: []version{{evr: "8.32-4.1ubuntu1.2"}}},
	{name: "curl", section: "web", priority: "optional", versions: []version{{evr: "7.81.0-1ubuntu1.20"}}},
	{name: "libc6", section: "libs", priority: "required", versions: []version{
		{evr: "2.35-0ubuntu3.10"},
		{evr: "2.35-0ubuntu3.11", advisory: "USN-7760-1", class: security, cves: "CVE-2025-8058", age: 31, reboot: true},
	}},
	{name: "libxml2", section: "libs", priority: "standard", versions: []version{
		{evr: "2.9.13+dfsg-1ubuntu0.7"},
		{evr: "2.9.13+dfsg-1ubuntu0.8", advisory: "USN-7694-1", class: security, cves: "CVE-2025-49794 CVE-2025-49796 CVE-2025-6021", age: 60},
	}},
	{name: "linux-image-aws", section: "kernel", priority: "optional", versions: []version{
		{evr: "6.8.0-1039.41~22.04.1", kernel: "6.8.0-1039-aws"},
		{evr: "6.8.0-1040.42~22.04.1", kernel: "6.8.0-1040-aws", advisory: "USN-7790-1", class: security, cves: "CVE-2025-38350", age: 22, reboot: true},
	}},
	{name: "nginx", optional: true, section: "web", priority: "optional", versions: []version{{evr: "1.18.0-6ubuntu14.7"}}},
	{name: "openssh-server", section: "net", priority: "optional", versions: []version{{evr: "1:8.9p1-3ubuntu0.13"}}},
	{name: "openssl", section: "utils", priority: "important", versions: []version{
		{evr: "3.0.2-0ubuntu1.19"},
		{evr: "3.0.2-0ubuntu1.20", advisory: "USN-7786-1", class: security, cves: "CVE-2025-9230", age: 25},
	}},
	{name: "python3.10", section: "python", priority: "important", versions: []version{{evr: "3.10.12-1~22.04.11"}}},
	{name: "sudo", section: "admin", priority: "optional", versions: []version{
		{evr: "1.9.9-1ubuntu2.4"},
		{evr: "1.9.9-1ubuntu2.5", advisory: "USN-7604-1", class: security, cves: "CVE-2025-32462", age: 80},
	}},
	{name: "systemd", section: "admin", priority: "important", versions: []version{{evr: "249.11-0ubuntu3.16"}}},
	{name: "tzdata", noarch: true, section: "localization", priority: "required", versions: []version{{evr: "2025b-0ubuntu0.22.04.1"}}},
}
