package settings_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/fleet"
	"github.com/musterhq/muster/fleet/settings"
	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/mocktest"
	"github.com/musterhq/muster/mock/world"
)

// yard is a mock with a fleet.
type yard struct {
	*testing.T
	*mock.Server
	ids []string
}

func newYard(t *testing.T, groups ...mock.Group) yard {
	t.Helper()
	server := mocktest.New(t)
	ids, err := server.Seed(mock.Here, mock.Fleet{Groups: groups})
	if err != nil {
		t.Fatal(err)
	}
	return yard{t, server, ids}
}

func (y yard) listing(selector fleet.Selector) fleet.Listing {
	y.Helper()
	listing, err := fleet.NewInventory(y.Config()).List(y.Context(), selector, fleet.ListOptions{})
	if err != nil {
		y.Fatal(err)
	}
	return listing
}

func (y yard) plan(selector fleet.Selector) settings.Plan {
	y.Helper()
	return settings.NewPlan("protect", y.listing(selector), selector)
}

// refused counts the instances that refuse a call, each asked for alone.
func (y yard) refused(call func(id []string) error) int {
	n := 0
	for _, id := range y.ids {
		if call([]string{id}) != nil {
			n++
		}
	}
	return n
}

func tally(results []settings.Result) map[string]int {
	counts := map[string]int{}
	for _, r := range results {
		switch {
		case r.Err != nil:
			counts[r.Err.Error()]++
		case r.Already:
			counts["already"]++
		default:
			counts["done"]++
		}
	}
	return counts
}

func TestProtectionKeepsInstancesFromWhatItSays(t *testing.T) {
	tests := []struct {
		name          string
		p             settings.Protection
		stop, destroy int // how many refuse
	}{
		{"terminate", settings.Protection{Terminate: true, On: true}, 0, 3},
		{"stop", settings.Protection{Stop: true, On: true}, 3, 3},
		{"both", settings.Protection{Stop: true, Terminate: true, On: true}, 3, 3},
		{"neither any more", settings.Protection{Stop: true, Terminate: true}, 0, 0},
	}
	for _, tt := range tests {
		y := newYard(t, mock.Group{Count: 3})
		results, err := settings.New(y.Config()).Protect(t.Context(), y.plan(fleet.All()), tt.p)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(map[string]int{"done": 3}, tally(results)); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", tt.name, diff)
		}
		client := ec2.NewFromConfig(y.Config())
		stop := y.refused(func(id []string) error {
			_, err := client.StopInstances(t.Context(), &ec2.StopInstancesInput{InstanceIds: id})
			return err
		})
		destroy := y.refused(func(id []string) error {
			_, err := client.TerminateInstances(t.Context(), &ec2.TerminateInstancesInput{InstanceIds: id})
			return err
		})
		if stop != tt.stop || destroy != tt.destroy {
			t.Errorf("%s: %d refuse to stop and %d to be terminated, want %d and %d", tt.name, stop, destroy, tt.stop, tt.destroy)
		}
	}
}

func TestOneInstanceThatIsGoneFailsAlone(t *testing.T) {
	y := newYard(t, mock.Group{Count: 4})
	plan := y.plan(fleet.ByID(append(y.ids, "i-00000000000000000")...))
	if err := y.Fault(world.Fault{Action: "ModifyInstanceAttribute", Resource: y.ids[2], Code: "InvalidInstanceID.NotFound", Message: "gone"}); err != nil {
		t.Fatal(err)
	}
	results, err := settings.New(y.Config()).Protect(t.Context(), plan, settings.Protection{Terminate: true, On: true})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]int{"done": 3, "no such instance": 2}, tally(results)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestADenialOfAllIsOneErrorWithoutResults(t *testing.T) {
	y := newYard(t, mock.Group{Count: 100})
	plan := y.plan(fleet.All())
	if err := y.Fault(world.Fault{Action: "ModifyInstanceAttribute", Code: "UnauthorizedOperation", Status: 403, Message: "No."}); err != nil {
		t.Fatal(err)
	}
	results, err := settings.New(y.Config()).Protect(t.Context(), plan, settings.Protection{Terminate: true, On: true})
	if results != nil || err == nil {
		t.Errorf("%d results and %v", len(results), err)
	}
	if n := y.CallSummary()["ec2:ModifyInstanceAttribute"]; n > 5 {
		t.Errorf("%d calls after the first denial, want at most the 5 under way", n)
	}
}

// TestAnInterruptSaysWhatIsDoneWhatIsNotAndWhatIsUnknown counts every instance once.
func TestAnInterruptSaysWhatIsDoneWhatIsNotAndWhatIsUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		y := newYard(t, mock.Group{Count: 20})
		plan := y.plan(fleet.All())
		if err := y.Fault(world.Fault{Action: "ModifyInstanceAttribute", Latency: world.Duration(time.Second)}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(1500*time.Millisecond, cancel)
		results, err := settings.New(y.Config()).Protect(ctx, plan, settings.Protection{Terminate: true, On: true})
		if err == nil {
			t.Error("no error")
		}
		done, unknown, unsent := 0, 0, 0
		for _, r := range results {
			_, doubt := errors.AsType[*fleet.DoubtError](r.Err)
			_, not := errors.AsType[*fleet.NotSentError](r.Err)
			switch {
			case doubt:
				unknown++
			case not:
				unsent++
			case r.Err == nil:
				done++
			}
		}
		if done != 5 || unknown != 5 || unsent != 10 {
			t.Errorf("%d done, %d unknown and %d not sent; want 5, 5 and 10", done, unknown, unsent)
		}
	})
}

func TestThrottledChangesWaitForTheirShare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		y := newYard(t, mock.Group{Count: 10})
		plan := y.plan(fleet.All())
		if err := y.Fault(world.Fault{Action: "ModifyInstanceAttribute", Throttle: true, Times: 40}); err != nil {
			t.Fatal(err)
		}
		results, err := settings.New(y.Config()).Protect(t.Context(), plan, settings.Protection{Stop: true, On: true})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(map[string]int{"done": 10}, tally(results)); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

func ExampleSettings_Protect() {
	server := mock.New(world.Settings{})
	if _, err := server.Seed(mock.Here, mock.Fleet{Groups: []mock.Group{{Count: 2, Name: "web-#"}}}); err != nil {
		fmt.Println(err)
		return
	}
	ctx, cfg := context.Background(), server.Config()
	listing, err := fleet.NewInventory(cfg).List(ctx, fleet.All(), fleet.ListOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	plan := settings.NewPlan("protect", listing, fleet.All())
	results, err := settings.New(cfg).Protect(ctx, plan, settings.Protection{Terminate: true, On: true})
	for _, r := range results {
		fmt.Println(r.Instance.Name, r.Err)
	}
	fmt.Println(err)
	// Output:
	// web-1 <nil>
	// web-2 <nil>
	// <nil>
}
