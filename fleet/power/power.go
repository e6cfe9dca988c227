package power

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/fleet"
)

// Power acts on instances in one account and region. It may be used from several goroutines at once.
type Power struct {
	ec2       *ec2.Client
	inventory *fleet.Inventory
}

// New returns the Power of the account and region of cfg.
func New(cfg aws.Config) *Power {
	return &Power{ec2: ec2.NewFromConfig(cfg), inventory: fleet.NewInventory(cfg)}
}

// Result is what came of one instance of a plan.
type Result struct {
	Instance fleet.Instance // as it was when the plan was made; only the id where EC2 does not know it
	State    fleet.State    // as EC2 said last; empty where it does not know the id
	Already  bool           // nothing had to be done
	Err      error          // nil, or why the instance does not go where the action leads; it does not name the instance

	later bool // to be started by Wait, once it is stopped
	moved bool // seen in the state that a start leads through
}

// Apply asks AWS for the changes of a plan and returns one result for each instance of the plan but those that are left out
// (Plan.Gone), sorted by name, then id. It does not wait for the instances to arrive; see [Power.Wait].
//
// One id that EC2 refuses does not fail the others: a batch that is refused because of an id goes again without it, and where
// EC2 names none, in halves. The error is one that concerns no instance (credentials, a permission, the network, the end of
// ctx): no more calls are made. It comes without results where nothing was changed, else with them. Then those that were not
// asked for any more have a [*fleet.NotSentError]; those that were, and of which no answer came, are looked at once more, also
// after the end of ctx, and have a [*fleet.DoubtError] if that does not show them on their way. Where that answers for all of
// them, there is no error.
//
// Repeating it is harmless: each action is idempotent (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html).
func (p *Power) Apply(ctx context.Context, plan Plan) ([]Result, error) {
	s := p.sender(plan.Action)
	for _, batch := range batches(plan) {
		s.Send(ctx, batch)
	}
	if s.Fatal == nil {
		return s.results(plan), nil
	}
	err := fmt.Errorf("%s instances: %w", plan.Action, s.Fatal)
	doubtful := s.doubtful()
	if s.taken == 0 && len(doubtful) == 0 {
		return nil, err
	}
	if p.settle(ctx, plan.Action, s, doubtful); ctx.Err() == nil && len(doubtful) > 0 && s.known() {
		err = nil
	}
	return s.results(plan), err
}

// settleTime bounds the look at what is in doubt.
const settleTime = 10 * time.Second

// settle looks at the instances of which no answer came. One that is where the action leads, or on the way there, was asked
// for with success: by this call or by somebody else's. A reboot leaves no trace; it stays in doubt.
func (p *Power) settle(ctx context.Context, action Action, s *sender, ids []string) {
	if len(ids) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	listing, err := p.inventory.List(ctx, fleet.ByID(ids...), fleet.ListOptions{})
	if err != nil {
		return // the doubt remains, and is reported
	}
	for _, instance := range listing.Instances {
		s.states[instance.ID] = instance.State
		if slices.Contains(action.way(), instance.State) {
			delete(s.Failed, instance.ID)
		}
	}
}

// batchSize is the number of instances in one call. TerminateInstances takes 1,000 at most. StartInstances draws on a bucket
// of 1,000 instances that refills by 2 a second, the others by 20
// (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html): a small batch waits less for its share than a
// large one, and less is to be done again when one id fails it.
const batchSize = 100

// batches cuts what a plan changes into calls. Instances of several zones never share a call that terminates: when one of
// them is protected, EC2 answers with an error and terminates those of the other zones all the same
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html). Within a zone an error means that
// nothing was done.
func batches(plan Plan) [][]string {
	zones := map[string][]string{}
	for _, instance := range plan.Change {
		zone := ""
		if plan.Action == Terminate {
			zone = instance.Zone
		}
		zones[zone] = append(zones[zone], instance.ID)
	}
	var all [][]string
	for _, zone := range slices.Sorted(maps.Keys(zones)) {
		all = slices.AppendSeq(all, slices.Chunk(zones[zone], batchSize))
	}
	return all
}

// Calls is how many calls [Power.Apply] makes for the plan where EC2 refuses none.
func (p Plan) Calls() int { return len(batches(p)) }

// results gives each instance of the plan what came of it.
func (s *sender) results(plan Plan) []Result {
	var results []Result
	for _, instance := range plan.Change {
		r := Result{Instance: instance, State: cmp.Or(s.states[instance.ID], instance.State), Err: s.Failed[instance.ID]}
		results = append(results, r)
	}
	for _, instance := range plan.Later {
		err := &StateError{plan.Action, instance.State}
		results = append(results, Result{Instance: instance, State: instance.State, Err: err, later: true})
	}
	for _, instance := range plan.Already {
		results = append(results, Result{Instance: instance, State: instance.State, Already: true})
	}
	for _, instance := range plan.Cannot {
		results = append(results, Result{Instance: instance, State: instance.State, Err: plan.why(instance)})
	}
	for _, id := range plan.Missing {
		results = append(results, Result{Instance: fleet.Instance{ID: id}, Err: fleet.ErrNotFound})
	}
	slices.SortFunc(results, func(a, b Result) int {
		return cmp.Or(cmp.Compare(a.Instance.Name, b.Instance.Name), cmp.Compare(a.Instance.ID, b.Instance.ID))
	})
	return results
}

// call asks for the action and returns the states that EC2 answers with. RebootInstances answers with none.
func (p *Power) call(ctx context.Context, action Action, ids []string) (map[string]fleet.State, error) {
	switch action {
	case Start:
		out, err := p.ec2.StartInstances(ctx, &ec2.StartInstancesInput{InstanceIds: ids})
		if err != nil {
			return nil, err
		}
		return states(out.StartingInstances), nil
	case Stop, Hibernate:
		out, err := p.ec2.StopInstances(ctx, &ec2.StopInstancesInput{InstanceIds: ids, Hibernate: hibernate(action)})
		if err != nil {
			return nil, err
		}
		return states(out.StoppingInstances), nil
	case Terminate:
		out, err := p.ec2.TerminateInstances(ctx, &ec2.TerminateInstancesInput{InstanceIds: ids})
		if err != nil {
			return nil, err
		}
		return states(out.TerminatingInstances), nil
	default:
		_, err := p.ec2.RebootInstances(ctx, &ec2.RebootInstancesInput{InstanceIds: ids})
		return nil, err
	}
}

func hibernate(action Action) *bool {
	if action == Hibernate {
		return new(true)
	}
	return nil
}

func states(changes []ec2types.InstanceStateChange) map[string]fleet.State {
	states := make(map[string]fleet.State, len(changes))
	for _, change := range changes {
		if change.CurrentState != nil {
			states[aws.ToString(change.InstanceId)] = fleet.State(change.CurrentState.Name)
		}
	}
	return states
}
