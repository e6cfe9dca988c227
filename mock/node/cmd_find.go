package node

import (
	"io/fs"
	"path"
	"strings"
)

// find walks directories: -name, -iname, -path, -ipath, -type, -size, -mtime,
// -mmin, -newer, -perm, -user, -group, -empty, -maxdepth, -mindepth, -depth,
// -prune, -print, -print0, -delete, -quit, -exec with ; and +, and the operators
// ( ) ! -a -o. Files come in the order of their names. What else GNU find knows
// is refused by name.
func find(c *call) int {
	args := c.args
	for len(args) > 0 && (args[0] == "-P" || args[0] == "-H") {
		args = args[1:]
	}
	n := 0
	for n < len(args) && !isFindExpression(args[n]) {
		n++
	}
	starts := args[:n]
	if n == 0 {
		starts = []string{"."}
	}
	f := &finder{call: c, most: 1 << 30}
	p := findParser{finder: f, args: args[n:]}
	test := p.parse()
	if p.fault != "" {
		c.errorf("%s", p.fault)
		return 1
	}
	f.test = test
	for _, name := range starts {
		f.start(name)
	}
	for _, b := range f.batches {
		b.flush()
	}
	return f.status
}

// isFindExpression says whether an argument begins the expression.
func isFindExpression(a string) bool {
	return len(a) > 1 && a[0] == '-' || a == "(" || a == ")" || a == "!" || a == ","
}

// finder is a run of find.
type finder struct {
	*call
	test        findTest
	least, most int  // depths
	postorder   bool // a directory comes after what is in it
	batches     []*findBatch
	status      int
	quit        bool
}

// found is a file that find looks at.
type found struct {
	name, real string
	f          *file
	prune      *bool
}

// A findTest decides or does something with a file.
type findTest func(found) bool

// start walks from one starting point.
func (f *finder) start(name string) {
	if f.quit {
		return
	}
	real, file, err := f.m.files.resolve(f.path(name), false)
	if err == nil && strings.HasSuffix(name, "/") && file.mode&fs.ModeSymlink != 0 {
		real, file, err = f.m.files.resolve(f.path(name), true)
	}
	if name == "" {
		err = errNotExist
	}
	if err != nil {
		f.fail("%s: %s", quoted(name), strerror(err))
		return
	}
	f.walk(found{name: name, real: real, f: file}, 0)
}

// fail prints a fault that does not end the run.
func (f *finder) fail(format string, args ...any) {
	f.errorf(format, args...)
	f.status = 1
}

func (f *finder) walk(at found, depth int) {
	if f.quit || !f.work(1) {
		return
	}
	prune := false
	at.prune = &prune
	visit := func() {
		if depth >= f.least && !f.quit {
			f.test(at)
		}
	}
	if !f.postorder {
		visit()
	}
	if at.f.mode.IsDir() && depth < f.most && !prune {
		for _, n := range f.m.files.list(at.real) {
			real := absolute(at.real, n)
			if child := f.m.files.get(real); child != nil {
				f.walk(found{name: strings.TrimRight(at.name, "/") + "/" + n, real: real, f: child}, depth+1)
			}
		}
	}
	if f.postorder {
		visit()
	}
}

// print is -print and -print0.
func (f *finder) print(end string) findTest {
	return func(at found) bool {
		f.printf("%s%s", at.name, end)
		return true
	}
}

// remove is -delete.
func (f *finder) remove(at found) bool {
	var err error
	switch {
	case at.name == ".":
		return true
	case kernelDir(at.real) || at.f.mode&modeProc != 0:
		err = errPerm
	case isMount(at.real):
		err = errBusy
	case at.f.mode.IsDir() && len(f.m.files.list(at.real)) > 0:
		err = errNotEmpty
	}
	if err != nil {
		f.fail("cannot delete %s: %s", quoted(at.name), strerror(err))
		return false
	}
	f.m.files.remove(at.real)
	return true
}

// exec is -exec with ;.
func (f *finder) exec(command []string) findTest {
	return func(at found) bool {
		argv := make([]string, len(command))
		for i, w := range command {
			argv[i] = f.replace(w, "{}", at.name)
		}
		code, found := f.call.start(argv, f.stdin)
		if !found {
			f.errorf("%s: No such file or directory", quoted(argv[0]))
		}
		return found && code == 0
	}
}

// findBatch is -exec with +: files that wait for one command.
type findBatch struct {
	*finder
	command, args []string
	size          int
}

func (b *findBatch) add(at found) bool {
	if b.size += len(at.name) + 1; b.size > xargsBytes {
		b.flush()
		b.size = len(at.name) + 1
	}
	b.args = append(b.args, at.name)
	return true
}

func (b *findBatch) flush() {
	if len(b.args) == 0 {
		return
	}
	argv := append(append([]string(nil), b.command...), b.args...)
	b.args = nil
	code, found := b.call.start(argv, b.stdin)
	if !found {
		b.errorf("%s: No such file or directory", quoted(argv[0]))
	}
	if code != 0 {
		b.status = 1
	}
}

// isEmpty is -empty.
func (f *finder) isEmpty(at found) bool {
	if at.f.mode.IsDir() {
		return len(f.m.files.list(at.real)) == 0
	}
	return isPlain(at.f) && at.f.size(f.facts()) == 0
}

// findName is what -name looks at.
func findName(at found) string {
	if strings.Trim(at.name, "/") == "" {
		return "/"
	}
	return path.Base(strings.TrimRight(at.name, "/"))
}
