package world

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Faults are the faults in force. The zero value is none. It may be used concurrently.
type Faults struct {
	mu   sync.Mutex // guards what follows
	list []*activeFault
	pcg  *rand.PCG

	revision atomic.Uint64 // grows with every change of what is kept
}

type activeFault struct {
	Fault
	Seen   int `json:"seen,omitempty"`   // matching calls
	Failed int `json:"failed,omitempty"` // those of them that it struck
}

// Strike is what the faults in force do to one call. The zero value is nothing.
type Strike struct {
	// Delay is how long the answer takes, on the host's clock.
	Delay time.Duration
	// Fault is what else goes wrong, or nil.
	Fault *Fault
}

// Hold keeps the answer back for as long as the faults say. It returns when the answer is
// to be written; where there is to be none, or the client goes meanwhile, it closes the
// connection by a panic with [http.ErrAbortHandler], as net/http wants it. It must be
// called without the world's lock.
func (s Strike) Hold(ctx context.Context) {
	if s.Fault != nil && s.Fault.Silent {
		<-ctx.Done()
		panic(http.ErrAbortHandler)
	}
	if s.Delay > 0 {
		timer := time.NewTimer(s.Delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			panic(http.ErrAbortHandler)
		}
	}
	if s.Fault != nil && s.Fault.Lost {
		panic(http.ErrAbortHandler)
	}
}

// Add puts a fault into force, after those that are already there.
func (f *Faults) Add(fault Fault) error {
	if err := fault.Validate(); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.pcg == nil {
		f.pcg = newDraws()
	}
	f.list = append(f.list, &activeFault{Fault: fault})
	f.revision.Add(1)
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
	f.list, f.pcg = nil, newDraws()
	f.revision.Add(1)
}

func newDraws() *rand.PCG { return rand.NewPCG(1, 2) }

// Skew is how far the clock of a service is ahead of the host's.
func (f *Faults) Skew(service string) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	var skew time.Duration
	for _, a := range f.list {
		if a.matches(service, "", nil) {
			skew += time.Duration(a.Skew)
		}
	}
	return skew
}

// Take counts a call against the faults in force and says what they do to it: every
// latency that strikes it, and the first other fault that does. input is the decoded
// request, in which Resource is looked for.
func (f *Faults) Take(service, action string, input any) Strike {
	f.mu.Lock()
	defer f.mu.Unlock()
	var strike Strike
	f.list = slices.DeleteFunc(f.list, func(a *activeFault) bool {
		latency := a.Latency != 0
		if a.Skew != 0 || !latency && strike.Fault != nil || !a.matches(service, action, input) || !f.strikes(a) {
			return false
		}
		if latency {
			strike.Delay += time.Duration(a.Latency)
		} else {
			strike.Fault = &a.Fault
		}
		a.Failed++
		return a.Failed == a.Times || a.Nth > 0
	})
	return strike
}

func (f *Faults) strikes(a *activeFault) bool {
	a.Seen++
	f.revision.Add(1)
	switch {
	case a.Nth > 0:
		return a.Seen == a.Nth
	case a.Rate > 0:
		return rand.New(f.pcg).Float64() < a.Rate
	}
	return true
}

// savedFaults are the faults in force in a state file.
type savedFaults struct {
	List []*activeFault `json:"list,omitempty"`
	Rand []byte         `json:"rand"`
}

// MarshalJSON writes the faults with their counts.
func (f *Faults) MarshalJSON() ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	state, err := f.pcg.MarshalBinary()
	if err != nil {
		return nil, err
	}
	return json.Marshal(savedFaults{f.list, state})
}

// UnmarshalJSON puts faults into force as they were written, instead of all that are.
func (f *Faults) UnmarshalJSON(data []byte) error {
	var saved savedFaults
	if err := json.Unmarshal(data, &saved); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = saved.List
	return f.pcg.UnmarshalBinary(saved.Rand)
}
