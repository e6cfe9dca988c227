package cmd

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/mocktest"
	"github.com/musterhq/muster/mock/world"
)

// rewrite makes the tests write their golden files instead of comparing with them: go test ./cmd -update.
var rewrite = flag.Bool("update", false, "rewrite the golden files")

// bench runs whole invocations of muster against a mock, as a person at a terminal or a pipeline would.
type bench struct {
	t        *testing.T
	server   *mock.Server
	ids      []string
	terminal bool   // a person sits there
	answer   string // what the person types
	stdout   string
	stderr   string
}

// newBench returns a bench whose mock has the instances of groups and no delays.
func newBench(t *testing.T, settings world.Settings, groups ...mock.Group) *bench {
	t.Helper()
	b := &bench{t: t, server: mocktest.New(t, settings)}
	var err error
	if b.ids, err = b.server.Seed(mock.Here, mock.Fleet{Groups: groups}); err != nil {
		t.Fatal(err)
	}
	return b
}

// muster runs one invocation, keeps its output, and returns its exit code.
func (b *bench) muster(args ...string) int {
	b.t.Helper()
	var stdout, stderr bytes.Buffer
	code := Main(args, &Env{
		Stdin:    strings.NewReader(b.answer),
		Stdout:   &stdout,
		Stderr:   &stderr,
		Getenv:   func(string) string { return "" },
		Terminal: Terminal{Stdin: b.terminal, Stderr: b.terminal},
		AWS:      func(context.Context) (aws.Config, error) { return b.server.Config(), nil },
	})
	b.stdout, b.stderr = stdout.String(), stderr.String()
	return code
}

// expect runs one invocation and checks its exit code.
func (b *bench) expect(code int, args ...string) {
	b.t.Helper()
	if got := b.muster(args...); got != code {
		b.t.Errorf("muster %s: exit %d, want %d\nstdout:\n%s\nstderr:\n%s", strings.Join(args, " "), got, code, b.stdout, b.stderr)
	}
}

// golden compares got with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *rewrite {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got)\n%s", file, diff)
	}
}

// noDelay are the settings of a mock in which nothing takes time.
func noDelay() world.Settings { return world.Settings{Lag: new(time.Duration(0))} }
