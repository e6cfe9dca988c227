package power

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/musterhq/muster/fleet"
)

// TestNewPlanSortsByState holds the whole table of actions and states.
func TestNewPlanSortsByState(t *testing.T) {
	tests := map[Action]map[fleet.State]string{
		Start: {
			fleet.Pending: "already", fleet.Running: "already", fleet.Stopping: "later", fleet.Stopped: "change",
			fleet.ShuttingDown: "cannot", fleet.Terminated: "cannot", "future": "cannot",
		},
		Stop: {
			fleet.Pending: "change", fleet.Running: "change", fleet.Stopping: "already", fleet.Stopped: "already",
			fleet.ShuttingDown: "cannot", fleet.Terminated: "cannot", "future": "cannot",
		},
		Reboot: {
			fleet.Pending: "change", fleet.Running: "change", fleet.Stopping: "cannot", fleet.Stopped: "cannot",
			fleet.ShuttingDown: "cannot", fleet.Terminated: "cannot", "future": "cannot",
		},
		Terminate: {
			fleet.Pending: "change", fleet.Running: "change", fleet.Stopping: "change", fleet.Stopped: "change",
			fleet.ShuttingDown: "already", fleet.Terminated: "already", "future": "cannot",
		},
	}
	for action, states := range tests {
		for state, want := range states {
			listing := fleet.Listing{Instances: []fleet.Instance{{ID: "i-00000001", State: state}}}
			plan := NewPlan(action, listing, fleet.ByID("i-00000001"))
			if got := listOf(plan); got != want {
				t.Errorf("%s a %s instance: got %s, want %s", action, state, got, want)
			}
			if plan.Selected() != 1 {
				t.Errorf("%s a %s instance: %d selected, want 1", action, state, plan.Selected())
			}
		}
	}
}

// listOf names the only list of p that has something in it.
func listOf(p Plan) string {
	var name strings.Builder
	for list, instances := range map[string][]fleet.Instance{
		"change": p.Change, "later": p.Later, "already": p.Already, "cannot": p.Cannot, "gone": p.Gone,
	} {
		if len(instances) > 0 {
			name.WriteString(list)
		}
	}
	return name.String()
}

func TestNewPlanLeavesOutTerminatedInstancesThatATagSelects(t *testing.T) {
	selector, err := fleet.Parse([]string{"role=web"})
	if err != nil {
		t.Fatal(err)
	}
	running := fleet.Instance{ID: "i-00000001", State: fleet.Running}
	stopped := fleet.Instance{ID: "i-00000002", State: fleet.Stopped}
	dying := fleet.Instance{ID: "i-00000003", State: fleet.ShuttingDown}
	dead := fleet.Instance{ID: "i-00000004", State: fleet.Terminated}
	listing := fleet.Listing{Instances: []fleet.Instance{running, stopped, dying, dead}}
	for _, action := range []Action{Start, Stop, Reboot, Terminate} {
		plan := NewPlan(action, listing, selector)
		if diff := cmp.Diff([]fleet.Instance{dying, dead}, plan.Gone); diff != "" {
			t.Errorf("%s (-want +got)\n%s", action, diff)
		}
		if plan.Selected() != 2 {
			t.Errorf("%s: %d selected, want 2", action, plan.Selected())
		}
	}
	want := Plan{Action: Stop, Change: []fleet.Instance{running}, Already: []fleet.Instance{stopped}, Gone: []fleet.Instance{dying, dead}}
	if diff := cmp.Diff(want, NewPlan(Stop, listing, selector), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
