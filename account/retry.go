package account

import (
	"errors"
	"net"
	"net/url"
	"syscall"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
)

// maxAttempts is how often one call is tried. The SDK's three attempts last three seconds on average, and the buckets that
// EC2 throttles from refill at 2 to 20 a second (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html): a
// fleet's calls need longer. Eight attempts wait 45 seconds on average (the SDK's back-off: a random part of 2, 4, 8, 16, 20,
// 20, 20 seconds).
const maxAttempts = 8

// newRetryer returns the SDK's standard retryer with our number of attempts and our exceptions. attempts 0 is maxAttempts.
func newRetryer(attempts int) aws.Retryer {
	if attempts == 0 {
		attempts = maxAttempts
	}
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = attempts
		o.Retryables = append([]retry.IsErrorRetryable{retry.IsErrorRetryableFunc(pointless)}, o.Retryables...)
		// The SDK lets the calls of a client share 100 retries, then fails with "failed to get rate limit token". That
		// protects a service from many servers; a fleet run on one laptop would end half-way because it was throttled.
		o.RateLimiter = ratelimit.None
	})
}

// pointless says no to retries that cannot help, and leaves the rest to the SDK's rules.
func pointless(err error) aws.Ternary {
	if api, ok := errors.AsType[smithy.APIError](err); ok && noCapacity(api.ErrorCode()) {
		return aws.FalseTernary
	}
	if errors.Is(err, syscall.ECONNREFUSED) && loopback(err) {
		return aws.FalseTernary
	}
	return aws.UnknownTernary
}

// noCapacity reports whether AWS has no room. The answer has status 500, which the SDK retries in the same zone, where a
// minute changes nothing; the user wants to hear of it and choose another zone or type
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html).
func noCapacity(code string) bool {
	switch code {
	case "InsufficientInstanceCapacity", "InsufficientHostCapacity", "InsufficientReservedInstanceCapacity":
		return true
	}
	return false
}

// loopback reports whether the request went to this machine. Where nothing listens on a local port the mock is not running,
// and waiting does not start it.
func loopback(err error) bool {
	request, ok := errors.AsType[*url.Error](err)
	if !ok {
		return false
	}
	target, err := url.Parse(request.URL)
	if err != nil {
		return false
	}
	ip := net.ParseIP(target.Hostname())
	return target.Hostname() == "localhost" || ip.IsLoopback()
}

// IsThrottle reports whether AWS refused a call because there were too many, after all attempts.
func IsThrottle(err error) bool {
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return false
	}
	_, throttle := retry.DefaultThrottleErrorCodes[api.ErrorCode()]
	return throttle
}
