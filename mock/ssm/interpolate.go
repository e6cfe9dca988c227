package ssm

import (
	"encoding/json"
	"regexp"
	"strings"

	"github.com/musterhq/muster/documents"
)

// placeholder is where a parameter's value goes.
var placeholder = regexp.MustCompile(`\{\{\s*([a-zA-Z0-9]+)\s*\}\}`)

// typedValues are the values of a document's parameters as the agent gets them: a text
// but for a StringList, which is a list. assumed: a Boolean and an Integer come as JSON's
// own; the agent's reader of parameters knows only String, StringList and StringMap.
// https://github.com/aws/amazon-ssm-agent/blob/mainline/agent/framework/docparser/docparser.go
func typedValues(doc documents.Document, bound map[string][]string) map[string]any {
	values := make(map[string]any, len(bound))
	for name, texts := range bound {
		switch doc.Parameters[name].Type {
		case "String":
			values[name] = texts[0]
		case "StringList":
			list := make([]any, len(texts))
			for n, text := range texts {
				list[n] = text
			}
			values[name] = list
		default:
			var v any
			if json.Unmarshal([]byte(texts[0]), &v) != nil { // Bind lets nothing else pass
				v = texts[0]
			}
			values[name] = v
		}
	}
	return values
}

// interpolate puts values into every string of v. A string that is one placeholder and
// nothing else becomes the value, of whatever type; inside a longer string a value that
// is no text becomes JSON. What was put in is not looked at again.
// https://github.com/aws/amazon-ssm-agent/blob/mainline/agent/framework/docparser/parameters/parameters.go
func interpolate(v any, values map[string]any) any {
	switch v := v.(type) {
	case string:
		return interpolateText(v, values)
	case []any:
		out := make([]any, len(v))
		for n, item := range v {
			out[n] = interpolate(item, values)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, item := range v {
			out[name] = interpolate(item, values)
		}
		return out
	}
	return v
}

func interpolateText(text string, values map[string]any) any {
	if m := placeholder.FindStringSubmatch(text); m != nil && m[0] == text {
		if v, ok := values[m[1]]; ok {
			return v
		}
	}
	return placeholder.ReplaceAllStringFunc(text, func(found string) string {
		v, ok := values[placeholder.FindStringSubmatch(found)[1]]
		if !ok {
			return found
		}
		return withoutDollars(asText(v))
	})
}

func asText(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	text, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(text)
}

// withoutDollars is what becomes of a value inside a longer string, because the agent
// hands it to a regular expression as a template without groups: $$ becomes $, and $NAME,
// ${NAME} and $1 become nothing.
func withoutDollars(value string) string {
	if !strings.Contains(value, "$") {
		return value
	}
	whole := regexp.MustCompile(`^`)
	return whole.ReplaceAllString("", value)
}
