package ssm

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/musterhq/muster/documents"
)

// task is a step of a document with the command's parameters in their places: what the
// agent is told. It is the same for every node.
type task struct {
	Name         string           `json:"name"`
	Action       string           `json:"action"`
	Inputs       []map[string]any `json:"inputs"`
	Precondition []comparison     `json:"precondition,omitempty"`
	Schema       string           `json:"schema"` // the document's
	OnFailure    string           `json:"onFailure,omitempty"`
	OnSuccess    string           `json:"onSuccess,omitempty"`
	Finally      bool             `json:"finally,omitempty"`
}

// comparison is the two arguments of a StringEquals, as they are written and with
// parameters in their places.
type comparison struct {
	Written [2]string `json:"written"`
	Filled  [2]string `json:"filled"`
}

// tasksOf fills a document's steps in.
func tasksOf(doc documents.Document, bound map[string][]string) []task {
	values := typedValues(doc, bound)
	var tasks []task
	for _, s := range doc.Steps {
		t := task{Name: s.Name, Action: s.Action, Schema: doc.SchemaVersion, OnFailure: s.OnFailure(), OnSuccess: s.OnSuccess(), Finally: s.Finally()}
		for _, in := range s.Inputs {
			t.Inputs = append(t.Inputs, interpolate(in, values).(map[string]any))
		}
		if args := s.Precondition["StringEquals"]; len(args) == 2 {
			t.Precondition = []comparison{{
				Written: [2]string(args),
				Filled:  [2]string{asText(interpolateText(args[0], values)), asText(interpolateText(args[1], values))},
			}}
		}
		tasks = append(tasks, t)
	}
	return tasks
}

// The range of a plugin's timeoutSeconds. The agent takes the default for what is out of
// it or is no number.
// https://github.com/aws/amazon-ssm-agent/blob/mainline/agent/plugins/pluginutil/pluginutil.go
const (
	defaultExecution = 3600 * time.Second
	leastExecution   = 5 * time.Second
	mostExecution    = 172800 * time.Second
)

// executionTimeout reads the timeoutSeconds of a set of inputs as the agent does.
func executionTimeout(inputs map[string]any) time.Duration {
	var text string
	switch v := inputs["timeoutSeconds"].(type) {
	case string:
		text = v
	case json.Number:
		text = v.String()
	case float64: // from a state file
		text = strconv.FormatFloat(v, 'f', -1, 64)
	}
	seconds, err := strconv.ParseFloat(text, 64)
	d := time.Duration(int64(seconds)) * time.Second
	if err != nil || seconds > mostExecution.Seconds() || d < leastExecution {
		return defaultExecution
	}
	return d
}

// execution is how long a document's steps may take together. assumed: the service adds
// up what the documentation says of one plugin.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
func execution(tasks []task) time.Duration {
	var total time.Duration
	for _, t := range tasks {
		for _, in := range t.Inputs {
			total += executionTimeout(in)
		}
	}
	return total
}
