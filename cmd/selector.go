package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/musterhq/muster/fleet"
)

// selector reads the selector of a command that acts, with the saved selectors of the user.
func (env *Env) selector(args []string) (fleet.Selector, error) {
	selector, err := env.selectorToRead(args)
	if err == nil {
		err = selector.CheckToAct()
	}
	return selector, err
}

// selectorToRead reads the selector of a command that only shows something.
func (env *Env) selectorToRead(args []string) (fleet.Selector, error) {
	var saved map[string]fleet.Definition
	return fleet.ParseSaved(args, func(name string) (fleet.Definition, error) {
		if saved == nil {
			var err error
			if saved, err = env.readSaved(); err != nil {
				return fleet.Definition{}, err
			}
		}
		return saved[name], nil
	})
}

// savedPath is the file of the saved selectors.
func (env *Env) savedPath() (string, error) {
	const name = "muster/selectors"
	if dir := env.Getenv("XDG_CONFIG_HOME"); filepath.IsAbs(dir) { // the base directory specification ignores a relative one
		return filepath.Join(dir, name), nil
	}
	if home := env.Getenv("HOME"); home != "" {
		return filepath.Join(home, ".config", name), nil
	}
	return "", usageErrorf("saved selectors: neither XDG_CONFIG_HOME nor HOME says where they are")
}

// readSaved reads the file of the saved selectors. Where there is none, none are saved.
func (env *Env) readSaved() (map[string]fleet.Definition, error) {
	path, err := env.savedPath()
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return map[string]fleet.Definition{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the saved selectors: %w", err)
	}
	return parseSaved(path, string(text))
}

// parseSaved reads lines NAME = SELECTOR. Blank lines and those that begin with # are passed over. The selectors themselves are
// read when they are used.
func parseSaved(path, text string) (map[string]fleet.Definition, error) {
	saved := map[string]fleet.Definition{}
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		where := fmt.Sprintf("%s:%d", path, n)
		name, selector, found := strings.Cut(line, "=")
		name, selector = strings.TrimSpace(name), strings.TrimSpace(selector)
		switch {
		case !found || !fleet.IsSavedName(name):
			return nil, usageErrorf("%s: %q is not NAME = SELECTOR; a name has letters, digits, dots, hyphens and underscores", where, line)
		case selector == "":
			return nil, usageErrorf("%s: the selector of %s is empty", where, name)
		case saved[name].Text != "":
			return nil, usageErrorf("%s: %s has a selector already, at %s", where, name, saved[name].Where)
		}
		saved[name] = fleet.Definition{Text: selector, Where: where}
	}
	return saved, nil
}
