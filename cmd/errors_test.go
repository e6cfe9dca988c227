package cmd

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"

	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/world"
)

// TestAWSErrorsAreOneLineAndAHint runs muster against AWS's answers, through the whole of the SDK.
func TestAWSErrorsAreOneLineAndAHint(t *testing.T) {
	tests := []struct {
		name  string
		fault world.Fault
		code  int
		want  string
	}{
		{"denied", world.Fault{Code: "UnauthorizedOperation", Status: 403, Message: "You are not authorized to perform this operation."}, ExitDenied,
			"muster: list instances: You are not authorized to perform this operation (UnauthorizedOperation)\n" +
				"hint: an IAM policy has to allow ec2:DescribeInstances\n"},
		{"denied at length", world.Fault{Code: "UnauthorizedOperation", Status: 403,
			Message: "You are not authorized to perform this operation. Encoded authorization failure message: AAAA"}, ExitDenied,
			"muster: list instances: You are not authorized to perform this operation (UnauthorizedOperation)\n" +
				"hint: an IAM policy has to allow ec2:DescribeInstances\n"},
		{"expired", world.Fault{Code: "RequestExpired", Message: "Request has expired."}, ExitDenied,
			"muster: list instances: Request has expired (RequestExpired)\n" +
				"hint: log in again (aws sso login), or renew the session token; this clock must be right, too\n"},
		{"expired token", world.Fault{Code: "ExpiredToken", Message: "The security token included in the request is expired"}, ExitDenied,
			"muster: list instances: The security token included in the request is expired (ExpiredToken)\n" +
				"hint: log in again (aws sso login), or renew the session token; this clock must be right, too\n"},
		{"a bad key", world.Fault{Code: "AuthFailure", Status: 401, Message: "AWS was not able to validate the provided access credentials"}, ExitDenied,
			"muster: list instances: AWS was not able to validate the provided access credentials (AuthFailure)\n" +
				"hint: AWS does not accept this access key, or the region is not enabled; to see whose it is: aws sts get-caller-identity\n"},
		{"no message", world.Fault{Code: "Blocked"}, ExitFailed, "muster: list instances: Blocked\n"},
		{"a message of two lines", world.Fault{Code: "InternalFailure", Message: "one\n two\x1b[2J"}, ExitFailed,
			"muster: list instances: one; two\ufffd[2J (InternalFailure)\n"},
		{"throttled", world.Fault{Throttle: true}, ExitFailed,
			"muster: list instances: Request limit exceeded (RequestLimitExceeded), after 8 attempts\n" +
				"hint: AWS allows only so many calls a second in an account: try again in a minute\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, noDelay(), mock.Group{Count: 1})
				tt.fault.Service, tt.fault.Action = "ec2", "DescribeInstances"
				if err := b.server.Fault(tt.fault); err != nil {
					t.Fatal(err)
				}
				b.expect(tt.code, "ls")
				if b.stderr != tt.want {
					t.Errorf("got  %q\nwant %q", b.stderr, tt.want)
				}
			})
		})
	}
}

func TestARefusedEndpointIsNotTriedAgain(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	b := newBench(t, noDelay())
	env, stderr := envOf(b, func(cfg *aws.Config) {
		cfg.HTTPClient, cfg.BaseEndpoint = nil, new("http://"+address)
	})
	code := Main([]string{"ls", "-v"}, env)
	want := fmt.Sprintf("muster: list instances: the endpoint http://%s/ refuses connections\n"+
		"hint: to start the offline AWS there: muster mock serve --listen %[1]s\n", address)
	if code != ExitFailed || !strings.HasSuffix(stderr.String(), want) {
		t.Errorf("exit %d, got %q\nwant %q", code, stderr, want)
	}
	if !strings.Contains(stderr.String(), "action=ec2:DescribeInstances count=1\n") {
		t.Errorf("it was tried again: %s", stderr)
	}
}

// envOf returns an Env for the mock of b with a changed configuration, and its stderr.
func envOf(b *bench, change func(*aws.Config)) (*Env, *strings.Builder) {
	var stderr strings.Builder
	env := silent(nil)
	env.Stderr = &stderr
	env.AWS = func(context.Context) (aws.Config, error) {
		cfg := b.server.Config().Copy()
		if change != nil {
			change(&cfg)
		}
		return cfg, nil
	}
	return env, &stderr
}

func TestWhatTheConfigurationLacks(t *testing.T) {
	noneBut := func(err error) aws.CredentialsProvider {
		return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return aws.Credentials{}, err })
	}
	tests := []struct {
		name   string
		change func(*aws.Config)
		code   int
		want   string
	}{
		{"no credentials", func(cfg *aws.Config) { cfg.Credentials = noneBut(errors.New("no EC2 IMDS role found")) }, ExitDenied,
			"muster: list instances: no AWS credentials\nhint: --profile NAME, or set AWS_PROFILE, or run: aws configure\n" +
				"hint: muster --mock works on an offline AWS and needs none; --verbose tells what was tried\n"},
		{"a login that is over", func(cfg *aws.Config) { cfg.Credentials = noneBut(&ssocreds.InvalidTokenError{}) }, ExitDenied,
			"muster: list instances: no AWS credentials\nhint: aws sso login\n"},
		{"no region", func(cfg *aws.Config) { cfg.Region = "" }, ExitUsage,
			"muster: no AWS region\nhint: --region eu-west-1, or set AWS_REGION\n"},
		{"an endpoint that is no address", func(cfg *aws.Config) { cfg.BaseEndpoint = new("localhost:8080") }, ExitUsage,
			"muster: endpoint \"localhost:8080\" is not http://HOST:PORT or https://HOST:PORT\n"},
	}
	for _, tt := range tests {
		b := newBench(t, noDelay())
		env, stderr := envOf(b, tt.change)
		if code := Main([]string{"ls", "state=running"}, env); code != tt.code || stderr.String() != tt.want {
			t.Errorf("%s: exit %d, got %q\nwant %d, %q", tt.name, code, stderr, tt.code, tt.want)
		}
	}
}

func TestLongListsAreCut(t *testing.T) {
	ids := []string{"a", "b", "c", "d", "e", "f", "g"}
	for n, want := range map[int]string{0: "", 1: "a", 5: "a, b, c, d, e", 7: "a, b, c, d, e and 2 more"} {
		if got := firstOf(ids[:n]); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}
