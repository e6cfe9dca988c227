package ssm

import (
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

// patchState is the last report of a node: what AWS-RunPatchBaseline uploads.
type patchState struct {
	NodeID       string                   `json:"nodeId"`
	Group        string                   `json:"group,omitempty"`
	Baseline     string                   `json:"baseline"`
	Snapshot     string                   `json:"snapshot"`
	Execution    string                   `json:"execution"` // the command's id
	Operation    types.PatchOperationType `json:"operation"`
	RebootOption types.RebootOption       `json:"rebootOption"`
	Started      time.Time                `json:"started"`
	Ended        time.Time                `json:"ended"`
	LastNoReboot time.Time                `json:"lastNoReboot,omitzero"` // end of the last install without a restart
	Override     string                   `json:"override,omitempty"`    // the InstallOverrideList
	Items        []patchItem              `json:"items"`
}

// stateOrder is the order of a report's items.
var stateOrder = []string{stateInstalled, stateInstalledOther, stateRejected, statePendingReboot, stateNotApplicable, stateMissing, stateFailed}

// sort puts the items into the order in which the agent uploads them.
func (p *patchState) sort() {
	slices.SortStableFunc(p.Items, func(a, b patchItem) int {
		if d := slices.Index(stateOrder, a.State) - slices.Index(stateOrder, b.State); d != 0 {
			return d
		}
		return strings.Compare(a.Name, b.Name)
	})
}

// pending are the titles of what awaits a restart.
func (p *patchState) pending() []string {
	var titles []string
	if p != nil {
		for _, i := range p.Items {
			if i.State == statePendingReboot {
				titles = append(titles, i.Title)
			}
		}
	}
	return titles
}

// patchCounts are the numbers of a report.
type patchCounts struct {
	byState                   map[string]int32
	critical, security, other int32
}

// counts counts a report. What does not comply counts as critical by its compliance
// level, as security by its classification, or both; else as other
// (github.com/tekumara/aws-ssm-patch-manager, package_compliance.py).
func (p *patchState) counts() patchCounts {
	c := patchCounts{byState: map[string]int32{}}
	for _, i := range p.Items {
		c.byState[i.State]++
		if i.compliant() {
			continue
		}
		critical, sec := i.Level == types.PatchComplianceLevelCritical, strings.EqualFold(i.Classification, "Security")
		if critical {
			c.critical++
		}
		if sec {
			c.security++
		}
		if !critical && !sec {
			c.other++
		}
	}
	return c
}

// describe is the report as DescribeInstancePatchStates shows it.
func (p *patchState) describe() types.InstancePatchState {
	c := p.counts()
	out := types.InstancePatchState{
		InstanceId: new(p.NodeID), PatchGroup: new(p.Group), BaselineId: new(p.Baseline), SnapshotId: new(p.Snapshot), OwnerInformation: new(""),
		InstalledCount: c.byState[stateInstalled], InstalledOtherCount: c.byState[stateInstalledOther], MissingCount: c.byState[stateMissing], FailedCount: c.byState[stateFailed],
		NotApplicableCount: c.byState[stateNotApplicable], InstalledPendingRebootCount: new(c.byState[statePendingReboot]), InstalledRejectedCount: new(c.byState[stateRejected]),
		UnreportedNotApplicableCount: new(int32(-1)), CriticalNonCompliantCount: new(c.critical), SecurityNonCompliantCount: new(c.security), OtherNonCompliantCount: new(c.other),
		Operation: p.Operation, OperationStartTime: new(p.Started), OperationEndTime: new(p.Ended), RebootOption: p.RebootOption,
	}
	if !p.LastNoReboot.IsZero() {
		out.LastNoRebootInstallOperationTime = new(p.LastNoReboot)
	}
	if p.Override != "" {
		out.InstallOverrideList = new(p.Override)
	}
	return out
}

func (i patchItem) describe() types.PatchComplianceData {
	out := types.PatchComplianceData{
		Title: new(i.Title), KBId: new(i.ID), Classification: new(i.Classification), Severity: new(i.Severity),
		State: types.PatchComplianceDataState(i.State), InstalledTime: new(i.Installed),
	}
	if i.Installed.IsZero() {
		out.InstalledTime = new(time.Unix(0, 0).UTC()) // assumed: what the required member shows for what is not installed
	}
	if len(i.CVEs) > 0 {
		out.CVEIds = new(strings.Join(i.CVEs, ","))
	}
	return out
}
