package cmd

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// awsText writes a JSON value as the AWS CLI does with --output text
// (https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-output-format.html#text-output): what is simple on one line,
// divided by tabs, the members of an object in the order of their names; what is nested on lines of its own that begin with
// the name in capitals. No value is None, as there; True and False have a capital. Nothing is escaped.
func awsText(value any) string {
	var t textWriter
	t.value("", value)
	return t.b.String()
}

type textWriter struct{ b strings.Builder }

func (t *textWriter) value(name string, value any) {
	switch value := value.(type) {
	case map[string]any:
		t.object(name, value, simpleKeys(value))
	case []any:
		t.list(name, value)
	default:
		t.line(name, []string{simpleText(value)})
	}
}

// list writes the elements: objects with the same columns, whatever one of them lacks; lists each by itself, after what is
// simple; and simple elements on one line, or under a name on one each.
func (t *textWriter) list(name string, list []any) {
	if slices.ContainsFunc(list, isObject) {
		columns := simpleKeys(list...)
		for _, element := range list {
			if o, ok := element.(map[string]any); ok {
				t.object(name, o, columns)
				continue
			}
			t.value(name, element)
		}
		return
	}
	var simple []string
	for _, element := range list {
		if isSimple(element) {
			simple = append(simple, simpleText(element))
		}
	}
	if name == "" && len(simple) > 0 {
		t.line("", simple)
	}
	if name != "" {
		for _, text := range simple {
			t.line(name, []string{text})
		}
	}
	for _, element := range list {
		if !isSimple(element) {
			t.value(name, element)
		}
	}
}

// object writes a line of its columns, then every other member.
func (t *textWriter) object(name string, o map[string]any, columns []string) {
	var cells []string
	for _, key := range columns {
		text := ""
		if value, has := o[key]; has {
			text = simpleText(value)
		}
		cells = append(cells, text)
	}
	if len(cells) > 0 {
		t.line(name, cells)
	}
	for _, key := range slices.Sorted(maps.Keys(o)) {
		if !slices.Contains(columns, key) {
			t.value(key, o[key])
		}
	}
}

func (t *textWriter) line(name string, cells []string) {
	if name != "" {
		t.b.WriteString(strings.ToUpper(name) + "\t")
	}
	t.b.WriteString(strings.Join(cells, "\t") + "\n")
}

// simpleKeys gives the names of the simple members that any of the objects has, sorted.
func simpleKeys(values ...any) []string {
	keys := map[string]bool{}
	for _, value := range values {
		o, _ := value.(map[string]any)
		for key, member := range o {
			if isSimple(member) {
				keys[key] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(keys))
}

func isObject(v any) bool {
	_, ok := v.(map[string]any)
	return ok
}

func isSimple(v any) bool {
	_, list := v.([]any)
	return !list && !isObject(v)
}

func simpleText(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		return map[bool]string{true: "True", false: "False"}[v]
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}
