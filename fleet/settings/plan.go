// Package settings changes what instances are, not what they do: whether they are protected, and their tags.
//
// Start with [NewPlan] or [TagChange.Plan], which are pure: they sort a selection into what will change and what is as it
// should be. [Settings.Protect] and [Settings.Tag] then carry a plan out, with one [Result] for each instance.
//
//	plan := settings.NewPlan("protect", listing, selector)
//	results, err := settings.New(cfg).Protect(ctx, plan, settings.Protection{Terminate: true, On: true})
//
// It asks nobody: guards and questions stand before it, in package fleet and the command line.
package settings

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/musterhq/muster/fleet"
)

// Settings changes instances in one account and region. It may be used from several goroutines at once.
type Settings struct {
	ec2 *ec2.Client
}

// New returns the Settings of the account and region of cfg.
func New(cfg aws.Config) *Settings { return &Settings{ec2: ec2.NewFromConfig(cfg)} }

// Plan is what a change will do to a selection: each instance stands in one of the lists.
type Plan struct {
	Action  string           // what is done, for errors: the command's name
	Change  []fleet.Instance // AWS will be asked to
	Already []fleet.Instance // as they should be
	Gone    []fleet.Instance // shutting down or terminated, and selected by what they were rather than by id: left out
	Cannot  []fleet.Instance // those that Why says why not
	Missing []string         // ids that EC2 does not know

	Why map[string]error // why an instance of Cannot is there, by id
}

// NewPlan sorts what a selector means into a plan that changes every instance that lives.
func NewPlan(action string, listing fleet.Listing, selector fleet.Selector) Plan {
	plan := Plan{Action: action, Missing: listing.Missing, Why: map[string]error{}}
	named := len(selector.IDs()) > 0
	for _, instance := range listing.Instances {
		switch {
		case instance.State.Gone() && named:
			plan.refuse(instance, fmt.Errorf("it is %s", instance.State))
		case instance.State.Gone():
			plan.Gone = append(plan.Gone, instance)
		default:
			plan.Change = append(plan.Change, instance)
		}
	}
	return plan
}

func (p *Plan) refuse(instance fleet.Instance, why error) {
	p.Cannot = append(p.Cannot, instance)
	p.Why[instance.ID] = why
}

// Selected is the number of instances that exist and are meant, for --expect.
func (p Plan) Selected() int { return len(p.Change) + len(p.Already) + len(p.Cannot) }

// Result is what came of one instance of a plan.
type Result struct {
	Instance fleet.Instance // as it was when the plan was made; only the id where EC2 does not know it
	Already  bool           // nothing had to be done
	Err      error          // nil, or why the instance is not as it should be; it does not name the instance
}

// results gives each instance of the plan but those left out what came of it, sorted by name, then id. Where nothing was done
// for any because of err, there are none.
func (p Plan) results(failed map[string]error, err error) ([]Result, error) {
	if err != nil {
		err = fmt.Errorf("%s instances: %w", p.Action, err)
		if fleet.Untouched(instanceIDs(p.Change), failed) {
			return nil, err
		}
	}
	var results []Result
	for _, instance := range p.Change {
		results = append(results, Result{Instance: instance, Err: failed[instance.ID]})
	}
	for _, instance := range p.Already {
		results = append(results, Result{Instance: instance, Already: true})
	}
	for _, instance := range p.Cannot {
		results = append(results, Result{Instance: instance, Err: p.Why[instance.ID]})
	}
	for _, id := range p.Missing {
		results = append(results, Result{Instance: fleet.Instance{ID: id}, Err: fleet.ErrNotFound})
	}
	slices.SortFunc(results, func(a, b Result) int {
		return cmp.Or(cmp.Compare(a.Instance.Name, b.Instance.Name), cmp.Compare(a.Instance.ID, b.Instance.ID))
	})
	return results, err
}

func instanceIDs(instances []fleet.Instance) []string {
	ids := make([]string, len(instances))
	for i, instance := range instances {
		ids[i] = instance.ID
	}
	return ids
}
