package documents

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"go.yaml.in/yaml/v4"
)

// readYAML reads YAML content of one document. Anchors, aliases and merge keys are
// refused; what AWS makes of them is not found in writing.
func readYAML(data []byte) (*tree, error) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var root, more yaml.Node
	switch err := dec.Decode(&root); {
	case err == io.EOF:
		return nil, place{1, 1}.errorf("the document is empty")
	case err != nil:
		return nil, yamlError(err)
	}
	if err := dec.Decode(&more); err != io.EOF {
		return nil, place{more.Line, more.Column}.errorf("there is more after the document's end")
	}
	if root.Kind != yaml.DocumentNode || len(root.Content) != 1 {
		return nil, place{1, 1}.errorf("the document is empty")
	}
	return fromYAML(root.Content[0], 0)
}

// yamlError gives the library's error its place.
func yamlError(err error) error {
	load, ok := errors.AsType[*yaml.LoadError](err)
	if !ok {
		return place{}.errorf("the YAML is not well-formed: %v", err)
	}
	return place{load.Mark.Line, load.Mark.Column}.errorf("the YAML is not well-formed: %s", load.Message)
}

func fromYAML(n *yaml.Node, depth int) (*tree, error) {
	at := place{n.Line, n.Column}
	switch {
	case depth > maxDepth:
		return nil, at.errorf("nested more than %d deep", maxDepth)
	case n.Anchor != "" || n.Kind == yaml.AliasNode:
		return nil, at.errorf("anchors and aliases are not supported")
	case n.Kind == yaml.SequenceNode:
		t := &tree{kind: listKind, at: at}
		for _, c := range n.Content {
			item, err := fromYAML(c, depth+1)
			if err != nil {
				return nil, err
			}
			t.items = append(t.items, item)
		}
		return t, nil
	case n.Kind == yaml.MappingNode:
		return yamlMap(n, depth)
	}
	kind, text := yamlScalar(n)
	return &tree{kind: kind, at: at, text: text}, nil
}

func yamlMap(n *yaml.Node, depth int) (*tree, error) {
	t := &tree{kind: mapKind, at: place{n.Line, n.Column}}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		at := place{key.Line, key.Column}
		switch {
		case key.Kind == yaml.MappingNode && key.Style&yaml.FlowStyle != 0:
			return nil, at.errorf("a placeholder needs quotes in YAML: \"{{ name }}\"")
		case key.Kind != yaml.ScalarNode || key.Anchor != "":
			return nil, at.errorf("the name of a member is a plain string")
		case key.Tag == "!!merge":
			return nil, at.errorf("merge keys are not supported")
		case t.get(key.Value) != nil:
			return nil, at.errorf("%q is given twice", key.Value)
		}
		value, err := fromYAML(n.Content[i+1], depth+1)
		if err != nil {
			return nil, err
		}
		t.fields = append(t.fields, field{key.Value, at, value})
	}
	return t, nil
}

// yamlScalar is what a scalar is in JSON. assumed: AWS reads the core schema of YAML 1.2,
// so that yes and 010 are texts and dates too.
func yamlScalar(n *yaml.Node) (kind, string) {
	switch n.ShortTag() {
	case "!!null":
		return nullKind, ""
	case "!!bool":
		return boolKind, strings.ToLower(n.Value)
	case "!!int", "!!float":
		if json.Valid([]byte(n.Value)) {
			return numberKind, n.Value
		}
	}
	return textKind, n.Value
}

// yamlNode is the tree as YAML, its members in their order.
func (t *tree) yamlNode() *yaml.Node {
	switch t.kind {
	case listKind:
		n := &yaml.Node{Kind: yaml.SequenceNode}
		for _, item := range t.items {
			n.Content = append(n.Content, item.yamlNode())
		}
		return n
	case mapKind:
		n := &yaml.Node{Kind: yaml.MappingNode}
		for _, f := range t.fields {
			n.Content = append(n.Content, (&tree{kind: textKind, text: f.name}).yamlNode(), f.value.yamlNode())
		}
		return n
	case nullKind:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}
	case numberKind:
		tag := "!!int"
		if strings.ContainsAny(t.text, ".eE") {
			tag = "!!float"
		}
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: t.text}
	case boolKind:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: t.text}
	}
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: t.text}
	if strings.Contains(t.text, "\n") {
		n.Style = yaml.LiteralStyle
	}
	return n
}
