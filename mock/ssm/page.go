package ssm

import "github.com/musterhq/muster/mock/wire"

// cutPage returns a page of items and the token of the next one. size is checked already.
func cutPage[T any](op string, items []T, size int, token *string, key func(T) int64) ([]T, *string, error) {
	items, next, ok := wire.Page(op, items, size, token, key)
	if !ok {
		return nil, nil, modelled("InvalidNextToken", "The specified token is not valid.") // assumed: the text
	}
	return items, next, nil
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
