package ec2

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/world"
)

// The delays of the life cycle, scaled by World.Delay. assumed: AWS publishes no
// figures; these are what its users see with small Linux instances.
const (
	bootDelay      = world.DefaultLag  // pending → running, also after a start
	checkDelay     = 130 * time.Second // running → both status checks passed
	stopDelay      = 30 * time.Second  // stopping → stopped
	terminateDelay = 30 * time.Second  // shutting-down → terminated
	rebootDelay    = 20 * time.Second  // a reboot → the instance check passes again
	// terminatedVisible is how long a terminated instance can still be described; it is
	// not scaled. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/terminating-instances.html
	terminatedVisible = time.Hour
)

// instance is one EC2 instance.
type instance struct {
	record
	ReservationID string `json:"reservationId"`
	LaunchIndex   int32  `json:"launchIndex"`
	ImageID       string `json:"imageId"`
	machine
	AgentOn     bool       `json:"agentOn,omitempty"` // the SSM Agent came with the image
	Type        string     `json:"type"`
	SubnetID    string     `json:"subnetId"` // of the primary interface
	Zone        string     `json:"zone"`
	PrivateIP   netip.Addr `json:"privateIp,omitzero"` // the primary interface's primary address
	PublicIP    netip.Addr `json:"publicIp,omitzero"`
	ClientToken string     `json:"clientToken,omitempty"`
	instanceSettings
	NICs  []*nic  `json:"-"` // by device index, the primary one first
	Disks []*disk `json:"-"` // in order of attachment, the root volume first

	State        types.InstanceStateName `json:"state"`
	Reason       string                  `json:"reason,omitempty"` // StateTransitionReason
	ReasonCode   string                  `json:"reasonCode,omitempty"`
	ReasonText   string                  `json:"reasonText,omitempty"`
	Launched     time.Time               `json:"launched"` // of the latest start
	Attached     time.Time               `json:"attached"` // of the first start
	RanOnce      bool                    `json:"ranOnce,omitempty"`
	ChecksPassAt time.Time               `json:"checksPassAt,omitzero"` // while running
	HibernatesAt time.Time               `json:"hibernatesAt,omitzero"` // while running: when it is ready for it
	Hibernated   bool                    `json:"hibernated,omitempty"`  // its memory is on the root volume
	Occupies     bool                    `json:"occupies,omitempty"`    // a place that Capacity counts
	Events       []*scheduledEvent       `json:"events,omitempty"`      // with those that ended lately
	Console      []consoleMark           `json:"console,omitempty"`
	Generation   int                     `json:"generation"` // grows with each transition that was begun
}

// stateCodes are the codes of the states.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html
var stateCodes = map[types.InstanceStateName]int32{
	types.InstanceStateNamePending: 0, types.InstanceStateNameRunning: 16, types.InstanceStateNameShuttingDown: 32,
	types.InstanceStateNameTerminated: 48, types.InstanceStateNameStopping: 64, types.InstanceStateNameStopped: 80,
}

func sdkState(name types.InstanceStateName) *types.InstanceState {
	return &types.InstanceState{Name: name, Code: new(stateCodes[name])}
}

// transition is the end of a change of state that takes time. An event whose generation
// is no longer the instance's was overtaken, say by a terminate during the boot.
var transition = world.Topic[transitionData]{Name: "ec2:transition"}

type transitionData struct {
	InstanceID string                  `json:"instanceId"`
	To         types.InstanceStateName `json:"to"`
	Generation int                     `json:"generation"`
}

// gone is the state after terminated: the instance can no longer be described.
const gone types.InstanceStateName = "gone"

// begin puts an instance into a passing state and lets it arrive after d.
func (s *Service) begin(r *region, i *instance, passing, arrive types.InstanceStateName, d time.Duration) {
	i.Generation++
	s.enter(r, i, passing)
	transition.After(s.world, s.world.Delay(d), r.Scope, transitionData{i.ID, arrive, i.Generation})
}

// enter sets the state and tells the other services.
func (s *Service) enter(r *region, i *instance, state types.InstanceStateName) {
	i.State = state
	world.InstanceState.Publish(s.world, r.Scope, world.StateChange{InstanceID: i.ID, State: string(state), Memory: i.Hibernated})
	if state == running {
		i.Hibernated = false
	}
}

// transition plays the end of a change of state.
func (s *Service) transition(sc world.Scope, t transitionData) {
	r := s.in(sc)
	i := r.Instances.get(t.InstanceID)
	if i == nil || i.Generation != t.Generation {
		return
	}
	switch t.To {
	case types.InstanceStateNameRunning:
		i.RanOnce = true
		i.ReasonCode, i.ReasonText = "", ""
		i.ChecksPassAt = s.world.Now().Add(s.world.Delay(checkDelay))
		i.HibernatesAt = s.world.Now().Add(s.world.Delay(hibernationDelay))
	case types.InstanceStateNameStopped:
		r.vacate(i)
	case types.InstanceStateNameTerminated:
		r.vacate(i)
		transition.After(s.world, terminatedVisible, sc, transitionData{i.ID, gone, i.Generation})
		r.release(i)
	case gone:
		r.forget(i)
		return
	}
	s.enter(r, i, t.To)
	s.spotArrived(r, i, t.To)
	if len(r.Capacity) > 0 && (t.To == stopped || t.To == terminated) {
		s.capacityChanged(r)
	}
}

// release gives back what a terminated instance had.
func (r *region) release(i *instance) {
	i.PrivateIP, i.PublicIP = netip.Addr{}, netip.Addr{}
	for _, n := range slices.Clone(i.NICs) {
		keep := n.Keep
		if r.freeNIC(n); !keep {
			r.forgetNIC(n)
		}
	}
	for _, d := range slices.Clone(i.Disks) {
		keep := d.Keep
		if r.freeDisk(d); !keep {
			r.forgetDisk(d)
		}
	}
}

// forget removes an instance that was terminated long enough ago.
func (r *region) forget(i *instance) {
	r.dropTags(i.ID)
	r.Instances.remove(i)
}

// privateDNS is the instance's private name, by its address or by its id.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hostname-types.html
func (i *instance) privateDNS(region string) string {
	if i.DNS.ResourceName && i.PrivateIP.IsValid() {
		return i.ID + "." + privateDomain(region)
	}
	return dnsOf(i.PrivateIP, region)
}

func dnsOf(a netip.Addr, region string) string {
	if !a.IsValid() {
		return ""
	}
	return "ip-" + strings.ReplaceAll(a.String(), ".", "-") + "." + privateDomain(region)
}

func privateDomain(region string) string {
	if region == "us-east-1" {
		return "ec2.internal"
	}
	return region + ".compute.internal"
}

// vcpus is how many the instance sees.
func (i *instance) vcpus(f figures) int {
	if i.Cores > 0 {
		return int(i.Cores * i.Threads)
	}
	return int(f.vcpus)
}

func (i *instance) publicDNS(region string) string { return publicDNSOf(i.PublicIP, region) }

// publicDNSOf is the public name of an address, empty for none.
func publicDNSOf(addr netip.Addr, region string) string {
	if !addr.IsValid() {
		return ""
	}
	domain := region + ".compute.amazonaws.com"
	if region == "us-east-1" {
		domain = "compute-1.amazonaws.com"
	}
	return "ec2-" + strings.ReplaceAll(addr.String(), ".", "-") + "." + domain
}

// because notes why the instance is leaving its state.
func (i *instance) because(now time.Time, code, text string) {
	i.Reason = fmt.Sprintf("User initiated (%s)", ec2Time(now))
	i.ReasonCode, i.ReasonText = code, code+": "+text
}

func addrText(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}
