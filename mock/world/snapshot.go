package world

import (
	"container/heap"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"
)

// SnapshotVersion is the version of the state file's format.
const SnapshotVersion = 2

// Stateful is a service's state as the world keeps it in a state file. Its methods are
// called with the world to themselves.
type Stateful interface {
	// Snapshot returns the state as JSON-serialisable data.
	Snapshot() any
	// Restore replaces the state with what Snapshot once returned. On an error the
	// world is reset.
	Restore(json.RawMessage) error
	// Reset empties the state.
	Reset()
}

// Register adds a service's state under a name that is stable in state files. Call it
// while the service is being built.
func (w *World) Register(name string, s Stateful) { w.states[name] = s }

// snapshot is the state file: T is any where it is written, so that everything is encoded
// once, and json.RawMessage where it is read.
type snapshot[T any] struct {
	Version  int             `json:"version"`
	Settings Settings        `json:"settings"`
	Clock    ClockReading    `json:"clock"`
	Now      time.Time       `json:"now"`
	IDs      []byte          `json:"ids"`
	Seq      uint64          `json:"seq"`
	Events   []savedEvent[T] `json:"events"`
	Faults   T               `json:"faults,omitempty"`
	States   map[string]T    `json:"states"`
}

type savedEvent[T any] struct {
	At    time.Time `json:"at"`
	Seq   uint64    `json:"seq"`
	Topic string    `json:"topic"`
	Scope Scope     `json:"scope"`
	Data  T         `json:"data"`
}

// Snapshot returns the whole world as JSON: the clock, the queue and every registered
// state, and the faults in force. The record of calls is not part of it. Calls wait while
// it is made.
func (w *World) Snapshot() ([]byte, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.catchUp()
	s := snapshot[any]{Version: SnapshotVersion, Settings: w.settings, Clock: w.clock.reading(), Now: w.now,
		Seq: w.queue.seq, Faults: &w.Faults, States: map[string]any{}}
	var err error
	if s.IDs, err = w.ids.pcg.MarshalBinary(); err != nil {
		return nil, fmt.Errorf("snapshot of ids: %w", err)
	}
	for _, e := range w.queue.events {
		s.Events = append(s.Events, savedEvent[any]{e.at, e.seq, e.topic, e.scope, e.data})
	}
	for name, st := range w.states {
		s.States[name] = st.Snapshot()
	}
	data, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	return data, nil
}

// Restore replaces the world with a snapshot and plays what has become due since. On an
// error the world is left empty.
func (w *World) Restore(data []byte) error {
	var s snapshot[json.RawMessage]
	if err := json.Unmarshal(data, &s); err != nil {
		return fmt.Errorf("read state: %w", err)
	}
	if s.Version != SnapshotVersion {
		return fmt.Errorf("read state: it has version %d; this muster reads %d", s.Version, SnapshotVersion)
	}
	w.Reset(s.Settings)
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.restore(s); err != nil {
		w.start(s.Settings)
		for _, st := range w.states {
			st.Reset()
		}
		return fmt.Errorf("read state: %w", err)
	}
	w.catchUp()
	return nil
}

func (w *World) restore(s snapshot[json.RawMessage]) error {
	w.clock.restore(s.Clock)
	w.now = s.Now
	if err := w.ids.pcg.UnmarshalBinary(s.IDs); err != nil {
		return err
	}
	w.ids.Rand = rand.New(w.ids.pcg)
	if s.Faults != nil {
		if err := w.Faults.UnmarshalJSON(s.Faults); err != nil {
			return fmt.Errorf("faults: %w", err)
		}
	}
	for _, e := range s.Events {
		decode, ok := w.decoders[e.Topic]
		if !ok {
			return fmt.Errorf("unknown event %q", e.Topic)
		}
		data, err := decode(e.Data)
		if err != nil {
			return fmt.Errorf("event %s: %w", e.Topic, err)
		}
		w.queue.events = append(w.queue.events, event{e.At, e.Seq, e.Topic, e.Scope, data})
	}
	heap.Init(&w.queue)
	w.queue.seq = s.Seq
	for name, raw := range s.States {
		st, ok := w.states[name]
		if !ok {
			return fmt.Errorf("unknown service %q", name)
		}
		if err := st.Restore(raw); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}
