package node

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestScriptsSeeTheMachineNotTheHost has a case for each place where the
// interpreter would ask the host by itself.
func TestScriptsSeeTheMachineNotTheHost(t *testing.T) {
	const pids = "2102 2101\n"
	check(t, []scriptCase{
		{name: "process ids", script: "echo $$ $PPID", stdout: pids},
		{name: "process ids in braces", script: "echo ${$} ${PPID}", stdout: pids},
		{name: "process ids in quotes", script: `echo "$$ $PPID"`, stdout: pids},
		{name: "process ids in arithmetic", script: "echo $(($$)) $((PPID)); ((x = PPID)); let y=PPID; for ((z=PPID;;)); do break; done; echo $x $y $z", stdout: pids + "2101 2101 2101\n"},
		{name: "process ids in an index", script: "a[PPID]=1; echo ${!a[@]} ${a[PPID]} ${PATH:PPID}", stdout: "2101 1\n"},
		{name: "process ids in a here-document", script: "cat <<E\n$$ $PPID\nE", stdout: pids},
		{name: "process ids in a here-string", script: `cat <<< "$$ $PPID"`, stdout: pids},
		{name: "process ids in eval", script: `eval 'echo $$ $PPID'`, stdout: pids},
		{name: "process ids in command eval", script: `command eval 'echo $$ $PPID'; builtin eval 'echo $$ $PPID'`, stdout: pids + pids},
		{name: "process ids in eval twice", script: `eval "eval 'echo \$\$ \$PPID'"`, stdout: pids},
		{name: "process ids in a trap", script: `trap 'echo $$ $PPID' EXIT`, stdout: pids},
		{name: "process ids in a sourced file", script: `echo 'echo $$ $PPID' > /tmp/f; . /tmp/f`, stdout: pids},
		{name: "process ids in a subshell", script: `(echo $$ $PPID); echo $(echo $$ $PPID); echo $$ $PPID | cat`, stdout: pids + pids + pids},
		{name: "process ids in a function", script: `f() { echo $$ $PPID; }; f`, stdout: pids},
		{name: "process ids by indirect names", script: `x=PPID y='$'; echo ${!x} "${!y} ${!x:-}" $((${!x} + 0)); z=${!x}; (x=PPID q=${!x}; echo $q $z); f() { echo "${!1}"; }; f PPID; eval 'echo ${!x}'; cat <<< ${!x}`,
			stdout: "2101 2102 2101 2101\n2101 2101\n2101\n2101\n2101\n"},
		{name: "indirect names", script: `v='a  b'; x=v; echo "${!x}" ${!x} "${!x:-}"; n=none; echo "<${!n:-}${!n-}${!n}>"; a=(1 2); echo ${!a[@]}; abc=1 abd=2; echo ${!ab*}; i='a[1]'; echo ${!i}; set -x; : ${!x}`,
			stdout: "a  b a b a  b\n<>\n0 1\nabc abd\n\n", stderr: "sh: line 1: ${!a[1]}: not simulated\n+ : a b\n"},
		{name: "indirect names with operators are refused", script: "echo a\necho ${!x:=b}", stderr: "sh: line 2: ${!x} with an operator is not simulated\n", exit: 2},
		{name: "process id of a job", script: `true & echo $!`, stdout: "2103\n"},
		{name: "process ids with operators", script: `echo ${$%2} ${#$} ${PPID:-x}`, stdout: "210 4 2101\n"},
		{name: "users", script: "echo $UID $EUID ${GID-unset} ${USER-unset}; id -un", stdout: "0 0 unset unset\nroot\n"},
		{name: "home", script: `echo "${HOME-unset}" ~ ~/x ~root ~ec2-user/y ~nosuchuser`, stdout: "unset /root /root/x /root /home/ec2-user/y ~nosuchuser\n"},
		{name: "home in assignments and redirections", script: "x=~; echo hi > ~/f; cat $x/f; cd; cd ~; pwd", stdout: "hi\n/root\n", stderr: "sh: line 1: cd: HOME not set\n"},
		{name: "host name", script: "echo $HOSTNAME; hostname; cat /etc/hostname", stdout: strings.Repeat("ip-172-31-5-9.ec2.internal\n", 3)},
		{name: "working directory", script: "pwd; pwd -P; echo $PWD; cd /tmp; pwd; echo $OLDPWD; cd -; mkdir -p a/b; cd /bin; pwd; pwd -P; cd -P /bin; pwd",
			stdout: "/usr/bin\n/usr/bin\n/usr/bin\n/tmp\n/usr/bin\n/usr/bin\n/bin\n/usr/bin\n/usr/bin\n"},
		{name: "globs", script: "cd /home; echo *; echo /etc/os-r* ~root/.bash*; for f in /usr/lib/os*; do echo $f; done", stdout: "ec2-user ssm-user\n/etc/os-release /root/.bashrc\n/usr/lib/os-release\n"},
		{name: "file tests", script: "test -e /work; echo $?; test -r /etc/passwd; echo $?; [ -x /usr/bin/cat ]; echo $?; [[ -d /home/ec2-user ]]; echo $?; [[ -r /etc/shadow ]]; echo $?; [ -w /etc/passwd ]; echo $?; [[ -x /etc/passwd ]]; echo $?; [[ -s /etc/passwd && -f /etc/passwd && -L /etc/os-release ]]; echo $?",
			stdout: "1\n0\n0\n0\n1\n0\n1\n0\n"},
		{name: "owner tests", script: "[ -O /etc/passwd ]; echo $?; test -G /home/ec2-user; echo $?; [ /etc/os-release -ef /usr/lib/os-release ]; echo $?", stdout: "0\n1\n0\n"},
		{name: "owner tests in brackets are refused", script: "echo a\n[[ -O /etc/passwd ]]", stderr: "sh: line 2: [[ -O ]] is not simulated\n", exit: 2},
		{name: "process substitution", script: "cat <(echo a; echo $$) <(echo b); echo <(:) <(); while read x; do echo $x; done < <(echo c; echo d)", stdout: "a\n2102\nb\n/dev/fd/61 /dev/fd/60\nc\nd\n"},
		{name: "process substitution for writing is refused", script: "echo a\necho b > >(cat)", stderr: "sh: line 2: process substitution >( ) is not simulated\n", exit: 2},
		{name: "assignments that the interpreter cannot do are refused", script: "a=(1)\n((a[0]++))", stderr: "sh: line 2: an arithmetic assignment to an array element is not simulated\n", exit: 2},
		{name: "coprocesses are refused", script: "coproc cat", stderr: "sh: line 1: coproc is not simulated\n", exit: 2},
		{name: "finding commands", script: "command -v cat; type cat; type -P ls; command -v go; type go; command -v echo test", stdout: "/usr/bin/cat\ncat is /usr/bin/cat\n/usr/bin/ls\necho\ntest\n", stderr: "sh: line 1: type: go: not found\n"},
		{name: "programs of the host", script: "/usr/local/go/bin/go version; exec go version", stderr: "sh: line 1: /usr/local/go/bin/go: No such file or directory\nsh: line 1: exec: go: not found\n", exit: 127},
		{name: "temporary directory", script: `echo "${TMPDIR-unset}"; TMPDIR=/x; echo $TMPDIR`, stdout: "unset\n/x\n"},
		{name: "time", script: "echo $EPOCHSECONDS $SECONDS; sleep 5; echo $SECONDS $EPOCHREALTIME; printf '%(%F %T)T %(%s)T\\n' -1 0; SECONDS=100; sleep 1; echo $SECONDS",
			stdout: "1795341933 0\n5 1795341938.000000\n2026-11-22 10:05:38 0\n101\n"},
		{name: "time of a command", script: "time sleep 61.5; time -p sleep 1", stderr: "\nreal\t1m1.500s\nuser\t0m0.000s\nsys\t0m0.000s\nreal 1.00\nuser 0.00\nsys 0.00\n"},
		{name: "times", script: "times", stdout: "0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n"},
		{name: "random numbers repeat", script: "RANDOM=1; a=$RANDOM; b=$((RANDOM)); RANDOM=1; [ $a = $RANDOM ] && [ $b = $RANDOM ] && [ $a != $b ] && echo same", stdout: "same\n"},
		{name: "signals reach no process of the host", script: "kill -0 1; kill -9 1", stderr: "sh: line 1: kill: (1) - No such process\nsh: line 1: kill: (1) - No such process\n", exit: 1},
		{name: "mode mask and limits", script: "umask; umask 077; umask; > /tmp/f; ls -l /tmp/f; ulimit -n", stdout: "0022\n0077\n-rw-------. 1 root root 0 Nov 22 10:05 /tmp/f\n", stderr: "sh: line 1: ulimit: not simulated\n", exit: 2},
		{name: "network", script: "echo x > /dev/tcp/127.0.0.1/22", stderr: "sh: line 1: /dev/tcp/127.0.0.1/22: Connection refused\n", exit: 1},
		{name: "standard streams by name", script: "echo a > /dev/stdout; echo b > /dev/stderr; echo c | cat /dev/stdin; echo d | while read x; do echo $x; done < /dev/stdin", stdout: "a\nc\nd\n", stderr: "b\n"},
		{name: "no input", script: "cat; read x; echo $?; mapfile a; echo $?", stdout: "1\n0\n"},
		{name: "no terminal", script: "[ -t 0 ]; echo $?; [[ -t 1 ]]; echo $?; test -t 2; echo $?", stdout: "1\n1\n1\n"},
		{name: "subscripts that run commands are refused", script: "a=(1); unset 'a[$(echo 0 | cat)]'", stderr: "sh: line 1: unset: a[$(echo 0 | cat)]: not simulated\n", exit: 2},
	})
}

func TestEnvironmentIsTheAgents(t *testing.T) {
	t.Setenv("MUSTER_HOST_SECRET", "host")
	s := Script{ID: "11111111-2222-3333-4444-555555555555", Text: "env", Start: startTime, Env: map[string]string{"SSM_x": "y"}}
	r := newMachine().Run(t.Context(), s)
	stdout, _ := r.Output()
	want := `AWS_SSM_INSTANCE_ID=i-0123456789abcdef0
AWS_SSM_PLATFORM_NAME=Amazon Linux
AWS_SSM_PLATFORM_VERSION=2023
AWS_SSM_REGION_NAME=us-east-1
LANG=C.UTF-8
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin
PWD=/usr/bin
SHLVL=2
SSM_COMMAND_ID=11111111-2222-3333-4444-555555555555
SSM_x=y
_=/usr/bin/sh
`
	if stdout != want {
		t.Errorf("env printed\n%s\nwant\n%s", stdout, want)
	}
}

func TestHostFilesAreOutOfReach(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret")
	if err := os.WriteFile(secret, []byte("echo from the host\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	t.Setenv("TMPDIR", dir)
	t.Chdir(dir)
	pipe := filepath.Join(os.TempDir(), "sh-interp-1")
	script := fmt.Sprintf(`
cat %[1]s; cat < %[1]s; echo $(<%[1]s); test -r %[1]s && echo readable; [[ -e %[1]s ]] && echo there
. %[1]s; . secret; source ./secret; %[1]s; secret; command -v secret; type secret; bash %[1]s; exec 5<%[1]s
echo %[2]s/*; cd %[2]s && echo entered; ls %[2]s; rm -rf %[2]s; mkdir %[2]s/new; touch %[1]s
echo written > %[1]s; echo written >> %[1]s; echo written > %[2]s/new; echo written > %[3]s; cat < %[3]s
mkdir -p %[2]s; echo written > %[1]s; echo written > %[3]s; cat <(echo a) > /dev/null
`, secret, dir, pipe)
	stdout, _, _ := run(t, script)
	if strings.Contains(stdout, "from the host") || strings.Contains(stdout, "readable") || strings.Contains(stdout, "there") {
		t.Errorf("the script saw the host:\n%s", stdout)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("the host's directory holds %v (%v), want the secret alone", entries, err)
	}
	if data, _ := os.ReadFile(secret); string(data) != "echo from the host\n" {
		t.Errorf("the host's file is now %q", data)
	}
}

func TestNothingIsLeftRunning(t *testing.T) {
	before := runtime.NumGoroutine()
	files := openFiles(t)
	for _, script := range []string{
		"sleep 1000 & while :; do sleep 1; done & echo a",
		"yes | head -1; yes | yes | head -1",
		"seq 100000 > /tmp/f; read x < /tmp/f; exec < /tmp/f; read y; cat /tmp/f | head -1",
		"while :; do echo y; done | cat",
		"exit 3 | cat <<E\nx\nE",
	} {
		run(t, script)
	}
	for range 100_000 { // here-documents are written by the interpreter's own goroutines
		if runtime.NumGoroutine() <= before {
			break
		}
		runtime.Gosched()
	}
	if n := runtime.NumGoroutine(); n > before {
		t.Errorf("%d goroutines, %d before", n, before)
	}
	if n := openFiles(t); n > files {
		t.Errorf("%d open files, %d before", n, files)
	}
}

// openFiles counts the open files of this process where the system tells.
func openFiles(t *testing.T) int {
	t.Helper()
	runtime.GC()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(entries)
}

func TestRunsInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		stdout, _, r := run(t, "echo a | cat; sleep 3600 & sleep 60; cat <<E | head -1\nx\nE\nyes | head -1")
		if stdout != "a\nx\ny\n" || r.Duration != time.Hour {
			t.Errorf("printed %q in %v", stdout, r.Duration)
		}
		if d := time.Since(began); d != 0 {
			t.Errorf("the bubble's clock moved by %v", d)
		}
	})
}
