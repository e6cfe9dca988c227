package wire

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// sigV4 is the one algorithm that is verified. SigV4A, with a key pair, is not.
const sigV4 = "AWS4-HMAC-SHA256"

// signature is what a request says of its signature.
type signature struct {
	algorithm string
	headers   []string // the names of those that are signed, as the client wrote them
	hex       string
	presigned bool
}

// readSignature reads a signature from where ParseCredential found it.
func readSignature(r *http.Request) signature {
	header := r.Header.Get("Authorization")
	if header == "" {
		q := r.URL.Query()
		return signature{q.Get("X-Amz-Algorithm"), strings.Split(q.Get("X-Amz-SignedHeaders"), ";"), q.Get("X-Amz-Signature"), true}
	}
	algorithm, rest, _ := strings.Cut(header, " ")
	pairs := authorizationPairs(rest)
	return signature{algorithm: algorithm, headers: strings.Split(pairs["SignedHeaders"], ";"), hex: pairs["Signature"]}
}

// authorizationPairs reads the key=value pairs of an Authorization header. As at AWS,
// commas and blanks are the same.
func authorizationPairs(text string) map[string]string {
	pairs := make(map[string]string)
	for pair := range strings.FieldsFuncSeq(text, isAuthorizationBlank) {
		key, value, _ := strings.Cut(pair, "=")
		pairs[key] = value
	}
	return pairs
}

func isAuthorizationBlank(c rune) bool { return c == ',' || c == ' ' || c == '\t' }

// Verify computes a request's SigV4 signature with the secret of the key that signed it, and refuses
// the request unless it is the one that it has, covers what it has to, and is of this time. body is
// the whole body: its hash is always computed, and "UNSIGNED-PAYLOAD", which S3 alone accepts, is
// not.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
func (a *API) Verify(r *http.Request, body []byte, cred Credential, secret string, now time.Time) *Error {
	sig := readSignature(r)
	if text := sig.lacks(r, cred); text != "" {
		return a.Protocol.badSignature(text)
	}
	if err := a.checkAge(r, sig, cred, now); err != nil {
		return err
	}
	want := hex.EncodeToString(cred.sign(secret, canonicalRequest(r, body, sig)))
	if !hmac.Equal([]byte(want), []byte(sig.hex)) {
		return a.Protocol.badSignature("The request signature we calculated does not match the signature you provided. " +
			"Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")
	}
	return nil
}

// lacks says what a signature must have and has not, in AWS's words; empty is nothing. Sources: IAM
// User Guide, "Troubleshoot Signature Version 4 signing for AWS API requests", and answers that
// users have pasted.
func (s signature) lacks(r *http.Request, cred Credential) string {
	signed := func(name string) bool {
		return slices.ContainsFunc(s.headers, func(h string) bool { return strings.EqualFold(h, name) })
	}
	switch {
	case s.algorithm != sigV4:
		return "Unsupported AWS 'algorithm': '" + s.algorithm + "'" // assumed: the text
	case !signed("host"):
		return "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
	case cred.Time.IsZero():
		return "Date must be in ISO-8601 'basic format'. Got ''. See http://en.wikipedia.org/wiki/ISO_8601"
	case cred.Date != cred.Time.Format("20060102"):
		return "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '" + cred.Date + "' != '" +
			cred.Time.Format("20060102") + "', from '" + cred.Time.Format(amzDate) + "'."
	}
	if s.presigned {
		return ""
	}
	for _, name := range []string{"X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Target"} {
		if r.Header.Get(name) != "" && !signed(name) {
			return "'" + name + "' must be a 'SignedHeader' in the AWS Authorization." // assumed: the text
		}
	}
	return ""
}

// checkAge holds a presigned request to the time that it was given, and any other to the skew that is allowed.
func (a *API) checkAge(r *http.Request, sig signature, cred Credential, now time.Time) *Error {
	if !sig.presigned {
		return a.CheckTime(cred, now)
	}
	text := r.URL.Query().Get("X-Amz-Expires")
	seconds, err := strconv.Atoi(text)
	switch {
	case text == "":
		return a.CheckTime(cred, now)
	case err != nil || seconds < 1 || seconds > 604800: // a week, as for S3. assumed: for other services, too
		return a.Protocol.badSignature("X-Amz-Expires must be between 1 and 604800 seconds") // assumed: the text
	case now.After(cred.Time.Add(time.Duration(seconds) * time.Second)):
		if a.Protocol == EC2Query {
			return requestExpired()
		}
		return a.Protocol.badSignature("Signature expired: " + cred.Time.Format(amzDate) + " is now earlier than " + now.Add(-time.Duration(seconds)*time.Second).Format(amzDate))
	case cred.Time.Before(now):
		return nil
	}
	return a.CheckTime(cred, now)
}

// canonicalRequest writes a request as both sides sign it.
func canonicalRequest(r *http.Request, body []byte, sig signature) string {
	hash := sha256.Sum256(body)
	names := slices.Clone(sig.headers)
	for i := range names {
		names[i] = strings.ToLower(names[i])
	}
	slices.Sort(names)
	var b strings.Builder
	b.WriteString(r.Method + "\n" + canonicalPath(r.URL) + "\n" + canonicalQuery(r.URL) + "\n")
	for _, name := range names {
		b.WriteString(name + ":" + canonicalHeader(r, name) + "\n")
	}
	b.WriteString("\n" + strings.Join(names, ";") + "\n" + hex.EncodeToString(hash[:]))
	return b.String()
}

// canonicalPath is a path without dots, each part of it escaped once more than it travels.
func canonicalPath(u *url.URL) string {
	escaped := u.EscapedPath()
	clean := path.Clean("/" + escaped)
	if strings.HasSuffix(escaped, "/") && clean != "/" {
		clean += "/"
	}
	parts := strings.Split(clean, "/")
	for i := range parts {
		parts[i] = awsEscape(parts[i])
	}
	return strings.Join(parts, "/")
}

// canonicalQuery is a query in the order of its names, then of its values, without the signature.
// One that cannot be read stays as it is, so that nothing of it is left out.
func canonicalQuery(u *url.URL) string {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return u.RawQuery
	}
	var pairs []string
	for name, values := range query {
		if name == "X-Amz-Signature" {
			continue
		}
		for _, value := range values {
			pairs = append(pairs, awsEscape(name)+"="+awsEscape(value))
		}
	}
	slices.SortFunc(pairs, func(a, b string) int {
		nameA, valueA, _ := strings.Cut(a, "=")
		nameB, valueB, _ := strings.Cut(b, "=")
		return slices.Compare([]string{nameA, valueA}, []string{nameB, valueB})
	})
	return strings.Join(pairs, "&")
}

// canonicalHeader is a header's values with blanks at their ends gone and others made one. Package
// http keeps the host and the length elsewhere.
func canonicalHeader(r *http.Request, name string) string {
	values := slices.Clone(r.Header.Values(name))
	switch {
	case name == "host":
		values = []string{r.Host}
	case name == "content-length" && len(values) == 0:
		values = []string{strconv.FormatInt(r.ContentLength, 10)}
	}
	for i := range values {
		values[i] = strings.Join(strings.FieldsFunc(values[i], func(c rune) bool { return c == ' ' || c == '\t' }), " ")
	}
	return strings.Join(values, ",")
}

// awsEscape escapes everything but letters, digits and -_.~, in capital hexadecimal.
func awsEscape(text string) string {
	return strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
}

// sign computes the signature of a canonical request.
func (c Credential) sign(secret, request string) []byte {
	hash := sha256.Sum256([]byte(request))
	scope := strings.Join([]string{c.Date, c.Region, c.Service, "aws4_request"}, "/")
	key := []byte("AWS4" + secret)
	for _, part := range []string{c.Date, c.Region, c.Service, "aws4_request"} {
		key = hmacSHA256(key, part)
	}
	return hmacSHA256(key, strings.Join([]string{sigV4, c.Time.Format(amzDate), scope, hex.EncodeToString(hash[:])}, "\n"))
}

func hmacSHA256(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// UnknownKey is the error for a key that nobody issued, or a session token that does not belong to
// it. Statuses and texts: EC2's and STS's are moto's, Systems Manager's is the one of its "Common
// errors".
func (a *API) UnknownKey() *Error {
	const text = "The security token included in the request is invalid."
	switch a.Protocol {
	case EC2Query:
		return a.Protocol.badSignature("")
	case AWSQuery:
		return &Error{Code: "InvalidClientTokenId", Message: text, Status: http.StatusForbidden}
	}
	return &Error{Code: "UnrecognizedClientException", Message: text}
}

// Expired is the error for temporary credentials whose time is over. EC2 has the code of an old
// signature for it: https://github.com/aws/aws-sdk-go-v2/issues/1674. The others are as users of SSM
// and IAM have pasted them.
func (a *API) Expired() *Error {
	const text = "The security token included in the request is expired"
	switch a.Protocol {
	case EC2Query:
		return requestExpired()
	case AWSQuery:
		return &Error{Code: "ExpiredToken", Message: text, Status: http.StatusForbidden}
	}
	return &Error{Code: "ExpiredTokenException", Message: text}
}
