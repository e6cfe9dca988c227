package fleet

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// NotSentError says that nothing was asked of AWS for an instance, because an earlier call met an error that would have met
// this one too.
type NotSentError struct {
	Cause error // that earlier error, or the end of the context
}

// Error does not repeat the cause, which stands at the instance that met it.
func (e *NotSentError) Error() string { return "not sent, after the error before" }

// Unwrap returns the cause.
func (e *NotSentError) Unwrap() error { return e.Cause }

// DoubtError says that AWS was asked for something and no answer came: it may have been done or not.
type DoubtError struct {
	Cause error // what came instead of the answer
}

// Error says that there is no knowing, and why.
func (e *DoubtError) Error() string {
	return "no answer came, so that it may be done or not: " + e.Cause.Error()
}

// Unwrap returns the cause.
func (e *DoubtError) Unwrap() error { return e.Cause }

// InDoubt reports whether the call that returned err may have been carried out all the same: ctx ended before the answer, or
// the connection broke after it was made. AWS's own errors, missing credentials and refused connections leave no doubt.
func InDoubt(ctx context.Context, err error) bool {
	if _, answered := errors.AsType[smithy.APIError](err); answered {
		return false
	}
	if ctx.Err() != nil {
		return true
	}
	if dial, ok := errors.AsType[*net.OpError](err); ok && dial.Op == "dial" {
		return false
	}
	_, sent := errors.AsType[*smithyhttp.RequestSendError](err)
	return sent
}

// Blamed returns the ids among those given that AWS's message names, such as "The instance IDs 'i-a, i-b' do not exist" or the
// resource in a denial. What the message says beyond them is not read: the code tells what is wrong.
func Blamed(err error, ids []string) []string {
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return nil
	}
	words := strings.FieldsFunc(api.ErrorMessage(), func(r rune) bool {
		return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
	})
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !slices.Contains(words, id) })
}

// ConcernsInstances reports whether a call failed because of some of its instances, so that others may pass without them. The
// codes are those of https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html. A lack of room or of quota
// counts: some of the instances may still fit.
func ConcernsInstances(err error) bool {
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return false
	}
	switch api.ErrorCode() {
	case "IncorrectInstanceState", "IncorrectState", "IncorrectSpotRequestState",
		"InvalidInstanceID", "InvalidInstanceID.NotFound", "InvalidInstanceID.Malformed",
		"InvalidVolume.NotFound", "InvalidNetworkInterfaceID.NotFound",
		"OperationNotPermitted", "UnsupportedOperation", "Unsupported", "UnsupportedHibernationConfiguration",
		"InvalidInstanceAttributeValue", "AttachmentLimitExceeded", "TagLimitExceeded", "ConcurrentTagAccess",
		"InsufficientInstanceCapacity", "InsufficientHostCapacity", "InsufficientReservedInstanceCapacity",
		"InstanceLimitExceeded", "VcpuLimitExceeded", "MaxSpotInstanceCountExceeded":
		return true
	}
	return false
}

// Refusal is err as the result of one instance: an id that EC2 does not know is [ErrNotFound].
func Refusal(err error) error {
	if api, ok := errors.AsType[smithy.APIError](err); ok && api.ErrorCode() == "InvalidInstanceID.NotFound" {
		return ErrNotFound
	}
	return err
}
