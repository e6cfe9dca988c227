package ssm_test

import (
	"strings"
	"testing"
	"time"

	ssmapi "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/mock/world"
)

func TestPredefinedBaselinesAreListed(t *testing.T) {
	r := newRig(t, world.Settings{Lag: new(time.Duration(0))})
	var names []string
	pages := ssmapi.NewDescribePatchBaselinesPaginator(r.ssm, &ssmapi.DescribePatchBaselinesInput{MaxResults: new(int32(5)), Filters: []types.PatchOrchestratorFilter{{Key: new("OWNER"), Values: []string{"AWS"}}}})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range page.BaselineIdentities {
			names = append(names, *b.BaselineName)
			if !strings.HasPrefix(*b.BaselineId, "arn:aws:ssm:us-east-1:075727635805:patchbaseline/pb-0") || b.DefaultBaseline == strings.HasPrefix(*b.BaselineName, "AWS-WindowsPredefined") {
				t.Errorf("%s: %s, default %v", *b.BaselineName, *b.BaselineId, b.DefaultBaseline)
			}
		}
	}
	if len(names) != 17 || names[3] != "AWS-AmazonLinux2023DefaultPatchBaseline" {
		t.Errorf("baselines: %v", names)
	}
	_, err := r.ssm.GetPatchBaseline(t.Context(), &ssmapi.GetPatchBaselineInput{BaselineId: new("pb-05c9c9bf778d4c4d0")})
	wantCode(t, err, "DoesNotExistException")
	out, err := r.ssm.GetPatchBaseline(t.Context(), &ssmapi.GetPatchBaselineInput{BaselineId: new("arn:aws:ssm:us-east-1:075727635805:patchbaseline/pb-05c9c9bf778d4c4d0")})
	if err != nil || len(out.ApprovalRules.PatchRules) != 2 || *out.ApprovalRules.PatchRules[0].ApproveAfterDays != 7 {
		t.Errorf("baseline: %+v, %v", out, err)
	}
}

func TestBaselinesAreCreatedChangedAndDeleted(t *testing.T) {
	r := newRig(t, world.Settings{Lag: new(time.Duration(0))})
	create := &ssmapi.CreatePatchBaselineInput{Name: new("mine"), OperatingSystem: types.OperatingSystemUbuntu, ApprovedPatches: []string{"sudo"}, ClientToken: new("one")}
	b, err := r.ssm.CreatePatchBaseline(t.Context(), create)
	if err != nil {
		t.Fatal(err)
	}
	again, err := r.ssm.CreatePatchBaseline(t.Context(), create)
	if err != nil || *again.BaselineId != *b.BaselineId {
		t.Errorf("the same token: %v %v", again, err)
	}
	if _, err := r.ssm.UpdatePatchBaseline(t.Context(), &ssmapi.UpdatePatchBaselineInput{BaselineId: b.BaselineId, Description: new("two"), RejectedPatches: []string{"nginx"}}); err != nil {
		t.Fatal(err)
	}
	got, err := r.ssm.GetPatchBaseline(t.Context(), &ssmapi.GetPatchBaselineInput{BaselineId: b.BaselineId})
	if err != nil || *got.Description != "two" || !cmp.Equal(got.ApprovedPatches, []string{"sudo"}) || !cmp.Equal(got.RejectedPatches, []string{"nginx"}) {
		t.Errorf("after the update: %+v %v", got, err)
	}
	if _, err := r.ssm.UpdatePatchBaseline(t.Context(), &ssmapi.UpdatePatchBaselineInput{BaselineId: b.BaselineId, Replace: new(true), Name: new("other")}); err != nil {
		t.Fatal(err)
	}
	if got, err = r.ssm.GetPatchBaseline(t.Context(), &ssmapi.GetPatchBaselineInput{BaselineId: b.BaselineId}); err != nil || len(got.ApprovedPatches)+len(got.RejectedPatches) != 0 {
		t.Errorf("after the replacement: %+v %v", got, err)
	}
	if _, err := r.ssm.RegisterDefaultPatchBaseline(t.Context(), &ssmapi.RegisterDefaultPatchBaselineInput{BaselineId: b.BaselineId}); err != nil {
		t.Fatal(err)
	}
	_, err = r.ssm.DeletePatchBaseline(t.Context(), &ssmapi.DeletePatchBaselineInput{BaselineId: b.BaselineId})
	wantCode(t, err, "ResourceInUseException")
	const ubuntu = "arn:aws:ssm:us-east-1:075727635805:patchbaseline/pb-0c7e89f711c3095f4"
	if _, err := r.ssm.RegisterDefaultPatchBaseline(t.Context(), &ssmapi.RegisterDefaultPatchBaselineInput{BaselineId: new(ubuntu)}); err != nil {
		t.Fatal(err)
	}
	def, err := r.ssm.GetDefaultPatchBaseline(t.Context(), &ssmapi.GetDefaultPatchBaselineInput{OperatingSystem: types.OperatingSystemUbuntu})
	if err != nil || *def.BaselineId != ubuntu {
		t.Errorf("default: %v %v", def, err)
	}
	if _, err := r.ssm.DeletePatchBaseline(t.Context(), &ssmapi.DeletePatchBaselineInput{BaselineId: b.BaselineId}); err != nil {
		t.Error(err)
	}
	_, err = r.ssm.GetPatchBaseline(t.Context(), &ssmapi.GetPatchBaselineInput{BaselineId: b.BaselineId})
	wantCode(t, err, "DoesNotExistException")
}

func TestWrongBaselinesAreRefused(t *testing.T) {
	r := newRig(t, world.Settings{Lag: new(time.Duration(0))})
	rule := func(key types.PatchFilterKey, value string, days *int32, until *string) *types.PatchRuleGroup {
		return &types.PatchRuleGroup{PatchRules: []types.PatchRule{{ApproveAfterDays: days, ApproveUntilDate: until,
			PatchFilterGroup: &types.PatchFilterGroup{PatchFilters: []types.PatchFilter{{Key: key, Values: []string{value}}}}}}}
	}
	week := new(int32(7))
	for name, in := range map[string]*ssmapi.CreatePatchBaselineInput{
		"a short name":         {Name: new("x")},
		"an unknown system":    {Name: new("abc"), OperatingSystem: "BEOS"},
		"two ways to approve":  {Name: new("abc"), OperatingSystem: types.OperatingSystemAmazonLinux2023, ApprovalRules: rule(types.PatchFilterKeySeverity, "Low", week, new("2025-01-01"))},
		"no way to approve":    {Name: new("abc"), OperatingSystem: types.OperatingSystemAmazonLinux2023, ApprovalRules: rule(types.PatchFilterKeySeverity, "Low", nil, nil)},
		"too many days":        {Name: new("abc"), OperatingSystem: types.OperatingSystemAmazonLinux2023, ApprovalRules: rule(types.PatchFilterKeySeverity, "Low", new(int32(361)), nil)},
		"a key of another":     {Name: new("abc"), OperatingSystem: types.OperatingSystemUbuntu, ApprovalRules: rule(types.PatchFilterKeySeverity, "Low", week, nil)},
		"an unknown value":     {Name: new("abc"), OperatingSystem: types.OperatingSystemAmazonLinux2023, ApprovalRules: rule(types.PatchFilterKeySeverity, "critical", week, nil)},
		"a date that is none":  {Name: new("abc"), OperatingSystem: types.OperatingSystemAmazonLinux2023, ApprovalRules: rule(types.PatchFilterKeySeverity, "Low", nil, new("2025-02-31"))},
		"repositories":         {Name: new("abc"), Sources: []types.PatchSource{{Name: new("x"), Configuration: new("y"), Products: []string{"*"}}}},
		"an action of another": {Name: new("abc"), RejectedPatchesAction: "DENY"},
	} {
		_, err := r.ssm.CreatePatchBaseline(t.Context(), in)
		if err == nil {
			t.Errorf("%s was accepted", name)
			continue
		}
		wantCode(t, err, "ValidationException")
	}
}

func TestPatchGroupsAreListedAndLimited(t *testing.T) {
	r := newRig(t, world.Settings{Lag: new(time.Duration(0))})
	id := new("arn:aws:ssm:us-east-1:075727635805:patchbaseline/pb-05c9c9bf778d4c4d0")
	for _, name := range []string{"web", "web2", "db"} {
		if _, err := r.ssm.RegisterPatchBaselineForPatchGroup(t.Context(), &ssmapi.RegisterPatchBaselineForPatchGroupInput{BaselineId: id, PatchGroup: &name}); err != nil {
			t.Fatal(err)
		}
	}
	other, err := r.ssm.CreatePatchBaseline(t.Context(), &ssmapi.CreatePatchBaselineInput{Name: new("other"), OperatingSystem: types.OperatingSystemAmazonLinux2023})
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.ssm.RegisterPatchBaselineForPatchGroup(t.Context(), &ssmapi.RegisterPatchBaselineForPatchGroupInput{BaselineId: other.BaselineId, PatchGroup: new("web")})
	wantCode(t, err, "AlreadyExistsException")
	list, err := r.ssm.DescribePatchGroups(t.Context(), &ssmapi.DescribePatchGroupsInput{Filters: []types.PatchOrchestratorFilter{{Key: new("NAME_PREFIX"), Values: []string{"web"}}}})
	if err != nil || len(list.Mappings) != 2 || *list.Mappings[0].BaselineIdentity.BaselineName != "AWS-AmazonLinux2023DefaultPatchBaseline" {
		t.Errorf("groups: %v %v", list, err)
	}
	if _, err := r.ssm.DeregisterPatchBaselineForPatchGroup(t.Context(), &ssmapi.DeregisterPatchBaselineForPatchGroupInput{BaselineId: id, PatchGroup: new("web")}); err != nil {
		t.Fatal(err)
	}
	got, err := r.ssm.GetPatchBaselineForPatchGroup(t.Context(), &ssmapi.GetPatchBaselineForPatchGroupInput{PatchGroup: new("web")})
	if err != nil || got.OperatingSystem != types.OperatingSystemWindows || !strings.HasSuffix(*got.BaselineId, "pb-09ca3fb51f0412ec3") {
		t.Errorf("a group of Windows: %v %v", got, err)
	}
}

func TestWhatIsNotDescribedIsRefused(t *testing.T) {
	r := newRig(t, world.Settings{Lag: new(time.Duration(0))})
	_, err := r.ssm.DescribeInstancePatches(t.Context(), &ssmapi.DescribeInstancePatchesInput{InstanceId: new("i-0123456789abcdef0")})
	wantCode(t, err, "InvalidInstanceId")
	_, err = r.ssm.DescribeInstancePatchStates(t.Context(), &ssmapi.DescribeInstancePatchStatesInput{InstanceIds: make([]string, 51)})
	wantCode(t, err, "ValidationException")
	_, err = r.ssm.DescribePatchBaselines(t.Context(), &ssmapi.DescribePatchBaselinesInput{Filters: []types.PatchOrchestratorFilter{{Key: new("NAME"), Values: []string{"x"}}}})
	wantCode(t, err, "InvalidFilter")
	_, err = r.ssm.UpdatePatchBaseline(t.Context(), &ssmapi.UpdatePatchBaselineInput{BaselineId: new("arn:aws:ssm:us-east-1:075727635805:patchbaseline/pb-05c9c9bf778d4c4d0"), Name: new("mine")})
	wantCode(t, err, "AccessDeniedException")
}
