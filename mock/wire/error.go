package wire

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
)

// Error is an AWS service error: what a handler returns, and what the client's SDK reads back as a
// smithy.APIError.
type Error struct {
	// Code is AWS's name for the error, in the query protocols the query code rather than the
	// shape's name.
	Code string
	// Message is the text for people. It may be empty, as some of AWS's are.
	Message string
	// Status is the HTTP status; 0 means 400.
	Status int
	// CapitalMessage spells the JSON member "Message", as the modelled exceptions of SSM have it,
	// instead of "message".
	CapitalMessage bool
}

// Error returns the code and the message, as one line.
func (e *Error) Error() string {
	if e.Message == "" {
		return e.Code
	}
	return e.Code + ": " + e.Message
}

// Errorf makes an [Error] with status 400 and a formatted message.
func Errorf(code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// status is the HTTP status to answer with.
func (e *Error) status() int { return cmp.Or(e.Status, http.StatusBadRequest) }

// asError finds the service error in a handler's error. Any other error becomes the protocol's
// internal error, with its text: in the mock it is a fault of ours, to be seen.
func (p Protocol) asError(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	// Sources: EC2 "Error codes for the Amazon EC2 API" (server error codes); Systems Manager and
	// STS "Common errors".
	code := "InternalFailure"
	if p == EC2Query {
		code = "InternalError"
	}
	return &Error{Code: code, Message: err.Error(), Status: http.StatusInternalServerError}
}
