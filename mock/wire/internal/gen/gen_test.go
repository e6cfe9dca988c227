package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// directive is the line in a service package that runs the generator.
var directive = regexp.MustCompile(`(?m)^//go:generate go run \S*(?:internal/gen|\.)(?: -dir (\S+))? -sdk (\S+)$`)

// TestOnTheSDK parses the SDK once for the tests that need all of it.
func TestOnTheSDK(t *testing.T) {
	sources := make(map[string]*sdkSource)
	for _, service := range []string{"ec2", "ssm", "sts"} {
		path := "github.com/aws/aws-sdk-go-v2/service/" + service
		src, err := loadSDK(path)
		if err != nil {
			t.Fatal(err)
		}
		sources[path] = src
	}
	t.Run("committed tables are current", func(t *testing.T) { checkTables(t, sources) })
	t.Run("every operation can be generated", func(t *testing.T) { generateAll(t, sources) })
}

// checkTables fails when a committed table is not what the generator writes from the SDK that
// go.mod requires.
func checkTables(t *testing.T, sources map[string]*sdkSource) {
	files, err := filepath.Glob("../../../*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	tables := 0
	for _, file := range append(files, "main.go") {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range directive.FindAllSubmatch(data, -1) {
			tables++
			checkTable(t, filepath.Join(filepath.Dir(file), string(match[1])), sources[string(match[2])])
		}
	}
	if tables < 3 {
		t.Errorf("found %d tables, want at least the three in main.go", tables)
	}
}

func checkTable(t *testing.T, dir string, src *sdkSource) {
	t.Helper()
	if src == nil {
		t.Errorf("%s is generated from an SDK package that this test does not load", dir)
		return
	}
	want, err := generate(dir, src)
	if err != nil {
		t.Errorf("%s: %v", dir, err)
		return
	}
	have, err := os.ReadFile(filepath.Join(dir, outputName))
	if err != nil || !bytes.Equal(have, want) {
		t.Errorf("%s is out of date (%v): run go generate ./mock/...", filepath.Join(dir, outputName), err)
	}
}

// generateAll keeps the generator ready for operations that no service has yet.
func generateAll(t *testing.T, sources map[string]*sdkSource) {
	for path, src := range sources {
		var operations []string
		for name := range src.funcs {
			if _, op, ok := strings.Cut(name, "_deserializeOpError"); ok {
				operations = append(operations, op)
			}
		}
		requests, responses, err := src.names(operations)
		if err != nil || len(requests) == 0 || len(requests) < len(operations) || len(responses) < len(operations) {
			t.Errorf("%s: %d operations, %d and %d types, %v", path, len(operations), len(requests), len(responses), err)
		}
	}
}

func TestRunWritesAndChecks(t *testing.T) {
	const sdk = "github.com/aws/aws-sdk-go-v2/service/sts"
	dir := t.TempDir()
	writeService(t, dir, `"GetCallerIdentity": {},`)
	if err := run(dir, sdk, true); err == nil {
		t.Error("-check passed without a table")
	}
	if err := run(dir, sdk, false); err != nil {
		t.Fatal(err)
	}
	if err := run(dir, sdk, true); err != nil {
		t.Errorf("-check after writing: %v", err)
	}
	writeService(t, dir, `"GetCallerIdentity": {}, "AssumeRole": {},`)
	if err := run(dir, sdk, true); err == nil {
		t.Error("-check passed although an operation is new")
	}
}

func TestGenerateRefuses(t *testing.T) {
	src, err := loadSDK("github.com/aws/aws-sdk-go-v2/service/sts")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, operations, want string }{
		{"no operations", "", "has no literal of type map[string]wire.Operation"},
		{"unknown operation", `"Nonsense": {},`, "there is no operation Nonsense"},
	} {
		dir := t.TempDir()
		writeService(t, dir, tt.operations)
		if _, err := generate(dir, src); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
	if _, err := loadSDK("github.com/aws/aws-sdk-go-v2/service/nonsense"); err == nil {
		t.Error("an SDK package that is not required was loaded")
	}
}

func writeService(t *testing.T, dir, operations string) {
	t.Helper()
	source := "package x\n\nvar ops = map[string]wire.Operation{" + operations + "}\n"
	if err := os.WriteFile(filepath.Join(dir, "service.go"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
}
