package ssm

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/musterhq/muster/mock/node"
)

// The exit codes of AWS-RunPatchBaseline's Linux step
// (github.com/tekumara/aws-ssm-patch-manager, constant_repository.py and README).
const (
	codeReboot          = 194
	codeUnsupportedOS   = 146
	codeOverrideMissing = 163 // the override has no baseline for the operating system
	codeOverrideTwice   = 165 // it has several
	codeBothOverrides   = 167
	codeOverrideInvalid = 160 // assumed: what a list that cannot be read ends with
)

// How long patching takes on a machine, scaled by World.Delay. assumed: all of them.
const (
	scanTime    = 12 * time.Second
	installTime = 20 * time.Second
	packageTime = 4 * time.Second
)

// patchParameters are the parameters of AWS-RunPatchBaseline.
type patchParameters struct {
	operation, snapshot, installList, baselineFile, reboot string
}

// patchRun is one run on a machine. It touches nothing but the machine.
type patchRun struct {
	patchParameters
	machine   *node.Machine
	nodeID    string
	commandID string
	group     string
	os        types.OperatingSystem
	product   string
	baseline  *baseline
	before    *patchState // the last report; nil: none
	start     time.Time
	scan      time.Duration // how long it takes, and an installation, and each package of one
	install   time.Duration
	each      time.Duration

	now      time.Time
	out      strings.Builder
	override []overridePatch
	printed  bool // the results are printed, not uploaded
}

// The files that the agent's payload keeps on the machine. The real ones have the same
// names; what is in them is the mock's own.
const (
	patchReportFile  = "/var/log/amazon/ssm/patch-configuration/patch-states-configuration.json"
	patchSummaryFile = "/var/log/amazon/ssm/patch-configuration/patch-inventory-from-last-operation.json"
	rebootMarker     = "/var/log/amazon/ssm/patch-baseline-operations-reboot-194/command"
)

// marker is what a run that reboots leaves for the run after it.
type marker struct {
	Command string `json:"command"`
	Code    int    `json:"code"`
}

// run carries the step out and returns its result.
func (r *patchRun) run() node.Result {
	r.now = r.start
	code := r.resumed()
	if code < 0 {
		code = r.operate()
	}
	return node.Result{ExitCode: code, Duration: r.now.Sub(r.start), Chunks: []node.Chunk{{At: r.now.Sub(r.start), Stream: node.Stdout, Data: r.out.String()}}}
}

// resumed is the code that the run before a reboot left, -1 when there was none.
func (r *patchRun) resumed() int {
	data, err := r.machine.ReadFile(rebootMarker, r.now)
	var m marker
	if err != nil || json.Unmarshal(data, &m) != nil || m.Command != r.commandID {
		return -1
	}
	r.machine.RemoveFile(rebootMarker)
	r.logf("Reboot was completed, exiting with code %d", m.Code)
	return m.Code
}

// logf prints a line as the payload's logger does.
func (r *patchRun) logf(format string, args ...any) {
	fmt.Fprintf(&r.out, "%s root [INFO]: %s\n", r.now.UTC().Format("01/02/2006 15:04:05"), fmt.Sprintf(format, args...))
}

func (r *patchRun) operate() int {
	r.logf("Running with snapshot id = %s and operation = %s", r.snapshot, r.operation)
	if code := r.readOverrides(); code != 0 {
		return code
	}
	r.logf("Instance Id: %s", r.nodeID)
	r.logf("Product: %s", r.product)
	r.logf("Patch Group: %s", r.group)
	r.logf("Patch Baseline: %s (%s)", r.baseline.plainID(), r.baseline.Name)
	r.logf("Reboot Option: %s", r.reboot)
	r.now = r.now.Add(r.scan)
	items := r.judge()
	var installed []string
	failed := false
	if r.installs() {
		installed, failed = r.installMissing(items)
		items = r.judge()
		failed = r.fail(items) || failed
	}
	reboot := r.needsReboot(installed)
	report := r.report(items, installed, reboot)
	r.save(report)
	r.summarize(report)
	return r.exit(reboot, failed)
}

func (r *patchRun) installs() bool { return r.operation == string(types.PatchOperationTypeInstall) }

// judge puts every package that is installed under the baseline, and what is not
// applicable.
func (r *patchRun) judge() []patchItem {
	var items []patchItem
	for _, p := range r.machine.Packages(r.now) {
		items = append(items, r.baseline.judge(p, r.product, r.start))
	}
	for _, p := range r.machine.Available(r.now) {
		if i, ok := r.baseline.judgeAbsent(p, r.product, r.start); ok {
			items = append(items, i)
		}
	}
	return items
}

// installMissing installs what is missing, or what the override list names, and returns
// the names of what was installed.
func (r *patchRun) installMissing(items []patchItem) (installed []string, failed bool) {
	r.now = r.now.Add(r.install)
	for _, i := range r.wanted(items) {
		r.now = r.now.Add(r.each)
		if r.machine.Upgrade(i.Name, i.Version, r.now) {
			r.logf("Installed: %s", i.Title)
			installed = append(installed, i.Name)
			continue
		}
		r.logf("Failed to install: %s", i.Title)
		failed = true
	}
	return installed, failed
}

// wanted is what an install is to install.
func (r *patchRun) wanted(items []patchItem) []patchItem {
	if r.override != nil {
		return r.overridden()
	}
	return filtered(items, func(i patchItem) bool { return i.State == stateMissing })
}

// fail marks as failed what an install has left missing. With an override list what it
// does not name stays missing.
func (r *patchRun) fail(items []patchItem) bool {
	failed := false
	for n := range items {
		if items[n].State == stateMissing && (r.override == nil || r.names(items[n])) {
			items[n].State, failed = stateFailed, true
		}
	}
	return failed
}

// needsReboot says whether the machine is to be restarted: when something was installed,
// or awaits a restart since an earlier install, whether or not that needs one
// (github.com/tekumara/aws-ssm-patch-manager, reboot_controller.py).
func (r *patchRun) needsReboot(installed []string) bool {
	return r.installs() && r.reboot == string(types.RebootOptionRebootIfNeeded) && (len(installed) > 0 || len(r.stillPending()) > 0)
}

// stillPending are the titles that awaited a restart in the last report, if there was
// none since.
func (r *patchRun) stillPending() []string {
	booted, _ := r.machine.Booted()
	if r.before == nil || booted.After(r.before.LastNoReboot) {
		return nil
	}
	return r.before.pending()
}

// report makes what is uploaded. What was installed without a restart is shown as
// awaiting one until the machine has restarted and is scanned again.
func (r *patchRun) report(items []patchItem, installed []string, reboot bool) *patchState {
	p := &patchState{
		NodeID: r.nodeID, Group: r.group, Baseline: r.baseline.plainID(), Snapshot: r.snapshot, Execution: r.commandID, Operation: types.PatchOperationType(r.operation),
		RebootOption: types.RebootOption(r.reboot), Started: r.start, Ended: r.now, Items: items,
	}
	if r.before != nil {
		p.LastNoReboot = r.before.LastNoReboot
	}
	if r.installs() {
		p.Override = r.installList
	}
	pending := r.stillPending()
	for n, i := range p.Items {
		awaits := slices.Contains(pending, i.Title) || slices.Contains(installed, i.Name) && !reboot && i.State != stateMissing && i.State != stateFailed
		if awaits && !reboot && strings.HasPrefix(i.State, stateInstalled) {
			p.Items[n].State = statePendingReboot
		}
	}
	if r.installs() && r.reboot == string(types.RebootOptionNoReboot) {
		p.LastNoReboot = r.now
	}
	p.sort()
	return p
}

// save leaves the report on the machine, from where it is uploaded.
func (r *patchRun) save(p *patchState) {
	if r.printed {
		return
	}
	data, err := json.Marshal(p)
	if err != nil {
		panic("patch report: " + err.Error()) // plain data
	}
	r.machine.WriteFile(patchReportFile, data, r.now)
	summary, _ := json.MarshalIndent(p.summary(), "", "    ")
	r.machine.WriteFile(patchSummaryFile, append(summary, '\n'), r.now)
}

// summarize prints the counts, and what is missing or has failed.
func (r *patchRun) summarize(p *patchState) {
	for _, i := range p.Items {
		if i.State == stateMissing || i.State == stateFailed {
			r.logf("%s: %s %s %s", i.State, i.Title, i.Classification, i.Severity)
		}
	}
	c := p.counts()
	r.logf("Summary: Installed %d, InstalledOther %d, InstalledPendingReboot %d, InstalledRejected %d, Missing %d, Failed %d, NotApplicable %d",
		c.byState[stateInstalled], c.byState[stateInstalledOther], c.byState[statePendingReboot], c.byState[stateRejected], c.byState[stateMissing], c.byState[stateFailed], c.byState[stateNotApplicable])
	if !r.printed {
		r.logf("Report upload successful.")
	}
}

// exit is the step's exit code. One that reboots leaves a marker, so that it ends with
// what came of it when it runs again.
func (r *patchRun) exit(reboot, failed bool) int {
	code := 0
	if failed {
		code = 1
	}
	switch {
	case reboot:
		data, _ := json.Marshal(marker{r.commandID, code})
		r.machine.WriteFile(rebootMarker, data, r.now)
		r.logf("Reboot is required with patching exit code %d", codeReboot+code)
		return codeReboot
	case !r.installs():
		r.logf("Reboot is not permitted for scan operation")
	case r.reboot == string(types.RebootOptionNoReboot):
		r.logf("Reboot is not permitted because RebootOption is NoReboot")
	default:
		r.logf("Reboot is not required")
	}
	return code
}
