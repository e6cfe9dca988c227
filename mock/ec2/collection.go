package ec2

import (
	"encoding/json"
	"slices"
)

// resource is what a collection knows of its items.
type resource interface {
	id() string
	place() int64 // from region.nextSeq: it grows with each resource made and never changes
}

// record is what every kind of resource keeps: its place among the region's resources,
// and its identifier.
type record struct {
	Seq int64  `json:"seq"`
	ID  string `json:"id"`
}

func (r *record) id() string   { return r.ID }
func (r *record) place() int64 { return r.Seq }

// record makes the record of a new resource.
func (s *Service) record(r *region, prefix string) record {
	return record{Seq: r.nextSeq(), ID: s.world.ID(prefix)}
}

// collection is a region's resources of one kind: in order of creation, and by id. In a
// state file it is the list of its items. The zero value is empty.
type collection[T resource] struct {
	ordered[T]
	byID map[string]T
}

func (c *collection[T]) add(item T) {
	if c.byID == nil {
		c.byID = map[string]T{}
	}
	c.byID[item.id()] = item
	c.ordered.add(item.place(), item)
}

func (c *collection[T]) remove(item T) {
	delete(c.byID, item.id())
	c.ordered.remove(item.place())
}

// get returns the item with the id, or the zero value, which is nil.
func (c *collection[T]) get(id string) T { return c.byID[id] }

func (c *collection[T]) has(id string) bool {
	_, ok := c.byID[id]
	return ok
}

// first returns the first item that satisfies f.
func (c *collection[T]) first(f func(T) bool) (item T, ok bool) {
	for item := range c.all() {
		if f(item) {
			return item, true
		}
	}
	return item, false
}

// MarshalJSON writes the list of the items.
func (c *collection[T]) MarshalJSON() ([]byte, error) {
	return json.Marshal(slices.AppendSeq([]T{}, c.all()))
}

// UnmarshalJSON reads the list of the items.
func (c *collection[T]) UnmarshalJSON(data []byte) error {
	var items []T
	if err := json.Unmarshal(data, &items); err != nil {
		return err
	}
	*c = collection[T]{}
	for _, item := range items {
		c.add(item)
	}
	return nil
}
