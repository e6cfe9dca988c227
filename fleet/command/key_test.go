package command

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestKeyHoldsItsTime(t *testing.T) {
	now := time.Date(2026, 3, 29, 1, 59, 59, 123_000_000, time.UTC)
	key, err := NewKey(now, bytes.NewReader(make([]byte, 10)))
	if err != nil {
		t.Fatal(err)
	}
	if len(key) != 26 || !key.Time().Equal(now) {
		t.Errorf("key %s of %d characters holds %s, want %s", key, len(key), key.Time(), now)
	}
	if !strings.HasSuffix(string(key), "0000000000000000") {
		t.Errorf("key %s does not end with its random part", key)
	}
}

// The example of the ULID specification: 01ARZ3NDEKTSV4RRFFQ69G5FAV was made at 1469922850259 ms.
func TestKeyIsAULID(t *testing.T) {
	random := []byte{0xd6, 0x76, 0x4c, 0x61, 0xef, 0xb9, 0x93, 0x02, 0xbd, 0x5b}
	key, err := NewKey(time.UnixMilli(1469922850259), bytes.NewReader(random))
	if err != nil || key != "01ARZ3NDEKTSV4RRFFQ69G5FAV" {
		t.Errorf("key %s, error %v", key, err)
	}
}

func TestKeysSortByTime(t *testing.T) {
	var keys []Key
	random := strings.NewReader(strings.Repeat("zyxwvutsrq", 50))
	for i := range 50 {
		key, err := NewKey(time.UnixMilli(int64(i)*977), random)
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key)
	}
	if !slices.IsSorted(keys) {
		t.Errorf("keys %v are not sorted", keys)
	}
}

func TestKeyNeedsRandomness(t *testing.T) {
	if _, err := NewKey(time.Now(), io.LimitReader(strings.NewReader("0123456789"), 9)); err == nil {
		t.Error("a key was made of nine random bytes")
	}
}

func TestParseKeyRefuses(t *testing.T) {
	for _, text := range []string{
		"", "01ARZ3NDEKTSV4RRFFQ69G5FA", "01ARZ3NDEKTSV4RRFFQ69G5FAVV", "01arz3ndektsv4rrffq69g5fav",
		"01ARZ3NDEKTSV4RRFFQ69G5FAU", "81ARZ3NDEKTSV4RRFFQ69G5FAV",
	} {
		if key, err := ParseKey(text); err == nil {
			t.Errorf("%q is taken for key %s", text, key)
		}
	}
	if !Key("nonsense").Time().IsZero() {
		t.Error("what is no key has a time")
	}
}

func FuzzParseKey(f *testing.F) {
	f.Add("01ARZ3NDEKTSV4RRFFQ69G5FAV")
	f.Add("81ARZ3NDEKTSV4RRFFQ69G5FAV")
	f.Fuzz(func(t *testing.T, text string) {
		key, err := ParseKey(text)
		if err != nil {
			if key != "" {
				t.Errorf("%q was refused and read as %q", text, key)
			}
			return
		}
		if string(key) != text || key.Time().IsZero() {
			t.Errorf("%q was read as %q of %v", text, key, key.Time())
		}
	})
}
