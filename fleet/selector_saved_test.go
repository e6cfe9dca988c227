package fleet

import (
	"errors"
	"fmt"
	"testing"
)

// doubling saves selectors each of which uses the one before twice, so that the last would be two to the power of thirty parts.
func doubling(name string) (Definition, error) {
	var n int
	if _, err := fmt.Sscanf(name, "x%d", &n); err != nil || n == 0 {
		return Definition{Text: "role=web"}, nil
	}
	return Definition{Text: fmt.Sprintf("@x%d or not @x%d,a=%d", n-1, n-1, n)}, nil
}

func TestSavedSelectorsStandForTheirDefinition(t *testing.T) {
	lookup := func(name string) (Definition, error) {
		return Definition{Text: map[string]string{
			"web": "role=web or role=www", "live": "@web,state=running", "everything": "all", "canary": idB + " " + idA,
		}[name], Where: "file:1"}, nil
	}
	for text, want := range map[string]string{
		"@web":                  "tag:role=web or tag:role=www",
		"@live":                 "(tag:role=web or tag:role=www),state=running",
		"not @web,env=dev":      "not (tag:role=web or tag:role=www),tag:env=dev",
		"@web or @live":         "tag:role=web or tag:role=www or (tag:role=web or tag:role=www),state=running",
		"@everything":           "all",
		"@canary":               idA + " " + idB,
		"@canary,state=running": "id in (" + idA + "," + idB + "),state=running",
	} {
		got, err := ParseSaved([]string{text}, lookup)
		if err != nil || got.String() != want {
			t.Errorf("%s: got %s, error %v, want %s", text, got, err, want)
		}
	}
}

func TestSavedSelectorsAreRefusedWhereTheyAreWritten(t *testing.T) {
	broken := errors.New("the file is gone")
	lookup := func(name string) (Definition, error) {
		switch name {
		case "gone":
			return Definition{}, broken
		case "none":
			return Definition{}, nil
		}
		return Definition{Text: map[string]string{
			"loop": "role=web,@back", "back": "not @loop", "bad": "stat=running", "deep": "@bad,a=b", "blank": " ,", "everything": "all", "web": "role=web",
		}[name], Where: "file:" + name}, nil
	}
	tests := []struct {
		text string
		want SelectorError
	}{
		{"@none", SelectorError{Kind: UnknownSaved, Text: "@none", Pos: 1}},
		{"a=b,@loop", SelectorError{Kind: SavedCycle, Text: "@loop", Pos: 5, Where: "file:back"}},
		{"@bad", SelectorError{Kind: UnknownKey, Text: "stat", Key: "state", Pos: 1, Where: "file:bad"}},
		{"@deep", SelectorError{Kind: UnknownKey, Text: "stat", Key: "state", Pos: 1, Where: "file:bad"}},
		{"@blank", SelectorError{Kind: EmptySelector, Where: "file:blank"}},
		{"@everything,role=web", SelectorError{Kind: AllWithMore, Text: "@everything,role=web"}},
		{"@web,role=db", SelectorError{Kind: Contradiction, Text: "@web,role=db", Key: "role"}},
	}
	for _, tt := range tests {
		_, err := ParseSaved([]string{tt.text}, lookup)
		if got, ok := errors.AsType[*SelectorError](err); !ok || *got != tt.want {
			t.Errorf("%s: got %+v, want %+v", tt.text, err, tt.want)
		}
	}
	if _, err := ParseSaved([]string{"@gone"}, lookup); !errors.Is(err, broken) {
		t.Errorf("an error of the lookup became %v", err)
	}
	_, err := ParseSaved([]string{"@x30"}, doubling)
	if got, ok := errors.AsType[*SelectorError](err); !ok || got.Kind != TooLong {
		t.Errorf("a selector that doubles thirty times: %.80v", err)
	}
}
