package docs

import (
	"slices"
	"strings"
)

// layers is the order of the packages: each may import those of the layers before its own, and the test holds it. A name
// stands for the package itself; one that ends in "/..." for all packages below it. Packages of one layer do not import each
// other, but for those of internal.
func layers() [][]string {
	return [][]string{
		{"internal/..."},
		{"documents", "runs"},
		{"account"},
		{"fleet"},
		{"fleet/power", "fleet/launch", "fleet/command", "fleet/settings"},
		{"fleet/patch", "parameters"},
		{"automations"},
		{"automations/schedule"},
		{"agent"},
		{"cmd"},
	}
}

// outside are the packages that stand outside the order.
func outside(name string) bool {
	return name == "mock" || strings.HasPrefix(name, "mock/") || strings.HasPrefix(name, "cmd/") || name == "docs" || name == "bench" ||
		strings.HasPrefix(name, "bench/")
}

// layerOf is the number of a package's layer, or -1.
func layerOf(name string) int {
	return slices.IndexFunc(layers(), func(layer []string) bool {
		return slices.ContainsFunc(layer, func(entry string) bool {
			below, all := strings.CutSuffix(entry, "/...")
			return name == entry || all && strings.HasPrefix(name, below+"/")
		})
	})
}

// ours gives those of the imports that are packages of this repository, by their names.
func ours(imports []string) []string {
	var names []string
	for _, path := range imports {
		if name, ok := strings.CutPrefix(path, modulePath+"/"); ok {
			names = append(names, name)
		}
	}
	return names
}

func isMock(name string) bool { return name == "mock" || strings.HasPrefix(name, "mock/") }

func importsGoOneWay(found *problems, m *module) {
	for _, p := range m.packages {
		layer := layerOf(p.name)
		if layer < 0 && !outside(p.name) {
			found.addf("%s has no place in the order of imports: give it one in conventions.md and in this test", p.name)
		}
		tests := slices.DeleteFunc(ours(slices.Concat(p.TestImports, p.XTestImports)), func(name string) bool {
			return isMock(name) || name == p.name
		})
		for _, imported := range slices.Concat(ours(p.Imports), tests) {
			switch {
			case imported == "cmd" && !strings.HasPrefix(p.name, "cmd/"):
				found.addf("%s imports cmd, which only the programs below cmd/ may", p.name)
			case layer < 0 || isMock(imported):
				// Held by the rules of the mock.
			case layerOf(imported) > layer, layerOf(imported) == layer && layer > 0:
				found.addf("%s imports %s, which does not stand to its left", p.name, imported)
			}
		}
	}
}

func mockIsForCmdAndTests(found *problems, m *module) {
	for _, p := range m.packages {
		if isMock(p.name) || p.name == "cmd" || p.name == "bench" || strings.HasPrefix(p.name, "bench/") {
			continue
		}
		for _, imported := range ours(p.Imports) {
			if isMock(imported) {
				found.addf("%s imports %s outside its tests", p.name, imported)
			}
		}
	}
}

// mockLets says which packages of the mock another one may import. A package that is not named here is a service, and
// knows what all services share.
func mockLets(name string) []string {
	switch name {
	case "mock":
		return []string{"mock/..."}
	case "mock/mocktest":
		return []string{"mock", "mock/world"}
	case "mock/amis", "mock/world", "mock/wire", "mock/wire/internal/gen", "mock/node/awk", "mock/conformance":
		return nil
	case "mock/node":
		return []string{"mock/node/awk"}
	}
	return []string{"mock/world", "mock/wire", "mock/node", "mock/amis"}
}

func mockImports(found *problems, m *module) {
	for _, p := range m.packages {
		if !isMock(p.name) {
			continue
		}
		lets := mockLets(p.name)
		for _, imported := range ours(p.Imports) {
			switch {
			case imported == "documents", strings.HasPrefix(imported, "internal/"):
			case !isMock(imported):
				found.addf("%s imports %s: of what lies outside it, the mock may import documents and internal only", p.name, imported)
			case !slices.Contains(lets, imported) && !slices.Contains(lets, "mock/..."):
				found.addf("%s imports %s: what one part of the mock does to another is an event in the world's queue", p.name, imported)
			}
		}
		for _, imported := range ours(slices.Concat(p.TestImports, p.XTestImports)) {
			if !isMock(imported) && imported != "documents" && !strings.HasPrefix(imported, "internal/") {
				found.addf("the tests of %s import %s: the mock is tested by other people's clients, not by ours", p.name, imported)
			}
		}
	}
}

func onlyMocktestImportsTesting(found *problems, m *module) {
	for _, p := range m.packages {
		for _, imported := range p.Imports {
			if (imported == "testing" || strings.HasPrefix(imported, "testing/")) && p.name != "mock/mocktest" {
				found.addf("%s imports %s outside its tests", p.name, imported)
			}
		}
	}
}

// noTemplatePackages keeps the linker able to drop the methods of the SDK's clients that nobody calls.
func noTemplatePackages(found *problems, m *module) {
	for _, p := range m.packages {
		for _, imported := range p.Imports {
			if imported == "text/template" || imported == "html/template" {
				found.addf("%s imports %s, with which the program keeps every method of every SDK client", p.name, imported)
			}
		}
	}
}

func noReplace(found *problems, m *module) {
	if len(m.mod.Replace)+len(m.mod.Exclude) > 0 {
		found.addf("go.mod: a replace or an exclude does not count for those who import this module")
	}
}
