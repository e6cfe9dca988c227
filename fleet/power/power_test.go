package power_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/fleet"
	"github.com/musterhq/muster/fleet/power"
	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/mocktest"
	"github.com/musterhq/muster/mock/world"
)

// yard is a mock with a fleet, whose instances take their believable time.
type yard struct {
	t      *testing.T
	server *mock.Server
	ids    []string
	power  *power.Power
}

func newYard(t *testing.T, groups ...mock.Group) *yard {
	t.Helper()
	server := mocktest.New(t, world.Settings{})
	ids, err := server.Seed(mock.Here, mock.Fleet{Groups: groups})
	if err != nil {
		t.Fatal(err)
	}
	return &yard{t: t, server: server, ids: ids, power: power.New(server.Config())}
}

// plan makes a plan for a selector.
func (y *yard) plan(action power.Action, selector fleet.Selector) power.Plan {
	y.t.Helper()
	listing, err := fleet.NewInventory(y.server.Config()).List(y.t.Context(), selector, fleet.ListOptions{})
	if err != nil {
		y.t.Fatal(err)
	}
	return power.NewPlan(action, listing, selector)
}

// apply makes a plan, carries it out and waits for it.
func (y *yard) apply(action power.Action, selector fleet.Selector, timeout time.Duration) []power.Result {
	y.t.Helper()
	results, err := y.power.Apply(y.t.Context(), y.plan(action, selector))
	if err != nil {
		y.t.Fatal(err)
	}
	if err := y.power.Wait(y.t.Context(), action, results, timeout, nil); err != nil {
		y.t.Fatal(err)
	}
	return results
}

// protect launches an instance that may not be terminated.
func (y *yard) protect(zone string) string {
	y.t.Helper()
	out, err := ec2.NewFromConfig(y.server.Config()).RunInstances(y.t.Context(), &ec2.RunInstancesInput{
		ImageId: new(y.image()), InstanceType: ec2types.InstanceTypeT3Micro, MinCount: new(int32(1)), MaxCount: new(int32(1)),
		DisableApiTermination: new(true), Placement: &ec2types.Placement{AvailabilityZone: new(zone)},
	})
	if err != nil {
		y.t.Fatal(err)
	}
	return *out.Instances[0].InstanceId
}

func (y *yard) image() string {
	y.t.Helper()
	listing, err := fleet.NewInventory(y.server.Config()).List(y.t.Context(), fleet.ByID(y.ids[0]), fleet.ListOptions{})
	if err != nil {
		y.t.Fatal(err)
	}
	return listing.Instances[0].ImageID
}

// tally counts results by state and error.
func tally(results []power.Result) map[string]int {
	counts := map[string]int{}
	for _, r := range results {
		text := string(r.State)
		if r.Err != nil {
			text = strings.TrimSpace(text + " " + r.Err.Error())
		}
		counts[text]++
	}
	return counts
}

func check(t *testing.T, got []power.Result, want map[string]int) {
	t.Helper()
	if diff := cmp.Diff(want, tally(got)); diff != "" {
		t.Errorf("results (-want +got)\n%s", diff)
	}
}

func TestFiftyOneIDsOfWhichOneIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		y := newYard(t, mock.Group{Count: 50})
		ids := append(y.ids, "i-00000000000000000")
		check(t, y.apply(power.Stop, fleet.ByID(ids...), time.Hour), map[string]int{"stopped": 50, "no such instance": 1})
		check(t, y.apply(power.Start, fleet.ByID(ids...), time.Hour), map[string]int{"running": 50, "no such instance": 1})
		check(t, y.apply(power.Reboot, fleet.ByID(ids...), time.Hour), map[string]int{"running": 50, "no such instance": 1})
		check(t, y.apply(power.Terminate, fleet.ByID(ids...), time.Hour), map[string]int{"terminated": 50, "no such instance": 1})
	})
}

// TestAnInstanceThatVanishesAfterThePlanFailsAlone is the race that a plan cannot see.
func TestAnInstanceThatVanishesAfterThePlanFailsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		y := newYard(t, mock.Group{Count: 3})
		plan := y.plan(power.Stop, fleet.All())
		y.apply(power.Terminate, fleet.ByID(y.ids[1]), time.Hour)
		results, err := y.power.Apply(t.Context(), plan)
		if err != nil {
			t.Fatal(err)
		}
		failed := 0
		for _, r := range results {
			if (r.Err != nil) != (r.Instance.ID == y.ids[1]) {
				t.Errorf("%s: %v", r.Instance.ID, r.Err)
			}
			if r.Err != nil {
				failed++
			}
		}
		if failed != 1 {
			t.Errorf("%d failed, want 1", failed)
		}
	})
}

// TestTerminateSparesAProtectedInstanceOnly holds that its neighbours are terminated, in its zone and in others.
func TestTerminateSparesAProtectedInstanceOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		y := newYard(t, mock.Group{Count: 2, Zone: "us-east-1a"}, mock.Group{Count: 2, Zone: "us-east-1b"})
		protected := y.protect("us-east-1a")
		results := y.apply(power.Terminate, fleet.ByID(append(y.ids, protected)...), time.Hour)
		for _, r := range results {
			spared := r.Instance.ID == protected
			if spared != (r.Err != nil) || spared != (r.State != fleet.Terminated) {
				t.Errorf("%s: %s, %v", r.Instance.ID, r.State, r.Err)
			}
		}
		if len(results) != 5 {
			t.Errorf("%d results, want 5", len(results))
		}
	})
}

func TestAStartWaitsForWhatIsStillStopping(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		y := newYard(t, mock.Group{Count: 3})
		y.apply(power.Stop, fleet.ByID(y.ids[0]), time.Hour)
		if _, err := y.power.Apply(t.Context(), y.plan(power.Stop, fleet.ByID(y.ids[1]))); err != nil {
			t.Fatal(err)
		}
		plan := y.plan(power.Start, fleet.All())
		if len(plan.Change) != 1 || len(plan.Later) != 1 || len(plan.Already) != 1 {
			t.Fatalf("got %d, %d, %d; want one of each", len(plan.Change), len(plan.Later), len(plan.Already))
		}
		check(t, y.apply(power.Start, fleet.All(), time.Hour), map[string]int{"running": 3})
	})
}

func TestWaitReportsWhatDidNotArrive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		y := newYard(t, mock.Group{Count: 2})
		start := time.Now()
		results := y.apply(power.Stop, fleet.All(), 3*time.Second)
		check(t, results, map[string]int{"stopping still stopping after 3s": 2})
		late, ok := errors.AsType[*fleet.LateError](results[0].Err)
		if !ok || late.After != 3*time.Second || time.Since(start) != 3*time.Second {
			t.Errorf("got %v after %v", results[0].Err, time.Since(start))
		}
	})
}

func TestWaitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		y := newYard(t, mock.Group{Count: 2})
		results, err := y.power.Apply(t.Context(), y.plan(power.Stop, fleet.All()))
		if err != nil {
			t.Fatal(err)
		}
		interrupted := errors.New("interrupted")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(2*time.Second, func() { cancel(interrupted) })
		err = y.power.Wait(ctx, power.Stop, results, time.Hour, nil)
		if !errors.Is(err, interrupted) && !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		check(t, results, map[string]int{"stopping": 2})
	})
}

// TestARebootIsWaitedForByItsStatusChecks holds that the answer is not that of the minute before.
func TestARebootIsWaitedForByItsStatusChecks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		y := newYard(t, mock.Group{Count: 2})
		start := time.Now()
		check(t, y.apply(power.Reboot, fleet.All(), time.Hour), map[string]int{"running": 2})
		if took := time.Since(start); took < time.Minute {
			t.Errorf("it took %v, less than a check's interval", took)
		}
	})
}

// TestABigFleetCostsFewCalls counts what 300 instances cost: 3 calls to stop them, and 2 for each look.
func TestABigFleetCostsFewCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		y := newYard(t, mock.Group{Count: 300})
		looks := 0
		results, err := y.power.Apply(t.Context(), y.plan(power.Stop, fleet.All()))
		if err != nil {
			t.Fatal(err)
		}
		before := y.server.CallSummary()["ec2:DescribeInstances"]
		err = y.power.Wait(t.Context(), power.Stop, results, time.Hour, func(fleet.Progress) { looks++ })
		if err != nil {
			t.Fatal(err)
		}
		calls := y.server.CallSummary()
		if calls["ec2:StopInstances"] != 3 {
			t.Errorf("%d calls to stop, want 3", calls["ec2:StopInstances"])
		}
		if got := calls["ec2:DescribeInstances"] - before; got > 2*looks {
			t.Errorf("%d calls for %d looks, want at most 2 each", got, looks)
		}
	})
}

func TestADenialIsOneErrorAndNotOneForEachInstance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		y := newYard(t, mock.Group{Count: 250})
		plan := y.plan(power.Stop, fleet.All())
		err := y.server.Fault(world.Fault{Service: "ec2", Action: "StopInstances", Code: "UnauthorizedOperation", Status: 403, Message: "No."})
		if err != nil {
			t.Fatal(err)
		}
		results, err := y.power.Apply(t.Context(), plan)
		if results != nil || err == nil {
			t.Errorf("got %d results and %v", len(results), err)
		}
		if n := y.server.CallSummary()["ec2:StopInstances"]; n != 1 {
			t.Errorf("%d calls, want 1", n)
		}
	})
}

// TestWhatWasDoneBeforeAnErrorIsReported holds the results of the batches that went through.
func TestWhatWasDoneBeforeAnErrorIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		y := newYard(t, mock.Group{Count: 250})
		plan := y.plan(power.Stop, fleet.All())
		err := y.server.Fault(world.Fault{Service: "ec2", Action: "StopInstances", Code: "UnauthorizedOperation", Message: "No.", Nth: 2})
		if err != nil {
			t.Fatal(err)
		}
		results, err := y.power.Apply(t.Context(), plan)
		if err == nil {
			t.Error("no error")
		}
		stopping, failed := 0, 0
		for _, r := range results {
			switch {
			case r.Err != nil:
				failed++
			case r.State == fleet.Stopping:
				stopping++
			}
		}
		if stopping != 100 || failed != 150 {
			t.Errorf("%d stopping and %d failed, want 100 and 150", stopping, failed)
		}
	})
}

func ExamplePower_Apply() {
	server := mock.New(world.Settings{Lag: new(time.Duration(0))})
	if _, err := server.Seed(mock.Here, mock.Fleet{Groups: []mock.Group{{Count: 2, Name: "web-#"}}}); err != nil {
		fmt.Println(err)
		return
	}
	ctx, cfg := context.Background(), server.Config()
	selector, err := fleet.Parse([]string{"web-*"})
	if err != nil {
		fmt.Println(err)
		return
	}
	listing, err := fleet.NewInventory(cfg).List(ctx, selector, fleet.ListOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	results, err := power.New(cfg).Apply(ctx, power.NewPlan(power.Stop, listing, selector))
	for _, r := range results {
		fmt.Println(r.Instance.Name, r.Instance.State, r.State, r.Err)
	}
	fmt.Println(err)
	// Output:
	// web-1 running stopping <nil>
	// web-2 running stopping <nil>
	// <nil>
}
