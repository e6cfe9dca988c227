package cmd

import (
	"context"
	"fmt"

	"github.com/musterhq/muster/account"
	"github.com/musterhq/muster/fleet"
	"github.com/musterhq/muster/fleet/settings"
)

// settingsChange is what the commands that change settings of instances differ in: protect, unprotect, tag and untag.
type settingsChange struct {
	verb  string
	class fleet.Class
	what  string // what is done to an instance, in the plan

	plan  func(listing fleet.Listing, selector fleet.Selector) settings.Plan
	calls func(plan settings.Plan) []plannedCall
	apply func(ctx context.Context, scope *account.Scope, plan settings.Plan) ([]settings.Result, error)
}

// runSettings finds the instances, asks, changes them and prints the results.
func (env *Env) runSettings(ctx context.Context, change settingsChange, guard guardFlags, selector fleet.Selector) error {
	scope, listing, err := env.find(ctx, selector, fleet.ListOptions{})
	if err != nil {
		return err
	}
	plan := change.plan(listing, selector)
	if plan.Selected()+len(plan.Missing) == 0 {
		return noneLeft(change.verb, selector, plan.Gone)
	}
	if n := len(plan.Gone); n > 0 {
		env.notef("%s shutting down or terminated: left out", count(n, "instance"))
	}
	act, err := env.approve(ctx, guard, intent{
		verb: change.verb, class: change.class, selected: plan.Selected(), machines: len(plan.Change), where: env.place(scope),
		plan: settingsPlanOutput(plan, change.what), calls: change.calls(plan),
	})
	if err != nil || !act {
		return err
	}
	results, err := change.apply(ctx, scope, plan)
	if results == nil && err != nil {
		return err
	}
	if printErr := env.printSettingsResults(change.verb, results); printErr != nil {
		return printErr
	}
	of := mapped(results, func(r settings.Result) outcome { return outcomeOf(r.Err, r.Already) })
	if err != nil {
		env.noteBroken(change.verb, of)
		return withExit(ExitPartial, err, explain(err).hints...)
	}
	return env.summarize(change.verb, of)
}

// summarize counts the outcomes of a command that went through to its end: a line of stderr, or an error where some failed.
func (env *Env) summarize(verb string, results []outcome) error {
	counts := map[outcome]int{}
	for _, o := range results {
		counts[o]++
	}
	if failed := len(results) - counts[outcomeDone] - counts[outcomeAlready]; failed > 0 {
		return targetsFailed(verb, failed, len(results))
	}
	note := fmt.Sprintf("%s: %s done", verb, count(counts[outcomeDone], "instance"))
	if n := counts[outcomeAlready]; n > 0 {
		note += fmt.Sprintf(", %d already there", n)
	}
	env.notef("%s", note)
	return nil
}

// settingsPlan is what a dry run prints with --output json; settingsResults is what the command prints.
type (
	settingsPlan struct {
		Action    string          `json:"action"`
		DryRun    bool            `json:"dryRun"`
		Change    string          `json:"change"`
		Instances []powerPlanItem `json:"instances"`
	}
	settingsResults struct {
		Action  string           `json:"action"`
		Results []settingsResult `json:"results"`
	}
	settingsResult struct {
		ID      string  `json:"id"`
		Name    string  `json:"name,omitempty"`
		Outcome outcome `json:"outcome"`
		Error   string  `json:"error,omitempty"`
	}
)

func settingsPlanOutput(plan settings.Plan, what string) output {
	out := settingsPlan{Action: plan.Action, DryRun: true, Change: what, Instances: []powerPlanItem{}}
	t := newTable("ID", "NAME", "STATE", "TYPE", "ZONE", "PLAN")
	add := func(instances []fleet.Instance, list, text string) {
		for _, i := range instances {
			out.Instances = append(out.Instances, powerPlanItem{i.ID, i.Name, i.State, list})
			t.add(i.ID, i.Name, i.State, i.Type, i.Zone, text)
		}
	}
	add(plan.Change, "change", what)
	add(plan.Already, "already", "nothing to do")
	for _, i := range plan.Cannot {
		add([]fleet.Instance{i}, "cannot", "cannot: "+plan.Why[i.ID].Error())
	}
	for _, id := range plan.Missing {
		add([]fleet.Instance{{ID: id}}, "missing", fleet.ErrNotFound.Error())
	}
	return output{value: out, rows: t}
}

func (env *Env) printSettingsResults(verb string, results []settings.Result) error {
	out := settingsResults{Action: verb, Results: []settingsResult{}}
	t := newTable("ID", "NAME", "RESULT")
	for _, r := range results {
		item := settingsResult{ID: r.Instance.ID, Name: r.Instance.Name, Outcome: outcomeOf(r.Err, r.Already)}
		if r.Err != nil {
			item.Error = oneLine(describe(r.Err))
		}
		out.Results = append(out.Results, item)
		t.add(item.ID, item.Name, outcomeCell(item.Outcome, item.Error))
	}
	return env.print(output{value: out, rows: t})
}
