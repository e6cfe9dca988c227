package cmd

import (
	"strings"
	"time"

	"github.com/musterhq/muster/fleet"
)

// unreachableJSON is why Systems Manager cannot reach an instance.
type unreachableJSON struct {
	Reason fleet.Unreachable `json:"reason"`
	Why    string            `json:"why"`
	Check  []string          `json:"check"`
}

// unreachableOf says why an instance cannot be reached and what to look at, or nil where it can. What to check is the order of
// https://docs.aws.amazon.com/systems-manager/latest/userguide/fleet-manager-troubleshooting-managed-nodes.html.
func unreachableOf(in fleet.Instance, now time.Time) *unreachableJSON {
	reason := in.Reach(now)
	out := &unreachableJSON{Reason: reason, Check: []string{}}
	switch reason {
	case fleet.Reachable:
		return nil
	case fleet.NotRunning:
		out.Why = "it is " + string(in.State) + ": its agent does not run"
		out.Check = append(out.Check, "muster start "+in.ID+" --wait")
	case fleet.Starting:
		out.Why = "it is starting: its agent has not registered yet"
		out.Check = append(out.Check, "wait some minutes")
	case fleet.GoneForGood:
		out.Why = "it is " + string(in.State)
	case fleet.NoProfile:
		out.Why = "no agent has registered, and it has no instance profile: without a role an agent cannot register"
		out.Check = append(out.Check, "attach an instance profile whose role has the policy AmazonSSMManagedInstanceCore, "+
			"or turn on the account's Default Host Management Configuration")
		out.Check = append(out.Check, agentChecks(in)...)
	case fleet.NewlyLaunched:
		out.Why = "it was launched " + now.Sub(in.LaunchTime).Round(time.Second).String() + " ago, and no agent has registered yet"
		out.Check = append(out.Check, "wait some minutes")
	case fleet.NeverSeen:
		out.Why = "no agent has registered: none is installed, its role may not, or it has no way to Systems Manager"
		out.Check = append(out.Check, "the role of its instance profile has the policy AmazonSSMManagedInstanceCore")
		out.Check = append(out.Check, agentChecks(in)...)
	case fleet.PingLost:
		out.Why = "its agent registered, and was last heard of " + timeText(in.Node.LastPing)
		out.Check = append(out.Check, "the machine answers at all: its status checks, and what it prints on its console")
		out.Check = append(out.Check, agentChecks(in)...)
	}
	return out
}

// agentChecks are what to look at on the machine and in its network.
func agentChecks(in fleet.Instance) []string {
	agent := "systemctl status amazon-ssm-agent; its log is /var/log/amazon/ssm/amazon-ssm-agent.log"
	if strings.HasPrefix(in.Platform, "Windows") {
		agent = `Get-Service AmazonSSMAgent; its log is in %PROGRAMDATA%\Amazon\SSM\Logs`
	}
	return []string{
		"the agent is installed and runs: " + agent,
		"port 443 leads out to ssm and ssmmessages of the region: by a NAT, an internet gateway or VPC endpoints",
		"the machine reaches its metadata service at 169.254.169.254, where its role's credentials are, and its clock is right",
	}
}
