package node

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"hash"
	"io"
	"path"
	"strings"
)

// sums are the hashes of the programs that print them.
var sums = map[string]func() hash.Hash{
	"md5sum": md5.New, "sha1sum": sha1.New, "sha224sum": sha256.New224, "sha256sum": sha256.New, "sha384sum": sha512.New384, "sha512sum": sha512.New,
}

// sum is md5sum and its kin: -c, -b, -t, --status, --quiet.
func sum(c *call) int {
	o, ok := c.options(optionSpec{short: "cbt\x01\x02", long: map[string]string{"check": "c", "binary": "b", "text": "t", "status": "\x01", "quiet": "\x02"}})
	if !ok {
		return o.status
	}
	if o.has("c") {
		wrong := 0
		status := c.each(o.args, func(_ string, r io.Reader) error { return c.checkSums(r, o, &wrong) })
		if wrong > 0 {
			c.errorf("WARNING: %s did NOT match", plural(wrong, "computed checksum"))
			return 1
		}
		return status
	}
	mark := " "
	if o.has("b") {
		mark = "*"
	}
	return c.each(o.args, func(name string, r io.Reader) error {
		digest, err := c.digest(r)
		if err == nil {
			c.printf("%s %s%s\n", digest, mark, name)
		}
		return err
	})
}

func (c *call) digest(r io.Reader) (string, error) {
	data, err := c.slurp(r)
	if err != nil {
		return "", err
	}
	c.work(1 + len(data)/4096)
	h := sums[path.Base(c.name)]()
	h.Write(data)
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}

// checkSums compares the files of a list with the sums in it, and counts those
// that differ.
func (c *call) checkSums(r io.Reader, o options, wrong *int) error {
	data, err := c.slurp(r)
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(data)) {
		want, file, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if !ok {
			return fmt.Errorf("no properly formatted checksum lines found")
		}
		file = strings.TrimLeft(file, " *")
		state := "FAILED open or read"
		if in, err := c.input(file); err != nil {
			c.errorf("%s: %s", file, strerror(err))
		} else if got, err := c.digest(in); err == nil {
			state = map[bool]string{true: "OK", false: "FAILED"}[got == want]
		}
		if state != "OK" {
			*wrong++
		}
		if !o.has("\x01") && !(o.has("\x02") && state == "OK") {
			c.printf("%s: %s\n", file, state)
		}
	}
	return nil
}

// base64Program encodes and decodes: -d, -w COLUMNS, -i.
func base64Program(c *call) int {
	o, ok := c.options(optionSpec{short: "dw:i", long: map[string]string{"decode": "d", "wrap": "w", "ignore-garbage": "i"}})
	if !ok {
		return o.status
	}
	width := 76
	if w, ok := o.set["w"]; ok {
		if width, ok = naturalNumber(w); !ok {
			c.errorf("invalid wrap size: %s", quoted(w))
			return 1
		}
	}
	status := 0
	code := c.each(o.args[:min(1, len(o.args))], func(_ string, r io.Reader) error {
		data, err := c.slurp(r)
		if err != nil {
			return err
		}
		c.work(1 + len(data)/1024)
		if !o.has("d") {
			c.wrapped(base64.StdEncoding.EncodeToString(data), width)
			return nil
		}
		out, err := base64.StdEncoding.DecodeString(string(bytes.ReplaceAll(data, []byte("\n"), nil)))
		c.stdout.Write(out)
		if err != nil {
			c.errorf("invalid input")
			status = 1
		}
		return nil
	})
	return max(status, code)
}

// wrapped prints a text in lines of a width; 0: as it is.
func (c *call) wrapped(s string, width int) {
	for width > 0 && s != "" {
		n := min(width, len(s))
		c.printf("%s\n", s[:n])
		s = s[n:]
	}
	c.printf("%s", s)
}
