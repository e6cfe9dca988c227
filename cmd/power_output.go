package cmd

import (
	"github.com/musterhq/muster/fleet"
	"github.com/musterhq/muster/fleet/power"
)

// powerPlanTable shows a plan to people, what changes first.
func powerPlanTable(plan power.Plan) *table {
	t := newTable("ID", "NAME", "STATE", "TYPE", "ZONE", "PLAN")
	for _, row := range powerPlanRows(plan) {
		i := row.instance
		t.add(i.ID, i.Name, i.State, i.Type, i.Zone, row.text)
	}
	return t
}

// powerPlanRow is an instance in a plan: what happens to it, for people, and the name of its list, for programs.
type powerPlanRow struct {
	instance fleet.Instance
	text     string
	list     string
}

func powerPlanRows(plan power.Plan) []powerPlanRow {
	var rows []powerPlanRow
	add := func(instances []fleet.Instance, list, text string) {
		for _, i := range instances {
			rows = append(rows, powerPlanRow{i, text, list})
		}
	}
	add(plan.Change, "change", string(plan.Action))
	add(plan.Later, "later", string(plan.Action)+" once it is stopped, with --wait")
	add(plan.Already, "already", "nothing to do")
	for _, i := range plan.Cannot {
		text := "cannot be done in this state"
		if why := plan.Why[i.ID]; why != nil {
			text = "cannot: " + why.Error()
		}
		add([]fleet.Instance{i}, "cannot", text)
	}
	for _, id := range plan.Missing {
		rows = append(rows, powerPlanRow{fleet.Instance{ID: id}, fleet.ErrNotFound.Error(), "missing"})
	}
	return rows
}

// powerPlan is what a dry run prints with --output json; powerResults is what the command prints.
type (
	powerPlan struct {
		Action    power.Action    `json:"action"`
		DryRun    bool            `json:"dryRun"`
		Instances []powerPlanItem `json:"instances"`
	}
	powerPlanItem struct {
		ID    string      `json:"id"`
		Name  string      `json:"name,omitempty"`
		State fleet.State `json:"state,omitempty"`
		Plan  string      `json:"plan"` // change, later, already, cannot or missing
	}
	powerResults struct {
		Action  power.Action  `json:"action"`
		Results []powerResult `json:"results"`
	}
	powerResult struct {
		ID      string      `json:"id"`
		Name    string      `json:"name,omitempty"`
		Before  fleet.State `json:"before,omitempty"`
		State   fleet.State `json:"state,omitempty"`
		Outcome outcome     `json:"outcome"`
		Error   string      `json:"error,omitempty"`
	}
)

func powerPlanJSON(plan power.Plan) powerPlan {
	out := powerPlan{Action: plan.Action, DryRun: true, Instances: []powerPlanItem{}}
	for _, row := range powerPlanRows(plan) {
		out.Instances = append(out.Instances, powerPlanItem{row.instance.ID, row.instance.Name, row.instance.State, row.list})
	}
	return out
}

func (env *Env) printPowerResults(action power.Action, results []power.Result) error {
	out := powerResults{Action: action, Results: []powerResult{}}
	t := newTable("ID", "NAME", "BEFORE", "STATE", "RESULT")
	for _, r := range results {
		result := powerResultJSON(r)
		out.Results = append(out.Results, result)
		t.add(r.Instance.ID, r.Instance.Name, r.Instance.State, stateCell(r.State), outcomeCell(result.Outcome, result.Error))
	}
	return env.print(output{value: out, rows: t})
}

func powerResultJSON(r power.Result) powerResult {
	out := powerResult{ID: r.Instance.ID, Name: r.Instance.Name, Before: r.Instance.State, State: r.State, Outcome: outcomeOf(r.Err, r.Already)}
	if r.Err != nil {
		out.Error = oneLine(describe(r.Err))
	}
	return out
}
