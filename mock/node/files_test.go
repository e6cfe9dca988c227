package node

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPathsResolveAsOnLinux(t *testing.T) {
	s := newFiles(AmazonLinux2023())
	link := func(name, target string) {
		f := *AmazonLinux2023().image().files["/bin"]
		f.target = target
		s.put(name, &f)
	}
	link("/tmp/up", "..")
	link("/tmp/self", "self")
	link("/tmp/a", "b")
	link("/tmp/b", "/etc")
	link("/tmp/dangling", "nowhere")
	for _, c := range []struct {
		name, real string
		err        error
	}{
		{"/", "/", nil},
		{"//etc///passwd", "/etc/passwd", nil},
		{"/etc/../etc/./passwd", "/etc/passwd", nil},
		{"/../../etc", "/etc", nil},
		{"/etc/os-release", "/usr/lib/os-release", nil},
		{"/bin/cat", "/usr/bin/cat", nil},
		{"/bin/../lib", "/usr/lib", nil},
		{"/var/run/x", "/run/x", errNotExist},
		{"/tmp/up/etc/passwd", "/etc/passwd", nil},
		{"/tmp/a/passwd", "/etc/passwd", nil},
		{"/tmp/self", "", errLoop},
		{"/tmp/self/x", "", errLoop},
		{"/tmp/dangling", "/tmp/nowhere", errNotExist},
		{"/tmp/new", "/tmp/new", errNotExist},
		{"/tmp/new/", "/tmp/new", errNotExist},
		{"/tmp/new/x", "", errNotExist},
		{"/etc/passwd/x", "", errNotDir},
		{"/" + strings.Repeat("x", 5000), "", errTooLong},
	} {
		real, _, err := s.resolve(c.name, true)
		if real != c.real || err != c.err {
			t.Errorf("resolve(%.40q) = %q, %v; want %q, %v", c.name, real, err, c.real, c.err)
		}
	}
	if real, f, err := s.resolve("/etc/os-release", false); real != "/etc/os-release" || f.target == "" || err != nil {
		t.Errorf("a link that is not to be followed: %q, %v", real, err)
	}
}

func TestOverlayHidesAndRestoresTheImage(t *testing.T) {
	s := newFiles(AmazonLinux2023())
	before := s.list("/etc")
	s.remove("/etc/passwd")
	s.put("/etc/aaa", &file{data: []byte("x")})
	if got := s.list("/etc"); len(got) != len(before) || got[0] != "aaa" || strings.Contains(strings.Join(got, " "), "passwd") {
		t.Errorf("list = %v", got)
	}
	s.put("/etc/passwd", &file{data: []byte("new")})
	s.remove("/etc/aaa")
	if diff := cmp.Diff(before, s.list("/etc")); diff != "" {
		t.Errorf("list (-want +got):\n%s", diff)
	}
	if s.used != 3 {
		t.Errorf("%d bytes used, want 3", s.used)
	}
	if string(AmazonLinux2023().image().files["/etc/passwd"].data) == "new" {
		t.Error("the shared image was changed")
	}
}

// FuzzResolve checks that resolving ends and gives clean paths.
func FuzzResolve(f *testing.F) {
	for _, seed := range []string{"/", "/etc/../bin/./cat", "//..//var/run/", "/proc/self/fd", "/etc/os-release/x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		s := newFiles(AmazonLinux2023())
		real, file, err := s.resolve("/"+name, true)
		if (err == nil) != (file != nil) {
			t.Errorf("resolve(%q) = %q, %v, %v", name, real, file, err)
		}
		if err == nil && s.get(real) != file {
			t.Errorf("resolve(%q) gave %q, where another file is", name, real)
		}
	})
}
