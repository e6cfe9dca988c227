package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"reflect"
	"strings"
	"time"
)

const (
	targetHeader    = "X-Amz-Target"
	jsonContentType = "application/x-amz-json-1.1"
)

// maxDepth bounds how deep a JSON request may nest.
// assumed: AWS's own limit is not in writing; its deepest inputs nest under ten levels.
const maxDepth = 100

// decodeJSONCall reads a JSON 1.1 request. Members that the input does not have are ignored, as the
// protocol asks of a server (Smithy, "AWS JSON 1.1 protocol").
func (a *API) decodeJSONCall(r *http.Request, body []byte) (*Call, error) {
	prefix, action, _ := strings.Cut(r.Header.Get(targetHeader), ".")
	op, ok := a.Operations[action]
	if !ok || prefix != a.TargetPrefix {
		return nil, &Error{Code: "UnknownOperationException"}
	}
	document, err := parseJSON(body)
	if err != nil {
		return nil, err
	}
	return a.newCall(action, op, func(s *shape, v reflect.Value) error {
		return setJSON(s, v, document, 0)
	})
}

// parseJSON reads the body as generic values: an empty body stands for an empty object. Where a
// name stands twice in an object, the last one counts (assumed).
func parseJSON(body []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var document any
	switch err := d.Decode(&document); {
	case errors.Is(err, io.EOF):
		return map[string]any{}, nil
	case err != nil:
		return nil, serializationError("")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, serializationError("")
	}
	if _, ok := document.(map[string]any); !ok {
		return nil, serializationError("")
	}
	return document, nil
}

// serializationError is AWS's answer to a body that does not fit the operation's input.
func serializationError(message string) *Error {
	return &Error{Code: "SerializationException", Message: message}
}

// setJSON sets v to a generic value; null leaves it as it is.
func setJSON(s *shape, v reflect.Value, value any, depth int) error {
	if depth > maxDepth {
		return serializationError("")
	}
	switch value := value.(type) {
	case nil:
		return nil
	case map[string]any:
		return setJSONObject(s, v, value, depth)
	case []any:
		return setJSONArray(s, v, value, depth)
	}
	if s.kind == pointer {
		v.Set(reflect.New(s.typ.Elem()))
		return setJSON(s.elem, v.Elem(), value, depth)
	}
	if !setJSONScalar(s, v, value) {
		return serializationError(jsonMismatch(s, value))
	}
	return nil
}

// setJSONObject sets a structure or a map.
func setJSONObject(s *shape, v reflect.Value, object map[string]any, depth int) error {
	switch s.kind {
	case pointer:
		v.Set(reflect.New(s.typ.Elem()))
		return setJSONObject(s.elem, v.Elem(), object, depth)
	case structure:
		for i := range s.members {
			m := &s.members[i]
			if err := setJSON(m.shape, v.Field(m.index), object[m.name], depth+1); err != nil {
				return err
			}
		}
		return nil
	case mapping:
		v.Set(reflect.MakeMapWithSize(s.typ, len(object)))
		for name, value := range object {
			elem := reflect.New(s.typ.Elem()).Elem()
			if err := setJSON(s.elem, elem, value, depth+1); err != nil {
				return err
			}
			v.SetMapIndex(reflect.ValueOf(name).Convert(s.typ.Key()), elem)
		}
		return nil
	default:
		return serializationError(jsonMismatch(s, object))
	}
}

// setJSONArray sets a list.
func setJSONArray(s *shape, v reflect.Value, array []any, depth int) error {
	if s.kind != list {
		return serializationError(jsonMismatch(s, array))
	}
	v.Set(reflect.MakeSlice(s.typ, len(array), len(array)))
	for i, value := range array {
		if err := setJSON(s.elem, v.Index(i), value, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// setJSONScalar sets a scalar and reports whether the value fits.
func setJSONScalar(s *shape, v reflect.Value, value any) bool {
	switch value := value.(type) {
	case bool:
		if s.kind == boolean {
			v.SetBool(value)
			return true
		}
	case string:
		return setJSONString(s, v, value)
	case json.Number:
		return setJSONNumber(s, v, value)
	}
	return false
}

func setJSONString(s *shape, v reflect.Value, value string) bool {
	switch s.kind {
	case text:
		v.SetString(value)
		return true
	case blob:
		data, err := base64.StdEncoding.DecodeString(value)
		v.SetBytes(data)
		return err == nil
	default:
		return false
	}
}

func setJSONNumber(s *shape, v reflect.Value, value json.Number) bool {
	switch s.kind {
	case integer:
		n, err := value.Int64()
		if err != nil || v.OverflowInt(n) {
			return false
		}
		v.SetInt(n)
		return true
	case decimal:
		f, err := value.Float64()
		v.SetFloat(f)
		return err == nil
	case timestamp:
		seconds, err := value.Float64()
		if err != nil || math.Abs(seconds) > maxEpochSeconds {
			return false
		}
		v.Set(reflect.ValueOf(time.UnixMilli(int64(math.Round(seconds * 1000))).UTC()))
		return true
	default:
		return false
	}
}

// maxEpochSeconds is the end of the year 9999, the last that AWS's timestamps can show.
const maxEpochSeconds = 253402300799

// jsonMismatch describes a value of the wrong type in the words of AWS's JSON services, as users
// have pasted them: "NUMBER_VALUE can not be converted to a String", "Expected list or null".
func jsonMismatch(s *shape, value any) string {
	for s.kind == pointer {
		s = s.elem
	}
	switch value.(type) {
	case map[string]any:
		return "Start of structure or map found where not expected."
	case []any:
		return "Start of list found where not expected"
	}
	switch s.kind {
	case list:
		return "Expected list or null"
	case mapping:
		return "Expected map or null" // assumed, after the text for lists
	case structure:
		return "Expected null"
	default:
		return jsonToken(value) + " can not be converted to " + javaType(s)
	}
}

// jsonToken is the name of a scalar's token.
func jsonToken(value any) string {
	switch value := value.(type) {
	case bool:
		if value {
			return "TRUE_VALUE"
		}
		return "FALSE_VALUE"
	case json.Number:
		if strings.ContainsAny(value.String(), ".eE") {
			return "DECIMAL_VALUE" // assumed
		}
		return "NUMBER_VALUE"
	default:
		return "STRING_VALUE"
	}
}

// javaType is what a scalar's type is called in the messages.
func javaType(s *shape) string {
	switch s.kind {
	case boolean:
		return "a Boolean"
	case integer:
		if s.typ.Bits() == 64 {
			return "a Long"
		}
		return "an Integer"
	case decimal:
		return "a Double" // assumed
	case timestamp:
		return "a Timestamp" // assumed
	case blob:
		return "a Blob" // assumed
	default:
		return "a String"
	}
}
