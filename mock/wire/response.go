package wire

import (
	"net/http"
	"reflect"
	"strconv"
	"time"
)

// WriteOutput answers a call with its output, which points to the operation's output struct. An
// output that cannot be carried is answered as an internal error: [API.Check] finds those
// beforehand.
func (a *API) WriteOutput(w http.ResponseWriter, requestID, action string, out any) {
	v := reflect.ValueOf(out).Elem()
	s, err := a.responses.of(v.Type(), a.responseNames())
	if err != nil {
		a.WriteError(w, requestID, err)
		return
	}
	buffer, ok := a.buffers.Get().(*[]byte)
	if !ok {
		buffer = new([]byte)
	}
	body := (*buffer)[:0]
	switch a.Protocol {
	case EC2Query:
		body = a.appendEC2Output(body, requestID, action, s, v)
	case AWSQuery:
		body = a.appendQueryOutput(body, requestID, action, s, v)
	default:
		body = appendJSON(body, s, v)
	}
	a.send(w, requestID, http.StatusOK, body)
	*buffer = body
	a.buffers.Put(buffer)
}

// WriteError answers a request with an error in the protocol's form. An error that is not an
// [*Error] is answered as an internal error, status 500, with its text.
func (a *API) WriteError(w http.ResponseWriter, requestID string, err error) {
	e := a.Protocol.asError(err)
	var body []byte
	switch a.Protocol {
	case EC2Query:
		body = appendEC2Error(nil, requestID, e)
	case AWSQuery:
		body = appendQueryError(nil, requestID, a.Namespace, e)
	default:
		body = appendJSONError(nil, e)
	}
	a.send(w, requestID, e.status(), body)
}

// WriteError answers a request of which no service is known, in the form that its client is most
// likely to read: JSON if the request has an X-Amz-Target, otherwise that of the query protocol.
// Where the service is known, use [API.WriteError].
func WriteError(w http.ResponseWriter, r *http.Request, requestID string, err error) {
	a := &API{Protocol: AWSQuery}
	if r.Header.Get(targetHeader) != "" {
		a.Protocol = JSON11
	}
	a.WriteError(w, requestID, err)
}

// send writes the answer with the headers that the real services set. Date is set here, from the
// host's clock unless the caller has set it, so that a client that is served in process gets it
// too: the SDK measures its clock's skew by it.
func (a *API) send(w http.ResponseWriter, requestID string, status int, body []byte) {
	h := w.Header()
	if h.Get("Date") == "" {
		h.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	}
	h.Set("X-Amzn-Requestid", requestID)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	switch a.Protocol {
	case JSON11:
		h.Set("Content-Type", jsonContentType)
	case EC2Query:
		h.Set("Content-Type", "text/xml;charset=UTF-8")
		h.Set("Server", "AmazonEC2")
		h.Set("Cache-Control", "no-cache, no-store")
	case AWSQuery:
		h.Set("Content-Type", "text/xml")
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client has gone: nobody is left to tell
}
