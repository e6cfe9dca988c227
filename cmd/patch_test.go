package cmd

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/musterhq/muster/fleet/command"
	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/world"
)

// patchBench has two web servers with updates to install, one of which fails on the second, and a database server that has
// all of them.
func patchBench(t *testing.T) *bench {
	t.Helper()
	pending := []string{"sudo", "kernel", "ca-certificates"}
	web := map[string]string{"role": "web"}
	return newBench(t, world.Settings{},
		mock.Group{Count: 1, Name: "web-1", Tags: web, Packages: &world.Packages{UpToDate: true, Pending: pending}},
		mock.Group{Count: 1, Name: "web-2", Tags: web, Packages: &world.Packages{UpToDate: true, Pending: pending, Failing: []string{"sudo"}}},
		mock.Group{Count: 1, Name: "db-1", Packages: &world.Packages{UpToDate: true}})
}

func TestPatchCommandsPrintOneResultForEachInstance(t *testing.T) {
	for _, tt := range []struct {
		golden string
		code   int
		first  string
		args   string
	}{
		{"patch-scan.txt", ExitDone, "", "patch scan all"},
		{"patch-install.txt", ExitPartial, "", "patch install all --yes"},
		{"patch-install-never.txt", ExitDone, "", "patch install web-1 --reboot never"},
		{"patch-install-plan.txt", ExitDone, "", "patch install role=web --dry-run"},
		{"patch-status-none.txt", ExitDone, "", "patch status"},
		{"patch-status.txt", ExitDone, "patch install all --yes", "patch status"},
		{"patch-report.txt", ExitDone, "patch install all --yes", "patch report"},
		{"patch-report.csv", ExitDone, "patch scan all", "patch report role=web -o csv"},
		{"patch-report.json", ExitDone, "patch install all --yes", "patch report web-2 -o json"},
	} {
		t.Run(tt.golden, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := patchBench(t)
				if tt.first != "" {
					b.muster(strings.Fields(tt.first)...)
				}
				b.expect(tt.code, strings.Fields(tt.args)...)
				golden(t, tt.golden, b.stdout)
			})
		})
	}
}

func TestPatchInstallNamesThePackageThatFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := patchBench(t)
		b.expect(ExitPartial, "patch", "install", "all", "--yes")
		if !strings.Contains(b.stdout, "failed: not installed: sudo.x86_64:0:1.9.17-1.p2.amzn2023.0.1") || !strings.Contains(b.stderr, "muster: patch install: 1 of 3 instances failed") {
			t.Errorf("stdout:\n%s\nstderr:\n%s", b.stdout, b.stderr)
		}
	})
}

func TestPatchAsksAsTheTableSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, world.Settings{}, mock.Group{Count: 11, Name: "web-#"})
		b.expect(ExitRefused, "patch", "scan", "all")
		b.expect(ExitRefused, "patch", "install", b.ids[0], b.ids[1])
		b.expect(ExitRefused, "patch", "install", "web-1", "--expect", "2")
		b.expect(ExitUsage, "patch", "install")
		b.expect(ExitUsage, "patch", "install", "web-1", "--reboot", "sometimes")
		b.expect(ExitUsage, "patch", "scan", "web-1", "--baseline-override", "baseline.json")
		b.expect(ExitDone, "patch", "scan", b.ids[0], b.ids[1])
		if n := b.server.CallSummary()["ssm:SendCommand"]; n != 1 {
			t.Errorf("%d commands were sent", n)
		}
	})
}

func TestPatchRebootAlwaysRestartsTheRestThroughEC2(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := patchBench(t)
		b.expect(ExitDone, "patch", "install", b.ids[0], b.ids[2], "--reboot", "always", "--yes")
		if n := b.server.CallSummary()["ec2:RebootInstances"]; n != 1 {
			t.Errorf("%d calls of RebootInstances", n)
		}
		if strings.Count(b.stdout, "done    done") != 2 {
			t.Errorf("stdout:\n%s", b.stdout)
		}
	})
}

func TestPatchTellsWhoWasLeftOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, world.Settings{}, mock.Group{Count: 1, Name: "web-1"}, mock.Group{Count: 1, Name: "web-2", Agent: world.AgentLost})
		b.expect(ExitPartial, "patch", "scan", "web-*")
		if !strings.Contains(b.stdout, "web-2") || !strings.Contains(b.stdout, "SSM has lost the connection to the agent") {
			t.Errorf("stdout:\n%s", b.stdout)
		}
	})
}

func TestPatchWithAnOverridePrintsInsteadOfReporting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, world.Settings{}, mock.Group{Count: 1, Name: "web-1", Packages: &world.Packages{UpToDate: true, Pending: []string{"jq"}},
			Files: map[string]string{"/s3/conf/b.json": `[{"OperatingSystem":"AMAZON_LINUX_2023","ApprovedPatches":["jq"]}]`}})
		b.expect(ExitDone, "patch", "scan", "web-1", "--baseline-override", "s3://conf/b.json")
		if !strings.Contains(b.stdout, "Missing: jq.x86_64") {
			t.Errorf("stdout:\n%s", b.stdout)
		}
		b.expect(ExitDone, "patch", "status")
		if !strings.Contains(b.stdout, "never") {
			t.Errorf("stdout:\n%s", b.stdout)
		}
		b.expect(ExitPartial, "patch", "scan", "web-1", "--baseline-override", "s3://conf/none.json")
	})
}

// TestAFailureTellsWhatANodeSaidLast, on whichever stream.
func TestAFailureTellsWhatANodeSaidLast(t *testing.T) {
	for _, tt := range []struct {
		stdout, stderr, want string
	}{
		{"reading\nno space left\n", "failed to run commands: exit status 1", ": no space left"},
		{"\n", "warning\nnot for this system\n", ": not for this system"},
		{"", "", ""},
	} {
		if got := lastLine(command.Result{Stdout: tt.stdout, Stderr: tt.stderr}); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}
