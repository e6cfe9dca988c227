package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// machineWords are what tells that a text was written on one machine or for one network: home directories, and the hosts of
// module proxies and package registries. The patterns are written so that they do not match themselves.
func machineWords(root string) *regexp.Regexp {
	words := []string{
		`/[h]ome/[a-z]`, `/[U]sers/[A-Za-z]`, `[C]:\\Users\\[^P]`, `/[w]ork/`, `/[t]mp/bash`,
		`[p]roxy\.golang`, `[s]um\.golang`, `[g]oproxy\.`, `[a]rtifactory`, `[j]frog\.`, `[r]egistry\.npmjs`, `[p]ythonhosted`, `[n]exus\.`,
	}
	if len(root) > len("/src") {
		words = append(words, regexp.QuoteMeta(root)+`\b`)
	}
	return regexp.MustCompile(strings.Join(words, "|"))
}

// withoutSimulated drops the home directories that every Amazon Linux has, simulated ones included.
func withoutSimulated(line string) string {
	return strings.NewReplacer("/home/ec2-user", "", "/home/ssm-user", "").Replace(line)
}

func nothingOfOneMachine(found *problems, m *module) {
	words := machineWords(m.root)
	for _, name := range m.texts {
		source, err := os.ReadFile(filepath.Join(m.root, name))
		if err != nil {
			found.addf("%v", err)
			continue
		}
		n := 0
		for line := range strings.Lines(string(source)) {
			n++
			if word := words.FindString(withoutSimulated(line)); word != "" {
				found.addf("%s:%d: %q belongs to one machine", name, n, word)
			}
		}
	}
}

// textFiles gives the repository's files, from the root with slashes. go.sum has nothing but names and sums.
func textFiles(t *testing.T, root string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch entry.Name() {
		case ".git", "bin", "dist", "fuzz":
			if entry.IsDir() {
				return filepath.SkipDir
			}
		case "go.sum", "LICENSE":
			return nil
		}
		name, err := filepath.Rel(root, path)
		if !entry.IsDir() && entry.Type().IsRegular() {
			names = append(names, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
