package ssm

import (
	"context"
	"slices"
	"strconv"
	"strings"

	ssmapi "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// The sizes of the lists of patch states.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstancePatchStates.html
const (
	leastPatches, mostPatches = 10, 100
	maxStateIDs               = 50
)

// reports are the reports of the nodes that exist, in order of launch.
func (a *account) reports(match func(*patchState) bool) []*patchState {
	var out []*patchState
	for _, n := range a.Nodes {
		if p := a.Patching.States[n.Instance.ID]; p != nil && match(p) {
			out = append(out, p)
		}
	}
	return out
}

func (a *account) reportPlace(p *patchState) int64 { return a.nodes[p.NodeID].Seq }

// DescribeInstancePatchStates shows the reports of nodes; one that was never scanned is
// not among them.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstancePatchStates.html
func (s *Service) DescribeInstancePatchStates(ctx context.Context, in *ssmapi.DescribeInstancePatchStatesInput) (*ssmapi.DescribeInstancePatchStatesOutput, error) {
	var v wire.Validation
	v.Required("instanceIds", in.InstanceIds)
	v.Length("instanceIds", in.InstanceIds, 0, maxStateIDs)
	v.Each("instanceIds", in.InstanceIds, wire.Element{Pattern: instanceForm})
	size := pageSize(&v, in.MaxResults, leastPatches, mostPatches)
	if err := v.Err(); err != nil {
		return nil, err
	}
	a := s.in(world.ScopeOf(ctx))
	found := a.reports(func(p *patchState) bool { return slices.Contains(in.InstanceIds, p.NodeID) })
	found, next, err := cutPage("DescribeInstancePatchStates", found, size, in.NextToken, a.reportPlace)
	if err != nil {
		return nil, err
	}
	return &ssmapi.DescribeInstancePatchStatesOutput{InstancePatchStates: mapped(found, (*patchState).describe), NextToken: next}, nil
}

// DescribeInstancePatchStatesForPatchGroup shows the reports of a patch group's nodes.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstancePatchStatesForPatchGroup.html
func (s *Service) DescribeInstancePatchStatesForPatchGroup(ctx context.Context, in *ssmapi.DescribeInstancePatchStatesForPatchGroupInput) (*ssmapi.DescribeInstancePatchStatesForPatchGroupOutput, error) {
	var v wire.Validation
	v.Length("filters", in.Filters, 0, 4)
	size := pageSize(&v, in.MaxResults, leastPatches, mostPatches)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if err := checkGroup(in.PatchGroup); err != nil {
		return nil, err
	}
	match, err := countFilters(in.Filters)
	if err != nil {
		return nil, err
	}
	a := s.in(world.ScopeOf(ctx))
	found := a.reports(func(p *patchState) bool { return p.Group == *in.PatchGroup && match(p.describe()) })
	found, next, err := cutPage("DescribeInstancePatchStatesForPatchGroup", found, size, in.NextToken, a.reportPlace)
	if err != nil {
		return nil, err
	}
	return &ssmapi.DescribeInstancePatchStatesForPatchGroupOutput{InstancePatchStates: mapped(found, (*patchState).describe), NextToken: next}, nil
}

// countFilters compares the counts of a report with numbers.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_InstancePatchStateFilter.html
func countFilters(filters []types.InstancePatchStateFilter) (func(types.InstancePatchState) bool, error) {
	for _, f := range filters {
		if _, ok := countNamed(types.InstancePatchState{}, orDefault(f.Key, "")); !ok { // assumed: the text
			return nil, modelled("InvalidFilter", "The filter key %s is not valid.", orDefault(f.Key, ""))
		}
		if len(f.Values) != 1 || !slices.Contains(f.Type.Values(), f.Type) {
			return nil, modelled("InvalidFilter", "A filter has a type and one value.") // assumed: the text
		}
		if _, err := strconv.Atoi(f.Values[0]); err != nil {
			return nil, modelled("InvalidFilter", "The value %s is not a number.", f.Values[0]) // assumed: the text
		}
	}
	return func(st types.InstancePatchState) bool {
		return !slices.ContainsFunc(filters, func(f types.InstancePatchStateFilter) bool {
			has, _ := countNamed(st, *f.Key)
			wanted, _ := strconv.Atoi(f.Values[0])
			return !map[types.InstancePatchStateOperatorType]bool{
				types.InstancePatchStateOperatorTypeEqual: int(has) == wanted, types.InstancePatchStateOperatorTypeNotEqual: int(has) != wanted,
				types.InstancePatchStateOperatorTypeLessThan: int(has) < wanted, types.InstancePatchStateOperatorTypeGreaterThan: int(has) > wanted,
			}[f.Type]
		})
	}, nil
}

// countNamed is the count of a report that a filter's key names.
func countNamed(st types.InstancePatchState, key string) (int32, bool) {
	counts := map[string]int32{
		"InstalledCount": st.InstalledCount, "InstalledOtherCount": st.InstalledOtherCount, "InstalledPendingRebootCount": orZero(st.InstalledPendingRebootCount),
		"InstalledRejectedCount": orZero(st.InstalledRejectedCount), "MissingCount": st.MissingCount, "FailedCount": st.FailedCount,
		"UnreportedNotApplicableCount": orZero(st.UnreportedNotApplicableCount), "NotApplicableCount": st.NotApplicableCount,
	}
	n, ok := counts[key]
	return n, ok
}

func orZero(n *int32) int32 {
	if n == nil {
		return 0
	}
	return *n
}

// numberedItem is an item with its place in the report.
type numberedItem struct {
	patchItem
	place int64
}

// DescribeInstancePatches shows the packages of a node's report.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstancePatches.html
func (s *Service) DescribeInstancePatches(ctx context.Context, in *ssmapi.DescribeInstancePatchesInput) (*ssmapi.DescribeInstancePatchesOutput, error) {
	var v wire.Validation
	v.Required("instanceId", in.InstanceId)
	v.Pattern("instanceId", in.InstanceId, instanceForm)
	size := pageSize(&v, in.MaxResults, leastPatches, mostPatches)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if err := patchFilters(in.Filters, "Classification", "KBId", "Severity", "State"); err != nil {
		return nil, err
	}
	a := s.in(world.ScopeOf(ctx))
	if n := a.nodes[*in.InstanceId]; n == nil || n.Registered.IsZero() {
		return nil, modelled("InvalidInstanceId", "")
	}
	var found []numberedItem
	if p := a.Patching.States[*in.InstanceId]; p != nil {
		for n, i := range p.Items {
			if keep(in.Filters, i.matches) {
				found = append(found, numberedItem{i, int64(n)})
			}
		}
	}
	found, next, err := cutPage("DescribeInstancePatches", found, size, in.NextToken, func(i numberedItem) int64 { return i.place })
	if err != nil {
		return nil, err
	}
	return &ssmapi.DescribeInstancePatchesOutput{NextToken: next, Patches: mapped(found, func(i numberedItem) types.PatchComplianceData { return i.describe() })}, nil
}

func (i patchItem) matches(key, wanted string) bool {
	switch key {
	case "Classification":
		return i.Classification == wanted
	case "KBId":
		return i.ID == wanted
	case "Severity":
		return i.Severity == wanted
	}
	return i.State == wanted
}

// DescribePatchGroupState counts the nodes of a patch group by what their reports say.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribePatchGroupState.html
func (s *Service) DescribePatchGroupState(ctx context.Context, in *ssmapi.DescribePatchGroupStateInput) (*ssmapi.DescribePatchGroupStateOutput, error) {
	if err := checkGroup(in.PatchGroup); err != nil {
		return nil, err
	}
	a := s.in(world.ScopeOf(ctx))
	with := func(has func(types.InstancePatchState) int32) int32 {
		return int32(len(a.reports(func(p *patchState) bool { return p.Group == *in.PatchGroup && has(p.describe()) > 0 })))
	}
	type state = types.InstancePatchState
	out := &ssmapi.DescribePatchGroupStateOutput{
		InstancesWithInstalledPatches:               with(func(st state) int32 { return st.InstalledCount }),
		InstancesWithInstalledOtherPatches:          with(func(st state) int32 { return st.InstalledOtherCount }),
		InstancesWithInstalledPendingRebootPatches:  new(with(func(st state) int32 { return orZero(st.InstalledPendingRebootCount) })),
		InstancesWithInstalledRejectedPatches:       new(with(func(st state) int32 { return orZero(st.InstalledRejectedCount) })),
		InstancesWithMissingPatches:                 with(func(st state) int32 { return st.MissingCount }),
		InstancesWithFailedPatches:                  with(func(st state) int32 { return st.FailedCount }),
		InstancesWithNotApplicablePatches:           with(func(st state) int32 { return st.NotApplicableCount }),
		InstancesWithUnreportedNotApplicablePatches: new(with(func(st state) int32 { return orZero(st.UnreportedNotApplicableCount) })),
		InstancesWithCriticalNonCompliantPatches:    new(with(func(st state) int32 { return orZero(st.CriticalNonCompliantCount) })),
		InstancesWithSecurityNonCompliantPatches:    new(with(func(st state) int32 { return orZero(st.SecurityNonCompliantCount) })),
		InstancesWithOtherNonCompliantPatches:       new(with(func(st state) int32 { return orZero(st.OtherNonCompliantCount) })),
	}
	for _, n := range a.Nodes {
		if !n.Registered.IsZero() && n.patchGroup() == *in.PatchGroup {
			out.Instances++
		}
	}
	return out, nil
}

// patchGroup is the group that a node's tags put it into.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-tag-a-patch-group.html
func (n *managed) patchGroup() string {
	if g, ok := n.Instance.Tags["Patch Group"]; ok {
		return strings.TrimSpace(g)
	}
	return strings.TrimSpace(n.Instance.Tags["PatchGroup"])
}
