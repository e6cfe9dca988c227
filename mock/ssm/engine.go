package ssm

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/musterhq/muster/mock/node"
	"github.com/musterhq/muster/mock/world"
)

// The delays of a command's way, scaled by World.Delay. assumed: all of them, from what
// users see with small scripts.
const (
	visibleDelay = 300 * time.Millisecond // SendCommand → the lists show its invocations
	sendDelay    = 200 * time.Millisecond // the service → the agent
	replyDelay   = 150 * time.Millisecond // the script's end → the service
	killDelay    = time.Second            // a cancel → the agent has killed the script
)

// The ways of a command.
var (
	dispatch = world.Topic[commandRef]{Name: "ssm:dispatch"}   // sending begins
	deliver  = world.Topic[invocationRef]{Name: "ssm:deliver"} // it reaches a node
	finish   = world.Topic[invocationRef]{Name: "ssm:finish"}  // the agent reports the end
	killed   = world.Topic[invocationRef]{Name: "ssm:killed"}  // the agent reports a cancelled end
	expire   = world.Topic[commandRef]{Name: "ssm:expire"}     // the total timeout has passed
	forget   = world.Topic[commandRef]{Name: "ssm:forget"}     // it is no longer kept
)

// historyKept is how long a command can be listed.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command.html
const historyKept = 30 * 24 * time.Hour

type commandRef struct {
	CommandID string `json:"commandId"`
}

type invocationRef struct {
	CommandID string `json:"commandId"`
	NodeID    string `json:"nodeId"`
}

// schedule puts a new command on its way.
func (s *Service) schedule(sc world.Scope, c *command) {
	dispatch.After(s.world, s.world.Delay(visibleDelay), sc, commandRef{c.ID})
	expire.After(s.world, c.expires().Sub(s.world.Now()), sc, commandRef{c.ID})
	forget.After(s.world, max(historyKept, c.expires().Sub(s.world.Now())), sc, commandRef{c.ID})
}

func (s *Service) forget(sc world.Scope, e commandRef) {
	a := s.in(sc)
	delete(a.commands, e.CommandID)
	a.Commands = slices.DeleteFunc(a.Commands, func(c *command) bool { return c.ID == e.CommandID })
}

func (s *Service) dispatch(sc world.Scope, e commandRef) {
	a := s.in(sc)
	if c := a.commands[e.CommandID]; c != nil {
		c.Visible = true
		s.fill(a, c)
	}
}

// fill sends to as many more nodes as the rate controls let it. The rate starts with one
// node; once all that were sent have answered it takes twice as many more, up to
// MaxConcurrency. What is under way when the errors exceed MaxErrors goes on, so there
// can be more errors than were allowed.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/send-commands-multiple.html
func (s *Service) fill(a *account, c *command) {
	t := c.tally()
	if t.errors > c.errorsAllowed() {
		c.Stopped = true
	}
	free := min(c.Window-c.Handed, c.concurrency()-t.sent)
	for _, inv := range c.Invocations {
		if inv.Sent || inv.Status != types.CommandInvocationStatusPending {
			continue
		}
		if c.Stopped {
			inv.end(types.CommandInvocationStatusCancelled, sparedByErrors, s.world.Now()) // assumed: the status beside the details
			continue
		}
		if free <= 0 {
			return
		}
		free--
		c.Handed++
		inv.Sent = true
		delay := s.world.Delay(sendDelay + time.Duration(s.world.Vary()*float64(sendDelay)))
		deliver.After(s.world, delay, a.Scope, invocationRef{c.ID, inv.NodeID})
	}
}

// ack takes a delivery's answer. When all of a round have answered, the next round is
// twice as large: 1, 2, 4 and so on.
func (c *command) ack() {
	c.Acked++
	if c.Acked == c.Window {
		c.Window = 2*c.Window + 1
	}
}

// deliver brings a command to a node. The script runs to its end at once; what it
// printed is published when the clock has reached that end.
func (s *Service) deliver(sc world.Scope, e invocationRef) {
	a := s.in(sc)
	c, inv := a.invocation(e)
	if inv == nil || !inv.Started.IsZero() {
		return
	}
	if inv.terminal() { // cancelled on its way: it must not hold up the ramp
		c.ack()
		s.fill(a, c)
		return
	}
	first := inv.Details != delayed
	n := a.nodes[e.NodeID]
	if n == nil || !n.Up {
		inv.Status, inv.Details = types.CommandInvocationStatusDelayed, delayed
	} else {
		s.start(a, c, inv, n)
	}
	if first { // assumed: a node that does not answer does not hold up the ramp
		c.ack()
		s.fill(a, c)
	}
}

func (s *Service) start(a *account, c *command, inv *invocation, n *managed) {
	inv.Status, inv.Details = types.CommandInvocationStatusInProgress, "InProgress"
	inv.Started, inv.Boots = s.world.Now(), n.Boots
	script := node.Script{
		ID: c.ID, Step: "awsrunShellScript/0.awsrunShellScript", Text: strings.Join(c.Bound["commands"], "\n"), Dir: c.Bound["workingDirectory"][0],
		Start: inv.Started, Timeout: c.Execution,
	}
	var result node.Result
	s.world.Work(
		func() { result = n.Machine.Run(context.Background(), script) },
		func() {
			result.Limit = nil // a script that reached one has used up its timeout
			inv.Result = &result
			after := result.Duration + s.world.Delay(replyDelay)
			finish.After(s.world, after, a.Scope, invocationRef{c.ID, inv.NodeID})
		})
}

func (a *account) invocation(e invocationRef) (*command, *invocation) {
	c := a.commands[e.CommandID]
	if c == nil {
		return nil, nil
	}
	return c, c.byNode[e.NodeID]
}

// finish takes the agent's report. A node that was stopped or rebooted since the script
// started has none to give: the command then ends with its total timeout.
func (s *Service) finish(sc world.Scope, e invocationRef) {
	a := s.in(sc)
	c, inv := a.invocation(e)
	if inv == nil || inv.Status != types.CommandInvocationStatusInProgress || !a.answers(inv) {
		return
	}
	r := inv.Result
	stdout, stderr := r.Output()
	switch {
	case r.TimedOut:
		inv.report(stdout, stderr, codeKilled)
		inv.end(types.CommandInvocationStatusTimedOut, executionTimedOut, s.world.Now())
	case r.ExitCode != 0:
		// The agent's own last line of a failed script.
		inv.report(stdout, stderr+fmt.Sprintf("failed to run commands: exit status %d", r.ExitCode), r.ExitCode)
		inv.end(types.CommandInvocationStatusFailed, "Failed", s.world.Now())
	default:
		inv.report(stdout, stderr, 0)
		inv.end(types.CommandInvocationStatusSuccess, "Success", s.world.Now())
	}
	s.fill(a, c)
}

// answers says whether the node that runs an invocation is still the boot that started it.
func (a *account) answers(inv *invocation) bool {
	n := a.nodes[inv.NodeID]
	return n != nil && n.Boots == inv.Boots && inv.Result != nil
}

// report keeps what the lists and GetCommandInvocation show of an invocation's output.
func (inv *invocation) report(stdout, stderr string, code int) {
	inv.Stdout, inv.Stderr = cutStdout(stdout), cutStderr(stderr)
	inv.Output = combined(inv.Stdout, inv.Stderr)
	inv.Code = code
}

// cancel ends an invocation that has not reached its node, and asks the agent to kill
// one that has.
func (s *Service) cancel(a *account, c *command, inv *invocation) {
	switch inv.Status {
	case types.CommandInvocationStatusPending, types.CommandInvocationStatusDelayed:
		inv.end(types.CommandInvocationStatusCancelled, "Cancelled", s.world.Now())
	case types.CommandInvocationStatusInProgress:
		inv.Status, inv.Details = types.CommandInvocationStatusCancelling, "Cancelling"
		killed.After(s.world, s.world.Delay(killDelay), a.Scope, invocationRef{c.ID, inv.NodeID})
	}
}

// killed takes the agent's report of a cancelled script: what it had printed by then.
func (s *Service) killed(sc world.Scope, e invocationRef) {
	a := s.in(sc)
	c, inv := a.invocation(e)
	if inv == nil || inv.Status != types.CommandInvocationStatusCancelling || !a.answers(inv) {
		return
	}
	stdout, stderr, _ := inv.Result.Until(s.world.Now().Sub(inv.Started))
	inv.report(stdout, stderr, codeKilled)
	inv.end(types.CommandInvocationStatusCancelled, "Cancelled", s.world.Now())
	s.fill(a, c)
}

// expire gives up on whatever has not ended, whether or not it was delivered.
func (s *Service) expire(sc world.Scope, e commandRef) {
	a := s.in(sc)
	c := a.commands[e.CommandID]
	if c == nil {
		return
	}
	for _, inv := range c.Invocations {
		switch {
		case inv.terminal():
		case inv.Status == types.CommandInvocationStatusCancelling:
			inv.end(types.CommandInvocationStatusCancelled, "Cancelled", s.world.Now())
		default:
			inv.end(types.CommandInvocationStatusTimedOut, deliveryTimedOut, s.world.Now())
		}
	}
}
