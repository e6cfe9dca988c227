package world_test

import (
	"strings"
	"testing"
	"time"

	"github.com/musterhq/muster/mock/world"
)

func TestFaultsStrike(t *testing.T) {
	for _, tt := range []struct {
		name  string
		fault world.Fault
		want  string // one letter per call of a and b in turn: x struck, . not
	}{
		{"every call of an action", world.Fault{Action: "a", Code: "E"}, "x.x.x.x."},
		{"every call of a service", world.Fault{Service: "ec2", Code: "E"}, "xxxxxxxx"},
		{"another service's never", world.Fault{Service: "ssm", Code: "E"}, "........"},
		{"only the third", world.Fault{Action: "a", Code: "E", Nth: 3}, "....x..."},
		{"the first two", world.Fault{Code: "E", Times: 2}, "xx......"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var f world.Faults
			f.Clear()
			if err := f.Add(tt.fault); err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			for range 4 {
				for _, action := range []string{"a", "b"} {
					if _, ok := f.Take("ec2", action); ok {
						got.WriteByte('x')
					} else {
						got.WriteByte('.')
					}
				}
			}
			if got.String() != tt.want {
				t.Errorf("got %s, want %s", got.String(), tt.want)
			}
		})
	}
}

func TestFaultRateIsAShare(t *testing.T) {
	var f world.Faults
	f.Clear()
	if err := f.Add(world.Fault{Code: "E", Rate: 0.25}); err != nil {
		t.Fatal(err)
	}
	struck := 0
	for range 10_000 {
		if _, ok := f.Take("ec2", "a"); ok {
			struck++
		}
	}
	if struck < 2300 || struck > 2700 {
		t.Errorf("%d of 10000 calls were struck, want about 2500", struck)
	}
}

func TestFaultsAreChecked(t *testing.T) {
	for name, fault := range map[string]world.Fault{
		"no code":               {Action: "a"},
		"a code and a throttle": {Code: "E", Throttle: true},
		"nth and rate":          {Code: "E", Nth: 1, Rate: 0.5},
		"a rate above one":      {Code: "E", Rate: 1.5},
		"a negative nth":        {Code: "E", Nth: -1},
		"a status of success":   {Code: "E", Status: 200},
	} {
		var f world.Faults
		if err := f.Add(fault); err == nil || len(f.List()) > 0 {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestCallsKeepTheLatestAndCountAll(t *testing.T) {
	var c world.Calls
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for n := range world.MaxCalls + 3 {
		c.Add(world.Call{Time: at.Add(time.Duration(n)), Service: "ec2", Action: "X"})
	}
	list := c.List()
	if len(list) != world.MaxCalls || !list[0].Time.Equal(at.Add(3)) || !list[len(list)-1].Time.Equal(at.Add(world.MaxCalls+2)) {
		t.Errorf("%d calls from %s to %s", len(list), list[0].Time, list[len(list)-1].Time)
	}
	if got := c.Summary()["ec2:X"]; got != world.MaxCalls+3 {
		t.Errorf("counted %d", got)
	}
}
