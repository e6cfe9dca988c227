package fleet

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestActingIsRefusedWhereOnlyAWildcardIsLeft(t *testing.T) {
	tests := []struct {
		selector string
		text     string // of the condition at fault; empty: fine
	}{
		{"*", "tag:Name=*"},
		{"**", "tag:Name=**"},
		{"name=*", "tag:Name=*"},
		{"role=*", "tag:role=*"},
		{"type=*", "type=*"},
		{"role in (*,web)", "tag:role in (*,web)"},
		{"role=*,env=*", "tag:env=*"},
		{"(role=*,env=dev) or name=*", "tag:Name=*"},
		{"not (role!=* or env!=*)", "tag:env=*"},
		{"all", ""},
		{"?*", ""},
		{"role=?*", ""},
		{`\*`, ""},
		{"web-*", ""},
		{"role=*,role!=web", ""},
		{"role=*,state=running", ""},
		{"not role=*", ""},
		{"role=web or env=dev", ""},
	}
	for _, tt := range tests {
		selector, err := Parse([]string{tt.selector})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if err := selector.CheckToAct(); err != nil {
			got = err.(*SelectorError).Text
			if kind := err.(*SelectorError).Kind; kind != AnyValue {
				t.Errorf("%s: kind %d", tt.selector, kind)
			}
		}
		if diff := cmp.Diff(tt.text, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tt.selector, diff)
		}
	}
	if err := ByID("i-0123456789abcdef0").CheckToAct(); err != nil {
		t.Error(err)
	}
}
