package docs

import (
	"go/ast"
	"go/token"
	"go/types"
)

// noMutableVariables finds package-level variables that somebody writes to, and those that nobody could have another use
// for: without a value, or of a kind that exists to be changed. Tables, sentinel errors and the like stay.
func noMutableVariables(found *problems, m *module) {
	for _, p := range m.packages {
		files := p.product()
		if len(files) == 0 {
			continue
		}
		uses := m.resolve(p, files)
		for _, file := range files {
			for _, decl := range file.syntax.Decls {
				if vars, ok := decl.(*ast.GenDecl); ok && vars.Tok == token.VAR {
					m.checkVariables(found, vars)
				}
			}
			ast.Inspect(file.syntax, func(n ast.Node) bool {
				for _, target := range written(n) {
					if v := packageVariable(uses, target); v != nil {
						found.addf("%s: the package-level variable %s is written to", m.at(target.Pos()), v.Name())
					}
				}
				return true
			})
		}
	}
}

// resolve finds out which declarations the identifiers of a package mean. What other packages declare is not looked at, so
// the errors about it mean nothing.
func (m *module) resolve(p *sourcePackage, files []*sourceFile) map[*ast.Ident]types.Object {
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: emptyPackages{}, Error: func(error) {}}
	var syntax []*ast.File
	for _, file := range files {
		syntax = append(syntax, file.syntax)
	}
	_, _ = config.Check(p.ImportPath, m.fset, syntax, info)
	return info.Uses
}

// emptyPackages imports every package as one that declares nothing.
type emptyPackages struct{}

func (emptyPackages) Import(path string) (*types.Package, error) {
	empty := types.NewPackage(path, "")
	empty.MarkComplete()
	return empty, nil
}

func (m *module) checkVariables(found *problems, vars *ast.GenDecl) {
	for _, spec := range vars.Specs {
		spec := spec.(*ast.ValueSpec)
		if spec.Names[0].Name == "_" {
			continue
		}
		if len(spec.Values) == 0 {
			found.addf("%s: the package-level variable %s has no value: who gives it one?", m.at(spec.Pos()), spec.Names[0].Name)
			continue
		}
		if call, ok := spec.Values[0].(*ast.CallExpr); ok {
			if f, ok := call.Fun.(*ast.Ident); ok && (f.Name == "make" || f.Name == "new") {
				found.addf("%s: the package-level variable %s is made to be written to", m.at(spec.Pos()), spec.Names[0].Name)
			}
		}
	}
}

// written gives the expressions that a statement or a call changes, or lets somebody change.
func written(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			return n.Lhs
		}
	case *ast.IncDecStmt:
		return []ast.Expr{n.X}
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			return []ast.Expr{n.X}
		}
	case *ast.CallExpr:
		if f, ok := n.Fun.(*ast.Ident); ok && (f.Name == "delete" || f.Name == "clear") && len(n.Args) > 0 {
			return n.Args[:1]
		}
	}
	return nil
}

// packageVariable is the package-level variable that an expression is, or is a part of.
func packageVariable(uses map[*ast.Ident]types.Object, e ast.Expr) *types.Var {
	for {
		switch of := e.(type) {
		case *ast.IndexExpr:
			e = of.X
		case *ast.SelectorExpr:
			e = of.X
		case *ast.StarExpr:
			e = of.X
		case *ast.ParenExpr:
			e = of.X
		case *ast.Ident:
			v, ok := uses[of].(*types.Var)
			if ok && v.Pkg() != nil && v.Parent() == v.Pkg().Scope() {
				return v
			}
			return nil
		default:
			return nil
		}
	}
}
