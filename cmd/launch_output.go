package cmd

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/musterhq/muster/account"
	"github.com/musterhq/muster/fleet/launch"
)

func launchPlanTable(plan launch.Plan, scope *account.Scope) *table {
	t := newTable("LAUNCH", count(plan.Count, "instance"))
	if plan.Like != "" {
		t.add("like", plan.Like)
	} else {
		t.add("template", fmt.Sprintf("%s (%s)", plan.TemplateName, plan.TemplateID))
		t.add("version", strings.TrimSpace(fmt.Sprintf("%d %s", plan.Version, plan.Description)))
	}
	t.add("image", plan.ImageID())
	t.add("type", strings.Join(launchTypes(plan), ", then "))
	if plan.Spot() {
		t.add("market", "spot")
	}
	if key := aws.ToString(plan.Data.KeyName); key != "" {
		t.add("key", key)
	}
	t.add("region", scope.Region())
	for _, part := range plan.Parts {
		if c := part.Choices[0]; c.SubnetID != "" {
			t.add("subnet", fmt.Sprintf("%s in %s: %d", c.SubnetID, c.Zone, part.Count))
		}
	}
	tags := plan.InstanceTags()
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		t.add("tag", key+"="+tags[key]+tagOrigin(plan, key))
	}
	for _, member := range plan.Overrides {
		if plan.Like == "" && member != "InstanceType" && member != "ImageId" && member != "InstanceMarketOptions" {
			t.add("changed", member)
		}
	}
	return t
}

// launchTypes are the types of a plan in the order in which they are tried.
func launchTypes(plan launch.Plan) []string {
	var types []string
	for _, c := range plan.Parts[0].Choices {
		if !slices.Contains(types, c.InstanceType) {
			types = append(types, c.InstanceType)
		}
	}
	return types
}

// tagOrigin says that a tag is the template's, since the command line does not have it.
func tagOrigin(plan launch.Plan, key string) string {
	if _, ours := plan.Tags[key]; ours {
		return ""
	}
	return " (template)"
}

// launchCalls are the calls that carry a plan out.
func launchCalls(plan launch.Plan, until string) []plannedCall {
	choices := 0
	for _, part := range plan.Parts {
		choices += len(part.Choices)
	}
	run := plannedCall{
		action: "ec2:RunInstances", least: len(plan.Parts), most: max(choices, len(plan.Parts)),
		why: "the action itself: for each subnet, and again where EC2 has no capacity",
	}
	if len(plan.InstanceTags()) > 0 {
		run.permissions = append(run.permissions, "ec2:CreateTags")
	}
	if plan.Data.IamInstanceProfile != nil {
		run.permissions = append(run.permissions, "iam:PassRole")
	}
	looks := plannedCall{
		action: "ec2:DescribeInstances", least: perHundreds(plan.Count, 2), most: manyCalls,
		why: "waiting, for each 200 instances after 1, 2, 3, 4 and then every 5 seconds",
	}
	calls := []plannedCall{run}
	if until != "" {
		calls = append(calls, looks)
	}
	switch launch.Until(until) {
	case launch.UntilOK:
		looks.action, looks.why = "ec2:DescribeInstanceStatus", "waiting for the status checks, likewise"
		calls = append(calls, looks)
	case launch.UntilSSM, untilReady:
		looks.action, looks.least, looks.why = "ssm:DescribeInstanceInformation", perHundreds(plan.Count, 1)*2, "waiting for the agents, for each 50, likewise"
		calls = append(calls, looks)
	}
	if until == untilReady {
		calls = append(calls, plannedCall{
			action: "ssm:SendCommand", least: perHundreds(plan.Count, 1), most: manyCalls,
			why: "waiting for the user data: a script that asks cloud-init", permissions: []string{"ssm:ListCommands", "ssm:ListCommandInvocations", "ssm:GetCommandInvocation"},
		})
	}
	return calls
}

// launchPlan is what a dry run prints with --output json; launched is what the command prints.
type (
	launchPlan struct {
		Action   string            `json:"action"`
		DryRun   bool              `json:"dryRun"`
		Template *launchTemplate   `json:"template,omitempty"`
		Like     string            `json:"like,omitempty"`
		ImageID  string            `json:"imageId,omitempty"`
		Type     string            `json:"type,omitempty"`
		Count    int               `json:"count"`
		Tags     map[string]string `json:"tags"`
		// InstanceTags are those of the template and of the command line together.
		InstanceTags map[string]string `json:"instanceTags"`
		Lifecycle    string            `json:"lifecycle,omitempty"` // spot
		KeyName      string            `json:"keyName,omitempty"`
		Changed      []string          `json:"changed,omitempty"`
		Parts        []launchPart      `json:"parts"`
	}
	launchPart struct {
		Count   int            `json:"count"`
		Choices []launchChoice `json:"choices"`
	}
	launchChoice struct {
		Type     string `json:"type,omitempty"`
		SubnetID string `json:"subnetId,omitempty"`
		Zone     string `json:"zone,omitempty"`
	}
	launchTemplate struct {
		ID      string `json:"id"`
		Name    string `json:"name"`
		Version int64  `json:"version"`
	}
	launched struct {
		Action      string          `json:"action"`
		ClientToken string          `json:"clientToken"`
		Template    *launchTemplate `json:"template,omitempty"`
		Like        string          `json:"like,omitempty"`
		Results     []launchResult  `json:"results"`
	}
	launchResult struct {
		Instance instanceJSON `json:"instance"`
		Outcome  string       `json:"outcome"` // done or failed
		Error    string       `json:"error,omitempty"`
	}
)

func launchPlanJSON(plan launch.Plan) launchPlan {
	out := launchPlan{
		Action: "launch", DryRun: true, Template: templateJSON(plan), Like: plan.Like, ImageID: plan.ImageID(), Type: plan.InstanceType(),
		Count: plan.Count, Tags: map[string]string{}, InstanceTags: plan.InstanceTags(), KeyName: aws.ToString(plan.Data.KeyName),
	}
	maps.Copy(out.Tags, plan.Tags)
	if plan.Spot() {
		out.Lifecycle = "spot"
	}
	if plan.Like == "" {
		out.Changed = plan.Overrides
	}
	for _, part := range plan.Parts {
		p := launchPart{Count: part.Count}
		for _, c := range part.Choices {
			p.Choices = append(p.Choices, launchChoice{c.InstanceType, c.SubnetID, c.Zone})
		}
		out.Parts = append(out.Parts, p)
	}
	return out
}

func templateJSON(plan launch.Plan) *launchTemplate {
	if plan.TemplateID == "" {
		return nil
	}
	return &launchTemplate{plan.TemplateID, plan.TemplateName, plan.Version}
}

func (env *Env) printLaunched(plan launch.Plan, results []launch.Result) error {
	out := launched{Action: "launch", ClientToken: plan.ClientToken, Template: templateJSON(plan), Like: plan.Like, Results: []launchResult{}}
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
