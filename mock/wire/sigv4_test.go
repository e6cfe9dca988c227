package wire_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/musterhq/muster/mock/wire"
)

const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

// signedAt is when the requests of these tests are signed.
var signedAt = time.Date(2015, 8, 30, 12, 36, 0, 0, time.UTC)

// signed is a request that the SDK's signer has signed, as it arrives at a server.
func signed(t testing.TB, service string, r *http.Request, body []byte, token string) *http.Request {
	t.Helper()
	hash := sha256.Sum256(body)
	creds := aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: secret, SessionToken: token}
	if err := v4.NewSigner().SignHTTP(t.Context(), creds, r, hex.EncodeToString(hash[:]), service, "us-east-1", signedAt); err != nil {
		t.Fatal(err)
	}
	return r
}

// verify finds out whether a server takes a request.
func verify(api *wire.API, r *http.Request, body []byte, now time.Time) *wire.Error {
	cred, err := wire.ParseCredential(r)
	if err != nil {
		return err
	}
	return api.Verify(r, body, cred, secret, now)
}

func newSignable(t testing.TB, method, target string, body []byte, headers ...string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://mock.invalid"+target, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; n < len(headers); n += 2 {
		r.Header.Add(headers[n], headers[n+1])
	}
	return r
}

var stsAPI = &wire.API{Name: "sts", Protocol: wire.AWSQuery}

func TestVerifyTakesWhatTheSDKsSignerSigned(t *testing.T) {
	for _, tt := range []struct {
		name, method, target, body, token string
		headers                           []string
	}{
		{name: "the least", method: "GET", target: "/"},
		{name: "a body", method: "POST", target: "/", body: "Action=GetCallerIdentity&Version=2011-06-15"},
		{name: "a session token", method: "POST", target: "/", body: "x", token: "to/ken+=="},
		{name: "a query out of order", method: "GET", target: "/?b=2&a=1&a=0&c"},
		{name: "a query with escapes", method: "GET", target: "/?k%20ey=v%2Fal%7E+ue&%C3%BC=%26"},
		{name: "a path with escapes", method: "GET", target: "/a%20b/c%2Fd/%C3%BC"},
		{name: "a path that ends with a slash", method: "GET", target: "/a/b/"},
		{name: "headers with blanks", method: "GET", target: "/", headers: []string{"X-Amz-Meta", "  a   b  ", "Content-Type", "text/plain; charset=utf-8"}},
		{name: "a header twice", method: "GET", target: "/", headers: []string{"X-Amz-Meta", "b", "X-Amz-Meta", "a"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := signed(t, "sts", newSignable(t, tt.method, tt.target, []byte(tt.body), tt.headers...), []byte(tt.body), tt.token)
			if err := verify(stsAPI, r, []byte(tt.body), signedAt); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestVerifyTakesWhatTheSDKsClientsSend(t *testing.T) {
	for name, call := range map[string]func(context.Context, aws.Config) error{
		"ec2": func(ctx context.Context, cfg aws.Config) error {
			_, err := ec2.NewFromConfig(cfg).DescribeRegions(ctx, &ec2.DescribeRegionsInput{RegionNames: []string{"a b", "ü&="}})
			return err
		},
		"ssm": func(ctx context.Context, cfg aws.Config) error {
			_, err := ssm.NewFromConfig(cfg).ListCommands(ctx, &ssm.ListCommandsInput{CommandId: new("x")})
			return err
		},
		"sts": func(ctx context.Context, cfg aws.Config) error {
			_, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			var verified *wire.Error
			seen := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				seen++
				body, _ := io.ReadAll(r.Body)
				cred, err := wire.ParseCredential(r)
				if err == nil {
					err = (&wire.API{Name: name, Protocol: wire.AWSQuery}).Verify(r, body, cred, secret, time.Now())
				}
				verified = err
				w.WriteHeader(http.StatusTeapot)
			}))
			defer server.Close()
			cfg := aws.Config{Region: "eu-central-1", BaseEndpoint: &server.URL, Retryer: func() aws.Retryer { return aws.NopRetryer{} },
				Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
					return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: secret, SessionToken: "token"}, nil
				})}
			_ = call(t.Context(), cfg)
			if seen != 1 || verified != nil {
				t.Errorf("%d requests, %v", seen, verified)
			}
		})
	}
}

// TestVerifyTakesOtherForms holds the ways in which other signers write the header.
func TestVerifyTakesOtherForms(t *testing.T) {
	r := signed(t, "sts", newSignable(t, "POST", "/", []byte("x"), "Content-Type", "application/x-www-form-urlencoded; charset=utf-8"), []byte("x"), "")
	auth := r.Header.Get("Authorization")
	for name, form := range map[string]string{
		"no blanks":      strings.ReplaceAll(auth, ", ", ","),
		"more blanks":    strings.ReplaceAll(auth, ", ", ",   "),
		"another order":  reversed(auth),
		"capital names":  strings.Replace(auth, "content-type;host", "Content-Type;Host", 1),
		"as it was sent": auth,
	} {
		r.Header.Set("Authorization", form)
		if err := verify(stsAPI, r, []byte("x"), signedAt); err != nil {
			t.Errorf("%s: %q: %v", name, form, err)
		}
	}
}

// reversed turns the pairs of an Authorization header around.
func reversed(auth string) string {
	algorithm, rest, _ := strings.Cut(auth, " ")
	parts := strings.Split(rest, ", ")
	return algorithm + " " + parts[2] + ", " + parts[1] + ", " + parts[0]
}

// presigned is a request whose signature is in its query.
func presigned(t testing.TB, expires string) *http.Request {
	t.Helper()
	r := newSignable(t, "GET", "/?Action=GetCallerIdentity&Version=2011-06-15", nil)
	if expires != "" {
		q := r.URL.Query()
		q.Set("X-Amz-Expires", expires)
		r.URL.RawQuery = q.Encode()
	}
	hash := sha256.Sum256(nil)
	creds := aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: secret, SessionToken: "to/ken+=="}
	text, _, err := v4.NewSigner().PresignHTTP(t.Context(), creds, r, hex.EncodeToString(hash[:]), "sts", "us-east-1", signedAt)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	r.URL = u
	return r
}

func TestVerifyHoldsPresignedRequestsToTheirTime(t *testing.T) {
	for _, tt := range []struct {
		expires string
		after   time.Duration
		want    string
	}{
		{"60", 0, ""}, {"60", time.Minute, ""}, {"60", 61 * time.Second, "Signature expired"}, {"3600", 59 * time.Minute, ""},
		{"60", -4 * time.Minute, ""}, {"60", -6 * time.Minute, "not yet current"},
		{"", 4 * time.Minute, ""}, {"", 6 * time.Minute, "Signature expired"},
		{"0", 0, "X-Amz-Expires"}, {"604801", 0, "X-Amz-Expires"}, {"soon", 0, "X-Amz-Expires"},
	} {
		err := verify(stsAPI, presigned(t, tt.expires), nil, signedAt.Add(tt.after))
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Message, tt.want) {
			t.Errorf("expires %q, %s later: %v, want %q", tt.expires, tt.after, err, tt.want)
		}
	}
	r := presigned(t, "60")
	r.URL.RawQuery = strings.Replace(r.URL.RawQuery, "Action=GetCallerIdentity", "Action=GetSessionToken", 1)
	if err := verify(stsAPI, r, nil, signedAt); err == nil {
		t.Error("another action than was signed is taken")
	}
}

func TestVerifyRefuses(t *testing.T) {
	const body = "Action=GetCallerIdentity&Version=2011-06-15"
	good := func() *http.Request {
		return signed(t, "sts", newSignable(t, "POST", "/a?b=c", []byte(body), "Content-Type", "text/plain"), []byte(body), "token")
	}
	replaced := func(r *http.Request, old, by string) {
		r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), old, by, 1))
	}
	for _, tt := range []struct {
		name   string
		change func(*http.Request) (body string, now time.Time)
		want   string // in the text
	}{
		{"another method", func(r *http.Request) (string, time.Time) { r.Method = "PUT"; return body, signedAt }, "does not match"},
		{"another path", func(r *http.Request) (string, time.Time) { r.URL.Path = "/b"; return body, signedAt }, "does not match"},
		{"another query", func(r *http.Request) (string, time.Time) { r.URL.RawQuery = "b=d"; return body, signedAt }, "does not match"},
		{"a query with more that cannot be read", func(r *http.Request) (string, time.Time) { r.URL.RawQuery = "b=c&%zz=1"; return body, signedAt }, "does not match"},
		{"another host", func(r *http.Request) (string, time.Time) { r.Host = "other.invalid"; return body, signedAt }, "does not match"},
		{"another header", func(r *http.Request) (string, time.Time) {
			r.Header.Set("Content-Type", "text/html")
			return body, signedAt
		}, "does not match"},
		{"another token", func(r *http.Request) (string, time.Time) {
			r.Header.Set("X-Amz-Security-Token", "other")
			return body, signedAt
		}, "does not match"},
		{"another body", func(r *http.Request) (string, time.Time) { return body + "&x=1", signedAt }, "does not match"},
		{"a body that is not to be looked at", func(r *http.Request) (string, time.Time) {
			r.Header.Set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD")
			return body + "&x=1", signedAt
		}, "does not match"},
		{"another region", func(r *http.Request) (string, time.Time) {
			replaced(r, "us-east-1", "us-east-2")
			return body, signedAt
		}, "does not match"},
		{"another algorithm", func(r *http.Request) (string, time.Time) {
			replaced(r, "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1")
			return body, signedAt
		}, "Unsupported"},
		{"the host unsigned", func(r *http.Request) (string, time.Time) { replaced(r, ";host;", ";"); return body, signedAt }, "'Host'"},
		{"the date unsigned", func(r *http.Request) (string, time.Time) { replaced(r, ";x-amz-date", ""); return body, signedAt }, "X-Amz-Date"},
		{"the token unsigned", func(r *http.Request) (string, time.Time) {
			replaced(r, ";x-amz-security-token", "")
			return body, signedAt
		}, "X-Amz-Security-Token"},
		{"another day in the scope", func(r *http.Request) (string, time.Time) { replaced(r, "20150830", "20150829"); return body, signedAt }, "'20150829' != '20150830'"},
		{"a date that is none", func(r *http.Request) (string, time.Time) {
			r.Header.Set("X-Amz-Date", "yesterday")
			return body, signedAt
		}, "ISO-8601"},
		{"too old", func(r *http.Request) (string, time.Time) { return body, signedAt.Add(301 * time.Second) }, "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)"},
		{"too new", func(r *http.Request) (string, time.Time) { return body, signedAt.Add(-301 * time.Second) }, "Signature not yet current"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := good()
			changed, now := tt.change(r)
			err := verify(stsAPI, r, []byte(changed), now)
			if err == nil || err.Code != "SignatureDoesNotMatch" || !strings.Contains(err.Message, tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
	if err := verify(stsAPI, good(), []byte(body), signedAt.Add(5*time.Minute)); err != nil {
		t.Errorf("five minutes old: %v", err)
	}
}

func TestEachProtocolHasItsOwnRefusals(t *testing.T) {
	late := signedAt.Add(24 * time.Hour)
	for _, tt := range []struct {
		protocol                              wire.Protocol
		badSignature, old, unknown, expired   string
		statusBad, statusUnknown, statusEnded int
	}{
		{wire.EC2Query, "AuthFailure", "RequestExpired", "AuthFailure", "RequestExpired", 401, 401, 0},
		{wire.AWSQuery, "SignatureDoesNotMatch", "SignatureDoesNotMatch", "InvalidClientTokenId", "ExpiredToken", 403, 403, 403},
		{wire.JSON11, "InvalidSignatureException", "InvalidSignatureException", "UnrecognizedClientException", "ExpiredTokenException", 0, 0, 0},
	} {
		api := &wire.API{Protocol: tt.protocol}
		r := signed(t, "x", newSignable(t, "POST", "/", nil), nil, "")
		bad, old := verify(api, r, []byte("changed"), signedAt), verify(api, r, nil, late)
		unknown, expired := api.UnknownKey(), api.Expired()
		got := []any{bad.Code, old.Code, unknown.Code, expired.Code, bad.Status, unknown.Status, expired.Status}
		want := []any{tt.badSignature, tt.old, tt.unknown, tt.expired, tt.statusBad, tt.statusUnknown, tt.statusEnded}
		for n := range want {
			if got[n] != want[n] {
				t.Errorf("protocol %d: %v, want %v", tt.protocol, got, want)
				break
			}
		}
	}
}

// FuzzVerifyRefusesChanges changes one byte of what is signed: no such request may be taken, unless the change means the same.
func FuzzVerifyRefusesChanges(f *testing.F) {
	for part := range uint8(6) {
		f.Add(part, uint16(0), byte(1))
		f.Add(part, uint16(7), byte(0x20))
		f.Add(part, uint16(40), byte(0x80))
	}
	f.Fuzz(func(t *testing.T, part uint8, at uint16, flip byte) {
		const body = "Action=GetCallerIdentity&Version=2011-06-15"
		r := signed(t, "sts", newSignable(t, "POST", "/path?a=1&b=2", []byte(body), "X-Amz-Meta", "value"), []byte(body), "token")
		change := func(text string) string {
			b := []byte(text)
			b[int(at)%len(b)] ^= flip
			return string(b)
		}
		sent, same := body, false
		alter := func(name string) {
			before := r.Header.Get(name)
			after := change(before)
			r.Header.Set(name, after)
			same = strings.Join(strings.Fields(after), " ") == before
		}
		switch part % 6 {
		case 0:
			sent = change(body)
			same = sent == body
		case 1:
			before := r.URL.Query().Encode()
			r.URL.RawQuery = change(r.URL.RawQuery)
			same = r.URL.Query().Encode() == before
		case 2:
			before := r.URL.Path
			r.URL.Path = change(before)
			same = r.URL.Path == before
		case 3:
			alter("X-Amz-Meta")
		case 4:
			alter("X-Amz-Security-Token")
		case 5:
			before := r.Header.Get("Authorization")
			_, hexBefore, _ := strings.Cut(before, "Signature=")
			after := strings.TrimSuffix(before, hexBefore) + change(hexBefore)
			r.Header.Set("Authorization", after)
			same = after == before
		}
		if err := verify(stsAPI, r, []byte(sent), signedAt); (err == nil) != same {
			t.Fatalf("part %d, byte %d flipped by %#x: %v", part%6, at, flip, err)
		}
	})
}
