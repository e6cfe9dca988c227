package ssm_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	ssmapi "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/world"
)

// patch runs AWS-RunPatchBaseline on every node and waits for its end.
func (r rig) patch(operation string, more map[string]string) string {
	r.Helper()
	id := r.send("", func(in *ssmapi.SendCommandInput) {
		in.DocumentName = new("AWS-RunPatchBaseline")
		in.Parameters = map[string][]string{"Operation": {operation}}
		for k, v := range more {
			in.Parameters[k] = []string{v}
		}
	})
	time.Sleep(30 * time.Minute)
	return id
}

// state is the report of a node.
func (r rig) state(node string) types.InstancePatchState {
	r.Helper()
	out, err := r.ssm.DescribeInstancePatchStates(r.Context(), &ssmapi.DescribeInstancePatchStatesInput{InstanceIds: []string{node}})
	if err != nil {
		r.Fatal(err)
	}
	if len(out.InstancePatchStates) != 1 {
		r.Fatalf("%d reports", len(out.InstancePatchStates))
	}
	return out.InstancePatchStates[0]
}

// patches are the names of a node's packages in a state.
func (r rig) patches(node string, states ...string) (names []string) {
	r.Helper()
	pages := ssmapi.NewDescribeInstancePatchesPaginator(r.ssm, &ssmapi.DescribeInstancePatchesInput{
		InstanceId: &node, MaxResults: new(int32(10)), Filters: []types.PatchOrchestratorFilter{{Key: new("State"), Values: states}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(r.Context())
		if err != nil {
			r.Fatal(err)
		}
		for _, p := range page.Patches {
			names = append(names, strings.TrimSuffix(*p.KBId, ".x86_64"))
		}
	}
	return names
}

func pending(names ...string) *world.Packages {
	return &world.Packages{UpToDate: true, Pending: names}
}

func TestScanFindsWhatTheBaselineApproves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{}, mock.Group{Count: 1, Packages: pending("sudo", "kernel", "ca-certificates", "curl-minimal", "jq")})
		r.patch("Scan", nil)
		st := r.state(r.ids[0])
		// Critical and Important, Bugfix; not Low (jq), nor Medium (curl-minimal, of which an
		// older version was Important).
		if diff := cmp.Diff([]string{"ca-certificates.noarch", "kernel", "sudo"}, r.patches(r.ids[0], "Missing")); diff != "" {
			t.Errorf("missing (-want +got):\n%s", diff)
		}
		if st.MissingCount != 3 || *st.SecurityNonCompliantCount != 2 || *st.CriticalNonCompliantCount != 0 || *st.OtherNonCompliantCount != 1 || st.Operation != "Scan" || *st.BaselineId != "pb-05c9c9bf778d4c4d0" {
			t.Errorf("state: %+v", st)
		}
		if other := r.patches(r.ids[0], "InstalledOther"); !slices.Contains(other, "jq") || slices.Contains(other, "curl-minimal") {
			t.Errorf("installed other: %v", other)
		}
		out, err := r.ssm.DescribeInstancePatches(t.Context(), &ssmapi.DescribeInstancePatchesInput{InstanceId: &r.ids[0], Filters: []types.PatchOrchestratorFilter{{Key: new("KBId"), Values: []string{"kernel.x86_64"}}}})
		if err != nil {
			t.Fatal(err)
		}
		// The newest kernel is three days old: it is not approved yet.
		if p := out.Patches[0]; *p.Title != "kernel.x86_64:0:6.1.155-176.282.amzn2023" || *p.CVEIds != "CVE-2025-38556,CVE-2025-39866,CVE-2025-39931" || *p.Severity != "Important" || *p.Classification != "Security" {
			t.Errorf("kernel: %s %s", *p.Title, *p.CVEIds)
		}
		time.Sleep(6 * 24 * time.Hour)
		r.patch("Scan", nil)
		out, err = r.ssm.DescribeInstancePatches(t.Context(), &ssmapi.DescribeInstancePatchesInput{InstanceId: &r.ids[0], Filters: []types.PatchOrchestratorFilter{{Key: new("KBId"), Values: []string{"kernel.x86_64"}}}})
		if err != nil || *out.Patches[0].Title != "kernel.x86_64:0:6.1.156-177.286.amzn2023" {
			t.Errorf("a week later: %v %v", out.Patches, err)
		}
	})
}

func TestInstallInstallsRebootsAndReports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{}, mock.Group{Count: 1, Packages: pending("sudo", "kernel")})
		id := r.patch("Install", nil)
		inv := r.invocations(id)[0]
		if inv.Status != types.CommandInvocationStatusSuccess {
			t.Fatalf("install: %s", inv.Status)
		}
		st := r.state(r.ids[0])
		if st.MissingCount+st.FailedCount+*st.InstalledPendingRebootCount != 0 || st.RebootOption != "RebootIfNeeded" || *st.SecurityNonCompliantCount != 0 {
			t.Errorf("state: %+v", st)
		}
		if got := r.patches(r.ids[0], "Installed"); !slices.Contains(got, "kernel") || !slices.Contains(got, "sudo") {
			t.Errorf("installed: %v", got)
		}
		shell := r.send("uname -r; rpm -q sudo", nil)
		time.Sleep(time.Minute)
		if got := *r.get(shell, r.ids[0]).StandardOutputContent; got != "6.1.155-176.282.amzn2023.x86_64\nsudo-1.9.17-1.p2.amzn2023.0.1.x86_64\n" {
			t.Errorf("the machine says %q", got)
		}
	})
}

func TestNoRebootLeavesPatchesPendingUntilTheNextScan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{}, mock.Group{Count: 1, Packages: pending("sudo", "kernel")})
		r.patch("Install", map[string]string{"RebootOption": "NoReboot"})
		if diff := cmp.Diff([]string{"kernel", "sudo"}, r.patches(r.ids[0], "InstalledPendingReboot")); diff != "" {
			t.Errorf("pending (-want +got):\n%s", diff)
		}
		st := r.state(r.ids[0])
		if st.LastNoRebootInstallOperationTime == nil || *st.SecurityNonCompliantCount != 2 {
			t.Errorf("state: %+v", st)
		}
		r.patch("Scan", nil)
		if got := r.patches(r.ids[0], "InstalledPendingReboot"); len(got) != 2 {
			t.Errorf("after a scan without a restart: %v", got)
		}
		if _, err := r.ec2.RebootInstances(t.Context(), &ec2api.RebootInstancesInput{InstanceIds: r.ids}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Minute)
		if got := r.patches(r.ids[0], "InstalledPendingReboot"); len(got) != 2 {
			t.Errorf("after the restart, before a scan: %v", got)
		}
		r.patch("Scan", nil)
		if st := r.state(r.ids[0]); *st.InstalledPendingRebootCount != 0 || st.MissingCount != 0 || st.LastNoRebootInstallOperationTime == nil {
			t.Errorf("after the next scan: %+v", st)
		}
	})
}

func TestAFailingPatchIsReportedByName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{}, mock.Group{Count: 1, Packages: &world.Packages{UpToDate: true, Pending: []string{"sudo", "openssl"}, Failing: []string{"sudo"}}})
		id := r.patch("Install", nil)
		inv := r.invocations(id)[0]
		if inv.Status != types.CommandInvocationStatusFailed {
			t.Errorf("install: %s", inv.Status)
		}
		if diff := cmp.Diff([]string{"sudo"}, r.patches(r.ids[0], "Failed")); diff != "" {
			t.Errorf("failed (-want +got):\n%s", diff)
		}
		if st := r.state(r.ids[0]); st.FailedCount != 1 || st.MissingCount != 0 || *st.SecurityNonCompliantCount != 1 {
			t.Errorf("state: %+v", st)
		}
	})
}

func TestReportsEqualTheMachinesPackages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{}, mock.Group{Count: 12})
		r.patch("Install", nil)
		shell := r.send("dnf -q check-update | awk '{print $1}' 2>/dev/null || true; rpm -qa --qf '%{NAME}.%{ARCH}:%{EPOCHNUM}:%{VERSION}-%{RELEASE}\\n'", nil)
		time.Sleep(time.Minute)
		for _, id := range r.ids {
			has := *r.get(shell, id).StandardOutputContent
			st := r.state(id)
			if st.MissingCount != 0 || st.FailedCount != 0 {
				t.Errorf("%s: %d missing, %d failed", id, st.MissingCount, st.FailedCount)
			}
			pages := ssmapi.NewDescribeInstancePatchesPaginator(r.ssm, &ssmapi.DescribeInstancePatchesInput{InstanceId: &id})
			n := 0
			for pages.HasMorePages() {
				page, err := pages.NextPage(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				for _, p := range page.Patches {
					if strings.HasPrefix(string(p.State), "Installed") {
						n++
						if !strings.Contains(has, *p.Title+"\n") {
							t.Errorf("%s: the report has %s, the machine has not", id, *p.Title)
						}
					}
				}
			}
			if got := strings.Count(has, "\n"); got < n || n < 20 {
				t.Errorf("%s: the report has %d packages, the machine %d", id, n, got)
			}
		}
	})
}

func TestPatchGroupsChooseTheBaseline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{}, mock.Group{Count: 2, Packages: pending("sudo", "jq", "libxml2")})
		b, err := r.ssm.CreatePatchBaseline(t.Context(), &ssmapi.CreatePatchBaselineInput{
			Name: new("everything"), OperatingSystem: types.OperatingSystemAmazonLinux2023, RejectedPatches: []string{"libxml2*"}, RejectedPatchesAction: types.PatchActionBlock,
			ApprovalRules: &types.PatchRuleGroup{PatchRules: []types.PatchRule{{
				ApproveAfterDays: new(int32(0)), ComplianceLevel: types.PatchComplianceLevelCritical, EnableNonSecurity: new(true),
				PatchFilterGroup: &types.PatchFilterGroup{PatchFilters: []types.PatchFilter{{Key: types.PatchFilterKeyProduct, Values: []string{"*"}}}},
			}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.ssm.RegisterPatchBaselineForPatchGroup(t.Context(), &ssmapi.RegisterPatchBaselineForPatchGroupInput{BaselineId: b.BaselineId, PatchGroup: new("canary")}); err != nil {
			t.Fatal(err)
		}
		tag := ec2types.Tag{Key: new("Patch Group"), Value: new("canary")}
		if _, err := r.ec2.CreateTags(t.Context(), &ec2api.CreateTagsInput{Resources: r.ids[:1], Tags: []ec2types.Tag{tag}}); err != nil {
			t.Fatal(err)
		}
		r.patch("Scan", nil)
		canary, other := r.state(r.ids[0]), r.state(r.ids[1])
		if *canary.PatchGroup != "canary" || *canary.BaselineId != *b.BaselineId || *other.PatchGroup != "" || *other.BaselineId == *b.BaselineId {
			t.Errorf("groups: %q %s, %q %s", *canary.PatchGroup, *canary.BaselineId, *other.PatchGroup, *other.BaselineId)
		}
		if diff := cmp.Diff([]string{"jq", "kernel", "sudo"}, r.patches(r.ids[0], "Missing")); diff != "" {
			t.Errorf("missing in the group (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"libxml2"}, r.patches(r.ids[0], "InstalledRejected")); diff != "" {
			t.Errorf("rejected (-want +got):\n%s", diff)
		}
		if *canary.CriticalNonCompliantCount != 3 || *canary.SecurityNonCompliantCount != 3 {
			t.Errorf("counts: %d critical, %d security", *canary.CriticalNonCompliantCount, *canary.SecurityNonCompliantCount)
		}
		group, err := r.ssm.DescribePatchGroupState(t.Context(), &ssmapi.DescribePatchGroupStateInput{PatchGroup: new("canary")})
		if err != nil || group.Instances != 1 || group.InstancesWithMissingPatches != 1 {
			t.Errorf("group state: %+v, %v", group, err)
		}
		list, err := r.ssm.DescribeInstancePatchStatesForPatchGroup(t.Context(), &ssmapi.DescribeInstancePatchStatesForPatchGroupInput{
			PatchGroup: new("canary"), Filters: []types.InstancePatchStateFilter{{Key: new("MissingCount"), Type: types.InstancePatchStateOperatorTypeGreaterThan, Values: []string{"2"}}},
		})
		if err != nil || len(list.InstancePatchStates) != 1 {
			t.Errorf("states of the group: %v %v", list, err)
		}
		_, err = r.ssm.DeletePatchBaseline(t.Context(), &ssmapi.DeletePatchBaselineInput{BaselineId: b.BaselineId})
		wantCode(t, err, "ResourceInUseException")
	})
}

func TestOverridesStandInForTheBaseline(t *testing.T) {
	const override = `[{"OperatingSystem":"AMAZON_LINUX_2023","ApprovedPatches":["jq"],"ApprovalRules":{"PatchRules":[]},"GlobalFilters":{"PatchFilters":[]},"RejectedPatches":[]},{"OperatingSystem":"UBUNTU","ApprovedPatches":[]}]`
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{}, mock.Group{Count: 1, Packages: pending("sudo", "jq"), Files: map[string]string{
			"/s3/conf/baseline.json": override, "/s3/conf/list.yaml": "patches:\n  - id: 'jq.x86_64'\n    title: 'jq.*'\n"}})
		id := r.patch("Scan", map[string]string{"BaselineOverride": "s3://conf/baseline.json"})
		if out := *r.invocations(id)[0].CommandPlugins[1].Output; !strings.Contains(out, "Missing: jq.x86_64:0:1.7.1-51.amzn2023.0.1") || strings.Contains(out, "Missing: sudo") {
			t.Errorf("output:\n%s", out)
		}
		if out, err := r.ssm.DescribeInstancePatchStates(t.Context(), &ssmapi.DescribeInstancePatchStatesInput{InstanceIds: r.ids}); err != nil || len(out.InstancePatchStates) != 0 {
			t.Errorf("an override was reported: %v %v", out, err)
		}
		r.patch("Install", map[string]string{"InstallOverrideList": "s3://conf/list.yaml"})
		st := r.state(r.ids[0])
		if *st.InstallOverrideList != "s3://conf/list.yaml" || st.MissingCount != 1 || st.FailedCount != 0 {
			t.Errorf("state: %+v", st)
		}
		for _, bad := range []map[string]string{{"BaselineOverride": "s3://conf/none.json"}, {"BaselineOverride": "s3://conf/baseline.json", "InstallOverrideList": "s3://conf/list.yaml"}} {
			if inv := r.invocations(r.patch("Install", bad))[0]; inv.Status != types.CommandInvocationStatusFailed {
				t.Errorf("%v: %s", bad, inv.Status)
			}
		}
	})
}

func TestPatchReportsSurviveASnapshot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{}, mock.Group{Count: 1, Packages: pending("sudo", "kernel")})
		id := r.send("", func(in *ssmapi.SendCommandInput) {
			in.DocumentName, in.Parameters = new("AWS-RunPatchBaseline"), map[string][]string{"Operation": {"Install"}}
		})
		time.Sleep(35 * time.Second) // the machine reboots
		data, err := r.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		again := newRig(t, world.Settings{})
		if err := again.Restore(data); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		if inv := again.invocations(id)[0]; inv.Status != types.CommandInvocationStatusSuccess {
			t.Errorf("after the load: %s", inv.Status)
		}
		if st := again.state(r.ids[0]); st.MissingCount != 0 || st.InstalledCount == 0 {
			t.Errorf("state: %+v", st)
		}
	})
}

func TestPatchDocumentRefusesWrongParameters(t *testing.T) {
	r := newRig(t, world.Settings{Lag: new(time.Duration(0))}, mock.Group{Count: 1})
	for _, params := range []map[string][]string{
		{}, {"Operation": {"scan"}}, {"Operation": {"Scan"}, "SnapshotId": {"x"}}, {"Operation": {"Scan"}, "RebootOption": {"Always"}}, {"Operation": {"Scan"}, "BaselineOverride": {"/etc/passwd"}},
	} {
		_, err := r.ssm.SendCommand(t.Context(), &ssmapi.SendCommandInput{DocumentName: new("AWS-RunPatchBaseline"), InstanceIds: r.ids, Parameters: params})
		wantCode(t, err, "InvalidParameters")
	}
}
