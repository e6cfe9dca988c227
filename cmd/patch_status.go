package cmd

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/musterhq/muster/account"
	"github.com/musterhq/muster/fleet"
	"github.com/musterhq/muster/fleet/patch"
)

func newPatchStatusCommand(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "status [SELECTOR | ID...]",
		Short: "Show what the last patch reports of instances say, in numbers",
		Long: `Shows for each instance how its last scan or installation ended: how many approved patches are missing or have failed, how many
await a restart, and how many of those that do not comply are security patches. SCANNED says how old the report is. Without
a selector it shows all instances.

Changes nothing. Costs one EC2 call for each 1,000 instances and one call to Systems Manager for each 50.

EXIT STATUS
` + exitHelp(ExitDone, ExitFailed, ExitUsage, ExitPartial, ExitDenied),
		Example: "  muster patch status role=web\n  muster patch status --output csv",
		Args:    args(cobra.ArbitraryArgs),
		RunE:    func(c *cobra.Command, args []string) error { return runPatchStatus(c.Context(), env, args) },
	}
}

func newPatchReportCommand(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "report [SELECTOR | ID...]",
		Short: "List the patches that keep instances from complying",
		Long: `Lists, instance by instance, the patches that are missing, have failed, await a restart or are rejected by the baseline, with
severity and CVEs as far as they are known. Instances that comply have no line; --output json has all of them.

Changes nothing. Costs the calls of muster patch status, and one for each instance that does not comply.

EXIT STATUS
` + exitHelp(ExitDone, ExitFailed, ExitUsage, ExitPartial, ExitDenied),
		Example: "  muster patch report role=web\n  muster patch report --output csv",
		Args:    args(cobra.ArbitraryArgs),
		RunE:    func(c *cobra.Command, args []string) error { return runPatchReport(c.Context(), env, args) },
	}
}

// patchReport is what patch status and report print with --output json.
type patchReport struct {
	Region    string        `json:"region"`
	Instances []patchedItem `json:"instances"`
	Missing   []string      `json:"missing,omitempty"` // ids that do not exist
}

// patchedItem is an instance with its last report.
type patchedItem struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	// Compliance is compliant, non-compliant or unknown.
	Compliance string        `json:"compliance"`
	Report     *patch.State  `json:"report,omitempty"`
	Patches    []patch.Patch `json:"patches,omitempty"`
}

// readPatches reads the reports of the instances that a selector means, those that are gone left out.
func (env *Env) readPatches(ctx context.Context, verb string, selection []string) (*account.Scope, patchReport, error) {
	selector := fleet.All()
	if len(selection) > 0 {
		var err error
		if selector, err = env.selectorToRead(selection); err != nil {
			return nil, patchReport{}, err
		}
	}
	scope, listing, err := env.find(ctx, selector, fleet.ListOptions{})
	if err != nil {
		return nil, patchReport{}, err
	}
	if len(listing.Instances)+len(listing.Missing) == 0 && len(selection) > 0 {
		return nil, patchReport{}, noMatch(verb, selector)
	}
	instances := slices.DeleteFunc(listing.Instances, func(i fleet.Instance) bool { return i.State.Gone() })
	states, err := patch.NewReader(scope.Config).States(ctx, mapped(instances, func(i fleet.Instance) string { return i.ID }))
	if err != nil {
		return nil, patchReport{}, fmt.Errorf("%s: %w", verb, err)
	}
	report := patchReport{Region: scope.Region(), Instances: []patchedItem{}, Missing: listing.Missing}
	for _, i := range instances {
		item := patchedItem{ID: i.ID, Name: i.Name, Compliance: "unknown"}
		if state, ok := states[i.ID]; ok {
			item.Report, item.Compliance = &state, "non-compliant"
			if state.Compliant() {
				item.Compliance = "compliant"
			}
		}
		report.Instances = append(report.Instances, item)
	}
	return scope, report, nil
}

func runPatchStatus(ctx context.Context, env *Env, selection []string) error {
	scope, report, err := env.readPatches(ctx, "patch status", selection)
	if err != nil {
		return err
	}
	if err := env.print(output{value: report, rows: patchStatusTable(report, env.resourceTime(ctx, scope.Config))}); err != nil || len(report.Missing) == 0 {
		return err
	}
	return missingError("patch status", report.Missing)
}

func patchStatusTable(report patchReport, now time.Time) *table {
	t := newTable("ID", "NAME", "COMPLIANCE", "MISSING", "FAILED", "PENDING-REBOOT", "SECURITY", "CRITICAL", "LAST", "SCANNED", "BASELINE")
	for _, i := range report.Instances {
		s := i.Report
		if s == nil {
			t.add(i.ID, i.Name, cell{i.Compliance, yellow}, "", "", "", "", "", "", "never", "")
			continue
		}
		colour := green
		if !s.Compliant() {
			colour = red
		}
		t.add(i.ID, i.Name, cell{i.Compliance, colour}, s.Missing, s.Failed, s.PendingReboot, s.Security, s.Critical, s.Operation, ageText(now, s.Ended), s.Baseline)
	}
	return t
}

// ageText says how long ago something was, in the largest unit that fits.
func ageText(now, at time.Time) string {
	age := max(0, now.Sub(at))
	for _, unit := range []struct {
		length time.Duration
		name   string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "m"}} {
		if age >= unit.length {
			return fmt.Sprintf("%d%s ago", age/unit.length, unit.name)
		}
	}
	return "just now"
}

func runPatchReport(ctx context.Context, env *Env, selection []string) error {
	scope, report, err := env.readPatches(ctx, "patch report", selection)
	if err != nil {
		return err
	}
	var ids []string
	for _, i := range report.Instances {
		if i.Report != nil && !i.Report.Compliant() {
			ids = append(ids, i.ID)
		}
	}
	patches, err := patch.NewReader(scope.Config).PatchesOf(ctx, ids, patch.NonCompliant()...)
	if err != nil {
		return fmt.Errorf("patch report: %w", err)
	}
	t := newTable("ID", "NAME", "PATCH", "STATE", "CLASSIFICATION", "SEVERITY", "CVES")
	unknown := 0
	for n, i := range report.Instances {
		if i.Report == nil {
			unknown++
		}
		report.Instances[n].Patches = patches[i.ID]
		for _, p := range patches[i.ID] {
			t.add(i.ID, i.Name, p.Title, p.State, p.Classification, p.Severity, strings.Join(p.CVEs, " "))
		}
	}
	if err := env.print(output{value: report, rows: t}); err != nil {
		return err
	}
	env.notef("patch report: %s, %d not compliant, %d never scanned", count(len(report.Instances), "instance"), len(ids), unknown)
	if len(report.Missing) > 0 {
		return missingError("patch report", report.Missing)
	}
	return nil
}
