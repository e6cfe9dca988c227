package node

import (
	"encoding/json"
	"errors"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// output runs a script on a machine and returns what it printed.
func output(t *testing.T, m *Machine, at time.Time, text string) string {
	t.Helper()
	stdout, stderr := m.Run(t.Context(), Script{Text: text, Start: at}).Output()
	return stdout + stderr
}

func TestConfigDefaultsAreEC2s(t *testing.T) {
	for _, c := range []struct {
		cfg  Config
		want string
	}{
		{Config{PrivateIP: "10.0.0.7"}, "ip-10-0-0-7.ec2.internal x86_64 2"},
		{Config{PrivateIP: "10.0.0.7", Region: "eu-west-1", Arch: ArchARM, CPUs: 4}, "ip-10-0-0-7.eu-west-1.compute.internal aarch64 4"},
		{Config{Hostname: "web-1.example.org"}, "web-1.example.org x86_64 2"},
	} {
		if got := strings.TrimSpace(output(t, New(c.cfg), startTime, "echo $(hostname) $(uname -m) $(nproc)")); got != c.want {
			t.Errorf("%+v: %q, want %q", c.cfg, got, c.want)
		}
	}
	if got, want := output(t, New(Config{Arch: ArchARM}), startTime, "uname -v"), "#1 SMP Tue Jul 29 19:28:53 UTC 2025\n"; got != want {
		t.Errorf("uname -v on arm64 printed %q, want %q", got, want)
	}
}

func TestFilesMakeNodesDiffer(t *testing.T) {
	a := New(Config{InstanceID: "i-a", Files: map[string]string{"/etc/os-release": "NAME=Other\n", "opt/app/conf": "x\n"}})
	if got, want := output(t, a, startTime, "cat /etc/os-release /usr/lib/os-release /opt/app/conf; ls -l /opt/app"), "NAME=Other\nNAME=Other\nx\ntotal 4\n-rw-r--r--. 1 root root 2 Jan  1  0001 conf\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(a.Config().Files) != 0 {
		t.Error("the configuration still holds the files")
	}
	if b := New(Config{InstanceID: "i-b"}); strings.Contains(output(t, b, startTime, "cat /etc/os-release; ls /opt"), "Other") {
		t.Error("one machine's files show on another")
	}
}

func TestRebootKeepsFilesAndDropsVolatileOnes(t *testing.T) {
	m := newMachine()
	output(t, m, startTime, "echo kept > /root/f; echo gone > /tmp/f; echo gone > /run/f; mkdir /dev/shm/d; echo kept > /var/tmp/f; rm /root/.bashrc")
	again := startTime.Add(time.Hour)
	m.Reboot(again)
	want := "kept\nkept\nup 0 minutes\n2026-11-22 11:05:33\n.\n..\nf\n2102\n"
	if got := output(t, m, again.Add(30*time.Second), "cat /root/f /var/tmp/f; ls /tmp /run /dev/shm | head -0; uptime -p; uptime -s; ls -a /root; echo $$"); got != want {
		t.Errorf("after a reboot: %q, want %q", got, want)
	}
	if at, on := m.Booted(); !at.Equal(again) || !on {
		t.Errorf("booted at %v, running %v", at, on)
	}
}

func TestAMachineThatIsOffRunsNothing(t *testing.T) {
	m := newMachine()
	m.PowerOff()
	if r := m.Run(t.Context(), Script{Text: "echo a", Start: startTime}); r.ExitCode != -1 || len(r.Chunks) != 0 {
		t.Errorf("a stopped machine ran a script: %+v", r)
	}
	m.Boot(startTime)
	if got := output(t, m, startTime, "echo a"); got != "a\n" {
		t.Errorf("after the start: %q", got)
	}
}

func TestStateKeepsWhatDiffers(t *testing.T) {
	m := newMachine()
	output(t, m, startTime, "echo text > /root/t; printf '\\xff\\x00' > /root/b; mkdir -p /srv/d; rm /etc/hosts; touch /bin/ls; echo x > /dev/null; echo more >> /etc/hostname")
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var back Machine
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	const script = "cat /root/t; cat /root/b | wc -c; ls /srv /etc/hosts; ls -l /bin/ls; cat /etc/hostname; uptime -s; echo $$"
	want, got := output(t, m, startTime, script), output(t, &back, startTime, script)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("restored machine (-want +got):\n%s", diff)
	}
	if !strings.Contains(got, "ip-172-31-5-9.ec2.internal\nmore\n") {
		t.Errorf("appending to a generated file lost its content: %q", got)
	}
}

func TestStateOfAnUntouchedMachineIsSmall(t *testing.T) {
	m := newMachine()
	output(t, m, startTime, "cat /etc/os-release; uptime; ls -l /")
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	if len(data) > 600 || strings.Contains(string(data), `"files"`) {
		t.Errorf("%d bytes of state: %s", len(data), data)
	}
	if err := json.Unmarshal([]byte(`{"config":3}`), new(Machine)); err == nil {
		t.Error("nonsense was accepted as a machine")
	}
}

func TestReadAndWriteFileReachTheMachine(t *testing.T) {
	m := newMachine()
	m.WriteFile("/opt/a/b", []byte("hi\n"), startTime)
	if got := output(t, m, startTime, "cat /opt/a/b; echo more >> /opt/a/b"); got != "hi\n" {
		t.Errorf("script read %q", got)
	}
	data, err := m.ReadFile("/opt/a/b", startTime)
	if err != nil || string(data) != "hi\nmore\n" {
		t.Errorf("ReadFile = %q, %v", data, err)
	}
	if data, err := m.ReadFile("/proc/uptime", bootTime.Add(10*time.Second)); err != nil || string(data) != "10.00 19.80\n" {
		t.Errorf("ReadFile(/proc/uptime) = %q, %v", data, err)
	}
	if _, err := m.ReadFile("/nofile", startTime); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("ReadFile of nothing: %v", err)
	}
	if _, err := m.ReadFile("/etc", startTime); err == nil {
		t.Error("ReadFile of a directory gave no error")
	}
}

func TestScriptsOfOneMachineRunOneAfterAnother(t *testing.T) {
	m := newMachine()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			m.Run(t.Context(), Script{Text: "read n < /root/n; echo $((n+1)) > /root/n", Start: startTime})
			json.Marshal(m)
		})
	}
	wg.Wait()
	if got := output(t, m, startTime, "cat /root/n"); got != "8\n" {
		t.Errorf("counted to %q, want 8", got)
	}
}

func TestScriptRunsFromTheAgentsDirectory(t *testing.T) {
	m := newMachine()
	s := Script{ID: "cmd-1", Step: "step", Text: "echo $0; cat $0; pwd", Start: startTime, Dir: "/tmp"}
	stdout, _ := m.Run(t.Context(), s).Output()
	path := "/var/lib/amazon/ssm/i-0123456789abcdef0/document/orchestration/cmd-1/step/_script.sh"
	if want := path + "\necho $0; cat $0; pwd/tmp\n"; stdout != want {
		t.Errorf("got %q, want %q", stdout, want)
	}
	if got := output(t, m, startTime, "ls /var/lib/amazon/ssm"); got != "i-0123456789abcdef0\n" {
		t.Errorf("while a script runs, ls shows %q", got)
	}
	s.Dir = "/nodir"
	if r := m.Run(t.Context(), s); r.ExitCode != 1 {
		t.Errorf("a script in no directory ended with %d", r.ExitCode)
	}
}

func TestFullDiskIsAnErrorOfTheScript(t *testing.T) {
	stdout, stderr, r := run(t, "cat /dev/zero > /tmp/f; echo $?; ls /tmp; rm /tmp/f; echo ok > /tmp/g; cat /tmp/g")
	if stdout != "1\nf\nok\n" || !strings.Contains(stderr, "No space left on device") || r.Limit != nil {
		t.Errorf("printed %q, %q (%v)", stdout, stderr, r.Limit)
	}
}
