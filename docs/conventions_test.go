// Package docs holds the tests of the documentation: that the code keeps the conventions of conventions.md, that links and
// permissions are true, and that the pages which are made from the code are up to date. It has tests only.
package docs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// modulePath is what the import paths of this repository begin with.
const modulePath = "github.com/musterhq/muster"

// TestConventions holds the rules of conventions.md, one subtest each.
func TestConventions(t *testing.T) {
	m := loadModule(t)
	for _, rule := range rules() {
		t.Run(rule.name, func(t *testing.T) {
			var found problems
			rule.hold(&found, m)
			for _, problem := range found {
				t.Error(problem)
			}
		})
	}
}

// problems are the places that break a rule.
type problems []string

func (found *problems) addf(format string, a ...any) {
	*found = append(*found, fmt.Sprintf(format, a...))
}

// rule is a convention: what it is called, and what finds the places that break it.
type rule struct {
	name string
	hold func(*problems, *module)
}

func rules() []rule {
	return []rule{
		{"imports go one way", importsGoOneWay},
		{"only cmd and tests import the mock", mockIsForCmdAndTests},
		{"the mock's services do not know each other", mockImports},
		{"only mocktest imports testing", onlyMocktestImportsTesting},
		{"no template packages", noTemplatePackages},
		{"go.mod replaces nothing", noReplace},
		{"one package comment", onePackageComment},
		{"exported names have comments", exportedNamesHaveComments},
		{"no init functions", noInit},
		{"no mutable package variables", noMutableVariables},
		{"no sleeping", noSleeping},
		{"no method lookup by reflection", noMethodLookup},
		{"error texts", errorTexts},
		{"every parser is fuzzed", everyParserIsFuzzed},
		{"file sizes", fileSizes},
		{"function sizes", functionSizes},
		{"nothing of one machine", nothingOfOneMachine},
	}
}

// module is the source of the repository, parsed.
type module struct {
	root     string
	fset     *token.FileSet
	packages []*sourcePackage
	mod      struct{ Replace, Exclude []any } // of go.mod
	texts    []string                         // all files, from the root with slashes
}

// sourcePackage is one package as go list tells of it.
type sourcePackage struct {
	ImportPath string
	Dir        string

	GoFiles, IgnoredGoFiles, TestGoFiles, XTestGoFiles []string
	Imports, TestImports, XTestImports                 []string

	name  string // the import path without the module's
	files []*sourceFile
}

// sourceFile is one Go file.
type sourceFile struct {
	name      string // from the root, with slashes
	syntax    *ast.File
	lines     int
	test      bool
	generated bool
}

// product is the files that are neither tests nor generated.
func (p *sourcePackage) product() []*sourceFile {
	return slices.DeleteFunc(slices.Clone(p.files), func(f *sourceFile) bool { return f.test || f.generated })
}

func loadModule(t *testing.T) *module {
	t.Helper()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	return loadModuleAt(t, root)
}

func loadModuleAt(t *testing.T, root string) *module {
	t.Helper()
	m := &module{root: root, fset: token.NewFileSet(), texts: textFiles(t, root)}
	decoder := json.NewDecoder(bytes.NewReader(goTool(t, root, "list", "-json", "./...")))
	for {
		p := &sourcePackage{}
		err := decoder.Decode(p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = m.parse(p)
		}
		if err != nil {
			t.Fatal(err)
		}
		m.packages = append(m.packages, p)
	}
	if err := json.Unmarshal(goTool(t, root, "mod", "edit", "-json"), &m.mod); err != nil {
		t.Fatal(err)
	}
	return m
}

// goTool runs a go command and returns what it prints.
func goTool(t *testing.T, dir string, args ...string) []byte {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", args...)
	command.Dir = dir
	out, err := command.Output()
	if err != nil {
		t.Fatalf("go %s: %v", strings.Join(args, " "), err)
	}
	return out
}

func (m *module) parse(p *sourcePackage) error {
	p.name = strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, modulePath), "/")
	for _, name := range slices.Concat(p.GoFiles, p.IgnoredGoFiles, p.TestGoFiles, p.XTestGoFiles) {
		path := filepath.Join(p.Dir, name)
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(m.root, path)
		if err != nil {
			return err
		}
		relative = filepath.ToSlash(relative)
		syntax, err := parser.ParseFile(m.fset, relative, source, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return fmt.Errorf("parse: %w", err)
		}
		p.files = append(p.files, &sourceFile{
			name: relative, syntax: syntax, lines: bytes.Count(source, []byte("\n")),
			test: strings.HasSuffix(name, "_test.go"), generated: ast.IsGenerated(syntax),
		})
	}
	return nil
}

// at is a place in the source as tools write it: file:line.
func (m *module) at(pos token.Pos) string {
	p := m.fset.Position(pos)
	return fmt.Sprintf("%s:%d", p.Filename, p.Line)
}

// each calls f for every node of a file that is not a test.
func (m *module) each(f func(*sourceFile, ast.Node)) {
	for _, p := range m.packages {
		for _, file := range p.product() {
			ast.Inspect(file.syntax, func(n ast.Node) bool {
				if n != nil {
					f(file, n)
				}
				return true
			})
		}
	}
}
