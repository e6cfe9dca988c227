package cmd

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/musterhq/muster/fleet/command"
	"github.com/musterhq/muster/fleet/patch"
)

// patchPlan is what --dry-run --output json prints of patch scan and install.
type patchPlan struct {
	Action string `json:"action"`
	DryRun bool   `json:"dryRun"`
	command.Plan
	LeftOut []command.LeftOut `json:"leftOut,omitempty"`
}

func patchPlanOutput(w patchWork) output {
	plan := w.plan
	if plan.Batches == nil {
		plan.Batches, plan.Parameters = []command.Batch{}, map[string][]string{}
	}
	rows := newTable("ID", "NAME", "PLAN")
	for _, target := range w.selected.Targets {
		rows.add(target.InstanceID, target.Name, strings.ToLower(string(w.operation)))
	}
	for _, out := range w.selected.LeftOut {
		rows.add(out.InstanceID, out.Name, "left out: "+out.Reason)
	}
	return output{
		value: patchPlan{Action: w.verb(), DryRun: true, Plan: plan, LeftOut: w.selected.LeftOut},
		rows:  rows,
		people: func(out io.Writer) error {
			fmt.Fprintf(out, "%s on %s, in %s to Systems Manager:\n", w.verb(), count(len(w.selected.Targets), "node"), count(len(plan.Batches), "command"))
			if w.operation == patch.Install {
				fmt.Fprintf(out, "  reboot     %s\n", w.request.Reboot)
			}
			if w.request.BaselineOverride != "" {
				fmt.Fprintf(out, "  baselines  %s\n", printable(w.request.BaselineOverride))
			}
			if len(plan.Batches) > 0 {
				fmt.Fprintf(out, "  at a time  %s\n  stops      %s\n", count(plan.MaxConcurrency, "node"), stopRule(plan))
			}
			return rows.print(out, false)
		},
	}
}

// patchResults is what patch scan and install print with --output json.
type patchResults struct {
	Action string      `json:"action"`
	Key    command.Key `json:"key,omitempty"`
	Nodes  []patchNode `json:"nodes"`
}

// patchNode is what came of one instance.
type patchNode struct {
	patch.Outcome
	Result outcome `json:"outcome"`
	Error  string  `json:"error,omitempty"`
}

// patchRows are the results of all instances that were selected, in the order in which they ended; those that were not sent
// to come last.
func patchRows(w patchWork, outcomes []patch.Outcome, missed []missedTarget) []patchNode {
	rows := []patchNode{}
	for _, o := range outcomes {
		result, why := patchOutcome(w.operation, o)
		rows = append(rows, patchNode{o, result, why})
	}
	order := map[string]int{}
	for n, i := range w.listing.Instances {
		order[i.ID] = n
	}
	slices.SortStableFunc(rows, func(a, b patchNode) int { return order[a.InstanceID] - order[b.InstanceID] })
	for _, m := range missed {
		rows = append(rows, patchNode{patch.Outcome{Target: m.Target}, outcomeNotSent, m.Reason})
	}
	return rows
}

// patchOutcome judges one instance, and says what is the matter: the packages that failed, above all.
func patchOutcome(operation patch.Operation, o patch.Outcome) (outcome, string) {
	names := mapped(o.Failed, func(p patch.Patch) string { return p.Title })
	switch {
	case o.OK():
		return outcomeDone, ""
	case len(names) > 0:
		return outcomeFailed, "not installed: " + strings.Join(names, ", ")
	case o.Command.Outcome == command.NotRun:
		return outcomeNotSent, strings.TrimSpace(verdict(o.Command.Outcome, o.Command.ExitCode, o.Command.StatusDetails))
	case o.Command.Outcome == command.Unanswered || o.Command.Outcome == command.Unknown:
		return outcomeUnknown, strings.TrimSpace(verdict(o.Command.Outcome, o.Command.ExitCode, o.Command.StatusDetails))
	case !o.Command.OK():
		return outcomeFailed, strings.TrimSpace(strings.TrimPrefix(verdict(o.Command.Outcome, o.Command.ExitCode, o.Command.StatusDetails), " failed")) + lastLine(o.Command)
	}
	return outcomeUnknown, "it ended without an error, and its report is not there"
}

// lastLine is the last that a node said, for a failure that its report does not explain. Standard error comes second: the
// agent ends it with a line of its own, which says nothing.
func lastLine(r command.Result) string {
	for _, stream := range []string{r.Stdout, r.Stderr} {
		if said := lines(strings.TrimSpace(visible(stream))); len(said) > 0 {
			return ": " + said[len(said)-1]
		}
	}
	return ""
}

func patchOutput(w patchWork, rows []patchNode) output {
	t := newTable("ID", "NAME", "MISSING", "INSTALLED", "REBOOT", "RESULT")
	if w.operation == patch.Scan {
		t = newTable("ID", "NAME", "MISSING", "SECURITY", "PENDING-REBOOT", "RESULT")
	}
	for _, r := range rows {
		missing, second, third := "", "", ""
		switch {
		case r.State == nil:
		case w.operation == patch.Scan:
			missing, second, third = fmt.Sprint(r.State.Missing), fmt.Sprint(r.State.Security), fmt.Sprint(r.State.PendingReboot)
		default:
			missing, second, third = fmt.Sprint(r.State.Missing), installedText(r.Installed), rebootText(r.Outcome)
		}
		t.add(r.InstanceID, r.Name, missing, second, third, outcomeCell(r.Result, r.Error))
	}
	return output{value: patchResults{Action: w.verb(), Key: w.plan.Key, Nodes: rows}, rows: t, people: func(out io.Writer) error {
		return printPatch(out, t, rows)
	}}
}

// printPatch prints the rows, and after them what machines printed instead of a report.
func printPatch(out io.Writer, t *table, rows []patchNode) error {
	if err := t.print(out, false); err != nil {
		return err
	}
	for _, r := range rows {
		if r.Printed == "" {
			continue
		}
		if _, err := fmt.Fprintf(out, "\n%s:\n  %s\n", nameAndID(r.Target), indentRest(strings.TrimSpace(visible(r.Printed)), "  ")); err != nil {
			return err
		}
	}
	return nil
}

// installedText names what was installed: the packages, or how many where they are many.
func installedText(patches []patch.Patch) string {
	const most = 4
	names := mapped(patches, patch.Patch.Name)
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most-1], " "), len(names)-most+1)
	}
	return strings.Join(names, " ")
}

func rebootText(o patch.Outcome) string {
	switch {
	case o.Rebooted:
		return "done"
	case o.NeedsReboot:
		return "needed"
	}
	return ""
}

// patchVerdict is the error of a command of which not every instance did all that it was to.
func patchVerdict(verb string, rows []patchNode) error {
	counts := map[outcome]int{}
	for _, r := range rows {
		counts[r.Result]++
	}
	if counts[outcomeDone] == len(rows) {
		return nil
	}
	return targetsNotDone(verb, len(rows), shortfall{counts[outcomeFailed], "failed"}, shortfall{counts[outcomeUnknown], "unknown"}, shortfall{counts[outcomeNotSent], "left out"})
}
