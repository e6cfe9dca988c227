package wire

import (
	"fmt"
	"reflect"
	"sync"
	"time"
)

// kind is how a value travels, whatever its Go type is called.
type kind uint8

const (
	structure kind = iota
	pointer
	list
	mapping
	text
	boolean
	integer
	decimal
	timestamp
	blob
)

// shape is what the codecs know of a Go type: worked out once, then walked for each value. It does
// not change once built.
type shape struct {
	kind    kind
	typ     reflect.Type
	elem    *shape // of a pointer, list or map
	members []member
	byName  map[string]*member
}

// member is one field of a structure.
type member struct {
	index int    // in the Go struct
	name  string // on the wire
	item  string // on the wire, of a list's elements; "" where the list is flat
	shape *shape
}

// shapes are the shapes of the types met in one direction. It may be used concurrently.
type shapes struct {
	mu     sync.Mutex // guards byType
	byType map[reflect.Type]*shape
}

// of returns the shape of a type, built with all that it holds when it is first met.
func (s *shapes) of(typ reflect.Type, names naming) (*shape, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byType == nil {
		s.byType = make(map[reflect.Type]*shape)
	}
	built, err := s.build(typ, names)
	if err != nil {
		clear(s.byType) // it may hold shapes that are half built
	}
	return built, err
}

var (
	timeType  = reflect.TypeFor[time.Time]()
	bytesType = reflect.TypeFor[[]byte]()
)

// build returns the shape of a type from the map or makes it. A structure goes into the map before
// its members are looked at, because SSM's types contain themselves (InventoryAggregator).
func (s *shapes) build(typ reflect.Type, names naming) (*shape, error) {
	if known := s.byType[typ]; known != nil {
		return known, nil
	}
	k, ok := kindOf(typ)
	if !ok {
		return nil, fmt.Errorf("%s cannot be carried on the wire", typ)
	}
	built := &shape{kind: k, typ: typ}
	s.byType[typ] = built
	var err error
	switch k {
	case structure:
		err = s.addMembers(built, names)
	case pointer, list, mapping:
		built.elem, err = s.build(typ.Elem(), names)
	}
	if err == nil && !names.goNames && (k == mapping || k == list && built.elem.kind == list) {
		// No service here has them; a table of names could not describe them.
		err = fmt.Errorf("%s cannot be carried in the query protocols", typ)
	}
	return built, err
}

// kindOf returns how values of a type travel; false for types that do not.
func kindOf(typ reflect.Type) (kind, bool) {
	switch typ {
	case timeType:
		return timestamp, true
	case bytesType:
		return blob, true
	}
	switch typ.Kind() {
	case reflect.Struct:
		return structure, true
	case reflect.Pointer:
		return pointer, true
	case reflect.Slice:
		return list, true
	case reflect.Map:
		return mapping, typ.Key().Kind() == reflect.String
	case reflect.String:
		return text, true
	case reflect.Bool:
		return boolean, true
	case reflect.Int32, reflect.Int64:
		return integer, true
	case reflect.Float32, reflect.Float64:
		return decimal, true
	default:
		return 0, false
	}
}

// resultMetadata is the field of every output that belongs to the client and never travels.
const resultMetadata = "ResultMetadata"

// addMembers fills in a structure's members, in the order of its fields.
func (s *shapes) addMembers(of *shape, names naming) error {
	wireNames, err := names.members(of.typ)
	if err != nil {
		return err
	}
	for i := range of.typ.NumField() {
		field := of.typ.Field(i)
		if !field.IsExported() || field.Name == resultMetadata {
			continue
		}
		m, ok := wireNames[field.Name]
		switch {
		case !ok && names.goNames:
			m.name = field.Name
		case !ok:
			return fmt.Errorf("the names of %s lack %s: run go generate", of.typ, field.Name)
		}
		m.index = i
		if m.shape, err = s.build(field.Type, names); err != nil {
			return fmt.Errorf("%s of %s: %w", field.Name, of.typ, err)
		}
		of.members = append(of.members, m)
	}
	of.byName = make(map[string]*member, len(of.members))
	for i := range of.members {
		of.byName[of.members[i].name] = &of.members[i]
	}
	return nil
}

// absent reports whether a member is left out of an answer: a nil pointer, list or map, and an
// empty enum. Numbers and booleans that are not behind a pointer always travel, because they stand
// for members with a default, which AWS writes out (the counters of SSM's Command).
func (s *shape) absent(v reflect.Value) bool {
	switch s.kind {
	case pointer, list, mapping, blob:
		return v.IsNil()
	case text:
		return v.Len() == 0
	default:
		return false
	}
}
