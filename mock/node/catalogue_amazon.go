package node

// amazonPackages are some of the packages of Amazon Linux 2023, and their
// updates in its repositories. The names are the distribution's; severities are
// those of its advisories (https://alas.aws.amazon.com/alas2023.html).
// assumed: the exact versions, the advisories' numbers, and what fixes which CVE.
var amazonPackages = [...]pkg{
	{name: "amazon-linux-repo-s3", noarch: true, versions: []version{{evr: "2023.8.20250804-0.amzn2023"}}},
	{name: "amazon-ssm-agent", versions: []version{
		{evr: "3.3.2299.0-1.amzn2023"},
		{evr: "3.3.2746.0-1.amzn2023", advisory: "ALAS2023-2025-1201", class: bugfix, severity: "Medium", age: 41},
	}},
	{name: "bash", versions: []version{{evr: "5.2.15-1.amzn2023.0.2"}}},
	{name: "ca-certificates", noarch: true, versions: []version{
		{evr: "2023.2.68-1.0.amzn2023.0.1"},
		{evr: "2025.2.76-1.0.amzn2023.0.1", advisory: "ALAS2023-2025-1178", class: bugfix, severity: "Low", age: 52},
	}},
	{name: "chrony", versions: []version{{evr: "4.3-1.amzn2023.0.4"}}},
	{name: "cloud-init", noarch: true, versions: []version{{evr: "22.2.2-1.amzn2023.1.15"}}},
	{name: "coreutils", versions: []version{{evr: "8.32-30.amzn2023.0.3"}}},
	{name: "cronie", versions: []version{{evr: "1.5.7-1.amzn2023.0.3"}}},
	{name: "curl-minimal", versions: []version{
		{evr: "8.11.1-4.amzn2023.0.1", advisory: "ALAS2023-2025-0985", class: security, severity: "Important"},
		{evr: "8.15.0-4.amzn2023.0.1", advisory: "ALAS2023-2025-1183", class: security, severity: "Medium", cves: "CVE-2025-9086 CVE-2025-10148", age: 36},
	}},
	{name: "dnf", noarch: true, versions: []version{{evr: "4.14.0-1.amzn2023.0.6"}}},
	{name: "expat", versions: []version{
		{evr: "2.6.3-1.amzn2023.0.2"},
		{evr: "2.6.3-1.amzn2023.0.3", advisory: "ALAS2023-2025-1219", class: security, severity: "Important", cves: "CVE-2025-59375", age: 28},
	}},
	{name: "findutils", versions: []version{{evr: "4.8.0-2.amzn2023.0.2"}}},
	{name: "git", optional: true, versions: []version{{evr: "2.50.1-1.amzn2023.0.1"}}},
	{name: "glibc", versions: []version{
		{evr: "2.34-196.amzn2023.0.1", advisory: "ALAS2023-2025-1004", class: security, severity: "Important"},
		{evr: "2.34-231.amzn2023.0.1", advisory: "ALAS2023-2025-1143", class: security, severity: "Medium", cves: "CVE-2025-8058", age: 63, reboot: true},
	}},
	{name: "grep", versions: []version{{evr: "3.8-1.amzn2023.0.4"}}},
	{name: "httpd", optional: true, versions: []version{
		{evr: "2.4.64-1.amzn2023.0.1"},
		{evr: "2.4.65-1.amzn2023.0.1", advisory: "ALAS2023-2025-1134", class: security, severity: "Important", cves: "CVE-2025-54090", age: 70},
	}},
	{name: "jq", versions: []version{
		{evr: "1.7.1-49.amzn2023.0.2"},
		{evr: "1.7.1-51.amzn2023.0.1", advisory: "ALAS2023-2025-1247", class: security, severity: "Low", cves: "CVE-2024-53427", age: 18},
	}},
	{name: "kernel", versions: []version{
		{evr: "6.1.147-172.259.amzn2023", kernel: "6.1.147-172.259.amzn2023", advisory: "ALAS2023-2025-1130", class: security, severity: "Important"},
		{evr: "6.1.155-176.282.amzn2023", kernel: "6.1.155-176.282.amzn2023", advisory: "ALAS2023-2025-1229", class: security, severity: "Important",
			cves: "CVE-2025-38556 CVE-2025-39866 CVE-2025-39931", age: 24, reboot: true},
		{evr: "6.1.156-177.286.amzn2023", kernel: "6.1.156-177.286.amzn2023", advisory: "ALAS2023-2025-1261", class: security, severity: "Important",
			cves: "CVE-2025-39964 CVE-2025-39993", age: 3, reboot: true},
	}},
	{name: "libxml2", versions: []version{
		{evr: "2.10.4-1.amzn2023.0.11"},
		{evr: "2.10.4-1.amzn2023.0.13", advisory: "ALAS2023-2025-1098", class: security, severity: "Critical", cves: "CVE-2025-49794 CVE-2025-49796 CVE-2025-6021", age: 77},
	}},
	{name: "nginx", optional: true, versions: []version{{evr: "1:1.28.0-1.amzn2023.0.2"}}},
	{name: "openssh-server", versions: []version{
		{evr: "8.7p1-8.amzn2023.0.16"},
		{evr: "8.7p1-8.amzn2023.0.17", advisory: "ALAS2023-2025-1254", class: security, severity: "Medium", cves: "CVE-2025-61984 CVE-2025-61985", age: 12},
	}},
	{name: "openssl", versions: []version{
		{evr: "1:3.2.2-1.amzn2023.0.1", advisory: "ALAS2023-2025-0847", class: security, severity: "Important"},
		{evr: "1:3.2.2-1.amzn2023.0.2", advisory: "ALAS2023-2025-1214", class: security, severity: "Important", cves: "CVE-2025-9230 CVE-2025-9232", age: 33},
	}},
	{name: "python3", versions: []version{
		{evr: "3.9.23-1.amzn2023.0.1"},
		{evr: "3.9.24-1.amzn2023.0.1", advisory: "ALAS2023-2025-1238", class: security, severity: "Medium", cves: "CVE-2025-8194", age: 21},
	}},
	{name: "rpm", versions: []version{{evr: "4.16.1.3-29.amzn2023.0.6"}}},
	{name: "sed", versions: []version{{evr: "4.8-7.amzn2023.0.2"}}},
	{name: "sudo", versions: []version{
		{evr: "1.9.15-1.p5.amzn2023.0.2"},
		{evr: "1.9.17-1.p2.amzn2023.0.1", advisory: "ALAS2023-2025-1067", class: security, severity: "Critical", cves: "CVE-2025-32462 CVE-2025-32463", age: 84},
	}},
	{name: "system-release", noarch: true, versions: []version{{evr: "2023.8.20250804-0.amzn2023"}}},
	{name: "systemd", versions: []version{
		{evr: "252.23-6.amzn2023"},
		{evr: "252.23-8.amzn2023", advisory: "ALAS2023-2025-1155", class: bugfix, severity: "Medium", age: 58, reboot: true},
	}},
	{name: "tzdata", noarch: true, versions: []version{
		{evr: "2025b-1.amzn2023.0.1"},
		{evr: "2025c-1.amzn2023.0.1", advisory: "ALAS2023-2025-1270", class: enhancement, severity: "Low", age: -2},
	}},
	{name: "vim-minimal", versions: []version{
		{evr: "2:9.1.1202-1.amzn2023.0.1"},
		{evr: "2:9.1.1591-1.amzn2023.0.1", advisory: "ALAS2023-2025-1111", class: security, severity: "Low", cves: "CVE-2025-53905 CVE-2025-53906", age: 72},
	}},
}
