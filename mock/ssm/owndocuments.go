package ssm

import (
	"github.com/musterhq/muster/documents"
	"github.com/musterhq/muster/mock/node"
)

// ownDocument is a document that AWS owns.
type ownDocument struct {
	// content declares what AWS's document declares; texts and scripts are our own.
	content string
	// actions carry steps out by their names, in place of the scripts that AWS has there.
	actions map[string]action

	parsed documents.Document // from content
}

// ownDocuments are the documents that AWS owns, by name.
func ownDocuments() map[string]ownDocument {
	own := map[string]ownDocument{
		"AWS-RunPatchBaseline":    {content: runPatchBaseline, actions: map[string]action{"PatchLinux": patchLinux, "PatchWindows": unmodelledStep}},
		"AWS-RunPowerShellScript": {content: runPowerShellScript},
		"AWS-RunShellScript":      {content: runShellScript},
	}
	for name, o := range own {
		doc, err := documents.Parse([]byte(o.content), documents.JSON)
		if err != nil {
			panic(name + ": " + err.Error()) // a constant of ours
		}
		o.parsed = doc
		own[name] = o
	}
	return own
}

// unmodelledStep fails and says why.
var unmodelledStep = action{begin: func(_ *Service, j job) (func() node.Result, string) {
	return nil, "muster's mock does not model the step " + j.task.Name + " of " + j.command.Document
}}

// runShellScript declares what AWS-RunShellScript declares.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-command-ssm-plugin-reference.html
const runShellScript = `{
  "schemaVersion": "1.2",
  "description": "Run a shell script or specify the commands to run.",
  "parameters": {
    "commands": {"type": "StringList", "description": "The lines of the script.", "minItems": 1, "displayType": "textarea"},
    "workingDirectory": {"type": "String", "default": "", "description": "Where the script runs.", "maxChars": 4096},
    "executionTimeout": {"type": "String", "default": "3600", "description": "How many seconds the script may take.",
      "allowedPattern": "([1-9][0-9]{0,4})|(1[0-6][0-9]{4})|(17[0-1][0-9]{3})|(172[0-7][0-9]{2})|(172800)"}
  },
  "runtimeConfig": {"aws:runShellScript": {"properties": [{
    "id": "0.aws:runShellScript", "runCommand": "{{ commands }}", "workingDirectory": "{{ workingDirectory }}", "timeoutSeconds": "{{ executionTimeout }}"}]}}
}`

// runPowerShellScript declares what AWS-RunPowerShellScript declares.
const runPowerShellScript = `{
  "schemaVersion": "1.2",
  "description": "Run a PowerShell script or specify the paths to scripts to run.",
  "parameters": {
    "commands": {"type": "StringList", "description": "The lines of the script.", "minItems": 1, "displayType": "textarea"},
    "workingDirectory": {"type": "String", "default": "", "description": "Where the script runs.", "maxChars": 4096},
    "executionTimeout": {"type": "String", "default": "3600", "description": "How many seconds the script may take.",
      "allowedPattern": "([1-9][0-9]{0,4})|(1[0-6][0-9]{4})|(17[0-1][0-9]{3})|(172[0-7][0-9]{2})|(172800)"}
  },
  "runtimeConfig": {"aws:runPowerShellScript": {"properties": [{
    "id": "0.aws:runPowerShellScript", "runCommand": "{{ commands }}", "workingDirectory": "{{ workingDirectory }}", "timeoutSeconds": "{{ executionTimeout }}"}]}}
}`
