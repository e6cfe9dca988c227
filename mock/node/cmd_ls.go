package node

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"
)

// ls lists files: -a, -A, -d, -l, -1, -n, -r, -t, -S and -R. Output never goes
// to a terminal, so it is one name a line.
func ls(c *call) int {
	o, ok := c.options(optionSpec{
		short: "aAdl1nrtSR", status: 2,
		long: map[string]string{"all": "a", "almost-all": "A", "directory": "d", "reverse": "r", "recursive": "R", "numeric-uid-gid": "n"},
	})
	if !ok {
		return o.status
	}
	if len(o.args) == 0 {
		o.args = []string{"."}
	}
	l := lister{call: c, opts: o}
	var files, dirs []entry
	for _, name := range o.args {
		e, err := l.stat(name)
		switch {
		case err != nil:
			c.errorf("cannot access %s: %s", shellQuoted(name), strerror(err))
			l.status = 2
		case e.file.mode.IsDir() && !o.has("d"):
			dirs = append(dirs, e)
		default:
			files = append(files, e)
		}
	}
	l.heads = len(o.args) > 1 || o.has("R")
	l.print(l.sorted(files))
	l.blank = len(files) > 0
	for _, d := range l.sorted(dirs) {
		l.dir(d)
	}
	return l.status
}

// entry is one file under the name that ls prints.
type entry struct {
	name string
	real string
	file *file
}

type lister struct {
	*call
	opts   options
	heads  bool // name each directory before its content
	blank  bool // something was printed, so an empty line comes before the next
	status int
}

// stat looks a command line argument up. A link is followed unless it is
// listed by itself.
func (l *lister) stat(name string) (entry, error) {
	follow := !l.opts.has("l") && !l.opts.has("d") || strings.HasSuffix(name, "/")
	real, f, err := l.m.files.resolve(l.path(name), follow)
	if err != nil && follow {
		real, f, err = l.m.files.resolve(l.path(name), false)
	}
	return entry{name, real, f}, err
}

// dir lists one directory, and with -R those in it.
func (l *lister) dir(d entry) {
	if l.heads {
		if l.blank {
			l.printf("\n")
		}
		l.printf("%s:\n", d.name)
	}
	l.blank = true
	entries := l.entries(d)
	if l.opts.has("l") || l.opts.has("n") {
		l.printf("total %d\n", l.blocks(entries))
	}
	l.print(entries)
	if !l.opts.has("R") {
		return
	}
	for _, e := range entries {
		if e.file.mode.IsDir() && e.name != "." && e.name != ".." {
			e.name = strings.TrimSuffix(d.name, "/") + "/" + e.name
			l.dir(e)
		}
	}
}

// entries are the files in a directory, as far as they are shown, in order.
func (l *lister) entries(d entry) []entry {
	var out []entry
	if l.opts.has("a") {
		up := path.Dir(d.real)
		out = append(out, entry{".", d.real, d.file}, entry{"..", up, l.m.files.get(up)})
	}
	for _, name := range l.m.files.list(d.real) {
		if name[0] != '.' || l.opts.has("a") || l.opts.has("A") {
			real := absolute(d.real, name)
			out = append(out, entry{name, real, l.m.files.get(real)})
		}
	}
	if !l.work(1 + len(out)/4) { // as long as a command for every few names
		return nil
	}
	return l.sorted(out)
}

func (l *lister) sorted(entries []entry) []entry {
	return sortEntries(entries, l.opts.has("t"), l.opts.has("S"), l.opts.has("r"), l.facts())
}

// print prints entries, long or short.
func (l *lister) print(entries []entry) {
	if !l.opts.has("l") && !l.opts.has("n") {
		for _, e := range entries {
			l.printf("%s\n", e.name)
		}
		return
	}
	var rows [][6]string
	var width [6]int
	for _, e := range entries {
		row := l.row(e)
		for i := range row {
			width[i] = max(width[i], len(row[i]))
		}
		rows = append(rows, row)
	}
	for i, r := range rows {
		l.printf("%s %*s %-*s %-*s %*s %s %s\n", r[0], width[1], r[1], width[2], r[2], width[3], r[3], width[4], r[4], r[5], l.longName(entries[i]))
	}
}

// row are the columns of one long line but the name.
func (l *lister) row(e entry) [6]string {
	f := e.file
	owner, grp := userName(f.uid), groupName(f.gid)
	if l.opts.has("n") {
		owner, grp = itoa(f.uid), itoa(f.gid)
	}
	size := fmt.Sprint(f.size(l.facts()))
	if f.device != "" {
		size = "1, " + map[string]string{"null": "3", "zero": "5", "full": "7"}[f.device]
	}
	links := 1
	if f.mode.IsDir() {
		links = 2
		for _, n := range l.m.files.list(e.real) {
			if l.m.files.get(absolute(e.real, n)).mode.IsDir() {
				links++
			}
		}
	}
	return [6]string{modeString(f.mode), itoa(links), owner, grp, size, lsTime(f.mtime, l.time())}
}

func (l *lister) longName(e entry) string {
	if e.file.mode&fs.ModeSymlink != 0 {
		return e.name + " -> " + e.file.target
	}
	return e.name
}

// blocks is the total that ls -l prints: kibibytes in blocks of four.
func (l *lister) blocks(entries []entry) int64 {
	var total int64
	for _, e := range entries {
		if e.file.mode.IsRegular() {
			total += (e.file.size(l.facts()) + 4095) / 4096 * 4
		}
	}
	return total
}

// modeString is a mode as ls prints it; the dot stands for the SELinux context
// that every file of Amazon Linux 2023 has.
func modeString(m fs.FileMode) string {
	b := []byte("-rwxrwxrwx.")
	switch {
	case m.IsDir():
		b[0] = 'd'
	case m&fs.ModeSymlink != 0:
		b[0] = 'l'
	case m&fs.ModeCharDevice != 0:
		b[0] = 'c'
	}
	for i := range 9 {
		if m&(1<<(8-i)) == 0 {
			b[i+1] = '-'
		}
	}
	for i, bit := range [...]fs.FileMode{fs.ModeSetuid, fs.ModeSetgid, fs.ModeSticky} {
		if m&bit == 0 {
			continue
		}
		if at := 3*i + 3; b[at] == 'x' {
			b[at] = "sst"[i]
		} else {
			b[at] = "SST"[i]
		}
	}
	return string(b)
}

// lsTime is a time as ls -l prints it: with the clock within six months of now,
// else with the year.
func lsTime(t, now time.Time) string {
	const halfYear = 31556952 * time.Second / 2 // as in GNU ls
	if t.After(now.Add(-halfYear)) && !t.After(now) {
		return t.UTC().Format("Jan _2 15:04")
	}
	return t.UTC().Format("Jan _2  2006")
}
