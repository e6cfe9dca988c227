package documents_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/musterhq/muster/documents"
)

const script = `{"schemaVersion":"1.2","description":"run it","parameters":{
 "commands":{"type":"StringList","minItems":1},
 "dir":{"type":"String","default":"","maxChars":4},
 "timeout":{"type":"String","default":"3600","allowedPattern":"[1-9][0-9]{0,4}"},
 "mode":{"type":"String","default":"a","allowedValues":["a","b"]}},
 "runtimeConfig":{"aws:runShellScript":{"properties":[{"id":"0.aws:runShellScript","runCommand":"{{ commands }}"}]}}}`

func TestParseReadsSchema12(t *testing.T) {
	d, err := documents.Parse([]byte(script), documents.JSON)
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
			_, err := documents.Parse([]byte(strings.Replace(script, tt.old, tt.new, 1)), documents.JSON)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error = %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestBind(t *testing.T) {
	d, err := documents.Parse([]byte(script), documents.JSON)
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

const steps = `schemaVersion: "2.2"
description: two steps
parameters:
  who: {type: String, default: world, minChars: 1}
  flags:
    type: StringMap
    default: {a: 1}
mainSteps:
  - name: greet
    action: aws:runShellScript
    precondition:
      StringEquals: [platformType, Linux]
    inputs:
      runCommand:
        - echo hello {{ who }}
        - |
          echo two
          echo lines
      timeoutSeconds: 60
      onFailure: exit
  - name: last
    action: aws:runPowerShellScript
    inputs: {runCommand: "exit", finallyStep: true}
`

func TestParseReadsSchema22InBothFormats(t *testing.T) {
	fromYAML, err := documents.Parse([]byte(steps), documents.YAML)
	if err != nil {
		t.Fatal(err)
	}
	content, err := documents.Convert([]byte(steps), documents.YAML, documents.JSON)
	if err != nil {
		t.Fatal(err)
	}
	fromJSON, err := documents.Parse(content, documents.JSON)
	if err != nil {
		t.Fatal(err)
	}
	noPlaces := func(d documents.Document) documents.Document {
		for n := range d.Steps {
			d.Steps[n].Line, d.Steps[n].Column = 0, 0
		}
		return d
	}
	first, last := fromYAML.Steps[0], fromYAML.Steps[1]
	if first.Line != 9 || first.Column != 5 || first.OnFailure() != "exit" || first.Finally() || !last.Finally() || first.Precondition["StringEquals"][1] != "Linux" {
		t.Errorf("steps %+v", fromYAML.Steps)
	}
	if got := fromYAML.Parameters["flags"].Default; len(got) != 1 || got[0] != `{"a":1}` {
		t.Errorf("the default of a map is %q", got)
	}
	if diff := cmp.Diff(noPlaces(fromYAML), noPlaces(fromJSON), cmpopts.IgnoreUnexported(documents.Step{})); diff != "" {
		t.Errorf("the formats differ:\n%s", diff)
	}
}

func TestParseSaysWhereYAMLIsWrong(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"a tab", "  - name: last", "\t- name: last", "line 21, column 1: the YAML is not well-formed"},
		{"a placeholder without quotes", `"exit"`, "{{ who }}", `line 23, column 27: a placeholder needs quotes in YAML`},
		{"an alias", `"exit"`, "*x", "unknown anchor"},
		{"an anchor", `"exit"`, "&x y", "line 23, column 26: anchors and aliases are not supported"},
		{"a member twice", "description: two steps", `schemaVersion: "2.2"`, `line 2, column 1: "schemaVersion" is given twice`},
		{"a number for the schema", `"2.2"`, "2.2", `line 1, column 16: schemaVersion "2.2" is not`},
		{"two documents", "description: two steps", "---", "line 2, column 1: there is more"},
		{"two steps of one name", "name: last", "name: greet", `line 21, column 5: two steps are named "greet"`},
		{"an unknown plugin", "aws:runPowerShellScript", "aws:runScript", `line 22, column 13: unknown plugin "aws:runScript"`},
		{"an unknown parameter", "{{ who }}", "{{ whom }}", `line 15, column 11: parameter "whom" is not declared`},
		{"an unknown member", "    action: aws:runShellScript", "    action: aws:runShellScript\n    nextStep: last", `line 11, column 5: unknown property "nextStep"`},
		{"a strange precondition", "StringEquals: [platformType, Linux]", "NumberEquals: [1, 2]", "line 12, column 7: a precondition is a map with StringEquals alone"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := documents.Parse([]byte(strings.Replace(steps, tt.old, tt.new, 1)), documents.YAML)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error = %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestPlatforms(t *testing.T) {
	one := `{"schemaVersion":"2.2","mainSteps":[{"name":"a","action":"%s","inputs":{}}]}`
	for _, tt := range []struct {
		name, content string
		want          []string
	}{
		{"schema 1.2", script, []string{"Linux", "MacOS"}},
		{"either step", strings.Replace(steps, "aws:runPowerShellScript", "aws:psModule", 1), []string{"Linux", "MacOS", "Windows"}},
		{"every step before 2.2", strings.Replace(steps, `"2.2"`, `"2.0"`, 1), []string{"Linux", "MacOS"}},
		{"PowerShell", strings.Replace(one, "%s", "aws:runPowerShellScript", 1), []string{"Linux", "MacOS", "Windows"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, err := documents.Parse([]byte(tt.content), documents.FormatOf([]byte(tt.content)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, d.Platforms()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(script))
	f.Add([]byte(steps))
	f.Add([]byte(`{"schemaVersion":"1.2","runtimeConfig":{"aws:runShellScript":{"properties":[{"id":3}]}}}`))
	f.Add([]byte("a: &x [1]\nb: *x\n<<: *x"))
	f.Fuzz(func(t *testing.T, data []byte) {
		format := documents.FormatOf(data)
		d, err := documents.Parse(data, format)
		if err != nil {
			if _, ok := errors.AsType[*documents.SyntaxError](err); !ok {
				t.Errorf("an error of another type: %v", err)
			}
			return
		}
		if len(d.Steps) == 0 {
			t.Errorf("an accepted document has no step")
		}
		_, _ = d.Bind(map[string][]string{"commands": {"x"}})
		other := documents.JSON
		if format == documents.JSON {
			other = documents.YAML
		}
		content, err := documents.Convert(data, format, other)
		if err != nil {
			t.Fatalf("convert: %v", err)
		}
		again, err := documents.Parse(content, other)
		if err != nil && len(content) <= documents.MaxContentBytes {
			t.Fatalf("what was converted is refused: %v\n%s", err, content)
		}
		if err == nil && (len(again.Steps) != len(d.Steps) || again.Description != d.Description) {
			t.Errorf("what was converted differs: %+v, was %+v", again, d)
		}
	})
}
