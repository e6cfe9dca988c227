// Package sts is the mock's Security Token Service: who the caller is, and temporary
// credentials, which the mock knows again and checks when they are used. Start with [New]
// and [Service.API].
//
// There is no IAM behind it: every role of every account can be assumed, by anybody.
package sts

import (
	"context"
	"errors"
	"regexp"
	"time"

	stsapi "github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

//go:generate go run github.com/musterhq/muster/mock/wire/internal/gen -sdk github.com/aws/aws-sdk-go-v2/service/sts

// Service is the mock's STS. It keeps no state: the world knows its own credentials.
type Service struct{ world *world.World }

// New returns STS in the given world.
func New(w *world.World) *Service { return &Service{w} }

// API lists the operations that this STS knows.
func (s *Service) API() *wire.API {
	return &wire.API{
		Name:      "sts",
		Protocol:  wire.AWSQuery,
		Namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
		Names:     names,
		Operations: map[string]wire.Operation{
			"AssumeRole":        wire.Handle(s.AssumeRole, "DurationSeconds", "ExternalId", "RoleArn", "RoleSessionName"),
			"GetCallerIdentity": wire.Handle(s.GetCallerIdentity),
			"GetSessionToken":   wire.Handle(s.GetSessionToken, "DurationSeconds"),
		},
	}
}

// GetCallerIdentity says whose credentials signed the request. A key that the mock did
// not issue is the account's root user's.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
func (s *Service) GetCallerIdentity(ctx context.Context, _ *stsapi.GetCallerIdentityInput) (*stsapi.GetCallerIdentityOutput, error) {
	id := world.IdentityOf(ctx)
	return &stsapi.GetCallerIdentityOutput{Account: &id.Account, Arn: &id.ARN, UserId: &id.UserID}, nil
}

// The bounds and defaults of the credentials' life, in seconds. The longest session of a
// role is its own setting on AWS, from 1 to 12 hours: here it is 12.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
const (
	leastSeconds       = 900
	roleSeconds        = 3600
	mostRoleSeconds    = 43200
	mostChainedSeconds = 3600
	sessionSeconds     = 43200
	mostSessionSeconds = 129600
	rootSeconds        = 3600
)

// The forms of AssumeRole's parameters, from the same page.
var (
	roleARN     = regexp.MustCompile(`^arn:aws:iam::([0-9]{12}):role/([\x21-\x7e]+/)?([\w+=,.@-]{1,64})$`)
	sessionName = regexp.MustCompile(`[\w+=,.@-]*`)
	externalID  = regexp.MustCompile(`[\w+=,.@:\/-]*`)
)

// AssumeRole issues credentials of a role. An external id is checked for its form alone,
// because there is no trust policy that could ask for one.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
func (s *Service) AssumeRole(ctx context.Context, in *stsapi.AssumeRoleInput) (*stsapi.AssumeRoleOutput, error) {
	var v wire.Validation
	v.Required("roleArn", in.RoleArn)
	v.Length("roleArn", in.RoleArn, 20, 2048)
	v.Required("roleSessionName", in.RoleSessionName)
	v.Length("roleSessionName", in.RoleSessionName, 2, 64)
	v.Pattern("roleSessionName", in.RoleSessionName, sessionName)
	v.Length("externalId", in.ExternalId, 2, 1224)
	v.Pattern("externalId", in.ExternalId, externalID)
	v.Range("durationSeconds", in.DurationSeconds, leastSeconds, mostRoleSeconds)
	if err := inQueryWords(v.Err()); err != nil {
		return nil, err
	}
	role := roleARN.FindStringSubmatch(*in.RoleArn)
	if role == nil {
		return nil, wire.Errorf("ValidationError", "%s is invalid", *in.RoleArn) // assumed: the text
	}
	seconds := secondsOr(in.DurationSeconds, roleSeconds)
	if world.IdentityOf(ctx).Temporary && seconds > mostChainedSeconds {
		return nil, wire.Errorf("ValidationError", "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.")
	}
	id := world.AssumedRole(role[1], role[3], *in.RoleSessionName)
	return &stsapi.AssumeRoleOutput{Credentials: s.issue(id, seconds), AssumedRoleUser: &types.AssumedRoleUser{Arn: &id.ARN, AssumedRoleId: &id.UserID}}, nil
}

// GetSessionToken issues temporary credentials of the caller, who must have permanent
// ones. The root user's last an hour at most.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
func (s *Service) GetSessionToken(ctx context.Context, in *stsapi.GetSessionTokenInput) (*stsapi.GetSessionTokenOutput, error) {
	var v wire.Validation
	v.Range("durationSeconds", in.DurationSeconds, leastSeconds, mostSessionSeconds)
	if err := inQueryWords(v.Err()); err != nil {
		return nil, err
	}
	id := world.IdentityOf(ctx)
	if id.Temporary {
		return nil, &wire.Error{Code: "AccessDenied", Message: "Cannot call GetSessionToken with session credentials", Status: 403}
	}
	seconds := secondsOr(in.DurationSeconds, sessionSeconds)
	if id == world.Root(id.Account) {
		seconds = min(seconds, rootSeconds)
	}
	return &stsapi.GetSessionTokenOutput{Credentials: s.issue(id, seconds)}, nil
}

// issue makes credentials that end by the host's clock.
func (s *Service) issue(id world.Identity, seconds int32) *types.Credentials {
	c := s.world.Issue(id, time.Now().Add(time.Duration(seconds)*time.Second), s.world.UUID())
	return &types.Credentials{AccessKeyId: &c.AccessKeyID, SecretAccessKey: &c.SecretAccessKey, SessionToken: &c.SessionToken, Expiration: &c.Expiration}
}

func secondsOr(asked *int32, otherwise int32) int32 {
	if asked == nil {
		return otherwise
	}
	return *asked
}

// inQueryWords gives a failed validation the code of the query services.
// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
func inQueryWords(err error) error {
	if e, ok := errors.AsType[*wire.Error](err); ok {
		e.Code = "ValidationError"
	}
	return err
}
