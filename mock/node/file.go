package node

import (
	"io/fs"
	"path"
	"syscall"
	"time"
)

// A file is one file, directory or link. Those of the base image are shared by
// all machines and never changed; those of an overlay belong to one machine.
type file struct {
	mode     fs.FileMode
	uid, gid int
	mtime    time.Time
	data     []byte
	target   string             // of a symbolic link
	program  *namedProgram      // the command that runs when the file is executed; nil: a script
	device   string             // "null", "zero" or "full"
	gen      func(facts) []byte // content made when it is read, as in /proc
}

// facts are what generated files are made from.
type facts struct {
	cfg  *Config
	boot time.Time
	now  time.Time
}

// uptime is how long the machine has been up, never negative.
func (v facts) uptime() time.Duration { return max(0, v.now.Sub(v.boot)) }

// content returns what a reader of the file sees. It must not be changed.
func (f *file) content(v facts) []byte {
	if f.gen != nil {
		return f.gen(v)
	}
	return f.data
}

// size is what stat reports: files of /proc report none, as on Linux.
func (f *file) size(v facts) int64 {
	switch {
	case f.gen != nil && f.mode&modeProc != 0:
		return 0
	case f.mode.IsDir():
		return dirSize
	case f.mode&fs.ModeSymlink != 0:
		return int64(len(f.target))
	}
	return int64(len(f.content(v)))
}

// dirSize is what ls -l shows for a small directory. assumed: XFS, which
// Amazon Linux 2023 uses for its root volume, shows the length of the inline
// entries; we show one block.
const dirSize = 4096

// modeProc marks a file of the kernel, which has content but no size.
const modeProc = fs.ModeIrregular

// fileInfo implements fs.FileInfo and fs.DirEntry for a file under a name.
type fileInfo struct {
	name string
	file *file
	len  int64
}

func (i fileInfo) Name() string               { return i.name }
func (i fileInfo) Size() int64                { return i.len }
func (i fileInfo) Mode() fs.FileMode          { return i.file.mode &^ modeProc }
func (i fileInfo) Type() fs.FileMode          { return i.Mode().Type() }
func (i fileInfo) ModTime() time.Time         { return i.file.mtime }
func (i fileInfo) IsDir() bool                { return i.file.mode.IsDir() }
func (i fileInfo) Sys() any                   { return nil }
func (i fileInfo) Info() (fs.FileInfo, error) { return i, nil }

// may says whether a user may read, write or execute (4, 2, 1) the file. Root
// may do all but execute what nobody may execute.
func (f *file) may(u user, want fs.FileMode) bool {
	perm := f.mode.Perm()
	if u.uid == 0 {
		return want&1 == 0 || f.mode.IsDir() || perm&0o111 != 0
	}
	switch {
	case f.uid == u.uid:
		perm >>= 6
	case f.gid == u.gid:
		perm >>= 3
	}
	return perm&want == want
}

// The errors of the file system, as Linux numbers them, so that the
// interpreter and the commands tell them apart as on Linux.
const (
	errNotExist     = syscall.ENOENT
	errExist        = syscall.EEXIST
	errNotDir       = syscall.ENOTDIR
	errIsDir        = syscall.EISDIR
	errNotEmpty     = syscall.ENOTEMPTY
	errLoop         = syscall.ELOOP
	errReadOnly     = syscall.EROFS
	errNoSpace      = syscall.ENOSPC
	errPerm         = syscall.EACCES
	errNotPermitted = syscall.EPERM
	errBusy         = syscall.EBUSY
	errInvalid      = syscall.EINVAL
	errNoDevice     = syscall.ENXIO
	errTooLong      = syscall.ENAMETOOLONG
	errRefused      = syscall.ECONNREFUSED
	errBrokePipe    = syscall.EPIPE
	errBadFile      = syscall.EBADF
)

// pathError wraps a fault of the file system with what was done to which path.
func pathError(op, name string, err error) error {
	return &fs.PathError{Op: op, Path: name, Err: err}
}

// absolute joins a path to the directory that it counts from. It does not
// clean dots away: the file system walks them, because a link may lie between.
func absolute(dir, name string) string {
	if path.IsAbs(name) || name == "" {
		return name
	}
	if dir == "/" {
		return "/" + name
	}
	return dir + "/" + name
}
