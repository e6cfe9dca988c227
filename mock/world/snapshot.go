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

type snapshot struct {
	Version  int                        `json:"version"`
	Settings Settings                   `json:"settings"`
	Clock    ClockReading               `json:"clock"`
	Now      time.Time                  `json:"now"`
	IDs      []byte                     `json:"ids"`
	Seq      uint64                     `json:"seq"`
	Events   []savedEvent               `json:"events"`
	Faults   json.RawMessage            `json:"faults,omitempty"`
	States   map[string]json.RawMessage `json:"states"`
}

type savedEvent struct {
	At    time.Time       `json:"at"`
	Seq   uint64          `json:"seq"`
	Topic string          `json:"topic"`
	Scope Scope           `json:"scope"`
	Data  json.RawMessage `json:"data"`
}

// Snapshot returns the whole world as JSON: the clock, the queue and every registered
// state, and the faults in force. The record of calls is not part of it.
func (w *World) Snapshot() ([]byte, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.catchUp()
	s := snapshot{Version: SnapshotVersion, Settings: w.settings, Clock: w.clock.reading(), Now: w.now,
		Seq: w.queue.seq, States: map[string]json.RawMessage{}}
	var err error
	if s.IDs, err = w.ids.pcg.MarshalBinary(); err != nil {
		return nil, fmt.Errorf("snapshot of ids: %w", err)
	}
	if s.Faults, err = w.Faults.MarshalJSON(); err != nil {
		return nil, fmt.Errorf("snapshot of faults: %w", err)
	}
	for _, e := range w.queue.events {
		data, err := json.Marshal(e.data)
		if err != nil {
			return nil, fmt.Errorf("snapshot of event %s: %w", e.topic, err)
		}
		s.Events = append(s.Events, savedEvent{e.at, e.seq, e.topic, e.scope, data})
	}
	for name, st := range w.states {
		if s.States[name], err = json.Marshal(st.Snapshot()); err != nil {
			return nil, fmt.Errorf("snapshot of %s: %w", name, err)
		}
	}
	return json.Marshal(s)
}

// Restore replaces the world with a snapshot and plays what has become due since. On an
// error the world is left empty.
func (w *World) Restore(data []byte) error {
	var s snapshot
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

func (w *World) restore(s snapshot) error {
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
