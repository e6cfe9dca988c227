package world

import (
	"container/heap"
	"encoding/json"
	"runtime"
	"sync"
	"time"
)

// Topic is a kind of event: its name, stable in state files, and the type of its data.
// Topics are package-level constants in effect: declare them once, in the service that
// owns them, or in topics.go when two services share one.
type Topic[T any] struct{ Name string }

// On registers f to be called, in the world's order, for each event of the topic. Call
// it while a service is being built, before the world is used.
func (t Topic[T]) On(w *World, f func(Scope, T)) {
	w.handlers[t.Name] = append(w.handlers[t.Name], func(e event) { f(e.scope, e.data.(T)) })
	w.decoders[t.Name] = func(data []byte) (any, error) {
		var v T
		err := json.Unmarshal(data, &v)
		return v, err
	}
}

// After puts an event into the queue, due d from the world's present instant. d is taken
// as it is: scale believable delays with [World.Delay] first.
func (t Topic[T]) After(w *World, d time.Duration, s Scope, data T) {
	w.queue.push(event{at: w.now.Add(d), topic: t.Name, scope: s, data: data})
}

// Publish puts an event into the queue, due at once: it is played before Do returns,
// after what is already due.
func (t Topic[T]) Publish(w *World, s Scope, data T) { t.After(w, 0, s, data) }

type event struct {
	at    time.Time
	seq   uint64 // breaks ties: events of one instant are played in the order they were made
	topic string
	scope Scope
	data  any // the topic's T
}

// queue is a heap of events by time, then by order of creation.
type queue struct {
	events []event
	seq    uint64
}

func (q *queue) push(e event) {
	q.seq++
	e.seq = q.seq
	heap.Push(q, e)
}

// Len, Less, Swap, Push and Pop serve container/heap.

// Len returns the number of events that wait.
func (q *queue) Len() int { return len(q.events) }

// Less orders two events.
func (q *queue) Less(i, j int) bool {
	a, b := &q.events[i], &q.events[j]
	if !a.at.Equal(b.at) {
		return a.at.Before(b.at)
	}
	return a.seq < b.seq
}

// Swap exchanges two events.
func (q *queue) Swap(i, j int) { q.events[i], q.events[j] = q.events[j], q.events[i] }

// Push appends an event.
func (q *queue) Push(x any) { q.events = append(q.events, x.(event)) }

// Pop removes the last event.
func (q *queue) Pop() any {
	last := len(q.events) - 1
	e := q.events[last]
	q.events[last] = event{}
	q.events = q.events[:last]
	return e
}

// catchUp plays every event that is due, each at its own instant, whoever looks and
// whenever: what a caller sees depends on the clock alone. It ends at the clock's time.
func (w *World) catchUp() {
	target := w.clock.Now()
	if target.Before(w.now) {
		target = w.now
	}
	for w.step(target) {
	}
	w.now = target
}

// step plays the next thing due by target and reports whether there was one.
func (w *World) step(target time.Time) bool {
	next := w.queue.Len() > 0 && !w.queue.events[0].at.After(target)
	if len(w.work) > 0 && (!next || w.queue.events[0].at.After(w.work[0].start.Add(w.Delay(WorkSpan)))) {
		w.changed()
		w.finishWork()
		return true
	}
	if !next {
		return false
	}
	w.changed()
	e := heap.Pop(&w.queue).(event)
	if e.at.After(w.now) {
		w.now = e.at
	}
	for _, f := range w.handlers[e.topic] {
		f(e)
	}
	return true
}

// WorkSpan is the least time between the start of a piece of work and anything that
// follows from it, scaled by World.Delay: work whose starts lie within it is computed
// side by side.
const WorkSpan = 50 * time.Millisecond

type work struct {
	start time.Time
	done  sync.WaitGroup
	apply func()
}

// Work computes something long beside other work of the same span, on at most as many
// goroutines as there are processors, and then calls apply with the world's time set
// back to the present instant. compute must not touch the world; what apply schedules
// must lie at least the scaled WorkSpan ahead of that instant.
func (w *World) Work(compute, apply func()) {
	j := &work{start: w.now, apply: apply}
	if limit := runtime.GOMAXPROCS(0); len(w.work) >= limit {
		w.work[len(w.work)-limit].done.Wait()
	}
	w.work = append(w.work, j)
	j.done.Go(compute)
}

// finishWork waits for the work under way (it computes; it does not wait for time) and
// applies the results in the order in which the work was started.
func (w *World) finishWork() {
	jobs := w.work
	w.work = nil
	reached := w.now
	for _, j := range jobs {
		j.done.Wait()
		w.now = j.start
		j.apply()
	}
	w.now = reached
}
