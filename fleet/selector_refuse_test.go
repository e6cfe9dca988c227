package fleet

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

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
		{"an unset variable after a comma", []string{"role=web,"}, SelectorError{Kind: EmptyTerm, Text: "role=web,", Key: ","}},
		{"an unset variable between commas", []string{"a=b,,c=d"}, SelectorError{Kind: EmptyTerm, Text: "a=b,,c=d", Key: ","}},
		{"a blank instead of a comma", []string{"env=dev", "role=web"}, SelectorError{Kind: SeveralSelectors, Text: "env=dev"}},
		{"an id and a name", []string{idA, "web"}, SelectorError{Kind: SeveralSelectors, Text: "web"}},
		{"an id that is part of a name, and a name", []string{idA + " x", idB}, SelectorError{Kind: SeveralSelectors, Text: "x"}},
		{"all and an id", []string{"all", idA}, SelectorError{Kind: SeveralSelectors, Text: "all"}},
		{"two ids and a comma", []string{idA + "," + idB}, SelectorError{Kind: SeveralIDs, Text: idA + "," + idB, Key: "id"}},
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
		{"a comma at the end of a list", []string{"a in (b,)"}, SelectorError{Kind: EmptyTerm, Text: "a in (b,)", Key: ","}},
		{"an unset variable beside or", []string{"role=web or "}, SelectorError{Kind: EmptyTerm, Text: "role=web or ", Key: "or"}},
		{"or at the beginning", []string{"or role=web"}, SelectorError{Kind: EmptyTerm, Text: "or role=web", Key: "or"}},
		{"and beside a comma", []string{"a=b,and c=d"}, SelectorError{Kind: EmptyTerm, Text: "a=b,and c=d", Key: ","}},
		{"not of nothing", []string{"not"}, SelectorError{Kind: EmptyTerm, Text: "not", Key: "not"}},
		{"not of nothing before a comma", []string{"not ,a=b"}, SelectorError{Kind: EmptyTerm, Text: "not ,a=b", Key: "not"}},
		{"not of nothing in capitals", []string{"a=b,NOT"}, SelectorError{Kind: EmptyTerm, Text: "a=b,NOT", Key: "NOT"}},
		{"empty parentheses", []string{"()"}, SelectorError{Kind: EmptyParentheses, Text: "()"}},
		{"not of empty parentheses", []string{"not ( )"}, SelectorError{Kind: EmptyParentheses, Text: "not ( )"}},
		{"an empty list", []string{"env in ()"}, SelectorError{Kind: EmptyParentheses, Text: "env in ()"}},
		{"an unset variable in a list", []string{"env in (,dev)"}, SelectorError{Kind: EmptyTerm, Text: "env in (,dev)", Key: ","}},
		{"an unset value in quotes", []string{`env=''`}, SelectorError{Kind: EmptyValue, Text: `env=''`}},
		{"an unset value in a list, in quotes", []string{`env in ("")`}, SelectorError{Kind: EmptyValue, Text: `env in ("")`}},
		{"an unset name in quotes", []string{`""`}, SelectorError{Kind: EmptyValue, Text: `""`}},
		{"an unset value that is not wanted", []string{"env!="}, SelectorError{Kind: EmptyValue, Text: "env!="}},
		{"an unset key that is not wanted", []string{"!=dev"}, SelectorError{Kind: EmptyKey, Text: "!=dev"}},
		{"an unset age", []string{"older="}, SelectorError{Kind: EmptyValue, Text: "older="}},
		{"an unset saved selector", []string{"@"}, SelectorError{Kind: BadSavedName, Text: "@"}},
		{"or between arguments", []string{"role=web", "or", "role=db"}, SelectorError{Kind: SeveralSelectors, Text: "role=web"}},
		{"all or more", []string{"all or role=web"}, SelectorError{Kind: AllWithMore, Text: "all or role=web"}},
		{"not all", []string{"not all"}, SelectorError{Kind: AllWithMore, Text: "not all"}},
		{"not all in parentheses", []string{"not (all)"}, SelectorError{Kind: AllWithMore, Text: "not (all)"}},
		{"all deep inside", []string{"a=b,(c=d or all)"}, SelectorError{Kind: AllWithMore, Text: "a=b,(c=d or all)"}},
		{"two names joined by and", []string{"rock and roll"}, SelectorError{Kind: Contradiction, Text: "rock and roll", Key: "Name"}},
		{"two lists that share nothing", []string{"env in (a,b),env in (c,d)"}, SelectorError{Kind: Contradiction, Text: "env in (a,b),env in (c,d)", Key: "env"}},
		{"a value and not that value", []string{"env=dev,env!=dev"}, SelectorError{Kind: Contradiction, Text: "env=dev,env!=dev", Key: "env"}},
		{"an age and its opposite", []string{"older=7d,newer=1w"}, SelectorError{Kind: Contradiction, Text: "older=7d,newer=1w", Key: "older"}},
		{"a group and its opposite", []string{"(a=b or c=d),not (a=b or c=d)"},
			SelectorError{Kind: Contradiction, Text: "(a=b or c=d),not (a=b or c=d)"}},
		{"a contradiction under not", []string{"not (env=dev,env=prod)"}, SelectorError{Kind: AlwaysTrue, Text: "not (env=dev,env=prod)", Key: "env"}},
		{"a value that a group leaves out", []string{"not (a=b or c=d),a=b"}, SelectorError{Kind: Contradiction, Text: "not (a=b or c=d),a=b", Key: "a"}},
		{"two ids without a third", []string{"(" + idA + "),(" + idB + ")"}, SelectorError{Kind: SeveralIDs, Text: "(" + idA + "),(" + idB + ")", Key: "id"}},
		{"two exceptions joined by or", []string{"env!=dev or env!=prod"}, SelectorError{Kind: AlwaysTrue, Text: "env!=dev or env!=prod", Key: "env"}},
		{"a value or not that value", []string{"env=dev or env!=dev"}, SelectorError{Kind: AlwaysTrue, Text: "env=dev or env!=dev", Key: "env"}},
		{"older or newer", []string{"older=1d or newer=2d"}, SelectorError{Kind: AlwaysTrue, Text: "older=1d or newer=2d", Key: "older"}},
		{"a group or its opposite", []string{"(a=b,c=d) or not (a=b,c=d)"}, SelectorError{Kind: AlwaysTrue, Text: "(a=b,c=d) or not (a=b,c=d)"}},
		{"an id with a wildcard and its key", []string{"id=i-*"}, SelectorError{Kind: MalformedID, Text: "i-*"}},
		{"a bad id in a list", []string{"id in (" + idA + ",x)"}, SelectorError{Kind: MalformedID, Text: "x"}},
		{"a key in capitals", []string{"Type=t3.micro"}, SelectorError{Kind: UnknownKey, Text: "Type", Key: "type"}},
		{"a short key with its letters swapped", []string{"ags!=web"}, SelectorError{Kind: UnknownKey, Text: "ags", Key: "asg"}},
		{"a slip that would mean all", []string{"sttae!=running"}, SelectorError{Kind: UnknownKey, Text: "sttae", Key: "state"}},
		{"a key in quotes", []string{`"state"=running`}, SelectorError{Kind: UnknownKey, Text: "state", Key: "state"}},
		{"the age by its other name", []string{"age=7d"}, SelectorError{Kind: UnknownKey, Text: "age", Key: "older"}},
		{"a word of the language as a tag", []string{"not=web"}, SelectorError{Kind: UnknownKey, Text: "not", Key: "not"}},
		{"a state in a list", []string{"state in (running,up)"}, SelectorError{Kind: UnknownState, Text: "up"}},
		{"an unknown life cycle", []string{"lifecycle=cheap"}, SelectorError{Kind: UnknownValue, Text: "cheap", Key: "lifecycle"}},
		{"a platform with a wildcard", []string{"platform!=win*"}, SelectorError{Kind: UnknownValue, Text: "win*", Key: "platform"}},
		{"a connection in capitals", []string{"ssm=Online"}, SelectorError{Kind: UnknownValue, Text: "Online", Key: "ssm"}},
		{"a template with a wildcard", []string{"launched-by=web*"}, SelectorError{Kind: WildcardInTemplate, Text: "web*", Key: "launched-by"}},
		{"an age without a unit", []string{"older=7"}, SelectorError{Kind: BadAge, Text: "7", Key: "older"}},
		{"an age in months", []string{"newer=7M"}, SelectorError{Kind: BadAge, Text: "7M", Key: "newer"}},
		{"an age of nothing", []string{"older=0d"}, SelectorError{Kind: BadAge, Text: "0d", Key: "older"}},
		{"an age before EC2", []string{"older=9999w"}, SelectorError{Kind: BadAge, Text: "9999w", Key: "older"}},
		{"an age that overflows", []string{"older=99999999999999999999d"}, SelectorError{Kind: BadAge, Text: "99999999999999999999d", Key: "older"}},
		{"an age with a wildcard", []string{"older=*d"}, SelectorError{Kind: BadAge, Text: "*d", Key: "older"}},
		{"not an age", []string{"older!=7d"}, SelectorError{Kind: BadOperator, Text: "!=", Key: "older"}},
		{"several ages", []string{"newer in (1d,2d)"}, SelectorError{Kind: BadOperator, Text: "in", Key: "newer"}},
		{"what the shell leaves of age>7d", []string{"age"}, SelectorError{Kind: BareKey, Text: "age"}},
		{"what the shell leaves of older>7d", []string{"older"}, SelectorError{Kind: BareKey, Text: "older"}},
		{"a bare key in capitals", []string{"State"}, SelectorError{Kind: BareKey, Text: "State"}},
		{"a bare key among others", []string{"role=web,type"}, SelectorError{Kind: BareKey, Text: "type"}},
		{"greater", []string{"age>7d"}, SelectorError{Kind: BadOperator, Text: ">"}},
		{"less", []string{"role=web,age<7d"}, SelectorError{Kind: BadOperator, Text: "<"}},
		{"greater or equal", []string{"age>=7d"}, SelectorError{Kind: BadOperator, Text: ">"}},
		{"two equals signs", []string{"role==web"}, SelectorError{Kind: BadOperator, Text: "=="}},
		{"a regular expression", []string{"role=~web"}, SelectorError{Kind: BadOperator, Text: "=~"}},
		{"a pipe for or", []string{"a=b || c=d"}, SelectorError{Kind: BadOperator, Text: "||"}},
		{"an ampersand for and", []string{"a=b && c=d"}, SelectorError{Kind: BadOperator, Text: "&&"}},
		{"an exclamation mark for not", []string{"!role=web"}, SelectorError{Kind: BadOperator, Text: "!"}},
		{"an exclamation mark before a list", []string{"!role in (web)"}, SelectorError{Kind: BadOperator, Text: "!"}},
		{"two comparisons", []string{"a=b!=c"}, SelectorError{Kind: BadOperator, Text: "!="}},
		{"a blank for a comma", []string{"env=dev role=web"}, SelectorError{Kind: MissingOperator, Text: "dev role=web", Key: "role=web"}},
		{"a blank before not", []string{"env=dev not role=web"}, SelectorError{Kind: MissingOperator, Text: "env=dev not role=web", Key: "not"}},
		{"a blank after parentheses", []string{"(a=b) c=d"}, SelectorError{Kind: MissingOperator, Text: "(a=b) c=d", Key: "c=d"}},
		{"a name with parentheses", []string{"web (old)"}, SelectorError{Kind: MissingOperator, Text: "web (old)", Key: "("}},
		{"in, alone", []string{"in"}, SelectorError{Kind: BadList, Text: "in"}},
		{"in without parentheses", []string{"role in web"}, SelectorError{Kind: BadList, Text: "role in web"}},
		{"in after an equals sign", []string{"role= in (web)"}, SelectorError{Kind: BadList, Text: "role="}},
		{"a list in a list", []string{"role in ((web))"}, SelectorError{Kind: BadList, Text: "role in ((web))"}},
		{"or in a list", []string{"role in (a or b)"}, SelectorError{Kind: BadList, Text: "role in (a or b)"}},
		{"a blank in a list", []string{"role not in (a b)"}, SelectorError{Kind: BlankInList, Text: "a b"}},
		{"a parenthesis that is not closed", []string{"(a=b"}, SelectorError{Kind: Unbalanced, Text: "(a=b"}},
		{"a list that is not closed", []string{"a in (b"}, SelectorError{Kind: Unbalanced, Text: "a in (b"}},
		{"a list that is not begun", []string{"a in ("}, SelectorError{Kind: Unbalanced, Text: "a in ("}},
		{"a parenthesis that was not opened", []string{"a=b)"}, SelectorError{Kind: Unbalanced, Text: "a=b)"}},
		{"a wildcard in quotes", []string{`name="web-*"`}, SelectorError{Kind: WildcardInQuotes, Text: `name="web-*"`}},
		{"an apostrophe", []string{"bob's"}, SelectorError{Kind: QuoteInside, Text: "bob's"}},
		{"a quote that is not closed", []string{`env="dev`}, SelectorError{Kind: OpenQuote, Text: `env="dev`}},
		{"a saved selector, where they are not looked up", []string{"@web"}, SelectorError{Kind: NotSupported, Text: "@"}},
		{"a saved selector with a wildcard", []string{"@we*"}, SelectorError{Kind: BadSavedName, Text: "@we*"}},
		{"a file", []string{"@./ids.txt"}, SelectorError{Kind: BadSavedName, Text: "@./ids.txt"}},
		{"a saved selector as a value", []string{"role=@web"}, SelectorError{Kind: NotSupported, Text: "@"}},
		{"a key of a later version", []string{"region=eu-west-1"}, SelectorError{Kind: NotSupported, Text: "region="}},
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
			if diff := cmp.Diff(tt.want, *got, cmpopts.IgnoreFields(SelectorError{}, "Pos")); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if selector.Match(Instance{ID: idA}) || len(selector.Queries()) > 0 {
				t.Errorf("the refused selector %q still means something: %q", tt.args, selector)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("the error has several lines: %q", err)
			}
		})
	}
}

// TestSelectorErrorsHaveAPlace counts characters, not bytes.
func TestSelectorErrorsHaveAPlace(t *testing.T) {
	tests := map[string]int{
		"stat=running":          1,
		"role=web,stat=running": 10,
		"é=web, stat=running":   8,
		"role=web or":           10,
		"role=web,(a=b":         10,
		"a=b)":                  4,
		"a=b,c>d":               6,
		"lifecycle=cheap":       11,
		"env in (dev, )":        12,
		`name="web-*"`:          11,
		`env="dev`:              5,
		"bob's":                 4,
		"env=dev role=web":      9,
		"(a=b) c=d":             7,
		"a=b,role in (c d)":     15,
		"role=web,state=up":     16,
		`web\`:                  4,
		"role=web,older!=7d":    15,
		"role=web,i-12":         10,
		"not (a=b, @)":          11,
		"tag:a=b,tag:c*=d":      13,
		"all,role=web":          0,
		"env=dev,env=prod":      0,
	}
	for text, want := range tests {
		_, err := Parse([]string{text})
		if got, ok := errors.AsType[*SelectorError](err); !ok || got.Pos != want {
			t.Errorf("%s: %v at %d, want %d", text, err, got.Pos, want)
		}
	}
}

func TestSelectorsHaveBounds(t *testing.T) {
	for name, text := range map[string]string{
		"parentheses": strings.Repeat("(", 100_000) + "a" + strings.Repeat(")", 100_000),
		"not":         strings.Repeat("not ", 100_000) + "a",
		"conditions":  strings.Repeat("a=b or ", 100_000) + "a=b",
	} {
		_, err := Parse([]string{text})
		if got, ok := errors.AsType[*SelectorError](err); !ok || got.Kind != TooLong {
			t.Errorf("%s without end are read: %.80v", name, err)
		}
	}
}
