package node

import (
	"strings"
	"testing"
)

func TestSystemsAreDescribedAlike(t *testing.T) {
	check(t, []scriptCase{
		{script: "hostnamectl hostname; hostnamectl | grep -c :; lscpu | awk '/^CPU\\(s\\)/ { print $2 }'; lsblk | grep -c nvme; mount | awk '$3 == \"/\" { print $1, $5 }'", stdout: "ip-172-31-5-9.ec2.internal\n9\n2\n4\n/dev/nvme0n1p1 xfs\n"},
		{script: "ip -br addr show ens5; ip route | head -1; ip -4 addr show ens5 | awk '/inet/ { print $2 }'; ip link set ens5 down", stdout: "ens5             UP             172.31.5.9/20 \ndefault via 172.31.0.1 dev ens5 proto dhcp src 172.31.5.9 metric 512 \n172.31.5.9/20\n", stderr: "ip: link set ens5 down is not simulated\n", exit: 1},
		{script: "ss -tln | grep -c LISTEN; systemctl stop sshd; ss -tln | grep -c LISTEN; pgrep -x sshd; echo $?; systemctl start sshd; pgrep -c sshd", stdout: "1\n0\n1\n1\n"},
		{script: "crontab -l; echo $?; who; last | head -1; w | tail -1; sudo -n whoami; sudo -u ec2-user id; sudo -u nobody2 id", exit: 1,
			stdout: "1\nreboot   system boot  6.1.147-172.259. Sun Nov 22 00:00   still running\nUSER     TTY      FROM             LOGIN@   IDLE   JCPU   PCPU WHAT\nroot\n",
			stderr: "no crontab for root\nsudo: another user than root is not simulated\nsudo: unknown user nobody2\nsudo: error initializing audit plugin sudoers_audit\n"},
		{script: "mkdir -p /tmp/a/b; rmdir /tmp/a; cd /tmp; rmdir -pv a/b; rmdir; useradd x; watch ls", exit: 1,
			stdout: "rmdir: removing directory, 'a/b'\nrmdir: removing directory, 'a'\n",
			stderr: "rmdir: failed to remove '/tmp/a': Directory not empty\nrmdir: missing operand\nTry 'rmdir --help' for more information.\nuseradd: not simulated\nwatch: not simulated\n"},
		{script: "getent passwd ec2-user 0 | cut -d: -f1; getent group nosuch; echo $?; file /etc/hostname /tmp /bin/ls | cut -c1-30; which awk nosuch", exit: 1,
			stdout: "root\nec2-user\n2\n/etc/hostname: ASCII text\n/tmp: directory\n/bin/ls: ELF 64-bit LSB pie ex\n/usr/bin/awk\n",
			stderr: "which: no nosuch in (/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin)\n"},
		{script: "printf 'hi there' | xxd; printf 'hi' | xxd -p; xxd -Q", stdout: "00000000: 6869 2074 6865 7265                      hi there\n6869\n", stderr: "xxd: invalid option -- 'Q'\nTry 'xxd --help' for more information.\n", exit: 1},
	})
}

// TestJobsWasteOnlySoMuch starts jobs that never end, until what they have wasted ends the script, and jobs in jobs.
func TestJobsWasteOnlySoMuch(t *testing.T) {
	limits := Limits{Steps: 1000}
	run := func(script string) Result {
		return newMachine().Run(t.Context(), Script{Text: script, Start: startTime, Limits: limits})
	}
	const endless = "while :; do :; done & "
	// Each job takes what is left of the steps, and gives it back, until three budgets have gone.
	for n, all := range map[int]bool{1: true, wastedBudgets: true, wastedBudgets + 2: false} {
		r := run(strings.Repeat(endless, n) + "echo end")
		stdout, _ := r.Output()
		if (stdout == "end\n") != all {
			t.Errorf("%d jobs that never end: printed %q, limit %v", n, stdout, r.Limit)
		}
		if r.Limit == nil {
			t.Errorf("%d jobs that never end: no limit", n)
		}
	}
	for depth, ok := range map[int]bool{maxNestedJobs: true, maxNestedJobs + 1: false} {
		script := "echo deep"
		for range depth {
			script = "{ " + script + "; } &"
		}
		r := run(strings.ReplaceAll(script, "&;", "&"))
		stdout, _ := r.Output()
		if (stdout == "deep\n") != ok || (r.Limit == nil) != ok {
			t.Errorf("%d jobs in each other: printed %q, limit %v", depth, stdout, r.Limit)
		}
	}
}
