package wire

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
)

// Page returns at most size items of a list from where a token says, and the token of the next
// page, nil at the end. key gives an item its place: keys are not negative, grow along the items and never change,
// so that a token stays good while items come and go. A token that is not one of the list op is
// not ok; nil and empty mean the beginning.
func Page[T any](op string, items []T, size int, token *string, key func(T) int64) (page []T, next *string, ok bool) {
	return PageOf(op, size, token, func(after int64) iter.Seq[T] {
		from, _ := slices.BinarySearchFunc(items, after, func(item T, k int64) int { return cmp.Compare(key(item), k+1) })
		return slices.Values(items[from:])
	}, key)
}

// PageOf is [Page] of items that are not in a list: from yields those whose keys are beyond the one
// given, in order. No more of them are taken than the page needs.
func PageOf[T any](op string, size int, token *string, from func(after int64) iter.Seq[T], key func(T) int64) (page []T, next *string, ok bool) {
	after := int64(-1)
	if token != nil && *token != "" {
		if after, ok = readToken(op, *token); !ok {
			return nil, nil, false
		}
	}
	for item := range from(after) {
		if len(page) == size {
			if size == 0 {
				return nil, nil, true
			}
			raw := fmt.Appendf(nil, "%s:%d", op, key(page[size-1]))
			return page, new(base64.RawURLEncoding.EncodeToString(raw)), true
		}
		page = append(page, item)
	}
	return page, nil, true
}

// readToken returns the key after which a page begins.
func readToken(op, token string) (after int64, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	digits, ours := strings.CutPrefix(string(raw), op+":")
	after, numErr := strconv.ParseInt(digits, 10, 64)
	return after, err == nil && ours && numErr == nil && after >= 0
}
