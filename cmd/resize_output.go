package cmd

import (
	"fmt"

	"github.com/musterhq/muster/fleet"
	"github.com/musterhq/muster/fleet/power"
)

// resizePlan is what a dry run prints with --output json; resizeResults is what the command prints.
type (
	resizePlan struct {
		Action    string           `json:"action"`
		DryRun    bool             `json:"dryRun"`
		Type      typeJSON         `json:"type"`
		Instances []resizePlanItem `json:"instances"`
	}
	typeJSON struct {
		Name      string `json:"name"`
		VCPUs     int    `json:"vcpus,omitempty"`
		MemoryMiB int    `json:"memoryMiB,omitempty"`
	}
	resizePlanItem struct {
		ID    string      `json:"id"`
		Name  string      `json:"name,omitempty"`
		State fleet.State `json:"state,omitempty"`
		From  *typeJSON   `json:"from,omitempty"`
		Plan  string      `json:"plan"` // change, already, cannot or missing
		Stop  bool        `json:"stop,omitempty"`
		Why   string      `json:"why,omitempty"`
	}
	resizeResults struct {
		Action  string         `json:"action"`
		Type    string         `json:"type"`
		Results []resizeResult `json:"results"`
	}
	resizeResult struct {
		ID         string      `json:"id"`
		Name       string      `json:"name,omitempty"`
		Before     fleet.State `json:"before,omitempty"`
		State      fleet.State `json:"state,omitempty"`
		From       string      `json:"from,omitempty"`
		Type       string      `json:"type,omitempty"`
		RolledBack bool        `json:"rolledBack,omitempty"`
		Outcome    outcome     `json:"outcome"`
		Error      string      `json:"error,omitempty"`
	}
)

func resizePlanOutput(plan power.ResizePlan, types map[string]fleet.Type) output {
	out := resizePlan{Action: "resize", DryRun: true, Type: typeOf(plan.Type), Instances: []resizePlanItem{}}
	t := newTable("ID", "NAME", "STATE", "TYPE", "VCPU", "MEMORY", "PLAN")
	add := func(i fleet.Instance, item resizePlanItem, text string) {
		from := types[i.Type]
		from.Name = i.Type
		item.ID, item.Name, item.State = i.ID, i.Name, i.State
		if i.Type != "" {
			item.From = new(typeOf(from))
		}
		out.Instances = append(out.Instances, item)
		t.add(i.ID, i.Name, i.State, arrow(i.Type, plan.Type.Name), arrow(number(from.VCPUs), number(plan.Type.VCPUs)), arrow(memory(from.MemoryMiB), memory(plan.Type.MemoryMiB)), text)
	}
	for _, i := range plan.Change {
		running := i.State == fleet.Running
		add(i, resizePlanItem{Plan: "change", Stop: running}, map[bool]string{true: "stop, resize, start", false: "resize"}[running])
	}
	for _, i := range plan.Already {
		add(i, resizePlanItem{Plan: "already"}, "nothing to do")
	}
	for _, i := range plan.Cannot {
		add(i, resizePlanItem{Plan: "cannot", Why: plan.Why[i.ID].Error()}, "cannot: "+plan.Why[i.ID].Error()+hintStop(plan.Why[i.ID]))
	}
	for _, id := range plan.Missing {
		add(fleet.Instance{ID: id}, resizePlanItem{Plan: "missing"}, fleet.ErrNotFound.Error())
	}
	return output{value: out, rows: t}
}

// hintStop says how an instance that runs can be resized all the same.
func hintStop(why error) string {
	if why == power.ErrRuns {
		return " (--stop)"
	}
	return ""
}

func typeOf(t fleet.Type) typeJSON { return typeJSON{t.Name, t.VCPUs, t.MemoryMiB} }

// arrow shows a change, or what stays.
func arrow(from, to string) string {
	if from == to || from == "" {
		return from
	}
	return from + " → " + to
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// memory writes an amount of memory in GiB, as the pages of the types do.
func memory(mib int) string {
	if mib == 0 {
		return ""
	}
	return fmt.Sprintf("%g GiB", float64(mib)/1024)
}

func (env *Env) printResizeResults(plan power.ResizePlan, results []power.ResizeResult) error {
	out := resizeResults{Action: "resize", Type: plan.Type.Name, Results: []resizeResult{}}
	t := newTable("ID", "NAME", "BEFORE", "STATE", "TYPE", "RESULT")
	for _, r := range results {
		item := resizeResult{ID: r.Instance.ID, Name: r.Instance.Name, Before: r.Instance.State, State: r.State, From: r.Instance.Type, Type: r.Type,
			RolledBack: r.RolledBack, Outcome: outcomeOf(r.Err, r.Already)}
		why := ""
		if r.Err != nil {
			item.Error = oneLine(describe(r.Err))
			why = item.Error + hintStop(r.Err)
		}
		if r.RolledBack {
			why = "rolled back: " + why
		}
		out.Results = append(out.Results, item)
		t.add(item.ID, item.Name, item.Before, stateCell(item.State), arrow(item.From, item.Type), outcomeCell(item.Outcome, why))
	}
	return env.print(output{value: out, rows: t})
}
