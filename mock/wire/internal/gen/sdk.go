package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"strings"
)

// sdkSource is the parsed source of the SDK's package for one service.
type sdkSource struct {
	path, version string
	// funcs are the functions of the serializers and deserializers by name, and the methods
	// SerializeMembers by the name of their type.
	funcs map[string]*ast.FuncDecl
	// prefix is what the functions' names begin with: "awsEc2query" or "awsAwsquery"; "" for a JSON
	// service.
	prefix string
}

// loadSDK parses the files of an SDK package that say how values travel. The older kind of package,
// which EC2 and STS are, has all of it in two files of functions; in the newer, which SSM is, each
// type has a method SerializeMembers.
func loadSDK(path string) (*sdkSource, error) {
	dir, version, err := moduleDir(path)
	if err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(dir, "*serializers.go"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		files = []string{filepath.Join(dir, "types", "types.go")}
	}
	src := &sdkSource{path: path, version: version, funcs: make(map[string]*ast.FuncDecl)}
	fset := token.NewFileSet()
	for _, name := range files {
		file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		src.add(file)
	}
	return src, nil
}

// moduleDir asks the go command where a module is; every service of the SDK is a module of its own.
func moduleDir(path string) (dir, version string, err error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}\n{{.Version}}", path).Output()
	if err != nil {
		return "", "", fmt.Errorf("go list -m %s: %w", path, err)
	}
	dir, version, _ = strings.Cut(strings.TrimSpace(string(out)), "\n")
	return dir, version, nil
}

// add indexes the functions of one file.
func (s *sdkSource) add(file *ast.File) {
	for _, decl := range file.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		switch {
		case !ok:
		case fn.Recv == nil:
			s.funcs[fn.Name.Name] = fn
			if prefix, _, ok := strings.Cut(fn.Name.Name, "_serialize"); ok {
				s.prefix = prefix
			}
		case fn.Name.Name == "SerializeMembers":
			s.funcs[typeName(paramType(fn))] = fn
		}
	}
}

// names returns the shapes that the operations reach, sorted by type: those of requests and those
// of responses.
func (s *sdkSource) names(operations []string) (requests, responses []shape, err error) {
	if s.prefix == "" {
		requests, err = s.irregular()
		return requests, nil, err
	}
	if requests, err = s.walk(serializers, operations); err != nil {
		return nil, nil, err
	}
	responses, err = s.walk(deserializers, operations)
	return requests, responses, err
}
