package ssm

import (
	"cmp"
	"context"
	"slices"
	"strings"

	ssmapi "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// checkGroup checks the name of a patch group.
func checkGroup(name *string) error {
	var v wire.Validation
	v.Required("patchGroup", name)
	v.Length("patchGroup", name, 1, 256)
	v.Pattern("patchGroup", name, patchGroupForm)
	return v.Err()
}

func (a *account) group(name string, os types.OperatingSystem) int {
	return slices.IndexFunc(a.Patching.Groups, func(g patchGroup) bool { return g.Name == name && g.OS == os })
}

// baselineFor is the baseline of a node: its group's for the operating system, else the
// default one. https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-patch-groups.html
func (a *account) baselineFor(group string, os types.OperatingSystem) *baseline {
	if i := a.group(group, os); i >= 0 && group != "" {
		if b, err := a.baseline(&a.Patching.Groups[i].Baseline); err == nil {
			return b
		}
	}
	return a.defaultFor(os)
}

// RegisterPatchBaselineForPatchGroup gives a group a baseline: one for each operating
// system. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterPatchBaselineForPatchGroup.html
func (s *Service) RegisterPatchBaselineForPatchGroup(ctx context.Context, in *ssmapi.RegisterPatchBaselineForPatchGroupInput) (*ssmapi.RegisterPatchBaselineForPatchGroupOutput, error) {
	if err := checkGroup(in.PatchGroup); err != nil {
		return nil, err
	}
	a := s.in(world.ScopeOf(ctx))
	b, err := a.baseline(in.BaselineId)
	if err != nil {
		return nil, err
	}
	out := &ssmapi.RegisterPatchBaselineForPatchGroupOutput{BaselineId: in.BaselineId, PatchGroup: in.PatchGroup}
	if i := a.group(*in.PatchGroup, b.OS); i >= 0 {
		if a.Patching.Groups[i].Baseline == b.ID {
			return out, nil // assumed: the same again is no error
		}
		return nil, modelled("AlreadyExistsException", "Patch Group baseline already has a baseline registered for OperatingSystem %s.", b.OS) // assumed: the text
	}
	with := 0
	for _, g := range a.Patching.Groups {
		if g.Baseline == b.ID {
			with++
		}
	}
	if with >= maxGroupsPerBaseline { // assumed: the text
		return nil, modelled("ResourceLimitExceededException", "The limit of %d patch groups for a patch baseline has been reached.", maxGroupsPerBaseline)
	}
	a.Patching.Groups = append(a.Patching.Groups, patchGroup{Seq: a.nextSeq(), Name: *in.PatchGroup, OS: b.OS, Baseline: b.ID})
	return out, nil
}

// DeregisterPatchBaselineForPatchGroup takes a baseline from a group.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeregisterPatchBaselineForPatchGroup.html
func (s *Service) DeregisterPatchBaselineForPatchGroup(ctx context.Context, in *ssmapi.DeregisterPatchBaselineForPatchGroupInput) (*ssmapi.DeregisterPatchBaselineForPatchGroupOutput, error) {
	if err := checkGroup(in.PatchGroup); err != nil {
		return nil, err
	}
	a := s.in(world.ScopeOf(ctx))
	b, err := a.baseline(in.BaselineId)
	if err != nil {
		return nil, err
	}
	if i := a.group(*in.PatchGroup, b.OS); i >= 0 && a.Patching.Groups[i].Baseline == b.ID {
		a.Patching.Groups = slices.Delete(a.Patching.Groups, i, i+1)
	}
	return &ssmapi.DeregisterPatchBaselineForPatchGroupOutput{BaselineId: in.BaselineId, PatchGroup: in.PatchGroup}, nil
}

// GetPatchBaselineForPatchGroup names a group's baseline for an operating system,
// Windows unless one is given.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetPatchBaselineForPatchGroup.html
func (s *Service) GetPatchBaselineForPatchGroup(ctx context.Context, in *ssmapi.GetPatchBaselineForPatchGroupInput) (*ssmapi.GetPatchBaselineForPatchGroupOutput, error) {
	if err := checkGroup(in.PatchGroup); err != nil {
		return nil, err
	}
	os := cmp.Or(in.OperatingSystem, types.OperatingSystemWindows)
	b := s.in(world.ScopeOf(ctx)).baselineFor(*in.PatchGroup, os)
	if b == nil {
		return nil, noBaseline("for " + string(os))
	}
	return &ssmapi.GetPatchBaselineForPatchGroupOutput{BaselineId: new(b.ID), PatchGroup: in.PatchGroup, OperatingSystem: os}, nil
}

// DescribePatchGroups lists the groups that have a baseline.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribePatchGroups.html
func (s *Service) DescribePatchGroups(ctx context.Context, in *ssmapi.DescribePatchGroupsInput) (*ssmapi.DescribePatchGroupsOutput, error) {
	var v wire.Validation
	size := pageSize(&v, in.MaxResults, 1, 100)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if err := patchFilters(in.Filters, "NAME_PREFIX", "OPERATING_SYSTEM"); err != nil {
		return nil, err
	}
	a := s.in(world.ScopeOf(ctx))
	found := filtered(a.Patching.Groups, func(g patchGroup) bool {
		return keep(in.Filters, func(key, wanted string) bool {
			return key == "NAME_PREFIX" && strings.HasPrefix(g.Name, wanted) || key == "OPERATING_SYSTEM" && string(g.OS) == wanted
		})
	})
	found, next, err := cutPage("DescribePatchGroups", found, size, in.NextToken, func(g patchGroup) int64 { return g.Seq })
	if err != nil {
		return nil, err
	}
	return &ssmapi.DescribePatchGroupsOutput{NextToken: next, Mappings: mapped(found, func(g patchGroup) types.PatchGroupPatchBaselineMapping {
		m := types.PatchGroupPatchBaselineMapping{PatchGroup: new(g.Name)}
		if b, err := a.baseline(&g.Baseline); err == nil {
			m.BaselineIdentity = b.identity(a.isDefault(b))
		}
		return m
	})}, nil
}
