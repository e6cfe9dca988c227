package wire

import (
	"fmt"
	"net/http"
	"time"
)

// amzDate is the form of X-Amz-Date: ISO 8601's basic one.
const amzDate = "20060102T150405Z"

// signingTime is when a request says that it was signed; zero when it says nothing that can be
// read.
func signingTime(r *http.Request) time.Time {
	text := r.Header.Get("X-Amz-Date")
	if text == "" && r.Header.Get("Authorization") == "" {
		text = r.URL.Query().Get("X-Amz-Date")
	}
	if text == "" {
		at, _ := http.ParseTime(r.Header.Get("Date"))
		return at.UTC()
	}
	at, _ := time.Parse(amzDate, text)
	return at
}

// skewAllowed is how far a client's clock may be off. Sources: IAM User Guide, "Troubleshoot
// Signature Version 4 signing for AWS API requests" (5 minutes); EC2 "Error codes for the Amazon
// EC2 API", RequestExpired (15 minutes).
func (p Protocol) skewAllowed() time.Duration {
	if p == EC2Query {
		return 15 * time.Minute
	}
	return 5 * time.Minute
}

// CheckTime refuses a request whose signature is too old for the service's clock, or not yet
// current. The SDK learns the difference from the answer's Date header and signs again, but for
// EC2's RequestExpired. Sources of the codes and texts: those of the times allowed.
func (a *API) CheckTime(cred Credential, now time.Time) *Error {
	signed, allowed := cred.Time, a.Protocol.skewAllowed()
	stamp := func(t time.Time) string { return t.UTC().Format(amzDate) }
	var text string
	switch minutes := int(allowed / time.Minute); {
	case signed.Before(now.Add(-allowed)):
		text = fmt.Sprintf("Signature expired: %s is now earlier than %s (%s - %d min.)", stamp(signed), stamp(now.Add(-allowed)), stamp(now), minutes)
	case signed.After(now.Add(allowed)):
		text = fmt.Sprintf("Signature not yet current: %s is still later than %s (%s + %d min.)", stamp(signed), stamp(now.Add(allowed)), stamp(now), minutes)
	default:
		return nil
	}
	if a.Protocol == EC2Query {
		return requestExpired()
	}
	return a.Protocol.badSignature(text)
}

func requestExpired() *Error { return &Error{Code: "RequestExpired", Message: "Request has expired."} }

// badSignature is the error for a signature that cannot be right. EC2 has one for all that is wrong
// with credentials. Sources: those of the times allowed; EC2's status is moto's.
func (p Protocol) badSignature(text string) *Error {
	switch p {
	case EC2Query:
		return &Error{Code: "AuthFailure", Message: "AWS was not able to validate the provided access credentials", Status: http.StatusUnauthorized}
	case AWSQuery:
		return &Error{Code: "SignatureDoesNotMatch", Message: text, Status: http.StatusForbidden}
	}
	return &Error{Code: "InvalidSignatureException", Message: text}
}
