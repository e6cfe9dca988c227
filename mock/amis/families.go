package amis

import "slices"

// families is the catalogue's table.
func families() []family {
	return slices.Concat(amazonLinux(), ubuntu(), others(), windows())
}

func both() []string { return []string{"x86_64", "arm64"} }

// amazonLinux: releases and dates from the release notes of Amazon Linux 2023
// (https://docs.aws.amazon.com/linux/al2023/release-notes/relnotes.html) and of Amazon
// Linux 2 (https://docs.aws.amazon.com/AL2/latest/relnotes/relnotes-al2.html). assumed:
// the times of day, and that no listed build but the oldest is deprecated.
func amazonLinux() []family {
	al2023 := []build{
		{"2023.3.20240108.0", "2024-01-09 21:10:35", "2024-04-08"},
		{"2023.8.20250915.0", "2025-09-15 21:04:11", ""},
		{"2023.9.20251110.1", "2025-11-10 22:31:46", ""},
	}
	al2 := []build{
		{"2.0.20250414.0", "2025-04-15 01:12:20", ""},
		{"2.0.20250527.1", "2025-05-28 00:43:05", ""},
	}
	const latest = "/aws/service/ami-amazon-linux-latest/"
	return []family{
		{name: "al2023-ami-VERSION-kernel-6.1-ARCH", description: "Amazon Linux 2023 AMI VERSION ARCH HVM kernel-6.1", owner: Amazon, alias: "amazon",
			platform: "amazon-linux-2023", root: "/dev/xvda", volume: "gp3", size: 8, arches: both(), agent: true, builds: al2023,
			parameters: []string{latest + "al2023-ami-kernel-default-ARCH", latest + "al2023-ami-kernel-6.1-ARCH"}},
		{name: "al2023-ami-minimal-VERSION-kernel-6.1-ARCH", description: "Amazon Linux 2023 AMI VERSION ARCH Minimal HVM kernel-6.1", owner: Amazon, alias: "amazon",
			platform: "amazon-linux-2023", root: "/dev/xvda", volume: "gp3", size: 2, arches: both(), builds: al2023,
			parameters: []string{latest + "al2023-ami-minimal-kernel-default-ARCH", latest + "al2023-ami-minimal-kernel-6.1-ARCH"}},
		{name: "amzn2-ami-kernel-5.10-hvm-VERSION-ARCH-gp2", description: "Amazon Linux 2 AMI VERSION ARCH HVM gp2", owner: Amazon, alias: "amazon",
			platform: "amazon-linux-2", root: "/dev/xvda", volume: "gp2", size: 8, arches: both(), agent: true, builds: al2,
			parameters: []string{latest + "amzn2-ami-kernel-5.10-hvm-ARCH-gp2"}},
		{name: "amzn2-ami-hvm-VERSION-ARCH-gp2", description: "Amazon Linux 2 AMI VERSION ARCH HVM gp2", owner: Amazon, alias: "amazon",
			platform: "amazon-linux-2", root: "/dev/xvda", volume: "gp2", size: 8, arches: both(), agent: true, builds: al2,
			parameters: []string{latest + "amzn2-ami-hvm-ARCH-gp2"}},
	}
}

// ubuntu: https://documentation.ubuntu.com/aws/aws-how-to/instances/find-ubuntu-images/.
// assumed: the times of day.
func ubuntu() []family {
	return []family{
		{name: "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-DEB-server-VERSION", description: "Canonical, Ubuntu, 22.04 LTS, DEB jammy image build on VERSION", owner: Canonical,
			platform: "ubuntu-22.04", root: "/dev/sda1", volume: "gp2", size: 8, arches: both(), agent: true,
			builds:     []build{{"20250305", "2025-03-05 19:05:24", ""}, {"20250610", "2025-06-10 18:12:47", ""}, {"20251212", "2025-12-12 17:51:02", ""}},
			parameters: []string{"/aws/service/canonical/ubuntu/server/22.04/stable/current/DEB/hvm/ebs-gp2/ami-id", "/aws/service/canonical/ubuntu/server/jammy/stable/current/DEB/hvm/ebs-gp2/ami-id"}},
		{name: "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-DEB-server-VERSION", description: "Canonical, Ubuntu, 24.04, DEB noble image", owner: Canonical,
			platform: "ubuntu-24.04", root: "/dev/sda1", volume: "gp3", size: 8, arches: both(), agent: true,
			builds:     []build{{"20250305", "2025-03-05 18:44:10", ""}, {"20250610", "2025-06-10 17:58:33", ""}, {"20251212", "2025-12-12 17:22:40", ""}},
			parameters: []string{"/aws/service/canonical/ubuntu/server/24.04/stable/current/DEB/hvm/ebs-gp3/ami-id", "/aws/service/canonical/ubuntu/server/noble/stable/current/DEB/hvm/ebs-gp3/ami-id"}},
	}
}

// others: https://wiki.debian.org/Cloud/AmazonEC2Image/Bookworm and
// https://access.redhat.com/solutions/15356. assumed: the times of day.
func others() []family {
	return []family{
		{name: "debian-12-DEB-VERSION", description: "Debian 12 (VERSION)", owner: Debian, platform: "debian-12", root: "/dev/xvda", volume: "gp3", size: 8, arches: both(),
			builds:     []build{{"20250316-2053", "2025-03-16 22:03:31", ""}, {"20251112-2294", "2025-11-12 22:01:09", ""}},
			parameters: []string{"/aws/service/debian/release/12/latest/DEB", "/aws/service/debian/release/bookworm/latest/DEB"}},
		{name: "RHEL-9.6.0_HVM_GA-VERSION-ARCH-0-Hourly2-GP3", description: "Provided by Red Hat, Inc.", owner: RedHat, platform: "rhel-9", root: "/dev/sda1", volume: "gp3", size: 10,
			arches: both(), builds: []build{{"20250423", "2025-05-20 13:20:54", ""}}},
		{name: "RHEL-9.6.0_HVM-VERSION-ARCH-0-Hourly2-GP3", description: "Provided by Red Hat, Inc.", owner: RedHat, platform: "rhel-9", root: "/dev/sda1", volume: "gp3", size: 10,
			arches: both(), builds: []build{{"20250618", "2025-06-24 09:40:12", ""}}},
	}
}

// windows: https://docs.aws.amazon.com/ec2/latest/windows-ami-reference/windows-ami-versions.html.
// assumed: the times of day.
func windows() []family {
	builds := []build{{"2025.04.09", "2025-04-10 05:11:43", ""}, {"2025.07.09", "2025-07-10 04:27:18", ""}}
	var out []family
	for _, year := range []string{"2019", "2022", "2025"} {
		name := "Windows_Server-" + year + "-English-Full-Base"
		out = append(out, family{name: name + "-VERSION", description: "Microsoft Windows Server " + year + " Full Locale English AMI provided by Amazon", owner: Windows, alias: "amazon",
			platform: "windows-" + year, root: "/dev/sda1", volume: "gp2", size: 30, arches: []string{"x86_64"}, agent: true, builds: builds,
			parameters: []string{"/aws/service/ami-windows-latest/" + name}})
	}
	return out
}
