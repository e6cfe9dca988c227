package command

import "time"

// Event is something that happened while a plan was applied: one of the types below.
type Event interface {
	// Kind names the event's type in one lower-case word, for a program that reads events.
	Kind() string
}

// Sent says that SSM took a command.
type Sent struct {
	CommandID string `json:"commandId"`
	Mark      string `json:"mark"`
	Nodes     int    `json:"nodes"`
	// Found is set for a command whose SendCommand was not answered, and which was found by its key afterwards.
	Found bool `json:"found,omitempty"`
}

// AnswerLost says that a SendCommand had no usable answer, so that nobody knows whether it was carried out. It is not
// repeated: after Wait the command is looked for by its key, and sent again only if it is not there.
type AnswerLost struct {
	Mark  string        `json:"mark"`
	Nodes int           `json:"nodes"`
	Wait  time.Duration `json:"-"`
	// Err is why there is no answer, and Error its text.
	Err   error  `json:"-"`
	Error string `json:"error"`
}

// Progress counts nodes, by the counters of the commands.
type Progress struct {
	// Nodes is how many the plan sends to; Sent of them have been, and Completed of these have ended, in whatever way.
	Nodes     int `json:"nodes"`
	Sent      int `json:"sent"`
	Completed int `json:"completed"`
	// Errors is how many failed or ran into the script's timeout: what is compared with Plan.MaxErrors.
	Errors int `json:"errors"`
}

// NodeDone is one node's result. Each node that was sent to has exactly one.
type NodeDone struct{ Result }

// Skipped says that one node was not sent to, for a reason of its own.
type Skipped struct {
	Target
	Reason string `json:"reason"`
}

// Stopped says that no further command is sent. What is under way goes on, and is waited for.
type Stopped struct {
	Reason StopReason `json:"reason"`
	// Error is what failed, where Reason is StopFailed: SSM refused a command, or its answers could not be had.
	Error string `json:"error,omitempty"`
	// Errors is how many nodes had failed by then, and MaxErrors how many were allowed to.
	Errors    int `json:"errors"`
	MaxErrors int `json:"maxErrors"`
	// InFlight is how many nodes were sent to and have not ended.
	InFlight int `json:"inFlight"`
	// NeverSent are the nodes that the plan names and that nothing was sent to.
	NeverSent []Target `json:"neverSent"`
}

// StopReason says why sending stopped.
type StopReason string

// The reasons for which sending stops before the plan's end.
const (
	StopErrors    StopReason = "max-errors"
	StopCancelled StopReason = "cancelled"
	StopFailed    StopReason = "failed"
)

// CancelSent says that SSM was asked to cancel the commands that were under way. Their results follow, as far as they
// come within a bounded time.
type CancelSent struct {
	Commands []string `json:"commands"`
	// Nodes is how many had not ended.
	Nodes int `json:"nodes"`
	// Failed are the commands that could not be cancelled, by their id, with the reason.
	Failed map[string]string `json:"failed,omitempty"`
}

// Finished is the last event of every run.
type Finished struct {
	Key Key `json:"key"`
	// Nodes is how many the plan sends to.
	Nodes int `json:"nodes"`
	// Outcomes counts the results.
	Outcomes map[Outcome]int `json:"outcomes"`
	// Skipped is how many were left out for a reason of their own, NeverSent how many because sending stopped.
	Skipped   int `json:"skipped"`
	NeverSent int `json:"neverSent"`
}

// OK tells whether every node of the plan ran the script with exit code 0.
func (f Finished) OK() bool { return f.Outcomes[Succeeded] == f.Nodes }

// Kind is "sent".
func (Sent) Kind() string { return "sent" }

// Kind is "answer-lost".
func (AnswerLost) Kind() string { return "answer-lost" }

// Kind is "progress".
func (Progress) Kind() string { return "progress" }

// Kind is "node".
func (NodeDone) Kind() string { return "node" }

// Kind is "skipped".
func (Skipped) Kind() string { return "skipped" }

// Kind is "stopped".
func (Stopped) Kind() string { return "stopped" }

// Kind is "cancelled".
func (CancelSent) Kind() string { return "cancelled" }

// Kind is "finished".
func (Finished) Kind() string { return "finished" }
