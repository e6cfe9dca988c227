package node

import (
	"cmp"
	"slices"
)

// sortEntries puts files in the order of ls: by name in byte order, as in the
// C.UTF-8 locale, or first by time or size.
func sortEntries(entries []entry, byTime, bySize, reverse bool, v facts) []entry {
	slices.SortFunc(entries, func(a, b entry) int {
		order := 0
		switch {
		case byTime:
			order = b.file.mtime.Compare(a.file.mtime)
		case bySize:
			order = cmp.Compare(b.file.size(v), a.file.size(v))
		}
		return cmp.Or(order, cmp.Compare(a.name, b.name))
	})
	if reverse {
		slices.Reverse(entries)
	}
	return entries
}
