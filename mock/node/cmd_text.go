package node

import (
	"bytes"
	"io"
	"os"

	"mvdan.cc/sh/v3/interp"
)

// slurp reads an input to its end. One that is larger than any file has none.
func (p *process) slurp(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, DiskBytes+1))
	if len(data) > DiskBytes {
		p.stop(ErrOutput)
		return nil, errBrokePipe
	}
	return data, err
}

// input opens a file for a program to read: "-" is its standard input.
func (c *call) input(name string) (io.Reader, error) {
	if name == "-" || name == "/dev/stdin" {
		if c.stdin == nil {
			return bytes.NewReader(nil), nil
		}
		return c.stdin, nil
	}
	if data, ok := c.subs[c.path(name)]; ok {
		return bytes.NewReader(data), nil
	}
	f, err := c.m.files.lookup(c.path(name), true)
	switch {
	case err != nil:
		return nil, err
	case f.mode.IsDir():
		return nil, errIsDir
	case f.device == "zero" || f.device == "full":
		return zeros{c.process}, nil
	case !f.may(c.user, 4):
		return nil, errPerm
	}
	return bytes.NewReader(f.content(c.facts())), nil
}

// zeros is /dev/zero.
type zeros struct{ p *process }

func (z zeros) Read(data []byte) (int, error) {
	clear(data)
	return len(data), z.p.passes(len(data))
}

// each calls f with each named input, the standard input if there is none, and
// prints what cannot be opened. The result is the exit status.
func (c *call) each(names []string, f func(name string, r io.Reader) error) int {
	if len(names) == 0 {
		names = []string{"-"}
	}
	status := 0
	for _, name := range names {
		r, err := c.input(name)
		if err == nil {
			err = f(name, r)
		}
		if err != nil && !isBrokenPipe(err) {
			c.errorf("%s: %s", name, strerror(err))
			status = 1
		}
	}
	return status
}

// cat prints files: -n, and -u, which changes nothing.
func cat(c *call) int {
	o, ok := c.options(optionSpec{short: "nu", long: map[string]string{"number": "n"}})
	if !ok {
		return o.status
	}
	line := 0
	return c.each(o.args, func(_ string, r io.Reader) error {
		if !o.has("n") {
			_, err := io.Copy(c.stdout, r)
			return err
		}
		data, err := c.slurp(r)
		for text := range bytes.Lines(data) {
			line++
			if err := c.printf("%6d\t%s", line, text); err != nil {
				return err
			}
		}
		return err
	})
}

// tee copies its input to files and to its output: -a.
func tee(c *call) int {
	o, ok := c.options(optionSpec{short: "ai", long: map[string]string{"append": "a"}})
	if !ok {
		return o.status
	}
	writers, status := []io.Writer{c.stdout}, 0
	for _, name := range o.args {
		f, err := c.openOutput(name, o.has("a"))
		if err != nil {
			c.errorf("%s: %s", name, strerror(err))
			status = 1
			continue
		}
		writers = append(writers, f)
	}
	in, _ := c.input("-")
	io.Copy(io.MultiWriter(writers...), in)
	return status
}

// openOutput opens a file for a program to write.
func (c *call) openOutput(name string, appending bool) (io.Writer, error) {
	flag := os.O_WRONLY
	if appending {
		flag |= os.O_APPEND
	}
	return c.open(c.path(name), interp.HandlerContext{Stdout: c.stdout, Stderr: c.stderr}, flag, 0o666)
}
