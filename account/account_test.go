package account_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/account"
	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/mocktest"
	"github.com/musterhq/muster/mock/world"
)

func newScope(t *testing.T, cfg aws.Config) *account.Scope {
	t.Helper()
	scope, err := account.New(cfg, account.Settings{Version: "v1.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	return scope
}

func describe(ctx context.Context, cfg aws.Config) error {
	_, err := ec2.NewFromConfig(cfg).DescribeInstances(ctx, &ec2.DescribeInstancesInput{MaxResults: new(int32(5))})
	return err
}

func TestAScopeNeedsARegion(t *testing.T) {
	if _, err := account.New(aws.Config{}, account.Settings{}); !errors.Is(err, account.ErrNoRegion) {
		t.Errorf("got %v, want %v", err, account.ErrNoRegion)
	}
}

func TestTheAccountIsAskedForOnce(t *testing.T) {
	server := mocktest.New(t)
	scope := newScope(t, server.Config())
	for range 2 {
		id, err := scope.AccountID(t.Context())
		if err != nil || id != world.DefaultAccount {
			t.Errorf("got %q, %v", id, err)
		}
	}
	if n := server.CallSummary()["sts:GetCallerIdentity"]; n != 1 {
		t.Errorf("%d calls, want 1", n)
	}
}

func TestCallsAreCountedWithTheirRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := mocktest.New(t)
		if err := server.Fault(world.Fault{Service: "ec2", Throttle: true, Times: 2}); err != nil {
			t.Fatal(err)
		}
		scope := newScope(t, server.Config())
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				_, err := ssm.NewFromConfig(scope.Config).ListCommands(t.Context(), &ssm.ListCommandsInput{})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if err := describe(t.Context(), scope.Config); err != nil {
			t.Fatal(err)
		}
		want := []account.Call{{Action: "ec2:DescribeInstances", Count: 3}, {Action: "ssm:ListCommands", Count: 4}}
		if diff := cmp.Diff(want, scope.Calls.Counts()); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

func TestHowOftenACallIsTried(t *testing.T) {
	tests := []struct {
		name   string
		fault  world.Fault
		config func(*aws.Config)
		want   int
	}{
		{"throttled", world.Fault{Throttle: true}, nil, 8},
		{"broken", world.Fault{Code: "InternalError", Status: 500}, nil, 8},
		{"as often as the user says", world.Fault{Throttle: true}, func(cfg *aws.Config) { cfg.RetryMaxAttempts = 2 }, 2},
		{"no room", world.Fault{Code: "InsufficientInstanceCapacity", Status: 500}, nil, 1},
		{"denied", world.Fault{Code: "UnauthorizedOperation", Status: 403}, nil, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := mocktest.New(t)
				if err := server.Fault(tt.fault); err != nil {
					t.Fatal(err)
				}
				cfg := server.Config()
				if tt.config != nil {
					tt.config(&cfg)
				}
				err := describe(t.Context(), newScope(t, cfg).Config)
				if n := server.CallSummary()["ec2:DescribeInstances"]; n != tt.want || err == nil {
					t.Errorf("tried %d times, want %d; %v", n, tt.want, err)
				}
				if throttled := account.IsThrottle(err); throttled != tt.fault.Throttle {
					t.Errorf("IsThrottle says %v", throttled)
				}
			})
		})
	}
}

// TestAFleetMayBeThrottledMoreOftenThanTheSDKAllows holds that the SDK's hundred retries for each client are no limit.
func TestAFleetMayBeThrottledMoreOftenThanTheSDKAllows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := mocktest.New(t)
		if err := server.Fault(world.Fault{Service: "ec2", Throttle: true, Times: 150}); err != nil {
			t.Fatal(err)
		}
		client := ec2.NewFromConfig(newScope(t, server.Config()).Config)
		for range 40 { // seven retries each, the last of the hundred and fifty in the twenty-second call
			_, err := client.DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{MaxResults: new(int32(5))})
			if err != nil && !account.IsThrottle(err) {
				t.Fatal(err)
			}
			if err != nil && strings.Contains(err.Error(), "rate limit token") {
				t.Fatal(err)
			}
		}
	})
}

// refusing is a network on which nothing listens.
type refusing struct{ calls int }

func (r *refusing) RoundTrip(*http.Request) (*http.Response, error) {
	r.calls++
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
}

func TestOnlyThisMachinesRefusalsAreFinal(t *testing.T) {
	for endpoint, want := range map[string]int{
		"http://127.0.0.1:4566": 1, "http://localhost:4566": 1, "http://[::1]:4566": 1, "https://ec2.eu-west-1.amazonaws.com": 8,
	} {
		synctest.Test(t, func(t *testing.T) {
			network := &refusing{}
			cfg := mocktest.New(t).Config()
			cfg.BaseEndpoint, cfg.HTTPClient = new(endpoint), &http.Client{Transport: network}
			err := describe(t.Context(), newScope(t, cfg).Config)
			if network.calls != want || !errors.Is(err, syscall.ECONNREFUSED) {
				t.Errorf("%s: tried %d times, want %d; %v", endpoint, network.calls, want, err)
			}
		})
	}
}

func TestMissingCredentialsHaveAType(t *testing.T) {
	none := errors.New("tried everything")
	cfg := mocktest.New(t).Config()
	cfg.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return aws.Credentials{}, none })
	err := describe(t.Context(), newScope(t, cfg).Config)
	if _, ok := errors.AsType[*account.CredentialsError](err); !ok || !errors.Is(err, none) {
		t.Errorf("got %v", err)
	}
}

// agentOf keeps the user agent of a request.
type agentOf struct {
	aws.HTTPClient
	agent string
}

func (c *agentOf) Do(r *http.Request) (*http.Response, error) {
	c.agent = r.UserAgent()
	return c.HTTPClient.Do(r)
}

func TestTheUserAgentNamesMuster(t *testing.T) {
	cfg := mocktest.New(t).Config()
	client := &agentOf{HTTPClient: cfg.HTTPClient}
	cfg.HTTPClient = client
	if err := describe(t.Context(), newScope(t, cfg).Config); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(client.agent, " muster/v1.2.3") {
		t.Errorf("got %q", client.agent)
	}
}

func ExampleNew() {
	scope, err := account.New(mock.New(world.Settings{}).Config(), account.Settings{Version: "v1.2.3"})
	if err != nil {
		fmt.Println(err)
		return
	}
	id, err := scope.AccountID(context.Background())
	fmt.Println(id, scope.Region(), err)
	// Output: 123456789012 us-east-1 <nil>
}
