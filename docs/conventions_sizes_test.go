package docs

import (
	"go/ast"
	"slices"
)

// The budget for what a reader has to take in at once, in lines. It does not count tests and generated files.
const (
	maxFile        = 800
	mostFiles      = 400 // nine in ten
	medianFunction = 15
	mostFunctions  = 45 // nine in ten
)

func fileSizes(found *problems, m *module) {
	var sizes []int
	for _, p := range m.packages {
		for _, file := range p.files {
			if file.lines > maxFile && !file.generated {
				found.addf("%s:%d: the file has more than %d lines", file.name, file.lines, maxFile)
			}
		}
		for _, file := range p.product() {
			sizes = append(sizes, file.lines)
		}
	}
	if nine := quantile(sizes, 0.9); nine > mostFiles {
		found.addf("one file in ten has more than %d lines; nine in ten have at most %d", nine, mostFiles)
	}
}

func functionSizes(found *problems, m *module) {
	var all []int
	for _, p := range m.packages {
		var sizes []int
		for _, f := range p.functions() {
			sizes = append(sizes, m.fset.Position(f.End()).Line-m.fset.Position(f.Pos()).Line+1)
		}
		all = append(all, sizes...)
		if len(sizes) >= 10 { // fewer have no ninth of ten
			checkQuantiles(found, p.name, sizes)
		}
	}
	checkQuantiles(found, "the repository", all)
}

func checkQuantiles(found *problems, where string, sizes []int) {
	if median := quantile(sizes, 0.5); median > medianFunction {
		found.addf("%s: the median function has %d lines; at most %d", where, median, medianFunction)
	}
	if nine := quantile(sizes, 0.9); nine > mostFunctions {
		found.addf("%s: one function in ten has more than %d lines; nine in ten have at most %d", where, nine, mostFunctions)
	}
}

// functions gives the functions of a package with a body, tests and generated ones left out.
func (p *sourcePackage) functions() []*ast.FuncDecl {
	var functions []*ast.FuncDecl
	for _, file := range p.product() {
		for _, decl := range file.syntax.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Body != nil {
				functions = append(functions, f)
			}
		}
	}
	return functions
}

// quantile is the size that the given share of sizes does not exceed; 0 of no sizes.
func quantile(sizes []int, share float64) int {
	if len(sizes) == 0 {
		return 0
	}
	slices.Sort(sizes)
	return sizes[int(share*float64(len(sizes)-1))]
}
