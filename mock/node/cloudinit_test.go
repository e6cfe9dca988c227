package node_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/musterhq/muster/mock/node"
)

// firstBoot is a machine that cloud-init comes to a quarter of a minute after its boot.
func firstBoot(t *testing.T, platform, userData string) (*node.Machine, time.Time) {
	t.Helper()
	boot := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	p, ok := node.PlatformNamed(platform)
	if !ok {
		t.Fatalf("no platform %s", platform)
	}
	m := node.New(node.Config{InstanceID: "i-0123456789abcdef0", BootTime: boot, Platform: p})
	start := boot.Add(15 * time.Second)
	m.RunUserData(t.Context(), node.UserData{Data: []byte(userData), Start: start})
	return m, start
}

// sh runs a script and returns its output and exit code.
func sh(t *testing.T, m *node.Machine, at time.Time, text string) (string, int, time.Duration) {
	t.Helper()
	r := m.Run(t.Context(), node.Script{Text: text, Start: at})
	out, errs := r.Output()
	return out + errs, r.ExitCode, r.Duration
}

func TestUserDataRunsAsCloudInitDoes(t *testing.T) {
	m, start := firstBoot(t, "amazon-linux-2023", "#!/bin/bash\nid -un; pwd; echo \"${HOME-none}\"; echo oops >&2; sleep 60; echo later > /etc/made; echo end\n")
	if out, code, _ := sh(t, m, start.Add(10*time.Second), "cloud-init status; cat /run/cloud-init/result.json; tail -n 1 /var/log/cloud-init-output.log"); code != 0 || out != "status: running\noops\ncat: /run/cloud-init/result.json: No such file or directory\n" {
		t.Errorf("while it runs %q, %d", out, code)
	}
	out, code, took := sh(t, m, start.Add(10*time.Second), "cloud-init status --wait | tr -d .; cat /etc/made")
	if code != 0 || out != "\nstatus: done\nlater\n" || took != 50*time.Second {
		t.Errorf("wait %q, %d, %s", out, code, took)
	}
	log, err := m.ReadFile("/var/log/cloud-init-output.log", start.Add(time.Hour))
	want := "Cloud-init v. 22.2.2 running 'modules:final' at Sun, 01 Mar 2026 12:00:15 +0000. Up 15.00 seconds.\nroot\n/\nnone\noops\nend\n" +
		"Cloud-init v. 22.2.2 finished at Sun, 01 Mar 2026 12:01:15 +0000. Datasource DataSourceEc2.  Up 75.00 seconds\n"
	if err != nil || string(log) != want {
		t.Errorf("log %q, %v", log, err)
	}
	if out, _, _ := sh(t, m, start.Add(time.Hour), "while [ ! -f /var/lib/cloud/instance/boot-finished ]; do sleep 1; done; cat /var/lib/cloud/data/result.json; readlink /var/lib/cloud/instance"); !strings.HasPrefix(out, "{\n \"v1\": {\n  \"datasource\": \"DataSourceEc2\",\n  \"errors\": []\n }\n}\n/var/lib/cloud/instances/i-0123456789abcdef0\n") {
		t.Errorf("files %q", out)
	}
}

func TestUserDataRunsOncePerInstance(t *testing.T) {
	m, start := firstBoot(t, "amazon-linux-2023", "#!/bin/sh\necho x >> /etc/runs\n")
	m.Reboot(start.Add(time.Hour))
	if out, _, _ := sh(t, m, start.Add(2*time.Hour), "cat /etc/runs; cloud-init status; ls /run/cloud-init"); out != "x\nstatus: done\nresult.json\n" {
		t.Errorf("after a reboot %q", out)
	}
}

func TestCloudInitStatusTellsHowItEnded(t *testing.T) {
	for _, tt := range []struct {
		name, platform, data, args, want string
		code                             int
	}{
		{"no user data", "amazon-linux-2023", "", "", "status: done\n", 0},
		{"a script that fails", "amazon-linux-2023", "#!/bin/sh\nexit 3\n", "--long",
			"status: error\ntime: Sun, 01 Mar 2026 12:00:15 +0000\ndetail:\n('scripts-user', RuntimeError('Runparts: 1 failures (part-001) in 1 attempted commands'))\n", 1},
		{"a kind that is not simulated", "amazon-linux-2023", "#cloud-config\npackages: [jq]\n", "--long",
			"status: error\ntime: Sun, 01 Mar 2026 12:00:15 +0000\ndetail:\nmuster's mock does not simulate user data of the kind cloud-config: nothing of it was done\n", 1},
		{"text of no kind, on Amazon Linux", "amazon-linux-2023", "hello\n", "", "status: done\n", 0},
		{"text of no kind, on Ubuntu", "ubuntu-24.04", "hello\n", "--long",
			"status: done\nextended_status: degraded done\nboot_status_code: enabled-by-generator\nlast_update: Sun, 01 Mar 2026 12:00:15 +0000\ndetail: DataSourceEc2Local\nerrors: []\nrecoverable_errors:\nWARNING:\n\t- Unhandled non-multipart (text/x-not-multipart) userdata: 'b\"hello\\n\"...'\n", 2},
		{"text of no kind, on Red Hat", "rhel-9", "hello\n", "", "status: done\n", 0},
		{"an option that is not there", "amazon-linux-2023", "", "--format json", "", 2},
		{"a script that never ends", "amazon-linux-2023", "#!/bin/sh\nwhile :; do sleep 1; done\n", "", "status: running\n", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, start := firstBoot(t, tt.platform, tt.data)
			r := m.Run(t.Context(), node.Script{Text: "cloud-init status " + tt.args, Start: start.Add(time.Minute)})
			if out, _ := r.Output(); out != tt.want || r.ExitCode != tt.code {
				t.Errorf("%q and %d, want %q and %d", out, r.ExitCode, tt.want, tt.code)
			}
		})
	}
}

func TestCloudInitStatusAsJSON(t *testing.T) {
	m, start := firstBoot(t, "ubuntu-24.04", "#!/bin/sh\nfalse\n")
	out, code, _ := sh(t, m, start.Add(time.Minute), "cloud-init status --format=json")
	var got struct {
		Status string   `json:"status"`
		Errors []string `json:"errors"`
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil || got.Status != "error" || len(got.Errors) != 1 || code != 1 {
		t.Errorf("%s: %v, %d", out, err, code)
	}
}

func TestCloudInitSurvivesAStateFile(t *testing.T) {
	m, start := firstBoot(t, "amazon-linux-2023", "#!/bin/sh\nsleep 60\necho done > /etc/made\n")
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var again node.Machine
	if err := json.Unmarshal(data, &again); err != nil {
		t.Fatal(err)
	}
	if out, _, took := sh(t, &again, start, "cloud-init status --wait | tr -d .; tail -n 1 /var/log/cloud-init-output.log"); took != time.Minute || !strings.Contains(out, "status: done\nCloud-init v. 22.2.2 finished") {
		t.Errorf("%q after %s", out, took)
	}
}
