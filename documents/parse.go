package documents

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Parse reads a Command document's content; [FormatOf] guesses a format that nobody
// names. An error is a [*SyntaxError].
func Parse(data []byte, format Format) (Document, error) {
	root, err := readTree(data, format)
	if err != nil {
		return Document{}, err
	}
	return fromTree(root)
}

// schema is what differs between the schema versions of Command documents.
type schema struct {
	members []string
	steps   func(root *tree) ([]Step, error)
}

var (
	runtimeConfigSchema = schema{[]string{"description", "parameters", "runtimeConfig", "schemaVersion"}, propertySteps}
	mainStepsSchema     = schema{[]string{"$schema", "description", "mainSteps", "parameters", "schemaVersion"}, mainSteps}

	schemas = map[string]schema{"1.2": runtimeConfigSchema, "2.0": mainStepsSchema, "2.2": mainStepsSchema}
)

func fromTree(root *tree) (Document, error) {
	if root.kind != mapKind {
		return Document{}, root.at.errorf("a document is a map, not %s", root.kind)
	}
	version := root.get("schemaVersion")
	if version == nil {
		return Document{}, root.at.errorf("schemaVersion is missing")
	}
	form, ok := schemas[version.text]
	if !ok || version.kind != textKind {
		return Document{}, version.at.errorf("schemaVersion %s is not one of %s", strconv.Quote(version.text), strings.Join(slices.Sorted(maps.Keys(schemas)), ", "))
	}
	if err := onlyMembers(root, form.members); err != nil {
		return Document{}, err
	}
	d := Document{SchemaVersion: version.text}
	var err error
	if d.Description, err = optionalText(root, "description"); err != nil {
		return Document{}, err
	}
	if d.Parameters, err = parameters(root.get("parameters")); err != nil {
		return Document{}, err
	}
	if d.Steps, err = form.steps(root); err != nil {
		return Document{}, err
	}
	return d, checkReferences(root, d)
}

// onlyMembers refuses a member of a map that has no meaning there.
func onlyMembers(t *tree, names []string) error {
	for _, f := range t.fields {
		if !slices.Contains(names, f.name) {
			return f.at.errorf("unknown property %q", f.name)
		}
	}
	return nil
}

func optionalText(t *tree, name string) (string, error) {
	v := t.get(name)
	switch {
	case v == nil || v.kind == nullKind:
		return "", nil
	case v.kind != textKind:
		return "", v.at.errorf("%s is a string, not %s", name, v.kind)
	}
	return v.text, nil
}

// propertySteps reads the runtimeConfig of schema 1.2: plugins by name, each with one or
// several sets of properties that run as one step.
func propertySteps(root *tree) ([]Step, error) {
	config := root.get("runtimeConfig")
	if config == nil || config.kind != mapKind || len(config.fields) == 0 {
		return nil, root.at.errorf("runtimeConfig is missing, or names no plugin")
	}
	var steps []Step
	for _, f := range config.fields {
		if !knownPlugin(f.name) {
			return nil, f.at.errorf("unknown plugin %q", f.name)
		}
		if f.value.kind != mapKind {
			return nil, f.value.at.errorf("plugin %s is a map, not %s", f.name, f.value.kind)
		}
		inputs, err := properties(f)
		if err != nil {
			return nil, err
		}
		steps = append(steps, Step{Name: f.name, Action: f.name, Inputs: inputs, Line: f.at.line, Column: f.at.column})
	}
	return steps, nil
}

// properties are one map, or a list of maps.
func properties(plugin field) ([]map[string]any, error) {
	list := plugin.value.get("properties")
	if list == nil {
		return nil, plugin.at.errorf("plugin %s has no properties", plugin.name)
	}
	sets := list.items
	if list.kind == mapKind {
		sets = []*tree{list}
	}
	if len(sets) == 0 {
		return nil, list.at.errorf("plugin %s has no properties", plugin.name)
	}
	var inputs []map[string]any
	for _, set := range sets {
		if set.kind != mapKind {
			return nil, set.at.errorf("properties are maps, not %s", set.kind)
		}
		inputs = append(inputs, set.plainMap())
	}
	return inputs, nil
}

// stepMembers are the members of a step in schema 2.x. The agent reads the last three
// and does nothing with them (aws/amazon-ssm-agent, agent/contracts).
var stepMembers = []string{"action", "description", "inputs", "name", "precondition", "settings", "maxAttempts", "onFailure", "timeoutSeconds"}

// stepName is the form of a step's name. assumed: the reference shows names of letters,
// digits, underscores and hyphens, and states no pattern.
var stepName = regexp.MustCompile(`^[a-zA-Z0-9_\-.:]{1,128}$`)

// mainSteps reads the steps of schema 2.x.
func mainSteps(root *tree) ([]Step, error) {
	list := root.get("mainSteps")
	if list == nil || list.kind != listKind || len(list.items) == 0 {
		return nil, root.at.errorf("mainSteps is missing, or has no step")
	}
	var steps []Step
	names := map[string]bool{}
	for _, item := range list.items {
		s, err := mainStep(item)
		if err != nil {
			return nil, err
		}
		if names[s.Name] {
			return nil, item.at.errorf("two steps are named %q", s.Name)
		}
		names[s.Name] = true
		steps = append(steps, s)
	}
	return steps, nil
}

func mainStep(t *tree) (Step, error) {
	if t.kind != mapKind {
		return Step{}, t.at.errorf("a step is a map, not %s", t.kind)
	}
	if err := onlyMembers(t, stepMembers); err != nil {
		return Step{}, err
	}
	s := Step{Line: t.at.line, Column: t.at.column}
	for name, into := range map[string]*string{"name": &s.Name, "action": &s.Action} {
		v := t.get(name)
		if v == nil || v.kind != textKind {
			return Step{}, t.at.errorf("a step needs a %s, a string", name)
		}
		*into = v.text
	}
	if !stepName.MatchString(s.Name) {
		return Step{}, t.get("name").at.errorf("step name %q has other characters than letters, digits, _ - and .", s.Name)
	}
	if !knownPlugin(s.Action) {
		return Step{}, t.get("action").at.errorf("unknown plugin %q", s.Action)
	}
	inputs := t.get("inputs")
	switch {
	case inputs == nil:
		s.Inputs = []map[string]any{{}}
	case inputs.kind != mapKind:
		return Step{}, inputs.at.errorf("inputs are a map, not %s", inputs.kind)
	default:
		s.Inputs = []map[string]any{inputs.plainMap()}
	}
	var err error
	s.Precondition, err = precondition(t.get("precondition"))
	return s, err
}

// precondition reads an operator and its arguments.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
func precondition(t *tree) (map[string][]string, error) {
	if t == nil {
		return nil, nil
	}
	if t.kind != mapKind || len(t.fields) != 1 || t.fields[0].name != "StringEquals" {
		return nil, t.at.errorf("a precondition is a map with StringEquals alone")
	}
	list := t.fields[0].value
	if list.kind != listKind || len(list.items) != 2 || list.items[0].kind != textKind || list.items[1].kind != textKind {
		return nil, list.at.errorf("StringEquals compares two strings")
	}
	return map[string][]string{"StringEquals": {list.items[0].text, list.items[1].text}}, nil
}

// reference finds a parameter's name between braces. Names of Parameter Store
// ({{ssm:NAME}}) and of AWS's own ({{global:DATE}}) have a colon and are none.
var reference = regexp.MustCompile(`\{\{\s*([a-zA-Z0-9]+)\s*\}\}`)

// checkReferences refuses a step that uses a parameter which the document does not
// declare.
func checkReferences(root *tree, d Document) error {
	for _, part := range []string{"mainSteps", "runtimeConfig"} {
		t := root.get(part)
		if t == nil {
			continue
		}
		if err := t.eachText(func(t *tree) error {
			for _, m := range reference.FindAllStringSubmatch(t.text, -1) {
				if _, ok := d.Parameters[m[1]]; !ok {
					return t.at.errorf("parameter %q is not declared", m[1])
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// eachText calls f for each string below t, until it returns an error.
func (t *tree) eachText(f func(*tree) error) error {
	if t.kind == textKind {
		return f(t)
	}
	for _, item := range t.items {
		if err := item.eachText(f); err != nil {
			return err
		}
	}
	for _, member := range t.fields {
		if err := member.value.eachText(f); err != nil {
			return err
		}
	}
	return nil
}
