package ssm_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	ssmapi "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/world"
)

// create stores a document of schema 2.2 in YAML with the given steps.
func (r rig) create(name, steps string) {
	r.Helper()
	content := "schemaVersion: '2.2'\nparameters:\n  who: {type: String, default: world}\n  lines: {type: StringList, default: [a, b]}\nmainSteps:\n" + steps
	_, err := r.ssm.CreateDocument(r.Context(), &ssmapi.CreateDocumentInput{Name: &name, Content: &content, DocumentFormat: types.DocumentFormatYaml})
	if err != nil {
		r.Fatal(err)
	}
}

// shell is a step that runs a script; more are further inputs.
func shell(name, script string, more ...string) string {
	return fmt.Sprintf("- name: %s\n  action: aws:runShellScript\n  inputs:\n    runCommand: [%q]\n%s", name, script, strings.Join(more, ""))
}

func input(name, value string) string { return "    " + name + ": " + value + "\n" }

// stepsOf says how each step of the only invocation ended: its status, its code and its
// output.
func (r rig) stepsOf(id string) []string {
	r.Helper()
	var out []string
	for _, p := range r.invocations(id)[0].CommandPlugins {
		out = append(out, fmt.Sprintf("%s %s %d %s", *p.Name, p.Status, p.ResponseCode, strings.TrimSpace(*p.Output)))
	}
	return out
}

func TestStepsRunInOrderAndEndAsTheySay(t *testing.T) {
	const skipped = "Plugin with name aws:runShellScript and id %s skipped due to prior step with an exit condition"
	for _, tt := range []struct {
		name, steps, status string
		want                []string
	}{
		{"all succeed", shell("one", "echo {{ who }}") + shell("two", "echo '{{ lines }}'"), "Success",
			[]string{"one Success 0 world", `two Success 0 ["a","b"]`}},
		{"a failed step does not end the document", shell("one", "exit 3") + shell("two", "echo on"), "Failed",
			[]string{"one Failed 3 ----------ERROR-------\nfailed to run commands: exit status 3", "two Success 0 on"}},
		{"onFailure exit", shell("one", "exit 3", input("onFailure", "exit")) + shell("two", "echo on"), "Failed",
			[]string{"one Failed 3 ----------ERROR-------\nfailed to run commands: exit status 3", "two Success 0 " + fmt.Sprintf(skipped, "two")}},
		{"onFailure successAndExit", shell("one", "echo x; exit 3", input("onFailure", "successAndExit")) + shell("two", "echo on"), "Success",
			[]string{"one Success 168 x\n\n----------ERROR-------\nfailed to run commands: exit status 3", "two Success 0 " + fmt.Sprintf(skipped, "two")}},
		{"onSuccess exit", shell("one", "echo x", input("onSuccess", "exit")) + shell("two", "echo on"), "Success",
			[]string{"one Success 0 x", "two Success 0 " + fmt.Sprintf(skipped, "two")}},
		{"code 169", shell("one", "exit 169") + shell("two", "echo on"), "Failed",
			[]string{"one Failed 169 ----------ERROR-------\nfailed to run commands: exit status 169", "two Success 0 " + fmt.Sprintf(skipped, "two")}},
		{"a finally step runs all the same", shell("one", "exit 1", input("onFailure", "exit")) + shell("two", "echo on") + shell("last", "echo bye", input("finallyStep", "true")), "Failed",
			[]string{"one Failed 1 ----------ERROR-------\nfailed to run commands: exit status 1", "two Success 0 " + fmt.Sprintf(skipped, "two"), "last Success 0 bye"}},
		{"a step of another platform", "- name: win\n  action: aws:runShellScript\n  precondition: {StringEquals: [platformType, Windows]}\n  inputs: {runCommand: [dir]}\n" + shell("two", "echo on"), "Success",
			[]string{`win Success 0 Step execution skipped due to unsatisfied preconditions: '"StringEquals": [platformType, Windows]'. Step name: win`, "two Success 0 on"}},
		{"a precondition on a parameter", "- name: one\n  action: aws:runShellScript\n  precondition: {StringEquals: ['{{ who }}', world]}\n  inputs: {runCommand: [echo yes]}\n", "Success",
			[]string{"one Success 0 yes"}},
		{"a list inside a list", shell("one", "{{ lines }}"), "Failed",
			[]string{"one Failed 1 ----------ERROR-------\nInvalid format in plugin properties map[runCommand:[[a b]]];\nerror json: cannot unmarshal array into Go struct field RunScriptPluginInput.RunCommand of type string"}},
		{"a list as the script", "- name: one\n  action: aws:runShellScript\n  inputs: {runCommand: '{{ lines }}'}\n", "Failed",
			[]string{"one Failed 127 ----------ERROR-------\n/var/lib/amazon/ssm/"}},
		{"a step that times out", shell("one", "sleep 60", input("timeoutSeconds", "5")) + shell("two", "echo on"), "ExecutionTimedOut",
			[]string{"one TimedOut 137 ", "two Success 0 on"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, world.Settings{}, mock.Group{Count: 1})
				r.create("doc", tt.steps)
				id := r.send("", func(in *ssmapi.SendCommandInput) { in.DocumentName, in.Parameters = new("doc"), nil })
				time.Sleep(2 * time.Minute)
				got := r.stepsOf(id)
				for n := range got {
					if n < len(tt.want) && strings.HasSuffix(tt.want[n], "/var/lib/amazon/ssm/") && strings.HasPrefix(got[n], tt.want[n]) {
						got[n] = tt.want[n] // the shell's words about the script's path
					}
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Error(diff)
				}
				if diff := cmp.Diff(map[string]int{tt.status: 1}, r.details(id)); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

func TestInvocationOfSeveralStepsWantsAStepsName(t *testing.T) {
	r := newRig(t, world.Settings{Lag: new(time.Duration(0))}, mock.Group{Count: 1})
	r.create("doc", shell("one", "echo 1")+shell("two", "echo 2; echo bad >&2; exit 168")+shell("three", "echo 3"))
	id := r.send("", func(in *ssmapi.SendCommandInput) { in.DocumentName, in.Parameters = new("doc"), nil })
	get := func(name *string) (*ssmapi.GetCommandInvocationOutput, error) {
		return r.ssm.GetCommandInvocation(t.Context(), &ssmapi.GetCommandInvocationInput{CommandId: &id, InstanceId: &r.ids[0], PluginName: name})
	}
	for _, name := range []*string{nil, new("four"), new("aws:runShellScript")} {
		_, err := get(name)
		wantCode(t, err, "InvalidPluginName")
	}
	two, err := get(new("two"))
	if err != nil {
		t.Fatal(err)
	}
	if two.Status != types.CommandInvocationStatusSuccess || two.ResponseCode != 168 || *two.StandardErrorContent != "" || !strings.HasPrefix(*two.StandardOutputContent, "2\n\nStep exited with code 168.") {
		t.Errorf("%s %d %q %q", two.Status, two.ResponseCode, *two.StandardOutputContent, *two.StandardErrorContent)
	}
}

func TestRebootKeepsTheStepsBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{}, mock.Group{Count: 1})
		r.create("doc", shell("one", "echo x >> /var/one; echo done")+shell("two", "test -e /var/two && cat /var/one && exit 0; touch /var/two; exit 194")+shell("three", "echo end"))
		id := r.send("", func(in *ssmapi.SendCommandInput) { in.DocumentName, in.Parameters = new("doc"), nil })
		time.Sleep(5 * time.Minute)
		if diff := cmp.Diff([]string{"one Success 0 done", "two Success 0 x", "three Success 0 end"}, r.stepsOf(id)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestCancelInTheMiddleOfADocument(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{}, mock.Group{Count: 1})
		r.create("doc", shell("one", "echo 1")+shell("two", "echo 2; sleep 60")+shell("three", "echo 3"))
		id := r.send("", func(in *ssmapi.SendCommandInput) { in.DocumentName, in.Parameters = new("doc"), nil })
		time.Sleep(10 * time.Second)
		if diff := cmp.Diff([]string{"one Success 0 1", "two InProgress -1 ", "three Pending -1 "}, r.stepsOf(id)); diff != "" {
			t.Error(diff)
		}
		if _, err := r.ssm.CancelCommand(t.Context(), &ssmapi.CancelCommandInput{CommandId: &id}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		if diff := cmp.Diff([]string{"one Success 0 1", "two Cancelled 137 2", "three Cancelled 1 "}, r.stepsOf(id)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestDocumentLife(t *testing.T) {
	r := newRig(t, world.Settings{})
	r.create("greet", shell("one", "echo {{ who }}"))
	first := `{"schemaVersion":"2.2","mainSteps":[{"name":"a","action":"aws:runShellScript","inputs":{"runCommand":["id"]}}]}`
	update := &ssmapi.UpdateDocumentInput{Name: new("greet"), Content: &first, DocumentVersion: new("$LATEST"), DocumentFormat: types.DocumentFormatJson, VersionName: new("v2")}
	out, err := r.ssm.UpdateDocument(t.Context(), update)
	if err != nil {
		t.Fatal(err)
	}
	if d := out.DocumentDescription; *d.DocumentVersion != "2" || *d.DefaultVersion != "1" || *d.LatestVersion != "2" || d.Status != types.DocumentStatusUpdating {
		t.Errorf("updated: %+v", d)
	}
	_, err = r.ssm.UpdateDocument(t.Context(), update)
	wantCode(t, err, "DuplicateDocumentContent")
	described, err := r.ssm.DescribeDocument(t.Context(), &ssmapi.DescribeDocumentInput{Name: new("greet")})
	if err != nil {
		t.Fatal(err)
	}
	d := described.Document
	if *d.DocumentVersion != "1" || d.DocumentFormat != types.DocumentFormatYaml || len(d.Parameters) != 2 || *d.Parameters[0].DefaultValue != `["a","b"]` || *d.Parameters[1].DefaultValue != "world" {
		t.Errorf("described: %+v", d)
	}
	if _, err := r.ssm.UpdateDocumentDefaultVersion(t.Context(), &ssmapi.UpdateDocumentDefaultVersionInput{Name: new("greet"), DocumentVersion: new("2")}); err != nil {
		t.Fatal(err)
	}
	for version, want := range map[string]string{"$DEFAULT": "2", "$LATEST": "2", "1": "1"} {
		got, err := r.ssm.GetDocument(t.Context(), &ssmapi.GetDocumentInput{Name: new("greet"), DocumentVersion: &version, DocumentFormat: types.DocumentFormatJson})
		if err != nil || *got.DocumentVersion != want || !strings.HasPrefix(*got.Content, "{") {
			t.Errorf("version %s: %v, %v", version, got, err)
		}
	}
	byName, err := r.ssm.GetDocument(t.Context(), &ssmapi.GetDocumentInput{Name: new("greet"), VersionName: new("v2"), DocumentFormat: types.DocumentFormatText})
	if err != nil || *byName.Content != first {
		t.Errorf("by the version's name: %v, %v", byName, err)
	}
	versions, err := r.ssm.ListDocumentVersions(t.Context(), &ssmapi.ListDocumentVersionsInput{Name: new("greet"), MaxResults: new(int32(1))})
	if err != nil || len(versions.DocumentVersions) != 1 || !versions.DocumentVersions[0].IsDefaultVersion || versions.NextToken == nil {
		t.Errorf("versions: %+v, %v", versions, err)
	}
	_, err = r.ssm.DeleteDocument(t.Context(), &ssmapi.DeleteDocumentInput{Name: new("greet"), DocumentVersion: new("2")})
	wantCode(t, err, "InvalidDocumentOperation")
	if _, err := r.ssm.DeleteDocument(t.Context(), &ssmapi.DeleteDocumentInput{Name: new("greet")}); err != nil {
		t.Fatal(err)
	}
	_, err = r.ssm.GetDocument(t.Context(), &ssmapi.GetDocumentInput{Name: new("greet")})
	wantCode(t, err, "InvalidDocument")
}

func TestDocumentsSurviveASnapshot(t *testing.T) {
	r := newRig(t, world.Settings{})
	r.create("greet", shell("one", "echo {{ who }}"))
	data, err := r.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	again := newRig(t, world.Settings{})
	if err := again.Restore(data); err != nil {
		t.Fatal(err)
	}
	got, err := again.ssm.DescribeDocument(t.Context(), &ssmapi.DescribeDocumentInput{Name: new("greet")})
	if err != nil || len(got.Document.Parameters) != 2 {
		t.Errorf("after the load: %+v, %v", got, err)
	}
}

func TestListDocumentsFilters(t *testing.T) {
	r := newRig(t, world.Settings{})
	r.create("greet-one", shell("one", "true"))
	r.create("greet-two", "- name: w\n  action: aws:psModule\n  inputs: {}\n")
	for _, tt := range []struct {
		key, value string
		want       []string
	}{
		{"Owner", "Self", []string{"greet-one", "greet-two"}},
		{"Owner", "Amazon", []string{"AWS-RunPowerShellScript", "AWS-RunShellScript"}},
		{"Name", "AWS-RunShell", []string{"AWS-RunShellScript"}},
		{"PlatformTypes", "Windows", []string{"AWS-RunPowerShellScript", "greet-two"}},
		{"DocumentType", "Automation", nil},
	} {
		t.Run(tt.key+"="+tt.value, func(t *testing.T) {
			var got []string
			in := &ssmapi.ListDocumentsInput{MaxResults: new(int32(1)), Filters: []types.DocumentKeyValuesFilter{{Key: &tt.key, Values: []string{tt.value}}}}
			for p := ssmapi.NewListDocumentsPaginator(r.ssm, in); p.HasMorePages(); {
				page, err := p.NextPage(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				for _, d := range page.DocumentIdentifiers {
					if strings.HasPrefix(*d.Name, "AWS-Run") || *d.Owner != "Amazon" {
						got = append(got, *d.Name)
					}
				}
			}
			for _, name := range tt.want {
				if !strings.Contains(strings.Join(got, " ")+" ", name+" ") {
					t.Errorf("got %v, want %v", got, tt.want)
				}
			}
			if tt.value != "Amazon" && tt.key != "PlatformTypes" && len(got) != len(tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
	_, err := r.ssm.ListDocuments(t.Context(), &ssmapi.ListDocumentsInput{Filters: []types.DocumentKeyValuesFilter{{Key: new("Size"), Values: []string{"1"}}}})
	wantCode(t, err, "InvalidFilterKey")
}

func TestCreateDocumentRefuses(t *testing.T) {
	r := newRig(t, world.Settings{})
	r.create("taken", shell("one", "true"))
	const good = `{"schemaVersion":"2.2","mainSteps":[{"name":"a","action":"aws:runShellScript","inputs":{"runCommand":["id"]}}]}`
	for _, tt := range []struct{ name, document, content, code string }{
		{"a name of AWS's", "Amazon-mine", good, "ValidationException"},
		{"a short name", "ab", good, "ValidationException"},
		{"a name that is taken", "taken", good, "DocumentAlreadyExists"},
		{"content that is no JSON", "new", "schemaVersion: 2.2", "InvalidDocumentContent"},
		{"an unknown plugin", "new", strings.Replace(good, "runShellScript", "runScript", 1), "InvalidDocumentContent"},
		{"another schema", "new", strings.Replace(good, "2.2", "3.0", 1), "InvalidDocumentSchemaVersion"},
		{"too much", "new", good + strings.Repeat(" ", 64<<10), "MaxDocumentSizeExceeded"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := r.ssm.CreateDocument(t.Context(), &ssmapi.CreateDocumentInput{Name: &tt.document, Content: &tt.content})
			wantCode(t, err, tt.code)
		})
	}
}

func TestPluginThatIsNotModelledIsRefusedWhenSent(t *testing.T) {
	r := newRig(t, world.Settings{}, mock.Group{Count: 1})
	r.create("doc", "- name: get\n  action: aws:downloadContent\n  inputs: {sourceType: S3}\n")
	_, err := r.ssm.SendCommand(t.Context(), &ssmapi.SendCommandInput{DocumentName: new("doc"), InstanceIds: r.ids})
	wantCode(t, err, "ValidationException")
}

func TestPowerShellFailsWhereItIsNotInstalled(t *testing.T) {
	r := newRig(t, world.Settings{Lag: new(time.Duration(0))}, mock.Group{Count: 1})
	id := r.send("Get-Date", func(in *ssmapi.SendCommandInput) { in.DocumentName = new("AWS-RunPowerShellScript") })
	if got := r.get(id, r.ids[0]); got.Status != types.CommandInvocationStatusFailed || !strings.Contains(*got.StandardErrorContent, "pwsh") {
		t.Errorf("%s %q", got.Status, *got.StandardErrorContent)
	}
}
