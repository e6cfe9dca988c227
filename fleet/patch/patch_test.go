package patch_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/fleet/command"
	"github.com/musterhq/muster/fleet/patch"
	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/mocktest"
	"github.com/musterhq/muster/mock/world"
)

// rig is a mock with machines to patch.
type rig struct {
	*testing.T
	server *mock.Server
	reader *patch.Reader
	ids    []string
}

func newRig(t *testing.T, groups ...mock.Group) rig {
	t.Helper()
	server := mocktest.New(t, world.Settings{})
	ids, err := server.Seed(mock.Here, mock.Fleet{Groups: groups})
	if err != nil {
		t.Fatal(err)
	}
	return rig{t, server, patch.NewReader(server.Config()), ids}
}

// run carries a request out on all machines, and joins what came of it.
func (r rig) run(req patch.Request) []patch.Outcome {
	r.Helper()
	for _, id := range r.ids {
		req.Targets = append(req.Targets, command.Target{InstanceID: id})
	}
	key, err := command.NewKey(time.Now(), rand.Reader)
	if err != nil {
		r.Fatal(err)
	}
	plan, err := patch.NewPlan(key, req)
	if err != nil {
		r.Fatal(err)
	}
	before, err := r.reader.States(r.Context(), r.ids)
	if err != nil {
		r.Fatal(err)
	}
	var results []command.Result
	for event, err := range command.NewRunner(r.server.Config()).Run(r.Context(), plan) {
		if err != nil {
			r.Fatal(err)
		}
		if done, ok := event.(command.NodeDone); ok {
			results = append(results, done.Result)
		}
	}
	outcomes, err := r.reader.Outcomes(r.Context(), req, results, before)
	if err != nil {
		r.Fatal(err)
	}
	return outcomes
}

// shell runs a script on all machines and returns what each printed.
func (r rig) shell(script string) map[string]string {
	r.Helper()
	req := command.Request{Script: script}
	for _, id := range r.ids {
		req.Targets = append(req.Targets, command.Target{InstanceID: id})
	}
	key, _ := command.NewKey(time.Now(), rand.Reader)
	plan, err := command.NewPlan(key, req)
	if err != nil {
		r.Fatal(err)
	}
	out := map[string]string{}
	for event, err := range command.NewRunner(r.server.Config()).Run(r.Context(), plan) {
		if err != nil {
			r.Fatal(err)
		}
		if done, ok := event.(command.NodeDone); ok {
			out[done.InstanceID] = done.Stdout
		}
	}
	return out
}

func names(patches []patch.Patch) string {
	var out []string
	for _, p := range patches {
		out = append(out, p.Name())
	}
	return strings.Join(out, " ")
}

func TestAfterAnInstallationReportsEqualTheMachines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, mock.Group{Count: 30})
		for _, o := range r.run(patch.Request{Operation: patch.Install}) {
			if !o.OK() || !o.Rebooted || o.NeedsReboot || len(o.Installed) == 0 || o.State.Missing != 0 {
				t.Errorf("%s: %s, installed %q, %+v", o.InstanceID, o.Command.Outcome, names(o.Installed), o.State)
			}
		}
		machines := r.shell("rpm -qa --qf '%{NAME}.%{ARCH}:%{EPOCHNUM}:%{VERSION}-%{RELEASE}\\n'")
		for _, id := range r.ids {
			patches, err := r.reader.Patches(t.Context(), id, patch.Installed, "InstalledOther")
			if err != nil {
				t.Fatal(err)
			}
			reported := map[string]bool{}
			for _, p := range patches {
				reported[p.Title] = true
			}
			has := map[string]bool{}
			for _, title := range strings.Fields(machines[id]) {
				has[title] = true
			}
			if diff := cmp.Diff(has, reported); diff != "" {
				t.Errorf("%s (-machine +report):\n%s", id, diff)
			}
		}
	})
}

func TestAFailingPatchIsNamedAndFailsOnlyItsMachine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pending := []string{"sudo", "openssl"}
		r := newRig(t, mock.Group{Count: 1, Packages: &world.Packages{UpToDate: true, Pending: pending, Failing: []string{"openssl"}}},
			mock.Group{Count: 1, Packages: &world.Packages{UpToDate: true, Pending: pending}})
		outcomes := r.run(patch.Request{Operation: patch.Install})
		byID := map[string]patch.Outcome{}
		for _, o := range outcomes {
			byID[o.InstanceID] = o
		}
		bad, good := byID[r.ids[0]], byID[r.ids[1]]
		if bad.OK() || names(bad.Failed) != "openssl" || names(bad.Installed) != "sudo" || bad.State.Failed != 1 || !bad.Rebooted {
			t.Errorf("where it fails: failed %q, installed %q, %+v", names(bad.Failed), names(bad.Installed), bad.State)
		}
		if diff := cmp.Diff([]string{"CVE-2025-9230", "CVE-2025-9232"}, bad.Failed[0].CVEs); diff != "" {
			t.Errorf("CVEs (-want +got):\n%s", diff)
		}
		if !good.OK() || names(good.Installed) != "openssl sudo" {
			t.Errorf("where it does not: installed %q", names(good.Installed))
		}
	})
}

func TestWithoutARestartOneIsNeeded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, mock.Group{Count: 1, Packages: &world.Packages{UpToDate: true, Pending: []string{"kernel"}}})
		o := r.run(patch.Request{Operation: patch.Install, Reboot: patch.RebootNever})[0]
		if !o.OK() || o.Rebooted || !o.NeedsReboot || names(o.Installed) != "kernel" || o.State.Compliant() {
			t.Errorf("outcome: %+v %+v", o, o.State)
		}
		o = r.run(patch.Request{Operation: patch.Install})[0]
		if !o.OK() || !o.Rebooted || o.NeedsReboot || len(o.Installed) != 0 {
			t.Errorf("with one afterwards: %+v %+v", o, o.State)
		}
	})
}

func TestAScanThatDoesNotRunIsNotTheLastOnesReport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, mock.Group{Count: 1})
		first := r.run(patch.Request{Operation: patch.Scan})[0]
		second := r.run(patch.Request{Operation: patch.Scan, BaselineOverride: "s3://nowhere/none.json"})[0]
		if first.State == nil || second.State != nil || second.OK() {
			t.Errorf("first %+v, second %+v", first.State, second)
		}
	})
}

// TestCallsFor500Machines bounds what an operation costs: sending, waiting and reading.
func TestCallsFor500Machines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		groups := []mock.Group{{Count: 480, Packages: &world.Packages{UpToDate: true}}, {Count: 20, Packages: &world.Packages{UpToDate: true, Pending: []string{"sudo"}}}}
		r := newRig(t, groups...)
		before := maps.Clone(r.server.CallSummary())
		calls := func() map[string]int {
			now, out := r.server.CallSummary(), map[string]int{}
			for action, n := range now {
				if d := n - before[action]; d > 0 && action != "ssm:ListCommands" && action != "ssm:ListCommandInvocations" { // see below
					out[action] = d
				}
			}
			before = maps.Clone(now)
			return out
		}
		if got := len(r.run(patch.Request{Operation: patch.Scan})); got != 500 {
			t.Fatalf("%d results", got)
		}
		if diff := cmp.Diff(map[string]int{"ssm:SendCommand": 10, "ssm:DescribeInstancePatchStates": 20}, calls()); diff != "" {
			t.Errorf("scan (-want +got):\n%s", diff)
		}
		r.run(patch.Request{Operation: patch.Install})
		if diff := cmp.Diff(map[string]int{"ssm:SendCommand": 10, "ssm:DescribeInstancePatchStates": 20, "ssm:DescribeInstancePatches": 20}, calls()); diff != "" {
			t.Errorf("install (-want +got):\n%s", diff)
		}
		if _, err := r.reader.States(t.Context(), r.ids); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(map[string]int{"ssm:DescribeInstancePatchStates": 10}, calls()); diff != "" {
			t.Errorf("status (-want +got):\n%s", diff)
		}
		// Ten pages of results for each operation; one is read again where a node had not reported when its command had ended.
		if n := r.server.CallSummary()["ssm:ListCommandInvocations"]; n < 20 || n > 24 {
			t.Errorf("%d pages of results", n)
		}
	})
}

func TestReadingEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		r := newRig(t, mock.Group{Count: 1})
		if _, err := r.reader.States(ctx, r.ids); err == nil {
			t.Error("an ended context gave no error")
		}
	})
}

func TestRequestsThatCannotBeSent(t *testing.T) {
	for name, req := range map[string]patch.Request{
		"a file":    {Operation: patch.Scan, BaselineOverride: "/etc/baseline.json"},
		"a bucket":  {Operation: patch.Scan, BaselineOverride: "s3://bucket"},
		"a restart": {Operation: patch.Install, Reboot: "sometimes"},
	} {
		if err := req.Check(); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func ExampleNewPlan() {
	key, _ := command.ParseKey("01K3Z0000000000000000000AA")
	plan, err := patch.NewPlan(key, patch.Request{Operation: patch.Install, Reboot: patch.RebootNever, Targets: []command.Target{{InstanceID: "i-0123456789abcdef0"}}})
	fmt.Println(plan.Document, plan.Parameters, err)
	// Output: AWS-RunPatchBaseline map[Operation:[Install] RebootOption:[NoReboot]] <nil>
}
