package documents

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"sort"
	"strconv"
	"unicode/utf8"
)

// readJSON reads JSON content. Unlike encoding/json it says where a fault is, and refuses
// a member that is given twice.
func readJSON(data []byte) (*tree, error) {
	r := &jsonReader{data: data, dec: json.NewDecoder(bytes.NewReader(data))}
	r.dec.UseNumber()
	t, err := r.value(0)
	if err != nil {
		return nil, err
	}
	at := r.next()
	if _, err := r.dec.Token(); err != io.EOF {
		return nil, at.errorf("there is more after the document's end")
	}
	return t, nil
}

type jsonReader struct {
	data   []byte
	dec    *json.Decoder
	breaks []int // where lines end, made when first needed
}

// next is the place where the next token begins.
func (r *jsonReader) next() place {
	at := int(r.dec.InputOffset())
	for at < len(r.data) && bytes.IndexByte([]byte(" \t\r\n,:"), r.data[at]) >= 0 {
		at++
	}
	return r.place(at)
}

// place converts an offset.
func (r *jsonReader) place(at int) place {
	if r.breaks == nil {
		r.breaks = []int{}
		for n, c := range r.data {
			if c == '\n' {
				r.breaks = append(r.breaks, n)
			}
		}
	}
	at = min(at, len(r.data))
	line := sort.SearchInts(r.breaks, at)
	start := 0
	if line > 0 {
		start = r.breaks[line-1] + 1
	}
	return place{line + 1, utf8.RuneCount(r.data[start:at]) + 1}
}

// token reads a token, or says where none could be read.
func (r *jsonReader) token() (json.Token, place, error) {
	at := r.next()
	t, err := r.dec.Token()
	if err == nil {
		return t, at, nil
	}
	if bad, ok := errors.AsType[*json.SyntaxError](err); ok {
		return nil, at, r.place(int(max(bad.Offset, 1))-1).errorf("the JSON is not well-formed: %v", err)
	}
	return nil, at, r.place(len(r.data)).errorf("the JSON is not well-formed: it ends too early")
}

func (r *jsonReader) value(depth int) (*tree, error) {
	token, at, err := r.token()
	if err != nil {
		return nil, err
	}
	if depth > maxDepth {
		return nil, at.errorf("nested more than %d deep", maxDepth)
	}
	switch v := token.(type) {
	case string:
		return &tree{kind: textKind, at: at, text: v}, nil
	case json.Number:
		return &tree{kind: numberKind, at: at, text: v.String()}, nil
	case bool:
		return &tree{kind: boolKind, at: at, text: strconv.FormatBool(v)}, nil
	case json.Delim:
		if v == '[' {
			return r.list(at, depth)
		}
		return r.members(at, depth)
	}
	return &tree{kind: nullKind, at: at}, nil
}

func (r *jsonReader) list(at place, depth int) (*tree, error) {
	t := &tree{kind: listKind, at: at}
	for r.dec.More() {
		item, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		t.items = append(t.items, item)
	}
	_, _, err := r.token()
	return t, err
}

func (r *jsonReader) members(at place, depth int) (*tree, error) {
	t := &tree{kind: mapKind, at: at}
	seen := map[string]bool{}
	for r.dec.More() {
		name, where, err := r.token()
		if err != nil {
			return nil, err
		}
		f := field{name: name.(string), at: where} // the decoder lets nothing else stand there
		if seen[f.name] {
			return nil, where.errorf("%q is given twice", f.name)
		}
		seen[f.name] = true
		if f.value, err = r.value(depth + 1); err != nil {
			return nil, err
		}
		t.fields = append(t.fields, f)
	}
	_, _, err := r.token()
	return t, err
}
