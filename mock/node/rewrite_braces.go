package node

import (
	"math"
	"strconv"

	"mvdan.cc/sh/v3/syntax"
)

// braceCount is how many words the brace expansions of a word make.
func braceCount(w *syntax.Word) int {
	split := &syntax.Word{Parts: append([]syntax.WordPart(nil), w.Parts...)}
	if !syntax.SplitBraces(split) {
		return 1
	}
	return countBraces(split)
}

func countBraces(w *syntax.Word) int {
	n := 1
	for _, part := range w.Parts {
		if be, ok := part.(*syntax.BraceExp); ok {
			n = min(n*countElems(be), maxBraces+1)
		}
	}
	return n
}

// countElems counts {a,b} by its elements and {x..y} by its bounds.
func countElems(be *syntax.BraceExp) int {
	if be.Sequence {
		return sequenceLen(be.Elems[0].Lit(), be.Elems[1].Lit())
	}
	n := 0
	for _, e := range be.Elems {
		n = min(n+countBraces(e), maxBraces+1)
	}
	return n
}

// sequenceLen is the length of {from..to} without its step.
func sequenceLen(from, to string) int {
	a, errA := strconv.Atoi(from)
	b, errB := strconv.Atoi(to)
	if errA != nil || errB != nil {
		if len(from) == 1 && len(to) == 1 {
			return 256
		}
		return maxBraces + 1
	}
	return int(min(math.Abs(float64(a)-float64(b))+1, maxBraces+1))
}
