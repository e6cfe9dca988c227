package fleet

import "time"

// Unreachable is why Systems Manager cannot reach an instance, as far as EC2 and Systems Manager tell.
type Unreachable string

// The reasons, in the order in which they are looked for. What lies behind one that says the agent is silent is known on the
// machine only.
const (
	Reachable     Unreachable = ""              // it can be reached
	NotRunning    Unreachable = "not-running"   // stopped, or on its way there
	Starting      Unreachable = "starting"      // pending
	GoneForGood   Unreachable = "gone"          // shutting down or terminated
	NoProfile     Unreachable = "no-profile"    // never registered, and no role whose credentials it could register with
	NewlyLaunched Unreachable = "just-launched" // not registered yet, which takes minutes
	NeverSeen     Unreachable = "never-seen"    // has a role, and never registered
	PingLost      Unreachable = "ping-lost"     // registered, and not heard of any more
)

// settling is how long an instance may take from its launch until its agent has registered. AWS names no time; the agent
// starts with the machine, and the guide says to wait some minutes
// (https://docs.aws.amazon.com/systems-manager/latest/userguide/fleet-manager-troubleshooting-managed-nodes.html).
const settling = 5 * time.Minute

// Reach says whether Systems Manager can reach the instance, whose Node must have been read. now is the time of the account,
// against which LaunchTime counts.
//
// An agent needs a role with permissions to register: that of the instance profile, or that of the account's Default Host
// Management Configuration
// (https://docs.aws.amazon.com/systems-manager/latest/userguide/fleet-manager-default-host-management-configuration.html).
func (in Instance) Reach(now time.Time) Unreachable {
	switch {
	case in.State.Gone():
		return GoneForGood
	case in.State == Pending:
		return Starting
	case in.State != Running:
		return NotRunning
	case in.Node.Ping == Online:
		return Reachable
	case in.Node.Ping != "":
		return PingLost
	case in.ProfileARN == "":
		return NoProfile
	case now.Sub(in.LaunchTime) < settling:
		return NewlyLaunched
	}
	return NeverSeen
}
