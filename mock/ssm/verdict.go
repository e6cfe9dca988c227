package ssm

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

// verdict is what the agent does with a step when its turn has come.
type verdict int

const (
	runStep verdict = iota
	skipStep
	failStep
)

// The codes that end a document after the step that returned them.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/document-exit-codes.html
const (
	codeSuccessAndExit = 168
	codeFailureAndExit = 169
)

// judge decides about the step whose turn it is. The order of the questions and the texts
// are the agent's.
// https://github.com/aws/amazon-ssm-agent/blob/mainline/agent/framework/runpluginutil/runpluginutil.go
func (c *command) judge(inv *invocation, platform types.PlatformType) (verdict, string) {
	t := c.Tasks[inv.Next]
	if c.ended(inv) {
		return skipStep, fmt.Sprintf("Plugin with name %s and id %s skipped due to prior step with an exit condition", t.Action, t.Name)
	}
	supported := t.Action != shellPlugin || platform != types.PlatformTypeWindows
	if t.Schema != "2.2" {
		switch {
		case !supported:
			return failStep, fmt.Sprintf("Plugin with name %s is not supported in current platform. Step name: %s", t.Action, t.Name)
		case len(t.Precondition) > 0:
			return failStep, "Precondition is not supported for document schema version prior to 2.2. Step name: " + t.Name
		}
		return runStep, ""
	}
	allowed, odd := compare(t.Precondition, platform)
	switch {
	case !supported:
		return skipStep, fmt.Sprintf("Step execution skipped due to unsupported plugin: %s. Step name: %s", t.Action, t.Name)
	case !allowed:
		return skipStep, fmt.Sprintf("Step execution skipped due to unsatisfied preconditions: '%s'. Step name: %s", odd, t.Name)
	case odd != "":
		return failStep, fmt.Sprintf("Unrecognized precondition(s): '%s', please update agent to latest version. Step name: %s", odd, t.Name)
	}
	return runStep, ""
}

// ended says whether an earlier step has ended the document, so that only a last step
// with finallyStep still runs.
func (c *command) ended(inv *invocation) bool {
	if c.Tasks[inv.Next].Finally && inv.Next == len(c.Tasks)-1 {
		return false
	}
	for n, t := range c.Tasks[:inv.Next] {
		st := inv.Steps[n]
		switch {
		case st.Code == codeSuccessAndExit, st.Code == codeFailureAndExit,
			st.Status == types.CommandPluginStatusFailed && t.OnFailure == "exit",
			st.Status == types.CommandPluginStatusSuccess && !st.Skipped && t.OnSuccess == "exit":
			return true
		}
	}
	return false
}

// platformVariable is the word that stands for the node's platform in a precondition.
const platformVariable = "platformType"

// compare evaluates a precondition: whether it holds, and what of it is not satisfied or
// not understood.
func compare(precondition []comparison, platform types.PlatformType) (allowed bool, odd string) {
	for _, p := range precondition {
		written, filled := p.Written, p.Filled
		switch {
		case written[0] == written[1] && written[0] == platformVariable:
			return true, fmt.Sprintf(`"StringEquals": [%s %s]`, written[0], written[1])
		case written[0] == written[1]:
			return true, `"StringEquals": operator's arguments can't be identical`
		case strings.Contains(written[0]+written[1], "{{ssm"):
			return true, `"StringEquals": operator's arguments can't contain SSM parameters`
		case written[0] == platformVariable || written[1] == platformVariable:
			if written[0] == platformVariable {
				written, filled = [2]string{written[1]}, [2]string{filled[1]}
			}
			if !strings.EqualFold(written[0], filled[0]) {
				return true, `"StringEquals": the second argument for the platformType variable can't contain document parameters`
			}
			if !strings.EqualFold(written[0], string(platform)) {
				return false, fmt.Sprintf(`"StringEquals": [%s, %s]`, p.Written[0], p.Written[1])
			}
		case written == filled:
			return true, `"StringEquals": at least one of operator's arguments must contain a valid document parameter`
		case filled[0] != filled[1]:
			return false, fmt.Sprintf(`"StringEquals": [%s, %s]`, written[0], written[1])
		}
	}
	return true, ""
}
