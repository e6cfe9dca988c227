package world

import (
	"maps"
	"sync"
	"time"
)

// MaxCalls is how many calls the record keeps one by one; older ones remain in the counts.
const MaxCalls = 10_000

// Call is one answered API call. It holds no parameter: values may be secrets.
type Call struct {
	Time      time.Time `json:"time"` // the mock's time
	Service   string    `json:"service"`
	Action    string    `json:"action"`
	Account   string    `json:"account"`
	Region    string    `json:"region"`
	RequestID string    `json:"requestId"`
	// Error is the code that was answered, or empty.
	Error string `json:"error,omitempty"`
	// Fault says that the error was asked for by a fault.
	Fault bool `json:"fault,omitempty"`
}

// Calls is the record of answered calls. The zero value is an empty record. It may be
// used concurrently.
type Calls struct {
	mu     sync.Mutex // guards what follows
	recent []Call     // a ring once it is full
	next   int        // where the ring goes on
	counts map[string]int
}

// Add records a call.
func (c *Calls) Add(call Call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.counts == nil {
		c.counts = map[string]int{}
	}
	c.counts[call.Service+":"+call.Action]++
	if len(c.recent) < MaxCalls {
		c.recent = append(c.recent, call)
		return
	}
	c.recent[c.next] = call
	c.next = (c.next + 1) % MaxCalls
}

// List returns the last MaxCalls calls, oldest first.
func (c *Calls) List() []Call {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make([]Call, 0, len(c.recent))
	out = append(out, c.recent[c.next:]...)
	return append(out, c.recent[:c.next]...)
}

// Summary returns how often each action was called since the last reset, by
// "service:Action", calls that are no longer listed included.
func (c *Calls) Summary() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := map[string]int{}
	maps.Copy(out, c.counts)
	return out
}

func (c *Calls) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.recent, c.next, c.counts = nil, 0, nil
}
