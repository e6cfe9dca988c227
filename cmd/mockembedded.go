package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/musterhq/muster/internal/statedir"
	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/world"
)

const (
	// embeddedFleet is how many instances the embedded mock starts with.
	embeddedFleet = 6
	// embeddedPatience is how long an invocation waits for another one to end.
	embeddedPatience = 10 * time.Second

	embeddedState = "state.json"
	embeddedLock  = "lock"
)

// embeddedMock is the mock inside this process, and the state directory that it came
// from. One process at a time has it.
type embeddedMock struct {
	server *mock.Server
	dir    *statedir.Dir
	unlock func() error
}

// openEmbeddedMock starts the mock inside this process, as the last invocation left it.
// The first use makes a small fleet and says so. close saves the state.
func openEmbeddedMock(ctx context.Context, env *Env) (cfg aws.Config, closeMock func() error, err error) {
	m, err := env.lockEmbeddedMock(ctx)
	if err != nil {
		return aws.Config{}, nil, err
	}
	region := env.mockRegion()
	if err := m.load(env, region); err != nil {
		return aws.Config{}, nil, errors.Join(err, m.release())
	}
	env.mockNow = func() time.Time { return m.server.Clock().Now }
	cfg = m.server.Config()
	cfg.Region = region
	return cfg, m.close, nil
}

// mockRegion is where a user of the embedded mock works: as on AWS, but never nowhere.
func (env *Env) mockRegion() string {
	return cmp.Or(env.flags.region, env.Getenv("AWS_REGION"), env.Getenv("AWS_DEFAULT_REGION"), mock.Here.Region)
}

// lockEmbeddedMock takes the mock's state directory for this process. The server is empty.
func (env *Env) lockEmbeddedMock(ctx context.Context) (*embeddedMock, error) {
	path, err := statedir.Path(env.Getenv, "mock")
	if err != nil {
		return nil, withExit(ExitFailed, err, "set XDG_STATE_HOME to a directory that can be written")
	}
	dir, err := statedir.Open(path)
	if err != nil {
		return nil, withExit(ExitFailed, err, "set XDG_STATE_HOME to a directory that can be written")
	}
	unlock, err := dir.Lock(ctx, embeddedLock, embeddedPatience)
	if errors.Is(err, statedir.ErrLocked) {
		err = withExit(ExitFailed, fmt.Errorf("the embedded mock is in use by another muster, for %s already", embeddedPatience),
			"to run several at once: muster mock serve, then --endpoint-url")
	}
	if err != nil {
		return nil, errors.Join(err, dir.Close())
	}
	return &embeddedMock{server: mock.New(world.Settings{}), dir: dir, unlock: unlock}, nil
}

// load restores the saved state, or makes the first one.
func (m *embeddedMock) load(env *Env, region string) error {
	data, err := m.dir.Read(embeddedState)
	if errors.Is(err, fs.ErrNotExist) {
		env.notef("muster: this is the embedded mock's first use: it starts with %d running instances and the launch template \"web\" in %s", embeddedFleet, region)
		return seedSample(m.server, region, embeddedFleet)
	}
	if err == nil {
		err = m.server.Restore(data)
	}
	if err != nil {
		return withExit(ExitFailed, fmt.Errorf("open the embedded mock: %s: %w", m.dir.File(embeddedState), err),
			"to start over, losing what was rehearsed: muster --mock mock reset")
	}
	return nil
}

func seedSample(server *mock.Server, region string, n int) error {
	fleet, err := mock.SampleFleet(n)
	if err != nil {
		return err
	}
	_, err = server.Seed(world.Scope{Account: world.DefaultAccount, Region: region}, fleet)
	return err
}

// close saves the state and lets the next invocation have it.
func (m *embeddedMock) close() error {
	data, err := m.server.Snapshot()
	if err == nil {
		err = m.dir.Write(embeddedState, data)
	}
	if err != nil {
		err = fmt.Errorf("save the embedded mock: %w", err)
	}
	return errors.Join(err, m.release())
}

// release frees the directory and the lock, and saves nothing.
func (m *embeddedMock) release() error { return errors.Join(m.unlock(), m.dir.Close()) }
