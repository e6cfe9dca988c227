// Package wire speaks the wire protocols of AWS's services from the server's side, so that the
// mock's services are written against the SDK's own input and output structs and never see a form,
// an XML element or a JSON token.
//
// A service package describes itself with one [API] literal, whose operations are made by [Handle]
// of methods with the SDK client's signature. The server reads a request's signature scope with
// [ParseCredential], picks the API that it names, and then calls [API.Decode], [Call.Do] and
// [API.WriteOutput] or [API.WriteError].
//
// Three protocols are known: EC2 query, AWS query (STS) and JSON 1.1 (SSM). In JSON the wire names
// are the Go field names, but for a few. The query and XML protocols take all from a [Names] table,
// which the generator in internal/gen writes into the service package from the SDK's own
// serializers and deserializers; "go generate ./mock/..." renews it.
//
// [API.Verify] checks a signature, once the caller knows the key's secret. The package knows no resource and keeps no state but the plans of the
// types that it has met. Maps in the query protocols, unions and document types are not supported,
// because no service here has them.
package wire

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// Protocol is the form in which a service's requests, answers and errors travel.
type Protocol int

const (
	// EC2Query is EC2's own protocol: form parameters in, XML without a result element out.
	EC2Query Protocol = iota
	// AWSQuery is the protocol of STS and others of its age: form parameters in, XML with a result
	// element out.
	AWSQuery
	// JSON11 is AWS JSON 1.1: the action in the header X-Amz-Target, JSON both ways.
	JSON11
)

// API is one service as its clients see it: written as one literal in the service's package, and
// not changed after. Its methods may be called concurrently. An API must not be copied once it is
// in use.
type API struct {
	// Name is the service's name in a signature's scope, such as "ec2".
	Name string
	// Protocol is how the service's requests and answers travel.
	Protocol Protocol
	// Namespace is the XML namespace of the answers, such as
	// "http://ec2.amazonaws.com/doc/2016-11-15/"; the query protocols only. It holds the API
	// version that the clients send.
	Namespace string
	// TargetPrefix is what stands before the dot in X-Amz-Target, such as "AmazonSSM"; JSON only.
	TargetPrefix string
	// Names has the wire names of the operations' types, as the generator wrote them.
	Names *Names
	// Operations are the actions that the service answers, by name.
	Operations map[string]Operation

	requests, responses shapes
	buffers             sync.Pool // of *[]byte: the bodies of earlier answers, so that a large one is not grown anew each time
}

// Decode reads one request, whose body the caller has read whole and bounded. GET with the
// parameters in the query string is as good as POST for the query protocols. The error is always an
// [*Error], to be answered with [API.WriteError]: for an action that the service lacks, a body that
// cannot be read, a parameter that the action does not have, and one that it has but the mock's
// handler does not act on.
func (a *API) Decode(r *http.Request, body []byte) (*Call, error) {
	if a.Protocol == JSON11 {
		return a.decodeJSONCall(r, body)
	}
	return a.decodeQueryCall(r, body)
}

// Matches reports whether a request is meant for a by what it says of itself: the prefix of
// X-Amz-Target for a JSON service, the Version parameter for a query service. A server asks it
// about a request whose signature does not name the service, so as to answer in a form that the
// client understands.
func (a *API) Matches(r *http.Request, body []byte) bool {
	if a.Protocol == JSON11 {
		prefix, _, ok := strings.Cut(r.Header.Get(targetHeader), ".")
		return ok && prefix == a.TargetPrefix
	}
	if r.Header.Get(targetHeader) != "" {
		return false
	}
	params, err := parseParams(r, body)
	if err != nil {
		return false
	}
	version, _ := params.get("Version")
	return a.hasVersion(version)
}

// Check reports the first of a's operations whose input or output the codecs cannot carry, and why:
// a type with no names in the table, or of a kind that is not supported. Service packages call it
// in a test.
func (a *API) Check() error {
	for _, action := range slices.Sorted(maps.Keys(a.Operations)) {
		op := a.Operations[action]
		if _, err := a.requests.of(op.input, a.requestNames()); err != nil {
			return fmt.Errorf("input of %s: %w", action, err)
		}
		if _, err := a.responses.of(op.output, a.responseNames()); err != nil {
			return fmt.Errorf("output of %s: %w", action, err)
		}
	}
	return nil
}

// requestNames and responseNames are a's names in each direction. A JSON service has one table for
// both.
func (a *API) requestNames() naming {
	if a.Names == nil {
		return naming{goNames: a.Protocol == JSON11}
	}
	return naming{goNames: a.Protocol == JSON11, table: a.Names.Requests}
}

func (a *API) responseNames() naming {
	if a.Protocol == JSON11 || a.Names == nil {
		return a.requestNames()
	}
	return naming{table: a.Names.Responses}
}
