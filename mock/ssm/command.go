package ssm

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/musterhq/muster/mock/node"
)

// command is one SendCommand: what was asked, and an invocation per node.
type command struct {
	Seq            int64               `json:"seq"`
	ID             string              `json:"id"`
	Document       string              `json:"document"`
	Version        string              `json:"version"`
	Comment        string              `json:"comment"`
	Parameters     map[string][]string `json:"parameters,omitempty"`
	Tasks          []task              `json:"tasks"` // what the document does, with the parameters in their places
	Requested      time.Time           `json:"requested"`
	TimeoutSeconds int32               `json:"timeoutSeconds"` // of delivery
	Execution      time.Duration       `json:"execution"`      // of the steps, together
	MaxConcurrency string              `json:"maxConcurrency"`
	MaxErrors      string              `json:"maxErrors"`
	Targets        []target            `json:"targets,omitempty"`   // how the nodes are found, unless ids were given
	Platforms      []string            `json:"platforms,omitempty"` // that the document supports
	Invocations    []*invocation       `json:"invocations"`         // in the order of the ids given

	Visible   bool `json:"visible"`   // lists show the invocations
	Window    int  `json:"window"`    // how many may have been handed out while the rate ramps up
	Handed    int  `json:"handed"`    // how many were handed out
	Acked     int  `json:"acked"`     // how many deliveries were answered
	Stopped   bool `json:"stopped"`   // too many errors: nothing more is sent
	Cancelled bool `json:"cancelled"` // by the user, for every node

	byNode map[string]*invocation
}

// invocation is a command on one node.
type invocation struct {
	NodeID  string                        `json:"nodeId"`
	Status  types.CommandInvocationStatus `json:"status"`
	Details string                        `json:"details"`
	Sent    bool                          `json:"sent"`  // takes part in the concurrency until it ends
	Boots   int                           `json:"boots"` // the node's, when the agent took the document up
	Started time.Time                     `json:"started,omitzero"`
	Ended   time.Time                     `json:"ended,omitzero"`
	Steps   []*step                       `json:"steps"` // one for each of the command's tasks
	Next    int                           `json:"next"`  // the step that runs, or is the next to

	// Rebooting says that the agent reboots the machine on a step's behalf, and goes on
	// with it afterwards; Reboots is how often it has done that.
	Rebooting bool `json:"rebooting,omitempty"`
	Reboots   int  `json:"reboots,omitempty"`
}

// step is a plugin's execution on a node.
type step struct {
	Status  types.CommandPluginStatus `json:"status"`
	Skipped bool                      `json:"skipped,omitempty"`
	Details string                    `json:"details"`
	Code    int                       `json:"code"`
	Started time.Time                 `json:"started,omitzero"`
	Began   time.Time                 `json:"began,omitzero"` // its last run, after a reboot
	Ended   time.Time                 `json:"ended,omitzero"`
	Stdout  string                    `json:"stdout,omitempty"` // cut as GetCommandInvocation shows it
	Stderr  string                    `json:"stderr,omitempty"`
	Output  string                    `json:"output,omitempty"` // both, cut as the lists show them
	// Before is what it printed before the agent rebooted the machine, uncut.
	Before printed      `json:"before,omitzero"`
	Result *node.Result `json:"result,omitempty"` // while it runs
}

type printed struct {
	Stdout string `json:"stdout,omitempty"`
	Stderr string `json:"stderr,omitempty"`
}

// The status details that are not also a status. On the wire they have no spaces.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
const (
	delayed           = "Delayed"
	executionTimedOut = "ExecutionTimedOut"
	deliveryTimedOut  = "DeliveryTimedOut"
	sparedByErrors    = "Terminated"
	incomplete        = "Incomplete"
	undeliverable     = "Undeliverable"
	invalidPlatform   = "InvalidPlatform"
	noInstancesInTag  = "NoInstancesInTag"
)

// The agent's codes: for a step that did not end, for one that did not begin or fit, and
// for one that it killed.
const (
	codeUnfinished = -1
	codeNotRun     = 1
	codeKilled     = 137
)

// invite adds a node to the command.
func (c *command) invite(id string) {
	inv := &invocation{NodeID: id, Status: types.CommandInvocationStatusPending, Details: "Pending"}
	for range c.Tasks {
		inv.Steps = append(inv.Steps, &step{Status: types.CommandPluginStatusPending, Details: "Pending", Code: codeUnfinished})
	}
	c.Invocations = append(c.Invocations, inv)
	if c.byNode == nil {
		c.byNode = map[string]*invocation{}
	}
	c.byNode[id] = inv
}

func (c *command) index() {
	c.byNode = make(map[string]*invocation, len(c.Invocations))
	for _, inv := range c.Invocations {
		c.byNode[inv.NodeID] = inv
	}
}

// expires is when whatever has not ended is given up.
func (c *command) expires() time.Time {
	return c.Requested.Add(time.Duration(c.TimeoutSeconds)*time.Second + c.Execution)
}

func (inv *invocation) terminal() bool {
	switch inv.Status {
	case types.CommandInvocationStatusPending, types.CommandInvocationStatusInProgress, types.CommandInvocationStatusDelayed, types.CommandInvocationStatusCancelling:
		return false
	}
	return true
}

// end puts an invocation into a final status.
func (inv *invocation) end(status types.CommandInvocationStatus, details string, at time.Time) {
	inv.Status, inv.Details, inv.Ended, inv.Sent = status, details, at, false
	for _, st := range inv.Steps {
		st.Result, st.Before = nil, printed{} // what is no longer needed would fill the state file
	}
}

// countsAsError says whether the invocation counts towards MaxErrors.
func (inv *invocation) countsAsError() bool {
	return inv.Details == string(types.CommandInvocationStatusFailed) || inv.Details == executionTimedOut
}

// tally is what the counters and the aggregate status of a command are made of.
type tally struct {
	sent, completed, errors, deliveryTimedOut, cancelled, succeeded, delivered, cancelling int
	never                                                                                  int // undeliverable, or of another platform
}

func (c *command) tally() tally {
	var t tally
	for _, inv := range c.Invocations {
		if inv.Sent {
			t.sent++
		}
		if !inv.Started.IsZero() {
			t.delivered++
		}
		if inv.Status == types.CommandInvocationStatusCancelling {
			t.cancelling++
		}
		if !inv.terminal() {
			continue
		}
		t.completed++
		switch {
		case inv.countsAsError():
			t.errors++
		case inv.Details == undeliverable, inv.Details == invalidPlatform:
			t.never++
		case inv.Details == deliveryTimedOut:
			t.deliveryTimedOut++
		case inv.Status == types.CommandInvocationStatusSuccess:
			t.succeeded++
		case inv.Details == string(types.CommandInvocationStatusCancelled):
			t.cancelled++
		}
	}
	return t
}

// status is the command's aggregate: it says little about each node, as on AWS.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
func (c *command) status() (types.CommandStatus, string) {
	t := c.tally()
	allowed := c.errorsAllowed()
	switch {
	case !c.Visible && len(c.Targets) > 0: // the nodes are not known yet
		return types.CommandStatusPending, "Pending"
	case len(c.Invocations) == 0: // assumed: the status beside the details
		return types.CommandStatusSuccess, noInstancesInTag
	case t.completed < len(c.Invocations) && (c.Cancelled || t.cancelling > 0):
		return types.CommandStatusCancelling, "Cancelling"
	case t.completed < len(c.Invocations) && t.delivered == 0 && t.completed == 0:
		return types.CommandStatusPending, "Pending"
	case t.completed < len(c.Invocations):
		return types.CommandStatusInProgress, "InProgress"
	case t.errors > allowed:
		return types.CommandStatusFailed, "Failed"
	case t.deliveryTimedOut > allowed:
		return types.CommandStatusTimedOut, deliveryTimedOut
	case t.cancelled > 0:
		return types.CommandStatusCancelled, "Cancelled"
	case t.never == len(c.Invocations):
		return types.CommandStatusFailed, "Failed"
	case t.succeeded+t.never < len(c.Invocations): // the guide: one success beside four undeliverable is a success
		return types.CommandStatusFailed, incomplete
	}
	return types.CommandStatusSuccess, "Success"
}

// errorsAllowed is MaxErrors as a number: how many errors are tolerated. A percentage is
// rounded down, so that 10% of 50 stops with the sixth.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/send-commands-multiple.html
func (c *command) errorsAllowed() int {
	n, percent := limit(c.MaxErrors)
	if percent {
		return len(c.Invocations) * n / 100
	}
	return n
}

// concurrency is MaxConcurrency as a number. assumed: a percentage is rounded to the
// nearest number and is at least one.
func (c *command) concurrency() int {
	n, percent := limit(c.MaxConcurrency)
	if percent {
		n = int(math.Round(float64(len(c.Invocations)*n) / 100))
	}
	return max(n, 1)
}

// limit reads a rate control whose form was checked. A number beyond an int's range is
// as good as no limit.
func limit(s string) (n int, percent bool) {
	digits, percent := strings.CutSuffix(s, "%")
	n, err := strconv.Atoi(digits)
	if err != nil {
		n = math.MaxInt32
	}
	return n, percent
}
