package node

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// carriage stands for a carriage return at the end of a line while a script is
// parsed: to bash it is a character like any other, a part of the last word,
// which is why scripts with the line ends of Windows fail; the parser would drop
// it. It is a character of private use.
const carriage = "\uf00d"

// restoreCarriages puts the carriage returns back.
func restoreCarriages(file *syntax.File) {
	syntax.Walk(file, func(node syntax.Node) bool {
		switch n := node.(type) {
		case *syntax.Lit:
			n.Value = strings.ReplaceAll(n.Value, carriage, "\r")
		case *syntax.SglQuoted:
			n.Value = strings.ReplaceAll(n.Value, carriage, "\r")
		}
		return true
	})
}
