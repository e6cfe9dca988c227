package docs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// TestTheRulesFindWhatTheyForbid holds each rule against a small module that breaks it. The archive's comment lists what has
// to be found: the rule, a colon, and the problem.
func TestTheRulesFindWhatTheyForbid(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/broken.txtar")
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	for _, file := range archive.Files {
		path := filepath.Join(root, filepath.FromSlash(file.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, file.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	const home = "/" + "home/s" // in two pieces, so that this file keeps the rule
	if err := os.WriteFile(filepath.Join(root, "notes.txt"), []byte("a line\nsee "+home+"omeone\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	m := loadModuleAt(t, root)
	wanted := string(archive.Comment) + "nothing of one machine: notes.txt:2: \"" + home + "\" belongs to one machine\n"
	for _, rule := range rules() {
		var found problems
		rule.hold(&found, m)
		for _, problem := range found {
			line := rule.name + ": " + problem + "\n"
			before, rest, ok := strings.Cut(wanted, line)
			if !ok {
				t.Errorf("not wanted: %s", line)
			}
			wanted = before + rest
		}
	}
	if missed := strings.TrimSpace(wanted); missed != "" {
		t.Errorf("not found:\n%s", missed)
	}
}

func TestQuantile(t *testing.T) {
	for _, tt := range []struct {
		sizes []int
		share float64
		want  int
	}{
		{nil, 0.5, 0},
		{[]int{7}, 0.9, 7},
		{[]int{30, 10, 20}, 0.5, 20},
		{[]int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 99}, 0.9, 10},
	} {
		if got := quantile(tt.sizes, tt.share); got != tt.want {
			t.Errorf("%v of %v: got %d, want %d", tt.share, tt.sizes, got, tt.want)
		}
	}
}
