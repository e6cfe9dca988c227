package command

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

// NoExitCode is the exit code of a node whose script has none: it never ran, or nobody saw its end. SSM reports the same
// number (API reference, GetCommandInvocation, ResponseCode).
const NoExitCode = -1

// Result is what one node answered.
type Result struct {
	Target
	// CommandID is the command that the node got.
	CommandID string `json:"commandId,omitempty"`
	// Status and StatusDetails are SSM's own words for the invocation, the details without blanks.
	Status        string `json:"status,omitempty"`
	StatusDetails string `json:"statusDetails,omitempty"`
	// Outcome is what they mean.
	Outcome Outcome `json:"outcome"`
	// ExitCode is the script's, or NoExitCode.
	ExitCode int `json:"exitCode"`
	// Stdout and Stderr are what the script wrote, as far as SSM keeps it: 24,000 characters of the one and 8,000 of the
	// other. The SSM Agent adds a line of its own to the standard error of a script that fails.
	Stdout string `json:"stdout"`
	Stderr string `json:"stderr"`
	// Truncated tells that the script wrote more than is here.
	Truncated bool `json:"truncated,omitempty"`
	// Started and Ended are by the node's clock; zero where the script never ran.
	Started time.Time `json:"started,omitzero"`
	Ended   time.Time `json:"ended,omitzero"`
	// Steps are the document's, in their order, where it has several: then the streams above are theirs, one after another,
	// and the exit code is that of the first one that failed.
	Steps []Step `json:"steps,omitempty"`
}

// Step is what one step of a document did on a node.
type Step struct {
	Name     string `json:"name"`
	ExitCode int    `json:"exitCode"`
	// Skipped: the step did not run, because of its precondition or of a step before it.
	Skipped   bool   `json:"skipped,omitempty"`
	Stdout    string `json:"stdout"`
	Stderr    string `json:"stderr"`
	Truncated bool   `json:"truncated,omitempty"`
	// Started and Ended are by the node's clock; zero where the step never ran.
	Started time.Time `json:"started,omitzero"`
	Ended   time.Time `json:"ended,omitzero"`
}

// Elapsed is how long the script ran; zero where that is not known.
func (r Result) Elapsed() time.Duration {
	if r.Started.IsZero() || r.Ended.IsZero() {
		return 0
	}
	return r.Ended.Sub(r.Started)
}

// OK tells whether the script ran and ended with exit code 0.
func (r Result) OK() bool { return r.Outcome == Succeeded }

// Outcome is what an invocation's status means for the node.
type Outcome string

// The outcomes of a node that was sent to.
const (
	// Succeeded: the script ran and ended with exit code 0.
	Succeeded Outcome = "succeeded"
	// Failed: the script ran and ended with another exit code, or could not be started.
	Failed Outcome = "failed"
	// TimedOut: the agent ended the script because it ran for too long.
	TimedOut Outcome = "timed-out"
	// Unanswered: SSM had no answer from the node in time. Whether the script ran is not known.
	Unanswered Outcome = "unanswered"
	// Cancelled: the script was cancelled, before or while it ran.
	Cancelled Outcome = "cancelled"
	// NotRun: SSM did not hand the script to the node.
	NotRun Outcome = "not-run"
	// Unknown: we stopped looking before the node had ended, or never learnt whether it was sent to.
	Unknown Outcome = "unknown"
)

// outcomeOf reads an invocation's status (user guide, "Understanding command statuses"). The details decide: a Failed
// invocation may be one that ran, one that never arrived, or one that the node's platform cannot run. Undeliverable
// counts as unanswered, not as failed, because invocations with that status have been seen to run.
func outcomeOf(status, details string) Outcome {
	switch details {
	case "Undeliverable", "DeliveryTimedOut":
		return Unanswered
	case "InvalidPlatform", "AccessDenied", "Terminated":
		return NotRun
	}
	switch types.CommandInvocationStatus(status) {
	case types.CommandInvocationStatusSuccess:
		return Succeeded
	case types.CommandInvocationStatusFailed:
		return Failed
	case types.CommandInvocationStatusTimedOut:
		return TimedOut
	case types.CommandInvocationStatusCancelled:
		return Cancelled
	default:
		return Unknown
	}
}

// resultOf turns one invocation, listed with its details, into a result. Its output may be cut; see isCut.
func resultOf(target Target, invocation types.CommandInvocation) Result {
	details := strings.ReplaceAll(value(invocation.StatusDetails), " ", "")
	result := Result{
		Target:        target,
		CommandID:     value(invocation.CommandId),
		Status:        string(invocation.Status),
		StatusDetails: details,
		Outcome:       outcomeOf(string(invocation.Status), details),
		ExitCode:      NoExitCode,
	}
	if len(invocation.CommandPlugins) == 0 {
		return result
	}
	for _, plugin := range invocation.CommandPlugins {
		result.Steps = append(result.Steps, stepOf(plugin))
	}
	result.sum()
	return result
}

// stepOf reads one step. What the agent says of a step that it skipped is not the step's output.
func stepOf(plugin types.CommandPlugin) Step {
	output := value(plugin.Output)
	step := Step{Name: value(plugin.Name), ExitCode: int(plugin.ResponseCode),
		Started: value(plugin.ResponseStartDateTime), Ended: value(plugin.ResponseFinishDateTime)}
	if step.Skipped = wasSkipped(output, step.ExitCode); step.Skipped {
		return step
	}
	step.Stdout, step.Stderr = splitOutput(output)
	step.Truncated = isCut(output)
	return step
}

// sum makes the result of its steps. One step is the result itself. A code of 168 ends a document as a success
// (https://docs.aws.amazon.com/systems-manager/latest/userguide/document-exit-codes.html).
func (r *Result) sum() {
	r.Stdout, r.Stderr, r.Truncated, r.Started, r.Ended = "", "", false, time.Time{}, time.Time{}
	r.ExitCode = r.Steps[0].ExitCode
	for n, step := range r.Steps {
		r.Stdout += step.Stdout
		r.Stderr += step.Stderr
		r.Truncated = r.Truncated || step.Truncated
		if n == 0 || r.ExitCode == 0 || r.ExitCode == codeSuccessAndExit {
			r.ExitCode = step.ExitCode
		}
		if r.Started.IsZero() {
			r.Started = step.Started
		}
		if step.Ended.After(r.Ended) {
			r.Ended = step.Ended
		}
	}
	if r.Outcome == Succeeded {
		r.ExitCode = 0
	}
	if len(r.Steps) == 1 {
		r.Steps = nil
	}
}

// codeSuccessAndExit is the exit code by which a step ends a document as a success.
const codeSuccessAndExit = 168

// value is what p points to, or the zero value.
func value[T any](p *T) T {
	if p == nil {
		return *new(T)
	}
	return *p
}
