package ssm

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/musterhq/muster/mock/node"
	"github.com/musterhq/muster/mock/world"
)

// agentDelay is the time from an instance running to its agent being online, scaled by
// World.Delay. assumed: AWS publishes no figure; 15 to 60 s are seen.
const agentDelay = 20 * time.Second

// agentVersion is what every agent reports.
const agentVersion = "3.3.2299.0"

// managed is an instance as Systems Manager knows it. An instance that was launched but
// never registered is one too; it is not listed.
type managed struct {
	Seq        int64          `json:"seq"`
	Instance   world.Instance `json:"instance"`
	Machine    *node.Machine  `json:"machine"`
	State      string         `json:"state"` // EC2's word
	Registered time.Time      `json:"registered,omitzero"`
	Up         bool           `json:"up"`             // the agent is connected
	Since      time.Time      `json:"since,omitzero"` // when it connected, or was last heard of
	Boots      int            `json:"boots"`          // grows with each start, reboot and stop
	// Initialized says that the user data has run, or had its chance to.
	Initialized bool `json:"initialized,omitempty"`
}

// agentUp is an agent's arrival after a boot; one whose Boots was overtaken does not arrive.
var agentUp = world.Topic[agentEvent]{Name: "ssm:agent-up"}

type agentEvent struct {
	InstanceID string `json:"instanceId"`
	Boots      int    `json:"boots"`
}

// launched makes the machine of a new instance.
func (s *Service) launched(sc world.Scope, i world.Instance) {
	a := s.in(sc)
	if a.FirstDay.IsZero() {
		a.FirstDay = s.world.Now()
	}
	platform, _ := node.PlatformNamed(i.Platform)
	n := &managed{Seq: a.nextSeq(), Instance: i, State: "pending", Machine: node.New(node.Config{
		InstanceID: i.ID, Hostname: i.PrivateDNS, PrivateIP: i.PrivateIP, Region: sc.Region, Zone: i.Zone, Arch: unameArch(i.Arch),
		Platform: platform, CPUs: i.CPUs, MemoryMiB: i.MemoryMiB, BootTime: s.world.Now(), FirstDay: a.FirstDay, Packages: packageSeed(i.Packages), Files: i.Files,
	})}
	n.Instance.Files = nil // they are on the machine now
	a.Nodes = append(a.Nodes, n)
	a.nodes[i.ID] = n
}

// packageSeed is what a seed says of a machine's packages.
func packageSeed(p *world.Packages) *node.PackageSeed {
	if p == nil {
		return nil
	}
	return &node.PackageSeed{Pending: p.Pending, UpToDate: p.UpToDate, Failing: p.Failing}
}

func unameArch(ec2Arch string) string {
	if ec2Arch == "arm64" {
		return node.ArchARM
	}
	return node.ArchX86
}

// stateChanged follows an instance through its life cycle.
func (s *Service) stateChanged(sc world.Scope, c world.StateChange) {
	a := s.in(sc)
	n := a.nodes[c.InstanceID]
	if n == nil {
		return
	}
	n.State = c.State
	switch c.State {
	case "running":
		if c.Memory {
			n.Machine.Resume()
			s.boot(sc, n, false)
			break
		}
		booted := s.world.Now()
		if c.Seeded {
			booted = booted.Add(-world.SeededFor)
		}
		n.Machine.Boot(booted)
		s.boot(sc, n, c.Seeded)
	case "stopping", "shutting-down":
		s.lose(n)
		if c.Memory {
			n.Machine.Suspend()
		} else {
			n.Machine.PowerOff()
		}
	case "terminated":
		a.forget(n)
		s.undeliverable(a, c.InstanceID)
	}
}

// changed gives a machine the hardware of another instance type.
func (s *Service) changed(sc world.Scope, c world.InstanceChange) {
	if n := s.in(sc).nodes[c.InstanceID]; n != nil {
		n.Instance.Type, n.Instance.CPUs, n.Instance.MemoryMiB, n.Instance.UserData = c.Type, c.CPUs, c.MemoryMiB, c.UserData
		n.Machine.Resize(c.CPUs, c.MemoryMiB)
	}
}

// tagged notes an instance's tags, which commands can be sent by.
func (s *Service) tagged(sc world.Scope, t world.InstanceTags) {
	if n := s.in(sc).nodes[t.InstanceID]; n != nil {
		n.Instance.Tags = t.Tags
	}
}

// rebooted lets the agent go and come back; files stay, processes do not.
func (s *Service) rebooted(sc world.Scope, c world.StateChange) {
	if n := s.in(sc).nodes[c.InstanceID]; n != nil {
		s.lose(n)
		n.Machine.Reboot(s.world.Now())
		s.boot(sc, n, false)
	}
}

// boot schedules the agent's arrival, if the machine has one that comes.
func (s *Service) boot(sc world.Scope, n *managed, seeded bool) {
	n.Boots++
	if seeded {
		n.Initialized = true
	}
	s.initialize(sc, n)
	switch {
	case n.Instance.Agent == world.AgentNone:
	case n.Instance.Agent == world.AgentLost:
		n.Registered, n.Since = s.world.Now(), s.world.Now()
	case seeded:
		s.agentUp(sc, agentEvent{n.Instance.ID, n.Boots})
	default:
		agentUp.After(s.world, s.world.Delay(agentDelay), sc, agentEvent{n.Instance.ID, n.Boots})
	}
}

// lose notes that the agent is no longer connected. assumed: at once; AWS shows
// ConnectionLost some minutes after the last ping.
func (s *Service) lose(n *managed) {
	n.Boots++
	if n.Up {
		n.Up, n.Since = false, s.world.Now()
	}
}

// agentUp registers the node and delivers the commands that waited for it.
func (s *Service) agentUp(sc world.Scope, e agentEvent) {
	a := s.in(sc)
	n := a.nodes[e.InstanceID]
	if n == nil || n.Boots != e.Boots {
		return
	}
	n.Up, n.Since = true, s.world.Now()
	if n.Registered.IsZero() {
		n.Registered = n.Since
	}
	for _, c := range a.Commands {
		if inv := c.byNode[e.InstanceID]; inv != nil && !inv.terminal() {
			s.takeUp(a, c, inv, n)
		}
	}
}

// forget removes a terminated instance; its machine's files are gone with it.
func (a *account) forget(n *managed) {
	delete(a.nodes, n.Instance.ID)
	delete(a.Patching.States, n.Instance.ID)
	delete(a.Inventory.Items, n.Instance.ID)
	a.Nodes = slices.DeleteFunc(a.Nodes, func(other *managed) bool { return other == n })
}

// pingEvery is how often an agent reports itself.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-technical-details.html
const pingEvery = 5 * time.Minute

// lastPing is when the agent was last heard of.
func (n *managed) lastPing(now time.Time) time.Time {
	if !n.Up {
		return n.Since
	}
	return now.Add(-(now.Sub(n.Since) % pingEvery))
}

func (n *managed) ping() types.PingStatus {
	if n.Up {
		return types.PingStatusOnline
	}
	return types.PingStatusConnectionLost
}
