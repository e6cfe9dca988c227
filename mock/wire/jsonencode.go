package wire

import (
	"encoding/base64"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// appendJSON appends a value. Members keep the order of the Go struct, and map keys are sorted, so
// that an answer is the same every time.
func appendJSON(b []byte, s *shape, v reflect.Value) []byte {
	switch s.kind {
	case structure:
		return appendJSONObject(b, s, v)
	case pointer:
		if v.IsNil() {
			return append(b, "null"...)
		}
		return appendJSON(b, s.elem, v.Elem())
	case list:
		return appendJSONArray(b, s, v)
	case mapping:
		return appendJSONMap(b, s, v)
	case text:
		return appendJSONString(b, v.String())
	case boolean:
		return strconv.AppendBool(b, v.Bool())
	case integer:
		return strconv.AppendInt(b, v.Int(), 10)
	case decimal:
		return strconv.AppendFloat(b, v.Float(), 'g', -1, s.typ.Bits())
	case timestamp:
		return appendEpoch(b, timeOf(v))
	default:
		b = append(b, '"')
		b = base64.StdEncoding.AppendEncode(b, v.Bytes())
		return append(b, '"')
	}
}

func appendJSONObject(b []byte, s *shape, v reflect.Value) []byte {
	b = append(b, '{')
	start := len(b)
	for i := range s.members {
		m := &s.members[i]
		field := v.Field(m.index)
		if m.shape.absent(field) {
			continue
		}
		if len(b) > start {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = append(b, m.name...)
		b = append(b, '"', ':')
		b = appendJSON(b, m.shape, field)
	}
	return append(b, '}')
}

func appendJSONArray(b []byte, s *shape, v reflect.Value) []byte {
	b = append(b, '[')
	for i := range v.Len() {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendJSON(b, s.elem, v.Index(i))
	}
	return append(b, ']')
}

func appendJSONMap(b []byte, s *shape, v reflect.Value) []byte {
	values := make(map[string]reflect.Value, v.Len())
	for iter := v.MapRange(); iter.Next(); {
		values[iter.Key().String()] = iter.Value()
	}
	b = append(b, '{')
	for i, key := range slices.Sorted(maps.Keys(values)) {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendJSONString(b, key), ':')
		b = appendJSON(b, s.elem, values[key])
	}
	return append(b, '}')
}

// appendEpoch appends seconds since 1970 with the milliseconds as a fraction, such as
// 1613758617.036.
func appendEpoch(b []byte, t time.Time) []byte {
	ms := t.UnixMilli()
	if ms < 0 {
		b = append(b, '-')
		ms = -ms
	}
	b = strconv.AppendInt(b, ms/1000, 10)
	fraction := ms % 1000
	return append(b, '.', '0'+byte(fraction/100), '0'+byte(fraction/10%10), '0'+byte(fraction%10))
}

const hexDigits = "0123456789abcdef"

// appendJSONString appends a quoted string. Bytes that are not UTF-8 become U+FFFD.
func appendJSONString(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, '\\', 'n')
		case r == '\r':
			b = append(b, '\\', 'r')
		case r == '\t':
			b = append(b, '\\', 't')
		case r < ' ':
			b = append(b, '\\', 'u', '0', '0', hexDigits[r>>4], hexDigits[r&0xf])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}

// appendJSONError appends an error document. The message member is left out when it is empty.
func appendJSONError(b []byte, e *Error) []byte {
	b = append(b, `{"__type":`...)
	b = appendJSONString(b, e.Code)
	if e.Message != "" {
		key := `,"message":`
		if e.CapitalMessage {
			key = `,"Message":`
		}
		b = append(b, key...)
		b = appendJSONString(b, e.Message)
	}
	return append(b, '}')
}
