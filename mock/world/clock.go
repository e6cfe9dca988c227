package world

import (
	"fmt"
	"time"
)

// Clock tells the mock's time: the host's time, moved, slowed down, sped up or stopped.
// Signatures and Date headers follow the host; resources follow this clock.
// The zero value is not useful; a World has one. It is not safe for concurrent use.
type Clock struct {
	host   time.Time // the host's time at which the clock was last set
	world  time.Time // the clock's time at that moment
	rate   float64   // world seconds per host second
	frozen bool
}

// ClockReading is a clock's state as data: what `/_muster/clock` answers and a state file keeps.
type ClockReading struct {
	// Now is the mock's time.
	Now time.Time `json:"now"`
	// Host is the host's time of the same moment.
	Host time.Time `json:"host"`
	// Rate is how many seconds of the mock pass in one second of the host; it is kept
	// while the clock is frozen.
	Rate float64 `json:"rate"`
	// Frozen says that the clock stands still until it is thawed or advanced.
	Frozen bool `json:"frozen"`
}

func newClock() Clock {
	now := hostNow()
	return Clock{host: now, world: now, rate: 1}
}

// hostNow reads the host's wall clock, in UTC and without the monotonic part, so that
// a reading survives in a state file.
func hostNow() time.Time { return time.Now().UTC().Round(0) }

// Now returns the clock's time, in UTC.
func (c *Clock) Now() time.Time {
	if c.frozen {
		return c.world
	}
	passed := hostNow().Sub(c.host)
	return c.world.Add(time.Duration(float64(passed) * c.rate))
}

func (c *Clock) reading() ClockReading {
	return ClockReading{Now: c.Now(), Host: hostNow(), Rate: c.rate, Frozen: c.frozen}
}

// restore sets the clock so that it has gone on since the reading was taken.
func (c *Clock) restore(r ClockReading) {
	*c = Clock{host: r.Host, world: r.Now, rate: r.Rate, frozen: r.Frozen}
}

// set re-anchors the clock at its present time before f changes it.
func (c *Clock) set(f func()) {
	c.world, c.host = c.Now(), hostNow()
	f()
}

// ReadClock returns the mock's time and how it moves.
func (w *World) ReadClock() ClockReading {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock.reading()
}

// Advance moves the mock's clock forward by d at once and plays what falls into that
// time. A clock does not go back: a negative d is refused.
func (w *World) Advance(d time.Duration) error {
	if d < 0 {
		return fmt.Errorf("advance the clock by %s: time does not go back", d)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.changed()
	w.clock.set(func() { w.clock.world = w.clock.world.Add(d) })
	w.catchUp()
	return nil
}

// Freeze stops the mock's clock; Advance still moves it.
func (w *World) Freeze() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.changed()
	w.clock.set(func() { w.clock.frozen = true })
}

// Thaw lets a frozen clock go on at its rate.
func (w *World) Thaw() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.changed()
	w.clock.set(func() { w.clock.frozen = false })
}

// SetRate makes rate seconds of the mock pass in each second of the host. The rate
// must be above zero and at most 1,000,000; Freeze stops the clock.
func (w *World) SetRate(rate float64) error {
	if !(rate > 0 && rate <= 1e6) {
		return fmt.Errorf("set the clock's rate to %v: must be above 0 and at most 1000000", rate)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.changed()
	w.clock.set(func() { w.clock.rate = rate })
	return nil
}
