package ec2

import (
	"cmp"
	"iter"
	"slices"
)

// ordered holds items by a number that grows with each item made. Reading on from a
// number, adding the newest and removing any cost the same however many there are. The
// zero value is empty.
type ordered[T any] struct {
	slots []slot[T] // by place
	gone  int       // how many of them are empty
}

// slot is an item's place, which outlives the item for a while: removing it at once would
// move all that follow.
type slot[T any] struct {
	place int64
	item  T
	live  bool
}

func (o *ordered[T]) len() int { return len(o.slots) - o.gone }

// search finds a place, or where it would be.
func (o *ordered[T]) search(place int64) (int, bool) {
	if n := len(o.slots); n == 0 || o.slots[n-1].place < place {
		return n, false
	}
	return slices.BinarySearchFunc(o.slots, place, func(s slot[T], p int64) int { return cmp.Compare(s.place, p) })
}

// add puts an item at its place; what is there already is replaced.
func (o *ordered[T]) add(place int64, item T) {
	at, found := o.search(place)
	if !found {
		o.slots = slices.Insert(o.slots, at, slot[T]{place, item, true})
		return
	}
	if !o.slots[at].live {
		o.gone--
	}
	o.slots[at] = slot[T]{place, item, true}
}

// remove takes out the item of a place, if there is one.
func (o *ordered[T]) remove(place int64) {
	at, found := o.search(place)
	if !found || !o.slots[at].live {
		return
	}
	o.slots[at] = slot[T]{place: place}
	if o.gone++; o.gone > 16 && o.gone > len(o.slots)/2 {
		o.slots = slices.DeleteFunc(o.slots, func(s slot[T]) bool { return !s.live })
		o.gone = 0
	}
}

// after yields the items whose places are beyond the one given, in order. Nothing may be
// added or removed meanwhile.
func (o *ordered[T]) after(place int64) iter.Seq[T] {
	return func(yield func(T) bool) {
		from, _ := o.search(place + 1)
		for _, s := range o.slots[from:] {
			if s.live && !yield(s.item) {
				return
			}
		}
	}
}

// all yields every item, in order. Nothing may be added or removed meanwhile.
func (o *ordered[T]) all() iter.Seq[T] { return o.after(-1) }
