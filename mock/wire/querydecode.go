package wire

import (
	"cmp"
	"encoding/base64"
	"reflect"
	"slices"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	smithytime "github.com/aws/smithy-go/time"
)

// queryDecoder sets Go values to the parameters of a request.
type queryDecoder struct {
	protocol Protocol
}

// structure sets the members that there are parameters for.
func (d queryDecoder) structure(s *shape, v reflect.Value, n *node) error {
	if err := d.noValue(n); err != nil {
		return err
	}
	for _, child := range n.children {
		m := s.byName[child.name]
		if m == nil {
			if err := d.unknown(child.name); err != nil {
				return err
			}
			continue
		}
		if err := d.member(m, v.Field(m.index), child); err != nil {
			return err
		}
	}
	return nil
}

func (d queryDecoder) member(m *member, v reflect.Value, n *node) error {
	if m.shape.kind != list {
		return d.value(m.shape, v, n)
	}
	if m.item == "" {
		return d.list(m.shape, v, n)
	}
	for _, child := range n.children {
		if child.name != m.item {
			if err := d.unknown(child.name); err != nil {
				return err
			}
			continue
		}
		return d.list(m.shape, v, child)
	}
	return d.list(m.shape, v, n)
}

// list sets a list: its elements are numbered, with gaps as may be, and stand in the order of the
// numbers. A bare "Name=" is an empty list.
func (d queryDecoder) list(s *shape, v reflect.Value, n *node) error {
	if err := d.noValue(n); err != nil {
		return err
	}
	elements := make([]numbered, 0, len(n.children))
	for _, child := range n.children {
		number, err := strconv.ParseUint(child.name, 10, 31)
		if err != nil {
			if err := d.unknown(child.name); err != nil {
				return err
			}
			continue
		}
		elements = append(elements, numbered{number, child})
	}
	slices.SortStableFunc(elements, func(a, b numbered) int { return cmp.Compare(a.number, b.number) })
	v.Set(reflect.MakeSlice(s.typ, len(elements), len(elements)))
	for i, e := range elements {
		// An element is called by its list in messages, for its own name is a number.
		e.name = n.name
		if err := d.value(s.elem, v.Index(i), e.node); err != nil {
			return err
		}
	}
	return nil
}

// numbered is an element of a list.
type numbered struct {
	number uint64
	*node
}

// value sets anything but a list.
func (d queryDecoder) value(s *shape, v reflect.Value, n *node) error {
	switch s.kind {
	case pointer:
		v.Set(reflect.New(s.typ.Elem()))
		return d.value(s.elem, v.Elem(), n)
	case structure:
		return d.structure(s, v, n)
	}
	for _, child := range n.children {
		if err := d.unknown(child.name); err != nil {
			return err
		}
	}
	if n.set && !setText(s, v, n.value) {
		return d.invalid(s, n)
	}
	return nil
}

// setText sets a scalar from its text, and reports whether the text is of its kind.
func setText(s *shape, v reflect.Value, value string) bool {
	var err error
	switch s.kind {
	case text:
		v.SetString(value)
	case boolean:
		v.SetBool(value == "true")
		return value == "true" || value == "false"
	case integer:
		var n int64
		n, err = strconv.ParseInt(value, 10, s.typ.Bits())
		v.SetInt(n)
	case decimal:
		var f float64
		f, err = strconv.ParseFloat(value, s.typ.Bits())
		v.SetFloat(f)
	case timestamp:
		var t time.Time
		t, err = smithytime.ParseDateTime(value)
		v.Set(reflect.ValueOf(t.UTC()))
	case blob:
		var data []byte
		data, err = base64.StdEncoding.DecodeString(value)
		v.SetBytes(data)
	}
	return err == nil
}

// noValue refuses a value where a structure or a list is expected.
func (d queryDecoder) noValue(n *node) error {
	if n.set && n.value != "" {
		return d.unknown(n.name)
	}
	return nil
}

// unknown is the answer to a parameter that the operation does not have. EC2 names the part of the
// name that it does not know, and tells upper from lower case (github.com/aws/aws-sdk-js issue 57,
// JuliaCloud/AWS.jl issue 444). STS ignores such parameters (github.com/justincormack/argmin,
// sts_oracle.rs).
func (d queryDecoder) unknown(name string) error {
	if d.protocol == AWSQuery {
		return nil
	}
	return Errorf("UnknownParameter", "The parameter %s is not recognized", name)
}

// invalid is the answer to a value of the wrong kind. STS gives no text for it but for an empty
// number (sts_oracle.rs, above). EC2's is in the form that it has for numbers out of range
// (github.com/aws/aws-sdk-ruby pull request 2575); what it expects is assumed.
func (d queryDecoder) invalid(s *shape, n *node) error {
	if d.protocol == AWSQuery {
		e := &Error{Code: "MalformedInput"}
		if n.value == "" && s.kind == integer {
			e.Message = "missing value for decimal type"
		}
		return e
	}
	expecting := map[kind]string{
		boolean: "true or false", integer: "an integer", decimal: "a number", timestamp: "a date and time in ISO 8601 format",
		blob: "base64-encoded data",
	}
	return Errorf("InvalidParameterValue", "Value ( %s ) for parameter %s is invalid. Expecting %s.",
		n.value, lowerFirst(n.name), expecting[s.kind])
}

func lowerFirst(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[size:]
}
