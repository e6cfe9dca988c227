package ssm

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/musterhq/muster/mock/node"
	"github.com/musterhq/muster/mock/world"
)

// The delays of a reboot that a step brought about, scaled by World.Delay. The agent calls
// shutdown -r +1; how long it waits for a process that is gone was seen with agent 3.3.
// https://github.com/aws/amazon-ssm-agent/blob/mainline/core/executor
const (
	rebootDelay = 60 * time.Second // exit code 194 → the machine reboots
	orphanDelay = 60 * time.Second // the agent is back → it gives up a step that an earlier boot began
)

// maxReboots is how often the agent takes up one document.
// https://github.com/aws/amazon-ssm-agent/blob/mainline/agent/appconfig (CommandRetryLimit)
const maxReboots = 15

var (
	// guestDown is a machine that shuts itself down.
	guestDown = world.Topic[guestEvent]{Name: "ssm:guest-down"}
	// orphaned is an agent giving up a step that ended with an earlier boot.
	orphaned = world.Topic[orphan]{Name: "ssm:orphaned"}
)

type guestEvent struct {
	agentEvent
	Reboot bool `json:"reboot"`
}

type orphan struct {
	invocationRef
	Boots int `json:"boots"` // the node's, when the agent came back
}

// rebootCode is the exit code by which a script asks for a reboot.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/send-commands-reboot.html
func (n *managed) rebootCode() int {
	if n.platform() == types.PlatformTypeWindows {
		return 3010
	}
	return 194
}

// platform is the node's operating system in SSM's words.
func (n *managed) platform() types.PlatformType {
	if n.Machine.Config().Platform.Windows() {
		return types.PlatformTypeWindows
	}
	return types.PlatformTypeLinux
}

// computerName is what the node calls itself.
func (n *managed) computerName() string {
	if n.platform() == types.PlatformTypeWindows {
		return n.Machine.Config().ComputerName() + ".WORKGROUP"
	}
	return n.Instance.PrivateDNS
}

// rebootFor lets the agent reboot the machine on behalf of a step that asked for it. The
// agent is gone at once; what the step has printed is kept for when it runs again.
func (s *Service) rebootFor(a *account, inv *invocation, n *managed) {
	st := inv.Steps[inv.Next]
	stdout, stderr := st.Result.Output()
	st.Before = printed{st.Before.Stdout + stdout, st.Before.Stderr + stderr}
	st.Result = nil
	inv.Rebooting = true
	inv.Reboots++
	s.lose(n)
	guestDown.After(s.world, s.world.Delay(rebootDelay), a.Scope, guestEvent{agentEvent{inv.NodeID, n.Boots}, true})
}

// guestDown restarts a machine, or turns it off, unless its owner was faster.
func (s *Service) guestDown(sc world.Scope, e guestEvent) {
	n := s.in(sc).nodes[e.InstanceID]
	if n == nil || n.Boots != e.Boots {
		return
	}
	if e.Reboot {
		s.rebooted(sc, world.StateChange{InstanceID: e.InstanceID})
		return
	}
	s.lose(n)
	n.Machine.PowerOff()
	world.InstancePoweredOff.Publish(s.world, sc, world.StateChange{InstanceID: e.InstanceID})
}

// takeUp is what an agent that came back does with a command for its node: it runs one
// that waited, goes on with one that rebooted the machine, and fails one whose step was
// lost with an earlier boot.
func (s *Service) takeUp(a *account, c *command, inv *invocation, n *managed) {
	ref := invocationRef{c.ID, inv.NodeID}
	switch {
	case inv.Details == delayed:
		deliver.Publish(s.world, a.Scope, ref)
	case inv.Started.IsZero():
	case !inv.Rebooting:
		orphaned.After(s.world, s.world.Delay(orphanDelay), a.Scope, orphan{ref, n.Boots})
	case inv.Status == types.CommandInvocationStatusCancelling:
		inv.Boots, inv.Rebooting = n.Boots, false
		inv.Steps[inv.Next].Result = &node.Result{}
		killed.Publish(s.world, a.Scope, ref)
	case inv.Reboots < maxReboots:
		inv.Boots, inv.Rebooting = n.Boots, false
		s.run(a, c, inv, n)
	}
}

// orphaned fails a document whose process is gone. The agent blames the first step, even
// when that had succeeded.
func (s *Service) orphaned(sc world.Scope, e orphan) {
	a := s.in(sc)
	c, inv := a.invocation(e.invocationRef)
	n := a.nodes[e.NodeID]
	if inv == nil || inv.terminal() || n == nil || n.Boots != e.Boots || inv.Boots == e.Boots {
		return
	}
	st := inv.Steps[0]
	st.report("", "document process failed unexpectedly: ipc messaging received timeout signal")
	st.end(types.CommandPluginStatusFailed, codeNotRun, s.world.Now())
	inv.end(types.CommandInvocationStatusFailed, "Failed", s.world.Now())
	s.fill(a, c)
}
