package world

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
)

// Fault makes calls of an action fail. Exactly one of Nth, Every call (neither Nth nor
// Rate) and Rate decides which calls.
type Fault struct {
	// Service is the signing name, as in "ec2"; empty matches every service.
	Service string `json:"service,omitempty"`
	// Action is the operation's name, as in "RunInstances"; empty matches every action.
	Action string `json:"action,omitempty"`
	// Code is the error code to answer. Empty with Throttle set.
	Code string `json:"code,omitempty"`
	// Message is the error's text. It may be empty, as AWS's sometimes is.
	Message string `json:"message,omitempty"`
	// Status is the HTTP status; 0 means 400.
	Status int `json:"status,omitempty"`
	// Throttle answers with the service's own throttling error instead of Code.
	Throttle bool `json:"throttle,omitempty"`
	// Nth lets only the n-th matching call fail, counted from 1 since the fault was set.
	Nth int `json:"nth,omitempty"`
	// Rate lets this share of the matching calls fail, from 0 to 1; 0 means every call.
	Rate float64 `json:"rate,omitempty"`
	// Times ends the fault after so many failures; 0 means never.
	Times int `json:"times,omitempty"`
}

// Validate says what is wrong with a fault, or nil.
func (f Fault) Validate() error {
	switch {
	case f.Throttle == (f.Code != ""):
		return errors.New(`a fault needs either "code" or "throttle": true`)
	case f.Nth < 0 || f.Times < 0:
		return errors.New(`"nth" and "times" count from 1`)
	case f.Nth > 0 && f.Rate > 0:
		return errors.New(`"nth" and "rate" exclude each other`)
	case f.Rate < 0 || f.Rate > 1:
		return fmt.Errorf(`"rate" is %v; it is a share from 0 to 1`, f.Rate)
	case f.Status != 0 && (f.Status < 400 || f.Status > 599):
		return fmt.Errorf(`"status" is %d; an error's is from 400 to 599`, f.Status)
	}
	return nil
}

func (f Fault) matches(service, action string) bool {
	return (f.Service == "" || f.Service == service) && (f.Action == "" || f.Action == action)
}

// Faults are the faults in force. The zero value is none. It may be used concurrently.
type Faults struct {
	mu   sync.Mutex // guards what follows
	list []*activeFault
	rand *rand.Rand
}

type activeFault struct {
	Fault
	seen, failed int
}

// Add puts a fault into force, after those that are already there.
func (f *Faults) Add(fault Fault) error {
	if err := fault.Validate(); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = append(f.list, &activeFault{Fault: fault})
	return nil
}

// List returns the faults in force, oldest first.
func (f *Faults) List() []Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := make([]Fault, 0, len(f.list))
	for _, a := range f.list {
		out = append(out, a.Fault)
	}
	return out
}

// Clear removes every fault, and starts the draws behind Rate anew: they are the same
// after each Clear.
func (f *Faults) Clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = nil
	f.rand = rand.New(rand.NewPCG(1, 2))
}

// Take counts a call against the faults in force and returns the first that strikes it.
func (f *Faults) Take(service, action string) (Fault, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, a := range f.list {
		if !a.matches(service, action) || !f.strikes(a) {
			continue
		}
		if a.failed++; a.failed == a.Times || a.Nth > 0 {
			f.list = slices.Delete(f.list, i, i+1)
		}
		return a.Fault, true
	}
	return Fault{}, false
}

func (f *Faults) strikes(a *activeFault) bool {
	a.seen++
	switch {
	case a.Nth > 0:
		return a.seen == a.Nth
	case a.Rate > 0:
		return f.rand.Float64() < a.Rate
	}
	return true
}
