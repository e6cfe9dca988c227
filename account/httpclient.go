package account

import (
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// httpClient hides from net/http that the bodies of the SDK's requests have a WriteTo method.
//
// smithy-go closes a request's body as soon as it has the answer, and from then on that WriteTo returns io.EOF as an error
// (v1.28.8, transport/http/internal/io/safe.go). net/http, once it has sent a body of known length, asks it for more bytes
// to see that there are none. Where the answer is there before it has asked, as happens with one call in twenty to a mock
// on loopback, it takes the io.EOF for a failed write and closes the connection under the answer that is being read.
// Read returns io.EOF, too, but there it means the end.
type httpClient struct{ aws.HTTPClient }

// newHTTPClient wraps the client of a configuration; nil stands for the SDK's own.
func newHTTPClient(client aws.HTTPClient) aws.HTTPClient {
	if client == nil {
		client = awshttp.NewBuildableClient()
	}
	return httpClient{client}
}

// Do sends a request.
func (c httpClient) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil && r.Body != http.NoBody {
		r = r.WithContext(r.Context()) // a shallow copy: the SDK keeps the original for its retries
		r.Body = struct{ io.ReadCloser }{r.Body}
	}
	return c.HTTPClient.Do(r)
}
