package ssm

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/musterhq/muster/mock/wire"
)

// cutPage returns a page of items and the token of the next one, nil at the end. key
// gives an item its place: keys grow along items and never change. size is already checked.
func cutPage[T any](op string, items []T, size int, token *string, key func(T) int64) ([]T, *string, error) {
	after := int64(-1)
	if token != nil && *token != "" {
		raw, err := base64.StdEncoding.DecodeString(*token)
		digits, ok := strings.CutPrefix(string(raw), op+":")
		n, numErr := strconv.ParseInt(digits, 10, 64)
		if err != nil || !ok || numErr != nil {
			return nil, nil, modelled("InvalidNextToken", "The specified token is not valid.") // assumed: the text
		}
		after = n
	}
	from, _ := slices.BinarySearchFunc(items, after, func(item T, k int64) int { return cmp.Compare(key(item), k+1) })
	items = items[from:]
	if len(items) <= size {
		return items, nil, nil
	}
	next := base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%s:%d", op, key(items[size-1])))
	return items[:size], new(next), nil
}

// pageSize checks MaxResults against an operation's range; most when not given.
func pageSize(v *wire.Validation, asked *int32, least, most int32) int {
	v.Range("maxResults", asked, least, most)
	if asked == nil {
		return int(most)
	}
	return int(*asked)
}

func filtered[T any](items []T, match func(T) bool) []T {
	var out []T
	for _, i := range items {
		if match(i) {
			out = append(out, i)
		}
	}
	return out
}

func mapped[A, B any](in []A, f func(A) B) []B {
	out := make([]B, 0, len(in))
	for _, a := range in {
		out = append(out, f(a))
	}
	return out
}
