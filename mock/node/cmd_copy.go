package node

import (
	"io/fs"
	"path"
	"slices"
	"strings"
)

// cp copies files: -r, -R, -a, -d, -P, -L, -p, -f, -n, -u, -v, -t DIR, -T.
func cp(c *call) int {
	return transfer(c, optionSpec{short: "rRadPLpfnuvt:T", long: map[string]string{
		"recursive": "r", "archive": "a", "no-dereference": "P", "dereference": "L", "preserve": "p", "force": "f",
		"no-clobber": "n", "update": "u", "verbose": "v", "target-directory": "t", "no-target-directory": "T",
	}}, (*transferrer).copy)
}

// mv moves files: -f, -n, -u, -v, -t DIR, -T. It asks nothing: there is no
// terminal.
func mv(c *call) int {
	return transfer(c, optionSpec{short: "fnuvt:T", long: map[string]string{
		"force": "f", "no-clobber": "n", "update": "u", "verbose": "v", "target-directory": "t", "no-target-directory": "T",
	}}, (*transferrer).move)
}

// transferrer is a run of cp or mv.
type transferrer struct {
	*call
	opts  options
	plain bool // the copied file gets no owner, mode and time of its source
}

// place is a file as a program names it, and as the file system has it. f is
// nil, and real says where it would be, if there is none.
type place struct {
	name, real string
	f          *file
	err        error
}

func (c *call) place(name string, follow bool) place {
	real, f, err := c.m.files.resolve(c.path(name), follow || strings.HasSuffix(name, "/"))
	if name == "" {
		err, f, real = errNotExist, nil, ""
	}
	if err == nil && strings.HasSuffix(name, "/") && !f.mode.IsDir() {
		err, f = errNotDir, nil
	}
	return place{name, real, f, err}
}

// transfer finds sources and destination, and does one after another.
func transfer(c *call, spec optionSpec, one func(t *transferrer, from, to place) bool) int {
	o, ok := c.options(spec)
	if !ok {
		return o.status
	}
	if o.has("a") {
		o.set["r"], o.set["p"], o.set["P"] = "", "", ""
	}
	t := &transferrer{call: c, opts: o, plain: !o.has("p")}
	sources, dir, into, ok := t.operands()
	if !ok {
		return 1
	}
	status := 0
	for _, name := range sources {
		from := c.place(name, t.follows())
		if from.err != nil {
			c.errorf("cannot stat %s: %s", shellQuoted(name), strerror(from.err))
			status = 1
			continue
		}
		to := dir
		if into {
			to = strings.TrimSuffix(dir, "/") + "/" + path.Base(path.Clean(name))
		}
		if !c.work(1) || !one(t, from, c.place(to, false)) {
			status = 1
		}
	}
	return status
}

// follows says whether a link that is named is followed.
func (t *transferrer) follows() bool {
	return path.Base(t.name) == "cp" && !t.opts.has("P") && !t.opts.has("d") && (!t.opts.has("r") && !t.opts.has("R") || t.opts.has("L"))
}

// operands are the sources and the destination, and whether that is a
// directory to put them into.
func (t *transferrer) operands() (sources []string, dir string, into, ok bool) {
	args := t.opts.args
	if dir, given := t.opts.set["t"]; given {
		p := t.place(dir, true)
		if p.err == nil && !p.f.mode.IsDir() {
			p.err = errNotDir
		}
		switch {
		case len(args) == 0:
			return nil, "", false, t.usage("missing file operand")
		case p.err != nil:
			t.errorf("target directory %s: %s", shellQuoted(dir), strerror(p.err))
			return nil, "", false, false
		}
		return args, dir, true, true
	}
	switch len(args) {
	case 0:
		return nil, "", false, t.usage("missing file operand")
	case 1:
		return nil, "", false, t.usage("missing destination file operand after %s", shellQuoted(args[0]))
	}
	sources, dir = args[:len(args)-1], args[len(args)-1]
	p := t.place(dir, true)
	into = p.err == nil && p.f.mode.IsDir() && !t.opts.has("T")
	switch {
	case t.opts.has("T") && len(sources) > 1:
		return nil, "", false, t.usage("extra operand %s", shellQuoted(args[2]))
	case into || len(sources) == 1:
		return sources, dir, into, true
	case p.err == nil:
		p.err = errNotDir
	}
	t.errorf("target %s: %s", shellQuoted(dir), strerror(p.err))
	return nil, "", false, false
}

// refused says whether a file is not to be put over another, and why if that is
// a fault.
func (t *transferrer) refused(from, to place) (stop, ok bool) {
	cp := path.Base(t.name) == "cp"
	switch {
	case to.f != nil && from.real == to.real:
		t.errorf("%s and %s are the same file", shellQuoted(from.name), shellQuoted(to.name))
	case from.f.mode.IsDir() && to.f != nil && !to.f.mode.IsDir():
		t.errorf("cannot overwrite non-directory %s with directory %s", shellQuoted(to.name), shellQuoted(from.name))
	case !from.f.mode.IsDir() && to.f != nil && to.f.mode.IsDir():
		t.errorf("cannot overwrite directory %s with non-directory", shellQuoted(to.name))
	case from.f.mode.IsDir() && strings.HasPrefix(to.real+"/", from.real+"/") && cp:
		t.errorf("cannot copy a directory, %s, into itself, %s", shellQuoted(from.name), shellQuoted(to.name))
	case from.f.mode.IsDir() && strings.HasPrefix(to.real+"/", from.real+"/"):
		t.errorf("cannot move %s to a subdirectory of itself, %s", shellQuoted(from.name), shellQuoted(to.name))
	case to.f != nil && t.opts.has("n"), to.f != nil && t.opts.has("u") && !from.f.mtime.After(to.f.mtime) && !from.f.mode.IsDir():
		return true, true
	default:
		return false, true
	}
	return true, false
}

// copy copies one file, or a directory and all that is in it.
func (t *transferrer) copy(from, to place) bool {
	if from.f.mode.IsDir() && !t.opts.has("r") && !t.opts.has("R") {
		t.errorf("-r not specified; omitting directory %s", shellQuoted(from.name))
		return false
	}
	if stop, ok := t.refused(from, to); stop {
		return ok
	}
	if err := t.copyFile(from, &to); err != nil {
		what := "regular file"
		if from.f.mode.IsDir() {
			what = "directory"
		}
		t.errorf("cannot create %s %s: %s", what, shellQuoted(to.name), strerror(err))
		return false
	}
	if !from.f.mode.IsDir() {
		return true
	}
	ok := true
	for _, n := range t.m.files.list(from.real) {
		if !t.work(1) {
			return false
		}
		child := place{from.name + "/" + n, absolute(from.real, n), nil, nil}
		child.f = t.m.files.get(child.real)
		ok = t.copy(child, t.place(to.name+"/"+n, false)) && ok
	}
	return ok
}

// copyFile copies one file without what is in it.
func (t *transferrer) copyFile(from place, to *place) error {
	if to.f != nil && to.f.mode&fs.ModeSymlink != 0 && from.f.mode&fs.ModeSymlink == 0 {
		real, f, err := t.m.files.resolve(to.real, true) // cp writes through a link
		to.real, to.f, to.err = real, f, err
	}
	switch {
	case to.real == "" || to.err == errNotDir || to.err != nil && strings.HasSuffix(to.name, "/") && !from.f.mode.IsDir():
		if to.err == errNotExist && to.real != "" {
			return errNotDir
		}
		return to.err
	case kernelDir(to.real), to.f != nil && to.f.mode&modeProc != 0:
		return errPerm
	case from.f.device != "" && from.f.device != "null":
		return errInvalid // it has no end
	}
	if t.opts.has("v") {
		t.printf("%s -> %s\n", shellQuoted(from.name), shellQuoted(to.name))
	}
	if to.f != nil && to.f.device != "" {
		return nil // what is written there is gone
	}
	return t.putCopy(from.f, *to)
}

// putCopy makes the copy.
func (t *transferrer) putCopy(f *file, to place) error {
	if to.f != nil && f.mode.IsDir() {
		return nil
	}
	if f.device != "" {
		f = &file{mode: 0o666, mtime: t.time()} // what is read of /dev/null
	}
	content := f.content(t.facts())
	if !t.work(len(content) / 1024) {
		return errBrokePipe
	}
	copied := &file{mode: f.mode &^ modeProc, uid: f.uid, gid: f.gid, mtime: f.mtime, target: f.target, program: f.program}
	if t.plain {
		copied.mode = f.mode.Type()&^modeProc | f.mode.Perm()&^fs.FileMode(t.umask)
		copied.uid, copied.gid, copied.mtime = t.user.uid, t.user.gid, t.time()
	}
	if to.f != nil && t.plain && f.mode.IsRegular() { // an old file keeps what it is
		copied.mode, copied.uid, copied.gid = to.f.mode, to.f.uid, to.f.gid
	}
	if !t.m.files.fits(to.real, len(content)) {
		return errNoSpace
	}
	copied.data = slices.Clone(content)
	t.m.files.put(to.real, copied)
	return nil
}

// move moves one file or a whole directory.
func (t *transferrer) move(from, to place) bool {
	if stop, ok := t.refused(from, to); stop {
		return ok
	}
	fsys := &t.m.files
	err := to.err
	switch {
	case to.real == "" || to.err == errNotDir:
	case to.f == nil && strings.HasSuffix(to.name, "/") && !from.f.mode.IsDir():
		err = errNotDir
	case kernelDir(to.real) || kernelDir(from.real) || from.f.mode&modeProc != 0:
		err = errPerm
	case isMount(from.real):
		err = errBusy
	case to.f != nil && to.f.mode.IsDir() && len(fsys.list(to.real)) > 0:
		t.errorf("cannot move %s to %s: Directory not empty", shellQuoted(from.name), shellQuoted(to.name))
		return false
	default:
		err = nil
	}
	if err != nil {
		t.errorf("cannot move %s to %s: %s", shellQuoted(from.name), shellQuoted(to.name), strerror(err))
		return false
	}
	t.moveTree(from.real, to.real)
	if t.opts.has("v") {
		t.printf("renamed %s -> %s\n", shellQuoted(from.name), shellQuoted(to.name))
	}
	return true
}

// moveTree gives a file, and what is below it, another path.
func (t *transferrer) moveTree(from, to string) {
	fsys := &t.m.files
	t.process.work(1)
	f := fsys.own(from, t.facts())
	names := fsys.list(from)
	fsys.put(to, f)
	for _, n := range names {
		t.moveTree(absolute(from, n), absolute(to, n))
	}
	fsys.remove(from)
}
