package world

import (
	"fmt"
	"math/rand/v2"
)

// ids makes identifiers that depend on the seed alone, so that rehearsals repeat.
type ids struct {
	pcg *rand.PCG
	*rand.Rand
}

func newIDs(seed uint64) ids {
	pcg := rand.NewPCG(seed, 0x6d7573746572) // "muster"
	return ids{pcg, rand.New(pcg)}
}

// ID returns a new resource identifier: prefix and 17 hexadecimal digits, as in i-0123456789abcdef0.
func (w *World) ID(prefix string) string {
	return fmt.Sprintf("%s-0%016x", prefix, w.ids.Uint64())
}

// UUID returns a new random (version 4) UUID, which is the form of command ids.
func (w *World) UUID() string {
	a, b := w.ids.Uint64(), w.ids.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x",
		a>>32, a>>16&0xffff, a&0xfff, b>>48&0x3fff|0x8000, b&0xffffffffffff)
}

// Vary returns a fraction in [0, 1) for a small variation, from the same seeded source.
func (w *World) Vary() float64 { return w.ids.Float64() }
