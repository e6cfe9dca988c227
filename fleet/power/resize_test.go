package power_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/fleet"
	"github.com/musterhq/muster/fleet/power"
	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/world"
)

func (y *yard) list() map[string]fleet.Instance {
	y.t.Helper()
	listing, err := fleet.NewInventory(y.server.Config()).List(context.WithoutCancel(y.t.Context()), fleet.All(), fleet.ListOptions{})
	if err != nil {
		y.t.Fatal(err)
	}
	all := map[string]fleet.Instance{}
	for _, i := range listing.Instances {
		all[i.ID] = i
	}
	return all
}

func (y *yard) resizePlan(to string) power.ResizePlan {
	y.t.Helper()
	inventory := fleet.NewInventory(y.server.Config())
	types, err := inventory.Types(y.t.Context(), []string{to})
	if err != nil || types[to].Name != to {
		y.t.Fatalf("type %s: %v, %v", to, types, err)
	}
	listing, err := inventory.List(y.t.Context(), fleet.All(), fleet.ListOptions{})
	if err != nil {
		y.t.Fatal(err)
	}
	return power.NewResizePlan(types[to], true, listing, fleet.All())
}

// mixed is a fleet of running instances and two that are stopped.
func mixed(t *testing.T) *yard {
	t.Helper()
	y := newYard(t, mock.Group{Count: 6})
	y.apply(power.Stop, fleet.ByID(y.ids[:2]...), time.Hour)
	return y
}

// wantTruth holds results against EC2: each instance exists once, each result says its state and type, and only one that is as
// it should be has no error.
func (y *yard) wantTruth(before map[string]fleet.Instance, to string, results []power.ResizeResult) {
	y.t.Helper()
	now := y.list()
	if len(now) != len(before) || len(results) != len(before) {
		y.t.Errorf("%d instances and %d results, want %d", len(now), len(results), len(before))
	}
	for _, r := range results {
		is := now[r.Instance.ID]
		if r.State != is.State || r.Type != is.Type {
			y.t.Errorf("%s is said to be %s %s, and is %s %s", is.ID, r.State, r.Type, is.State, is.Type)
		}
		good := is.Type == to && is.State == before[is.ID].State
		if good != (r.Err == nil) {
			y.t.Errorf("%s is %s %s, and its result is %v", is.ID, is.State, is.Type, r.Err)
		}
		if r.Down() != (before[is.ID].State == fleet.Running && is.State != fleet.Running && is.State != fleet.Pending) {
			y.t.Errorf("%s is %s; Down says %v", is.ID, is.State, r.Down())
		}
	}
}

func TestResizeStopsChangesAndStarts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		y := mixed(t)
		before := y.list()
		results, err := y.power.Resize(t.Context(), y.resizePlan("t3.large"), time.Hour, nil)
		if err != nil {
			t.Fatal(err)
		}
		y.wantTruth(before, "t3.large", results)
		want := map[string]int{"ec2:StopInstances": 2, "ec2:ModifyInstanceAttribute": 6, "ec2:StartInstances": 1} // one stop was mixed's
		got := y.server.CallSummary()
		for call, n := range want {
			if got[call] != n {
				t.Errorf("%d calls of %s, want %d", got[call], call, n)
			}
		}
	})
}

// TestResizeUnderFaults holds that whatever strikes, every instance ends in a state that its result tells.
func TestResizeUnderFaults(t *testing.T) {
	capacity := "InsufficientInstanceCapacity"
	tests := []struct {
		name  string
		fault world.Fault
		want  map[string]int // "state type" of the six, at the end
	}{
		{"no capacity for two starts", world.Fault{Action: "StartInstances", Code: capacity, Status: 400, Message: "Insufficient capacity.", Times: 2},
			map[string]int{"running t3.large": 4, "stopped t3.large": 2}},
		{"no capacity for the new type at all", world.Fault{Action: "StartInstances", Code: capacity, Status: 400, Message: "Insufficient capacity.", Times: 7},
			map[string]int{"running t3.micro": 4, "stopped t3.large": 2}},
		{"throttled everywhere", world.Fault{Service: "ec2", Throttle: true, Rate: 0.3}, map[string]int{"running t3.large": 4, "stopped t3.large": 2}},
		{"the stop is denied", world.Fault{Action: "StopInstances", Code: "UnauthorizedOperation", Status: 403, Message: "No."},
			map[string]int{"running t3.micro": 4, "stopped t3.micro": 2}},
		{"the change is denied", world.Fault{Action: "ModifyInstanceAttribute", Code: "UnauthorizedOperation", Status: 403, Message: "No."},
			map[string]int{"running t3.micro": 4, "stopped t3.micro": 2}},
		{"the third change fails", world.Fault{Action: "ModifyInstanceAttribute", Code: "InvalidInstanceAttributeValue", Message: "no", Nth: 3}, nil},
		{"the start is denied", world.Fault{Action: "StartInstances", Code: "UnauthorizedOperation", Status: 403, Message: "No."},
			map[string]int{"stopped t3.large": 6}},
		{"the answer of the stop is lost", world.Fault{Action: "StopInstances", Lost: true, Nth: 1}, map[string]int{"running t3.large": 4, "stopped t3.large": 2}},
		{"the answer of a change is lost", world.Fault{Action: "ModifyInstanceAttribute", Lost: true, Nth: 2}, map[string]int{"running t3.large": 4, "stopped t3.large": 2}},
		{"every answer of a start is lost", world.Fault{Action: "StartInstances", Lost: true}, map[string]int{"running t3.large": 4, "stopped t3.large": 2}},
		{"a third of all answers is lost", world.Fault{Service: "ec2", Lost: true, Rate: 0.3}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				y := mixed(t)
				before, plan := y.list(), y.resizePlan("t3.large")
				if err := y.server.Fault(tt.fault); err != nil {
					t.Fatal(err)
				}
				results, err := y.power.Resize(t.Context(), plan, time.Hour, nil)
				y.server.ClearFaults()
				if results == nil {
					if err == nil {
						t.Fatal("neither results nor an error")
					}
				} else {
					y.wantTruth(before, "t3.large", results)
				}
				got := map[string]int{}
				for _, i := range y.list() {
					got[fmt.Sprint(i.State, " ", i.Type)]++
				}
				if tt.want != nil {
					if diff := cmp.Diff(tt.want, got); diff != "" {
						t.Errorf("(-want +got)\n%s", diff)
					}
				}
			})
		})
	}
}

// TestAKilledResizeTellsWhatItLeft ends it at every moment of its course.
func TestAKilledResizeTellsWhatItLeft(t *testing.T) {
	for seconds := range 60 {
		synctest.Test(t, func(t *testing.T) {
			y := mixed(t)
			before, plan := y.list(), y.resizePlan("t3.large")
			if err := y.server.Fault(world.Fault{Action: "ModifyInstanceAttribute", Latency: world.Duration(2 * time.Second)}); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Duration(seconds)*time.Second, cancel)
			results, err := y.power.Resize(ctx, plan, time.Hour, nil)
			y.server.ClearFaults()
			if results == nil {
				if err == nil || seconds > 0 {
					t.Errorf("killed after %ds: no results, %v", seconds, err)
				}
				return
			}
			y.wantTruth(before, "t3.large", results)
		})
	}
}

func TestAResizeThatDoesNotStartIsRolledBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		y := newYard(t, mock.Group{Count: 1})
		plan := y.resizePlan("t3.large")
		if err := y.server.Fault(world.Fault{Action: "StartInstances", Code: "Unsupported", Message: "not here", Nth: 1}); err != nil {
			t.Fatal(err)
		}
		results, err := y.power.Resize(t.Context(), plan, time.Hour, nil)
		if err != nil {
			t.Fatal(err)
		}
		r := results[0]
		if !r.RolledBack || r.Type != "t3.micro" || r.State != fleet.Running || r.Err == nil || !strings.Contains(r.Err.Error(), "not here") {
			t.Errorf("got %+v", r)
		}
	})
}

func TestWhatCannotBeResized(t *testing.T) {
	to := fleet.Type{Name: "m7g.large", Architectures: []string{"arm64"}, Virtualizations: []string{"hvm"}, ENA: "required", Interfaces: 3}
	fit := fleet.Instance{ID: "fit", State: fleet.Stopped, Type: "m7g.medium", Architecture: "arm64", Virtualization: "hvm", ENA: true}
	tests := []struct {
		change func(*fleet.Instance)
		want   string
	}{
		{func(*fleet.Instance) {}, ""},
		{func(i *fleet.Instance) { i.State = fleet.Running }, "it is running, and has to be stopped first"},
		{func(i *fleet.Instance) { i.State = fleet.Stopping }, "it is stopping"},
		{func(i *fleet.Instance) { i.State, i.Architecture = fleet.Running, "x86_64" }, "its image is for x86_64, which m7g.large is not"},
		{func(i *fleet.Instance) { i.State, i.Virtualization = fleet.Pending, "paravirtual" }, "its image is for paravirtual virtualization, which m7g.large does not have"},
		{func(i *fleet.Instance) { i.State, i.Architecture = fleet.Terminated, "x86_64" }, "it is terminated"},
		{func(i *fleet.Instance) { i.Lifecycle = "spot" }, "it is a Spot Instance, whose type stays"},
		{func(i *fleet.Instance) { i.Architecture = "x86_64" }, "its image is for x86_64, which m7g.large is not"},
		{func(i *fleet.Instance) { i.Virtualization = "paravirtual" }, "its image is for paravirtual virtualization, which m7g.large does not have"},
		{func(i *fleet.Instance) { i.ENA = false }, "m7g.large needs enhanced networking (ENA), which is not on for it"},
		{func(i *fleet.Instance) { i.Hibernation = true }, "it is configured to hibernate, which m7g.large cannot"},
		{func(i *fleet.Instance) { i.Interfaces = make([]string, 4) }, "it has 4 network interfaces; m7g.large has at most 3"},
	}
	for _, tt := range tests {
		instance := fit
		tt.change(&instance)
		plan := power.NewResizePlan(to, false, fleet.Listing{Instances: []fleet.Instance{instance}}, fleet.ByID("fit"))
		got := ""
		if err := plan.Why["fit"]; err != nil {
			got = err.Error()
		}
		if got != tt.want || (len(plan.Change) == 1) != (tt.want == "") {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}
