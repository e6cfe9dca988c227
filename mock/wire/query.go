package wire

import (
	"net/http"
	"net/url"
	"reflect"
	"strings"
)

// decodeQueryCall reads a request of either query protocol. EC2 takes any Version, for only the one
// that the SDKs send matters; STS knows an action in its own version only.
func (a *API) decodeQueryCall(r *http.Request, body []byte) (*Call, error) {
	params, err := parseParams(r, body)
	if err != nil {
		return nil, err
	}
	action, ok := params.get("Action")
	if !ok {
		return nil, Errorf("MissingAction", "The request is missing an action or a required parameter.")
	}
	op, ok := a.Operations[action]
	if version, _ := params.get("Version"); !ok || a.Protocol == AWSQuery && !a.hasVersion(version) {
		return nil, a.invalidAction(action, params)
	}
	return a.newCall(action, op, func(s *shape, v reflect.Value) error {
		return queryDecoder{a.Protocol}.structure(s, v, params.tree(s))
	})
}

// hasVersion reports whether version is the one in the service's namespace.
func (a *API) hasVersion(version string) bool {
	return version != "" && strings.Contains(a.Namespace, "/"+version+"/")
}

// invalidAction is the answer to an action that the service lacks. The texts are EC2's and STS's
// own: the first from errors that users have pasted, the second from probes of STS
// (github.com/justincormack/argmin, sts_oracle.rs).
func (a *API) invalidAction(action string, params params) *Error {
	if a.Protocol == EC2Query {
		return Errorf("InvalidAction", "The action %s is not valid for this web service.", action)
	}
	version, ok := params.get("Version")
	if !ok {
		version = "NO_VERSION_SPECIFIED"
	}
	return Errorf("InvalidAction", "Could not find operation %s for version %s", action, version)
}

// params are the parameters of a request, in the order in which they stand.
type params []param

type param struct{ name, value string }

// parseParams reads the query string and then the body.
func parseParams(r *http.Request, body []byte) (params, error) {
	var all params
	for _, part := range []string{r.URL.RawQuery, string(body)} {
		for pair := range strings.SplitSeq(part, "&") {
			if pair == "" {
				continue
			}
			name, value, _ := strings.Cut(pair, "=")
			name, err := url.QueryUnescape(name)
			if err != nil {
				return nil, malformedQuery()
			}
			value, err = url.QueryUnescape(value)
			if err != nil {
				return nil, malformedQuery()
			}
			all = append(all, param{name, value})
		}
	}
	return all, nil
}

// malformedQuery is the answer to parameters that cannot be read. Source: "Common errors" of the
// query services.
func malformedQuery() *Error {
	return &Error{Code: "MalformedQueryString", Message: "The query string contains a syntax error.", Status: http.StatusNotFound}
}

// get returns the value of a parameter. Where it stands twice the first one counts, as at STS
// (sts_oracle.rs, above).
func (p params) get(name string) (string, bool) {
	for _, param := range p {
		if param.name == name {
			return param.value, true
		}
	}
	return "", false
}

// tree arranges the parameters by the dots in their names: "Filter.1.Value.2" is four levels deep.
// What belongs to every request rather than to the operation is left out.
func (p params) tree(s *shape) *node {
	root := new(node)
	for _, param := range p {
		if s.byName[param.name] == nil && isCommon(param.name) {
			continue
		}
		at := root
		// A name with more dots than any parameter has ends in one segment that no type knows.
		for _, segment := range strings.SplitN(param.name, ".", maxSegments) {
			at = at.child(segment)
		}
		if !at.set {
			at.set, at.value = true, param.value
		}
	}
	return root
}

// maxSegments bounds the depth of a parameter's name. The deepest of EC2's, in launch templates,
// have nine segments.
const maxSegments = 32

// node is one level of the parameters' names.
type node struct {
	name     string // the segment
	value    string
	set      bool    // whether there is a parameter that ends here
	children []*node // in the order in which they stand
	byName   map[string]*node
}

// child returns the node below n with a name, made if it is not there.
func (n *node) child(name string) *node {
	if c := n.byName[name]; c != nil {
		return c
	}
	if n.byName == nil {
		n.byName = make(map[string]*node)
	}
	c := &node{name: name}
	n.children = append(n.children, c)
	n.byName[name] = c
	return c
}

// isCommon reports whether a parameter belongs to every request: the action, and the signature in a
// query string (SigV4's X-Amz-…, and the names of SigV2). Source: EC2 API Reference, "Common query
// parameters". DestinationRegion is where a copy between regions goes, which the signature says too:
// clients send it, and the input structs of the SDK for Go do not have it.
func isCommon(name string) bool {
	switch name {
	case "Action", "Version", "AWSAccessKeyId", "Expires", "SecurityToken", "Signature", "SignatureMethod", "SignatureVersion", "Timestamp", "DestinationRegion":
		return true
	default:
		return strings.HasPrefix(name, "X-Amz-")
	}
}
