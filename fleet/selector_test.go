package fleet

import (
	"errors"
	"slices"
	"strings"
	"testing"

	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const (
	idA = "i-0123456789abcdef0"
	idB = "i-0123456789abcdef1"
	idC = "i-0a1b2c3d"
)

var compareSelectors = cmp.Options{cmp.AllowUnexported(Selector{}, term{}), cmpopts.EquateEmpty()}

func TestParseReadsSelectors(t *testing.T) {
	tests := []struct {
		args []string
		want Selector
	}{
		{[]string{"all"}, Selector{all: true}},
		{[]string{"web-*"}, Selector{terms: []term{{"Name", "web-*"}}}},
		{[]string{" web-1 "}, Selector{terms: []term{{"Name", "web-1"}}}},
		{[]string{"my server"}, Selector{terms: []term{{"Name", "my server"}}}},
		{[]string{"andover"}, Selector{terms: []term{{"Name", "andover"}}}},
		{[]string{idA}, Selector{ids: []string{idA}}},
		{[]string{idC}, Selector{ids: []string{idC}}},
		{[]string{idB, idA, idB}, Selector{ids: []string{idA, idB}}},
		{[]string{idB + "\n" + idA}, Selector{ids: []string{idA, idB}}},
		{[]string{idB + " " + idA, idC}, Selector{ids: []string{idA, idB, idC}}},
		{[]string{idA + "," + idA}, Selector{ids: []string{idA}}},
		{[]string{idA + ",state=running"}, Selector{ids: []string{idA}, terms: []term{{"", "running"}}}},
		{[]string{"tag:role=web"}, Selector{terms: []term{{"role", "web"}}}},
		{[]string{"role=web"}, Selector{terms: []term{{"role", "web"}}}},
		{[]string{"Name=web"}, Selector{terms: []term{{"Name", "web"}}}},
		{[]string{"role = web"}, Selector{terms: []term{{"role", "web"}}}},
		{[]string{"role=web, env=dev*"}, Selector{terms: []term{{"role", "web"}, {"env", "dev*"}}}},
		{[]string{"role=web,role=web"}, Selector{terms: []term{{"role", "web"}}}},
		{[]string{"Name=web*,Name=*-a"}, Selector{terms: []term{{"Name", "web*"}, {"Name", "*-a"}}}},
		{[]string{"state=shutting-down"}, Selector{terms: []term{{"", "shutting-down"}}}},
		{[]string{"tag:state=up"}, Selector{terms: []term{{"state", "up"}}}},
		{[]string{"tag:type=t3.micro"}, Selector{terms: []term{{"type", "t3.micro"}}}},
		{[]string{"tag:aws:autoscaling:groupName=web"}, Selector{terms: []term{{"aws:autoscaling:groupName", "web"}}}},
		{[]string{"kubernetes.io/role=node"}, Selector{terms: []term{{"kubernetes.io/role", "node"}}}},
		{[]string{"env=a:b"}, Selector{terms: []term{{"env", "a:b"}}}},
		{[]string{"key=a=b"}, Selector{terms: []term{{"key", "a=b"}}}},
		{[]string{`a\=b=c`}, Selector{terms: []term{{"a=b", "c"}}}},
		{[]string{`owner=ops\@example.com`}, Selector{terms: []term{{"owner", "ops@example.com"}}}},
		{[]string{`rock \and roll`}, Selector{terms: []term{{"Name", "rock and roll"}}}},
		{[]string{`a\,b`}, Selector{terms: []term{{"Name", "a,b"}}}},
		{[]string{`a\*b*\?\\`}, Selector{terms: []term{{"Name", `a\*b*\?\\`}}}},
		{[]string{`env=\ `}, Selector{terms: []term{{"env", " "}}}},
		{[]string{`\all`}, Selector{terms: []term{{"Name", "all"}}}},
		{[]string{`\i-web`}, Selector{terms: []term{{"Name", "i-web"}}}},
	}
	for _, tt := range tests {
		t.Run(strings.Join(tt.args, " "), func(t *testing.T) {
			got, err := Parse(tt.args)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got, compareSelectors); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			again, err := Parse([]string{got.String()})
			if diff := cmp.Diff(got, again, compareSelectors); diff != "" || err != nil {
				t.Errorf("String() %q is read back as (error %v, -want +got)\n%s", got, err, diff)
			}
		})
	}
}

// TestParseRefuses holds what must never be read as a selector, above all as every machine.
func TestParseRefuses(t *testing.T) {
	tests := []struct {
		name string
		args []string
		want SelectorError
	}{
		{"no argument", nil, SelectorError{Kind: NoSelector}},
		{"an unset variable, quoted", []string{""}, SelectorError{Kind: EmptySelector}},
		{"blanks", []string{" \t"}, SelectorError{Kind: EmptySelector}},
		{"a blank that is no ASCII", []string{"\u00a0"}, SelectorError{Kind: EmptySelector}},
		{"commas", []string{" , ,"}, SelectorError{Kind: EmptySelector}},
		{"an unset variable beside an id", []string{idA, ""}, SelectorError{Kind: EmptySelector}},
		{"an odd blank beside an id", []string{"\u00a0", idA}, SelectorError{Kind: EmptySelector}},
		{"an unset value", []string{"env="}, SelectorError{Kind: EmptyValue, Text: "env="}},
		{"an unset value in blanks", []string{"env= "}, SelectorError{Kind: EmptyValue, Text: "env="}},
		{"an unset value of a tag", []string{"tag:env="}, SelectorError{Kind: EmptyValue, Text: "tag:env="}},
		{"a tag without a value", []string{"tag:env"}, SelectorError{Kind: EmptyValue, Text: "tag:env"}},
		{"an unset state", []string{"state="}, SelectorError{Kind: EmptyValue, Text: "state="}},
		{"an unset value after another term", []string{"role=web,env="}, SelectorError{Kind: EmptyValue, Text: "env="}},
		{"an unset key", []string{"=web"}, SelectorError{Kind: EmptyKey, Text: "=web"}},
		{"an unset key of a tag", []string{"tag:=web"}, SelectorError{Kind: EmptyKey, Text: "tag:=web"}},
		{"an unset variable after a comma", []string{"role=web,"}, SelectorError{Kind: EmptyTerm, Text: "role=web,"}},
		{"an unset variable between commas", []string{"a=b,,c=d"}, SelectorError{Kind: EmptyTerm, Text: "a=b,,c=d"}},
		{"a blank instead of a comma", []string{"env=dev", "role=web"}, SelectorError{Kind: SeveralSelectors, Text: "env=dev"}},
		{"an id and a name", []string{idA, "web"}, SelectorError{Kind: SeveralSelectors, Text: "web"}},
		{"an id that is part of a name, and a name", []string{idA + " x", idB}, SelectorError{Kind: SeveralSelectors, Text: "x"}},
		{"all and an id", []string{"all", idA}, SelectorError{Kind: SeveralSelectors, Text: "all"}},
		{"two ids and a comma", []string{idA + "," + idB}, SelectorError{Kind: SeveralIDs, Text: idA + "," + idB}},
		{"two values of a key", []string{"env=dev,env=prod"}, SelectorError{Kind: Contradiction, Text: "env=dev,env=prod", Key: "env"}},
		{"two names", []string{"a,b"}, SelectorError{Kind: Contradiction, Text: "a,b", Key: "Name"}},
		{"two states", []string{"state=running,state=stopped"}, SelectorError{Kind: Contradiction, Text: "state=running,state=stopped", Key: "state"}},
		{"all and more", []string{"all,role=web"}, SelectorError{Kind: AllWithMore, Text: "all,role=web"}},
		{"all twice", []string{"all,all"}, SelectorError{Kind: AllWithMore, Text: "all,all"}},
		{"a short id", []string{"i-12"}, SelectorError{Kind: MalformedID, Text: "i-12"}},
		{"an id in capitals", []string{"i-0123456789ABCDEF0"}, SelectorError{Kind: MalformedID, Text: "i-0123456789ABCDEF0"}},
		{"an id with a wildcard", []string{"i-*"}, SelectorError{Kind: MalformedID, Text: "i-*"}},
		{"a bad id among ids", []string{idA, "i-12"}, SelectorError{Kind: MalformedID, Text: "i-12"}},
		{"a letter left out of state", []string{"stat=running"}, SelectorError{Kind: UnknownKey, Text: "stat", Key: "state"}},
		{"another letter left out", []string{"sate=running"}, SelectorError{Kind: UnknownKey, Text: "sate", Key: "state"}},
		{"two letters swapped", []string{"satte=running"}, SelectorError{Kind: UnknownKey, Text: "satte", Key: "state"}},
		{"state in capitals", []string{"State=running"}, SelectorError{Kind: UnknownKey, Text: "State", Key: "state"}},
		{"tag with an equals sign", []string{"tag=web"}, SelectorError{Kind: UnknownKey, Text: "tag", Key: "tag"}},
		{"tags", []string{"tags:role=web"}, SelectorError{Kind: UnknownKey, Text: "tags", Key: "tag"}},
		{"another prefix", []string{"label:role=web"}, SelectorError{Kind: UnknownKey, Text: "label"}},
		{"a colon in a name", []string{"web:1"}, SelectorError{Kind: UnknownKey, Text: "web"}},
		{"state with a colon", []string{"state:running"}, SelectorError{Kind: UnknownKey, Text: "state", Key: "state"}},
		{"an unknown state", []string{"state=up"}, SelectorError{Kind: UnknownState, Text: "up"}},
		{"a state in capitals", []string{"state=Running"}, SelectorError{Kind: UnknownState, Text: "Running"}},
		{"a state with a wildcard", []string{"state=run*"}, SelectorError{Kind: UnknownState, Text: "run*"}},
		{"a wildcard in a key", []string{"ro*=web"}, SelectorError{Kind: WildcardInKey, Text: "ro*"}},
		{"the key az", []string{"az=eu-west-1a"}, SelectorError{Kind: NotSupported, Text: "az="}},
		{"the key name", []string{"name=web"}, SelectorError{Kind: NotSupported, Text: "name="}},
		{"the key launched-by", []string{"launched-by=me"}, SelectorError{Kind: NotSupported, Text: "launched-by="}},
		{"or", []string{"role=web or role=db"}, SelectorError{Kind: NotSupported, Text: "or"}},
		{"NOT", []string{"NOT web"}, SelectorError{Kind: NotSupported, Text: "NOT"}},
		{"in, alone", []string{"in"}, SelectorError{Kind: NotSupported, Text: "in"}},
		{"brackets", []string{"(web)"}, SelectorError{Kind: NotSupported, Text: "("}},
		{"quotes", []string{`env="dev"`}, SelectorError{Kind: NotSupported, Text: `"`}},
		{"an unset value in quotes", []string{`env=''`}, SelectorError{Kind: NotSupported, Text: "'"}},
		{"a file", []string{"@ids.txt"}, SelectorError{Kind: NotSupported, Text: "@"}},
		{"not equal", []string{"env!=dev"}, SelectorError{Kind: NotSupported, Text: "!="}},
		{"a control character", []string{"web\x1b"}, SelectorError{Kind: BadCharacter, Text: "web\x1b"}},
		{"no UTF-8", []string{"web\xff"}, SelectorError{Kind: BadCharacter, Text: "web\xff"}},
		{"a backslash at the end", []string{`web\`}, SelectorError{Kind: LoneBackslash, Text: `web\`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			selector, err := Parse(tt.args)
			got, ok := errors.AsType[*SelectorError](err)
			if !ok {
				t.Fatalf("%q is read as %q, error %v", tt.args, selector, err)
			}
			if diff := cmp.Diff(tt.want, *got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if selector.all || selector.Match(Instance{ID: idA}) || len(selector.Queries()) > 0 {
				t.Errorf("the refused selector %q still means something: %q", tt.args, selector)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("the error has several lines: %q", err)
			}
		})
	}
}

func TestSelectorMatches(t *testing.T) {
	web := Instance{ID: idA, State: Running, Tags: map[string]string{"Name": "web-1", "role": "web", "empty": "", "odd": `a*b\`}}
	tests := []struct {
		selector string
		want     bool
	}{
		{"all", true},
		{idA, true},
		{idB, false},
		{idA + ",state=running", true},
		{idA + ",state=stopped", false},
		{"web-1", true},
		{"web-?", true},
		{"web-*", true},
		{"w*-*1", true},
		{"*", true},
		{"web", false},
		{"Web-1", false},
		{"web-1?", false},
		{"role=web", true},
		{"role=WEB", false},
		{"Role=web", false},
		{"role=web,state=running", true},
		{"role=web,state=stopped", false},
		{"role=web,Name=db", false},
		{"empty=*", true},
		{"empty=?", false},
		{"absent=*", false},
		{`odd=a\*b\\`, true},
		{`odd=a\*?\\`, true},
		{`odd=a\?b\\`, false},
	}
	for _, tt := range tests {
		selector, err := Parse([]string{tt.selector})
		if err != nil {
			t.Fatal(err)
		}
		if got := selector.Match(web); got != tt.want {
			t.Errorf("%q: got %v, want %v", tt.selector, got, tt.want)
		}
	}
	if (Selector{}).Match(web) {
		t.Error("the zero selector means an instance")
	}
}

func TestQueriesNarrowInEC2(t *testing.T) {
	tests := []struct {
		selector string
		want     [][]ec2types.Filter
	}{
		{"all", [][]ec2types.Filter{nil}},
		{"web-*", [][]ec2types.Filter{{filter("tag:Name", "web-*")}}},
		{"role=web,state=running", [][]ec2types.Filter{{filter("tag:role", "web"), filter("instance-state-name", "running")}}},
		{"Name=a*,Name=*b", [][]ec2types.Filter{{filter("tag:Name", "a*")}}},
		{idB + " " + idA, [][]ec2types.Filter{{filter("instance-id", idA, idB)}}},
		{idA + ",role=web", [][]ec2types.Filter{{filter("instance-id", idA), filter("tag:role", "web")}}},
		{`a\*\,b`, [][]ec2types.Filter{{filter("tag:Name", `a\*,b`)}}},
	}
	for _, tt := range tests {
		selector, err := Parse([]string{tt.selector})
		if err != nil {
			t.Fatal(err)
		}
		options := cmp.Options{cmpopts.IgnoreUnexported(ec2types.Filter{}), cmpopts.EquateEmpty()}
		if diff := cmp.Diff(tt.want, selector.Queries(), options); diff != "" {
			t.Errorf("%q (-want +got)\n%s", tt.selector, diff)
		}
	}
}

func TestQueriesKeepToTheLimitOfFilterValues(t *testing.T) {
	selector, err := Parse(manyIDs(1001))
	if err != nil {
		t.Fatal(err)
	}
	var sizes []int
	for _, filters := range selector.Queries() {
		sizes = append(sizes, len(filters[0].Values))
	}
	if want := []int{200, 200, 200, 200, 200, 1}; !slices.Equal(sizes, want) {
		t.Errorf("got queries of %v ids, want %v", sizes, want)
	}
	if queries := (Selector{}).Queries(); queries != nil {
		t.Errorf("the zero selector asks for %v", queries)
	}
}

func filter(name string, values ...string) ec2types.Filter {
	return ec2types.Filter{Name: new(name), Values: values}
}

func manyIDs(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		const hex = "0123456789abcdef"
		ids[i] = "i-0000000000000" + string([]byte{hex[i>>12&15], hex[i>>8&15], hex[i>>4&15], hex[i&15]})
	}
	return ids
}

// FuzzParse holds what is promised of every input: no panic, an accepted selector is never empty, and its text is read back
// as the same selector.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"all", "web-*", idA, idA + " " + idB, "tag:role=web", "role=web,state=running", "env=", `a\,b`, "i-", "=", ":", `\`,
		"tag:a:b=c=d", `tag:\ =\ `, "stat=x", "a or b", "x!=y", "é=ü", "tag:=", ",", `\all`, `or\ or`,
	} {
		f.Add(seed, "")
	}
	f.Add(idA, idB)
	f.Fuzz(func(t *testing.T, first, second string) {
		args := []string{first}
		if second != "" {
			args = append(args, second)
		}
		selector, err := Parse(args)
		if err != nil {
			if _, ok := errors.AsType[*SelectorError](err); !ok {
				t.Fatalf("%q: error of another type: %v", args, err)
			}
			return
		}
		if !selector.all && len(selector.ids)+len(selector.terms) == 0 {
			t.Fatalf("%q is read as a selector of nothing", args)
		}
		if selector.all && strings.TrimSpace(first) != "all" {
			t.Fatalf("%q is read as all", args)
		}
		if len(args) > 1 && len(selector.ids) == 0 {
			t.Fatalf("%q is a union of more than ids", args)
		}
		again, err := Parse([]string{selector.String()})
		if diff := cmp.Diff(selector, again, compareSelectors); diff != "" || err != nil {
			t.Fatalf("%q has the text %q, which is read as (error %v, -want +got)\n%s", args, selector, err, diff)
		}
	})
}

// FuzzPatternMatch compares the wildcards with a plain, slow reading of what they mean.
func FuzzPatternMatch(f *testing.F) {
	f.Add("web-*", "web-1")
	f.Add(`a\*?*`, "a*bc")
	f.Add("*a*b", "xaxbab")
	f.Fuzz(func(t *testing.T, pat, s string) {
		chars, err := lex(pat)
		if err != nil || len(chars) > 8 || len(s) > 8 {
			return
		}
		if got, want := patternOf(chars).match(s), slowMatch(chars, []rune(s)); got != want {
			t.Errorf("%q against %q: got %v, want %v", pat, s, got, want)
		}
	})
}

func slowMatch(chars []char, s []rune) bool {
	switch {
	case len(chars) == 0:
		return len(s) == 0
	case chars[0].isStar():
		return slowMatch(chars[1:], s) || (len(s) > 0 && slowMatch(chars, s[1:]))
	default:
		return len(s) > 0 && chars[0].accepts(s[0]) && slowMatch(chars[1:], s[1:])
	}
}
