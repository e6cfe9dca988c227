package cmd

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/musterhq/muster/fleet"
	"github.com/musterhq/muster/mock/world"
)

// clockTimeout bounds the question for a served mock's time.
const clockTimeout = 5 * time.Second

// resourceTime is the time that ages of resources count from: a mock's, which may have been advanced, or else this
// machine's. A served mock is asked for it, with one request; an endpoint of AWS never is.
func (env *Env) resourceTime(ctx context.Context, cfg aws.Config) time.Time {
	if env.mockNow != nil {
		return env.mockNow()
	}
	if cfg.BaseEndpoint == nil || ofAWS(*cfg.BaseEndpoint) {
		return time.Now()
	}
	ctx, cancel := context.WithTimeout(ctx, clockTimeout)
	defer cancel()
	var clock world.ClockReading
	client := cfg.HTTPClient
	if client == nil {
		client = env.httpClient()
	}
	err := servedControl{strings.TrimRight(*cfg.BaseEndpoint, "/"), client}.call(ctx, "GET", "clock", nil, &clock)
	if err != nil || clock.Now.IsZero() { // some other stand-in for AWS, with this machine's time
		env.Logger.Debug("no mock's clock", "endpoint", *cfg.BaseEndpoint, "err", err)
		return time.Now()
	}
	return clock.Now
}

// selectorTime is the time that a selector's ages count from; zero where it has none, so that nobody is asked.
func (env *Env) selectorTime(ctx context.Context, cfg aws.Config, selector fleet.Selector) time.Time {
	if !selector.Needs().Now {
		return time.Time{}
	}
	return env.resourceTime(ctx, cfg)
}

// ofAWS reports whether an endpoint is one of AWS's own, of any partition, as far as its name tells.
func ofAWS(endpoint string) bool {
	u, err := url.Parse(endpoint)
	if err != nil {
		return true // it is not to be asked
	}
	host := "." + strings.ToLower(u.Hostname())
	for _, domain := range []string{".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".api.aws", ".aws.dev", ".c2s.ic.gov", ".sc2s.sgov.gov"} {
		if strings.HasSuffix(host, domain) {
			return true
		}
	}
	return false
}
