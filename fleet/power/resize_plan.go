package power

import (
	"errors"
	"fmt"
	"slices"

	"github.com/musterhq/muster/fleet"
)

// ResizePlan is what a change of type will do to a selection: each instance stands in one of the lists.
type ResizePlan struct {
	Type    fleet.Type       // the type that they get
	Change  []fleet.Instance // those that run are stopped first and started again
	Already []fleet.Instance // of this type
	Cannot  []fleet.Instance // those that Why says why not
	Gone    []fleet.Instance // shutting down or terminated, and selected by what they were rather than by id: left out
	Missing []string         // ids that EC2 does not know

	Why map[string]error // why an instance of Cannot is there, by id
}

// ErrRuns says that an instance would have to be stopped for what is asked, and that nobody said so.
var ErrRuns = errors.New("it is running, and has to be stopped first")

// NewResizePlan sorts what a selector means. With stop, instances that run may be stopped and started again. The rules are
// those of https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resize-limitations.html as far as the APIs tell them; whether
// the system on the disk has the drivers for another generation (NVMe) they do not.
func NewResizePlan(to fleet.Type, stop bool, listing fleet.Listing, selector fleet.Selector) ResizePlan {
	plan := ResizePlan{Type: to, Missing: listing.Missing, Why: map[string]error{}}
	named := len(selector.IDs()) > 0
	for _, instance := range listing.Instances {
		why := obstacle(instance, to, stop)
		list := &plan.Change
		switch {
		case instance.State.Gone() && !named:
			list = &plan.Gone
		case instance.Type == to.Name && !instance.State.Gone():
			list = &plan.Already
		case why != nil:
			list, plan.Why[instance.ID] = &plan.Cannot, why
		}
		*list = append(*list, instance)
	}
	return plan
}

// obstacle is why an instance cannot get a type, or nil. What stopping it would not mend comes first, so that nobody stops an
// instance in vain.
func obstacle(i fleet.Instance, to fleet.Type, stop bool) error {
	stays := fmt.Errorf("it is %s", i.State)
	if i.State.Gone() {
		return stays
	}
	if err := misfit(i, to); err != nil {
		return err
	}
	switch i.State {
	case fleet.Stopped:
		return nil
	case fleet.Running:
		if stop {
			return nil
		}
		return ErrRuns
	}
	return stays
}

// misfit is why an instance can never get a type, in whatever state it is, or nil.
func misfit(i fleet.Instance, to fleet.Type) error {
	switch {
	case i.Lifecycle == "spot": // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/stop-spot-instances.html
		return errors.New("it is a Spot Instance, whose type stays")
	case !slices.Contains(to.Architectures, i.Architecture):
		return fmt.Errorf("its image is for %s, which %s is not", i.Architecture, to.Name)
	case !slices.Contains(to.Virtualizations, i.Virtualization):
		return fmt.Errorf("its image is for %s virtualization, which %s does not have", i.Virtualization, to.Name)
	case to.ENA == "required" && !i.ENA:
		return fmt.Errorf("%s needs enhanced networking (ENA), which is not on for it", to.Name)
	case i.Hibernation && !to.Hibernation:
		return fmt.Errorf("it is configured to hibernate, which %s cannot", to.Name)
	case len(i.Interfaces) > to.Interfaces:
		return fmt.Errorf("it has %d network interfaces; %s has at most %d", len(i.Interfaces), to.Name, to.Interfaces)
	}
	return nil
}

// Selected is the number of instances that exist and are meant, for --expect.
func (p ResizePlan) Selected() int { return len(p.Change) + len(p.Already) + len(p.Cannot) }
