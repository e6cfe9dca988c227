package imds

import (
	"maps"
	"slices"
	"strings"
)

// tree is what can be read: paths below a version, without slashes around them, and
// their contents. A path that is the beginning of others is a directory.
type tree map[string]string

// put adds an item unless it is empty: AWS has no item there then.
func (t tree) put(path, text string) {
	if text != "" {
		t[path] = text
	}
}

// list adds an item of lines unless there are none.
func (t tree) list(path string, lines []string) { t.put(path, strings.Join(lines, "\n")) }

// lookUp reads an item, or lists a directory: one name a line, those of directories with
// a slash. assumed: a directory answers without the slash at its end, too.
func lookUp(t tree, path string) (text string, ok bool) {
	if text, ok := t[path]; ok {
		return text, true
	}
	prefix := path + "/"
	if path == "" {
		prefix = ""
	}
	names := map[string]bool{}
	for _, item := range slices.Sorted(maps.Keys(t)) {
		rest, below := strings.CutPrefix(item, prefix)
		if !below {
			continue
		}
		name, _, deeper := strings.Cut(rest, "/")
		if deeper && !strings.Contains(bare, " "+prefix+name+" ") {
			name += "/"
		}
		names[name] = true
	}
	return strings.Join(slices.Sorted(maps.Keys(names)), "\n"), len(names) > 0
}

// bare are the directories that are listed without a slash.
const bare = " dynamic meta-data "
