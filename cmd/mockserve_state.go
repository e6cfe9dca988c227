package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/musterhq/muster/internal/statedir"
	"github.com/musterhq/muster/mock"
)

const (
	// saveEvery is how often a served mock that has changed is saved: what a kill -9 loses
	// of a small fleet.
	saveEvery = time.Second
	// savePause is how many times longer than the last save the pause before the next one
	// is, because calls wait meanwhile. 10,000 instances take about half a second.
	savePause = 10
)

// servedState is the state file of a served mock. Nil is none.
type servedState struct {
	dir      *statedir.Dir
	name     string
	unlock   func() error
	revision uint64 // of the server when it was last saved
}

// load fills the server from the state file, or with the fleet asked for.
func (o *mockServeOptions) load(ctx context.Context, server *mock.Server, region string) (*servedState, error) {
	if o.state == "" {
		return nil, seedSample(server, region, o.fleet)
	}
	dir, err := statedir.Open(filepath.Dir(o.state))
	if err != nil {
		return nil, err
	}
	name := filepath.Base(o.state)
	unlock, err := dir.Lock(ctx, name+".lock", embeddedPatience)
	if err != nil {
		return nil, errors.Join(err, dir.Close())
	}
	state := &servedState{dir: dir, name: name, unlock: unlock}
	data, err := dir.Read(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = seedSample(server, region, o.fleet)
	case err == nil:
		err = server.Restore(data)
	}
	if err != nil {
		return nil, errors.Join(withExit(ExitUsage, fmt.Errorf("--state %s: %w", o.state, err)), state.release())
	}
	return state, nil
}

// keep saves the server whenever it has changed, until ctx ends. A save that goes wrong is
// told once, and tried again.
func (s *servedState) keep(ctx context.Context, env *Env, server *mock.Server) {
	if s == nil {
		return
	}
	told := false
	pause := saveEvery
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		begin := time.Now()
		if err := s.save(server); err != nil && !told {
			told = true
			env.notef("muster: save %s: %v", s.dir.File(s.name), err)
		}
		pause = max(saveEvery, savePause*time.Since(begin))
	}
}

// save writes the file, whole, unless nothing has changed since it was last written.
func (s *servedState) save(server *mock.Server) error {
	revision := server.Revision()
	if revision == s.revision {
		return nil
	}
	data, err := server.Snapshot()
	if err != nil {
		return err
	}
	if err := s.dir.Write(s.name, data); err != nil {
		return err
	}
	s.revision = revision
	return nil
}

// close saves the server's last state, its clock too, and lets the file go.
func (s *servedState) close(server *mock.Server) error {
	if s == nil {
		return nil
	}
	s.revision = 0
	return errors.Join(s.save(server), s.release())
}

func (s *servedState) release() error { return errors.Join(s.unlock(), s.dir.Close()) }
