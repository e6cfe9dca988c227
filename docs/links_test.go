package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestLinksLeadSomewhere holds that every link from a page to another file of the repository finds it, headings included.
func TestLinksLeadSomewhere(t *testing.T) {
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range textFiles(t, root) {
		if !strings.HasSuffix(name, ".md") {
			continue
		}
		for _, link := range linksOf(t, filepath.Join(root, name)) {
			target, heading, _ := strings.Cut(link, "#")
			file := filepath.Join(root, filepath.Dir(name), target)
			if target == "" {
				file = filepath.Join(root, name)
			}
			if _, err := os.Stat(file); err != nil {
				t.Errorf("%s: the link to %s leads nowhere", name, link)
			} else if heading != "" && !slices.Contains(headingsOf(t, file), heading) {
				t.Errorf("%s: the link to %s finds no such heading", name, link)
			}
		}
	}
}

// TestNoPageIsLost holds that every page can be reached from the README by links.
func TestNoPageIsLost(t *testing.T) {
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	reached := map[string]bool{}
	for open := []string{filepath.Join(root, "README.md")}; len(open) > 0; open = open[1:] {
		if reached[open[0]] || !strings.HasSuffix(open[0], ".md") {
			continue
		}
		reached[open[0]] = true
		for _, link := range linksOf(t, open[0]) {
			target, _, _ := strings.Cut(link, "#")
			open = append(open, filepath.Join(filepath.Dir(open[0]), target))
		}
	}
	for _, name := range textFiles(t, root) {
		if strings.HasSuffix(name, ".md") && !reached[filepath.Join(root, name)] {
			t.Errorf("%s: no chain of links leads there from the README", name)
		}
	}
}

// linksOf gives the links of a page that lead to files, code left out.
func linksOf(t *testing.T, file string) []string {
	t.Helper()
	var links []string
	for _, match := range regexp.MustCompile(`\]\(([^)\s]+)\)`).FindAllStringSubmatch(prose(t, file), -1) {
		if !strings.Contains(match[1], "://") {
			links = append(links, match[1])
		}
	}
	return links
}

// headingsOf gives the names that a page's headings have in links.
func headingsOf(t *testing.T, file string) []string {
	t.Helper()
	var names []string
	for _, match := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(prose(t, file), -1) {
		kept := strings.Map(func(r rune) rune {
			if strings.ContainsRune("`.,:;()/'\"?!*", r) {
				return -1
			}
			return r
		}, strings.ToLower(match[1]))
		names = append(names, strings.ReplaceAll(kept, " ", "-"))
	}
	return names
}

// prose is a page without its blocks of code.
func prose(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile("(?ms)^```.*?^```").ReplaceAllString(string(text), "")
}
