package power_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/musterhq/muster/fleet"
	"github.com/musterhq/muster/fleet/power"
	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/world"
)

// TestHibernateUnderFaults holds that the number of instances is exact, and that each result says what the instance is,
// whatever goes wrong on the way, a kill at any second included.
func TestHibernateUnderFaults(t *testing.T) {
	faults := map[string]world.Fault{
		"nothing":                 {},
		"throttled":               {Service: "ec2", Throttle: true, Rate: 0.4},
		"denied":                  {Action: "StopInstances", Code: "UnauthorizedOperation", Status: 403, Message: "No."},
		"the answer is lost":      {Action: "StopInstances", Lost: true, Nth: 1},
		"every answer is lost":    {Action: "StopInstances", Lost: true},
		"a third of all are lost": {Service: "ec2", Lost: true, Rate: 0.3},
		"an error of EC2's own":   {Action: "StopInstances", Code: "InternalError", Status: 500, Nth: 1},
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { hibernateOnce(t, t.Context(), fault) })
		})
	}
	t.Run("a kill", func(t *testing.T) {
		for seconds := range 40 {
			synctest.Test(t, func(t *testing.T) {
				ctx, kill := context.WithCancel(t.Context())
				time.AfterFunc(time.Duration(seconds)*time.Second+time.Millisecond, kill)
				hibernateOnce(t, ctx, world.Fault{Action: "StopInstances", Latency: world.Duration(2 * time.Second)})
			})
		}
	})
}

// hibernateOnce hibernates four instances, beside two that were not launched for it, and compares what is told with what is.
func hibernateOnce(t *testing.T, ctx context.Context, fault world.Fault) {
	t.Helper()
	y := newYard(t, mock.Group{Count: 4, Name: "warm-#", Hibernation: true}, mock.Group{Count: 2, Name: "cold-#"})
	plan := y.plan(power.Hibernate, fleet.All())
	if fault != (world.Fault{}) {
		if err := y.server.Fault(fault); err != nil {
			t.Fatal(err)
		}
	}
	results, err := y.power.Apply(ctx, plan)
	if err == nil {
		err = y.power.Wait(ctx, power.Hibernate, results, time.Hour, nil)
	}
	y.server.ClearFaults()
	if len(results) == 0 && err == nil {
		t.Fatal("neither results nor an error")
	}
	now := y.list()
	if len(now) != 6 {
		t.Errorf("%d instances, want 6", len(now))
	}
	hibernated := 0
	for _, r := range results {
		i := now[r.Instance.ID]
		asleep := i.State == fleet.Stopped && strings.Contains(i.StateReason, "Hibernate")
		if asleep {
			hibernated++
		}
		switch {
		case r.Err == nil && err == nil && !asleep:
			t.Errorf("%s: told as hibernated, is %s (%s)", i.Name, i.State, i.StateReason)
		case r.Err != nil && asleep && ctx.Err() == nil:
			t.Errorf("%s: told as failed (%v), is hibernated", i.Name, r.Err)
		case strings.HasPrefix(i.Name, "cold") && (i.State != fleet.Running || r.Err == nil):
			t.Errorf("%s: %s, %v; it was not launched for hibernation", i.Name, i.State, r.Err)
		}
	}
	if fault == (world.Fault{}) && hibernated != 4 {
		t.Errorf("%d hibernated, want 4", hibernated)
	}
}
