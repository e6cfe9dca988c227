package world_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/mock/world"
)

// notes is a service that writes down what it hears.
type notes struct {
	topic world.Topic[string]
	world *world.World
	heard []string
}

func newNotes(w *world.World) *notes {
	n := &notes{topic: world.Topic[string]{Name: "note"}, world: w}
	n.topic.On(w, func(sc world.Scope, text string) {
		n.heard = append(n.heard, fmt.Sprintf("%s %s %s", w.Now().Format("15:04:05"), sc.Region, text))
	})
	w.Register("notes", n)
	return n
}

func (n *notes) Snapshot() any                   { return n.heard }
func (n *notes) Restore(d json.RawMessage) error { return json.Unmarshal(d, &n.heard) }
func (n *notes) Reset()                          { n.heard = nil }

var here = world.Scope{Account: world.DefaultAccount, Region: "eu-west-1"}

func TestEventsAreTheSameHoweverOftenTheWorldIsLookedAt(t *testing.T) {
	play := func(looks int) (heard []string) {
		synctest.Test(t, func(t *testing.T) {
			w := world.New(world.Settings{})
			n := newNotes(w)
			w.Do(func() {
				for _, d := range []time.Duration{3 * time.Second, time.Second, 3 * time.Second, 0} {
					n.topic.After(w, d, here, d.String())
				}
			})
			for range looks {
				time.Sleep(10 * time.Second / time.Duration(looks))
				w.Do(func() {})
			}
			heard = slices.Clone(n.heard)
		})
		return heard
	}
	once, often := play(1), play(1000)
	want := []string{"00:00:00 eu-west-1 0s", "00:00:01 eu-west-1 1s", "00:00:03 eu-west-1 3s", "00:00:03 eu-west-1 3s"}
	if diff := cmp.Diff(want, once); diff != "" {
		t.Errorf("looked at once:\n%s", diff)
	}
	if diff := cmp.Diff(once, often); diff != "" {
		t.Errorf("looked at once and often differ:\n%s", diff)
	}
}

func TestClockAdvancesFreezesAndRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := world.New(world.Settings{})
		start := w.ReadClock().Now
		at := func(want time.Duration) {
			t.Helper()
			if got := w.ReadClock().Now.Sub(start); got != want {
				t.Errorf("%s after the start, want %s", got, want)
			}
		}
		time.Sleep(time.Minute)
		at(time.Minute)
		w.Freeze()
		time.Sleep(time.Hour)
		at(time.Minute)
		if err := w.Advance(time.Hour); err != nil {
			t.Fatal(err)
		}
		at(time.Hour + time.Minute)
		w.Thaw()
		if err := w.SetRate(60); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		at(2*time.Hour + time.Minute)
	})
}

func TestClockRefusesWhatItCannotDo(t *testing.T) {
	w := world.New(world.Settings{})
	if err := w.Advance(-time.Second); err == nil {
		t.Error("the clock went back")
	}
	for _, rate := range []float64{0, -1, 1e7} {
		if err := w.SetRate(rate); err == nil {
			t.Errorf("rate %v was accepted", rate)
		}
	}
}

func TestLagScalesDelays(t *testing.T) {
	for _, tt := range []struct {
		lag  *time.Duration
		want time.Duration
	}{{nil, 30 * time.Second}, {new(time.Duration(0)), 0}, {new(5 * time.Second), 15 * time.Second}} {
		if got := world.New(world.Settings{Lag: tt.lag}).Delay(30 * time.Second); got != tt.want {
			t.Errorf("lag %v: 30s became %s, want %s", tt.lag, got, tt.want)
		}
	}
}

func TestWorkIsAppliedInTheOrderItWasStarted(t *testing.T) {
	w := world.New(world.Settings{})
	n := newNotes(w)
	w.Do(func() {
		for i := range 100 {
			var square int
			w.Work(func() { square = i * i }, func() { n.topic.Publish(w, here, fmt.Sprint(square)) })
		}
	})
	if len(n.heard) != 100 {
		t.Fatalf("%d results, want 100", len(n.heard))
	}
	for i, line := range n.heard {
		if !strings.HasSuffix(line, fmt.Sprintf(" %d", i*i)) {
			t.Fatalf("result %d is %q", i, line)
		}
	}
}

func TestWhatFollowsFromWorkKeepsItsPlaceAmongOtherEvents(t *testing.T) {
	for _, lag := range []time.Duration{0, time.Second, world.DefaultLag} {
		w := world.New(world.Settings{Lag: &lag})
		n := newNotes(w)
		w.Freeze()
		w.Do(func() {
			after := w.Delay(world.WorkSpan) + 10*time.Millisecond
			n.topic.After(w, after+10*time.Millisecond, here, "later")
			w.Work(func() {}, func() { n.topic.After(w, after, here, "work") })
		})
		if err := w.Advance(time.Second * 2); err != nil {
			t.Fatal(err)
		}
		if len(n.heard) != 2 || !strings.HasSuffix(n.heard[0], "work") {
			t.Errorf("lag %s: heard %q", lag, n.heard)
		}
	}
}

func TestSnapshotCatchesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := world.New(world.Settings{Seed: 7})
		n := newNotes(w)
		var first string
		w.Do(func() {
			n.topic.After(w, time.Minute, here, "later")
			n.topic.After(w, 2*time.Hour, here, "much later")
			first = w.ID("i")
		})
		data, err := w.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour) // the program is not running

		again := world.New(world.Settings{})
		m := newNotes(again)
		if err := again.Restore(data); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"00:01:00 eu-west-1 later"}, m.heard); diff != "" {
			t.Errorf("after the load:\n%s", diff)
		}
		var second, third string
		w.Do(func() { second = w.ID("i") })
		again.Do(func() { third = again.ID("i") })
		if second != third || first == second {
			t.Errorf("ids go on as %s and %s after %s", second, third, first)
		}
		time.Sleep(time.Hour)
		again.Do(func() {})
		if len(m.heard) != 2 {
			t.Errorf("heard %q", m.heard)
		}
	})
}

func TestRestoreRefusesAndLeavesAnEmptyWorld(t *testing.T) {
	good := func() map[string]any {
		w := world.New(world.Settings{})
		n := newNotes(w)
		w.Do(func() { n.topic.After(w, time.Hour, here, "x") })
		data, err := w.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		var m map[string]any
		if err := json.Unmarshal(data, &m); err != nil {
			t.Fatal(err)
		}
		return m
	}
	for _, tt := range []struct {
		name, want string
		spoil      func(map[string]any)
	}{
		{"another version", "version 99", func(m map[string]any) { m["version"] = 99 }},
		{"an unknown service", `unknown service "s3"`, func(m map[string]any) { m["states"].(map[string]any)["s3"] = 1 }},
		{"an unknown event", `unknown event "x"`, func(m map[string]any) { m["events"].([]any)[0].(map[string]any)["topic"] = "x" }},
		{"a bad state", "notes:", func(m map[string]any) { m["states"].(map[string]any)["notes"] = 1 }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := good()
			tt.spoil(m)
			data, err := json.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			w := world.New(world.Settings{})
			n := newNotes(w)
			err = w.Restore(data)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error = %v, want one with %q", err, tt.want)
			}
			if err := w.Advance(2 * time.Hour); err != nil || len(n.heard) > 0 {
				t.Errorf("the world still plays %q (%v)", n.heard, err)
			}
		})
	}
}

func FuzzRestore(f *testing.F) {
	w := world.New(world.Settings{})
	n := newNotes(w)
	w.Do(func() { n.topic.After(w, time.Hour, here, "x") })
	data, err := w.Snapshot()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		w := world.New(world.Settings{})
		newNotes(w)
		_ = w.Restore(data) // it must not panic
	})
}
