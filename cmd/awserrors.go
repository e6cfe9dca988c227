package cmd

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"syscall"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go"

	"github.com/musterhq/muster/account"
)

// describe writes an error for people: our own words as they are, and for the SDK's long chain (operation, attempts, status,
// request id) only what AWS said and its code, such as "stop i-0abc: The instance may not be stopped (OperationNotPermitted)".
func describe(err error) string {
	text := err.Error()
	if call, ok := errors.AsType[*smithy.OperationError](err); ok {
		return strings.Replace(text, call.Error(), describeCall(call), 1)
	}
	if e, ok := errors.AsType[*queryProblem](err); ok {
		return "--query: " + e.Error()
	}
	if e, ok := errors.AsType[config.SharedConfigProfileNotExistError](err); ok {
		return fmt.Sprintf("AWS profile %q does not exist", e.Profile)
	}
	return text
}

func describeCall(call *smithy.OperationError) string {
	if _, ok := errors.AsType[*account.CredentialsError](call); ok {
		return "no AWS credentials"
	}
	if api, ok := errors.AsType[smithy.APIError](call); ok {
		return describeAPI(api) + attempts(call)
	}
	request, ok := errors.AsType[*url.Error](call)
	switch {
	case ok && errors.Is(call, syscall.ECONNREFUSED):
		return fmt.Sprintf("the endpoint %s refuses connections", request.URL)
	case ok:
		return fmt.Sprintf("connect to %s: %v%s", request.URL, request.Err, attempts(call))
	}
	return call.Err.Error()
}

// describeAPI is AWS's message and code. Some errors have no message, for which the SDK writes "UnknownError"; a denial may
// carry a long blob for sts:DecodeAuthorizationMessage, which --verbose shows.
func describeAPI(api smithy.APIError) string {
	message, _, _ := strings.Cut(api.ErrorMessage(), "Encoded authorization failure message:")
	message = strings.TrimRight(strings.TrimSpace(message), ".")
	if message == "" || message == "UnknownError" {
		return api.ErrorCode()
	}
	return fmt.Sprintf("%s (%s)", message, api.ErrorCode())
}

func attempts(err error) string {
	if e, ok := errors.AsType[*retry.MaxAttemptsError](err); ok && e.Attempt > 1 {
		return fmt.Sprintf(", after %d attempts", e.Attempt)
	}
	return ""
}

// iamAction is the permission that the denied call needs, such as "ec2:StopInstances".
func iamAction(err error) string {
	call, ok := errors.AsType[*smithy.OperationError](err)
	if !ok {
		return "the action"
	}
	return strings.ToLower(call.ServiceID) + ":" + call.OperationName
}

// Codes of the AWS services by what they mean to a user
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html and the common errors of each service).

func expiredCodes() []string {
	return []string{"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
}

func deniedCodes() []string {
	return []string{"UnauthorizedOperation", "AccessDenied", "AccessDeniedException"}
}

func badKeyCodes() []string {
	return []string{
		"AuthFailure", "UnrecognizedClientException", "InvalidClientTokenId", "SignatureDoesNotMatch",
		"InvalidSignatureException", "MissingAuthenticationToken", "MissingAuthenticationTokenException", "OptInRequired",
	}
}
