package cmd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// writeYAML writes the JSON of v to w as one YAML document, its members in the same order. It is written so that readers of
// YAML 1.1 and 1.2 find the same: a string that one of them could take for something else stands in double quotes
// (https://yaml.org/type/bool.html, https://yaml.org/spec/1.2.2/#103-core-schema).
func writeYAML(w io.Writer, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	tree, err := readOrdered(decoder)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if isBlock(tree) {
		writeYAMLBlock(&b, tree, 0)
	} else {
		b.WriteString(yamlScalar(tree, 0) + "\n")
	}
	_, err = w.Write(b.Bytes())
	return err
}

// object is a JSON object whose members keep their order.
type object []member

type member struct {
	key   string
	value any
}

// readOrdered reads one JSON value: an object, a list []any, or a scalar as the decoder gives it.
func readOrdered(decoder *json.Decoder) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		o := object{}
		for decoder.More() {
			key, err := decoder.Token()
			if err != nil {
				return nil, err
			}
			value, err := readOrdered(decoder)
			if err != nil {
				return nil, err
			}
			o = append(o, member{fmt.Sprint(key), value})
		}
		_, err = decoder.Token()
		return o, err
	case json.Delim('['):
		list := []any{}
		for decoder.More() {
			value, err := readOrdered(decoder)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		_, err = decoder.Token()
		return list, err
	}
	return token, nil
}

// isBlock reports whether a value has lines of its own: a list or an object with something in it.
func isBlock(v any) bool {
	switch v := v.(type) {
	case object:
		return len(v) > 0
	case []any:
		return len(v) > 0
	}
	return false
}

// writeYAMLBlock writes a list or an object; the cursor stands at column indent already.
func writeYAMLBlock(b *bytes.Buffer, v any, indent int) {
	margin := strings.Repeat(" ", indent)
	switch v := v.(type) {
	case object:
		for i, m := range v {
			if i > 0 {
				b.WriteString(margin)
			}
			b.WriteString(yamlKey(m.key) + ":")
			if isBlock(m.value) {
				b.WriteString("\n" + margin + "  ")
				writeYAMLBlock(b, m.value, indent+2)
				continue
			}
			b.WriteString(" " + yamlScalar(m.value, indent+2) + "\n")
		}
	case []any:
		for i, value := range v {
			if i > 0 {
				b.WriteString(margin)
			}
			b.WriteString("- ")
			if isBlock(value) {
				writeYAMLBlock(b, value, indent+2)
				continue
			}
			b.WriteString(yamlScalar(value, indent+2) + "\n")
		}
	}
}

// yamlScalar writes what is no block. Lines of a text stand at column indent.
func yamlScalar(v any, indent int) string {
	switch v := v.(type) {
	case object:
		return "{}"
	case []any:
		return "[]"
	case nil:
		return "null"
	case string:
		return yamlString(v, indent)
	}
	return fmt.Sprint(v)
}

func yamlString(s string, indent int) string {
	if isYAMLText(s) {
		return yamlText(s, max(indent, 2))
	}
	return yamlKey(s)
}

// yamlKey is a string on one line.
func yamlKey(s string) string {
	if yamlPlain().MatchString(s) && !slices.Contains(yamlWords(), strings.ToLower(s)) {
		return s
	}
	return yamlQuoted(s)
}

// yamlPlain matches what is the same string to every reader unless it is one of yamlWords: it begins with a letter or a slash,
// and what follows a colon or a blank in it makes neither a sign.
func yamlPlain() *regexp.Regexp {
	return regexp.MustCompile(`^[A-Za-z/][A-Za-z0-9_./+-]*([ :][A-Za-z0-9_./+-]+)*$`)
}

// yamlWords are the words that some readers take for something else than a string.
func yamlWords() []string {
	return []string{"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
}

// yamlQuoted is s in double quotes: JSON's string is YAML's as well, but for the characters that YAML wants escaped
// (https://yaml.org/spec/1.2.2/#51-character-set).
func yamlQuoted(s string) string {
	var quoted strings.Builder
	encoder := json.NewEncoder(&quoted)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil {
		panic(err) // a string always has a JSON form
	}
	var b strings.Builder
	for _, r := range strings.TrimSuffix(quoted.String(), "\n") {
		if r >= 0x7f && r <= 0x9f || r == 0xfeff || r == 0xfffe || r == 0xffff {
			fmt.Fprintf(&b, `\u%04x`, r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// isYAMLText reports whether s can stand as a block of lines, which is how people like to read an output.
func isYAMLText(s string) bool {
	text := strings.TrimSuffix(s, "\n")
	if !strings.Contains(s, "\n") || text == "" || strings.HasSuffix(text, "\n") || strings.ContainsAny(text[:1], " \t\n") {
		return false
	}
	return !strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) })
}

// yamlText is a literal block: its end says whether the last line has an end.
func yamlText(s string, indent int) string {
	head := "|"
	if !strings.HasSuffix(s, "\n") {
		head = "|-"
	}
	var b strings.Builder
	b.WriteString(head)
	for line := range strings.SplitSeq(strings.TrimSuffix(s, "\n"), "\n") {
		b.WriteByte('\n')
		if line != "" {
			b.WriteString(strings.Repeat(" ", indent) + line)
		}
	}
	return b.String()
}
