package ssm

import (
	"context"
	"slices"
	"strings"

	ssmapi "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// patchCompliance is the one compliance type that the mock has: what patch reports say.
const patchCompliance = "Patch"

// complianceFilter says whether something passes the filters of a list; value gives what
// it has for a key.
func complianceFilter(filters []types.ComplianceStringFilter, value func(key string) string) bool {
	return !slices.ContainsFunc(filters, func(f types.ComplianceStringFilter) bool {
		has := value(*f.Key)
		hit := slices.ContainsFunc(f.Values, func(wanted string) bool {
			return has == wanted || f.Type == types.ComplianceQueryOperatorTypeBeginWith && strings.HasPrefix(has, wanted)
		})
		return hit == (f.Type == types.ComplianceQueryOperatorTypeNotEqual)
	})
}

// checkCompliance checks filters against the keys of a list.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ComplianceStringFilter.html
func checkCompliance(filters []types.ComplianceStringFilter, keys ...string) error {
	for _, f := range filters {
		switch {
		case !slices.Contains(keys, orDefault(f.Key, "")): // assumed: the text
			return modelled("InvalidFilter", "The filter key %s is not valid.", orDefault(f.Key, ""))
		case f.Type == types.ComplianceQueryOperatorTypeLessThan || f.Type == types.ComplianceQueryOperatorTypeGreaterThan:
			return wire.Errorf("ValidationException", "muster's mock does not model the filter type %s", f.Type)
		}
	}
	return nil
}

// numberedCompliance is a package of a node's report with its place in the list.
type numberedCompliance struct {
	types.ComplianceItem
	place int64
}

// ListComplianceItems lists the packages of patch reports: those of one node, or of all.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListComplianceItems.html
func (s *Service) ListComplianceItems(ctx context.Context, in *ssmapi.ListComplianceItemsInput) (*ssmapi.ListComplianceItemsOutput, error) {
	var v wire.Validation
	v.Length("resourceIds", in.ResourceIds, 1, 1)
	v.Length("resourceTypes", in.ResourceTypes, 1, 1)
	size := pageSize(&v, in.MaxResults, 1, 50)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if err := checkCompliance(in.Filters, "ComplianceType", "Status", "Severity", "Id", "Title", "PatchState", "Classification"); err != nil {
		return nil, err
	}
	a := s.in(world.ScopeOf(ctx))
	var found []numberedCompliance
	for _, p := range a.reports(func(p *patchState) bool { return len(in.ResourceIds) == 0 || in.ResourceIds[0] == p.NodeID }) {
		for n, i := range p.Items {
			if complianceFilter(in.Filters, i.complianceValue) {
				found = append(found, numberedCompliance{p.complianceItem(i), a.reportPlace(p)<<16 | int64(n)})
			}
		}
	}
	found, next, err := cutPage("ListComplianceItems", found, size, in.NextToken, func(i numberedCompliance) int64 { return i.place })
	if err != nil {
		return nil, err
	}
	return &ssmapi.ListComplianceItemsOutput{NextToken: next, ComplianceItems: mapped(found, func(i numberedCompliance) types.ComplianceItem { return i.ComplianceItem })}, nil
}

func (i patchItem) complianceStatus() types.ComplianceStatus {
	if i.compliant() {
		return types.ComplianceStatusCompliant
	}
	return types.ComplianceStatusNonCompliant
}

func (i patchItem) complianceValue(key string) string {
	return map[string]string{
		"ComplianceType": patchCompliance, "Status": string(i.complianceStatus()), "Severity": string(i.Level), "Id": i.ID, "Title": i.Title,
		"PatchState": i.State, "Classification": i.Classification,
	}[key]
}

func (p *patchState) complianceItem(i patchItem) types.ComplianceItem {
	details := map[string]string{
		"PatchBaselineId": p.Baseline, "PatchGroup": p.Group, "PatchSeverity": i.Severity, "PatchState": i.State, "Classification": i.Classification,
		"DocumentName": "", "DocumentVersion": "", "InstalledTime": "",
	}
	if !i.Installed.IsZero() {
		details["InstalledTime"] = inventoryTime(i.Installed)
	}
	if len(i.CVEs) > 0 {
		details["CVEIds"] = strings.Join(i.CVEs, ",")
	}
	return types.ComplianceItem{
		ComplianceType: new(patchCompliance), ResourceType: new("ManagedInstance"), ResourceId: new(p.NodeID), Id: new(i.ID), Title: new(i.Title),
		Status: i.complianceStatus(), Severity: types.ComplianceSeverity(i.Level), ExecutionSummary: p.executionSummary(), Details: details,
	}
}

func (p *patchState) executionSummary() *types.ComplianceExecutionSummary {
	return &types.ComplianceExecutionSummary{ExecutionId: new(p.Snapshot), ExecutionType: new("Command"), ExecutionTime: new(p.Started)}
}

// severities counts levels.
func severities(items []patchItem) *types.SeveritySummary {
	var s types.SeveritySummary
	for _, i := range items {
		*map[types.PatchComplianceLevel]*int32{
			types.PatchComplianceLevelCritical: &s.CriticalCount, types.PatchComplianceLevelHigh: &s.HighCount, types.PatchComplianceLevelMedium: &s.MediumCount,
			types.PatchComplianceLevelLow: &s.LowCount, types.PatchComplianceLevelInformational: &s.InformationalCount, types.PatchComplianceLevelUnspecified: &s.UnspecifiedCount,
		}[i.Level]++
	}
	return &s
}

// overallSeverity is the highest level of what does not comply.
func (p *patchState) overallSeverity() types.PatchComplianceLevel {
	worst := types.PatchComplianceLevelUnspecified
	for _, i := range p.Items {
		if !i.compliant() && levelRank(i.Level) > levelRank(worst) {
			worst = i.Level
		}
	}
	return worst
}

// ListResourceComplianceSummaries sums up the report of each node.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListResourceComplianceSummaries.html
func (s *Service) ListResourceComplianceSummaries(ctx context.Context, in *ssmapi.ListResourceComplianceSummariesInput) (*ssmapi.ListResourceComplianceSummariesOutput, error) {
	var v wire.Validation
	size := pageSize(&v, in.MaxResults, 1, 50)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if err := checkCompliance(in.Filters, "ComplianceType", "Status", "OverallSeverity"); err != nil {
		return nil, err
	}
	a := s.in(world.ScopeOf(ctx))
	found := a.reports(func(p *patchState) bool {
		return complianceFilter(in.Filters, func(key string) string {
			return map[string]string{"ComplianceType": patchCompliance, "Status": string(p.complianceStatus()), "OverallSeverity": string(p.overallSeverity())}[key]
		})
	})
	found, next, err := cutPage("ListResourceComplianceSummaries", found, size, in.NextToken, a.reportPlace)
	if err != nil {
		return nil, err
	}
	return &ssmapi.ListResourceComplianceSummariesOutput{NextToken: next, ResourceComplianceSummaryItems: mapped(found, (*patchState).resourceSummary)}, nil
}

func (p *patchState) resourceSummary() types.ResourceComplianceSummaryItem {
	good := filtered(p.Items, patchItem.compliant)
	bad := filtered(p.Items, func(i patchItem) bool { return !i.compliant() })
	return types.ResourceComplianceSummaryItem{
		ComplianceType: new(patchCompliance), ResourceType: new("ManagedInstance"), ResourceId: new(p.NodeID), Status: p.complianceStatus(),
		OverallSeverity: types.ComplianceSeverity(p.overallSeverity()), ExecutionSummary: p.executionSummary(),
		CompliantSummary:    &types.CompliantSummary{CompliantCount: int32(len(good)), SeveritySummary: severities(good)},
		NonCompliantSummary: &types.NonCompliantSummary{NonCompliantCount: int32(len(bad)), SeveritySummary: severities(bad)},
	}
}

// ListComplianceSummaries counts the nodes that comply and those that do not.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListComplianceSummaries.html
func (s *Service) ListComplianceSummaries(ctx context.Context, in *ssmapi.ListComplianceSummariesInput) (*ssmapi.ListComplianceSummariesOutput, error) {
	var v wire.Validation
	pageSize(&v, in.MaxResults, 1, 50)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if err := checkCompliance(in.Filters, "ComplianceType"); err != nil {
		return nil, err
	}
	out := &ssmapi.ListComplianceSummariesOutput{ComplianceSummaryItems: []types.ComplianceSummaryItem{}}
	a := s.in(world.ScopeOf(ctx))
	all := a.reports(func(*patchState) bool { return true })
	if len(all) == 0 || !complianceFilter(in.Filters, func(string) string { return patchCompliance }) {
		return out, nil
	}
	// A node counts once, by the level of the worst that does not comply there.
	var good, bad []patchItem
	for _, p := range all {
		if one := (patchItem{Level: p.overallSeverity()}); p.complianceStatus() == types.ComplianceStatusCompliant {
			good = append(good, one)
		} else {
			bad = append(bad, one)
		}
	}
	out.ComplianceSummaryItems = append(out.ComplianceSummaryItems, types.ComplianceSummaryItem{
		ComplianceType:      new(patchCompliance),
		CompliantSummary:    &types.CompliantSummary{CompliantCount: int32(len(good)), SeveritySummary: severities(good)},
		NonCompliantSummary: &types.NonCompliantSummary{NonCompliantCount: int32(len(bad)), SeveritySummary: severities(bad)},
	})
	return out, nil
}
