package wire

import (
	"encoding/base64"
	"net/http"
	"reflect"
	"strconv"
	"time"
	"unicode/utf8"
)

// xmlHeader begins EC2's documents. Those of STS have none (github.com/justincormack/argmin,
// sts_oracle.rs).
const xmlHeader = `<?xml version="1.0" encoding="UTF-8"?>`

// appendEC2Output appends EC2's answer: the members stand beside the request id. An action whose
// output has no members answers that it was done. Source: EC2 API Reference, "Response structure",
// and the actions' pages.
func (a *API) appendEC2Output(b []byte, requestID, action string, s *shape, v reflect.Value) []byte {
	b = a.appendRoot(append(b, xmlHeader...), action)
	b = appendElement(b, "requestId", requestID)
	if len(s.members) == 0 {
		b = append(b, "<return>true</return>"...)
	}
	b = appendXMLMembers(b, s, v)
	return appendEnd(b, action+"Response")
}

// appendQueryOutput appends the answer of a query service: the members in a result element, the
// request id after it.
func (a *API) appendQueryOutput(b []byte, requestID, action string, s *shape, v reflect.Value) []byte {
	b = a.appendRoot(b, action)
	b = appendStart(b, action+"Result")
	b = appendXMLMembers(b, s, v)
	b = appendEnd(b, action+"Result")
	b = append(b, "<ResponseMetadata>"...)
	b = appendElement(b, "RequestId", requestID)
	b = append(b, "</ResponseMetadata>"...)
	return appendEnd(b, action+"Response")
}

// appendRoot begins an answer's root element.
func (a *API) appendRoot(b []byte, action string) []byte {
	b = append(b, '<')
	b = append(b, action...)
	b = append(b, `Response xmlns="`...)
	b = append(b, a.Namespace...)
	return append(b, `">`...)
}

// appendXMLMembers appends the members of a structure that are there, in the order of the Go
// fields: AWS promises no order.
func appendXMLMembers(b []byte, s *shape, v reflect.Value) []byte {
	for i := range s.members {
		m := &s.members[i]
		field := v.Field(m.index)
		switch {
		case m.shape.absent(field):
		case m.shape.kind == list:
			b = appendXMLList(b, m, field)
		default:
			b = appendXMLValue(b, m.name, m.shape, field)
		}
	}
	return b
}

// appendXMLList appends a list: its elements inside an element with its name, which is there even
// when the list is empty, or with its name each, if it is flat.
func appendXMLList(b []byte, m *member, v reflect.Value) []byte {
	item := m.item
	switch {
	case item == "":
		item = m.name
	case v.Len() == 0:
		return appendEmpty(b, m.name)
	default:
		b = appendStart(b, m.name)
	}
	for i := range v.Len() {
		b = appendXMLValue(b, item, m.shape.elem, v.Index(i))
	}
	if m.item != "" {
		b = appendEnd(b, m.name)
	}
	return b
}

// appendXMLValue appends an element with a structure or a scalar in it.
func appendXMLValue(b []byte, name string, s *shape, v reflect.Value) []byte {
	if s.kind == pointer {
		if v.IsNil() {
			return appendEmpty(b, name)
		}
		return appendXMLValue(b, name, s.elem, v.Elem())
	}
	start := len(b)
	b = appendStart(b, name)
	inner := len(b)
	b = appendXMLContent(b, s, v)
	if len(b) == inner {
		return appendEmpty(b[:start], name)
	}
	return appendEnd(b, name)
}

// appendXMLContent appends what stands between an element's tags.
func appendXMLContent(b []byte, s *shape, v reflect.Value) []byte {
	switch s.kind {
	case structure:
		return appendXMLMembers(b, s, v)
	case text:
		return appendEscaped(b, v.String())
	case boolean:
		return strconv.AppendBool(b, v.Bool())
	case integer:
		return strconv.AppendInt(b, v.Int(), 10)
	case decimal:
		return strconv.AppendFloat(b, v.Float(), 'f', -1, s.typ.Bits())
	case timestamp:
		return timeOf(v).UTC().AppendFormat(b, xmlTime)
	default:
		return base64.StdEncoding.AppendEncode(b, v.Bytes())
	}
}

// timeOf returns a time without the copy to the heap that Interface makes of a value.
func timeOf(v reflect.Value) time.Time {
	if v.CanAddr() {
		return *v.Addr().Interface().(*time.Time)
	}
	return v.Interface().(time.Time)
}

// xmlTime is how times travel: in UTC, with milliseconds.
const xmlTime = "2006-01-02T15:04:05.000Z"

// appendEC2Error appends an error document in EC2's form, which has no namespace. Source: EC2 API
// Reference, "Error codes".
func appendEC2Error(b []byte, requestID string, e *Error) []byte {
	b = append(b, xmlHeader+"<Response><Errors><Error>"...)
	b = appendElement(b, "Code", e.Code)
	b = appendElement(b, "Message", e.Message)
	b = append(b, "</Error></Errors>"...)
	b = appendElement(b, "RequestID", requestID)
	return append(b, "</Response>"...)
}

// faultNamespace is the namespace of errors that come from in front of the service, such as an
// unknown action's.
const faultNamespace = "http://webservices.amazon.com/AWSFault/2005-15-09"

// appendQueryError appends an error document of a query service. An empty message is left out, as
// STS does (github.com/justincormack/argmin, sts_oracle.rs).
func appendQueryError(b []byte, requestID, namespace string, e *Error) []byte {
	if e.Code == "InvalidAction" || namespace == "" {
		namespace = faultNamespace
	}
	b = append(b, `<ErrorResponse xmlns="`...)
	b = append(b, namespace...)
	b = append(b, `"><Error>`...)
	fault := "Sender"
	if e.status() >= http.StatusInternalServerError {
		fault = "Receiver"
	}
	b = appendElement(b, "Type", fault)
	b = appendElement(b, "Code", e.Code)
	if e.Message != "" {
		b = appendElement(b, "Message", e.Message)
	}
	b = append(b, "</Error>"...)
	b = appendElement(b, "RequestId", requestID)
	return append(b, "</ErrorResponse>"...)
}

func appendElement(b []byte, name, text string) []byte {
	if text == "" {
		return appendEmpty(b, name)
	}
	return appendEnd(appendEscaped(appendStart(b, name), text), name)
}

func appendStart(b []byte, name string) []byte {
	b = append(b, '<')
	b = append(b, name...)
	return append(b, '>')
}

func appendEnd(b []byte, name string) []byte {
	b = append(b, '<', '/')
	b = append(b, name...)
	return append(b, '>')
}

func appendEmpty(b []byte, name string) []byte {
	b = append(b, '<')
	b = append(b, name...)
	return append(b, '/', '>')
}

// appendEscaped appends text for between two tags. What XML 1.0 cannot carry, even escaped (control
// characters and what is not UTF-8), becomes U+FFFD; a carriage return is escaped because a parser
// would take it for a line feed.
func appendEscaped(b []byte, s string) []byte {
	done := 0
	for i := 0; i < len(s); {
		if c := s[i]; ' ' <= c && c < utf8.RuneSelf && c != '&' && c != '<' && c != '>' {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if escaped := xmlEscape(r, size); escaped != "" {
			b = append(append(b, s[done:i]...), escaped...)
			done = i + size
		}
		i += size
	}
	return append(b, s[done:]...)
}

// xmlEscape returns what stands for a character that takes size bytes, or "" for the character
// itself.
func xmlEscape(r rune, size int) string {
	switch {
	case r == '&':
		return "&amp;"
	case r == '<':
		return "&lt;"
	case r == '>':
		return "&gt;"
	case r == '\r':
		return "&#xD;"
	case r < ' ' && r != '\t' && r != '\n', r == 0xFFFE, r == 0xFFFF, r == utf8.RuneError && size == 1:
		return "\uFFFD"
	default:
		return ""
	}
}
