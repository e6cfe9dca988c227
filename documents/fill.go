package documents

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Fill puts the values that [Document.Bind] returned into the steps: what the agent on a
// node is told. A string that is nothing but {{ name }} becomes the value itself; inside a
// longer string a value that is no text is written as JSON. What was filled in is not
// looked at again.
//
// The agent inserts into a longer string as Go's regexp expands a template, so that of a
// value's $$ one $ stays, and $NAME is lost
// (https://github.com/aws/amazon-ssm-agent, agent/framework/docparser/parameters).
func (d Document) Fill(bound map[string][]string) []Step {
	values := make(map[string]filling, len(bound))
	for name, texts := range bound {
		values[name] = d.Parameters[name].filling(texts)
	}
	steps := make([]Step, len(d.Steps))
	for n, s := range d.Steps {
		filled := s
		filled.Inputs = nil
		for _, in := range s.Inputs {
			filled.Inputs = append(filled.Inputs, fill(in, values).(map[string]any))
		}
		filled.Compared = nil
		for _, argument := range s.Precondition["StringEquals"] {
			text, isText := fill(argument, values).(string)
			if !isText {
				text = argument
			}
			filled.Compared = append(filled.Compared, text)
		}
		steps[n] = filled
	}
	return steps
}

// filling is a parameter's value in its two forms.
type filling struct {
	whole any    // in the place of a whole string
	text  string // inside a longer one
}

func (p Parameter) filling(texts []string) filling {
	if p.Type == "StringList" {
		whole := []any{}
		for _, t := range texts {
			whole = append(whole, t)
		}
		return filling{whole, asJSON(texts)}
	}
	f := filling{texts[0], texts[0]}
	if p.Type != "String" && json.Unmarshal([]byte(texts[0]), &f.whole) == nil {
		f.text = asJSON(f.whole)
	}
	return f
}

func asJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return "" // nothing that came from JSON or from texts
	}
	return string(text)
}

func fill(v any, values map[string]filling) any {
	switch v := v.(type) {
	case map[string]any:
		m := map[string]any{}
		for k, item := range v {
			m[k] = fill(item, values)
		}
		return m
	case []any:
		l := []any{}
		for _, item := range v {
			l = append(l, fill(item, values))
		}
		return l
	case string:
		return fillText(v, values)
	}
	return v
}

// fillText goes through a string from one placeholder to the next.
func fillText(text string, values map[string]filling) any {
	var b strings.Builder
	at := 0
	for _, m := range reference.FindAllStringSubmatchIndex(text, -1) {
		value, declared := values[text[m[2]:m[3]]]
		switch {
		case !declared:
			continue
		case m[0] == 0 && m[1] == len(text):
			return value.whole
		}
		b.WriteString(text[at:m[0]])
		b.WriteString(expandDollars(value.text))
		at = m[1]
	}
	b.WriteString(text[at:])
	return b.String()
}

// dollar is what regexp's Expand replaces: $$, $name and ${name}.
var dollar = regexp.MustCompile(`\$(\$|\{[_0-9A-Za-z\p{L}\p{Nd}]+\}|[_0-9A-Za-z\p{L}\p{Nd}]+)`)

// expandDollars keeps of a $ what the agent's template keeps: $1 to $9 and every name
// stand for groups, of which its pattern has none. $0, the whole match, is the
// placeholder; it is left out like the others.
func expandDollars(text string) string {
	return dollar.ReplaceAllStringFunc(text, func(found string) string {
		if found == "$$" {
			return "$"
		}
		return ""
	})
}

// The range of a plugin's timeoutSeconds, and what the agent takes for a value that is out
// of it or is no number (https://github.com/aws/amazon-ssm-agent, agent/plugins/pluginutil).
const (
	MinTimeout     = 5 * time.Second
	MaxTimeout     = 48 * time.Hour
	DefaultTimeout = time.Hour
)

// Timeout is how long the step may run on a node, all of its inputs together. The step
// must have been filled in.
func (s Step) Timeout() time.Duration {
	var total time.Duration
	for _, in := range s.Inputs {
		total += timeout(in["timeoutSeconds"])
	}
	return total
}

func timeout(v any) time.Duration {
	text, isText := v.(string)
	if number, ok := v.(json.Number); ok {
		text, isText = number.String(), true
	}
	seconds, err := strconv.ParseFloat(text, 64)
	if !isText || err != nil || seconds < MinTimeout.Seconds() || seconds > MaxTimeout.Seconds() {
		return DefaultTimeout
	}
	return time.Duration(seconds) * time.Second
}
