// Package documents holds AWS Systems Manager documents as data: what a Command document
// declares and does, parsed and validated, without an AWS client and without running
// anything.
//
// Start with [Parse] and [Document.Bind]. Command documents of schema 1.2, 2.0 and 2.2
// are read; other schemas are refused by name.
//
// The format: https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-schemas-features.html
package documents

import "strings"

// MaxContentBytes is the largest content of a document.
// https://docs.aws.amazon.com/general/latest/gr/ssm.html
const MaxContentBytes = 64 << 10

// Document is a Command document.
type Document struct {
	SchemaVersion string
	Description   string
	Parameters    map[string]Parameter
	Steps         []Step // in the order in which they run
}

// Parameter is what a document declares of one of its parameters. Counts of zero are not
// declared.
type Parameter struct {
	Type           string // String, StringList, Boolean, Integer, StringMap or MapList
	Description    string
	Default        Value
	AllowedValues  []string
	AllowedPattern string
	DisplayType    string // textfield or textarea: how a console asks for it
	Interpolation  string // ENV_VAR, or empty
	MinItems       int
	MaxItems       int
	MinChars       int
	MaxChars       int
}

// Step is one thing that a document does: a plugin and what it is told.
type Step struct {
	// Name is the step's own name; in schema 1.2 the plugin's, as GetCommandInvocation wants it.
	Name string
	// Action is the plugin: aws:runShellScript.
	Action string
	// Inputs are what the plugin is told: once in schema 2.x, and once for each property in
	// schema 1.2, where they run one after another as one step. Values are what
	// encoding/json makes of them with UseNumber.
	Inputs []map[string]any
	// Precondition maps an operator to its arguments. Only StringEquals exists.
	Precondition map[string][]string
	// Compared are the arguments of StringEquals with the parameters in their places, in a
	// step that [Document.Fill] returned.
	Compared []string
	// Line and Column say where the step begins in the content, both from 1.
	Line, Column int
}

// Value is a parameter's value as the API passes it: a list of texts. One that is neither
// a text nor a list of texts is one text of JSON. Nil means none.
type Value []string

// The inputs of a step that say how the document goes on after it.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-command-ssm-plugin-reference.html
const (
	inputOnFailure = "onFailure"
	inputOnSuccess = "onSuccess"
	inputFinally   = "finallyStep"
)

// OnFailure is exit or successAndExit where a failed step ends the document, else empty.
func (s Step) OnFailure() string { return s.modifier(inputOnFailure) }

// OnSuccess is exit where a step that succeeded ends the document, else empty.
func (s Step) OnSuccess() string { return s.modifier(inputOnSuccess) }

// Finally says whether the step runs whatever ended the document. It counts on the last
// step only.
func (s Step) Finally() bool { return s.modifier(inputFinally) == "true" }

// modifier reads an input that is a text or a boolean, as the agent does.
func (s Step) modifier(name string) string {
	if len(s.Inputs) != 1 {
		return ""
	}
	switch v := s.Inputs[0][name].(type) {
	case string:
		return v
	case bool:
		if v {
			return "true"
		}
		return "false"
	}
	return ""
}

// Platforms returns the operating systems that can run a step of the document, sorted:
// Linux, MacOS, Windows. In schema 2.2 one step is enough, because what does not fit is
// skipped; before it every step has to fit. No answer means that the plugins are not
// known to be bound to any.
func (d Document) Platforms() []string {
	runs := map[string]int{}
	known := 0
	for _, s := range d.Steps {
		platforms, ok := pluginPlatforms[s.Action]
		if !ok {
			continue
		}
		known++
		for _, p := range platforms {
			runs[p]++
		}
	}
	needed := known
	if d.SchemaVersion == "2.2" {
		needed = 1
	}
	var out []string
	for _, p := range []string{"Linux", "MacOS", "Windows"} {
		if runs[p] >= max(needed, 1) {
			out = append(out, p)
		}
	}
	return out
}

// plugins says which operating systems each plugin of Command documents runs on.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-command-ssm-plugin-reference.html
var pluginPlatforms = map[string][]string{
	"aws:applications":        {"Windows"},
	"aws:cloudWatch":          {"Windows"},
	"aws:configureDocker":     {"Linux", "Windows"},
	"aws:configurePackage":    {"Linux", "MacOS", "Windows"},
	"aws:domainJoin":          {"Linux", "Windows"},
	"aws:downloadContent":     {"Linux", "MacOS", "Windows"},
	"aws:psModule":            {"Windows"},
	"aws:refreshAssociation":  {"Linux", "MacOS", "Windows"},
	"aws:runDockerAction":     {"Linux", "Windows"},
	"aws:runDocument":         {"Linux", "MacOS", "Windows"},
	"aws:runPowerShellScript": {"Linux", "MacOS", "Windows"},
	"aws:runShellScript":      {"Linux", "MacOS"},
	"aws:softwareInventory":   {"Linux", "MacOS", "Windows"},
	"aws:updateAgent":         {"Windows"},
	"aws:updateSsmAgent":      {"Linux", "MacOS", "Windows"},
	"aws:configureDaemon":     {"Windows"},
	"aws:dockerContainer":     {"Linux"},
	"aws:runCloudWatchAgent":  {"Linux", "Windows"},
}

func knownPlugin(name string) bool {
	_, ok := pluginPlatforms[name]
	return ok && strings.HasPrefix(name, "aws:")
}
