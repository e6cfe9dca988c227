package wire_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/musterhq/muster/mock/wire"
)

func TestParseCredential(t *testing.T) {
	const scope = "AKIDEXAMPLE/20150830/us-east-1/ec2/aws4_request"
	good := wire.Credential{AccessKey: "AKIDEXAMPLE", Date: "20150830", Region: "us-east-1", Service: "ec2"}
	const missingAll = "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. " +
		"Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
	for _, tt := range []struct {
		name    string
		auth    string
		header  map[string]string
		query   url.Values
		want    wire.Credential
		err     string
		status  int
		noDates bool
	}{
		{name: "header", auth: "AWS4-HMAC-SHA256 Credential=" + scope + ", SignedHeaders=host;x-amz-date, Signature=ab", want: good},
		{name: "no blanks after the commas", auth: "AWS4-HMAC-SHA256 Credential=" + scope + ",SignedHeaders=host,Signature=ab", want: good},
		{name: "session token", auth: "AWS4-HMAC-SHA256 Credential=" + scope + ", SignedHeaders=host, Signature=ab",
			header: map[string]string{"X-Amz-Security-Token": "token"}, want: wire.Credential{
				AccessKey: "AKIDEXAMPLE", Date: "20150830", Region: "us-east-1", Service: "ec2", SessionToken: "token",
			}},
		{name: "presigned", query: url.Values{
			"X-Amz-Algorithm": {"AWS4-HMAC-SHA256"}, "X-Amz-Credential": {scope}, "X-Amz-Date": {"20150830T123600Z"}, "X-Amz-Expires": {"60"},
			"X-Amz-SignedHeaders": {"host"}, "X-Amz-Signature": {"ab"}, "X-Amz-Security-Token": {"token"},
		}, want: wire.Credential{AccessKey: "AKIDEXAMPLE", Date: "20150830", Region: "us-east-1", Service: "ec2", SessionToken: "token"}},

		{name: "unsigned", err: "MissingAuthenticationToken: Request is missing Authentication Token", status: 403},
		{name: "unsigned, JSON", header: map[string]string{"X-Amz-Target": "AmazonSSM.X"},
			err: "MissingAuthenticationTokenException: Missing Authentication Token"},
		{name: "one word", auth: "eyJ0eXAi", noDates: true, err: "IncompleteSignature: " + missingAll + "Authorization=eyJ0eXAi"},
		{name: "bearer token", auth: "Bearer eyJ0eXAi",
			err: "IncompleteSignature: 'eyJ0eXAi' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer eyJ0eXAi'."},
		{name: "blank in the access key", auth: "AWS4-HMAC-SHA256 Credential= " + scope + ", SignedHeaders=host, Signature=ab",
			err: "IncompleteSignature: '" + scope + "' not a valid key=value pair (missing equal-sign) in Authorization header: " +
				"'AWS4-HMAC-SHA256 Credential= " + scope + ", SignedHeaders=host, Signature=ab'."},
		{name: "no signature", auth: "AWS4-HMAC-SHA256 Credential=" + scope + ", SignedHeaders=host",
			err: "IncompleteSignature: Authorization header requires 'Signature' parameter. Authorization=AWS4-HMAC-SHA256 Credential=" + scope + ", SignedHeaders=host"},
		{name: "secret key for the access key", auth: "AWS4-HMAC-SHA256 Credential=a/b/20150830/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=ab",
			err: "IncompleteSignature: Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'a/b/20150830/us-east-1/ec2/aws4_request'"},
		{name: "JSON", auth: "AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host, Signature=ab", header: map[string]string{"X-Amz-Target": "AmazonSSM.X"},
			err: "IncompleteSignatureException: Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'x'"},
		{name: "terminator", auth: "AWS4-HMAC-SHA256 Credential=a/20150830/us-east-1/ec2/aws5, SignedHeaders=host, Signature=ab",
			err: "SignatureDoesNotMatch: Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'.", status: 403},
		{name: "terminator, JSON", auth: "AWS4-HMAC-SHA256 Credential=a/20150830/us-east-1/ssm/aws5, SignedHeaders=host, Signature=ab",
			header: map[string]string{"X-Amz-Target": "AmazonSSM.X"},
			err:    "InvalidSignatureException: Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'."},
		{name: "presigned, half", query: url.Values{"X-Amz-Algorithm": {"AWS4-HMAC-SHA256"}, "X-Amz-Credential": {scope}, "X-Amz-SignedHeaders": {"host"}},
			err: "IncompleteSignature: AWS query-string parameters must include 'X-Amz-Signature'. " +
				"AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string parameters."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRequest(tt.header, tt.query.Encode())
			if tt.auth != "" {
				r.Header.Set("Authorization", tt.auth)
			}
			if !tt.noDates {
				r.Header.Set("X-Amz-Date", "20150830T123600Z")
			}
			got, err := wire.ParseCredential(r)
			if tt.err != "" {
				if err == nil || err.Error() != tt.err || err.Status != tt.status {
					t.Fatalf("got %v, want %s with status %d", err, tt.err, tt.status)
				}
				return
			}
			tt.want.Time = time.Date(2015, 8, 30, 12, 36, 0, 0, time.UTC)
			if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestParseCredentialReadsWhatTheSDKSigns(t *testing.T) {
	var got wire.Credential
	cfg := config(newSTS())
	cfg.HTTPClient = doer(func(r *http.Request) (*http.Response, error) {
		var err *wire.Error
		if got, err = wire.ParseCredential(r); err != nil {
			t.Error(err)
		}
		return nil, errors.New("enough")
	})
	_, _ = newSTSClient(cfg).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	want := wire.Credential{AccessKey: "AKIDEXAMPLE", Date: got.Date, Region: "eu-central-1", Service: "sts", SessionToken: "token", Time: got.Time}
	if got.Time.IsZero() || got != want || len(got.Date) != 8 {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

type doer func(*http.Request) (*http.Response, error)

func (d doer) Do(r *http.Request) (*http.Response, error) { return d(r) }

func FuzzParseCredential(f *testing.F) {
	f.Add("AWS4-HMAC-SHA256 Credential=a/20150830/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=ab", "")
	f.Add("", "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a/b/c/d/aws4_request&X-Amz-Date=1&X-Amz-Signature=1&X-Amz-SignedHeaders=1")
	f.Add("Bearer x", "%zz")
	f.Add("AWS4-HMAC-SHA256 Credential=////aws4_request Signature== SignedHeaders=,", "")
	f.Fuzz(func(t *testing.T, header, query string) {
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		r.URL.RawQuery = query
		r.Header.Set("Authorization", header)
		r.Header.Set("Date", "now")
		c, err := wire.ParseCredential(r)
		if err == nil {
			if scope := strings.Join([]string{c.AccessKey, c.Date, c.Region, c.Service, "aws4_request"}, "/"); strings.Count(scope, "/") != 4 {
				t.Fatalf("%q %q: got %+v", header, query, c)
			}
			return
		}
		if err.Code == "" || err.Message == "" || err.Status >= 500 {
			t.Fatalf("%q %q: got %#v", header, query, err)
		}
	})
}
