package patch

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

// State is the last report of one machine, in numbers.
type State struct {
	InstanceID string `json:"id"`
	// Baseline is the id of the patch baseline that was used; Group the patch group that chose it, or nothing.
	Baseline string `json:"baseline"`
	Group    string `json:"group,omitempty"`
	// Operation is Scan or Install.
	Operation Operation `json:"operation"`
	// Started and Ended are by the machine's clock.
	Started time.Time `json:"started"`
	Ended   time.Time `json:"ended"`
	// LastNoReboot is the end of the last installation that was told not to restart; zero: none.
	LastNoReboot time.Time `json:"lastNoRebootInstall,omitzero"`

	// How many packages are in each state of compliance.
	Installed      int `json:"installed"`
	InstalledOther int `json:"installedOther"`
	Missing        int `json:"missing"`
	Failed         int `json:"failed"`
	PendingReboot  int `json:"pendingReboot"`
	Rejected       int `json:"rejected"`
	NotApplicable  int `json:"notApplicable"`

	// How many packages that do not comply are critical by the baseline, security by their classification, or neither.
	Critical int `json:"criticalNonCompliant"`
	Security int `json:"securityNonCompliant"`
	Other    int `json:"otherNonCompliant"`
}

// Compliant says whether nothing is missing, failed, rejected or waiting for a restart.
func (s State) Compliant() bool { return s.Missing+s.Failed+s.PendingReboot+s.Rejected == 0 }

func stateOf(s types.InstancePatchState) State {
	return State{
		InstanceID: value(s.InstanceId), Baseline: value(s.BaselineId), Group: value(s.PatchGroup), Operation: Operation(s.Operation),
		Started: value(s.OperationStartTime), Ended: value(s.OperationEndTime), LastNoReboot: value(s.LastNoRebootInstallOperationTime),
		Installed: int(s.InstalledCount), InstalledOther: int(s.InstalledOtherCount), Missing: int(s.MissingCount), Failed: int(s.FailedCount),
		PendingReboot: int(value(s.InstalledPendingRebootCount)), Rejected: int(value(s.InstalledRejectedCount)), NotApplicable: int(s.NotApplicableCount),
		Critical: int(value(s.CriticalNonCompliantCount)), Security: int(value(s.SecurityNonCompliantCount)), Other: int(value(s.OtherNonCompliantCount)),
	}
}

// PatchState is the state of compliance of one package. The text is what the API's samples show and filters take; the enum
// of its model spells MISSING.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-compliance-states.html
type PatchState string

// The states that are asked for here.
const (
	Installed     PatchState = "Installed"
	Missing       PatchState = "Missing"
	Failed        PatchState = "Failed"
	PendingReboot PatchState = "InstalledPendingReboot"
	Rejected      PatchState = "InstalledRejected"
)

// NonCompliant returns the states that do not comply.
func NonCompliant() []PatchState { return []PatchState{Missing, Failed, PendingReboot, Rejected} }

// Patch is one package of a report.
type Patch struct {
	// ID is the package's: name.arch on Linux, a KB number on Windows. Title has the version too.
	ID    string     `json:"id"`
	Title string     `json:"title"`
	State PatchState `json:"state"`
	// Classification and Severity are those of the vendor's advisory; they may be empty.
	Classification string `json:"classification,omitempty"`
	Severity       string `json:"severity,omitempty"`
	// CVEs are what a missing or failed patch fixes, where that is known.
	CVEs []string `json:"cves,omitempty"`
	// InstalledAt is by the machine's clock; zero where it is not installed.
	InstalledAt time.Time `json:"installedAt,omitzero"`
}

// Name is the package's name without its architecture.
func (p Patch) Name() string {
	if i := strings.LastIndex(p.ID, "."); i > 0 {
		return p.ID[:i]
	}
	return p.ID
}

func patchOf(p types.PatchComplianceData) Patch {
	out := Patch{ID: value(p.KBId), Title: value(p.Title), State: stateNamed(string(p.State)), Classification: value(p.Classification), Severity: value(p.Severity)}
	if cves := value(p.CVEIds); cves != "" {
		out.CVEs = strings.Split(cves, ",")
	}
	if at := value(p.InstalledTime); at.Unix() > 0 && strings.HasPrefix(string(out.State), string(Installed)) {
		out.InstalledAt = at
	}
	return out
}

// stateNamed reads a state in either spelling.
func stateNamed(text string) PatchState {
	if strings.ToUpper(text) != text {
		return PatchState(text)
	}
	var b strings.Builder
	for word := range strings.SplitSeq(strings.ToLower(text), "_") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return PatchState(b.String())
}

// value is what p points to, or the zero value.
func value[T any](p *T) T {
	if p == nil {
		return *new(T)
	}
	return *p
}
