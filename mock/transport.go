package mock

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Config returns an SDK configuration whose clients talk to the server in this process,
// without a socket, as account 123456789012 in us-east-1. It works in a
// testing/synctest bubble.
func (s *Server) Config() aws.Config {
	return aws.Config{
		Region:       "us-east-1",
		BaseEndpoint: new("http://mock.invalid"), // RFC 6761: it resolves nowhere
		HTTPClient:   &http.Client{Transport: transport{s}},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: configKey, SecretAccessKey: configSecret, Source: "muster mock"}, nil
		}),
	}
}

// transport serves requests in a goroutine of their own, and gives up on one when its
// context ends, as a connection would.
type transport struct{ server *Server }

// RoundTrip answers one request.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	req := r.Clone(r.Context())
	if req.Body == nil {
		req.Body = http.NoBody
	}
	req.Host = cmp.Or(req.Host, req.URL.Host) // as a server sees it
	answered := make(chan *http.Response, 1)
	go func() { answered <- t.serve(req) }()
	select {
	case res := <-answered:
		if res == nil {
			return nil, io.ErrUnexpectedEOF
		}
		return res, nil
	case <-r.Context().Done():
		return nil, context.Cause(r.Context())
	}
}

// serve answers a request, with nil where the server closes the connection.
func (t transport) serve(r *http.Request) (res *http.Response) {
	defer func() {
		if reason := recover(); reason != nil && reason != http.ErrAbortHandler {
			panic(reason)
		}
	}()
	var rec recorder
	t.server.ServeHTTP(&rec, r)
	return rec.response(r)
}

// recorder keeps what a handler writes.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header returns the response's header, to be changed before the first write.
func (r *recorder) Header() http.Header {
	if r.header == nil {
		r.header = http.Header{}
	}
	return r.header
}

// WriteHeader keeps the first status.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

// Write keeps the bytes.
func (r *recorder) Write(p []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(p)
}

func (r *recorder) response(req *http.Request) *http.Response {
	r.WriteHeader(http.StatusOK)
	return &http.Response{
		Status: http.StatusText(r.status), StatusCode: r.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: r.Header(), Body: io.NopCloser(&r.body), ContentLength: int64(r.body.Len()), Request: req,
	}
}
