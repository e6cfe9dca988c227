package wire

import (
	"context"
	"fmt"
	"reflect"
	"slices"
)

// Operation is one action of a service: a handler, its types, and the input members that it acts
// on. Make it with [Handle].
type Operation struct {
	input, output reflect.Type
	newInput      func() any
	call          func(context.Context, any) (any, error)
	fields        []string
	ignored       []int // the input's fields that the handler does not act on
}

// Handle makes an operation of a method with the SDK client's signature, such as
//
//	wire.Handle(s.StopInstances, "InstanceIds", "Force", "DryRun")
//
// The fields are the input's top-level members that the handler acts on, by their Go names. A
// request that sets any other is answered with an error that says so, instead of being half obeyed;
// a zero value counts as not set. Handle panics on a name that the input does not have.
func Handle[In, Out any](fn func(context.Context, *In) (*Out, error), fields ...string) Operation {
	op := Operation{
		input:    reflect.TypeFor[In](),
		output:   reflect.TypeFor[Out](),
		newInput: func() any { return new(In) },
		fields:   slices.Sorted(slices.Values(fields)),
	}
	op.call = func(ctx context.Context, in any) (any, error) {
		out, err := fn(ctx, in.(*In))
		if out == nil {
			out = new(Out)
		}
		return out, err
	}
	op.ignored = unlisted(op.input, fields)
	return op
}

// Fields returns the Go names of the input members that the handler acts on, sorted: what the
// coverage page shows.
func (o Operation) Fields() []string { return slices.Clone(o.fields) }

// Refused returns the Go names of the input members that the handler does not act on, in the order
// of the input: a request that sets one is refused.
func (o Operation) Refused() []string {
	names := make([]string, 0, len(o.ignored))
	for _, index := range o.ignored {
		names = append(names, o.input.Field(index).Name)
	}
	return names
}

// unlisted returns the indexes of a struct's exported fields that are not in names.
func unlisted(typ reflect.Type, names []string) []int {
	var indexes []int
	missing := slices.Clone(names)
	for i := range typ.NumField() {
		field := typ.Field(i)
		if at := slices.Index(missing, field.Name); at >= 0 {
			missing = slices.Delete(missing, at, at+1)
		} else if field.IsExported() {
			indexes = append(indexes, i)
		}
	}
	if len(missing) > 0 {
		panic(fmt.Sprintf("wire: %s has no field %s", typ, missing[0]))
	}
	return indexes
}

// Call is one decoded request, ready to be done.
type Call struct {
	// Action is the operation's name, such as "RunInstances".
	Action string
	// Input points to the operation's input struct, such as *ec2.RunInstancesInput.
	Input any

	operation Operation
}

// Do calls the handler. Without an error, the output points to the operation's output struct and is
// not nil, whatever the handler returned.
func (c *Call) Do(ctx context.Context) (any, error) {
	out, err := c.operation.call(ctx, c.Input)
	if err != nil {
		return nil, err
	}
	return out, nil
}

// newCall makes the call of an operation from a request whose parameters decode sets, and refuses
// one that asks for what the handler does not act on.
func (a *API) newCall(action string, op Operation, decode func(*shape, reflect.Value) error) (*Call, error) {
	s, err := a.requests.of(op.input, a.requestNames())
	if err != nil {
		return nil, a.Protocol.asError(err)
	}
	call := &Call{Action: action, Input: op.newInput(), operation: op}
	v := reflect.ValueOf(call.Input).Elem()
	if err := decode(s, v); err != nil {
		return nil, err
	}
	for _, m := range s.members {
		if slices.Contains(op.ignored, m.index) && !unset(v.Field(m.index)) {
			return nil, Errorf(a.Protocol.notModelled(), "muster's mock does not model the parameter %s of %s", m.name, action)
		}
	}
	return call, nil
}

// notModelled is the code for a parameter that the service has and the mock does not. For EC2
// UnknownParameter misleads least: it is what EC2 answers to "a parameter that is not supported for
// the specified API version" ("Error codes for the Amazon EC2 API").
func (p Protocol) notModelled() string {
	switch p {
	case EC2Query:
		return "UnknownParameter"
	case AWSQuery:
		return "ValidationError"
	default:
		return "ValidationException"
	}
}

// unset reports whether a member asks for nothing: absent, or a zero value, however deep.
func unset(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer:
		return v.IsNil() || unset(v.Elem())
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	case reflect.Struct:
		for i := range v.NumField() {
			if !unset(v.Field(i)) {
				return false
			}
		}
		return true
	default:
		return v.IsZero()
	}
}
