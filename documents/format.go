package documents

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Format is how a document's content is written.
type Format string

// The formats that CreateDocument takes.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateDocument.html
const (
	JSON Format = "JSON"
	YAML Format = "YAML"
)

// FormatOf tells the format of content that begins with a brace from that of any other.
func FormatOf(data []byte) Format {
	if strings.HasPrefix(strings.TrimLeft(string(data), " \t\r\n"), "{") {
		return JSON
	}
	return YAML
}

func readTree(data []byte, format Format) (*tree, error) {
	if len(data) > MaxContentBytes {
		return nil, place{}.errorf("the document has %d bytes; at most %d", len(data), MaxContentBytes)
	}
	if format == YAML {
		return readYAML(data)
	}
	return readJSON(data)
}

// Convert returns content in another format, its members in their order. Content that is
// in that format already is returned as it is. An error is a [*SyntaxError].
func Convert(data []byte, from, to Format) ([]byte, error) {
	if from == to {
		return data, nil
	}
	t, err := readTree(data, from)
	if err != nil {
		return nil, err
	}
	if to == JSON {
		return t.indentedJSON()
	}
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(t.yamlNode()); err != nil {
		return nil, fmt.Errorf("write YAML: %w", err)
	}
	return out.Bytes(), nil
}

func (t *tree) indentedJSON() ([]byte, error) {
	var compact, out bytes.Buffer
	if err := t.writeJSON(&compact); err != nil {
		return nil, fmt.Errorf("write JSON: %w", err)
	}
	if err := json.Indent(&out, compact.Bytes(), "", "  "); err != nil {
		return nil, fmt.Errorf("write JSON: %w", err)
	}
	return out.Bytes(), nil
}

// writeJSON writes the tree with its members in their order, which encoding/json would
// sort.
func (t *tree) writeJSON(out *bytes.Buffer) error {
	switch t.kind {
	case listKind:
		out.WriteByte('[')
		for n, item := range t.items {
			if n > 0 {
				out.WriteByte(',')
			}
			if err := item.writeJSON(out); err != nil {
				return err
			}
		}
		out.WriteByte(']')
		return nil
	case mapKind:
		out.WriteByte('{')
		for n, f := range t.fields {
			if n > 0 {
				out.WriteByte(',')
			}
			if err := writeScalar(out, f.name); err != nil {
				return err
			}
			out.WriteByte(':')
			if err := f.value.writeJSON(out); err != nil {
				return err
			}
		}
		out.WriteByte('}')
		return nil
	}
	return writeScalar(out, t.plain())
}

// writeScalar writes a value that holds no other, without the escapes for HTML.
func writeScalar(out *bytes.Buffer, v any) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	out.Truncate(out.Len() - 1) // the line's end
	return nil
}
