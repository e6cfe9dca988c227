package wire_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/mock/wire"
)

func TestPagesFollowEachOtherWhileItemsGo(t *testing.T) {
	items := []int64{2, 3, 5, 7, 11, 13}
	key := func(n int64) int64 { return n }
	first, next, ok := wire.Page("List", items, 2, nil, key)
	if diff := cmp.Diff([]int64{2, 3}, first); diff != "" || !ok || next == nil {
		t.Fatalf("first page: %v %v\n%s", next, ok, diff)
	}
	second, next, ok := wire.Page("List", []int64{2, 7, 11, 13}, 2, next, key) // 3 and 5 are gone
	if diff := cmp.Diff([]int64{7, 11}, second); diff != "" || !ok || next == nil {
		t.Fatalf("second page: %v %v\n%s", next, ok, diff)
	}
	last, end, ok := wire.Page("List", items, 2, next, key)
	if diff := cmp.Diff([]int64{13}, last); diff != "" || !ok || end != nil {
		t.Errorf("last page: %v %v\n%s", end, ok, diff)
	}
	for _, token := range []string{"nonsense", *next + "x", "TGlzdDo"} {
		if _, _, ok := wire.Page("List", items, 2, &token, key); ok {
			t.Errorf("token %q was taken", token)
		}
	}
	if _, _, ok := wire.Page("Other", items, 2, next, key); ok {
		t.Error("a token of another list was taken")
	}
}

func FuzzPage(f *testing.F) {
	f.Add("TGlzdDo1", 3)
	f.Fuzz(func(t *testing.T, token string, size int) {
		page, _, ok := wire.Page("List", []int64{2, 3, 5, 7}, max(0, size), &token, func(n int64) int64 { return n })
		if !ok && page != nil {
			t.Error("a page for a bad token")
		}
	})
}
