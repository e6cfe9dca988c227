package command

import (
	"fmt"

	"github.com/musterhq/muster/fleet"
)

// Selection divides the instances that a selector means into those that a script can be sent to and the others.
type Selection struct {
	// Targets can be sent to, in the order of the listing.
	Targets []Target
	// LeftOut cannot. A command that was asked for them has not done its work.
	LeftOut []LeftOut
	// Selected is how many instances are meant and exist.
	Selected int
	// Gone is how many are shutting down or terminated, and were selected by what they were rather than by id. They are
	// not counted among the selected.
	Gone int
}

// LeftOut is an instance that is not sent to, and why.
type LeftOut struct {
	Target
	Reason string `json:"reason"`
}

// Select divides a listing, which must have been made with its nodes, into the instances that shell text can be sent to and
// the others.
func Select(listing fleet.Listing, selector fleet.Selector) Selection {
	return SelectFor(shellDocument(), listing, selector)
}

// SelectFor divides a listing, which must have been made with its nodes, by what a document can be sent to.
func SelectFor(document Document, listing fleet.Listing, selector fleet.Selector) Selection {
	if document.Name == "" {
		document = shellDocument()
	}
	var s Selection
	named := len(selector.IDs()) > 0
	for _, instance := range listing.Instances {
		if instance.State.Gone() && !named {
			s.Gone++
			continue
		}
		s.Selected++
		target := Target{InstanceID: instance.ID, Name: instance.Name}
		if reason := unreachable(document, instance); reason != "" {
			s.LeftOut = append(s.LeftOut, LeftOut{Target: target, Reason: reason})
			continue
		}
		s.Targets = append(s.Targets, target)
	}
	for _, id := range listing.Missing {
		s.LeftOut = append(s.LeftOut, LeftOut{Target: Target{InstanceID: id}, Reason: "no such instance"})
	}
	return s
}

// unreachable says why Run Command cannot run a document on an instance, or nothing where it can.
func unreachable(document Document, instance fleet.Instance) string {
	switch {
	case instance.State != fleet.Running:
		return string(instance.State)
	case instance.Node.Ping == "":
		return "unknown to SSM: no agent has registered"
	case instance.Node.Ping != fleet.Online:
		return "SSM has lost the connection to the agent"
	case !document.Supports(instance.Node.PlatformType):
		return fmt.Sprintf("%s, which %s does not run on", instance.Node.PlatformType, document.Name)
	}
	return ""
}
