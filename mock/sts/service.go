// Package sts is the mock's Security Token Service, as far as muster needs it: who the
// caller is. Start with [New] and [Service.API]. It issues no credentials.
package sts

import (
	"context"

	stsapi "github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

//go:generate go run github.com/musterhq/muster/mock/wire/internal/gen -sdk github.com/aws/aws-sdk-go-v2/service/sts

// Service is the mock's STS. It keeps no state.
type Service struct{}

// New returns STS.
func New() *Service { return &Service{} }

// API lists the operations that this STS knows.
func (s *Service) API() *wire.API {
	return &wire.API{
		Name:      "sts",
		Protocol:  wire.AWSQuery,
		Namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
		Names:     names,
		Operations: map[string]wire.Operation{
			"GetCallerIdentity": wire.Handle(s.GetCallerIdentity),
		},
	}
}

// GetCallerIdentity says whose credentials signed the request: the mock takes every key
// for the account's root user.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
func (s *Service) GetCallerIdentity(ctx context.Context, _ *stsapi.GetCallerIdentityInput) (*stsapi.GetCallerIdentityOutput, error) {
	account := world.ScopeOf(ctx).Account
	return &stsapi.GetCallerIdentityOutput{Account: new(account), Arn: new("arn:aws:iam::" + account + ":root"), UserId: new(account)}, nil
}
