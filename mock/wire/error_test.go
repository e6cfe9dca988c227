package wire_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/musterhq/muster/mock/wire"
)

// failing is an operation whose handler returns err.
func failing[In, Out any](err error) wire.Operation {
	return wire.Handle(func(context.Context, *In) (*Out, error) { return nil, err })
}

// callers call one operation of each service with the real client; the handler returns err.
var callers = map[string]func(context.Context, error) error{
	"ec2": func(ctx context.Context, err error) error {
		api := newEC2()
		api.Operations = map[string]wire.Operation{"DescribeRegions": failing[ec2.DescribeRegionsInput, ec2.DescribeRegionsOutput](err)}
		_, err = newEC2Client(config(api)).DescribeRegions(ctx, &ec2.DescribeRegionsInput{})
		return err
	},
	"ssm": func(ctx context.Context, err error) error {
		api := newSSM()
		api.Operations = map[string]wire.Operation{"ListCommands": failing[ssm.ListCommandsInput, ssm.ListCommandsOutput](err)}
		_, err = newSSMClient(config(api)).ListCommands(ctx, &ssm.ListCommandsInput{})
		return err
	},
	"sts": func(ctx context.Context, err error) error {
		api := newSTS()
		api.Operations = map[string]wire.Operation{"GetCallerIdentity": failing[sts.GetCallerIdentityInput, sts.GetCallerIdentityOutput](err)}
		_, err = newSTSClient(config(api)).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		return err
	},
}

func TestErrorsReachTheClient(t *testing.T) {
	internal := map[string]string{"ec2": "InternalError", "ssm": "InternalFailure", "sts": "InternalFailure"}
	for service, call := range callers {
		for _, tt := range []struct {
			name          string
			err           error
			code, message string
			status        int
		}{
			{"status 400 is the default", wire.Errorf("Some.Code", "the %s's <name>", "thing"), "Some.Code", "the thing's <name>", 400},
			{"status", &wire.Error{Code: "Denied", Message: "no", Status: 403}, "Denied", "no", 403},
			{"wrapped", fmt.Errorf("describe: %w", wire.Errorf("Some.Code", "text")), "Some.Code", "text", 400},
			// For an error without a message the SDK puts in one of its own.
			{"no message", &wire.Error{Code: "Bare"}, "Bare", "UnknownError", 400},
			{"not an Error", errors.New("a fault in the mock"), internal[service], "a fault in the mock", 500},
		} {
			t.Run(service+"/"+tt.name, func(t *testing.T) {
				err := call(t.Context(), tt.err)
				got, ok := errors.AsType[smithy.APIError](err)
				if !ok || got.ErrorCode() != tt.code || got.ErrorMessage() != tt.message {
					t.Errorf("got %v, want code %s and message %q", err, tt.code, tt.message)
				}
				if r, ok := errors.AsType[*smithyhttp.ResponseError](err); !ok || r.HTTPStatusCode() != tt.status {
					t.Errorf("got %v, want status %d", err, tt.status)
				}
			})
		}
	}
}

func TestSSMExceptionArrivesAsItsType(t *testing.T) {
	for name, sent := range map[string]*wire.Error{
		"message": {Code: "InvalidInstanceId", Message: "no such node"},
		"Message": {Code: "InvalidInstanceId", Message: "no such node", CapitalMessage: true},
	} {
		err := callers["ssm"](t.Context(), sent)
		if got, ok := errors.AsType[*ssmtypes.InvalidInstanceId](err); !ok || got.ErrorMessage() != "no such node" {
			t.Errorf("member %s: got %#v, want an InvalidInstanceId with the message", name, err)
		}
	}
	// What SendCommand really answers for an instance that is not registered has no message.
	err := callers["ssm"](t.Context(), &wire.Error{Code: "InvalidInstanceId"})
	if got, ok := errors.AsType[*ssmtypes.InvalidInstanceId](err); !ok || got.ErrorMessage() != "" {
		t.Errorf("got %#v, want an InvalidInstanceId without a message", err)
	}
}

func TestErrorDocuments(t *testing.T) {
	sent := &wire.Error{Code: "Code", Message: "a & b"}
	for _, tt := range []struct {
		name string
		api  *wire.API
		err  error
		want string
	}{
		{"ec2", newEC2(), sent, `<?xml version="1.0" encoding="UTF-8"?><Response><Errors><Error><Code>Code</Code>` +
			`<Message>a &amp; b</Message></Error></Errors><RequestID>` + testRequestID + `</RequestID></Response>`},
		{"sts", newSTS(), sent, `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>` +
			`<Code>Code</Code><Message>a &amp; b</Message></Error><RequestId>` + testRequestID + `</RequestId></ErrorResponse>`},
		{"sts, the service's fault", newSTS(), &wire.Error{Code: "InternalFailure", Status: 500},
			`<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Receiver</Type>` +
				`<Code>InternalFailure</Code></Error><RequestId>` + testRequestID + `</RequestId></ErrorResponse>`},
		{"ssm", newSSM(), sent, `{"__type":"Code","message":"a & b"}`},
		{"ssm, modelled", newSSM(), &wire.Error{Code: "Code", Message: "m", CapitalMessage: true}, `{"__type":"Code","Message":"m"}`},
		{"ssm, no message", newSSM(), &wire.Error{Code: "Code"}, `{"__type":"Code"}`},
	} {
		w := httptest.NewRecorder()
		tt.api.WriteError(w, testRequestID, tt.err)
		if got := w.Body.String(); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

func TestWriteErrorWithoutAServiceFollowsTheRequest(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	w := httptest.NewRecorder()
	wire.WriteError(w, r, testRequestID, wire.Errorf("Code", "text"))
	want := `<ErrorResponse xmlns="http://webservices.amazon.com/AWSFault/2005-15-09"><Error><Type>Sender</Type><Code>Code</Code>` +
		`<Message>text</Message></Error><RequestId>` + testRequestID + `</RequestId></ErrorResponse>`
	if got := w.Body.String(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	r.Header.Set("X-Amz-Target", "AmazonSSM.ListCommands")
	w = httptest.NewRecorder()
	wire.WriteError(w, r, testRequestID, wire.Errorf("Code", "text"))
	if got, want := w.Body.String(), `{"__type":"Code","message":"text"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestErrorText(t *testing.T) {
	for _, tt := range []struct {
		err  *wire.Error
		want string
	}{
		{wire.Errorf("Code", "at most %d", 5), "Code: at most 5"},
		{&wire.Error{Code: "Code"}, "Code"},
	} {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}
