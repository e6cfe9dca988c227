package ssm

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/documents"
	"github.com/musterhq/muster/mock/node"
)

type corpusStep struct {
	Step       string `json:"step"`
	Turn       string `json:"turn"`
	OK         bool   `json:"ok"`
	RunCommand any    `json:"runCommand"` // nil: not looked at
}

// TestCorpus holds the mock's reading of documents against the cases that the product's
// own is held against, so that neither hides the other's mistake.
func TestCorpus(t *testing.T) {
	data, err := os.ReadFile("../../documents/testdata/corpus.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Name     string              `json:"name"`
		Document json.RawMessage     `json:"document"`
		Given    map[string][]string `json:"given"`
		Platform types.PlatformType  `json:"platform"`
		Exits    map[string]int      `json:"exits"`
		Want     []corpusStep        `json:"want"`
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	for _, tt := range cases {
		t.Run(tt.Name, func(t *testing.T) {
			doc, err := documents.Parse(tt.Document, documents.JSON)
			if err != nil {
				t.Fatal(err)
			}
			bound, err := doc.Bind(tt.Given)
			if err != nil {
				t.Fatal(err)
			}
			c := &command{Tasks: tasksOf(doc, bound)}
			c.invite("i-1")
			got := c.rehearse(t, tt.Platform, tt.Exits)
			for n, task := range c.Tasks {
				if n < len(tt.Want) && tt.Want[n].RunCommand != nil {
					got[n].RunCommand = throughJSON(t, task.Inputs[0]["runCommand"])
				}
			}
			if diff := cmp.Diff(tt.Want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// rehearse goes through a command's tasks on one node, whose scripts end with the given
// codes.
func (c *command) rehearse(t *testing.T, platform types.PlatformType, exits map[string]int) []corpusStep {
	t.Helper()
	inv := c.Invocations[0]
	var got []corpusStep
	for ; inv.Next < len(c.Tasks); inv.Next++ {
		task, st := c.Tasks[inv.Next], inv.Steps[inv.Next]
		turn := "ran"
		switch what, _ := c.judge(inv, platform); what {
		case skipStep:
			turn, st.Skipped = "skipped", true
			st.end(types.CommandPluginStatusSuccess, 0, time.Time{})
		case failStep:
			turn = "refused"
			st.end(types.CommandPluginStatusFailed, codeNotRun, time.Time{})
		default:
			st.conclude(task, node.Result{ExitCode: exits[task.Name]}, time.Time{})
		}
		got = append(got, corpusStep{Step: task.Name, Turn: turn, OK: st.Status == types.CommandPluginStatusSuccess})
	}
	return got
}

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
