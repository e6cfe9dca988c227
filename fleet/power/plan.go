// Package power starts, stops, hibernates, reboots and terminates instances, and changes their types.
//
// Start with [NewPlan], which is pure: it sorts a selection into what will change, what is already there and what cannot be.
// [Power.Apply] then carries a plan out, in batches, with one [Result] for each instance, and [Power.Wait] waits until the
// instances have arrived.
//
//	plan := power.NewPlan(power.Stop, listing, selector)
//	results, err := power.New(cfg).Apply(ctx, plan)
//
// It asks nobody: guards and questions stand before it, in package fleet and the command line.
package power

import (
	"errors"
	"fmt"

	"github.com/musterhq/muster/fleet"
)

// Action is what is done to instances; its text is the command's name.
type Action string

// The actions.
const (
	Start     Action = "start"
	Stop      Action = "stop"
	Hibernate Action = "hibernate"
	Reboot    Action = "reboot"
	Terminate Action = "terminate"
)

// Class says how much harm the action may do.
func (a Action) Class() fleet.Class {
	switch a {
	case Start, Reboot:
		return fleet.Acts
	case Stop, Hibernate:
		return fleet.Disrupts
	default:
		return fleet.Destroys
	}
}

// Target is the state that the action leads to.
func (a Action) Target() fleet.State {
	switch a {
	case Stop, Hibernate:
		return fleet.Stopped
	case Terminate:
		return fleet.Terminated
	default:
		return fleet.Running
	}
}

// way are the states that show that the action was asked for. A reboot shows none.
func (a Action) way() []fleet.State {
	switch a {
	case Start:
		return []fleet.State{fleet.Pending, fleet.Running}
	case Stop, Hibernate:
		return []fleet.State{fleet.Stopping, fleet.Stopped}
	case Terminate:
		return []fleet.State{fleet.ShuttingDown, fleet.Terminated}
	}
	return nil
}

// Plan is what an action will do to a selection: each instance stands in one of the lists.
type Plan struct {
	Action  Action
	Change  []fleet.Instance // AWS will be asked to
	Later   []fleet.Instance // to be started, but still stopping: only waiting can get there
	Already []fleet.Instance // there, or on the way
	Cannot  []fleet.Instance // in a state that forbids it
	Gone    []fleet.Instance // shutting down or terminated, and selected by what it was rather than by id: left out
	Missing []string         // ids that EC2 does not know

	Why map[string]error // why an instance of Cannot is there, by id, where it is not its state
}

// why is the reason of an instance of Cannot.
func (p Plan) why(instance fleet.Instance) error {
	if err := p.Why[instance.ID]; err != nil {
		return err
	}
	return &StateError{p.Action, instance.State}
}

// NewPlan sorts what a selector means into a plan.
//
// Instances that are shutting down or terminated are never acted on: EC2 lists them for an hour more, with their tags, and one
// of them in a call fails the call for all. Who names one by id gets a result for it; otherwise it is left out.
func NewPlan(action Action, listing fleet.Listing, selector fleet.Selector) Plan {
	plan := Plan{Action: action, Missing: listing.Missing, Why: map[string]error{}}
	named := len(selector.IDs()) > 0
	for _, instance := range listing.Instances {
		list := plan.listFor(instance.State)
		if action == Hibernate {
			list = plan.hibernation(instance)
		}
		if instance.State.Gone() && !named {
			list = &plan.Gone
		}
		*list = append(*list, instance)
	}
	return plan
}

// ErrNotConfigured says that an instance cannot hibernate (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/enabling-hibernation.html).
var ErrNotConfigured = errors.New("it was not launched with hibernation, which cannot be turned on later")

// hibernation is what becomes of an instance that is to hibernate: one that was stopped without its memory cannot any more.
func (p *Plan) hibernation(instance fleet.Instance) *[]fleet.Instance {
	switch {
	case instance.Hibernated():
		return &p.Already
	case instance.State == fleet.Stopping || instance.State == fleet.Stopped || instance.State.Gone():
		return &p.Cannot
	case !instance.Hibernation:
		p.Why[instance.ID] = ErrNotConfigured
		return &p.Cannot
	}
	return &p.Change
}

// listFor is what EC2 does with an instance in a state: the table of the states in
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html with the answers of StartInstances,
// StopInstances, RebootInstances and TerminateInstances. A pending instance is stopped and rebooted if EC2 will.
func (p *Plan) listFor(state fleet.State) *[]fleet.Instance {
	change, later, already, cannot := &p.Change, &p.Later, &p.Already, &p.Cannot
	type row struct{ start, stop, reboot, terminate *[]fleet.Instance }
	table := map[fleet.State]row{
		fleet.Pending:      {already, change, change, change},
		fleet.Running:      {already, change, change, change},
		fleet.Stopping:     {later, already, cannot, change},
		fleet.Stopped:      {change, already, cannot, change},
		fleet.ShuttingDown: {cannot, cannot, cannot, already},
		fleet.Terminated:   {cannot, cannot, cannot, already},
	}
	r, known := table[state]
	if !known {
		return cannot
	}
	switch p.Action {
	case Start:
		return r.start
	case Stop:
		return r.stop
	case Reboot:
		return r.reboot
	default:
		return r.terminate
	}
}

// Touched is the number of instances that the plan changes, for the guards.
func (p Plan) Touched() int { return len(p.Change) + len(p.Later) }

// Selected is the number of instances that exist and are meant, for --expect.
func (p Plan) Selected() int {
	return len(p.Change) + len(p.Later) + len(p.Already) + len(p.Cannot)
}

// StateError says that an instance is in a state that forbids the action.
type StateError struct {
	Action Action
	State  fleet.State
}

// Error names the state.
func (e *StateError) Error() string {
	if e.Action == Start && e.State == fleet.Stopping {
		return "it is still stopping, and starts only once it is stopped"
	}
	return fmt.Sprintf("it is %s", e.State)
}
