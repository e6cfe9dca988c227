package command_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/fleet/command"
	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/mocktest"
	"github.com/musterhq/muster/mock/world"
)

const threeSteps = `schemaVersion: "2.2"
parameters:
  who: {type: String, minChars: 2}
mainSteps:
  - {name: one, action: aws:runShellScript, inputs: {runCommand: [echo hello {{ who }}], timeoutSeconds: 60}}
  - {name: win, action: aws:runPowerShellScript, precondition: {StringEquals: [platformType, Windows]}, inputs: {runCommand: [exit]}}
  - {name: two, action: aws:runShellScript, inputs: {runCommand: ["seq 1000; exit 3"], timeoutSeconds: 30}}
`

// withDocument is a mock of two nodes that has a document.
func withDocument(t *testing.T) (*mock.Server, []command.Target) {
	t.Helper()
	server := mocktest.New(t, world.Settings{Lag: new(time.Duration(0))})
	ids, err := server.Seed(mock.Here, mock.Fleet{Groups: []mock.Group{{Count: 2}}})
	if err != nil {
		t.Fatal(err)
	}
	content := strings.Replace(threeSteps, "[echo hello {{ who }}]", `["echo hello {{ who }}"]`, 1)
	if _, err := ssm.NewFromConfig(server.Config()).CreateDocument(t.Context(), &ssm.CreateDocumentInput{
		Name: new("three"), Content: &content, DocumentFormat: types.DocumentFormatYaml,
	}); err != nil {
		t.Fatal(err)
	}
	return server, []command.Target{{InstanceID: ids[0]}, {InstanceID: ids[1]}}
}

func TestDocumentRunsItsSteps(t *testing.T) {
	server, targets := withDocument(t)
	document, err := command.FetchDocument(t.Context(), server.Config(), "three", "")
	if err != nil {
		t.Fatal(err)
	}
	plan, err := command.NewPlan("00VHNCZDXRNW42M3HW7JRYZBMZ", command.Request{Targets: targets, Document: document, Parameters: map[string][]string{"who": {"you"}}})
	if err != nil {
		t.Fatal(err)
	}
	if plan.Document != "three" || plan.DocumentVersion != "1" || plan.ExecutionTimeoutSeconds != 90+3600 || plan.Script() != "" {
		t.Errorf("plan %+v", plan)
	}
	var results []command.Result
	for event, err := range command.NewRunner(server.Config()).Run(t.Context(), plan) {
		if err != nil {
			t.Fatal(err)
		}
		if done, ok := event.(command.NodeDone); ok {
			results = append(results, done.Result)
		}
	}
	if len(results) != 2 {
		t.Fatalf("%d results", len(results))
	}
	r := results[0]
	names := []string{}
	for _, s := range r.Steps {
		names = append(names, s.Name)
	}
	if diff := cmp.Diff([]string{"one", "win", "two"}, names); diff != "" {
		t.Error(diff)
	}
	if r.Outcome != command.Failed || r.ExitCode != 3 || !r.Steps[1].Skipped || r.Truncated {
		t.Errorf("%s with %d, steps %+v", r.Outcome, r.ExitCode, r.Steps)
	}
	if !strings.HasPrefix(r.Stdout, "hello you\n1\n") || !strings.HasSuffix(r.Stdout, "\n1000\n") {
		t.Errorf("the streams are not whole: %.40q … %q", r.Stdout, r.Stdout[max(0, len(r.Stdout)-40):])
	}
}

func TestDocumentRefusesBadParameters(t *testing.T) {
	server, targets := withDocument(t)
	document, err := command.FetchDocument(t.Context(), server.Config(), "three", "1")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, want string
		given      map[string][]string
	}{
		{"one that is missing", "who: a value is required", nil},
		{"one too many", "whom: the document does not declare it", map[string][]string{"who": {"you"}, "whom": {"me"}}},
		{"one too short", "at least 2", map[string][]string{"who": {"x"}}},
		{"a reference", "{{ssm:secret}}", map[string][]string{"who": {"{{ssm:secret}}"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := command.Request{Targets: targets, Document: document, Parameters: tt.given}.Check()
			refused, ok := errors.AsType[*command.RequestError](err)
			if !ok || refused.Field != command.FieldParameters || !strings.Contains(refused.Problem, tt.want) {
				t.Errorf("error = %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestFetchDocumentTellsWhatIsNotThere(t *testing.T) {
	server, _ := withDocument(t)
	_, err := command.FetchDocument(t.Context(), server.Config(), "none", "")
	if _, ok := errors.AsType[*types.InvalidDocument](err); !ok {
		t.Errorf("an unknown document: %v", err)
	}
	_, err = command.FetchDocument(t.Context(), server.Config(), "three", "7")
	if _, ok := errors.AsType[*types.InvalidDocumentVersion](err); !ok {
		t.Errorf("an unknown version: %v", err)
	}
	shell, err := command.FetchDocument(t.Context(), server.Config(), command.ShellDocument, "")
	if err != nil || !slices.Equal(shell.Platforms, []string{"Linux", "MacOS"}) || shell.Supports("Windows") || !shell.Supports("") {
		t.Errorf("AWS's own: %+v, %v", shell, err)
	}
}
