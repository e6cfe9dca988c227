package node

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// image is the file system that every machine starts from. It is built once,
// shared by all machines, and never changed.
type image struct {
	files    map[string]*file
	children map[string][]string // names in a directory, sorted
}

// imageTime is the date of the image's files: that of the AL2023 release.
var imageTime = time.Date(2025, time.August, 4, 0, 0, 0, 0, time.UTC)

// images are the images of the platforms, each made when it is first needed.
var images = map[string]func() *image{
	amazonLinux2:    sync.OnceValue(func() *image { return newImage(amazonLinux2) }),
	ubuntu2204:      sync.OnceValue(func() *image { return newImage(ubuntu2204) }),
	amazonLinux2023: sync.OnceValue(func() *image { return newImage(amazonLinux2023) }),
	redHat9:         sync.OnceValue(func() *image { return newImage(redHat9) }),
	ubuntu2404:      sync.OnceValue(func() *image { return newImage(ubuntu2404) }),
	debian12:        sync.OnceValue(func() *image { return newImage(debian12) }),
}

// image returns the image of a platform. One without an id is Amazon Linux 2023
// by another name.
func (p Platform) image() *image {
	if made, ok := images[p.ID]; ok {
		return made()
	}
	return images[amazonLinux2023]()
}

func newImage(platformID string) *image {
	b := image{files: map[string]*file{"/": {mode: fs.ModeDir | 0o555, mtime: imageTime}}}
	for _, d := range imageDirs {
		b.add(d.path, file{mode: fs.ModeDir | d.mode, uid: d.uid, gid: d.uid})
	}
	for name, target := range imageLinks {
		b.add(name, file{mode: fs.ModeSymlink | 0o777, target: target})
	}
	for name, data := range imageTexts {
		b.add(name, file{mode: 0o644, data: []byte(data)})
	}
	for name, gen := range imageGenerated {
		b.add(name, file{mode: 0o644, gen: gen})
	}
	for name, gen := range procFiles {
		b.add(name, file{mode: modeProc | 0o444, gen: gen})
	}
	for _, name := range [...]string{"null", "zero", "full"} {
		b.add("/dev/"+name, file{mode: fs.ModeDevice | fs.ModeCharDevice | 0o666, device: name})
	}
	for name, run := range programs {
		b.addProgram(name, run)
	}
	b.addPlatform(platformID)
	b.index()
	return &b
}

// addPlatform adds what only machines of one platform have.
func (b *image) addPlatform(id string) {
	for name, text := range platformFiles[id] {
		if target, ok := strings.CutPrefix(text, "->"); ok {
			b.add(name, file{mode: fs.ModeSymlink | 0o777, target: target})
			continue
		}
		b.add(name, file{mode: 0o644, data: []byte(text)})
	}
	if id == amazonLinux2023 {
		b.add("/etc/image-id", file{mode: 0o644, gen: imageID})
	}
	for name, run := range platformPrograms[Platform{ID: id}.family()] {
		b.addProgram(name, run)
	}
}

func (b *image) addProgram(name string, run program) {
	b.add("/usr/bin/"+name, file{mode: 0o755, data: []byte(elfMagic), program: &namedProgram{name, run}})
}

// elfMagic is what a program's file holds: enough for a script that looks.
const elfMagic = "\x7fELF"

func (b *image) add(name string, f file) {
	f.mtime = imageTime
	b.files[name] = &f
}

// index fills children.
func (b *image) index() {
	b.children = make(map[string][]string)
	for _, p := range slices.Sorted(maps.Keys(b.files)) {
		if p != "/" {
			dir := path.Dir(p)
			b.children[dir] = append(b.children[dir], path.Base(p))
		}
	}
}

// dirSpec is a directory of the image; its group has the number of its owner.
type dirSpec struct {
	path string
	mode fs.FileMode
	uid  int
}

// imageDirs are the directories of the image, with Fedora's modes (package
// filesystem), which Amazon Linux 2023 builds on.
var imageDirs = [...]dirSpec{
	{"/boot", 0o555, 0}, {"/dev", 0o755, 0}, {"/dev/shm", 0o777 | fs.ModeSticky, 0},
	{"/etc", 0o755, 0}, {"/etc/ssh", 0o755, 0}, {"/etc/systemd", 0o755, 0}, {"/etc/amazon", 0o755, 0},
	{"/etc/amazon/ssm", 0o755, 0}, {"/etc/profile.d", 0o755, 0}, {"/etc/cron.d", 0o755, 0},
	{"/home", 0o755, 0}, {"/home/ec2-user", 0o700, 1000}, {"/home/ssm-user", 0o700, 1001},
	{"/local", 0o755, 0}, {"/media", 0o755, 0}, {"/mnt", 0o755, 0}, {"/opt", 0o755, 0}, {"/opt/aws", 0o755, 0},
	{"/proc", 0o555, 0}, {"/proc/sys", 0o555, 0}, {"/proc/sys/kernel", 0o555, 0}, {"/root", 0o550, 0}, {"/run", 0o755, 0}, {"/srv", 0o755, 0}, {"/sys", 0o555, 0},
	{"/tmp", 0o777 | fs.ModeSticky, 0},
	{"/usr", 0o755, 0}, {"/usr/bin", 0o555, 0}, {"/usr/lib", 0o555, 0}, {"/usr/lib64", 0o555, 0}, {"/usr/libexec", 0o755, 0},
	{"/usr/local", 0o755, 0}, {"/usr/local/bin", 0o755, 0}, {"/usr/local/sbin", 0o755, 0},
	{"/usr/sbin", 0o555, 0}, {"/usr/share", 0o755, 0},
	{"/var", 0o755, 0}, {"/var/cache", 0o755, 0}, {"/var/lib", 0o755, 0}, {"/var/lib/amazon", 0o755, 0}, {"/var/lib/amazon/ssm", 0o755, 0},
	{"/var/lib/cloud", 0o755, 0}, {"/var/log", 0o755, 0}, {"/var/log/amazon", 0o755, 0}, {"/var/log/amazon/ssm", 0o755, 0},
	{"/var/spool", 0o755, 0}, {"/var/tmp", 0o777 | fs.ModeSticky, 0},
}

var imageLinks = map[string]string{
	"/bin": "usr/bin", "/sbin": "usr/sbin", "/lib": "usr/lib", "/lib64": "usr/lib64", "/var/run": "../run",
	"/etc/os-release": "../usr/lib/os-release",
	"/etc/localtime":  "../usr/share/zoneinfo/UTC",
	"/dev/fd":         "/proc/self/fd",
	"/dev/stdin":      "/proc/self/fd/0",
	"/dev/stdout":     "/proc/self/fd/1",
	"/dev/stderr":     "/proc/self/fd/2",
}

var imageTexts = map[string]string{
	"/etc/group":             groupText(),
	"/etc/passwd":            passwdText(),
	"/etc/shells":            "/bin/sh\n/bin/bash\n/usr/bin/sh\n/usr/bin/bash\n",
	"/etc/locale.conf":       "LANG=C.UTF-8\n",
	"/home/ec2-user/.bashrc": "# .bashrc\n",
	"/root/.bashrc":          "# .bashrc\n",
}
