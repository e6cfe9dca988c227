package cmd

import (
	"strings"
	"testing"
)

func TestYAMLStringsAreStringsToEveryReader(t *testing.T) {
	tests := []struct{ in, want string }{
		{"running", "running"},
		{"Amazon Linux", "Amazon Linux"},
		{"/srv/app", "/srv/app"},
		{"http://127.0.0.1:4747", "http://127.0.0.1:4747"},
		{"", `""`},
		{"yes", `"yes"`},
		{"No", `"No"`},
		{"n", `"n"`},
		{"null", `"null"`},
		{"1", `"1"`},
		{"0x1f", `"0x1f"`},
		{"1:30", `"1:30"`},
		{"2000-01-01", `"2000-01-01"`},
		{"a: b", `"a: b"`},
		{"a:", `"a:"`},
		{"a #b", `"a #b"`},
		{"a ", `"a "`},
		{"- a", `"- a"`},
		{"=", `"="`},
		{"<<", `"<<"`},
		{"~", `"~"`},
		{"a\tb", `"a\tb"`},
		{"a\x1b[2Jb", `"a\u001b[2Jb"`},
		{"a\x7fb\u009bc", `"a\u007fb\u009bc"`},
		{"\ufeffa\u2028", `"\ufeffa\u2028"`},
		{"<&>", `"<&>"`},
		{"é", `"é"`},
		{"a\nb\n", "|\n  a\n  b"},
		{"a\n\n\tb", "|-\n  a\n\n  \tb"},
		{"\na", `"\na"`},
		{" a\nb", `" a\nb"`},
		{"a\n\n", `"a\n\n"`},
		{"a\r\nb\n", `"a\r\nb\n"`},
	}
	for _, tt := range tests {
		var b strings.Builder
		if err := writeYAML(&b, tt.in); err != nil || b.String() != tt.want+"\n" {
			t.Errorf("%q: got %q, %v; want %q", tt.in, b.String(), err, tt.want)
		}
	}
}

func TestYAMLKeepsTheOrderOfMembers(t *testing.T) {
	value := struct {
		Z    int               `json:"z"`
		List []any             `json:"list"`
		Map  map[string]any    `json:"map"`
		No   map[string]string `json:"no"`
		Not  []int             `json:"not"`
	}{12345678901, []any{[]int{1, 2}, map[string]any{"b": "x\ny\n", "a": nil}, true, "s"}, map[string]any{"k": []any{[]any{}}}, map[string]string{}, nil}
	want := `z: 12345678901
list:
  - - 1
    - 2
  - a: null
    b: |
      x
      y
  - true
  - s
map:
  k:
    - []
"no": {}
not: null
`
	var b strings.Builder
	if err := writeYAML(&b, value); err != nil || b.String() != want {
		t.Errorf("got %v\n%s, want\n%s", err, b.String(), want)
	}
}
