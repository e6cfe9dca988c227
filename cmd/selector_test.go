package cmd

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/musterhq/muster/fleet"
)

// envWithSaved returns an Env whose saved selectors are text; empty: the file does not exist.
func envWithSaved(t *testing.T, text string) *Env {
	t.Helper()
	dir := t.TempDir()
	if text != "" {
		if err := os.Mkdir(filepath.Join(dir, "muster"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "muster", "selectors"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return &Env{Getenv: func(name string) string { return map[string]string{"XDG_CONFIG_HOME": dir}[name] }}
}

func TestSavedSelectorsAreReadFromTheirFile(t *testing.T) {
	env := envWithSaved(t, "# the shop\n\nweb = role=web,state=running\r\n  old=@web,older=30d\n")
	for text, want := range map[string]string{
		"@web": "tag:role=web,state=running", "@old": "tag:role=web,state=running,older=30d", "role=db": "tag:role=db",
	} {
		if got, err := env.selector([]string{text}); err != nil || got.String() != want {
			t.Errorf("%s: got %q, error %v", text, got, err)
		}
	}
}

func TestMistakesInTheFileOfSavedSelectorsHaveALine(t *testing.T) {
	tests := []struct{ file, want string }{
		{"", "no selector is saved as @web"},
		{"db = role=db\n", "no selector is saved as @web"},
		{"web\n", `/selectors:1: "web" is not NAME = SELECTOR; a name has letters, digits, dots, hyphens and underscores`},
		{"\nmy web = role=web\n", `/selectors:2: "my web = role=web" is not NAME = SELECTOR; a name has letters, digits, dots, hyphens and underscores`},
		{"web =\n", "/selectors:1: the selector of web is empty"},
		{"web = a=b\nweb = c=d\n", "/selectors:2: web has a selector already, at "},
		{"# one\nweb = a=b,\n", `/selectors:2: selector "a=b," has nothing on one side of a comma (at character 4)`},
		{"web = @db\ndb = @web\n", "/selectors:2: saved selector @web uses itself"},
	}
	for _, tt := range tests {
		env := envWithSaved(t, tt.file)
		path, err := env.savedPath()
		if err != nil {
			t.Fatal(err)
		}
		want := tt.want
		if want[0] == '/' {
			want = filepath.Dir(path) + want
		}
		if tt.file == "web = a=b\nweb = c=d\n" {
			want += path + ":1"
		}
		_, err = env.selector([]string{"@web"})
		if err == nil || err.Error() != want || explain(err).code != ExitUsage {
			t.Errorf("%q: got  %v\nwant %s", tt.file, err, want)
		}
	}
	nowhere := &Env{Getenv: func(string) string { return "" }}
	if _, err := nowhere.selector([]string{"@web"}); err == nil || explain(err).code != ExitUsage {
		t.Errorf("with no home: %v", err)
	}
}

func FuzzParseSaved(f *testing.F) {
	f.Add("web = role=web\n# a comment\n\nold=@web,older=7d")
	f.Fuzz(func(t *testing.T, text string) {
		saved, err := parseSaved("selectors", text)
		if err != nil {
			return
		}
		for name, definition := range saved {
			if !fleet.IsSavedName(name) || definition.Text == "" || definition.Where == "" {
				t.Errorf("%q was read as %q", name, definition)
			}
		}
	})
}
