package awk

import (
	"cmp"
	"slices"
)

// array is an associative array that remembers the order of its elements.
type array struct {
	elements map[string]*element
	made     int
}

type element struct {
	value value
	order int
}

// elementBytes is about what an element takes besides its key and value.
const elementBytes = 128

// get returns the element under a key, made if it is not there, as a mention of
// it makes it in AWK.
func (a *array) get(r *run, key string) *element {
	if e := a.elements[key]; e != nil {
		return e
	}
	if a.elements == nil {
		a.elements = make(map[string]*element)
	}
	e := &element{order: a.made}
	a.made++
	a.elements[key] = e
	r.tick(8)
	r.hold(elementBytes + len(key))
	return e
}

func (a *array) set(r *run, key string, v value) {
	e := a.get(r, key)
	r.hold(len(v.text) - len(e.value.text))
	e.value = v
}

func (a *array) remove(r *run, key string) {
	if e := a.elements[key]; e != nil {
		r.hold(-elementBytes - len(key) - len(e.value.text))
		delete(a.elements, key)
	}
}

func (a *array) clear(r *run) {
	for key := range a.elements {
		a.remove(r, key)
	}
	r.tick(a.made / 4)
	a.made = 0
}

// keys returns the keys in the order in which they were made.
func (a *array) keys(r *run) []string {
	type pair struct {
		key   string
		order int
	}
	r.tick(2 * len(a.elements))
	pairs := make([]pair, 0, len(a.elements))
	for key, e := range a.elements {
		pairs = append(pairs, pair{key, e.order})
	}
	slices.SortFunc(pairs, func(a, b pair) int { return cmp.Compare(a.order, b.order) })
	keys := make([]string, len(pairs))
	for i, p := range pairs {
		keys[i] = p.key
	}
	return keys
}

// cell is a variable: a scalar, an array, or nothing yet.
type cell struct {
	value  value
	array  *array
	origin *cell // of a parameter that was given a variable that is nothing yet
}

// asArray makes the variable an array, and so the one that it was given as.
func (c *cell) asArray(r *run, name string) *array {
	switch {
	case c.array != nil:
	case c.value.kind != unset:
		r.fail("attempt to use scalar `%s' as an array", name)
		c = &cell{array: new(array)}
	case c.origin != nil:
		c.array = c.origin.asArray(r, name)
	default:
		c.array = new(array)
	}
	return c.array
}
