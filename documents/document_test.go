package documents_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/documents"
)

const script = `{"schemaVersion":"1.2","description":"run it","parameters":{
 "commands":{"type":"StringList","minItems":1},
 "dir":{"type":"String","default":"","maxChars":4},
 "timeout":{"type":"String","default":"3600","allowedPattern":"[1-9][0-9]{0,4}"},
 "mode":{"type":"String","default":"a","allowedValues":["a","b"]}},
 "runtimeConfig":{"aws:runShellScript":{"properties":[{"id":"0.aws:runShellScript","runCommand":"{{ commands }}"}]}}}`

func TestParseReadsSchema12(t *testing.T) {
	d, err := documents.Parse([]byte(script))
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Steps) != 1 || d.Steps[0].Action != "aws:runShellScript" || d.Steps[0].Inputs[0]["id"] != "0.aws:runShellScript" {
		t.Errorf("steps = %+v", d.Steps)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"another schema", `"1.2"`, `"0.3"`, `line 1, column 18: schemaVersion "0.3" is not one of 1.2, 2.0, 2.2`},
		{"an unknown member", `"description"`, `"mainSteps"`, `line 1, column 24: unknown property "mainSteps"`},
		{"a member twice", `"description":"run it"`, `"schemaVersion":"1.2"`, `"schemaVersion" is given twice`},
		{"a plugin that nobody knows", `"aws:runShellScript":`, `"aws:run":`, `line 6, column 19: unknown plugin "aws:run"`},
		{"a reference to nothing", `{{ commands }}`, `{{ command }}`, `parameter "command" is not declared`},
		{"a broken string", `"run it"`, `"run it`, "not well-formed"},
		{"a bad type", `"StringList"`, `"Number"`, `parameter type "Number" is not one of`},
		{"a default of another type", `"default":"",`, `"default":[""],`, "the default of a String is a string, not a list"},
		{"a bad pattern", `[1-9][0-9]{0,4}`, `[1-`, "allowedPattern"},
		{"a bad name", `"mode"`, `"the mode"`, "not alpha-numeric"},
		{"no step", `[{"id":"0.aws:runShellScript","runCommand":"{{ commands }}"}]`, `[]`, "no properties"},
		{"something after it", `"{{ commands }}"}]}}}`, `"{{ commands }}"}]}}} x`, "more after the document's end"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := documents.Parse([]byte(strings.Replace(script, tt.old, tt.new, 1)))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error = %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestBind(t *testing.T) {
	d, err := documents.Parse([]byte(script))
	if err != nil {
		t.Fatal(err)
	}
	got, err := d.Bind(map[string][]string{"commands": {"uptime", "id"}})
	want := map[string][]string{"commands": {"uptime", "id"}, "dir": {""}, "timeout": {"3600"}, "mode": {"a"}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("Bind: %v\n%s", err, diff)
	}
	for _, tt := range []struct {
		name  string
		given map[string][]string
		bad   string
	}{
		{"a required one left out", nil, "commands"},
		{"too few items", map[string][]string{"commands": {}}, "commands"},
		{"an undeclared one", map[string][]string{"commands": {"x"}, "nope": {"1"}}, "nope"},
		{"two values for a String", map[string][]string{"commands": {"x"}, "dir": {"a", "b"}}, "dir"},
		{"too long", map[string][]string{"commands": {"x"}, "dir": {"abcde"}}, "dir"},
		{"a pattern matched in part only", map[string][]string{"commands": {"x"}, "timeout": {"10x"}}, "timeout"},
		{"a value that is not allowed", map[string][]string{"commands": {"x"}, "mode": {"c"}}, "mode"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := d.Bind(tt.given)
			if bad, ok := errors.AsType[*documents.ParameterError](err); !ok || bad.Name != tt.bad {
				t.Errorf("error = %v, want one of parameter %s", err, tt.bad)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(script))
	f.Add([]byte(`{"schemaVersion":"1.2","runtimeConfig":{"x":{"properties":[{"id":3}]}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := documents.Parse(data)
		if err != nil {
			return
		}
		if len(d.Steps) == 0 {
			t.Errorf("an accepted document has no step")
		}
		_, _ = d.Bind(map[string][]string{"commands": {"x"}})
	})
}
