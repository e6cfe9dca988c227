package node

import (
	"bufio"
	"bytes"
	"io"
	"os"

	"mvdan.cc/sh/v3/interp"
)

// readAll is how much of an input a program takes at once; more comes only from
// /dev/zero and its kin.
const readAll = 2 << 20

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
		return zeros{}, nil
	case !f.may(c.user, 4):
		return nil, errPerm
	}
	return bytes.NewReader(f.content(c.facts())), nil
}

// zeros is /dev/zero.
type zeros struct{}

func (zeros) Read(data []byte) (int, error) { clear(data); return len(data), nil }

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
		for text := range lines(r) {
			line++
			if err := c.printf("%6d\t%s", line, text); err != nil {
				return err
			}
		}
		return nil
	})
}

// lines yields the lines of an input with their ends.
func lines(r io.Reader) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		br := bufio.NewReader(io.LimitReader(r, readAll))
		for {
			text, err := br.ReadString('\n')
			if text != "" && !yield(text) || err != nil {
				return
			}
		}
	}
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
