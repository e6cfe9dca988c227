// Package world is what the services of the offline AWS share: the clock, the one
// event queue, identifiers, faults, and the record of calls. It holds no resource of
// any service and knows no wire format.
//
// Start with [World] and [Topic]. A service keeps its own resources per [Scope],
// changes them only inside [World.Do] or in a handler of a topic, and says what
// happens later by putting an event into the queue: nothing else in the mock waits.
// What one service does to another is an event of a topic that both know (topics.go).
package world

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// DefaultAccount is the account of every access key that is not itself an account
// number, as users of such servers expect.
const DefaultAccount = "123456789012"

// DefaultLag is the time a new instance takes from pending to running when nothing
// else is asked for. assumed: AWS publishes no figure; field experience is 5 to 30 s.
const DefaultLag = 10 * time.Second

// Scope is where a resource lives: one account in one region.
type Scope struct {
	Account string `json:"account"`
	Region  string `json:"region"`
}

type scopeKey struct{}

// WithScope returns a context that carries the caller's account and region.
func WithScope(ctx context.Context, s Scope) context.Context {
	return context.WithValue(ctx, scopeKey{}, s)
}

// ScopeOf returns the account and region that WithScope put into ctx, or the zero Scope.
func ScopeOf(ctx context.Context) Scope {
	s, _ := ctx.Value(scopeKey{}).(Scope)
	return s
}

// Settings are what a World is made with. The zero value is the documented default.
type Settings struct {
	// Seed chooses the identifiers that the world hands out and its small variations in
	// delay: the same seed and the same calls give the same ids.
	Seed uint64 `json:"seed"`
	// Lag is the time a new instance takes from pending to running; every other delay
	// keeps its proportion to it. Nil means DefaultLag, zero means no delay anywhere.
	Lag *time.Duration `json:"lag,omitempty"`
}

// World is the state that the mock's services share. Its methods may be called
// concurrently unless they say otherwise.
type World struct {
	// mu guards everything below, and through Do every service's state. It is never held
	// while waiting for time to pass.
	mu       sync.Mutex
	settings Settings
	clock    Clock
	now      time.Time // the instant being played; set by Do and by the queue
	queue    queue
	work     []*work
	ids      ids
	handlers map[string][]func(event)             // by topic
	decoders map[string]func([]byte) (any, error) // of events in a state file, by topic
	states   map[string]Stateful
	facts    func(id string) (Facts, bool) // EC2's; nil where there is none
	metadata func(Facts) Metadata          // the metadata service's; nil where there is none

	seed     atomic.Uint64 // settings.Seed, for what is sealed outside Do
	revision atomic.Uint64 // grows with every change

	// Faults are the errors that callers have asked for.
	Faults Faults
	// Calls is the record of the API calls that were answered.
	Calls Calls
}

// New returns an empty world whose clock follows the host's.
func New(s Settings) *World {
	w := &World{handlers: map[string][]func(event){}, decoders: map[string]func([]byte) (any, error){}, states: map[string]Stateful{}}
	w.start(s)
	return w
}

// start brings everything but the registrations to the state of a new world.
func (w *World) start(s Settings) {
	w.changed()
	w.settings = s
	w.seed.Store(s.Seed)
	w.clock = newClock()
	w.now = w.clock.Now()
	w.queue = queue{}
	w.work = nil
	w.ids = newIDs(s.Seed)
	w.Faults.Clear()
	w.Calls.clear()
}

// Settings returns what the world was made with, or last reset to.
func (w *World) Settings() Settings {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.settings
}

// Do runs f with the world to itself, after playing every event that is due, and plays
// the events that f makes due before it returns. f must not call Do.
func (w *World) Do(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.catchUp()
	w.changed()
	f()
	w.catchUp()
}

// Look runs f as Do does. f changes nothing that a state file keeps.
func (w *World) Look(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.catchUp()
	f()
}

// Revision is a number that grows with every change of what Snapshot returns, but for
// the time, and sometimes without one. It may be called concurrently.
func (w *World) Revision() uint64 { return w.revision.Load() + w.Faults.revision.Load() }

func (w *World) changed() { w.revision.Add(1) }

// Now is the world's time: the instant that is being played. It may be called only from
// inside Do or a topic's handler.
func (w *World) Now() time.Time { return w.now }

// Delay scales a believable delay, given for DefaultLag, to the world's own lag.
func (w *World) Delay(d time.Duration) time.Duration {
	if w.settings.Lag == nil {
		return d
	}
	return time.Duration(float64(d) * float64(*w.settings.Lag) / float64(DefaultLag))
}

// Reset empties the world and every registered state, and starts it again with s.
func (w *World) Reset(s Settings) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.start(s)
	for _, st := range w.states {
		st.Reset()
	}
}
