// Package account says where muster works: one AWS account and region as a [Scope].
//
// Start with [New], which takes the aws.Config that the SDK or the mock gives and returns a Scope whose Config has muster's
// retry rules, user agent and count of calls. The packages to the right of this one build their SDK clients from it:
//
//	scope, err := account.New(cfg, account.Settings{Version: "v1.2.0"})
//	client := ec2.NewFromConfig(scope.Config)
//
// It does not look for credentials (that is the SDK's config package) and knows nothing of instances.
package account

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// ErrNoRegion says that neither the command line, the environment nor the profile names a region.
var ErrNoRegion = errors.New("no AWS region")

// Settings are what a Scope can be told. The zero value is good.
type Settings struct {
	Version string // of muster, for the user agent; empty: "devel"
}

// Scope is one account and region. It may be used from several goroutines at once.
type Scope struct {
	// Config is what SDK clients are built from. Do not change it.
	Config aws.Config

	// Calls counts the requests that clients built from Config have sent.
	Calls *Calls

	mu sync.Mutex // guards id
	id string
}

// New returns the Scope of cfg. cfg itself is not changed, and nothing is called. The error is [ErrNoRegion].
//
// A Retryer that cfg already has is kept (a test with a fixed back-off), and so is a number of attempts that the user set
// (AWS_MAX_ATTEMPTS).
func New(cfg aws.Config, settings Settings) (*Scope, error) {
	if cfg.Region == "" {
		return nil, ErrNoRegion
	}
	cfg = cfg.Copy()
	if cfg.Retryer == nil {
		attempts := cfg.RetryMaxAttempts
		cfg.Retryer = func() aws.Retryer { return newRetryer(attempts) }
	}
	if cfg.Credentials != nil {
		cfg.Credentials = credentials{cfg.Credentials}
	}
	cfg.HTTPClient = newHTTPClient(cfg.HTTPClient)
	if settings.Version == "" {
		settings.Version = "devel"
	}
	calls := &Calls{}
	cfg.APIOptions = append(cfg.APIOptions, awsmiddleware.AddUserAgentKeyValue("muster", settings.Version), calls.add)
	return &Scope{Config: cfg, Calls: calls}, nil
}

// Region is the name of the region, such as "eu-west-1".
func (s *Scope) Region() string { return s.Config.Region }

// AccountID returns the twelve digits of the account. It asks STS GetCallerIdentity, which needs no permission
// (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html), and remembers the answer.
func (s *Scope) AccountID(ctx context.Context) (string, error) {
	s.mu.Lock()
	id := s.id
	s.mu.Unlock()
	if id != "" {
		return id, nil
	}
	out, err := sts.NewFromConfig(s.Config).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", fmt.Errorf("ask whose credentials these are: %w", err)
	}
	id = aws.ToString(out.Account)
	s.mu.Lock()
	s.id = id
	s.mu.Unlock()
	return id, nil
}
