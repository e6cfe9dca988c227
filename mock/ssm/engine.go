package ssm

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/musterhq/muster/mock/world"
)

// The delays of a command's way, scaled by World.Delay. assumed: all of them, from what
// users see with small scripts.
const (
	visibleDelay = 300 * time.Millisecond // SendCommand → the lists show its invocations
	sendDelay    = 200 * time.Millisecond // the service → the agent
	replyDelay   = 150 * time.Millisecond // a step's end → the service, and the next step
	killDelay    = time.Second            // a cancel → the agent has killed the step
)

// The ways of a command.
var (
	dispatch = world.Topic[commandRef]{Name: "ssm:dispatch"}   // sending begins
	deliver  = world.Topic[invocationRef]{Name: "ssm:deliver"} // it reaches a node
	stepped  = world.Topic[stepRef]{Name: "ssm:step"}          // the agent reports a step's end
	finish   = world.Topic[invocationRef]{Name: "ssm:finish"}  // the agent reports the document's end
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

// stepRef is a step that runs; one whose node has booted since does not end.
type stepRef struct {
	invocationRef
	Boots int `json:"boots"`
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
		a.resolve(c)
		s.refusePlatforms(a, c)
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

// deliver brings a command to a node.
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
	if n == nil {
		inv.end(types.CommandInvocationStatusFailed, undeliverable, s.world.Now())
	} else if !n.Up {
		inv.Status, inv.Details = types.CommandInvocationStatusDelayed, delayed
	} else {
		s.start(a, c, inv, n)
	}
	if first { // assumed: a node that does not answer does not hold up the ramp
		c.ack()
		s.fill(a, c)
	}
}

func (a *account) invocation(e invocationRef) (*command, *invocation) {
	c := a.commands[e.CommandID]
	if c == nil {
		return nil, nil
	}
	return c, c.byNode[e.NodeID]
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
