package node

import (
	"fmt"
	"io/fs"
	"strings"
)

// chmod changes modes: -R, -v, -c, -f, --reference. A mode that begins with a
// minus sign is no option.
func chmod(c *call) int {
	spec := optionSpec{short: "Rvcfm:", long: map[string]string{
		"recursive": "R", "verbose": "v", "changes": "c", "quiet": "f", "silent": "f", "reference": "m",
	}}
	for i, a := range c.args {
		if a == "--" {
			break
		}
		if len(a) > 1 && a[0] == '-' && strings.Trim(a[1:], "rwxXstugo,+=-") == "" && a[1] != '-' {
			c.args = append(append([]string{"-m", "\x00" + a}, c.args[:i]...), c.args[i+1:]...)
			break
		}
	}
	o, ok := c.options(spec)
	if !ok {
		return o.status
	}
	mode, status := c.chmodMode(&o)
	if status != 0 {
		return status
	}
	for _, name := range o.args {
		if !c.changeTree(name, o, func(shown string, f *file) { c.chmodFile(shown, f, mode, o) }) {
			status = 1
		}
	}
	return status
}

// chmodMode finds the mode among the arguments and takes it out.
func (c *call) chmodMode(o *options) (mode string, status int) {
	given, ok := o.set["m"]
	switch {
	case ok && given[:min(1, len(given))] == "\x00":
		mode = given[1:]
	case ok:
		f, err := c.m.files.lookup(c.path(given), true)
		if err != nil {
			c.errorf("failed to get attributes of %s: %s", shellQuoted(given), strerror(err))
			return "", 1
		}
		mode = fmt.Sprintf("%05o", octalMode(f.mode))
	case len(o.args) > 0:
		mode, o.args = o.args[0], o.args[1:]
	}
	_, valid := changeMode(mode, 0, 0)
	switch {
	case len(o.args) == 0 && mode == "":
		c.usage("missing operand")
	case len(o.args) == 0:
		c.usage("missing operand after %s", quoted(mode))
	case !valid:
		c.usage("invalid mode: %s", quoted(mode))
	default:
		return mode, 0
	}
	return mode, 1
}

func (c *call) chmodFile(shown string, f *file, spec string, o options) {
	old := f.mode
	f.mode, _ = changeMode(spec, old, c.umask)
	was, is := octalMode(old), octalMode(f.mode)
	switch {
	case was != is && (o.has("v") || o.has("c")):
		c.printf("mode of %s changed from %04o (%s) to %04o (%s)\n", shellQuoted(shown), was, modeLetters(old), is, modeLetters(f.mode))
	case o.has("v"):
		c.printf("mode of %s retained as %04o (%s)\n", shellQuoted(shown), is, modeLetters(f.mode))
	}
}

// modeLetters is a mode as ls shows it, without the type and the dot.
func modeLetters(m fs.FileMode) string { return modeString(m)[1:10] }

// changeTree calls change with the machine's own copy of a file, and with -R of
// all that is below it. Links below are left alone, and so is the kernel's.
func (c *call) changeTree(name string, o options, change func(shown string, f *file)) bool {
	real, f, err := c.m.files.resolve(c.path(name), !o.has("h"))
	if err == nil && f.mode&modeProc != 0 {
		err = errNotPermitted
	}
	if err != nil {
		if !o.has("f") {
			c.errorf("cannot access %s: %s", shellQuoted(name), strerror(err))
		}
		return false
	}
	c.changeAll(name, real, o, change)
	return true
}

func (c *call) changeAll(name, real string, o options, change func(string, *file)) {
	if !c.work(1) {
		return
	}
	f := c.m.files.get(real)
	if f.mode&fs.ModeSymlink == 0 && !kernelDir(real) || o.has("h") {
		change(name, c.m.files.own(real, c.facts()))
	}
	if !f.mode.IsDir() || !o.has("R") {
		return
	}
	for _, n := range c.m.files.list(real) {
		c.changeAll(strings.TrimSuffix(name, "/")+"/"+n, absolute(real, n), o, change)
	}
}

// chown changes owners: -R, -v, -c, -f, -h, --reference. chgrp is the same for
// the group alone.
func chown(c *call) int {
	o, ok := c.options(optionSpec{short: "Rvcfhm:", long: map[string]string{
		"recursive": "R", "verbose": "v", "changes": "c", "quiet": "f", "silent": "f", "no-dereference": "h", "reference": "m",
	}})
	if !ok {
		return o.status
	}
	who, ok := c.newOwner(&o)
	if !ok {
		return 1
	}
	status := 0
	for _, name := range o.args {
		if !c.changeTree(name, o, func(shown string, f *file) { c.chownFile(shown, f, who, o) }) {
			status = 1
		}
	}
	return status
}

func chgrp(c *call) int {
	for i, a := range c.args {
		if !strings.HasPrefix(a, "-") {
			c.args[i] = ":" + a
			break
		}
	}
	return chown(c)
}

// owner is what chown changes a file to; -1 leaves it.
type owner struct{ uid, gid int }

// newOwner reads USER, USER:GROUP, USER: or :GROUP from the arguments.
func (c *call) newOwner(o *options) (owner, bool) {
	if ref, ok := o.set["m"]; ok {
		f, err := c.m.files.lookup(c.path(ref), true)
		if err != nil {
			c.errorf("failed to get attributes of %s: %s", shellQuoted(ref), strerror(err))
			return owner{}, false
		}
		return owner{f.uid, f.gid}, true
	}
	switch len(o.args) {
	case 0:
		return owner{}, c.usage("missing operand")
	case 1:
		return owner{}, c.usage("missing operand after %s", quoted(strings.TrimPrefix(o.args[0], ":")))
	}
	spec := o.args[0]
	o.args = o.args[1:]
	name, grp, both := strings.Cut(spec, ":")
	who := owner{-1, -1}
	if name != "" {
		u, ok := findUser(name)
		if n, numeric := naturalNumber(name); numeric && !ok {
			u, ok = user{uid: n, gid: -1}, true
		}
		if !ok {
			c.errorf("invalid user: %s", quoted(spec))
			return who, false
		}
		if who.uid = u.uid; both && grp == "" {
			who.gid = u.gid
		}
	}
	if grp != "" {
		gid, ok := findGroup(grp)
		if !ok {
			c.errorf("invalid group: %s", quoted(strings.TrimPrefix(spec, map[bool]string{true: ":"}[c.name == "chgrp"])))
			return who, false
		}
		who.gid = gid
	}
	return who, true
}

func (c *call) chownFile(shown string, f *file, who owner, o options) {
	show := func() string {
		switch {
		case who.gid < 0:
			return userName(f.uid)
		case who.uid < 0:
			return groupName(f.gid)
		}
		return userName(f.uid) + ":" + groupName(f.gid)
	}
	was := show()
	if who.uid >= 0 {
		f.uid = who.uid
	}
	if who.gid >= 0 {
		f.gid = who.gid
	}
	what := "ownership"
	if who.uid < 0 {
		what = "group"
	}
	switch is := show(); {
	case was != is && (o.has("v") || o.has("c")):
		c.printf("changed %s of %s from %s to %s\n", what, shellQuoted(shown), was, is)
	case o.has("v"):
		c.printf("%s of %s retained as %s\n", what, shellQuoted(shown), is)
	}
}
