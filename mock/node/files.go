package node

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// files is the file system of one machine: the shared base image and, over it,
// what this machine has changed. Keys are real paths: clean, absolute, and with
// no link in them but the last name.
type files struct {
	base *image
	over map[string]*file // nil value: the image's file is removed here
	used int64            // bytes held by the overlay
}

// DiskBytes is how much a machine's changed files may hold together; beyond it
// writing fails with "No space left on device". It bounds the mock's memory
// and is no property of AWS.
const DiskBytes = 16 << 20

// maxLinks is how many symbolic links a path may pass, as in Linux
// (man 7 path_resolution).
const maxLinks = 40

// volatile are the directories that live in memory on Amazon Linux 2023 and
// are empty after a boot; public df transcripts show tmpfs on each.
var volatile = [...]string{"/tmp", "/run", "/dev/shm"}

func newFiles(p Platform) files { return files{base: p.image()} }

// get returns the file at a real path, nil if there is none.
func (s *files) get(real string) *file {
	if f, ok := s.over[real]; ok {
		return f
	}
	return s.base.files[real]
}

// lookup returns the file at a path; follow says whether a link as its last
// name is followed.
func (s *files) lookup(name string, follow bool) (*file, error) {
	_, f, err := s.resolve(name, follow)
	return f, err
}

// resolve walks an absolute path. When only its last name does not exist, the
// error is errNotExist and real says where it would be; when more is missing,
// real is empty.
func (s *files) resolve(name string, follow bool) (real string, f *file, err error) {
	if f := s.get(name); f != nil && f.mode&fs.ModeSymlink == 0 {
		return name, f, nil // keys are real paths, so nothing is left to resolve
	}
	if len(name) > 4096 {
		return "", nil, errTooLong // PATH_MAX, man 7 path_resolution
	}
	w := walker{files: s, at: "/", rest: strings.Split(name, "/")}
	return w.walk(follow)
}

// walker resolves one path, name by name.
type walker struct {
	files *files
	at    string
	rest  []string
	links int
}

func (w *walker) walk(follow bool) (string, *file, error) {
	f := w.files.get("/")
	for len(w.rest) > 0 {
		name := w.rest[0]
		w.rest = w.rest[1:]
		if !f.mode.IsDir() {
			return "", nil, errNotDir
		}
		switch name {
		case "", ".":
			continue
		case "..":
			w.at = path.Dir(w.at)
			f = w.files.get(w.at)
			continue
		}
		next, err := w.step(name, follow)
		if err != nil {
			return w.missing(name, err), nil, err
		}
		f = next
	}
	return w.at, f, nil
}

// step enters one name. A link restarts the walk at its target.
func (w *walker) step(name string, follow bool) (*file, error) {
	real := absolute(w.at, name)
	f := w.files.get(real)
	switch {
	case f == nil:
		return nil, errNotExist
	case f.mode&fs.ModeSymlink == 0, !follow && len(w.rest) == 0:
		w.at = real
		return f, nil
	}
	if w.links++; w.links > maxLinks {
		return nil, errLoop
	}
	if path.IsAbs(f.target) {
		w.at = "/"
	}
	w.rest = append(strings.Split(f.target, "/"), w.rest...)
	return w.files.get(w.at), nil
}

// missing says where a file that does not exist would be.
func (w *walker) missing(name string, err error) string {
	for _, more := range w.rest {
		if more != "" && more != "." {
			return ""
		}
	}
	if err != errNotExist {
		return ""
	}
	return path.Join(w.at, name)
}

// list returns the names in a directory, given by its real path, in byte order.
func (s *files) list(real string) []string {
	var names []string
	for _, name := range s.base.children[real] {
		if _, changed := s.over[path.Join(real, name)]; !changed {
			names = append(names, name)
		}
	}
	for p, f := range s.over {
		if f != nil && p != "/" && path.Dir(p) == real {
			names = append(names, path.Base(p))
		}
	}
	slices.Sort(names)
	return names
}

// put places a file at a real path and keeps count of the space.
func (s *files) put(real string, f *file) {
	if s.over == nil {
		s.over = make(map[string]*file)
	}
	if old := s.over[real]; old != nil {
		s.used -= int64(len(old.data))
	}
	s.used += int64(len(f.data))
	s.over[real] = f
}

// fits says whether a file of n bytes may be put at a real path.
func (s *files) fits(real string, n int) bool {
	if old := s.over[real]; old != nil {
		n -= len(old.data)
	}
	return n <= 0 || s.used+int64(n) <= DiskBytes
}

// remove takes away the file at a real path.
func (s *files) remove(real string) {
	if old := s.over[real]; old != nil {
		s.used -= int64(len(old.data))
	}
	if _, inImage := s.base.files[real]; !inImage {
		delete(s.over, real)
		return
	}
	if s.over == nil {
		s.over = make(map[string]*file)
	}
	s.over[real] = nil
}

// own returns the machine's own copy of the file at a real path, to be changed.
// Generated content becomes plain content.
func (s *files) own(real string, v facts) *file {
	if f := s.over[real]; f != nil {
		return f
	}
	f := *s.base.files[real]
	f.data, f.gen = slices.Clone(f.content(v)), nil
	s.put(real, &f)
	return &f
}

// setData replaces the content of one of the machine's own files.
func (s *files) setData(f *file, data []byte) error {
	grown := int64(len(data) - len(f.data))
	if grown > 0 && s.used+grown > DiskBytes {
		return errNoSpace
	}
	s.used += grown
	f.data = data
	return nil
}

// place writes a file and the directories over it, all owned by root.
func (s *files) place(name string, content []byte, at time.Time) {
	name = path.Clean("/" + name)
	s.makeParents(name, at)
	real, _, _ := s.resolve(name, true)
	if real == "" {
		real = name
	}
	s.put(real, &file{mode: 0o644, mtime: at, data: slices.Clone(content)})
}

// makeParents makes the directories over a path that do not exist yet, and
// returns them, the innermost first. Names that are there are not looked at
// closer than a link needs.
func (s *files) makeParents(name string, at time.Time) (made []string) {
	real := "/"
	for part := range strings.SplitSeq(path.Dir(name), "/") {
		if part == "" {
			continue
		}
		next := absolute(real, part)
		switch f := s.get(next); {
		case f == nil:
			s.put(next, &file{mode: fs.ModeDir | 0o755, mtime: at})
			made = append(made, next)
		case f.mode&fs.ModeSymlink != 0:
			if target, _, err := s.resolve(next, true); err == nil {
				next = target
			}
		}
		real = next
	}
	slices.Reverse(made)
	return made
}

// removeEmpty removes files, and directories as far as they are empty by then.
func (s *files) removeEmpty(reals []string) {
	for _, real := range reals {
		if len(s.list(real)) == 0 {
			s.remove(real)
		}
	}
	if len(s.over) == 0 {
		s.over = nil
	}
}

// dropVolatile empties the directories that do not survive a boot.
func (s *files) dropVolatile() {
	for p := range s.over {
		for _, dir := range volatile {
			if strings.HasPrefix(p, dir+"/") {
				s.remove(p)
			}
		}
	}
}
