package wire

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Credential is the scope of a request's SigV4 signature: who signed it, and for which region and
// service.
type Credential struct {
	// AccessKey is the access key id, such as "AKIDEXAMPLE".
	AccessKey string
	// Date is the day of the signature, as YYYYMMDD in UTC.
	Date string
	// Region and Service are what the client meant to reach, such as "eu-central-1" and "ec2".
	Region, Service string
	// SessionToken belongs to temporary credentials; otherwise it is empty.
	SessionToken string
	// Time is when the request says it was signed; zero when that cannot be read.
	Time time.Time
}

// ParseCredential reads the scope of a request's signature, from the Authorization header or from
// the query string of a presigned request. It does not check the signature, [API.Verify] does. The error has the code
// and text of AWS for a request that is not signed, or is signed in a form that cannot be read; the
// JSON services add "Exception" to the codes, and a request with X-Amz-Target is taken for one of
// theirs. Source of the texts: IAM User Guide, "Troubleshoot Signature Version 4 signing for AWS
// API requests", and answers that users have pasted.
func ParseCredential(r *http.Request) (Credential, *Error) {
	if header := r.Header.Get("Authorization"); header != "" {
		return parseAuthorization(r, header)
	}
	if query := r.URL.Query(); query.Has("X-Amz-Algorithm") || query.Has("X-Amz-Credential") {
		return parsePresigned(r, query)
	}
	if r.Header.Get(targetHeader) != "" {
		// assumed status: pages give 400 and 403
		return Credential{}, Errorf("MissingAuthenticationTokenException", "Missing Authentication Token")
	}
	e := Errorf("MissingAuthenticationToken", "Request is missing Authentication Token")
	e.Status = http.StatusForbidden
	return Credential{}, e
}

// parseAuthorization reads "AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…". As at
// AWS, what stands first is not looked at, and commas and blanks are the same.
func parseAuthorization(r *http.Request, header string) (Credential, *Error) {
	_, rest, _ := strings.Cut(header, " ")
	for pair := range strings.FieldsFuncSeq(rest, isAuthorizationBlank) {
		if !strings.Contains(pair, "=") {
			return Credential{}, incompleteSignature(r,
				"'"+pair+"' not a valid key=value pair (missing equal-sign) in Authorization header: '"+header+"'.")
		}
	}
	pairs := authorizationPairs(rest)
	var missing strings.Builder
	for _, key := range []string{"Credential", "Signature", "SignedHeaders"} {
		if pairs[key] == "" {
			missing.WriteString("Authorization header requires '" + key + "' parameter. ")
		}
	}
	if r.Header.Get("X-Amz-Date") == "" && r.Header.Get("Date") == "" {
		missing.WriteString("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ")
	}
	if missing.Len() > 0 {
		return Credential{}, incompleteSignature(r, missing.String()+"Authorization="+header)
	}
	return parseScope(r, pairs["Credential"], r.Header.Get("X-Amz-Security-Token"))
}

// parsePresigned reads the X-Amz-… parameters of a presigned request.
func parsePresigned(r *http.Request, query url.Values) (Credential, *Error) {
	var missing strings.Builder
	for _, key := range []string{"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"} {
		if query.Get(key) == "" {
			missing.WriteString("AWS query-string parameters must include '" + key + "'. ")
		}
	}
	if missing.Len() > 0 {
		// assumed text
		return Credential{}, incompleteSignature(r, missing.String()+"Re-examine the query-string parameters.")
	}
	return parseScope(r, query.Get("X-Amz-Credential"), query.Get("X-Amz-Security-Token"))
}

// parseScope reads "AKID/20060102/region/service/aws4_request".
func parseScope(r *http.Request, credential, sessionToken string) (Credential, *Error) {
	parts := strings.Split(credential, "/")
	if len(parts) != 5 {
		return Credential{}, incompleteSignature(r,
			"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '"+credential+"'")
	}
	if parts[4] != "aws4_request" {
		e := Errorf("SignatureDoesNotMatch", "Credential should be scoped with a valid terminator: 'aws4_request', not '%s'.", parts[4])
		if r.Header.Get(targetHeader) != "" {
			e.Code = "InvalidSignatureException"
			return Credential{}, e
		}
		e.Status = http.StatusForbidden
		return Credential{}, e
	}
	return Credential{
		AccessKey: parts[0], Date: parts[1], Region: parts[2], Service: parts[3], SessionToken: sessionToken, Time: signingTime(r),
	}, nil
}

// incompleteSignature is the error for a signature that cannot be read. Status 400 is what clients
// of the tagging API were given.
func incompleteSignature(r *http.Request, message string) *Error {
	if r.Header.Get(targetHeader) != "" {
		return &Error{Code: "IncompleteSignatureException", Message: message}
	}
	return &Error{Code: "IncompleteSignature", Message: message}
}
