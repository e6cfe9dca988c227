package world

import (
	"errors"
	"fmt"
	"reflect"
	"time"
)

// Fault is something that goes wrong with API calls: which calls (Service, Action and
// Resource, then Nth, Rate and Times), and what. Exactly one of Code, Throttle, Latency,
// Lost, Silent and Skew says what.
type Fault struct {
	// Service is the signing name, as in "ec2", or "imds"; empty matches every service.
	Service string `json:"service,omitempty"`
	// Action is the operation's name, as in "RunInstances"; empty matches every action.
	Action string `json:"action,omitempty"`
	// Resource is an id, name or other text that the request must hold somewhere as a
	// whole value, as in "i-0123456789abcdef0"; empty matches every request.
	Resource string `json:"resource,omitempty"`
	// Code is the error code to answer; nothing is done.
	Code string `json:"code,omitempty"`
	// Message is the error's text. It may be empty, as AWS's sometimes is.
	Message string `json:"message,omitempty"`
	// Status is the error's HTTP status; 0 means 400.
	Status int `json:"status,omitempty"`
	// Throttle answers with the service's own throttling error; nothing is done.
	Throttle bool `json:"throttle,omitempty"`
	// Latency delays the answer, after what was asked for is done. It adds to whatever
	// else strikes the call.
	Latency Duration `json:"latency,omitempty"`
	// Lost does what was asked for and then closes the connection instead of answering.
	Lost bool `json:"lost,omitempty"`
	// Silent does nothing and never answers: the request was lost on its way.
	Silent bool `json:"silent,omitempty"`
	// Skew moves the clock by which the service judges signatures and sets the Date
	// header: ahead of the host's, or behind it where it is negative. It is in force for
	// all calls of its Service until the faults are cleared.
	Skew Duration `json:"skew,omitempty"`
	// Nth lets only the n-th matching call fail, counted from 1 since the fault was set.
	Nth int `json:"nth,omitempty"`
	// Rate lets this share of the matching calls fail, from 0 to 1; 0 means every call.
	Rate float64 `json:"rate,omitempty"`
	// Times ends the fault after so many failures; 0 means never.
	Times int `json:"times,omitempty"`
}

// Validate says what is wrong with a fault, or nil. It knows no service: whether the
// action exists is not looked at.
func (f Fault) Validate() error {
	switch {
	case f.kinds() != 1:
		return errors.New(`a fault needs one of "code", "throttle", "latency", "lost", "silent" and "skew"`)
	case f.Latency < 0:
		return fmt.Errorf(`"latency" is %s; it cannot be negative`, time.Duration(f.Latency))
	case f.Code == "" && (f.Message != "" || f.Status != 0):
		return errors.New(`"message" and "status" belong to a "code"`)
	case f.Nth < 0 || f.Times < 0:
		return errors.New(`"nth" and "times" count from 1`)
	case f.Nth > 0 && f.Rate > 0:
		return errors.New(`"nth" and "rate" exclude each other`)
	case f.Nth > 0 && f.Times > 1:
		return errors.New(`"nth" strikes once; "times" cannot be more`)
	case !(f.Rate >= 0 && f.Rate <= 1):
		return fmt.Errorf(`"rate" is %v; it is a share from 0 to 1`, f.Rate)
	case f.Status != 0 && (f.Status < 400 || f.Status > 599):
		return fmt.Errorf(`"status" is %d; an error's is from 400 to 599`, f.Status)
	case f.Skew != 0 && f != (Fault{Service: f.Service, Skew: f.Skew}):
		return errors.New(`"skew" is in force for all calls of a "service": it takes nothing else`)
	}
	return nil
}

// kinds counts the things that a fault says go wrong.
func (f Fault) kinds() int {
	n := 0
	for _, is := range []bool{f.Code != "", f.Throttle, f.Latency != 0, f.Lost, f.Silent, f.Skew != 0} {
		if is {
			n++
		}
	}
	return n
}

func (f Fault) matches(service, action string, input any) bool {
	return (f.Service == "" || f.Service == service) && (f.Action == "" || f.Action == action) &&
		(f.Resource == "" || holds(reflect.ValueOf(input), f.Resource))
}

// holds reports whether a text is one of the values in v, however deep: a member, an
// item of a list, a key or value of a map.
func holds(v reflect.Value, text string) bool {
	switch v.Kind() {
	case reflect.String:
		return v.String() == text
	case reflect.Pointer, reflect.Interface:
		return holds(v.Elem(), text)
	case reflect.Slice:
		for i := range v.Len() {
			if holds(v.Index(i), text) {
				return true
			}
		}
	case reflect.Map:
		for key, value := range v.Seq2() {
			if holds(key, text) || holds(value, text) {
				return true
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && holds(v.Field(i), text) {
				return true
			}
		}
	}
	return false
}
