package node

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// mkdir makes directories: -p, -v, -m MODE.
func mkdir(c *call) int {
	o, ok := c.options(optionSpec{short: "pvm:", long: map[string]string{"parents": "p", "verbose": "v", "mode": "m"}})
	if !ok {
		return o.status
	}
	if len(o.args) == 0 {
		c.usage("missing operand")
		return 1
	}
	mode := fs.FileMode(0o777 &^ c.umask)
	if o.has("m") {
		if mode, ok = changeMode(o.set["m"], 0o777, c.umask); !ok {
			c.errorf("invalid mode %s", quoted(o.set["m"]))
			return 1
		}
	}
	status := 0
	for _, name := range o.args {
		if err := c.mkdirOne(name, mode, o); err != nil {
			c.errorf("cannot create directory %s: %s", quoted(name), strerror(err))
			status = 1
		}
	}
	return status
}

func (c *call) mkdirOne(name string, mode fs.FileMode, o options) error {
	real, f, err := c.m.files.resolve(c.path(name), true)
	switch {
	case err == nil && o.has("p") && f.mode.IsDir():
		return nil
	case err == nil:
		return errExist
	case real == "" && o.has("p") && err == errNotExist && path.Clean(name) != ".":
		parent := path.Dir(path.Clean(name))
		if err := c.mkdirOne(parent, 0o777&^fs.FileMode(c.umask), o); err != nil {
			return err
		}
		return c.mkdirOne(path.Clean(name), mode, o)
	case real == "":
		return err
	case kernelDir(real):
		return errPerm
	}
	c.m.files.put(real, &file{mode: fs.ModeDir | mode, uid: c.user.uid, gid: c.user.gid, mtime: c.time()})
	if o.has("v") {
		c.printf("%s: created directory %s\n", c.name, shellQuoted(name))
	}
	return nil
}

// kernelDir says whether a path is the kernel's, where nothing can be made.
func kernelDir(real string) bool {
	return strings.HasPrefix(real, "/proc/") || strings.HasPrefix(real, "/sys/")
}

// isMount says whether a file system is mounted at a path.
func isMount(real string) bool {
	switch real {
	case "/", "/dev", "/run", "/tmp", "/dev/shm", "/proc", "/sys":
		return true
	}
	return false
}

// rm removes files: -r, -f, -v, -d, and -i only where it asks nothing.
func rm(c *call) int {
	o, ok := c.options(optionSpec{short: "rRfvd", long: map[string]string{"recursive": "r", "force": "f", "verbose": "v", "dir": "d"}})
	if !ok {
		return o.status
	}
	if len(o.args) == 0 && !o.has("f") {
		c.usage("missing operand")
		return 1
	}
	status := 0
	for _, name := range o.args {
		if !c.rmOne(name, o) {
			status = 1
		}
	}
	return status
}

func (c *call) rmOne(name string, o options) bool {
	recursive := o.has("r") || o.has("R")
	if base := path.Base(name); recursive && (base == "." || base == ".." && name != "/") {
		c.errorf("refusing to remove '.' or '..' directory: skipping %s", shellQuoted(name))
		return false
	}
	real, f, err := c.m.files.resolve(c.path(strings.TrimRight(name, "/")), false)
	if strings.Trim(name, "/") == "" && name != "" {
		real, f, err = "/", c.m.files.get("/"), nil
	}
	switch {
	case err != nil && o.has("f") && (err == errNotExist || err == errNotDir):
		return true
	case err != nil:
	case f.mode.IsDir() && !recursive && !o.has("d"):
		err = errIsDir
	case real == "/":
		c.errorf("it is dangerous to operate recursively on '/'")
		c.errorf("use --no-preserve-root to override this failsafe")
		return false
	default:
		return c.rmTree(name, real, f, recursive, o.has("v"))
	}
	c.errorf("cannot remove %s: %s", shellQuoted(name), strerror(err))
	return false
}

// rmTree removes a file, or a directory after what is in it.
func (c *call) rmTree(name, real string, f *file, recursive, verbose bool) bool {
	var err error
	names := c.m.files.list(real)
	what := "removed "
	switch {
	case kernelDir(real) || real == "/proc" || real == "/sys":
		err = errPerm
	case isMount(real):
		err = errBusy
	case f.mode.IsDir() && len(names) > 0 && !recursive:
		err = errNotEmpty
	case f.mode.IsDir():
		what = "removed directory "
	}
	ok := true
	if recursive && (err == nil || errors.Is(err, errBusy)) {
		for _, n := range names {
			ok = c.rmTree(name+"/"+n, absolute(real, n), c.m.files.get(absolute(real, n)), true, verbose) && ok
		}
	}
	if err != nil {
		c.errorf("cannot remove %s: %s", shellQuoted(name), strerror(err))
		return false
	}
	if !ok {
		return false
	}
	c.m.files.remove(real)
	if verbose {
		c.printf("%s%s\n", what, shellQuoted(name))
	}
	return true
}

// touch sets the time of files to now and makes those that are missing: -c, -a, -m.
func touch(c *call) int {
	o, ok := c.options(optionSpec{short: "cam", long: map[string]string{"no-create": "c"}})
	if !ok {
		return o.status
	}
	if len(o.args) == 0 {
		c.usage("missing file operand")
		return 1
	}
	status := 0
	for _, name := range o.args {
		if err := c.touchOne(name, o.has("c")); err != nil {
			c.errorf("cannot touch %s: %s", shellQuoted(name), strerror(err))
			status = 1
		}
	}
	return status
}

func (c *call) touchOne(name string, noCreate bool) error {
	real, f, err := c.m.files.resolve(c.path(name), true)
	switch {
	case err == nil && f.mode&modeProc != 0:
		return errPerm
	case err == nil:
		c.m.files.own(real, c.facts()).mtime = c.time()
		return nil
	case err == errNotExist && noCreate:
		return nil
	case real == "" || strings.HasSuffix(name, "/"):
		return err
	case kernelDir(real):
		return errPerm
	}
	c.m.files.put(real, &file{mode: fs.FileMode(0o666 &^ c.umask), uid: c.user.uid, gid: c.user.gid, mtime: c.time()})
	return nil
}

// basename prints the last part of a path, without a suffix if one is given.
func basename(c *call) int {
	o, ok := c.options(optionSpec{stay: true})
	switch {
	case !ok:
		return o.status
	case len(o.args) == 0:
		c.usage("missing operand")
		return 1
	case len(o.args) > 2:
		c.usage("extra operand %s", quoted(o.args[2]))
		return 1
	}
	base := ""
	if o.args[0] != "" {
		base = path.Base(o.args[0])
	}
	if len(o.args) == 2 && base != o.args[1] {
		base = strings.TrimSuffix(base, o.args[1])
	}
	c.printf("%s\n", base)
	return 0
}

// dirname prints all but the last part of each path.
func dirname(c *call) int {
	o, ok := c.options(optionSpec{})
	if !ok {
		return o.status
	}
	if len(o.args) == 0 {
		c.usage("missing operand")
		return 1
	}
	for _, a := range o.args {
		trimmed := strings.TrimRight(a, "/")
		i := strings.LastIndexByte(trimmed, '/')
		switch {
		case trimmed == "" && a != "":
			a = "/"
		case i < 0:
			a = "."
		default:
			if a = strings.TrimRight(trimmed[:i], "/"); a == "" {
				a = "/"
			}
		}
		c.printf("%s\n", a)
	}
	return 0
}

// pwd is /usr/bin/pwd; scripts see the shell's own.
func pwd(c *call) int {
	o, ok := c.options(optionSpec{short: "LP"})
	if !ok {
		return o.status
	}
	fmt.Fprintln(c.stdout, c.dir)
	return 0
}
