package cmd

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/musterhq/muster/fleet/command"
)

// runPlanJSON is what --dry-run --output json prints.
type runPlanJSON struct {
	Action string `json:"action"`
	DryRun bool   `json:"dryRun"`
	command.Plan
	LeftOut []command.LeftOut `json:"leftOut,omitempty"`
}

// runPlanOutput is a plan in all its forms. all: people see every node, not the first ones only.
func runPlanOutput(plan command.Plan, leftOut []command.LeftOut, all bool) output {
	if plan.Batches == nil { // everything is left out: there are no batches, rather than no value
		plan.Batches, plan.Parameters = []command.Batch{}, map[string][]string{}
	}
	rows := newTable("ID", "NAME", "PLAN")
	for _, batch := range plan.Batches {
		for _, target := range batch.Targets {
			rows.add(target.InstanceID, target.Name, "batch "+batch.Mark)
		}
	}
	for _, out := range leftOut {
		rows.add(out.InstanceID, out.Name, "left out: "+out.Reason)
	}
	return output{
		value:  runPlanJSON{Action: "run", DryRun: true, Plan: plan, LeftOut: leftOut},
		rows:   rows,
		people: func(w io.Writer) error { return printRunPlan(w, plan, all) },
	}
}

// runCalls are the calls that carry a plan out. wholeStreams: each node's streams are asked for by themselves.
func runCalls(plan command.Plan, wholeStreams bool) []plannedCall {
	batches, nodes := len(plan.Batches), plan.Nodes()
	if batches == 0 {
		return []plannedCall{}
	}
	output := plannedCall{action: "ssm:GetCommandInvocation", most: nodes, why: "each node that wrote more than 2,500 characters"}
	if wholeStreams {
		output.least, output.why = nodes, "each node's streams, for --output-dir"
	}
	return []plannedCall{
		{action: "ssm:SendCommand", least: batches, most: batches, why: "the action itself, for each 50 nodes; more where Systems Manager refuses one of them"},
		{action: "ssm:ListCommands", least: 1, most: manyCalls, why: "waiting, for each 50 commands after 0.5 to 5 seconds"},
		{action: "ssm:ListCommandInvocations", least: batches, most: manyCalls, why: "the answers, for each 50 nodes"},
		output,
		{action: "ssm:CancelCommand", most: batches, why: "only after Ctrl-C"},
	}
}

// maxAsked is how many nodes a plan lists where a person is asked; a dry run lists all.
const maxAsked = 20

// printRunPlan prints a plan for people: what, where, how fast, and the nodes by name and id.
func printRunPlan(w io.Writer, plan command.Plan, all bool) error {
	targets := slices.Concat(targetsByBatch(plan)...)
	if len(targets) == 0 {
		_, err := fmt.Fprintln(w, "run on 0 nodes")
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "run on %s, in %s to Systems Manager:\n", count(len(targets), "node"), count(len(plan.Batches), "command"))
	b.WriteString(whatRuns(plan))
	fmt.Fprintf(&b, "  timeout    %s for the script, %s for its delivery\n",
		seconds(plan.ExecutionTimeoutSeconds), seconds(plan.DeliveryTimeoutSeconds))
	fmt.Fprintf(&b, "  at a time  %s\n", count(plan.MaxConcurrency, "node"))
	fmt.Fprintf(&b, "  stops      %s\n", stopRule(plan))
	fmt.Fprintf(&b, "  key        %s\n", plan.Key)
	if plan.Comment != "" {
		fmt.Fprintf(&b, "  comment    %s\n", printable(plan.Comment))
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return err
	}
	shown := targets
	if !all && len(targets) > maxAsked {
		shown = targets[:maxAsked]
	}
	t := newTable("ID", "NAME")
	for _, target := range shown {
		t.add(target.InstanceID, target.Name)
	}
	if err := t.print(w, false); err != nil || len(shown) == len(targets) {
		return err
	}
	_, err := fmt.Fprintf(w, "and %s; --dry-run lists all\n", count(len(targets)-len(shown), "further node"))
	return err
}

func targetsByBatch(plan command.Plan) [][]command.Target {
	targets := make([][]command.Target, len(plan.Batches))
	for i, batch := range plan.Batches {
		targets[i] = batch.Targets
	}
	return targets
}

func stopRule(plan command.Plan) string {
	if plan.MaxErrors >= plan.Nodes() {
		return "never: every node is sent to"
	}
	return fmt.Sprintf("after more than %s", count(plan.MaxErrors, "failure"))
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }

// indentRest puts indent before every line but the first.
func indentRest(text, indent string) string {
	return strings.ReplaceAll(text, "\n", "\n"+indent)
}

// noteSelection names the instances that are not sent to, one line for each reason.
func (env *Env) noteSelection(selected command.Selection) {
	if selected.Gone > 0 {
		env.notef("%s shutting down or terminated: left out", count(selected.Gone, "instance"))
	}
	var reasons []string
	byReason := make(map[string][]string)
	for _, out := range selected.LeftOut {
		if byReason[out.Reason] == nil {
			reasons = append(reasons, out.Reason)
		}
		byReason[out.Reason] = append(byReason[out.Reason], nameAndID(out.Target))
	}
	for _, reason := range reasons {
		names := byReason[reason]
		env.warnf("%s left out (%s): %s", count(len(names), "instance"), reason, shortList(names, maxNamedApart))
	}
}

func nameAndID(target command.Target) string {
	if target.Name == "" {
		return target.InstanceID
	}
	return fmt.Sprintf("%s (%s)", printable(target.Name), target.InstanceID)
}

const (
	// maxNamed is how many nodes a heading names when all went well, maxNamedApart how many where something did not.
	maxNamed      = 20
	maxNamedApart = 200
)

// shortList joins names with blanks. Where there are more than most, it gives half as many and the number of the others.
func shortList(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, " ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most/2], " "), len(names)-most/2)
}
