package command

import (
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

const testKey = Key("01ARZ3NDEKTSV4RRFFQ69G5FAV")

func TestCommentStartsWithKeyAndMark(t *testing.T) {
	tests := []struct{ mark, text, want string }{
		{"1", "", "01ARZ3NDEKTSV4RRFFQ69G5FAV/1"},
		{"12ab", "patch day", "01ARZ3NDEKTSV4RRFFQ69G5FAV/12ab patch day"},
		{"1", " two\nlines\t", "01ARZ3NDEKTSV4RRFFQ69G5FAV/1 two lines"},
		{"1", strings.Repeat("x", 100), "01ARZ3NDEKTSV4RRFFQ69G5FAV/1 " + strings.Repeat("x", 71)},
		{"1", strings.Repeat("é", 100), "01ARZ3NDEKTSV4RRFFQ69G5FAV/1 " + strings.Repeat("é", 71)},
		{"1", strings.Repeat("🙂", 100), "01ARZ3NDEKTSV4RRFFQ69G5FAV/1 " + strings.Repeat("🙂", 35)},
	}
	for _, test := range tests {
		if got := commentOf(testKey, test.mark, test.text); got != test.want {
			t.Errorf("mark %s, text %q: %q, want %q", test.mark, test.text, got, test.want)
		}
	}
}

func TestParseCommentRefusesWhatWeDidNotWrite(t *testing.T) {
	for _, comment := range []string{
		"", "patch day", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FAV 1", "01ARZ3NDEKTSV4RRFFQ69G5FAV/",
		"01ARZ3NDEKTSV4RRFFQ69G5FAV/a", "01ARZ3NDEKTSV4RRFFQ69G5FAV/01", "01ARZ3NDEKTSV4RRFFQ69G5FAV/1c", "x/1",
	} {
		if _, _, ok := ParseComment(comment); ok {
			t.Errorf("%q is taken for the comment of a run", comment)
		}
	}
}

func FuzzComment(f *testing.F) {
	f.Add("patch day")
	f.Add("\x00\xff🙂/1")
	f.Fuzz(func(t *testing.T, text string) {
		if key, mark, ok := ParseComment(text); ok && !strings.HasPrefix(text, string(key)+"/"+mark) {
			t.Errorf("%q gives key %q and mark %q", text, key, mark)
		}
		comment := commentOf(testKey, "7b", text)
		if n := len(utf16.Encode([]rune(comment))); n > maxCommentLength {
			t.Errorf("%q has %d characters", comment, n)
		}
		if utf8.ValidString(text) && !utf8.ValidString(comment) {
			t.Errorf("%q is cut inside a character", comment)
		}
		if key, mark, ok := ParseComment(comment); !ok || key != testKey || mark != "7b" {
			t.Errorf("%q gives key %q, mark %q, %t", comment, key, mark, ok)
		}
	})
}
