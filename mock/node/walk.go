package node

import (
	"io/fs"
	"regexp"
	"strings"

	"mvdan.cc/sh/v3/pattern"
)

// tree walks the files below a directory in the order of their names. visit
// says whether to go into a directory. A link is never followed.
func (c *call) tree(name, real string, visit func(name, real string, f *file) bool) {
	f := c.m.files.get(real)
	if f == nil || !c.work(1) || !visit(name, real, f) || !f.mode.IsDir() {
		return
	}
	for _, n := range c.m.files.list(real) {
		if !c.work(1) {
			return
		}
		c.tree(strings.TrimSuffix(name, "/")+"/"+n, absolute(real, n), visit)
	}
}

// glob is a shell pattern as find -name takes it: * matches any character.
func glob(text string, fold bool) (*regexp.Regexp, error) {
	mode := pattern.EntireString
	if fold {
		mode |= pattern.NoGlobCase
	}
	expr, err := pattern.Regexp(text, mode)
	if err != nil {
		expr = "^" + regexp.QuoteMeta(text) + "$" // as fnmatch takes an unfinished bracket
	}
	return regexp.Compile(expr)
}

// isPlain says whether a file is one to read to its end: no directory, link or
// device.
func isPlain(f *file) bool { return f.mode&(fs.ModeType&^modeProc) == 0 }
