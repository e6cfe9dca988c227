package power

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/fleet"
)

// ResizeResult is what came of one instance of a plan.
type ResizeResult struct {
	Instance   fleet.Instance // as it was when the plan was made; only the id where EC2 does not know it
	State      fleet.State    // as EC2 said last; empty where it does not know the id
	Type       string         // the same
	Already    bool           // nothing had to be done
	RolledBack bool           // it did not start as the new type, and has its former one again
	Err        error          // nil, or why it is not of the new type, or does not run though it did; it does not name the instance
}

// Down reports whether the instance ran before and does not now.
func (r ResizeResult) Down() bool {
	return r.Instance.State == fleet.Running && r.State != fleet.Running && r.State != fleet.Pending
}

// Resize carries out a plan: stops those that run, changes the type, starts those that ran, and gives those that do not start
// their former type back and starts them. Each stop and start is waited for, at most timeout. It returns one result for each
// instance of the plan but those left out, sorted by name, then id.
//
// What each result says of State and Type is read from EC2 at the end, also after the end of ctx, so that an interrupted
// resize tells what it left. The error is the first that concerns no instance; after it, instances that were stopped are still
// started again unless ctx has ended. It comes without results where nothing was changed.
//
// It costs the calls of a stop and a start, and one ModifyInstanceAttribute for each instance.
func (p *Power) Resize(ctx context.Context, plan ResizePlan, timeout time.Duration, report func(Action, fleet.Progress)) ([]ResizeResult, error) {
	r := &resizing{power: p, to: plan.Type.Name, timeout: timeout, report: report}
	for _, instance := range plan.Change {
		r.members = append(r.members, &member{Instance: instance})
	}
	ready := r.those(func(m *member) bool { return m.State == fleet.Stopped })
	ready = append(ready, r.move(ctx, Stop, r.those((*member).ran))...)
	if r.fatal != nil && !r.touched {
		return nil, fmt.Errorf("resize instances: %w", r.fatal)
	}
	r.retype(ctx, ready, func(*member) string { return r.to })
	ran := slices.DeleteFunc(slices.Clone(ready), func(m *member) bool { return !m.ran() })
	r.move(ctx, Start, ran)
	r.rollBack(ctx, ran)
	r.look(ctx)
	if r.fatal != nil {
		return r.results(plan), fmt.Errorf("resize instances: %w", r.fatal)
	}
	return r.results(plan), nil
}

// resizing is the state of one Resize.
type resizing struct {
	power   *Power
	to      string
	timeout time.Duration
	report  func(Action, fleet.Progress)
	members []*member
	fatal   error // the first that concerns no instance
	touched bool  // something was changed, or may have been
}

// member is an instance on its way to another type.
type member struct {
	fleet.Instance
	now     fleet.Instance // as it was read last
	retyped bool           // EC2 took the new type
	started bool
	back    bool  // its former type was given back
	err     error // the first
}

func (m *member) ran() bool { return m.State == fleet.Running }

func (m *member) fail(err error) {
	if m.err == nil {
		m.err = err
	}
}

func (r *resizing) those(which func(*member) bool) []*member {
	return slices.DeleteFunc(slices.Clone(r.members), func(m *member) bool { return !which(m) })
}

func (r *resizing) broken(err error) {
	if r.fatal == nil {
		r.fatal = err
	}
}

// move stops or starts members, waits for them, and returns those that arrived.
func (r *resizing) move(ctx context.Context, action Action, members []*member) []*member {
	if len(members) == 0 || ctx.Err() != nil {
		return nil
	}
	results, err := r.power.Apply(ctx, Plan{Action: action, Change: instancesOf(members)})
	if err == nil {
		err = r.power.Wait(ctx, action, results, r.timeout, r.reporter(action))
	}
	if err != nil {
		r.broken(err)
	}
	r.touched = r.touched || results != nil
	byID := map[string]Result{}
	for _, result := range results {
		byID[result.Instance.ID] = result
	}
	var arrived []*member
	for _, m := range members {
		result, asked := byID[m.ID]
		switch {
		case !asked:
			m.fail(err)
		case result.Err != nil:
			m.fail(result.Err)
		case result.State == action.Target():
			arrived = append(arrived, m)
			m.started = action == Start
		}
	}
	return arrived
}

func (r *resizing) reporter(action Action) func(fleet.Progress) {
	if r.report == nil {
		return nil
	}
	return func(p fleet.Progress) { r.report(action, p) }
}

// retype gives members, which are stopped, a type.
func (r *resizing) retype(ctx context.Context, members []*member, to func(*member) string) {
	byID := map[string]*member{}
	for _, m := range members {
		byID[m.ID] = m
	}
	failed, err := fleet.Each(ctx, memberIDs(members), func(ctx context.Context, id string) error {
		value := &ec2types.AttributeValue{Value: new(to(byID[id]))}
		_, err := r.power.ec2.ModifyInstanceAttribute(ctx, &ec2.ModifyInstanceAttributeInput{InstanceId: new(id), InstanceType: value})
		return err
	})
	if err != nil {
		r.broken(err)
	}
	for _, m := range members {
		if err := failed[m.ID]; err != nil {
			m.fail(err)
			continue
		}
		r.touched = true
		m.retyped = to(m) == r.to
		m.back = !m.retyped
	}
}

// rollBack gives those that do not start as the new type, and are stopped, their former one and starts them. A start that was
// denied, or that is late, would not go better with it.
func (r *resizing) rollBack(ctx context.Context, ran []*member) {
	if len(ran) == 0 || ctx.Err() != nil {
		return
	}
	r.look(ctx)
	var stuck []*member
	for _, m := range ran {
		if m.retyped && !m.started && m.now.State == fleet.Stopped && doesNotStart(m.err) {
			stuck = append(stuck, m)
		}
	}
	r.retype(ctx, stuck, func(m *member) string { return m.Type })
	r.move(ctx, Start, slices.DeleteFunc(stuck, func(m *member) bool { return !m.back }))
}

// doesNotStart reports whether err says that EC2 refused to start an instance, or started it in vain.
func doesNotStart(err error) bool {
	_, again := errors.AsType[*FellBackError](err)
	return again || fleet.ConcernsInstances(err)
}

// look reads the state and the type of every member, also after the end of ctx.
func (r *resizing) look(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	listing, err := r.power.inventory.List(ctx, fleet.ByID(memberIDs(r.members)...), fleet.ListOptions{})
	if err != nil {
		r.broken(err)
		return
	}
	seen := map[string]fleet.Instance{}
	for _, instance := range listing.Instances {
		seen[instance.ID] = instance
	}
	for _, m := range r.members {
		m.now = seen[m.ID]
	}
}

// result says what became of a member. What EC2 shows at the end decides whether it is as it should be.
func (r *resizing) result(m *member) ResizeResult {
	out := ResizeResult{Instance: m.Instance, State: m.now.State, Type: m.now.Type, RolledBack: m.back && m.now.Type == m.Type}
	switch {
	case m.now.Type == r.to && m.now.State == m.State:
		return out
	case m.err != nil:
		out.Err = m.err
	case r.fatal != nil:
		out.Err = &fleet.NotSentError{Cause: r.fatal}
	case m.now.ID == "":
		out.Err = fleet.ErrNotFound
	default:
		out.Err = fmt.Errorf("it is %s, of the type %s", m.now.State, m.now.Type)
	}
	return out
}

func (r *resizing) results(plan ResizePlan) []ResizeResult {
	var results []ResizeResult
	for _, m := range r.members {
		results = append(results, r.result(m))
	}
	for _, i := range plan.Already {
		results = append(results, ResizeResult{Instance: i, State: i.State, Type: i.Type, Already: true})
	}
	for _, i := range plan.Cannot {
		results = append(results, ResizeResult{Instance: i, State: i.State, Type: i.Type, Err: plan.Why[i.ID]})
	}
	for _, id := range plan.Missing {
		results = append(results, ResizeResult{Instance: fleet.Instance{ID: id}, Err: fleet.ErrNotFound})
	}
	slices.SortFunc(results, func(a, b ResizeResult) int {
		return cmp.Or(cmp.Compare(a.Instance.Name, b.Instance.Name), cmp.Compare(a.Instance.ID, b.Instance.ID))
	})
	return results
}

func instancesOf(members []*member) []fleet.Instance {
	instances := make([]fleet.Instance, len(members))
	for i, m := range members {
		instances[i] = m.Instance
	}
	return instances
}

func memberIDs(members []*member) []string {
	ids := make([]string, len(members))
	for i, m := range members {
		ids[i] = m.ID
	}
	return ids
}
