package node

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"mvdan.cc/sh/v3/interp"
)

func baseName(name string) string { return path.Base(name) }

// onOpen is the interpreter's open handler: redirections, $(<file), source, and
// the hidden files that rewriting put in.
func (s *shell) onOpen(ctx context.Context, name string, flag int, perm os.FileMode) (io.ReadWriteCloser, error) {
	hc := interp.HandlerCtx(ctx)
	p := s.p
	if p.ended != nil {
		return nil, p.ended
	}
	if text, ok := s.texts[name]; ok {
		return input([]byte(text)), nil
	}
	if strings.HasPrefix(name, hiddenFiles) {
		return s.openHidden(hc, name, flag)
	}
	if strings.HasPrefix(name, "/dev/tcp/") || strings.HasPrefix(name, "/dev/udp/") {
		return nil, s.openError(name, errRefused) // there is no network
	}
	f, err := p.open(absolute(hc.Dir, name), hc, flag, perm)
	if err != nil {
		return nil, s.openError(name, err)
	}
	return f, nil
}

// openError makes the interpreter print a failed redirection as bash does. It
// puts operation, path and error one behind the other; the operation is the
// place in the script here.
func (s *shell) openError(name string, err error) error {
	if name == "" {
		err = errNotExist
	}
	return &fs.PathError{Op: s.where() + ":", Path: name, Err: errors.New(strerror(err))}
}

// open opens a file for a redirection.
func (p *process) open(name string, hc interp.HandlerContext, flag int, perm os.FileMode) (io.ReadWriteCloser, error) {
	if f, err := p.openStandard(name, hc); f != nil || err != nil {
		return f, err
	}
	if data, ok := p.subs[name]; ok {
		return p.pipeInput(data)
	}
	if flag&os.O_WRONLY == 0 {
		f, err := p.m.files.lookup(name, true)
		switch {
		case err != nil:
			return nil, err
		case f.mode.IsDir():
			return nil, errIsDir
		case f.device == "zero" || f.device == "full":
			return p.pipeInput(make([]byte, 1<<20)) // assumed: nobody redirects more than a MiB of zeros
		}
		return p.pipeInput(f.content(p.facts()))
	}
	return p.openWrite(name, flag&os.O_APPEND != 0, perm)
}

// openStandard opens /dev/stdin and its kin, by the names that scripts use; nil
// for any other name. What is left of the input is read at once.
func (p *process) openStandard(name string, hc interp.HandlerContext) (io.ReadWriteCloser, error) {
	switch name {
	case "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0":
		var data []byte
		if hc.Stdin != nil {
			var err error
			if data, err = p.slurp(hc.Stdin); err != nil {
				return nil, err
			}
		}
		return p.pipeInput(data)
	case "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1":
		return &handle{w: hc.Stdout}, nil
	case "/dev/stderr", "/dev/fd/2", "/proc/self/fd/2":
		return &handle{w: plainWriter(hc.Stderr)}, nil
	}
	return nil, nil
}

// plainWriter is what lies under a shell's error output.
func plainWriter(w io.Writer) io.Writer {
	if d, ok := w.(*diagnostics); ok {
		return d.to
	}
	return w
}

// openWrite opens a file for writing and makes it if it is not there.
func (p *process) openWrite(name string, appending bool, perm os.FileMode) (*handle, error) {
	fsys := &p.m.files
	real, f, err := fsys.resolve(name, true)
	switch {
	case err == errNotExist && real != "":
		if dir := fsys.get(path.Dir(real)); strings.HasPrefix(real, "/proc/") || strings.HasPrefix(real, "/sys/") || !dir.mode.IsDir() {
			return nil, errPerm
		}
		f = &file{mode: perm &^ fs.FileMode(p.umask), mtime: p.time()}
		fsys.put(real, f)
		return &handle{w: &fileWriter{p, f, 0}}, nil
	case err != nil:
		return nil, err
	case f.mode.IsDir():
		return nil, errIsDir
	case f.device != "":
		return &handle{w: deviceWriter{p, f.device}}, nil
	case f.mode&modeProc != 0:
		return nil, errPerm
	}
	f = fsys.own(real, p.facts())
	f.mtime = p.time()
	if !appending {
		if err := fsys.setData(f, nil); err != nil {
			return nil, err
		}
	}
	return &handle{w: &fileWriter{p, f, len(f.data)}}, nil
}

// fileWriter writes to one file of the machine from a place on.
type fileWriter struct {
	p  *process
	f  *file
	at int
}

func (w *fileWriter) Write(data []byte) (int, error) {
	end := w.at + len(data)
	grown := w.f.data
	if end > len(grown) {
		grown = append(grown, make([]byte, end-len(grown))...)
	}
	if err := w.p.m.files.setData(w.f, grown); err != nil {
		return 0, err
	}
	copy(grown[w.at:], data)
	w.at, w.f.mtime = end, w.p.time()
	return len(data), nil
}

// deviceWriter is /dev/null or /dev/full as something to write to.
type deviceWriter struct {
	p      *process
	device string
}

func (w deviceWriter) Write(data []byte) (int, error) {
	if w.device == "full" {
		return 0, errNoSpace
	}
	return len(data), w.p.passes(len(data))
}

// maxPassed is how many bytes a script may read from /dev/zero and write to
// /dev/null: more than a script that ends, less than one that does not.
const maxPassed = 64 << 20

// passes counts bytes that are kept nowhere.
func (p *process) passes(n int) error {
	if p.passed += n; p.passed > maxPassed {
		p.stop(ErrOutput)
		return errBrokePipe
	}
	return nil
}

// handle is an open file of the machine as the interpreter wants it.
type handle struct {
	r io.Reader
	w io.Writer
}

func (h *handle) Read(data []byte) (int, error) {
	if h.r == nil {
		return 0, io.EOF
	}
	return h.r.Read(data)
}

func (h *handle) Write(data []byte) (int, error) {
	if h.w == nil {
		return 0, errInvalid
	}
	return h.w.Write(data)
}

func (h *handle) Close() error { return nil }

// input is a text to read once.
func input(data []byte) *handle { return &handle{r: bytes.NewReader(data)} }

// openSteps is what making a pipe costs: it takes as long as about ten commands.
const openSteps = 10

// atOnce is how much surely fits into a pipe without a reader.
const atOnce = 4096

// pipeInput gives data as the reading end of a pipe. The interpreter wants an
// *os.File for standard input, and makes a pipe and a goroutine of its own if it
// gets anything else, one that it does not wait for. What fits is written at
// once, more by a goroutine that ends when either end does, and that the run
// waits for.
func (p *process) pipeInput(data []byte) (*os.File, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	p.opened = append(p.opened, r)
	p.work(openSteps)
	if len(data) <= atOnce {
		w.Write(data)
		w.Close()
		return r, nil
	}
	p.feeds.Go(func() {
		w.Write(data)
		w.Close()
	})
	return r, nil
}
