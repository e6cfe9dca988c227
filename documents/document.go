// Package documents holds AWS Systems Manager documents as data: what a Command document
// declares and does, parsed and validated, without an AWS client and without running
// anything.
//
// Start with [Parse] and [Document.Bind]. Schema 1.2 is read in this version, in JSON:
// the schema of AWS-RunShellScript. Other schemas are refused by name.
//
// The format: https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-schemas-features.html
package documents

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
)

// MaxContentBytes is the largest content of a document.
// https://docs.aws.amazon.com/general/latest/gr/ssm.html
const MaxContentBytes = 64 << 10

// Document is a Command document.
type Document struct {
	SchemaVersion string
	Description   string
	Parameters    map[string]Parameter
	Steps         []Step
}

// Parameter is what a document declares of one of its parameters.
type Parameter struct {
	Type           string   `json:"type"` // String or StringList
	Description    string   `json:"description"`
	Default        Value    `json:"default"`
	AllowedValues  []string `json:"allowedValues"`
	AllowedPattern string   `json:"allowedPattern"`
	DisplayType    string   `json:"displayType"`
	MinItems       int      `json:"minItems"`
	MaxItems       int      `json:"maxItems"`
	MinChars       int      `json:"minChars"`
	MaxChars       int      `json:"maxChars"`
}

// Step is one thing that a document does: a plugin and its inputs.
type Step struct {
	Name   string // in schema 1.2 the plugin's name, as GetCommandInvocation wants it
	Action string // the plugin: aws:runShellScript
	ID     string // the id of a schema 1.2 property, as it shows in S3 keys
	Inputs map[string]json.RawMessage
}

// Value is a parameter's value: a text or a list of texts. Nil means none.
type Value []string

// UnmarshalJSON reads a string or a list of strings.
func (v *Value) UnmarshalJSON(data []byte) error {
	var one string
	if err := json.Unmarshal(data, &one); err == nil {
		*v = Value{one}
		return nil
	}
	var list []string
	if err := json.Unmarshal(data, &list); err != nil {
		return fmt.Errorf("a default is a string or a list of strings: %w", err)
	}
	*v = append(Value{}, list...)
	return nil
}

type content struct {
	SchemaVersion string                `json:"schemaVersion"`
	Description   string                `json:"description"`
	Parameters    map[string]Parameter  `json:"parameters"`
	RuntimeConfig map[string]runtimeFor `json:"runtimeConfig"`
}

type runtimeFor struct {
	Properties []map[string]json.RawMessage `json:"properties"`
}

// Parse reads a document's JSON content. The error says what is wrong with it.
func Parse(data []byte) (Document, error) {
	if len(data) > MaxContentBytes {
		return Document{}, fmt.Errorf("document has %d bytes; at most %d", len(data), MaxContentBytes)
	}
	var c content
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&c); err != nil {
		return Document{}, fmt.Errorf("read document: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return Document{}, fmt.Errorf("read document: there is more after its end")
	}
	if c.SchemaVersion != "1.2" {
		return Document{}, fmt.Errorf("schema version %q is not supported; 1.2 is", c.SchemaVersion)
	}
	d := Document{SchemaVersion: c.SchemaVersion, Description: c.Description, Parameters: c.Parameters}
	if err := checkParameters(d.Parameters); err != nil {
		return Document{}, err
	}
	steps, err := stepsOf(c.RuntimeConfig)
	d.Steps = steps
	return d, err
}

// stepsOf reads a schema 1.2 runtime configuration, which holds one plugin.
func stepsOf(config map[string]runtimeFor) ([]Step, error) {
	if len(config) != 1 {
		return nil, fmt.Errorf("runtimeConfig names %d plugins; one is needed", len(config))
	}
	var steps []Step
	for action, runtime := range config {
		if len(runtime.Properties) == 0 {
			return nil, fmt.Errorf("plugin %s has no properties", action)
		}
		for _, inputs := range runtime.Properties {
			s := Step{Name: action, Action: action, Inputs: inputs}
			if err := json.Unmarshal(orNull(inputs["id"]), &s.ID); err != nil {
				return nil, fmt.Errorf("plugin %s: id: %w", action, err)
			}
			delete(inputs, "id")
			steps = append(steps, s)
		}
	}
	return steps, nil
}

func orNull(raw json.RawMessage) json.RawMessage {
	if raw == nil {
		return json.RawMessage("null")
	}
	return raw
}

var parameterName = regexp.MustCompile(`^[a-zA-Z0-9]+$`)

func checkParameters(parameters map[string]Parameter) error {
	for name, p := range parameters {
		if !parameterName.MatchString(name) {
			return fmt.Errorf("parameter name %q is not alpha-numeric", name)
		}
		if p.Type != "String" && p.Type != "StringList" {
			return fmt.Errorf("parameter %s: type %q is not supported; String and StringList are", name, p.Type)
		}
		if p.Type == "String" && len(p.Default) > 1 {
			return fmt.Errorf("parameter %s: a String has one default value", name)
		}
		if _, err := regexp.Compile(p.AllowedPattern); err != nil {
			return fmt.Errorf("parameter %s: allowedPattern: %w", name, err)
		}
	}
	return nil
}
