package node

import "testing"

func TestSystemctl(t *testing.T) {
	check(t, []scriptCase{
		{script: "systemctl is-active sshd nosuch; echo $?; systemctl is-active nosuch; echo $?; systemctl is-enabled sshd systemd-journald nosuch; systemctl -q is-active crond && echo yes; systemctl status sshd; echo $?; systemctl status nosuch; echo $?; systemctl start nosuch; echo $?; systemctl stop nosuch; systemctl enable nosuch; systemctl mask sshd; systemctl; systemctl -Z; systemctl start; systemctl list-timers",
			stdout: "active\ninactive\n0\ninactive\n3\nenabled\nstatic\nyes\n● sshd.service - OpenSSH server daemon\n     Loaded: loaded (/usr/lib/systemd/system/sshd.service; enabled; preset: enabled)\n     Active: active (running) since Sun 2026-11-22 00:00:06 UTC; 10h 5min ago\n   Main PID: 1636 (sshd)\n0\n4\n5\n  UNIT                             LOAD   ACTIVE   SUB     DESCRIPTION\n  amazon-ssm-agent.service         loaded active   running amazon-ssm-agent\n  atd.service                      loaded active   running Deferred execution scheduler\n  auditd.service                   loaded active   running Security Auditing Service\n  chronyd.service                  loaded active   running NTP client/server\n  cloud-init.service               loaded active   exited  Initial cloud-init job (metadata service crawler)\n  crond.service                    loaded active   running Command Scheduler\n  dbus-broker.service              loaded active   running D-Bus System Message Bus\n  rngd.service                     loaded active   running Hardware RNG Entropy Gatherer Daemon\n  sshd.service                     loaded active   running OpenSSH server daemon\n  systemd-journald.service         loaded active   running Journal Service\n  systemd-logind.service           loaded active   running User Login Management\n  systemd-networkd.service         loaded active   running Network Configuration\n  systemd-resolved.service         loaded active   running Network Name Resolution\n  systemd-udevd.service            loaded active   running Rule-based Manager for Device Events and Files\n\n14 loaded units listed.\n",
			stderr: "Failed to get unit file state for nosuch.service: No such file or directory\nUnit nosuch.service could not be found.\nFailed to start nosuch.service: Unit nosuch.service not found.\nFailed to stop nosuch.service: Unit nosuch.service not loaded.\nFailed to enable unit: Unit file nosuch.service does not exist.\nsystemctl: mask is not simulated\nsystemctl: invalid option -- 'Z'\nTry 'systemctl --help' for more information.\nToo few arguments.\nsystemctl: list-timers is not simulated\n", exit: 1},
		{script: "systemctl stop crond; systemctl is-active crond; echo $?; systemctl status crond.service; echo $?; sleep 5; systemctl start crond; sleep 65; systemctl status crond; systemctl disable --now chronyd; systemctl is-enabled chronyd; systemctl is-active chronyd; systemctl enable --now chronyd; systemctl is-active chronyd; systemctl disable systemd-udevd; systemctl list-units --type=service --all | grep -c loaded; systemctl restart sshd; systemctl daemon-reload; journalctl -u crond --no-pager; journalctl -u crond -n 1; journalctl -u nosuch; journalctl; journalctl -u sshd -n x",
			stdout: "inactive\n3\n○ crond.service - Command Scheduler\n     Loaded: loaded (/usr/lib/systemd/system/crond.service; enabled; preset: enabled)\n     Active: inactive (dead)\n3\n● crond.service - Command Scheduler\n     Loaded: loaded (/usr/lib/systemd/system/crond.service; enabled; preset: enabled)\n     Active: active (running) since Sun 2026-11-22 10:05:38 UTC; 1min 5s ago\n   Main PID: 2103 (crond)\ndisabled\ninactive\nactive\n15\nNov 22 00:00:06 ip-172-31-5-9 systemd[1]: Started crond.service - Command Scheduler.\nNov 22 10:05:33 ip-172-31-5-9 systemd[1]: Stopped crond.service - Command Scheduler.\nNov 22 10:05:38 ip-172-31-5-9 systemd[1]: Started crond.service - Command Scheduler.\nNov 22 10:05:38 ip-172-31-5-9 systemd[1]: Started crond.service - Command Scheduler.\n-- No entries --\n",
			stderr: "Removed \"/etc/systemd/system/multi-user.target.wants/chronyd.service\".\nCreated symlink /etc/systemd/system/multi-user.target.wants/chronyd.service → /usr/lib/systemd/system/chronyd.service.\nThe unit files have no installation config and are not meant to be enabled or disabled using systemctl.\njournalctl: only the journal of one unit (-u) is simulated\nFailed to parse lines 'x'\n", exit: 1},
	})
}

func TestEnabledServicesRunAfterABoot(t *testing.T) {
	m := newMachine()
	output(t, m, startTime, "systemctl stop sshd; systemctl disable crond; systemctl disable --now atd")
	data, err := m.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	var back Machine
	if err := back.UnmarshalJSON(data); err != nil {
		t.Fatal(err)
	}
	const script = "for s in sshd crond atd chronyd; do echo $(systemctl is-active $s) $(systemctl is-enabled $s); done"
	if got, want := output(t, &back, startTime, script), "inactive enabled\nactive disabled\ninactive disabled\nactive enabled\n"; got != want {
		t.Errorf("before the boot: %q, want %q", got, want)
	}
	back.Reboot(startTime)
	if got, want := output(t, &back, startTime, script), "active enabled\ninactive disabled\ninactive disabled\nactive enabled\n"; got != want {
		t.Errorf("after the boot: %q, want %q", got, want)
	}
}
