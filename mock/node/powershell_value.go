package node

import (
	"fmt"
	"strings"
)

// psValue is a value: a text, an object with properties, or nothing.
type psValue struct {
	string
	set        bool
	properties []psProperty
	show       func([]psProperty) string // of an object
}

type psProperty struct{ name, value string }

func psText(s string) psValue { return psValue{string: s, set: true} }

func psBool(b bool) psValue {
	if b {
		return psText("True")
	}
	return psText("False")
}

// text is the value inside a string.
func (v psValue) text() string { return v.string }

// shown is what PowerShell prints of a value that nobody took.
func (v psValue) shown() string {
	switch {
	case v.show != nil:
		return v.show(v.properties)
	case !v.set:
		return ""
	}
	return v.string + "\n"
}

// truth is the value as a condition.
func (v psValue) truth() bool {
	return v.show != nil || v.set && v.string != "" && v.string != "False" && v.string != "0"
}

// property is a member of an object; nothing where there is none.
func (v psValue) property(name string) psValue {
	for _, p := range v.properties {
		if strings.EqualFold(p.name, name) {
			return psText(p.value)
		}
	}
	return psValue{}
}

// joined is what a pipeline's values are as one.
func joined(values []psValue) psValue {
	switch len(values) {
	case 0:
		return psValue{}
	case 1:
		return values[0]
	}
	var texts []string
	for _, v := range values {
		texts = append(texts, v.text())
	}
	return psText(strings.Join(texts, " "))
}

// psTable prints an object as a table of one row. assumed: the widths of columns.
func psTable(widths ...int) func([]psProperty) string {
	return func(properties []psProperty) string {
		var heads, rules, cells strings.Builder
		for n, p := range properties[:len(widths)] {
			fmt.Fprintf(&heads, "%-*s ", widths[n], p.name)
			fmt.Fprintf(&rules, "%-*s ", widths[n], strings.Repeat("-", len(p.name)))
			fmt.Fprintf(&cells, "%-*s ", widths[n], p.value)
		}
		return "\n" + heads.String() + "\n" + rules.String() + "\n" + cells.String() + "\n\n\n"
	}
}

// psPairs prints an object as a table of names and values.
func psPairs(properties []psProperty) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%-30s %s\n%-30s %s\n", "Name", "Value", "----", "-----")
	for _, p := range properties {
		fmt.Fprintf(&b, "%-30s %s\n", p.name, p.value)
	}
	return b.String() + "\n\n"
}

// psList prints an object as lines of name and value.
func psList(properties []psProperty) string {
	width := 0
	for _, p := range properties {
		width = max(width, len(p.name))
	}
	var b strings.Builder
	for _, p := range properties {
		fmt.Fprintf(&b, "%-*s : %s\n", width, p.name, p.value)
	}
	return "\n\n" + b.String() + "\n\n\n"
}
