package launch_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/fleet"
	"github.com/musterhq/muster/fleet/launch"
	"github.com/musterhq/muster/mock/world"
)

func (p *pad) fault(f world.Fault) {
	p.t.Helper()
	if err := p.server.Fault(f); err != nil {
		p.t.Fatal(err)
	}
}

// zones counts the instances that are not at their end, by zone.
func (p *pad) zones() map[string]int {
	zones := map[string]int{}
	for _, i := range p.instances() {
		if !i.State.Gone() {
			zones[i.Zone]++
		}
	}
	return zones
}

func total(zones map[string]int) (n int) {
	for count := range maps.Values(zones) {
		n += count
	}
	return n
}

func TestSpreadTakesEveryZoneEvenly(t *testing.T) {
	p := newPad(t)
	plan := p.plan(launch.Request{Template: "web", Count: 8, Subnets: []string{launch.Spread}, ClientToken: "t"})
	p.apply(plan)
	zones := p.zones()
	if total(zones) != 8 || len(zones) != 6 || slices.Max(slices.Collect(maps.Values(zones))) != 2 {
		t.Errorf("got %v", zones)
	}
	if n := p.server.CallSummary()["ec2:RunInstances"]; n != 6 {
		t.Errorf("%d launches", n)
	}
}

// TestAShareWithoutCapacityGoesOn: the first zone has none, so its share goes to the second.
func TestAShareWithoutCapacityGoesOn(t *testing.T) {
	p := newPad(t)
	plan := p.plan(launch.Request{Template: "web", Count: 2, Subnets: []string{launch.Spread}, ClientToken: "t"})
	full := plan.Parts[0].Choices[0]
	p.fault(world.Fault{Service: "ec2", Action: "RunInstances", Resource: full.SubnetID, Code: "InsufficientInstanceCapacity", Status: 500})
	var moves []launch.Move
	results, err := p.launcher.Apply(t.Context(), plan, func(m launch.Move) { moves = append(moves, m) })
	if err != nil || len(results) != 2 {
		t.Fatalf("got %d, %v", len(results), err)
	}
	if zones := p.zones(); zones[full.Zone] != 0 || total(zones) != 2 {
		t.Errorf("got %v", zones)
	}
	if len(moves) != 1 || moves[0].Count != 1 || moves[0].To.SubnetID != plan.Parts[0].Choices[1].SubnetID {
		t.Errorf("got %+v", moves)
	}
	if e, ok := errors.AsType[*launch.CapacityError](moves[0].Err); !ok || e.Choice.InstanceType != "t3.micro" || e.Choice.Zone != full.Zone {
		t.Errorf("got %v", moves[0].Err)
	}
}

func TestATypeWithoutCapacityGivesWayToTheNext(t *testing.T) {
	p := newPad(t)
	plan := p.plan(launch.Request{Template: "web", Count: 3, OrTypes: []string{"t3.small"}, ClientToken: "t"})
	p.fault(world.Fault{Service: "ec2", Action: "RunInstances", Code: "InsufficientInstanceCapacity", Status: 500, Nth: 1})
	for _, r := range p.apply(plan) {
		if r.Instance.Type != "t3.small" {
			t.Errorf("got %s", r.Instance.Type)
		}
	}
}

func TestNoCapacityAnywhereNamesTypeAndPlace(t *testing.T) {
	p := newPad(t)
	plan := p.plan(launch.Request{Template: "web", Count: 1, Subnets: []string{launch.Spread}, OrTypes: []string{"t3.small"}, ClientToken: "t"})
	p.fault(world.Fault{Service: "ec2", Action: "RunInstances", Code: "InsufficientInstanceCapacity", Status: 500})
	results, err := p.launcher.Apply(t.Context(), plan, nil)
	last := plan.Parts[0].Choices[len(plan.Parts[0].Choices)-1]
	if e, ok := errors.AsType[*launch.CapacityError](err); !ok || e.Choice != last || len(results) != 0 {
		t.Errorf("got %d, %v; want no capacity for %+v", len(results), err, last)
	}
}

// TestARepeatedLaunchGoesOnWhereItStopped holds the count however a launch of several parts was broken off: by an error, by
// answers that were lost, or by a kill between two calls; and although a zone that was full has room again.
func TestARepeatedLaunchGoesOnWhereItStopped(t *testing.T) {
	for name, fault := range map[string]world.Fault{
		"an error":      {Service: "ec2", Action: "RunInstances", Code: "VcpuLimitExceeded", Nth: 4},
		"a lost answer": {Service: "ec2", Action: "RunInstances", Lost: true, Times: 30},
		"throttling":    {Service: "ec2", Action: "RunInstances", Throttle: true, Rate: 0.6},
		"a kill":        {}, // when the first share moves on
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPad(t)
				r := launch.Request{Template: "web", Count: 6, Subnets: []string{launch.Spread}, OrTypes: []string{"t3.small"}, ClientToken: "t"}
				plan := p.plan(r)
				p.fault(world.Fault{Service: "ec2", Action: "RunInstances", Resource: plan.Parts[0].Choices[0].SubnetID, Code: "Unsupported", Nth: 1})
				ctx, kill := context.WithCancel(t.Context())
				defer kill()
				moved := func(launch.Move) { kill() }
				if fault.Service != "" {
					p.fault(fault)
					moved = nil
				}
				first, err := p.launcher.Apply(ctx, plan, moved)
				if got := total(p.zones()); got != len(first) || err == nil && got != 6 {
					t.Fatalf("%d exist, %d were told, %v", got, len(first), err)
				}
				p.server.ClearFaults()
				r.Repeated = true
				again := p.apply(p.plan(r))
				if len(again) != 6 || total(p.zones()) != 6 {
					t.Errorf("%d results, %v exist; want 6", len(again), p.zones())
				}
				for _, earlier := range first {
					if !slices.ContainsFunc(again, func(r launch.Result) bool { return r.Instance.ID == earlier.Instance.ID }) {
						t.Errorf("%s is not among the results", earlier.Instance.ID)
					}
				}
			})
		})
	}
}

func TestSubnetsThatDoNotExistAreNamed(t *testing.T) {
	p := newPad(t)
	_, err := p.launcher.Plan(t.Context(), launch.Request{Template: "web", Count: 1, Subnets: []string{"subnet-0123456789abcdef0"}, ClientToken: "t"})
	if err == nil {
		t.Error("no error")
	}
	if n := len(p.instances()); n != 0 {
		t.Errorf("%d instances", n)
	}
}

// TestLikenessCopiesWhatIsNotTheInstancesOwn: type, user data and tags, but no address and, where subnets are chosen, no zone.
func TestLikenessCopiesWhatIsNotTheInstancesOwn(t *testing.T) {
	p := newPad(t)
	first := p.apply(p.plan(launch.Request{Template: "web", Count: 1, ClientToken: "t", Tags: map[string]string{"team": "ops"},
		Settings: []launch.Setting{{Key: "instance-type", Value: "t3.small"}, {Key: "user-data", Value: "#!/bin/sh\ntouch /ready\n"}}}))
	plan := p.plan(launch.Request{Like: first[0].Instance.ID, Count: 3, ClientToken: "u", Name: "copy", Subnets: []string{launch.Spread}})
	if plan.InstanceType() != "t3.small" || plan.Data.UserData == nil || *plan.Data.UserData != "IyEvYmluL3NoCnRvdWNoIC9yZWFkeQo=" {
		t.Errorf("got %s", inJSON(t, plan))
	}
	copies := p.apply(plan)
	want := map[string]string{"Name": "copy", "env": "dev", "role": "web", "team": "ops"}
	for _, i := range p.instances() {
		if i.ID == first[0].Instance.ID {
			continue
		}
		if diff := cmp.Diff(want, i.Tags); diff != "" || i.Type != "t3.small" {
			t.Errorf("%s is %s (-want +got)\n%s", i.ID, i.Type, diff)
		}
	}
	if zones := p.zones(); len(copies) != 3 || len(zones) != 3 {
		t.Errorf("%d copies in %v", len(copies), zones)
	}
}

func TestNoInstanceIsLikeOneThatIsNot(t *testing.T) {
	p := newPad(t)
	_, err := p.launcher.Plan(t.Context(), launch.Request{Like: "i-0123456789abcdef0", Count: 1, ClientToken: "t"})
	if !errors.Is(err, fleet.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}
