package world_test

import (
	"math"
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
					if f.Take("ec2", action, nil).Fault != nil {
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
		if f.Take("ec2", "a", nil).Fault != nil {
			struck++
		}
	}
	if struck < 2300 || struck > 2700 {
		t.Errorf("%d of 10000 calls were struck, want about 2500", struck)
	}
}

func TestFaultFindsItsResourceAnywhereInTheRequest(t *testing.T) {
	type inner struct {
		Name   *string
		Values []string
	}
	type input struct {
		Plain  string
		IDs    []string
		Nested *inner
		List   []inner
		Map    map[string][]string
		Number *int32
		hidden string
	}
	for _, tt := range []struct {
		in   any
		want bool
	}{
		{&input{Plain: "x"}, true},
		{&input{IDs: []string{"a", "x"}}, true},
		{&input{Nested: &inner{Name: new("x")}}, true},
		{&input{List: []inner{{}, {Values: []string{"x"}}}}, true},
		{&input{Map: map[string][]string{"a": {"x"}}}, true},
		{&input{Map: map[string][]string{"x": nil}}, true},
		{&input{Plain: "xx", IDs: []string{"ax"}, Number: new(int32(1)), hidden: "x"}, false},
		{(*input)(nil), false},
		{nil, false},
	} {
		var f world.Faults
		if err := f.Add(world.Fault{Resource: "x", Lost: true}); err != nil {
			t.Fatal(err)
		}
		if got := f.Take("ec2", "a", tt.in).Fault != nil; got != tt.want {
			t.Errorf("%+v: struck %t, want %t", tt.in, got, tt.want)
		}
	}
}

func TestLatenciesAddToWhatElseStrikes(t *testing.T) {
	var f world.Faults
	for _, fault := range []world.Fault{
		{Latency: world.Duration(time.Second)},
		{Code: "First", Times: 1},
		{Code: "Second"},
		{Latency: world.Duration(time.Minute), Nth: 2},
		{Skew: world.Duration(time.Hour), Service: "ssm"},
		{Skew: world.Duration(-time.Minute)},
	} {
		if err := f.Add(fault); err != nil {
			t.Fatal(err)
		}
	}
	for n, want := range []struct {
		delay time.Duration
		code  string
	}{{time.Second, "First"}, {61 * time.Second, "Second"}, {time.Second, "Second"}} {
		got := f.Take("ec2", "a", nil)
		if got.Delay != want.delay || got.Fault == nil || got.Fault.Code != want.code {
			t.Errorf("call %d: %+v, want %+v", n+1, got, want)
		}
	}
	if ec2, ssm := f.Skew("ec2"), f.Skew("ssm"); ec2 != -time.Minute || ssm != 59*time.Minute {
		t.Errorf("skews %s and %s", ec2, ssm)
	}
}

func TestFaultsGoOnCountingAfterARestore(t *testing.T) {
	strikes := func(restore bool) (got string) {
		w := world.New(world.Settings{})
		for _, fault := range []world.Fault{{Code: "R", Rate: 0.5, Times: 6}, {Code: "N", Nth: 5}} {
			if err := w.Faults.Add(fault); err != nil {
				t.Fatal(err)
			}
		}
		for range 20 {
			if restore {
				state, err := w.Snapshot()
				if err != nil {
					t.Fatal(err)
				}
				w = world.New(world.Settings{})
				if err := w.Restore(state); err != nil {
					t.Fatal(err)
				}
			}
			if f := w.Faults.Take("ec2", "a", nil).Fault; f != nil {
				got += f.Code
			} else {
				got += "."
			}
		}
		return got
	}
	want := strikes(false)
	if strings.Count(want, "R") != 6 || strings.Count(want, "N") != 1 {
		t.Errorf("strikes %s", want)
	}
	if got := strikes(true); got != want {
		t.Errorf("restored before each call: %s, want %s", got, want)
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
		"a status alone":        {Throttle: true, Status: 500},
		"a message alone":       {Lost: true, Message: "m"},
		"two kinds":             {Lost: true, Silent: true},
		"a negative latency":    {Latency: -1},
		"a second nth":          {Code: "E", Nth: 1, Times: 2},
		"a skew of an action":   {Action: "a", Skew: 1},
		"a rate that is none":   {Code: "E", Rate: math.NaN()},
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
