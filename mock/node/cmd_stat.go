package node

import (
	"fmt"
	"hash/fnv"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// stat tells of files: -c FORMAT, --printf=FORMAT, -L, -t not. Of formats it
// knows %a %A %f %F %g %G %h %i %n %N %o %s %u %U %w %W %x %X %y %Y %z %Z.
func stat(c *call) int {
	o, ok := c.options(optionSpec{short: "c:L\x01:", long: map[string]string{"format": "c", "dereference": "L", "printf": "\x01"}})
	if !ok {
		return o.status
	}
	if len(o.args) == 0 {
		c.usage("missing operand")
		return 1
	}
	format, end := o.set["c"], "\n"
	if text, given := o.set["\x01"]; given {
		format, end = text, ""
		format = strings.NewReplacer(`\n`, "\n", `\t`, "\t", `\\`, `\`).Replace(format)
	}
	status := 0
	for _, name := range o.args {
		p := c.place(name, o.has("L"))
		if p.err != nil {
			c.errorf("cannot statx %s: %s", shellQuoted(name), strerror(p.err))
			status = 1
			continue
		}
		if format == "" {
			c.statLong(p)
			continue
		}
		c.printf("%s%s", c.statFormat(format, p), end)
	}
	return status
}

// inode is a number for a path: machines have none for their files.
func inode(real string) int {
	h := fnv.New32a()
	h.Write([]byte(real))
	return int(h.Sum32()>>8) + 128
}

// statValues are what a format can ask for.
func (c *call) statValues(p place) map[byte]string {
	f := p.f
	when := f.mtime.UTC()
	full := when.Format("2006-01-02 15:04:05.000000000 -0700")
	quotedName := shellQuoted(p.name)
	if f.mode&fs.ModeSymlink != 0 {
		quotedName += " -> " + shellQuoted(f.target)
	}
	links := 1
	if f.mode.IsDir() {
		links = 2
	}
	size := f.size(c.facts())
	return map[byte]string{
		'a': strconv.FormatUint(octalMode(f.mode), 8), 'A': strings.TrimSuffix(modeString(f.mode), "."), 'f': strconv.FormatUint(rawMode(f.mode), 16),
		'F': fileKind(f, size), 'g': itoa(f.gid), 'G': groupName(f.gid), 'h': itoa(links), 'i': itoa(inode(p.real)), 'n': p.name, 'N': quotedName,
		's': strconv.FormatInt(size, 10), 'b': strconv.FormatInt((size+4095)/4096*8, 10), 'B': "512", 'o': "4096", 'u': itoa(f.uid), 'U': userName(f.uid), 'w': "-", 'W': "0", 'x': full, 'y': full, 'z': full,
		'X': strconv.FormatInt(when.Unix(), 10), 'Y': strconv.FormatInt(when.Unix(), 10), 'Z': strconv.FormatInt(when.Unix(), 10), '%': "%",
	}
}

// rawMode is st_mode: the kind of the file and its mode (man 7 inode).
func rawMode(m fs.FileMode) uint64 {
	switch {
	case m.IsDir():
		return 0o040000 | octalMode(m)
	case m&fs.ModeSymlink != 0:
		return 0o120000 | octalMode(m)
	case m&fs.ModeCharDevice != 0:
		return 0o020000 | octalMode(m)
	}
	return 0o100000 | octalMode(m)
}

func fileKind(f *file, size int64) string {
	switch {
	case f.mode.IsDir():
		return "directory"
	case f.mode&fs.ModeSymlink != 0:
		return "symbolic link"
	case f.device != "":
		return "character special file"
	case size == 0:
		return "regular empty file"
	}
	return "regular file"
}

// statFormat fills a format.
func (c *call) statFormat(format string, p place) string {
	values := c.statValues(p)
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b.WriteByte(format[i])
			continue
		}
		i++
		if v, ok := values[format[i]]; ok {
			b.WriteString(v)
		} else {
			b.WriteByte('?')
		}
	}
	return b.String()
}

// statLong is what stat prints without a format.
func (c *call) statLong(p place) {
	v := c.statValues(p)
	c.printf("  File: %s\n  Size: %-10s\tBlocks: %-10s IO Block: %-6s %s\n", strings.Trim(v['N'], "'"), v['s'], v['b'], v['o'], v['F'])
	c.printf("Device: 259,1\tInode: %-11s Links: %s\n", v['i'], v['h'])
	c.printf("Access: (%04s/%s)  Uid: (%5s/%8s)   Gid: (%5s/%8s)\n", v['a'], v['A'], v['u'], v['U'], v['g'], v['G'])
	c.printf("Access: %s\nModify: %s\nChange: %s\n Birth: %s\n", v['x'], v['y'], v['z'], v['w'])
}

// which finds programs on PATH: -a.
func whichProgram(c *call) int {
	o, ok := c.options(optionSpec{short: "a"})
	if !ok {
		return o.status
	}
	status := 0
	for _, name := range o.args {
		file, found := c.which(name)
		if !found {
			fmt.Fprintf(c.stderr, "which: no %s in (%s)\n", name, c.env.Get("PATH").String())
			status = 1
			continue
		}
		c.printf("%s\n", file)
	}
	return status
}

// mktemp makes a file or a directory with a name of its own: -d, -u, -q, -p DIR,
// -t, --suffix, and a template that ends in X.
func mktemp(c *call) int {
	o, ok := c.options(optionSpec{short: "duqtp::\x01:", long: map[string]string{"directory": "d", "dry-run": "u", "quiet": "q", "tmpdir": "p", "suffix": "\x01"}})
	if !ok {
		return o.status
	}
	template, dir := "tmp.XXXXXXXXXX", c.env.Get("TMPDIR").String()
	if dir == "" {
		dir = "/tmp"
	}
	if d := o.set["p"]; d != "" {
		dir = d
	}
	if len(o.args) > 0 {
		if template = o.args[0]; !o.has("t") && !o.has("p") {
			dir = ""
		}
	}
	stem := strings.TrimRight(template, "X")
	if n := len(template) - len(stem); n < 3 {
		c.errorf("too few X's in template %s", quoted(template))
		return 1
	}
	name := template
	for range 100 {
		name = path.Join(dir, stem+c.letters(len(template)-len(stem))+o.set["\x01"])
		if _, err := c.m.files.lookup(c.path(name), false); err != nil {
			break
		}
	}
	if !o.has("u") {
		mode := fs.FileMode(0o600)
		if o.has("d") {
			mode = fs.ModeDir | 0o700
		}
		p := c.place(name, false)
		if p.real == "" || kernelDir(p.real) {
			if !o.has("q") {
				c.errorf("failed to create %s via template %s: %s", map[bool]string{true: "directory", false: "file"}[o.has("d")], quoted(path.Join(dir, template)), strerror(p.err))
			}
			return 1
		}
		c.m.files.put(p.real, &file{mode: mode, uid: c.user.uid, gid: c.user.gid, mtime: c.time()})
	}
	c.printf("%s\n", name)
	return 0
}

// letters are random, but the same for the same script of a machine.
func (c *call) letters(n int) string {
	const from = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	b := make([]byte, min(n, 255))
	for i := range b {
		b[i] = from[c.nextRandom()%uint64(len(from))]
	}
	return string(b)
}

// fileProgram says what files hold: -b, -L. It knows directories, links, devices,
// programs, scripts, JSON, gzip, and text.
func fileProgram(c *call) int {
	o, ok := c.options(optionSpec{short: "bL", long: map[string]string{"brief": "b", "dereference": "L"}})
	if !ok {
		return o.status
	}
	for _, name := range o.args {
		p := c.place(name, o.has("L"))
		kind := "cannot open `" + name + "' (No such file or directory)"
		if p.err == nil {
			kind = c.kindOfFile(p.f)
		}
		if o.has("b") {
			c.printf("%s\n", kind)
		} else {
			c.printf("%s: %s\n", name, kind)
		}
	}
	return 0
}

func (c *call) kindOfFile(f *file) string {
	text := string(f.content(c.facts()))
	switch {
	case f.mode.IsDir():
		return "directory"
	case f.mode&fs.ModeSymlink != 0:
		return "symbolic link to " + f.target
	case f.device != "":
		return "character special (1/" + map[string]string{"null": "3", "zero": "5", "full": "7"}[f.device] + ")"
	case text == "":
		return "empty"
	case strings.HasPrefix(text, elfMagic):
		return "ELF 64-bit LSB pie executable, x86-64, version 1 (SYSV), dynamically linked, stripped"
	case strings.HasPrefix(text, "\x1f\x8b"):
		return "gzip compressed data"
	case strings.HasPrefix(text, "#!"):
		interpreter, _ := shebang(text)
		name := map[string]string{"/bin/bash": "Bourne-Again shell script", "/bin/sh": "POSIX shell script"}[interpreter]
		if name == "" {
			name = "a " + interpreter + " script"
		}
		return name + ", ASCII text executable"
	case strings.IndexByte(text, 0) >= 0:
		return "data"
	case strings.Contains(text, "\r\n"):
		return "ASCII text, with CRLF line terminators"
	case strings.ContainsFunc(text, func(r rune) bool { return r > 0x7f }):
		return "Unicode text, UTF-8 text"
	}
	return "ASCII text"
}

// getent looks up users, groups and hosts.
func getent(c *call) int {
	if len(c.args) == 0 {
		c.usage("wrong number of arguments")
		return 1
	}
	files := map[string]string{"passwd": "/etc/passwd", "group": "/etc/group", "hosts": "/etc/hosts"}
	f, err := c.m.files.lookup(files[c.args[0]], true)
	if err != nil {
		c.printf("Unknown database: %s\n", c.args[0])
		return 1
	}
	status := 2
	if len(c.args) == 1 {
		status = 0
	}
	for line := range strings.Lines(string(f.content(c.facts()))) {
		fields := strings.FieldsFunc(strings.TrimSpace(line), func(r rune) bool { return r == ':' || r == ' ' })
		for _, key := range c.args[1:] {
			if len(fields) > 2 && (fields[0] == key || fields[2] == key && c.args[0] != "hosts") {
				c.printf("%s", line)
				status = 0
			}
		}
		if len(c.args) == 1 {
			c.printf("%s", line)
		}
	}
	return status
}
