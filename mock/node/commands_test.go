package node

import (
	"testing"
	"time"
)

func TestFileCommands(t *testing.T) {
	check(t, []scriptCase{
		{script: "mkdir /tmp/a; mkdir /tmp/a; mkdir /x/y; mkdir -p /x/y/z /x/y; mkdir; ls /x/y",
			stdout: "z\n", stderr: "mkdir: cannot create directory ‘/tmp/a’: File exists\nmkdir: cannot create directory ‘/x/y’: No such file or directory\nmkdir: missing operand\nTry 'mkdir --help' for more information.\n"},
		{script: "mkdir -pv /tmp/a/b; mkdir -m 700 /tmp/c; ls -ld /tmp/c; mkdir /proc/x; mkdir -m 9 /tmp/d",
			stdout: "mkdir: created directory '/tmp/a'\nmkdir: created directory '/tmp/a/b'\ndrwx------. 2 root root 4096 Nov 22 10:05 /tmp/c\n",
			stderr: "mkdir: cannot create directory ‘/proc/x’: Permission denied\nmkdir: invalid mode ‘9’\n", exit: 1},
		{script: "mkdir -p /tmp/a/b; touch /tmp/a/f; rm /tmp/a; rm -d /tmp/a; rm -rv /tmp/a; rm -f /nofile; rm /nofile; rm -r /; rm -r /tmp/.; rm",
			stdout: "removed directory '/tmp/a/b'\nremoved '/tmp/a/f'\nremoved directory '/tmp/a'\n",
			stderr: "rm: cannot remove '/tmp/a': Is a directory\nrm: cannot remove '/tmp/a': Directory not empty\nrm: cannot remove '/nofile': No such file or directory\n" +
				"rm: it is dangerous to operate recursively on '/'\nrm: use --no-preserve-root to override this failsafe\nrm: refusing to remove '.' or '..' directory: skipping '/tmp/.'\nrm: missing operand\nTry 'rm --help' for more information.\n", exit: 1},
		{script: "rm /etc/os-release; ls /etc/os-release; cat /usr/lib/os-release | head -1; rm /usr/bin/ls; ls; /usr/bin/cat /etc/hostname",
			stdout: "NAME=\"Amazon Linux\"\nip-172-31-5-9.ec2.internal\n", stderr: "ls: cannot access '/etc/os-release': No such file or directory\nsh: line 1: ls: command not found\n"},
		{script: "touch /tmp/a /no/b; sleep 60; touch /tmp/a; ls -l /tmp; touch -c /tmp/c; ls /tmp; touch /proc/uptime; touch",
			stdout: "total 0\n-rw-r--r--. 1 root root 0 Nov 22 10:06 a\na\n", stderr: "touch: cannot touch '/no/b': No such file or directory\ntouch: cannot touch '/proc/uptime': Permission denied\ntouch: missing file operand\nTry 'touch --help' for more information.\n", exit: 1},
		{script: "ls /nofile; echo $?; ls -Z; echo $?; ls --foo; ls -1 /home /etc/hostname",
			stdout: "2\n2\n/etc/hostname\n\n/home:\nec2-user\nssm-user\n", stderr: "ls: cannot access '/nofile': No such file or directory\nls: invalid option -- 'Z'\nTry 'ls --help' for more information.\nls: unrecognized option '--foo'\nTry 'ls --help' for more information.\n"},
		{script: "cd /home; ls; ls -a; ls -A ec2-user; ls -d .; ls -R", stdout: "ec2-user\nssm-user\n.\n..\nec2-user\nssm-user\n.bashrc\n.\n.:\nec2-user\nssm-user\n\n./ec2-user:\n\n./ssm-user:\n"},
		{script: "cd /tmp; echo abc > b; echo a > a; sleep 1; > c; ls -l; ls -lt | tail -3 | head -1; ls -S | head -1; ls -r; ls -l /dev/null /etc/os-release; ls -n b",
			stdout: "total 8\n-rw-r--r--. 1 root root 2 Nov 22 10:05 a\n-rw-r--r--. 1 root root 4 Nov 22 10:05 b\n-rw-r--r--. 1 root root 0 Nov 22 10:05 c\n-rw-r--r--. 1 root root 0 Nov 22 10:05 c\nb\nc\nb\na\ncrw-rw-rw-. 1 root root 1, 3 Aug  4  2025 /dev/null\nlrwxrwxrwx. 1 root root   21 Aug  4  2025 /etc/os-release -> ../usr/lib/os-release\n-rw-r--r--. 1 0 0 4 Nov 22 10:05 b\n"},
		{script: "basename /a/b.txt .txt; basename /; basename a/b/; basename; dirname /a/b/ a / a/b; basename x x", stdout: "b\n/\nb\n/a\n.\n/\na\nx\n", stderr: "basename: missing operand\nTry 'basename --help' for more information.\n"},
	})
}

func TestTextCommands(t *testing.T) {
	check(t, []scriptCase{
		{script: "cat /nofile /etc; cat -Q; echo $?", stdout: "1\n", stderr: "cat: /nofile: No such file or directory\ncat: /etc: Is a directory\ncat: invalid option -- 'Q'\nTry 'cat --help' for more information.\n"},
		{script: "printf 'a\\nb' > /tmp/f; cat -n /tmp/f - <<< c; cat /bin/true | head -c 4 | tail -c 3", stdout: "     1\ta\n     2\tb     3\tc\nELF"},
		{script: "seq 12 | head; seq 3 | head -n 1; seq 3 | head -2; seq 3 | head -n -1; seq 3 | head -c 3; head -n x", stdout: "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n1\n1\n2\n1\n2\n1\n2", stderr: "head: invalid number of lines: ‘x’\n", exit: 1},
		{script: "seq 12 | tail -n 2; seq 3 | tail -1; seq 3 | tail -n +2; printf abc | tail -c 2; printf 'a\\nb' | tail -n 1", stdout: "11\n12\n3\n2\n3\nbcb"},
		{script: "echo a > /tmp/a; echo b > /tmp/b; head /tmp/a /tmp/b; tail -q /tmp/a /tmp/b /nofile", stdout: "==> /tmp/a <==\na\n\n==> /tmp/b <==\nb\na\nb\n", stderr: "tail: /nofile: No such file or directory\n", exit: 1},
		{script: "printf 'a b\\nc\\n' | wc; printf 'a b\\nc\\n' | wc -l; printf abc > /tmp/f; wc /tmp/f; wc -c < /tmp/f; wc -lw /tmp/f /tmp/f; wc /nofile; printf é | wc -m", stdout: "      2       3       6\n2\n0 1 3 /tmp/f\n3\n0 1 /tmp/f\n0 1 /tmp/f\n0 2 total\n1\n", stderr: "wc: /nofile: No such file or directory\n"},
		{script: "seq 2; seq 2 3; seq 5 -2 1; seq 0.5 1.5; seq -w 9 11; seq -s, 3; seq 3 1; seq; seq a; seq 1 0 2; seq -1 1", stdout: "1\n2\n2\n3\n5\n3\n1\n0.5\n1.5\n09\n10\n11\n1,2,3\n-1\n0\n1\n",
			stderr: "seq: missing operand\nTry 'seq --help' for more information.\nseq: invalid floating point argument: ‘a’\nTry 'seq --help' for more information.\nseq: invalid Zero increment value: ‘0’\nTry 'seq --help' for more information.\n"},
		{script: "echo a | tee /tmp/a /tmp/b; echo b | tee -a /tmp/a > /dev/null; cat /tmp/a /tmp/b; echo c | tee /no/x", stdout: "a\na\nb\na\nc\n", stderr: "tee: /no/x: No such file or directory\n", exit: 1},
		{script: "echo a > /tmp/f; echo b >> /tmp/f; cat < /tmp/f; : > /tmp/f; cat /tmp/f; echo x > /dev/full; echo y > /dev/null", stdout: "a\nb\n", stderr: "sh: line 1: echo: write error: No space left on device\n"},
	})
}

func TestEchoAndPrintf(t *testing.T) {
	check(t, []scriptCase{
		{script: `echo -n a; echo -e 'b\tc\x41\0102\n\cd'; echo; echo -E '\n'; echo -ne 'x\n'; echo -x -- -n; echo`, stdout: "ab\tcAB\n\n\\n\nx\n-x -- -n\n\n"},
		{script: `printf '%s-%s\n' a b c; printf '%d %i %u %o %x %X %c|%5s|%-5s|%05d|%+d|%.2s|\n' 5 -5 5 8 255 255 hello ab ab 42 3 abc`, stdout: "a-b\nc-\n5 -5 5 10 ff FF h|   ab|ab   |00042|+3|ab|\n"},
		{script: `printf '%.2f %e %g %5.1f\n' 3.14159 12345.678 0.0001 2.25; printf '%d %d %d\n' 0x10 010 "'A"; printf '%*d|%-*d|\n' 4 2 4 2; printf '100%%\n'`, stdout: "3.14 1.234568e+04 0.0001   2.2\n16 8 65\n   2|2   |\n100%\n"},
		{script: `printf '%b|%q|%q|%q\n' 'a\tb' "it's" '' $'a\nb'; printf '\x41\101\u00e9\n'; printf x; printf '%s'`, stdout: "a\tb|it\\'s|''|$'a\\nb'\nAAé\nx"},
		{script: `printf '%(%F %T)T %(%Y)T\n' 0; printf '%s\n' "$(printf 'a\n\n')"; printf -- '-%s-\n' a`, stdout: "1970-01-01 00:00:00 2026\na\n-a-\n"},
		{script: `printf '%d\n' abc; printf '%d\n' 3x; printf '%y\n'; printf; printf '%99999999999s|' a`, stdout: "0\n3\na|", stderr: "sh: line 1: printf: abc: invalid number\nsh: line 1: printf: 3x: invalid number\nsh: line 1: printf: `y': invalid format character\nprintf: usage: printf [-v var] format [arguments]\n"},
		{script: `printf -v x '%s-' a b; echo $x; printf -v 1x a; /usr/bin/printf '%s\n' a; /bin/echo b`, stdout: "a-b-\na\nb\n", stderr: "sh: line 1: printf: `1x': not a valid identifier\n"},
	})
}

func TestConditions(t *testing.T) {
	check(t, []scriptCase{
		{script: "[ a ]; echo $?; [ '' ]; echo $?; [ ]; echo $?; [ ! a ]; echo $?; [ ! '' ]; echo $?", stdout: "0\n1\n1\n1\n0\n"},
		{script: "[ -n '' ]; echo $?; [ -z '' ]; echo $?; [ a = a ]; echo $?; [ a == b ]; echo $?; [ a != b ]; echo $?; [ a '<' b ]; echo $?; [ b '>' a ]; echo $?", stdout: "1\n0\n0\n1\n0\n0\n0\n"},
		{script: "for op in -eq -ne -lt -le -gt -ge; do [ 1 $op 2 ]; echo -n $?; [ 2 $op 2 ]; echo -n \"$? \"; done", stdout: "10 01 01 00 11 10 "},
		{script: "[ a = a -a b = c ]; echo $?; [ a = b -o b = b ]; echo $?; [ ! a = b ]; echo $?; [ '(' a ')' ]; echo $?; [ '(' a = b ')' -o '!' '' ]; echo $?; [ a -a '' ]; echo $?", stdout: "1\n0\n0\n0\n0\n1\n"},
		{script: "[ a b c ]; echo $?; [ a -eq 1 ]; echo $?; [ -Q a ]; echo $?; [ a; echo $?; [ 1 -eq ]; echo $?; [ a = b c d e ]; echo $?; [ '(' a = a b ]; echo $?", stdout: "2\n2\n2\n2\n2\n2\n2\n",
			stderr: "sh: line 1: [: b: binary operator expected\nsh: line 1: [: a: integer expression expected\nsh: line 1: [: -Q: unary operator expected\nsh: line 1: [: missing `]'\nsh: line 1: [: 1: unary operator expected\nsh: line 1: [: too many arguments\nsh: line 1: [: `)' expected\n"},
		{script: "touch /tmp/a; sleep 1; touch /tmp/b; [ /tmp/b -nt /tmp/a ]; echo $?; [ /tmp/a -ot /tmp/b ]; echo $?; [ /tmp/a -nt /nofile ]; echo $?; [ -v HOME ]; echo $?; [ -v PATH ]; echo $?; [ -k /tmp ]; echo $?; [ -c /dev/null ]; echo $?; [ -s /proc/uptime ]; echo $?; [ -f /proc/uptime ]; echo $?; /usr/bin/test 1 -lt 2; echo $?",
			stdout: "0\n0\n0\n1\n0\n0\n0\n1\n0\n0\n"},
	})
}

func TestSystemCommands(t *testing.T) {
	check(t, []scriptCase{
		{script: "hostname; hostname -s; hostname -f; hostname -d; hostname -i; hostname -I", stdout: "ip-172-31-5-9.ec2.internal\nip-172-31-5-9\nip-172-31-5-9.ec2.internal\nec2.internal\n172.31.5.9\n172.31.5.9 \n"},
		{script: "uname; uname -r; uname -m; uname -sn; uname -o; uname -a; uname -y; uname x", exit: 1,
			stdout: "Linux\n6.1.147-172.259.amzn2023.x86_64\nx86_64\nLinux ip-172-31-5-9.ec2.internal\nGNU/Linux\nLinux ip-172-31-5-9.ec2.internal 6.1.147-172.259.amzn2023.x86_64 #1 SMP PREEMPT_DYNAMIC Tue Jul 29 19:28:53 UTC 2025 x86_64 x86_64 x86_64 GNU/Linux\n",
			stderr: "uname: invalid option -- 'y'\nTry 'uname --help' for more information.\nuname: extra operand ‘x’\nTry 'uname --help' for more information.\n"},
		{script: "id; id ec2-user; id -u; id -un 1000; id -Gn ec2-user; id -g root; id nouser; id -un nouser; id -ug; id -n", exit: 1,
			stdout: "uid=0(root) gid=0(root) groups=0(root)\nuid=1000(ec2-user) gid=1000(ec2-user) groups=1000(ec2-user),4(adm),10(wheel),190(systemd-journal)\n0\nec2-user\nec2-user adm wheel systemd-journal\n0\n",
			stderr: "id: ‘nouser’: no such user\nid: ‘nouser’: no such user\nid: cannot print \"only\" of more than one choice\nid: cannot print only names or real IDs in default format\n"},
		{script: "whoami; nproc; whoami x", stdout: "root\n2\n", stderr: "whoami: extra operand ‘x’\nTry 'whoami --help' for more information.\n", exit: 1},
		{script: "uptime; uptime -p; uptime -s; sleep 55m; uptime -p", stdout: " 10:05:33 up 10:05,  0 users,  load average: 0.00, 0.00, 0.00\nup 10 hours, 5 minutes\n2026-11-22 00:00:00\nup 11 hours\n"},
		{script: "date; date -u +%F; date +%s.%N; date -Iseconds; date -R; date -I; date +", stdout: "Sun Nov 22 10:05:33 UTC 2026\n2026-11-22\n1795341933.000000000\n2026-11-22T10:05:33+00:00\nSun, 22 Nov 2026 10:05:33 +0000\n2026-11-22\n\n"},
		{script: "date -d yesterday; date -Q; date foo; date +%s x; date --foo", stderr: "date: option -d is not simulated\ndate: invalid option -- 'Q'\nTry 'date --help' for more information.\ndate: invalid date ‘foo’\ndate: extra operand ‘x’\nTry 'date --help' for more information.\ndate: unrecognized option '--foo'\nTry 'date --help' for more information.\n", exit: 1},
		{script: "sleep; sleep abc; sleep 1x -- -1; sleep -1", stderr: "sleep: missing operand\nTry 'sleep --help' for more information.\nsleep: invalid time interval ‘abc’\nTry 'sleep --help' for more information.\nsleep: invalid time interval ‘1x’\nsleep: invalid time interval ‘-1’\nTry 'sleep --help' for more information.\nsleep: invalid option -- '1'\nTry 'sleep --help' for more information.\n", exit: 1},
		{script: "env -i A=1 env; env -u PATH B=2 /usr/bin/env | head -2; env nofoo; echo $?; env A=3 bash -c 'echo $A'; export C=4; sh -c 'echo $C'", stdout: "A=1\nAWS_SSM_INSTANCE_ID=i-0123456789abcdef0\nAWS_SSM_PLATFORM_NAME=Amazon Linux\n127\n3\n4\n", stderr: "env: ‘nofoo’: No such file or directory\n"},
		{script: "cat /proc/uptime /proc/loadavg; head -1 /proc/meminfo; cat /etc/system-release; cat /etc/machine-id | wc -c; echo x > /proc/uptime; > /proc/new", exit: 1,
			stdout: "36333.00 71939.34\n0.00 0.00 0.00 1/120 2200\nMemTotal:        1006632 kB\nAmazon Linux release 2023 (Amazon Linux)\n33\n", stderr: "sh: line 1: /proc/uptime: Permission denied\nsh: line 1: /proc/new: Permission denied\n"},
		{script: "python3 -c 1; docker ps; telnet", stderr: "sh: line 1: python3: command not found\nsh: line 1: docker: command not found\nsh: line 1: telnet: command not found\n", exit: 127},
		{script: "sh -c 'exit 3'; echo $?; sh -ec 'false; echo no'; echo $?; echo 'echo from $0' | sh; bash /nofile; echo $?; sh -c; bash --foo; bash -o pipefail -c 'false | true'; echo $?; sh -x -c 'echo a'",
			stdout: "3\n1\nfrom sh\n127\n1\na\n", stderr: "bash: /nofile: No such file or directory\nsh: -c: option requires an argument\nbash: --foo: invalid option\n+ echo a\n"},
	})
}

func TestOSReleaseIsAmazonLinux(t *testing.T) {
	check(t, []scriptCase{{script: "cat /etc/os-release; . /etc/os-release; echo $ID-$VERSION_ID", stdout: `NAME="Amazon Linux"
VERSION="2023"
ID="amzn"
ID_LIKE="fedora"
VERSION_ID="2023"
PLATFORM_ID="platform:al2023"
PRETTY_NAME="Amazon Linux 2023.8.20250804"
ANSI_COLOR="0;33"
CPE_NAME="cpe:2.3:o:amazon:amazon_linux:2023"
HOME_URL="https://aws.amazon.com/linux/amazon-linux-2023/"
DOCUMENTATION_URL="https://docs.aws.amazon.com/linux/"
SUPPORT_URL="https://aws.amazon.com/premiumsupport/"
BUG_REPORT_URL="https://github.com/amazonlinux/amazon-linux-2023"
VENDOR_NAME="AWS"
VENDOR_URL="https://aws.amazon.com/"
SUPPORT_END="2029-06-30"
amzn-2023
`}})
}

func TestEveryProgramIsInTheImage(t *testing.T) {
	for name, run := range programs {
		f := AmazonLinux2023().image().files["/usr/bin/"+name]
		if f == nil || f.program == nil || f.program.name != name || run == nil {
			t.Errorf("%s is not in the image, or cannot be run", name)
		}
	}
}

func TestUptimeCountsInTheUnitsOfProcps(t *testing.T) {
	for _, c := range []struct {
		up           time.Duration
		plain, words string
	}{
		{0, "0 min", "0 minutes"},
		{time.Minute, "1 min", "1 minute"},
		{59*time.Minute + 59*time.Second, "59 min", "59 minutes"},
		{time.Hour, " 1:00", "1 hour"},
		{25*time.Hour + 2*time.Minute, "1 day,  1:02", "1 day, 1 hour, 2 minutes"},
		{15*24*time.Hour + 5*time.Minute, "15 days, 5 min", "2 weeks, 1 day, 5 minutes"},
	} {
		if got := upTime(c.up); got != c.plain {
			t.Errorf("upTime(%v) = %q, want %q", c.up, got, c.plain)
		}
		if got := prettyTime(c.up); got != c.words {
			t.Errorf("prettyTime(%v) = %q, want %q", c.up, got, c.words)
		}
	}
}
