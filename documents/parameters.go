package documents

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var parameterName = regexp.MustCompile(`^[a-zA-Z0-9]+$`)

// parameterTypes are the types of a Command document's parameters, and what a default of
// each is made of.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
var parameterTypes = map[string]kind{
	"String": textKind, "StringList": listKind, "Boolean": boolKind, "Integer": numberKind, "StringMap": mapKind, "MapList": listKind,
}

// parameters reads what a document declares.
func parameters(t *tree) (map[string]Parameter, error) {
	if t == nil {
		return nil, nil
	}
	if t.kind != mapKind {
		return nil, t.at.errorf("parameters are a map, not %s", t.kind)
	}
	declared := make(map[string]Parameter, len(t.fields))
	for _, f := range t.fields {
		if !parameterName.MatchString(f.name) {
			return nil, f.at.errorf("parameter name %q is not alpha-numeric", f.name)
		}
		if f.value.kind != mapKind {
			return nil, f.value.at.errorf("parameter %s is a map, not %s", f.name, f.value.kind)
		}
		p, err := parameter(f.value)
		if err != nil {
			return nil, err
		}
		declared[f.name] = p
	}
	return declared, nil
}

// parameter reads one declaration: each member by its reader.
func parameter(t *tree) (Parameter, error) {
	var p Parameter
	for _, f := range t.fields {
		read, ok := parameterMembers[f.name]
		if !ok {
			return p, f.at.errorf("unknown property %q of a parameter", f.name)
		}
		if err := read(&p, f.value); err != nil {
			return p, err
		}
	}
	if _, ok := parameterTypes[p.Type]; !ok {
		return p, t.at.errorf("parameter type %q is not one of %s", p.Type, strings.Join(slices.Sorted(maps.Keys(parameterTypes)), ", "))
	}
	return p, p.readDefault(t.get("default"))
}

var parameterMembers = map[string]func(*Parameter, *tree) error{
	"type":              func(p *Parameter, t *tree) error { return t.asText(&p.Type) },
	"description":       func(p *Parameter, t *tree) error { return t.asText(&p.Description) },
	"displayType":       func(p *Parameter, t *tree) error { return t.asOneOf(&p.DisplayType, "textfield", "textarea") },
	"interpolationType": func(p *Parameter, t *tree) error { return t.asOneOf(&p.Interpolation, "ENV_VAR") },
	"allowedPattern":    func(p *Parameter, t *tree) error { return t.asPattern(&p.AllowedPattern) },
	"allowedValues":     func(p *Parameter, t *tree) error { return t.asTexts(&p.AllowedValues) },
	"minItems":          func(p *Parameter, t *tree) error { return t.asCount(&p.MinItems) },
	"maxItems":          func(p *Parameter, t *tree) error { return t.asCount(&p.MaxItems) },
	"minChars":          func(p *Parameter, t *tree) error { return t.asCount(&p.MinChars) },
	"maxChars":          func(p *Parameter, t *tree) error { return t.asCount(&p.MaxChars) },
	"default":           func(*Parameter, *tree) error { return nil }, // read when the type is known
}

func (p *Parameter) readDefault(t *tree) error {
	if t == nil {
		return nil
	}
	if want := parameterTypes[p.Type]; t.kind != want {
		return t.at.errorf("the default of a %s is %s, not %s", p.Type, want, t.kind)
	}
	if p.Type == "StringList" {
		p.Default = Value{}
		return t.asTexts((*[]string)(&p.Default))
	}
	p.Default = Value{t.text}
	if t.kind == mapKind || t.kind == listKind {
		text, err := json.Marshal(t.plain())
		if err != nil {
			return t.at.errorf("default: %v", err)
		}
		p.Default = Value{string(text)}
	}
	return nil
}

func (t *tree) asText(into *string) error {
	if t.kind != textKind {
		return t.at.errorf("a string is needed, not %s", t.kind)
	}
	*into = t.text
	return nil
}

func (t *tree) asOneOf(into *string, values ...string) error {
	if t.kind != textKind || !slices.Contains(values, t.text) {
		return t.at.errorf("%q is not one of %s", t.text, strings.Join(values, ", "))
	}
	*into = t.text
	return nil
}

// asPattern reads a regular expression. AWS reads it as Java's; only what Go reads too is
// taken, because the agent, which checks it again, is written in Go.
func (t *tree) asPattern(into *string) error {
	if err := t.asText(into); err != nil {
		return err
	}
	if _, err := regexp.Compile(wholePattern(t.text)); err != nil {
		return t.at.errorf("allowedPattern: %v", err)
	}
	return nil
}

// asTexts reads a list of strings, numbers or booleans, as texts.
func (t *tree) asTexts(into *[]string) error {
	if t.kind != listKind {
		return t.at.errorf("a list is needed, not %s", t.kind)
	}
	for _, item := range t.items {
		if item.kind == listKind || item.kind == mapKind || item.kind == nullKind {
			return item.at.errorf("a string is needed, not %s", item.kind)
		}
		*into = append(*into, item.text)
	}
	return nil
}

// asCount reads a whole number, which may be written as a string.
func (t *tree) asCount(into *int) error {
	n, err := strconv.Atoi(t.text)
	if err != nil || n < 0 || t.kind != numberKind && t.kind != textKind {
		return t.at.errorf("a whole number is needed, from 0")
	}
	*into = n
	return nil
}
