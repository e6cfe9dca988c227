package node

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// packaged is a machine of a platform on which the named packages lack their
// updates.
func packaged(t *testing.T, platform string, seed PackageSeed) *Machine {
	t.Helper()
	p, ok := PlatformNamed(platform)
	if !ok {
		t.Fatalf("no platform %q", platform)
	}
	seed.UpToDate = true
	return New(Config{InstanceID: "i-0123456789abcdef0", Platform: p, BootTime: bootTime, Packages: &seed})
}

// says runs a script at a time and returns what it printed and its exit code.
func says(t *testing.T, m *Machine, text string, at time.Time) (stdout, stderr string, code int) {
	t.Helper()
	s := Script{ID: "c", Step: "s", Text: text, Start: at, Timeout: time.Hour}
	r := m.Run(t.Context(), s)
	stdout, stderr = r.Output()
	return stdout, strings.ReplaceAll(stderr, s.path("i-0123456789abcdef0"), "sh"), r.ExitCode
}

func TestPackagesAreListed(t *testing.T) {
	pending := PackageSeed{Pending: []string{"sudo", "openssl", "kernel"}}
	for _, c := range []struct{ platform, script, stdout, stderr string }{
		{amazonLinux2023, "rpm -q bash nosuch kernel; echo $?; rpm -qa 'open*'; rpm -q --qf '%{NAME} %{EPOCH} %{VERSION}\\n' openssl bash; rpm -q; rpm -i x; rpm -q bash-5.2.15 bash.x86_64; rpm -qa --last | head -1",
			"bash-5.2.15-1.amzn2023.0.2.x86_64\npackage nosuch is not installed\nkernel-6.1.147-172.259.amzn2023.x86_64\n1\n" +
				"openssh-server-8.7p1-8.amzn2023.0.17.x86_64\nopenssl-3.2.2-1.amzn2023.0.1.x86_64\nopenssl 1 3.2.2\nbash (none) 5.2.15\n" +
				"bash-5.2.15-1.amzn2023.0.2.x86_64\nbash-5.2.15-1.amzn2023.0.2.x86_64\nopenssh-server-8.7p1-8.amzn2023.0.17.x86_64   Tue 10 Nov 2026 12:00:00 AM UTC\n",
			"rpm: no arguments given for query\nrpm: only the queries -q NAME and -qa, with -i, --last or --queryformat, are simulated\n"},
		{amazonLinux2023, "dnf -q list installed bash; yum -q list installed nosuch; echo $?; yum -q check-update; echo $?; dnf -q check-update sudo | wc -l; dnf -q --security check-update openssl; echo $?; dnf -q updateinfo list; dnf distro-sync; dnf",
			"Installed Packages\nbash.x86_64                              5.2.15-1.amzn2023.0.2               @System\n1\n" +
				"kernel.x86_64                            6.1.156-177.286.amzn2023            amazonlinux\nopenssl.x86_64                           1:3.2.2-1.amzn2023.0.2              amazonlinux\n" +
				"sudo.x86_64                              1.9.17-1.p2.amzn2023.0.1            amazonlinux\n100\n1\n" +
				"openssl.x86_64                           1:3.2.2-1.amzn2023.0.2              amazonlinux\n100\n" +
				"ALAS2023-2025-1261 Important/Sec. kernel-6.1.156-177.286.amzn2023.x86_64\nALAS2023-2025-1214 Important/Sec. openssl-3.2.2-1.amzn2023.0.2.x86_64\nALAS2023-2025-1067 Critical/Sec. sudo-1.9.17-1.p2.amzn2023.0.1.x86_64\n",
			"Error: No matching Packages to list\ndnf: distro-sync is not simulated\ndnf: a command is needed\n"},
		{redHat9, "grep PRETTY /etc/os-release; cat /etc/redhat-release; uname -r; dnf -q check-update; echo $?; apt-get update",
			"PRETTY_NAME=\"Red Hat Enterprise Linux 9.6 (Plow)\"\nRed Hat Enterprise Linux release 9.6 (Plow)\n5.14.0-570.26.1.el9_6.x86_64\n" +
				"kernel.x86_64                            5.14.0-570.32.1.el9_6               rhel-9-baseos-rhui-rpms\nsudo.x86_64                              1.9.5p2-10.el9_6.2                  rhel-9-baseos-rhui-rpms\nsystemd.x86_64                           252-51.el9_6.2                      rhel-9-baseos-rhui-rpms\n100\n",
			"sh: line 1: apt-get: command not found\n"},
		{ubuntu2404, "apt list --upgradable; dpkg -l sudo | tail -1; dpkg -s bash | grep -E 'Version|Status'; dpkg-query -W -f='${Package} ${Version}\\n' openssl; dpkg -s nosuch; echo $?; rpm -qa; uname -r; dpkg --print-architecture",
			"Listing...\nopenssl/noble-updates,noble-security 3.0.13-0ubuntu3.6 amd64 [upgradable from: 3.0.13-0ubuntu3.5]\nsudo/noble-updates,noble-security 1.9.15p5-3ubuntu5.24.04.1 amd64 [upgradable from: 1.9.15p5-3ubuntu5]\n" +
				"ii  sudo             1.9.15p5-3ubuntu5            amd64        sudo\nStatus: install ok installed\nVersion: 5.2.21-2ubuntu4\nopenssl 3.0.13-0ubuntu3.5\n1\n6.14.0-1015-aws\namd64\n",
			"\nWARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n\ndpkg-query: package 'nosuch' is not installed and no information is available\nUse dpkg --info (= dpkg-deb --info) to examine archive files.\nsh: line 1: rpm: command not found\n"},
		{amazonLinux2, "cat /etc/system-release; uname -r; yum -q check-update; echo $?",
			"Amazon Linux release 2 (Karoo)\n5.10.240-238.955.amzn2.x86_64\n" +
				"kernel.x86_64                            5.10.245-241.978.amzn2              amazonlinux\nopenssl.x86_64                           1:1.0.2k-24.amzn2.0.17              amazonlinux\nsudo.x86_64                              1.8.23-10.amzn2.3.8                 amazonlinux\n100\n", ""},
		{ubuntu2204, "uname -r; apt-get -s upgrade | tail -2",
			"6.8.0-1040-aws\nConf openssl (3.0.2-0ubuntu1.20 Ubuntu:22.04/jammy-updates, Ubuntu:22.04/jammy-security [amd64])\nConf sudo (1.9.9-1ubuntu2.5 Ubuntu:22.04/jammy-updates, Ubuntu:22.04/jammy-security [amd64])\n", ""},
		{debian12, "cat /etc/debian_version; uname -rv; apt-get -s upgrade",
			"12.11\n6.1.0-40-cloud-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.147-1 (2025-08-02)\n" +
				"Reading package lists...\nBuilding dependency tree...\nReading state information...\nCalculating upgrade...\nThe following packages will be upgraded:\n  openssl sudo\n" +
				"2 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n" +
				"Inst openssl [3.0.17-1~deb12u2] (3.0.17-1~deb12u3 Debian:12/bookworm-security [amd64])\nInst sudo [1.9.13p3-1+deb12u1] (1.9.13p3-1+deb12u2 Debian:12/bookworm-security [amd64])\n" +
				"Conf openssl (3.0.17-1~deb12u3 Debian:12/bookworm-security [amd64])\nConf sudo (1.9.13p3-1+deb12u2 Debian:12/bookworm-security [amd64])\n", ""},
	} {
		t.Run(c.platform, func(t *testing.T) {
			stdout, stderr, _ := says(t, packaged(t, c.platform, pending), c.script, startTime)
			if diff := cmp.Diff(c.stdout, stdout); diff != "" {
				t.Errorf("stdout (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.stderr, stderr); diff != "" {
				t.Errorf("stderr (-want +got):\n%s", diff)
			}
		})
	}
}

// pendingNames are the packages that have updates.
func pendingNames(m *Machine, at time.Time) (names []string) {
	for _, p := range m.Packages(at) {
		if len(p.Updates) > 0 {
			names = append(names, p.Name)
		}
	}
	return names
}

func TestUpdatesChangeThePackages(t *testing.T) {
	for platform, update := range map[string]string{
		amazonLinux2: "yum -y update", ubuntu2204: "apt-get -y upgrade", amazonLinux2023: "dnf -y update", redHat9: "yum update -y", ubuntu2404: "apt-get update && apt-get -y upgrade", debian12: "apt-get dist-upgrade -yq",
	} {
		m := packaged(t, platform, PackageSeed{Pending: []string{"*"}})
		if len(pendingNames(m, startTime)) == 0 {
			t.Fatalf("%s: nothing is pending", platform)
		}
		if out, errs, code := says(t, m, update, startTime); code != 0 || errs != "" {
			t.Errorf("%s: exit %d, stderr %q, stdout %q", platform, code, errs, out)
		}
		if left := pendingNames(m, startTime); len(left) > 0 {
			t.Errorf("%s: after %q these are left: %v", platform, update, left)
		}
		_, _, code := says(t, m, "needs-restarting -r >/dev/null 2>&1; test $? = 1 || test -e /run/reboot-required || exit 9", startTime.Add(time.Hour))
		if code != 0 {
			t.Errorf("%s: nothing says that a restart is needed", platform)
		}
	}
}

func TestAKernelRunsAfterTheRestart(t *testing.T) {
	m := packaged(t, amazonLinux2023, PackageSeed{Pending: []string{"kernel"}})
	script := "uname -r; needs-restarting -r | head -2; rpm -q kernel"
	says(t, m, "dnf -yq update kernel", startTime)
	const before = "6.1.147-172.259.amzn2023.x86_64\nCore libraries or services have been updated since boot-up:\n  * kernel\nkernel-6.1.156-177.286.amzn2023.x86_64\n"
	if out, _, _ := says(t, m, script, startTime.Add(time.Minute)); out != before {
		t.Errorf("before the restart:\n%s", out)
	}
	m.Reboot(startTime.Add(time.Hour))
	const after = "6.1.156-177.286.amzn2023.x86_64\nNo core libraries or services have been updated since boot-up.\nReboot should not be necessary.\nkernel-6.1.156-177.286.amzn2023.x86_64\n"
	if out, _, _ := says(t, m, script, startTime.Add(2*time.Hour)); out != after {
		t.Errorf("after the restart:\n%s", out)
	}
}

func TestPackagesAreInstalledAndRemoved(t *testing.T) {
	m := packaged(t, amazonLinux2023, PackageSeed{Failing: []string{"git"}})
	for _, c := range []struct {
		script string
		code   int
	}{
		{"dnf -y install nginx && rpm -q nginx", 0},
		{"rpm -q nginx | grep -q nginx-1.28", 0},
		{"dnf install httpd", 1}, // nobody says yes
		{"dnf -y install nosuch", 1},
		{"dnf -y install git", 1},
		{"rpm -q git", 1},
		{"dnf -y remove nginx", 0},
		{"rpm -q nginx", 1},
		{"dnf -y remove sudo", 1},
		{"test $(dnf history | tail -n +3 | wc -l) = 3", 0},
	} {
		if out, errs, code := says(t, m, c.script, startTime); code != c.code {
			t.Errorf("%s: exit %d, want %d\n%s%s", c.script, code, c.code, out, errs)
		}
	}
}

func TestAFailingPackageIsNamed(t *testing.T) {
	for platform, update := range map[string]string{amazonLinux2023: "dnf -yq update", ubuntu2404: "apt-get -yq upgrade"} {
		m := packaged(t, platform, PackageSeed{Pending: []string{"sudo", "openssl"}, Failing: []string{"sudo"}})
		_, errs, code := says(t, m, update, startTime)
		if code == 0 || !strings.Contains(errs, "sudo") || strings.Contains(errs, "openssl") {
			t.Errorf("%s: exit %d, stderr:\n%s", platform, code, errs)
		}
		if diff := cmp.Diff([]string{"sudo"}, pendingNames(m, startTime)); diff != "" {
			t.Errorf("%s: left (-want +got):\n%s", platform, diff)
		}
	}
}

func TestMachinesDifferInWhatIsPending(t *testing.T) {
	seen := map[string]bool{}
	for _, id := range []string{"i-01", "i-02", "i-03", "i-04", "i-05"} {
		cfg := Config{InstanceID: id, BootTime: bootTime}
		names := strings.Join(pendingNames(New(cfg), startTime), " ")
		if again := strings.Join(pendingNames(New(cfg), startTime), " "); again != names {
			t.Errorf("%s: %q, then %q", id, names, again)
		}
		seen[names] = true
	}
	if len(seen) < 3 {
		t.Errorf("five machines have only %d different sets of updates", len(seen))
	}
}

func TestUpdatesComeWithTime(t *testing.T) {
	m := packaged(t, amazonLinux2023, PackageSeed{})
	if names := pendingNames(m, bootTime.Add(24*time.Hour)); !cmp.Equal(names, []string{"kernel"}) {
		t.Errorf("on the first day: %v", names)
	}
	if names := pendingNames(m, bootTime.Add(72*time.Hour)); !cmp.Equal(names, []string{"kernel", "tzdata"}) {
		t.Errorf("two days later: %v", names)
	}
}

func TestPackagesOutliveAStop(t *testing.T) {
	m := packaged(t, ubuntu2404, PackageSeed{Pending: []string{"sudo"}})
	if !m.Upgrade("sudo", "1.9.15p5-3ubuntu5.24.04.1", startTime) || m.Upgrade("sudo", "1.9.15p5-3ubuntu5.24.04.1", startTime) || m.Upgrade("nosuch", "1", startTime) {
		t.Error("an upgrade went through twice, or not at all")
	}
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var back Machine
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	back.PowerOff()
	back.Boot(startTime.Add(time.Hour))
	if diff := cmp.Diff(m.Packages(startTime), back.Packages(startTime)); diff != "" {
		t.Errorf("packages (-before +after):\n%s", diff)
	}
	if err := json.Unmarshal([]byte(strings.Replace(string(data), `"version":1`, `"version":99`, 1)), &back); err != nil || len(back.Packages(startTime)) == 0 {
		t.Errorf("a version that there is not: %v", err)
	}
}

func TestUnknownPackagesAreNamed(t *testing.T) {
	if diff := cmp.Diff([]string{"linux"}, UnknownPackages("", []string{"kernel", "*", "linux"})); diff != "" {
		t.Errorf("unknown (-want +got):\n%s", diff)
	}
}
