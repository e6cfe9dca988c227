package node

import (
	"io/fs"
	"path"
	"strings"
)

// ln makes symbolic links: -s, with -f, -n, -T, -v, -r not. Hard links are
// refused: a path is a file here.
func ln(c *call) int {
	o, ok := c.options(optionSpec{short: "sfnvTt:", long: map[string]string{
		"symbolic": "s", "force": "f", "no-dereference": "n", "verbose": "v", "no-target-directory": "T", "target-directory": "t",
	}})
	if !ok {
		return o.status
	}
	args := o.args
	switch {
	case len(args) == 0:
		c.usage("missing file operand")
		return 1
	case !o.has("s"):
		c.errorf("hard links are not simulated")
		return 1
	case o.has("t"):
		args = append(args, o.set["t"])
	case len(args) == 1:
		args = append(args, ".")
	}
	targets, dest := args[:len(args)-1], args[len(args)-1]
	p := c.place(dest, !o.has("n"))
	into := p.err == nil && p.f.mode.IsDir() && !o.has("T")
	if !into && (len(targets) > 1 || o.has("t")) {
		c.errorf("target %s: %s", shellQuoted(dest), strerror(errNotDir))
		return 1
	}
	status := 0
	for _, target := range targets {
		name := dest
		if into {
			name = strings.TrimSuffix(dest, "/") + "/" + path.Base(target)
		}
		if err := c.link(target, name, o); err != nil {
			c.errorf("failed to create symbolic link %s: %s", shellQuoted(name), strerror(err))
			status = 1
		}
	}
	return status
}

// link makes one symbolic link.
func (c *call) link(target, name string, o options) error {
	p := c.place(name, false)
	switch {
	case p.f != nil && (!o.has("f") || p.f.mode.IsDir()):
		return errExist
	case p.real == "" || p.f == nil && p.err != errNotExist:
		return p.err
	case kernelDir(p.real):
		return errPerm
	case target == "":
		return errNotExist
	case !c.m.files.fits(p.real, len(target)):
		return errNoSpace
	}
	if p.f != nil {
		c.m.files.remove(p.real)
	}
	c.m.files.put(p.real, &file{mode: fs.ModeSymlink | 0o777, uid: c.user.uid, gid: c.user.gid, mtime: c.time(), target: target})
	if o.has("v") {
		c.printf("%s -> %s\n", shellQuoted(name), shellQuoted(target))
	}
	return nil
}

// readlink prints where links point, or with -f, -e or -m a path without links:
// -n, -q, -s, -v, -z not.
func readlink(c *call) int {
	o, ok := c.options(optionSpec{short: "femnqsv", long: map[string]string{
		"canonicalize": "f", "canonicalize-existing": "e", "canonicalize-missing": "m", "no-newline": "n",
		"quiet": "q", "silent": "q", "verbose": "v",
	}})
	if !ok {
		return o.status
	}
	if len(o.args) == 0 {
		c.usage("missing operand")
		return 1
	}
	status, end := 0, "\n"
	if o.has("n") && len(o.args) == 1 {
		end = ""
	}
	for _, name := range o.args {
		text, err := c.readlinkOne(name, o.last("fem"))
		if err != nil {
			status = 1
			if o.has("v") {
				c.errorf("%s: %s", name, strerror(err))
			}
			continue
		}
		c.printf("%s%s", text, end)
	}
	return status
}

func (c *call) readlinkOne(name, how string) (string, error) {
	if how != "" {
		return c.canonical(name, how)
	}
	p := c.place(name, false)
	if p.err == nil && p.f.mode&fs.ModeSymlink == 0 {
		p.err = errInvalid
	}
	if p.err != nil {
		return "", p.err
	}
	return p.f.target, nil
}

// canonical is a path without links: with "f" its last name may be missing,
// with "e" nothing may, with "m" anything may.
func (c *call) canonical(name, how string) (string, error) {
	real, f, err := c.m.files.resolve(c.path(name), true)
	switch {
	case name == "":
		return "", errNotExist
	case f != nil, how == "f" && real != "", how == "m" && real != "":
		return real, nil
	case how != "m":
		return "", err
	}
	dir, err := c.canonical(path.Dir(path.Clean(c.path(name))), how)
	return absolute(dir, path.Base(name)), err
}

// realpath prints paths without links: -e, -m, -q, -s not.
func realpath(c *call) int {
	o, ok := c.options(optionSpec{short: "emq", long: map[string]string{"canonicalize-existing": "e", "canonicalize-missing": "m", "quiet": "q"}})
	if !ok {
		return o.status
	}
	if len(o.args) == 0 {
		c.usage("missing operand")
		return 1
	}
	how := o.last("em")
	if how == "" {
		how = "f"
	}
	status := 0
	for _, name := range o.args {
		text, err := c.canonical(name, how)
		if err != nil {
			status = 1
			if !o.has("q") {
				c.errorf("%s: %s", name, strerror(err))
			}
			continue
		}
		c.printf("%s\n", text)
	}
	return status
}
