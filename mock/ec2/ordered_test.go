package ec2

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOrderedKeepsWhatASortedMapWould holds ordered against a map over random steps.
func TestOrderedKeepsWhatASortedMapWould(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var o ordered[int]
	model := map[int64]int{}
	for step := range 20_000 {
		place := rnd.Int64N(300)
		if rnd.IntN(100) < 45 {
			o.add(place, step)
			model[place] = step
		} else {
			o.remove(place)
			delete(model, place)
		}
		if step%100 != 0 {
			continue
		}
		after := rnd.Int64N(300) - 1
		var want []int
		for _, p := range slices.Sorted(maps.Keys(model)) {
			if p > after {
				want = append(want, model[p])
			}
		}
		if diff := cmp.Diff(want, slices.Collect(o.after(after))); diff != "" || o.len() != len(model) {
			t.Fatalf("step %d, after %d: %d of %d items\n%s", step, after, o.len(), len(model), diff)
		}
		if waste := len(o.slots) - o.len(); waste > 17 && waste > o.len()+1 {
			t.Fatalf("step %d: %d empty slots beside %d items", step, waste, o.len())
		}
	}
}
