package cmd

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/mock"
)

const deployDocument = `schemaVersion: "2.2"
description: puts a version in place
parameters:
  version: {type: String, allowedPattern: '\d+\.\d+', description: what to run}
  parts: {type: StringList, default: [app, web]}
mainSteps:
  - name: linux
    action: aws:runShellScript
    precondition: {StringEquals: [platformType, Linux]}
    inputs: {runCommand: ["echo {{ parts }} {{ version }}"]}
  - name: windows
    action: aws:runPowerShellScript
    precondition: {StringEquals: [platformType, Windows]}
    inputs: {runCommand: [exit]}
  - name: check
    action: aws:runShellScript
    inputs: {runCommand: ["test ! -e /etc/bad || exit 4"]}
`

// withDocument stores a document in the bench's mock.
func (b *runBench) withDocument(name, content string) {
	b.t.Helper()
	_, err := ssm.NewFromConfig(b.server.Config()).CreateDocument(b.t.Context(), &ssm.CreateDocumentInput{
		Name: &name, Content: &content, DocumentFormat: types.DocumentFormatYaml,
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// sent is how many commands were sent.
func (b *runBench) sent() int {
	n := 0
	for _, call := range b.server.Calls() {
		if call.Action == "SendCommand" {
			n++
		}
	}
	return n
}

func TestRunDocumentFoldsWhatItsStepsWrote(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newRunBench(t, web(2), mock.Group{Count: 1, Name: "db-#", Files: map[string]string{"/etc/bad": "x"}})
		b.withDocument("deploy", deployDocument)
		code := b.run("all", "--document", "deploy", "--param", "version=1.2", "--param", "parts=a,b")
		want := `2 nodes: web-1 web-2
  [a,b] 1.2

1 node failed with exit code 4: db-1
  [a,b] 1.2
! failed to run commands: exit status 4
`
		if diff := cmp.Diff(want, b.stdout.String()); diff != "" || code != ExitPartial {
			t.Errorf("exit %d, stderr:\n%s%s", code, &b.stderr, diff)
		}
	})
}

func TestRunDocumentShowsItsParametersBeforeItIsSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newRunBench(t, web(1))
		b.withDocument("deploy", deployDocument)
		code := b.run("all", "--document", "deploy", "--param", "version=1.2", "--param", `parts=["a,b","c"]`, "--dry-run")
		for _, want := range []string{"  document   deploy, version 1\n", "  parameters parts = a,b\n                     c\n", "             version = 1.2\n"} {
			if !strings.Contains(b.stdout.String(), want) {
				t.Errorf("the plan has no %q:\n%s", want, &b.stdout)
			}
		}
		if n := b.sent(); code != ExitDone || n != 0 {
			t.Errorf("exit %d, %d commands sent", code, n)
		}
	})
}

func TestRunDocumentRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, want string
		args       []string
	}{
		{"an unknown document", "Document with name none does not exist (InvalidDocument)\nhint: muster document ls --all", []string{"--document", "none"}},
		{"an unknown version", "(InvalidDocumentVersion)\nhint: muster document show NAME tells the version", []string{"--document", "AWS-RunShellScript", "--document-version", "99"}},
		{"a missing parameter", "parameter version: a value is required\nhint: muster document show deploy", []string{"--document", "deploy"}},
		{"a value that does not fit", `"latest" does not match \d+\.\d+`, []string{"--document", "deploy", "--param", "version=latest"}},
		{"an undeclared parameter", "parameter v: the document does not declare it", []string{"--document", "deploy", "--param", "version=1.2", "--param", "v=1"}},
		{"a value twice", "--param version is given twice", []string{"--document", "deploy", "--param", "version=1.2", "--param", "version=1.3"}},
		{"a parameter without a value", "it is NAME=VALUE", []string{"--document", "deploy", "--param", "version"}},
		{"a list that is no JSON", "no JSON array of strings", []string{"--document", "deploy", "--param", "version=1.2", "--param", "parts=[a"}},
		{"a reference to a secret", "would put a parameter's value in the place of {{ssm:x}}", []string{"--document", "deploy", "--param", "version=1.2", "--param", "parts={{ssm:x}}"}},
		{"a command as well", "both --document and a command", []string{"--document", "deploy", "--", "uptime"}},
		{"a timeout", "--timeout with --document", []string{"--document", "deploy", "--timeout", "5m"}},
		{"parameters of nothing", "are for --document", []string{"--param", "a=b", "--", "uptime"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newRunBench(t, web(1))
				b.withDocument("deploy", deployDocument)
				if code := b.run(append([]string{"all"}, tt.args...)...); code != ExitUsage || !strings.Contains(b.stderr.String(), tt.want) {
					t.Errorf("exit %d, want %d and %q in:\n%s", code, ExitUsage, tt.want, &b.stderr)
				}
				if n := b.sent(); n != 0 {
					t.Errorf("%d commands were sent", n)
				}
			})
		})
	}
}
