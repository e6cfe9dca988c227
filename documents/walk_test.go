package documents_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/documents"
)

// corpusCase says what becomes of a document's steps. The mock's own reading of documents
// is held against the same file (mock/ssm).
type corpusCase struct {
	Name     string              `json:"name"`
	Document json.RawMessage     `json:"document"`
	Given    map[string][]string `json:"given"`
	Platform string              `json:"platform"`
	Exits    map[string]int      `json:"exits"` // by step; 0 where none is given
	Want     []corpusStep        `json:"want"`
}

type corpusStep struct {
	Step       string `json:"step"`
	Turn       string `json:"turn"`
	OK         bool   `json:"ok"`
	RunCommand any    `json:"runCommand"` // nil: not looked at
}

func corpus(t *testing.T) []corpusCase {
	t.Helper()
	data, err := os.ReadFile("testdata/corpus.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []corpusCase
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	return cases
}

func TestCorpus(t *testing.T) {
	for _, tt := range corpus(t) {
		t.Run(tt.Name, func(t *testing.T) {
			d, err := documents.Parse(tt.Document, documents.JSON)
			if err != nil {
				t.Fatal(err)
			}
			bound, err := d.Bind(tt.Given)
			if err != nil {
				t.Fatal(err)
			}
			var got []corpusStep
			for n, p := range d.Walk(d.Fill(bound), tt.Platform, func(s documents.Step) int { return tt.Exits[s.Name] }) {
				step := corpusStep{Step: p.Step.Name, Turn: string(p.Turn), OK: p.OK}
				if n < len(tt.Want) && tt.Want[n].RunCommand != nil {
					step.RunCommand = throughJSON(t, p.Step.Inputs[0]["runCommand"])
				}
				got = append(got, step)
			}
			if diff := cmp.Diff(tt.Want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// throughJSON gives numbers the type that the corpus has.
func throughJSON(t *testing.T, v any) (out any) {
	t.Helper()
	data, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(data, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTimeoutIsTheAgents(t *testing.T) {
	for value, want := range map[string]string{
		`"60"`: "1m0s", `60`: "1m0s", `"4"`: "1h0m0s", `172800`: "48h0m0s", `172801`: "1h0m0s", `"soon"`: "1h0m0s", `[60]`: "1h0m0s", `"7.9"`: "7s",
	} {
		d, err := documents.Parse([]byte(`{"schemaVersion":"2.2","mainSteps":[{"name":"a","action":"aws:runShellScript","inputs":{"timeoutSeconds":`+value+`}}]}`), documents.JSON)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Fill(nil)[0].Timeout().String(); got != want {
			t.Errorf("timeoutSeconds %s is %s, want %s", value, got, want)
		}
	}
}
