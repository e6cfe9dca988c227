package docs

import (
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

func onePackageComment(found *problems, m *module) {
	for _, p := range m.packages {
		var comments []string
		for _, file := range p.files {
			if file.syntax.Doc == nil || file.test && len(p.GoFiles) > 0 {
				continue
			}
			comments = append(comments, file.name)
			text := file.syntax.Doc.Text()
			want := "Package " + file.syntax.Name.Name + " "
			if file.syntax.Name.Name == "main" {
				want = "Command "
			}
			if !strings.HasPrefix(text, want) && !file.generated {
				found.addf("%s: the package comment does not begin with %q", m.at(file.syntax.Package), want)
			}
		}
		if len(comments) != 1 {
			found.addf("%s has %d package comments %v; one file has it", p.name, len(comments), comments)
		}
	}
}

func exportedNamesHaveComments(found *problems, m *module) {
	for _, p := range m.packages {
		for _, file := range p.product() {
			for _, decl := range file.syntax.Decls {
				switch decl := decl.(type) {
				case *ast.FuncDecl:
					if decl.Name.IsExported() && exportedReceiver(decl) && decl.Doc == nil {
						found.addf("%s: %s has no comment", m.at(decl.Pos()), decl.Name.Name)
					}
				case *ast.GenDecl:
					for _, name := range uncommented(decl) {
						found.addf("%s: %s has no comment", m.at(name.Pos()), name.Name)
					}
				}
			}
		}
	}
}

// exportedReceiver reports whether users of the package see a function: it has no receiver, or one of an exported type.
func exportedReceiver(f *ast.FuncDecl) bool {
	if f.Recv == nil {
		return true
	}
	typ := f.Recv.List[0].Type
	for {
		switch of := typ.(type) {
		case *ast.StarExpr:
			typ = of.X
		case *ast.IndexExpr:
			typ = of.X
		case *ast.IndexListExpr:
			typ = of.X
		case *ast.Ident:
			return of.IsExported()
		default:
			return false
		}
	}
}

// uncommented gives the exported names of a declaration that nothing is said of. In a group of constants or variables the
// group's comment, or one behind the name, is enough; a type has its own.
func uncommented(decl *ast.GenDecl) []*ast.Ident {
	var names []*ast.Ident
	for _, spec := range decl.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			if spec.Name.IsExported() && spec.Doc == nil && (decl.Doc == nil || decl.Lparen.IsValid()) {
				names = append(names, spec.Name)
			}
		case *ast.ValueSpec:
			if spec.Doc != nil || spec.Comment != nil || decl.Doc != nil {
				continue
			}
			names = append(names, slices.DeleteFunc(slices.Clone(spec.Names), func(n *ast.Ident) bool { return !n.IsExported() })...)
		}
	}
	return names
}

func noInit(found *problems, m *module) {
	for _, p := range m.packages {
		for _, file := range p.files {
			for _, decl := range file.syntax.Decls {
				if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
					found.addf("%s: an init function; call it where its work is needed", m.at(f.Pos()))
				}
			}
		}
	}
}

// calledName gives the name of a call of a package's function, such as "time.Sleep".
func calledName(file *sourceFile, call *ast.CallExpr) string { return qualified(file, call.Fun) }

// qualified is the full name of what an expression like time.Sleep means, by the name that the file imports the package
// under: its path, a dot, and the name there. It is empty for other expressions.
func qualified(file *sourceFile, e ast.Expr) string {
	selector, ok := e.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	on, ok := selector.X.(*ast.Ident)
	if !ok {
		return ""
	}
	for _, spec := range file.syntax.Imports {
		path, _ := strconv.Unquote(spec.Path.Value) // the parser has checked it
		name := path[strings.LastIndexByte(path, '/')+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if name == on.Name {
			return path + "." + selector.Sel.Name
		}
	}
	return ""
}

func noSleeping(found *problems, m *module) {
	for _, p := range m.packages {
		for _, file := range p.files {
			ast.Inspect(file.syntax, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					if name := calledName(file, call); name == "time.Tick" || name == "time.Sleep" && !inBubble(file) {
						found.addf("%s: %s; wait with a timer and a context, and test it in a testing/synctest bubble", m.at(call.Pos()), name)
					}
				}
				return true
			})
		}
	}
}

// inBubble reports whether a file is a test that waits in virtual time.
func inBubble(file *sourceFile) bool {
	return file.test && slices.ContainsFunc(file.syntax.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == `"testing/synctest"` })
}

func noMethodLookup(found *problems, m *module) {
	m.each(func(file *sourceFile, n ast.Node) {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return
		}
		selector, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return
		}
		reflects := slices.ContainsFunc(file.syntax.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == `"reflect"` })
		if selector.Sel.Name == "MethodByName" || selector.Sel.Name == "Method" && reflects {
			found.addf("%s: %s looks a method up, with which the program keeps every method of every SDK client", m.at(call.Pos()), selector.Sel.Name)
		}
	})
}

func errorTexts(found *problems, m *module) {
	m.each(func(file *sourceFile, n ast.Node) {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) == 0 {
			return
		}
		name := calledName(file, call)
		if own, ok := call.Fun.(*ast.Ident); ok && own.Name == "usageErrorf" {
			name = own.Name
		}
		if name != "errors.New" && name != "fmt.Errorf" && name != "usageErrorf" {
			return
		}
		if text, ok := literal(call.Args[0]); ok {
			problem := badErrorText(text)
			if problem == "" && !strings.HasPrefix(file.name, "mock/node/") { // whose programs speak as the real ones do
				problem = badForm(text)
			}
			if problem != "" {
				found.addf("%s: error text %q: %s", m.at(call.Pos()), text, problem)
			}
		}
	})
}

// literal is the text of a string literal, or of several that are joined.
func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil && e.Kind == token.STRING
	case *ast.BinaryExpr:
		left, isLeft := literal(e.X)
		right, isRight := literal(e.Y)
		return left + right, isLeft || isRight
	}
	return "", false
}

// badErrorText says what is wrong with the text of an error: a chain of errors reads as one line, each part saying what was
// being done to what.
func badErrorText(text string) string {
	lower := strings.ToLower(text)
	for _, word := range []string{"failed to ", "could not ", "couldn't ", "unable to "} {
		if strings.Contains(lower, word) {
			return "say what was being done; that it did not work is known"
		}
	}
	if strings.HasPrefix(lower, "error ") || strings.HasPrefix(lower, "error:") {
		return "it begins with \"error\""
	}
	return ""
}

// badForm says what keeps a text from being part of a longer line.
func badForm(text string) string {
	first, _, _ := strings.Cut(text, " ")
	switch {
	case strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "..."), strings.HasSuffix(text, "\n"), strings.HasSuffix(text, "!"):
		return "it ends like a sentence"
	case isCapitalised(first):
		return "it begins with a capital letter"
	}
	return ""
}

// isCapitalised reports whether a word is an ordinary one at the start of a sentence, and no name such as SSM or MaxErrors.
func isCapitalised(word string) bool {
	runes := []rune(strings.TrimRight(word, ":,;"))
	return len(runes) > 1 && unicode.IsUpper(runes[0]) && !slices.ContainsFunc(runes[1:], func(r rune) bool { return !unicode.IsLower(r) })
}

func everyParserIsFuzzed(found *problems, m *module) {
	for _, p := range m.packages {
		fuzzed := map[string]bool{}
		for _, file := range p.files {
			if file.test {
				addFuzzed(fuzzed, file)
			}
		}
		for _, file := range p.product() {
			for _, decl := range file.syntax.Decls {
				f, ok := decl.(*ast.FuncDecl)
				if ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Parse") && !fuzzed[f.Name.Name] {
					found.addf("%s: no fuzz test of the package calls %s", m.at(f.Pos()), f.Name.Name)
				}
			}
		}
	}
}

// addFuzzed notes the names of all that the fuzz tests of a file use.
func addFuzzed(names map[string]bool, file *sourceFile) {
	for _, decl := range file.syntax.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok || !strings.HasPrefix(f.Name.Name, "Fuzz") {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				names[id.Name] = true
			}
			return true
		})
	}
}
