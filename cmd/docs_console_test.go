package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/cryptotest"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/spf13/cobra"
	"mvdan.cc/sh/v3/shell"

	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/world"
)

// TestDocsConsole runs every command of the documentation's ```console blocks, and holds what stands below it against what
// it prints. A page begins with an embedded mock that was never used and a served one with six instances, and ends with what
// its commands made of them. Time is virtual, and chance is not, so each run prints the same.
func TestDocsConsole(t *testing.T) {
	for _, file := range consolePages(t) {
		t.Run(file, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cryptotest.SetGlobalRandom(t, 1)
				comparePage(t, file, newConsole(t).play(readPage(t, file)))
			})
		})
	}
}

// consolePages gives the pages that have such a block, from the repository's root.
func consolePages(t *testing.T) []string {
	t.Helper()
	var pages []string
	err := fs.WalkDir(os.DirFS(".."), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".md") && strings.Contains(readPage(t, path), "```console\n") {
			pages = append(pages, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(pages) == 0 {
		t.Fatal("no page has a console block")
	}
	return pages
}

func readPage(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", file))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// console is a terminal in which the commands of a page are typed.
type console struct {
	t      *testing.T
	home   string
	env    map[string]string
	served *mock.Server // what answers at servedAt
	code   int          // of the last command
}

// servedAt is where `muster mock serve` listens unless it is told otherwise.
const servedAt = "http://127.0.0.1:4747"

func newConsole(t *testing.T) *console {
	c := &console{t: t, home: t.TempDir(), served: mock.New(world.Settings{})}
	c.env = map[string]string{"HOME": c.home}
	if err := seedSample(c.served, mock.Here.Region, embeddedFleet); err != nil {
		t.Fatal(err)
	}
	return c
}

// play types the commands of a page and returns it with what they print.
func (c *console) play(page string) string {
	var b strings.Builder
	inside := false
	for line := range strings.Lines(page) {
		switch {
		case !inside:
			inside = line == "```console\n"
			b.WriteString(line)
		case line == "```\n":
			c.checkSeen("")
			inside = false
			b.WriteString(line)
		case strings.HasPrefix(line, "$ "):
			command := strings.TrimSpace(line[2:])
			c.checkSeen(command)
			b.WriteString(line + c.line(command))
		}
	}
	return b.String()
}

// checkSeen holds that an exit code other than 0 is shown on the page: by the command "echo $?".
func (c *console) checkSeen(next string) {
	if c.code != 0 && next != "echo $?" {
		c.t.Errorf("before %q: a command ended with %d, and the page does not show it with echo $?", next, c.code)
	}
}

// line runs a command line: muster, curl to the served mock, export, or echo $?.
func (c *console) line(line string) string {
	words, err := shell.Fields(line, func(name string) string { return c.env[name] })
	if line == "echo $?" {
		words, err = []string{"echo", fmt.Sprint(c.code)}, nil
	}
	if err != nil || len(words) == 0 {
		c.t.Fatalf("%q is no command: %v", line, err)
	}
	c.code = 0
	switch words[0] {
	case "echo":
		return strings.Join(words[1:], " ") + "\n"
	case "export":
		for _, word := range words[1:] {
			name, value, _ := strings.Cut(word, "=")
			c.env[name] = value
		}
		return ""
	case "curl":
		return c.curl(words[1:])
	case "muster":
		return c.muster(words[1:])
	}
	c.t.Fatalf("%q: the console has no %s", line, words[0])
	return ""
}

func (c *console) muster(args []string) string {
	var output bytes.Buffer
	env := &Env{Stdin: strings.NewReader(""), Stdout: &output, Stderr: &output, Getenv: func(name string) string { return c.env[name] }}
	env.AWS = func(ctx context.Context) (aws.Config, error) {
		switch {
		case env.flags.mock:
			return env.loadAWS(ctx)
		case c.env["AWS_ENDPOINT_URL"] == servedAt:
			return c.served.Config(), nil
		}
		return aws.Config{}, errors.New("the documentation does not call AWS: --mock or AWS_ENDPOINT_URL is missing")
	}
	env.HTTP = c.served.Config().HTTPClient
	c.code = Main(args, env)
	return strings.ReplaceAll(output.String(), c.home, "~")
}

// curl knows -s, -X and -d.
func (c *console) curl(args []string) string {
	method, body, url := "", "", ""
	for len(args) > 0 {
		switch arg := args[0]; {
		case arg == "-s":
		case arg == "-X" && len(args) > 1:
			method, args = args[1], args[1:]
		case arg == "-d" && len(args) > 1:
			body, args = args[1], args[1:]
		default:
			url = arg
		}
		args = args[1:]
	}
	if !strings.HasPrefix(url, servedAt) {
		c.t.Fatalf("curl to %q: only %s answers", url, servedAt)
	}
	if method == "" {
		method = http.MethodGet
		if body != "" {
			method = http.MethodPost
		}
	}
	answer := httptest.NewRecorder()
	c.served.ServeHTTP(answer, httptest.NewRequest(method, url, strings.NewReader(body)))
	return answer.Body.String()
}

// TestEveryExampleIsACommand runs the examples of the help texts against a mock: each must be one that muster takes.
func TestEveryExampleIsACommand(t *testing.T) {
	for _, example := range examples() {
		t.Run(example, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, noDelay(), mock.Group{Count: 3, Name: "web-#", Tags: map[string]string{"role": "web"}})
				if _, err := b.server.Seed(mock.Here, mock.Fleet{Templates: []mock.Template{{Name: "web"}}}); err != nil {
					t.Fatal(err)
				}
				t.Chdir(t.TempDir())
				if err := os.WriteFile("audit.sh", []byte("uname\n"), 0o644); err != nil {
					t.Fatal(err)
				}
				words, err := shell.Fields(example, nil)
				if err != nil || words[0] != "muster" {
					t.Fatalf("%q is no command of muster: %v", example, err)
				}
				if strings.HasPrefix(example, "muster start") {
					b.expect(ExitDone, "stop", "role=web", "--yes")
				}
				if code := b.muster(words[1:]...); code != ExitDone && code != ExitPartial {
					t.Errorf("exit %d\n%s%s", code, b.stdout, b.stderr)
				}
			})
		})
	}
}

// examples gives the lines of all examples but those that go on for ever or use the embedded mock of the user.
func examples() []string {
	var lines []string
	walk(newRootCommand(silent(nil)), func(c *cobra.Command) {
		if c.CommandPath() == "muster demo" || strings.HasPrefix(c.CommandPath(), "muster mock") {
			return
		}
		for line := range strings.SplitSeq(c.Example, "\n") {
			lines = append(lines, strings.TrimSpace(line))
		}
	})
	return slices.DeleteFunc(lines, func(line string) bool { return line == "" || strings.Contains(line, "--mock") })
}
