package ssm

import (
	"cmp"
	"context"
	"reflect"
	"slices"
	"strings"
	"time"

	ssmapi "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// patching is what an account has of Patch Manager in one region.
type patching struct {
	Baselines []*baseline                      `json:"baselines,omitempty"` // its own, in order of creation
	Defaults  map[types.OperatingSystem]string `json:"defaults,omitempty"`  // ids of those that replace AWS's
	Groups    []patchGroup                     `json:"groups,omitempty"`    // in order of registration
	States    map[string]*patchState           `json:"states,omitempty"`    // by node
}

// patchGroup is a name that nodes carry as a tag, with the baseline for one system.
type patchGroup struct {
	Seq      int64                 `json:"seq"`
	Name     string                `json:"name"`
	OS       types.OperatingSystem `json:"os"`
	Baseline string                `json:"baseline"`
}

// baselines are all that an account sees: AWS's, then its own.
func (a *account) baselines() []*baseline {
	return slices.Concat(predefinedOf(a.Scope.Region), a.Patching.Baselines)
}

func noBaseline(id string) error { // assumed: the text
	return modelled("DoesNotExistException", "Patch baseline %s does not exist.", id)
}

// baseline finds one by its id or ARN; AWS's own only by the whole ARN.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetPatchBaseline.html
func (a *account) baseline(id *string) (*baseline, error) {
	var v wire.Validation
	v.Required("baselineId", id)
	v.Pattern("baselineId", id, baselineIDForm)
	if err := v.Err(); err != nil {
		return nil, err
	}
	own := "arn:aws:ssm:" + a.Scope.Region + ":" + a.Scope.Account + ":patchbaseline/"
	wanted := strings.TrimPrefix(*id, own)
	for _, b := range a.baselines() {
		if b.ID == wanted {
			return b, nil
		}
	}
	return nil, noBaseline(*id)
}

// ownBaseline finds one that the account may change.
func (a *account) ownBaseline(id *string) (*baseline, error) {
	b, err := a.baseline(id)
	if err == nil && b.predefined { // assumed: the code and the text
		return nil, wire.Errorf("AccessDeniedException", "Patch baseline %s is provided by AWS and cannot be changed.", *id)
	}
	return b, err
}

// defaultFor is the baseline of nodes in no group.
func (a *account) defaultFor(os types.OperatingSystem) *baseline {
	for _, b := range a.baselines() {
		if own := a.Patching.Defaults[os]; b.OS == os && (b.ID == own || own == "" && b.asDefault) {
			return b
		}
	}
	return nil
}

func (a *account) isDefault(b *baseline) bool {
	d := a.defaultFor(b.OS)
	return d != nil && d.ID == b.ID
}

// CreatePatchBaseline makes a baseline of the account's own.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreatePatchBaseline.html
func (s *Service) CreatePatchBaseline(ctx context.Context, in *ssmapi.CreatePatchBaselineInput) (*ssmapi.CreatePatchBaselineOutput, error) {
	var v wire.Validation
	v.Required("name", in.Name)
	v.Pattern("name", in.Name, baselineName)
	v.Length("description", in.Description, 1, 1024)
	v.Length("clientToken", in.ClientToken, 1, 64)
	if err := v.Err(); err != nil {
		return nil, err
	}
	a := s.in(world.ScopeOf(ctx))
	now := s.world.Now()
	b := &baseline{
		Name: *in.Name, Description: orDefault(in.Description, ""), OS: cmp.Or(in.OperatingSystem, types.OperatingSystemWindows),
		Approved: in.ApprovedPatches, ApprovedLevel: cmp.Or(in.ApprovedPatchesComplianceLevel, types.PatchComplianceLevelUnspecified),
		ApprovedNonSecurity: in.ApprovedPatchesEnableNonSecurity != nil && *in.ApprovedPatchesEnableNonSecurity,
		Rejected:            in.RejectedPatches, RejectedAction: cmp.Or(in.RejectedPatchesAction, types.PatchActionAllowAsDependency), Sources: in.Sources,
		AvailableSecurity: in.AvailableSecurityUpdatesComplianceStatus, ClientToken: orDefault(in.ClientToken, ""),
		GlobalFilters: filtersOf(in.GlobalFilters), Rules: rulesOf(in.ApprovalRules),
	}
	if err := b.check(); err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(a.Patching.Baselines, func(o *baseline) bool { return b.ClientToken != "" && o.ClientToken == b.ClientToken }); i >= 0 {
		return a.sameBaseline(a.Patching.Baselines[i], b)
	}
	if len(a.Patching.Baselines) >= maxBaselines { // assumed: the text
		return nil, modelled("ResourceLimitExceededException", "The limit of %d patch baselines has been reached.", maxBaselines)
	}
	b.Seq, b.ID, b.Created, b.Modified = 1<<20+a.nextSeq(), s.world.ID("pb"), now, now
	a.Patching.Baselines = append(a.Patching.Baselines, b)
	return &ssmapi.CreatePatchBaselineOutput{BaselineId: new(b.ID)}, nil
}

// sameBaseline answers a call that came again with its token.
func (a *account) sameBaseline(had, b *baseline) (*ssmapi.CreatePatchBaselineOutput, error) {
	copied := *b
	copied.Seq, copied.ID, copied.Created, copied.Modified = had.Seq, had.ID, had.Created, had.Modified
	if !reflect.DeepEqual(*had, copied) {
		return nil, modelled("IdempotentParameterMismatch", "")
	}
	return &ssmapi.CreatePatchBaselineOutput{BaselineId: new(had.ID)}, nil
}

func filtersOf(g *types.PatchFilterGroup) []types.PatchFilter {
	if g == nil {
		return nil
	}
	return g.PatchFilters
}

// rulesOf fills in the defaults of rules.
func rulesOf(g *types.PatchRuleGroup) []types.PatchRule {
	if g == nil {
		return nil
	}
	rules := slices.Clone(g.PatchRules)
	for i, r := range rules {
		rules[i].ComplianceLevel = cmp.Or(r.ComplianceLevel, types.PatchComplianceLevelUnspecified)
		if r.EnableNonSecurity == nil {
			rules[i].EnableNonSecurity = new(false)
		}
	}
	return rules
}

// UpdatePatchBaseline changes what is given; with Replace, also what is not.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdatePatchBaseline.html
func (s *Service) UpdatePatchBaseline(ctx context.Context, in *ssmapi.UpdatePatchBaselineInput) (*ssmapi.UpdatePatchBaselineOutput, error) {
	var v wire.Validation
	v.Pattern("name", in.Name, baselineName)
	v.Length("description", in.Description, 1, 1024)
	if err := v.Err(); err != nil {
		return nil, err
	}
	a := s.in(world.ScopeOf(ctx))
	b, err := a.ownBaseline(in.BaselineId)
	if err != nil {
		return nil, err
	}
	changed := *b
	changed.apply(in)
	if err := changed.check(); err != nil {
		return nil, err
	}
	*b = changed
	b.Modified = s.world.Now()
	return &ssmapi.UpdatePatchBaselineOutput{
		BaselineId: new(b.ID), Name: new(b.Name), Description: new(b.Description), OperatingSystem: b.OS, GlobalFilters: b.filterGroup(), ApprovalRules: b.ruleGroup(),
		ApprovedPatches: b.Approved, ApprovedPatchesComplianceLevel: b.ApprovedLevel, ApprovedPatchesEnableNonSecurity: new(b.ApprovedNonSecurity),
		RejectedPatches: b.Rejected, RejectedPatchesAction: b.RejectedAction, Sources: b.Sources, AvailableSecurityUpdatesComplianceStatus: b.AvailableSecurity,
		CreatedDate: new(b.Created), ModifiedDate: new(b.Modified),
	}, nil
}

// apply takes over what an update gives.
func (b *baseline) apply(in *ssmapi.UpdatePatchBaselineInput) {
	all := in.Replace != nil && *in.Replace
	b.Name = orDefault(in.Name, b.Name)
	if in.Description != nil || all {
		b.Description = orDefault(in.Description, "")
	}
	if in.GlobalFilters != nil || all {
		b.GlobalFilters = filtersOf(in.GlobalFilters)
	}
	if in.ApprovalRules != nil || all {
		b.Rules = rulesOf(in.ApprovalRules)
	}
	if in.ApprovedPatches != nil || all {
		b.Approved = in.ApprovedPatches
	}
	if in.RejectedPatches != nil || all {
		b.Rejected = in.RejectedPatches
	}
	if in.Sources != nil || all {
		b.Sources = in.Sources
	}
	if in.ApprovedPatchesEnableNonSecurity != nil || all {
		b.ApprovedNonSecurity = in.ApprovedPatchesEnableNonSecurity != nil && *in.ApprovedPatchesEnableNonSecurity
	}
	if all {
		b.ApprovedLevel, b.RejectedAction, b.AvailableSecurity = types.PatchComplianceLevelUnspecified, types.PatchActionAllowAsDependency, ""
	}
	b.ApprovedLevel = cmp.Or(in.ApprovedPatchesComplianceLevel, b.ApprovedLevel)
	b.RejectedAction = cmp.Or(in.RejectedPatchesAction, b.RejectedAction)
	b.AvailableSecurity = cmp.Or(in.AvailableSecurityUpdatesComplianceStatus, b.AvailableSecurity)
}

// DeletePatchBaseline deletes one of the account's own, unless it is in use.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeletePatchBaseline.html
func (s *Service) DeletePatchBaseline(ctx context.Context, in *ssmapi.DeletePatchBaselineInput) (*ssmapi.DeletePatchBaselineOutput, error) {
	a := s.in(world.ScopeOf(ctx))
	b, err := a.ownBaseline(in.BaselineId)
	if err != nil {
		return nil, err
	}
	grouped := slices.ContainsFunc(a.Patching.Groups, func(g patchGroup) bool { return g.Baseline == b.ID })
	if grouped || a.isDefault(b) { // assumed: the text
		return nil, modelled("ResourceInUseException", "Patch baseline %s is a default baseline or registered for a patch group.", b.ID)
	}
	a.Patching.Baselines = slices.DeleteFunc(a.Patching.Baselines, func(o *baseline) bool { return o == b })
	return &ssmapi.DeletePatchBaselineOutput{BaselineId: in.BaselineId}, nil
}

// GetPatchBaseline shows a baseline with its groups.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetPatchBaseline.html
func (s *Service) GetPatchBaseline(ctx context.Context, in *ssmapi.GetPatchBaselineInput) (*ssmapi.GetPatchBaselineOutput, error) {
	a := s.in(world.ScopeOf(ctx))
	b, err := a.baseline(in.BaselineId)
	if err != nil {
		return nil, err
	}
	groups := []string{}
	for _, g := range a.Patching.Groups {
		if g.Baseline == b.ID {
			groups = append(groups, g.Name)
		}
	}
	return &ssmapi.GetPatchBaselineOutput{
		BaselineId: new(b.ID), Name: new(b.Name), Description: new(b.Description), OperatingSystem: b.OS, GlobalFilters: b.filterGroup(), ApprovalRules: b.ruleGroup(),
		ApprovedPatches: slices.Concat([]string{}, b.Approved), ApprovedPatchesComplianceLevel: b.ApprovedLevel, ApprovedPatchesEnableNonSecurity: new(b.ApprovedNonSecurity),
		RejectedPatches: slices.Concat([]string{}, b.Rejected), RejectedPatchesAction: b.RejectedAction, Sources: slices.Concat([]types.PatchSource{}, b.Sources),
		AvailableSecurityUpdatesComplianceStatus: b.AvailableSecurity, PatchGroups: groups, CreatedDate: new(b.Created), ModifiedDate: new(b.Modified),
	}, nil
}

// patchFilters checks the filters of a list: its keys, each with values. Several all
// must match, values are alternatives.
func patchFilters(filters []types.PatchOrchestratorFilter, keys ...string) error {
	for _, f := range filters {
		if !slices.Contains(keys, orDefault(f.Key, "")) { // assumed: the text
			return modelled("InvalidFilter", "The filter key %s is not valid.", orDefault(f.Key, ""))
		}
	}
	return nil
}

// keep says whether something passes filters; value gives what it has for a key.
func keep(filters []types.PatchOrchestratorFilter, value func(key, wanted string) bool) bool {
	return !slices.ContainsFunc(filters, func(f types.PatchOrchestratorFilter) bool {
		return !slices.ContainsFunc(f.Values, func(wanted string) bool { return value(*f.Key, wanted) })
	})
}

// DescribePatchBaselines lists AWS's baselines and the account's.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribePatchBaselines.html
func (s *Service) DescribePatchBaselines(ctx context.Context, in *ssmapi.DescribePatchBaselinesInput) (*ssmapi.DescribePatchBaselinesOutput, error) {
	var v wire.Validation
	size := pageSize(&v, in.MaxResults, 1, 100)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if err := patchFilters(in.Filters, "NAME_PREFIX", "OWNER", "OPERATING_SYSTEM"); err != nil {
		return nil, err
	}
	a := s.in(world.ScopeOf(ctx))
	found := filtered(a.baselines(), func(b *baseline) bool {
		return keep(in.Filters, func(key, wanted string) bool {
			switch key {
			case "NAME_PREFIX":
				return strings.HasPrefix(b.Name, wanted)
			case "OWNER":
				return wanted == "AWS" && b.predefined || wanted == "Self" && !b.predefined || wanted == "All"
			}
			return string(b.OS) == wanted
		})
	})
	found, next, err := cutPage("DescribePatchBaselines", found, size, in.NextToken, func(b *baseline) int64 { return b.Seq })
	if err != nil {
		return nil, err
	}
	return &ssmapi.DescribePatchBaselinesOutput{NextToken: next, BaselineIdentities: mapped(found, func(b *baseline) types.PatchBaselineIdentity { return *b.identity(a.isDefault(b)) })}, nil
}

// RegisterDefaultPatchBaseline makes a baseline the one for nodes in no group.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterDefaultPatchBaseline.html
func (s *Service) RegisterDefaultPatchBaseline(ctx context.Context, in *ssmapi.RegisterDefaultPatchBaselineInput) (*ssmapi.RegisterDefaultPatchBaselineOutput, error) {
	a := s.in(world.ScopeOf(ctx))
	b, err := a.baseline(in.BaselineId)
	if err != nil {
		return nil, err
	}
	if a.Patching.Defaults == nil {
		a.Patching.Defaults = map[types.OperatingSystem]string{}
	}
	a.Patching.Defaults[b.OS] = b.ID
	return &ssmapi.RegisterDefaultPatchBaselineOutput{BaselineId: in.BaselineId}, nil
}

// GetDefaultPatchBaseline names the default of an operating system, Windows unless one
// is given. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetDefaultPatchBaseline.html
func (s *Service) GetDefaultPatchBaseline(ctx context.Context, in *ssmapi.GetDefaultPatchBaselineInput) (*ssmapi.GetDefaultPatchBaselineOutput, error) {
	os := cmp.Or(in.OperatingSystem, types.OperatingSystemWindows)
	var v wire.Validation
	wire.Enum(&v, "operatingSystem", os, os.Values())
	if err := v.Err(); err != nil {
		return nil, err
	}
	b := s.in(world.ScopeOf(ctx)).defaultFor(os)
	return &ssmapi.GetDefaultPatchBaselineOutput{BaselineId: new(b.ID), OperatingSystem: os}, nil
}

// approvalDays is how long after its release a rule approves a patch.
func approvalDays(r types.PatchRule) time.Duration {
	if r.ApproveAfterDays == nil {
		return 0
	}
	return time.Duration(*r.ApproveAfterDays) * 24 * time.Hour
}
