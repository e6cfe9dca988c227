// Package mocktest gives a test an AWS of its own. It is the one package of the mock
// that imports testing.
package mocktest

import (
	"testing"
	"time"

	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/world"
)

// New returns an offline AWS for a test: empty, with no delay in anything unless
// settings ask for one. If the test fails, the calls that were made are logged.
func New(t testing.TB, settings ...world.Settings) *mock.Server {
	t.Helper()
	use := world.Settings{Lag: new(time.Duration(0))}
	if len(settings) > 0 {
		use = settings[0]
	}
	s := mock.New(use)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if !t.Failed() {
			return
		}
		for _, c := range s.Calls() {
			t.Logf("call %s %s %s %s", c.Time.Format(time.RFC3339), c.Service, c.Action, c.Error)
		}
	})
	return s
}
