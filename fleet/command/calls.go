package command

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// attemptTimeout bounds one request. The SDK's own client waits for an answer for ever.
const attemptTimeout = 30 * time.Second

// width is how many calls of one kind are under way at the same time. SSM publishes no rate for the calls of Run
// Command; eight at a time stays in the low tens per second.
const width = 8

func newClient(cfg aws.Config) *ssm.Client {
	return ssm.NewFromConfig(cfg, func(o *ssm.Options) {
		o.APIOptions = append(o.APIOptions, addAttemptTimeout)
	})
}

// addAttemptTimeout gives each attempt of a call its own time, inside the retry loop.
func addAttemptTimeout(stack *middleware.Stack) error {
	bound := middleware.FinalizeMiddlewareFunc("AttemptTimeout",
		func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
			middleware.FinalizeOutput, middleware.Metadata, error,
		) {
			ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
			defer cancel()
			return next.HandleFinalize(ctx, in)
		})
	return stack.Finalize.Insert(bound, "Retry", middleware.After)
}

// sendOnce keeps the SDK from repeating a SendCommand that may have been carried out. What SSM itself turned down is
// still retried by the client's own rules: throttling, above all, which SSM answers with status 400.
func sendOnce(o *ssm.Options) {
	// Adding no codes changes nothing, but always gives the retryer's second version, which rate limiters hook into.
	if inner, ok := retry.AddWithErrorCodes(o.Retryer).(aws.RetryerV2); ok {
		o.Retryer = onceRetryer{inner}
		return
	}
	o.Retryer = aws.NopRetryer{}
}

// onceRetryer is a retryer that repeats no call whose outcome is unknown.
type onceRetryer struct{ aws.RetryerV2 }

// IsErrorRetryable tells whether the call may be made again.
func (r onceRetryer) IsErrorRetryable(err error) bool {
	return turnedDown(err) && r.RetryerV2.IsErrorRetryable(err)
}

// errNoCommand says that SendCommand was answered, but not with a command.
var errNoCommand = errors.New("the answer has no command id")

// turnedDown tells whether err proves that a SendCommand was not carried out: SSM answered that it does not do it, or
// the request was never sent (no credentials, no connection). Everything else leaves the outcome unknown: no answer, half
// an answer, or one that blames the server.
func turnedDown(err error) bool {
	response, answered := errors.AsType[*smithyhttp.ResponseError](err)
	if answered && response.HTTPStatusCode() != 0 { // 0: the SDK's stand-in for no answer
		status := response.HTTPStatusCode()
		return status >= 400 && status < 500 && status != http.StatusRequestTimeout
	}
	if network, ok := errors.AsType[*net.OpError](err); ok {
		return network.Op == "dial"
	}
	_, sent := errors.AsType[*smithyhttp.RequestSendError](err)
	_, cancelled := errors.AsType[*smithy.CanceledError](err)
	_, waiting := errors.AsType[*aws.RequestCanceledError](err)
	return !answered && !sent && !cancelled && !waiting && !errors.Is(err, errNoCommand) &&
		!errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
}

// throttled tells whether SSM turned a call down for its rate alone.
func throttled(err error) bool {
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return false
	}
	_, throttle := retry.DefaultThrottleErrorCodes[api.ErrorCode()]
	return throttle
}

// notYetListed tells whether SSM does not know a command id. That is what it may say for a moment after it took the
// command.
func notYetListed(err error) bool {
	_, unknown := errors.AsType[*types.InvalidCommandId](err)
	return unknown
}
