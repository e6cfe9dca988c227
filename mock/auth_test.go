package mock_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/aws/smithy-go"

	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/mocktest"
	"github.com/musterhq/muster/mock/world"
)

// as is a configuration with the given keys, which asks once.
func as(s *mock.Server, id, secret, token string) aws.Config {
	cfg := once(s.Config())
	cfg.Credentials = credentials.NewStaticCredentialsProvider(id, secret, token)
	return cfg
}

func asCredentials(s *mock.Server, c *types.Credentials) aws.Config {
	return as(s, *c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken)
}

// assume takes on a role.
func assume(t *testing.T, cfg aws.Config, seconds int32) *types.Credentials {
	t.Helper()
	out, err := sts.NewFromConfig(cfg).AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: new("arn:aws:iam::210987654321:role/ops/admin"), RoleSessionName: new("me@laptop"), DurationSeconds: &seconds})
	if err != nil {
		t.Fatal(err)
	}
	return out.Credentials
}

// codes calls one action of each service and returns the codes of their errors, or the account that EC2 knows.
func codes(t *testing.T, cfg aws.Config) string {
	t.Helper()
	code := func(err error) string {
		if err == nil {
			return "ok"
		}
		if api, ok := errors.AsType[smithy.APIError](err); ok {
			return api.ErrorCode()
		}
		return err.Error()
	}
	_, errEC2 := ec2.NewFromConfig(cfg).DescribeVpcs(t.Context(), &ec2.DescribeVpcsInput{})
	_, errSSM := ssm.NewFromConfig(cfg).ListCommands(t.Context(), &ssm.ListCommandsInput{})
	_, errSTS := sts.NewFromConfig(cfg).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	return strings.Join([]string{code(errEC2), code(errSSM), code(errSTS)}, " ")
}

func TestAssumedRoleIsWhoItIsAndWhere(t *testing.T) {
	s := mocktest.New(t)
	cfg := asCredentials(s, assume(t, s.Config(), 3600))
	who, err := sts.NewFromConfig(cfg).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil {
		t.Fatal(err)
	}
	if *who.Account != "210987654321" || *who.Arn != "arn:aws:sts::210987654321:assumed-role/admin/me@laptop" ||
		!strings.HasPrefix(*who.UserId, "AROA") || !strings.HasSuffix(*who.UserId, ":me@laptop") || len(*who.UserId) != 21+len(":me@laptop") {
		t.Errorf("%s %s %s", *who.Account, *who.Arn, *who.UserId)
	}
	vpcs, err := ec2.NewFromConfig(cfg).DescribeVpcs(t.Context(), &ec2.DescribeVpcsInput{})
	if err != nil || *vpcs.Vpcs[0].OwnerId != "210987654321" {
		t.Errorf("its VPCs: %v, %v", vpcs, err)
	}
}

func TestIssuedCredentialsAreVerified(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := mocktest.New(t)
		c := assume(t, s.Config(), 900)
		other := assume(t, s.Config(), 900)
		for _, tt := range []struct {
			name string
			cfg  aws.Config
			want string
		}{
			{"as they are", asCredentials(s, c), "ok ok ok"},
			{"another secret", as(s, *c.AccessKeyId, "x", *c.SessionToken), "AuthFailure InvalidSignatureException SignatureDoesNotMatch"},
			{"no token", as(s, *c.AccessKeyId, *c.SecretAccessKey, ""), "AuthFailure UnrecognizedClientException InvalidClientTokenId"},
			{"another's token", as(s, *c.AccessKeyId, *c.SecretAccessKey, *other.SessionToken), "AuthFailure UnrecognizedClientException InvalidClientTokenId"},
			{"a key that was not issued", as(s, "ASIAIOSFODNN7EXAMPLE", "x", "y"), "ok ok ok"},
		} {
			if got := codes(t, tt.cfg); got != tt.want {
				t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
			}
		}
		time.Sleep(15*time.Minute - time.Second)
		if got := codes(t, asCredentials(s, c)); got != "ok ok ok" {
			t.Errorf("a second before they end: %s", got)
		}
		time.Sleep(time.Second)
		if got, want := codes(t, asCredentials(s, c)), "RequestExpired ExpiredTokenException ExpiredToken"; got != want {
			t.Errorf("at their end: %s, want %s", got, want)
		}
	})
}

func TestIssuedCredentialsFollowTheHostsClock(t *testing.T) {
	s := mocktest.New(t)
	c := assume(t, s.Config(), 900)
	if err := s.Advance(24 * time.Hour); err != nil {
		t.Fatal(err)
	}
	if got := codes(t, asCredentials(s, c)); got != "ok ok ok" {
		t.Errorf("after the mock's clock was moved: %s", got)
	}
	if err := s.Fault(world.Fault{Skew: world.Duration(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if got := codes(t, asCredentials(s, c)); !strings.HasPrefix(got, "RequestExpired") {
		t.Errorf("after the service's clock was moved: %s", got)
	}
}

func TestStrictServerAsksForKeysThatItKnows(t *testing.T) {
	s := mocktest.New(t)
	s.RequireKeys(map[string]string{"AKIAROOT": "secret", "210987654321": "other"})
	for _, tt := range []struct {
		name string
		cfg  aws.Config
		want string
	}{
		{"its own configuration", once(s.Config()), "ok ok ok"},
		{"a root user", as(s, "AKIAROOT", "secret", ""), "ok ok ok"},
		{"a root user of another account", as(s, "210987654321", "other", ""), "ok ok ok"},
		{"what it issued", asCredentials(s, assume(t, s.Config(), 900)), "ok ok ok"},
		{"another secret", as(s, "AKIAROOT", "other", ""), "AuthFailure InvalidSignatureException SignatureDoesNotMatch"},
		{"a root user with a token", as(s, "AKIAROOT", "secret", "token"), "AuthFailure UnrecognizedClientException InvalidClientTokenId"},
		{"an unknown key", as(s, "AKIAOTHER", "secret", ""), "AuthFailure UnrecognizedClientException InvalidClientTokenId"},
	} {
		if got := codes(t, tt.cfg); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestInstanceWorksWithItsOwnRole goes the whole way: the SDK finds an instance's credentials at its metadata service, and the
// mock takes them.
func TestInstanceWorksWithItsOwnRole(t *testing.T) {
	s := mocktest.New(t)
	i := launched(t, s)
	s.RequireKeys(nil)
	cfg := once(s.Config())
	cfg.Credentials = roleOf(t, s, *i.InstanceId)
	if got := codes(t, cfg); got != "ok ok ok" {
		t.Errorf("the role's credentials: %s", got)
	}
	who, err := sts.NewFromConfig(cfg).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil || *who.Arn != "arn:aws:sts::123456789012:assumed-role/web/"+*i.InstanceId {
		t.Errorf("%v, %v", who, err)
	}
}

func TestTemporaryCredentialsHaveTheirLimits(t *testing.T) {
	s := mocktest.New(t)
	chained := asCredentials(s, assume(t, s.Config(), 3600))
	type call = func(context.Context, *sts.Client) (*types.Credentials, error)
	role := func(in sts.AssumeRoleInput) call {
		return func(ctx context.Context, c *sts.Client) (*types.Credentials, error) {
			out, err := c.AssumeRole(ctx, &in)
			if err != nil {
				return nil, err
			}
			return out.Credentials, nil
		}
	}
	session := func(seconds *int32) call {
		return func(ctx context.Context, c *sts.Client) (*types.Credentials, error) {
			out, err := c.GetSessionToken(ctx, &sts.GetSessionTokenInput{DurationSeconds: seconds})
			if err != nil {
				return nil, err
			}
			return out.Credentials, nil
		}
	}
	good := sts.AssumeRoleInput{RoleArn: new("arn:aws:iam::123456789012:role/x"), RoleSessionName: new("me")}
	with := func(change func(*sts.AssumeRoleInput)) call {
		in := good
		change(&in)
		return role(in)
	}
	for _, tt := range []struct {
		name string
		cfg  aws.Config
		call call
		want string // the error's code and a part of its text, or for how long
	}{
		{"a role", s.Config(), role(good), "1h0m0s"},
		{"a role for long", s.Config(), with(func(in *sts.AssumeRoleInput) { in.DurationSeconds = new(int32(43200)) }), "12h0m0s"},
		{"a role for too long", s.Config(), with(func(in *sts.AssumeRoleInput) { in.DurationSeconds = new(int32(43201)) }), "ValidationError: 1 validation error detected: Value '43201' at 'durationSeconds'"},
		{"a role by a role", chained, role(good), "1h0m0s"},
		{"a role by a role for long", chained, with(func(in *sts.AssumeRoleInput) { in.DurationSeconds = new(int32(3601)) }), "ValidationError: The requested DurationSeconds exceeds the 1 hour"},
		{"a role with an external id", s.Config(), with(func(in *sts.AssumeRoleInput) { in.ExternalId = new("12:34/x") }), "1h0m0s"},
		{"a session's name with a blank", s.Config(), with(func(in *sts.AssumeRoleInput) { in.RoleSessionName = new("a b") }), "ValidationError: 1 validation error detected: Value 'a b' at 'roleSessionName'"},
		{"no role", s.Config(), with(func(in *sts.AssumeRoleInput) { in.RoleArn = new("arn:aws:iam::123456789012:user/x") }), "ValidationError: arn:aws:iam::123456789012:user/x is invalid"},
		{"a policy", s.Config(), with(func(in *sts.AssumeRoleInput) { in.Policy = new("{}") }), "ValidationError: muster's mock does not model the parameter Policy"},
		{"a session of the root user", s.Config(), session(nil), "1h0m0s"},
		{"a short session", s.Config(), session(new(int32(900))), "15m0s"},
		{"too short a session", s.Config(), session(new(int32(899))), "ValidationError"},
		{"a session of a role", chained, session(nil), "AccessDenied"},
	} {
		c, err := tt.call(t.Context(), sts.NewFromConfig(once(tt.cfg)))
		got := ""
		if api, ok := errors.AsType[smithy.APIError](err); ok {
			got = api.ErrorCode() + ": " + api.ErrorMessage()
		} else if err == nil {
			got = time.Until(*c.Expiration).Round(time.Minute).String()
		}
		if !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: %s %v, want %s", tt.name, got, err, tt.want)
		}
	}
}
