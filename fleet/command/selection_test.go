package command

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/fleet"
)

func TestSelectLeavesOutWhatCannotBeReached(t *testing.T) {
	linux := fleet.Node{Ping: fleet.Online, PlatformType: "Linux"}
	listing := fleet.Listing{
		Instances: []fleet.Instance{
			{ID: "i-1", Name: "a", State: fleet.Running, Node: linux},
			{ID: "i-2", Name: "b", State: fleet.Stopped, Node: linux},
			{ID: "i-3", Name: "c", State: fleet.Running},
			{ID: "i-4", Name: "d", State: fleet.Running, Node: fleet.Node{Ping: fleet.ConnectionLost}},
			{ID: "i-5", Name: "e", State: fleet.Running, Node: fleet.Node{Ping: fleet.Online, PlatformType: "Windows"}},
			{ID: "i-6", Name: "f", State: fleet.Running, Node: fleet.Node{Ping: fleet.Online, PlatformType: "MacOS"}},
			{ID: "i-7", Name: "g", State: fleet.Terminated},
		},
		Missing: []string{"i-8"},
	}
	byTag, err := fleet.Parse([]string{"role=web"})
	if err != nil {
		t.Fatal(err)
	}
	got := Select(listing, byTag)
	want := Selection{
		Targets: []Target{{"i-1", "a"}, {"i-6", "f"}},
		LeftOut: []LeftOut{
			{Target{"i-2", "b"}, "stopped"},
			{Target{"i-3", "c"}, "unknown to SSM: no agent has registered"},
			{Target{"i-4", "d"}, "SSM has lost the connection to the agent"},
			{Target{"i-5", "e"}, "Windows, which AWS-RunShellScript does not run on"},
			{Target{"i-8", ""}, "no such instance"},
		},
		Selected: 6,
		Gone:     1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	named := Select(listing, fleet.ByID("i-1", "i-2", "i-3", "i-4", "i-5", "i-6", "i-7", "i-8"))
	if named.Selected != 7 || len(named.LeftOut) != 6 {
		t.Errorf("by id, %d are selected and %d left out; want the terminated one among both", named.Selected, len(named.LeftOut))
	}
}
