package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// service is what the generator takes from a service package's source.
type service struct {
	name       string   // of the package
	operations []string // sorted
}

// parseService reads the Go files of a service package, which need not compile yet.
func parseService(dir string) (service, error) {
	var s service
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return s, err
	}
	fset := token.NewFileSet()
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || filepath.Base(name) == outputName {
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return s, err
		}
		file, err := parser.ParseFile(fset, name, data, parser.SkipObjectResolution)
		if err != nil {
			return s, err
		}
		s.name = file.Name.Name
		s.operations = append(s.operations, operationsIn(file)...)
	}
	if len(s.operations) == 0 {
		return s, fmt.Errorf("%s has no literal of type map[string]wire.Operation", dir)
	}
	slices.Sort(s.operations)
	return s, nil
}

// operationsIn returns the keys of a file's literals of type map[string]wire.Operation.
func operationsIn(file *ast.File) []string {
	var operations []string
	ast.Inspect(file, func(n ast.Node) bool {
		lit, ok := n.(*ast.CompositeLit)
		if !ok || !isOperationMap(lit.Type) {
			return true
		}
		for _, elt := range lit.Elts {
			if kv, ok := elt.(*ast.KeyValueExpr); ok {
				operations = append(operations, stringLiteral(kv.Key))
			}
		}
		return true
	})
	return operations
}

// isOperationMap reports whether a type is written map[string]wire.Operation.
func isOperationMap(expr ast.Expr) bool {
	m, ok := expr.(*ast.MapType)
	if !ok {
		return false
	}
	key, ok := m.Key.(*ast.Ident)
	value, isSelector := m.Value.(*ast.SelectorExpr)
	return ok && isSelector && key.Name == "string" && value.Sel.Name == "Operation"
}

// stringLiteral returns the value of a string literal, or "".
func stringLiteral(expr ast.Expr) string {
	lit, ok := expr.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	s, err := strconv.Unquote(lit.Value)
	if err != nil {
		return ""
	}
	return s
}
