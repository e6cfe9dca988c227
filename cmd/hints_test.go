package cmd

import (
	"fmt"
	"strings"
	"testing"

	"github.com/musterhq/muster/fleet"
)

// TestSelectorHints holds one whole answer for each mistake in a selector.
func TestSelectorHints(t *testing.T) {
	const id, other = "i-0123456789abcdef0", "i-0123456789abcdef1"
	saved := func(name string) (fleet.Definition, error) {
		text := map[string]string{"loop": "role=web or @loop", "bad": "role=web,"}[name]
		return fleet.Definition{Text: text, Where: "selectors:2"}, nil
	}
	var b strings.Builder
	for _, args := range [][]string{
		{""}, {"env="}, {"=web"}, {"role=web,"}, {"role=web or"}, {"not"}, {"()"}, {`env=""`}, {"env=dev", "role=web"}, {id + "," + other},
		{"env=dev,env=prod"}, {"(a=b or c=d),not (a=b or c=d)"}, {"env!=dev or env!=prod"}, {"a=b,c=d or not (a=b,c=d)"},
		{"all,role=web"}, {"i-web"}, {"stat=running"}, {"Type=t3.micro"}, {"age=7d"}, {"or=x"}, {"tag=web"}, {"tags:role=web"}, {"web:1"},
		{"state=up"}, {"lifecycle=cheap"}, {"launched-by=web*"}, {"region=eu-west-1"}, {"age"}, {"age>7d"}, {"older=7"}, {"older!=7d"},
		{"role==web"}, {"role=~web"}, {"a=b && c=d"}, {"a=b || c=d"}, {"!web"}, {"a=b!=c"}, {"role in web"}, {"role in (a b)"},
		{"env=dev role=web"}, {"(role=web"}, {`"web-*"`}, {"bob's"}, {`env="dev`}, {"@none"}, {"@"}, {"@loop"}, {"@bad"}, {"role=@web"},
		{"ro*=web"}, {strings.Repeat("not ", 60) + "a"}, {`web\`}, {"web\x07"},
	} {
		_, err := fleet.ParseSaved(args, saved)
		if err == nil {
			t.Errorf("%q is no mistake", args)
			continue
		}
		p := explain(err)
		if p.code != ExitUsage {
			t.Errorf("%q: exit %d", args, p.code)
		}
		fmt.Fprintf(&b, "%.80q\n  %s\n", args, p.text)
		for _, hint := range p.hints {
			fmt.Fprintf(&b, "  hint: %s\n", hint)
		}
	}
	golden(t, "selector-errors.txt", b.String())
}
