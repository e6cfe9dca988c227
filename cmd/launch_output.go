package cmd

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/musterhq/muster/account"
	"github.com/musterhq/muster/fleet/launch"
)

func launchPlanTable(plan launch.Plan, scope *account.Scope) *table {
	t := newTable("LAUNCH", count(plan.Count, "instance"))
	t.add("template", fmt.Sprintf("%s (%s)", plan.TemplateName, plan.TemplateID))
	t.add("version", strings.TrimSpace(fmt.Sprintf("%d %s", plan.Version, plan.Description)))
	t.add("image", plan.ImageID)
	t.add("type", plan.InstanceType)
	for _, row := range []struct{ what, value string }{
		{"market", map[bool]string{true: "spot"}[plan.Spot]}, {"key", plan.KeyName}, {"subnet", plan.SubnetID},
	} {
		if row.value != "" {
			t.add(row.what, row.value)
		}
	}
	t.add("region", scope.Region())
	tags := plan.InstanceTags()
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		t.add("tag", key+"="+tags[key]+tagOrigin(plan, key))
	}
	return t
}

// tagOrigin says that a tag is the template's, since the command line does not have it.
func tagOrigin(plan launch.Plan, key string) string {
	if _, ours := plan.Tags[key]; ours {
		return ""
	}
	return " (template)"
}

// launchPlan is what a dry run prints with --output json; launched is what the command prints.
type (
	launchPlan struct {
		Action   string            `json:"action"`
		DryRun   bool              `json:"dryRun"`
		Template launchTemplate    `json:"template"`
		ImageID  string            `json:"imageId,omitempty"`
		Type     string            `json:"type,omitempty"`
		Count    int               `json:"count"`
		Tags     map[string]string `json:"tags"`
		// InstanceTags are those of the template and of the command line together.
		InstanceTags map[string]string `json:"instanceTags"`
		Lifecycle    string            `json:"lifecycle,omitempty"` // spot
		KeyName      string            `json:"keyName,omitempty"`
		SubnetID     string            `json:"subnetId,omitempty"`
	}
	launchTemplate struct {
		ID      string `json:"id"`
		Name    string `json:"name"`
		Version int64  `json:"version"`
	}
	launched struct {
		Action      string         `json:"action"`
		ClientToken string         `json:"clientToken"`
		Template    launchTemplate `json:"template"`
		Results     []launchResult `json:"results"`
	}
	launchResult struct {
		Instance instanceJSON `json:"instance"`
		Outcome  string       `json:"outcome"` // done or failed
		Error    string       `json:"error,omitempty"`
	}
)

func launchPlanJSON(plan launch.Plan) launchPlan {
	tags := plan.Tags
	if tags == nil {
		tags = map[string]string{}
	}
	return launchPlan{
		Action: "launch", DryRun: true, Template: templateJSON(plan),
		ImageID: plan.ImageID, Type: plan.InstanceType, Count: plan.Count, Tags: tags, InstanceTags: plan.InstanceTags(),
		Lifecycle: map[bool]string{true: "spot"}[plan.Spot], KeyName: plan.KeyName, SubnetID: plan.SubnetID,
	}
}

func templateJSON(plan launch.Plan) launchTemplate {
	return launchTemplate{plan.TemplateID, plan.TemplateName, plan.Version}
}

func (env *Env) printLaunched(plan launch.Plan, results []launch.Result) error {
	out := launched{Action: "launch", ClientToken: plan.ClientToken, Template: templateJSON(plan), Results: []launchResult{}}
	t := newTable("ID", "NAME", "STATE", "TYPE", "ZONE", "PRIVATE-IP", "RESULT")
	for _, r := range results {
		result := cell{"done", green}
		if r.Err != nil {
			result = cell{"failed: " + oneLine(describe(r.Err)), red}
		}
		out.Results = append(out.Results, launchResultJSON(r))
		i := r.Instance
		t.add(i.ID, i.Name, stateCell(i.State), i.Type, i.Zone, i.PrivateIP, result)
	}
	return env.print(output{value: out, rows: t})
}

func launchResultJSON(r launch.Result) launchResult {
	out := launchResult{Instance: toJSON(r.Instance), Outcome: "done"}
	if r.Err != nil {
		out.Outcome, out.Error = "failed", oneLine(describe(r.Err))
	}
	return out
}
