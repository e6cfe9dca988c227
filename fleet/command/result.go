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
	plugin := invocation.CommandPlugins[0] // AWS-RunShellScript has one step
	output := value(plugin.Output)
	result.ExitCode = int(plugin.ResponseCode)
	result.Stdout, result.Stderr = splitOutput(output)
	result.Truncated = isCut(output)
	result.Started = value(plugin.ResponseStartDateTime)
	result.Ended = value(plugin.ResponseFinishDateTime)
	return result
}

// value is what p points to, or the zero value.
func value[T any](p *T) T {
	if p == nil {
		return *new(T)
	}
	return *p
}
