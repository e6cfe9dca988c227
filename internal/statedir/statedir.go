// Package statedir keeps muster's files between calls: a directory per user, files that
// are replaced whole or not at all, and locks between processes.
//
// Start with [Open]. The directory is made with mode 0700. Names are plain file names
// below it; ".." and links that lead out of it are refused by the operating system's
// rules (os.Root).
package statedir

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/gofrs/flock"
)

// ErrLocked says that another process holds a lock and kept it for as long as one was
// ready to wait.
var ErrLocked = errors.New("in use by another muster")

// lockRetry is how often a taken lock is tried again.
const lockRetry = 50 * time.Millisecond

// Dir is a directory of state. Its methods may be called concurrently and by several
// processes; only Lock orders them.
type Dir struct {
	root *os.Root
	path string
}

// Path returns where a user's state lies, below the directory that getenv's environment
// names: XDG_STATE_HOME, else ~/.local/state, on Windows LocalAppData. The error says
// which variable is missing.
// https://specifications.freedesktop.org/basedir-spec/latest/
func Path(getenv func(string) string, name string) (string, error) {
	if dir := getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "muster", name), nil
	}
	if runtime.GOOS == "windows" {
		if dir := getenv("LocalAppData"); dir != "" {
			return filepath.Join(dir, "muster", name), nil
		}
		return "", errors.New("find the state directory: LocalAppData is not set")
	}
	home := getenv("HOME")
	if home == "" {
		return "", errors.New("find the state directory: neither XDG_STATE_HOME nor HOME is set")
	}
	return filepath.Join(home, ".local", "state", "muster", name), nil
}

// Open opens the directory at path, made if it is not there. Close it when done.
func Open(path string) (*Dir, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("make the state directory: %w", err)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("open the state directory: %w", err)
	}
	return &Dir{root, path}, nil
}

// Close frees the directory. Locks that were taken stay.
func (d *Dir) Close() error { return d.root.Close() }

// File is the path of a file of the directory, for messages.
func (d *Dir) File(name string) string { return filepath.Join(d.path, name) }

// Read returns a file's content; the error for one that is not there is fs.ErrNotExist.
func (d *Dir) Read(name string) ([]byte, error) { return d.root.ReadFile(name) }

// Write replaces a file, or makes it, with mode 0600. After a crash at any moment the
// file has its old content or its new one.
func (d *Dir) Write(name string, data []byte) (err error) {
	temp := name + "." + strconv.Itoa(os.Getpid()) + ".tmp"
	defer func() {
		if err != nil {
			_ = d.root.Remove(temp)
			err = fmt.Errorf("write %s: %w", d.File(name), err)
		}
	}()
	if err := d.writeSynced(temp, data); err != nil {
		return err
	}
	if err := d.root.Rename(temp, name); err != nil {
		return err
	}
	return d.syncDir()
}

func (d *Dir) writeSynced(name string, data []byte) error {
	f, err := d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

// syncDir makes a rename last. Windows has no such call and needs none.
func (d *Dir) syncDir() error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := d.root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Lock takes the lock that the file name stands for, which only one process can hold, and
// waits up to patience for it. The error is ErrLocked when another holds it for longer,
// or the context's cause. The lock ends with unlock or with the process.
func (d *Dir) Lock(ctx context.Context, name string, patience time.Duration) (unlock func() error, err error) {
	lock := flock.New(d.File(name), flock.SetPermissions(0o600))
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	locked, err := lock.TryLockContext(waiting, lockRetry)
	switch {
	case locked:
		return lock.Unlock, nil
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case errors.Is(err, context.DeadlineExceeded):
		return nil, fmt.Errorf("lock %s: %w", d.File(name), ErrLocked)
	}
	return nil, fmt.Errorf("lock %s: %w", d.File(name), err)
}
