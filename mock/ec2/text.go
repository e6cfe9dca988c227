package ec2

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// deref reads a string member; absent is empty.
func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// number reads a number; absent is 0.
func number(n *int32) int32 {
	if n == nil {
		return 0
	}
	return *n
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func isSet(b *bool) bool { return b != nil && *b }

func boolText(b bool) string { return strconv.FormatBool(b) }

func commaList(items []string) string { return strings.Join(items, ", ") }

// asked says whether an item is among those named, where naming none means all.
func asked[T comparable](named []T, item T) bool {
	return len(named) == 0 || slices.Contains(named, item)
}

func mapped[A, B any](in []A, f func(A) B) []B {
	out := make([]B, 0, len(in))
	for _, a := range in {
		out = append(out, f(a))
	}
	return out
}

// ec2Time is how EC2 prints a time inside a text.
func ec2Time(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") + " GMT" }

// sdkTags turns tags into the SDK's form, ordered by key.
func sdkTags(tags map[string]string) []types.Tag {
	out := make([]types.Tag, 0, len(tags))
	for _, k := range slices.Sorted(maps.Keys(tags)) {
		out = append(out, types.Tag{Key: new(k), Value: new(tags[k])})
	}
	return out
}
