package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/world"
)

// mockControl is what the mock commands do to a mock, wherever it runs.
type mockControl interface {
	status(ctx context.Context) (mockStatus, error)
	reset(ctx context.Context, to mockReset) error
	advance(ctx context.Context, d time.Duration) error
	faults(ctx context.Context) ([]world.Fault, error)
	addFault(ctx context.Context, f world.Fault) error
	clearFaults(ctx context.Context) error
	imds(ctx context.Context) (map[string]string, error)
	openIMDS(ctx context.Context, id string, port int) error
	closeIMDS(ctx context.Context, id string) error
}

// mockStatus is what `muster mock status` tells.
type mockStatus struct {
	Where  string             `json:"where"`
	Health mock.Health        `json:"health"`
	Clock  world.ClockReading `json:"clock"`
	Calls  map[string]int     `json:"calls"`
}

// mockReset is what a mock is reset to.
type mockReset struct {
	fleet  int
	seed   uint64
	lag    time.Duration
	region string
}

// control finds the mock that is meant: the one behind --endpoint-url or
// AWS_ENDPOINT_URL, else the embedded one. done saves the embedded one's state.
func (env *Env) control(ctx context.Context, fresh bool) (c mockControl, done func() error, err error) {
	url := env.flags.endpointURL
	if url == "" && !env.flags.mock {
		url = env.Getenv("AWS_ENDPOINT_URL")
	}
	if url != "" {
		return servedControl{strings.TrimRight(url, "/"), env.httpClient()}, func() error { return nil }, nil
	}
	m, err := env.lockEmbeddedMock(ctx)
	if err != nil {
		return nil, nil, err
	}
	if !fresh {
		if err := m.load(env, env.mockRegion()); err != nil {
			return nil, nil, errors.Join(err, m.release())
		}
	}
	return embeddedControl{m}, m.close, nil
}

// embeddedControl works on the mock inside this process.
type embeddedControl struct{ mock *embeddedMock }

func (c embeddedControl) status(context.Context) (mockStatus, error) {
	s := c.mock.server
	return mockStatus{Where: c.mock.dir.File(embeddedState), Health: s.Health(), Clock: s.Clock(), Calls: s.CallSummary()}, nil
}

func (c embeddedControl) reset(_ context.Context, to mockReset) error {
	c.mock.server.Reset(world.Settings{Seed: to.seed, Lag: &to.lag})
	return seedSample(c.mock.server, to.region, to.fleet)
}

func (c embeddedControl) advance(_ context.Context, d time.Duration) error {
	return c.mock.server.Advance(d)
}

func (c embeddedControl) faults(context.Context) ([]world.Fault, error) {
	return c.mock.server.Faults(), nil
}

func (c embeddedControl) addFault(_ context.Context, f world.Fault) error {
	if err := c.mock.server.Fault(f); err != nil {
		return usageError(err)
	}
	return nil
}

func (c embeddedControl) clearFaults(context.Context) error {
	c.mock.server.ClearFaults()
	return nil
}

// errNotServed is why the embedded mock has no port for metadata.
var errNotServed = errors.New("the embedded mock is not served, so nobody could reach a port of it")

func (c embeddedControl) imds(context.Context) (map[string]string, error) { return nil, c.notServed() }

func (c embeddedControl) openIMDS(context.Context, string, int) error { return c.notServed() }

func (c embeddedControl) closeIMDS(context.Context, string) error { return c.notServed() }

func (c embeddedControl) notServed() error {
	return usageError(errNotServed, "muster mock serve --imds ID, or muster --endpoint-url URL mock imds ID")
}

// servedControl works on a mock that is served, through its controls.
type servedControl struct {
	url    string
	client aws.HTTPClient
}

// status asks one thing after the other: where nothing answers, once is enough.
func (c servedControl) status(ctx context.Context) (mockStatus, error) {
	s := mockStatus{Where: c.url}
	for _, ask := range []struct {
		path string
		to   any
	}{{"health", &s.Health}, {"clock", &s.Clock}, {"calls?summary=1", &s.Calls}} {
		if err := c.call(ctx, http.MethodGet, ask.path, nil, ask.to); err != nil {
			return mockStatus{}, err
		}
	}
	return s, nil
}

func (c servedControl) reset(ctx context.Context, to mockReset) error {
	fleet, err := mock.SampleFleet(to.fleet)
	if err != nil {
		return err
	}
	req := mock.ResetRequest{Seed: &to.seed, Lag: new(mock.Duration(to.lag))}
	if err := c.call(ctx, http.MethodPost, "reset", req, nil); err != nil {
		return err
	}
	return c.call(ctx, http.MethodPost, "seed", mock.SeedRequest{Region: to.region, Fleet: fleet}, nil)
}

func (c servedControl) advance(ctx context.Context, d time.Duration) error {
	return c.call(ctx, http.MethodPost, "clock", mock.ClockRequest{Advance: mock.Duration(d)}, nil)
}

func (c servedControl) faults(ctx context.Context) (faults []world.Fault, err error) {
	return faults, c.call(ctx, http.MethodGet, "faults", nil, &faults)
}

func (c servedControl) addFault(ctx context.Context, f world.Fault) error {
	return c.call(ctx, http.MethodPost, "faults", f, nil)
}

func (c servedControl) clearFaults(ctx context.Context) error {
	return c.call(ctx, http.MethodDelete, "faults", nil, nil)
}

func (c servedControl) imds(ctx context.Context) (open map[string]string, err error) {
	return open, c.call(ctx, http.MethodGet, "imds", nil, &open)
}

func (c servedControl) openIMDS(ctx context.Context, id string, port int) error {
	return c.call(ctx, http.MethodPost, "imds", mock.IMDSRequest{InstanceID: id, Port: port}, nil)
}

func (c servedControl) closeIMDS(ctx context.Context, id string) error {
	return c.call(ctx, http.MethodDelete, "imds", mock.IMDSRequest{InstanceID: id}, nil)
}

// controlTimeout bounds one call of a served mock's controls.
const controlTimeout = 30 * time.Second

// call makes one call of the controls. Whatever answers must be a mock: a real endpoint
// of AWS has no such path.
func (c servedControl) call(ctx context.Context, method, path string, in, out any) error {
	ctx, cancel := context.WithTimeout(ctx, controlTimeout)
	defer cancel()
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, c.url+"/_muster/"+path, bytes.NewReader(body))
	if err != nil {
		return usageErrorf("the endpoint %q is not a URL", c.url)
	}
	res, err := c.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return c.refusal(res)
	}
	if out == nil {
		return nil
	}
	if err := json.NewDecoder(res.Body).Decode(out); err != nil {
		return fmt.Errorf("read the answer of %s: it is not a muster mock's: %w", c.url, err)
	}
	return nil
}

func (c servedControl) refusal(res *http.Response) error {
	var answer struct{ Error string }
	if json.NewDecoder(res.Body).Decode(&answer) == nil && answer.Error != "" {
		return usageError(errors.New(answer.Error)) // the one thing that the controls refuse
	}
	return fmt.Errorf("%s is not a muster mock: it answered %s", c.url, res.Status)
}
