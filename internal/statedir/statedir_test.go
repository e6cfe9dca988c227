package statedir_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/musterhq/muster/internal/statedir"
)

func TestPathFollowsTheEnvironment(t *testing.T) {
	for _, tt := range []struct {
		name string
		env  map[string]string
		want string
	}{
		{"the state home", map[string]string{"XDG_STATE_HOME": "/x", "HOME": "/h"}, "/x/muster/mock"},
		{"a relative one does not count", map[string]string{"XDG_STATE_HOME": "x", "HOME": "/h"}, "/h/.local/state/muster/mock"},
		{"the home", map[string]string{"HOME": "/h"}, "/h/.local/state/muster/mock"},
		{"nothing", nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := statedir.Path(func(k string) string { return tt.env[k] }, "mock")
			if got != tt.want || (err != nil) != (tt.want == "") {
				t.Errorf("got %q, %v; want %q", got, err, tt.want)
			}
		})
	}
}

func open(t *testing.T) (*statedir.Dir, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a", "b")
	d, err := statedir.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d, path
}

func TestWriteReplacesWhole(t *testing.T) {
	d, path := open(t)
	if _, err := d.Read("state"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	for _, content := range []string{"first", "2"} {
		if err := d.Write("state", []byte(content)); err != nil {
			t.Fatal(err)
		}
		if got, err := d.Read("state"); err != nil || string(got) != content {
			t.Errorf("read %q, %v; want %q", got, err, content)
		}
	}
	entries, err := os.ReadDir(path)
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
	if info, err := os.Stat(filepath.Join(path, "state")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestNamesCannotLeaveTheDirectory(t *testing.T) {
	d, _ := open(t)
	if err := d.Write("../outside", []byte("x")); err == nil {
		t.Error("wrote outside")
	}
	if _, err := d.Read("../outside"); err == nil {
		t.Error("read outside")
	}
}

func TestOpenBelowAFileIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := statedir.Open(filepath.Join(file, "below")); err == nil {
		t.Error("opened a directory below a file")
	}
}

func TestOneHoldsALock(t *testing.T) {
	d, _ := open(t)
	unlock, err := d.Lock(t.Context(), "lock", time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Lock(t.Context(), "lock", time.Millisecond); !errors.Is(err, statedir.ErrLocked) {
		t.Errorf("a second lock: %v", err)
	}
	ended, cancel := context.WithCancelCause(t.Context())
	why := errors.New("why")
	cancel(why)
	if _, err := d.Lock(ended, "lock", time.Minute); !errors.Is(err, why) {
		t.Errorf("a lock without time: %v", err)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	again, err := d.Lock(t.Context(), "lock", time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if err := again(); err != nil {
		t.Error(err)
	}
}
