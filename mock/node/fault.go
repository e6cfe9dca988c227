package node

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// parse reads a script. When it does not parse, the statements before the fault
// come back too: a shell reads and runs line by line, so they do run. A
// here-document without its end is no fault: it goes to the end of the text,
// with a warning.
func parse(name, text string) (file *syntax.File, warning string, f *fault) {
	if strings.Contains(text, "\r\n") {
		file, warning, f = parse(name, strings.ReplaceAll(text, "\r\n", carriage+"\n"))
		restoreCarriages(file)
		if f != nil {
			f.text, f.token = strings.ReplaceAll(f.text, carriage, "\r"), strings.ReplaceAll(f.token, carriage, "\r")
		}
		return file, warning, f
	}
	for range maxOpenDocs {
		file, err := syntax.NewParser().Parse(strings.NewReader(text), name)
		if err == nil {
			return file, warning, nil
		}
		f = newFault(err, text)
		open := openDoc.FindStringSubmatch(f.rest)
		if open == nil {
			break
		}
		warning += fmt.Sprintf("%s: line %d: warning: here-document at line %d delimited by end-of-file (wanted `%s')\n",
			name, f.last, f.start, open[1])
		text = strings.TrimSuffix(text, "\n") + "\n" + open[1] + "\n"
	}
	file = &syntax.File{Name: name}
	for stmt, err := range syntax.NewParser().StmtsSeq(strings.NewReader(text)) {
		// No break: the parser may go on after it, on which Go panics.
		if err == nil && stmt.Pos().Line() < f.start {
			file.Stmts = append(file.Stmts, stmt)
		}
	}
	return file, "", f
}

// openDoc is the start of a here-document, to which the parser points when it
// does not find the end.
var openDoc = regexp.MustCompile(`^<<-?[ \t]*['"]?([A-Za-z0-9_.!-]+)`)

// maxOpenDocs is how many may lack their end.
const maxOpenDocs = 8

// fault is a syntax error, as bash would report it. The interpreter's parser
// has other words for it, and sometimes another place.
type fault struct {
	line  uint   // where bash sees it
	start uint   // the line with which nothing runs any more
	token string // what was not expected; empty at the end of the text
	quote string // the quote that was not closed
	text  string // the line of the script
	rest  string // of that line, from the place to which the parser points
	last  uint   // number of the last line
}

func newFault(err error, text string) *fault {
	f := &fault{line: 1, start: 1}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	pe, ok := errors.AsType[syntax.ParseError](err)
	if !ok {
		if le, ok := errors.AsType[syntax.LangError](err); ok {
			pe = syntax.ParseError{Pos: le.Pos}
		}
	}
	f.line = max(1, min(pe.Pos.Line(), uint(len(lines))))
	f.start = f.line
	f.text = lines[f.line-1]
	rest := f.text[min(len(f.text), int(max(1, pe.Pos.Col())-1)):]
	f.rest, f.last = rest, uint(len(lines))
	switch {
	case strings.HasPrefix(rest, "<"), strings.HasPrefix(rest, ">"): // the parser points at the operator, bash behind it
		f.token = firstToken(strings.TrimLeft(rest[len(firstToken(rest)):], " \t"))
	case !pe.Incomplete:
		f.token = firstToken(rest)
	case rest != "" && strings.ContainsAny(rest[:1], "\"'`"):
		f.quote = rest[:1]
	default:
		f.line = uint(len(lines)) + 1
		if strings.HasPrefix(rest, "$(") {
			f.quote = ")"
		}
	}
	return f
}

// firstToken is the operator or word that a text starts with.
func firstToken(s string) string {
	const operators = ";&|<>()"
	if s == "" {
		return "newline"
	}
	if i := strings.IndexAny(s, " \t"+operators); i > 0 {
		return s[:i]
	} else if i == 0 {
		n := len(s) - len(strings.TrimLeft(s, s[:1]))
		return s[:min(n, 2)]
	}
	return s
}

// message is what bash prints for it.
func (f *fault) message(name string) string {
	switch {
	case f.quote != "":
		return fmt.Sprintf("%s: line %d: unexpected EOF while looking for matching `%s'\n", name, f.line, f.quote)
	case f.token == "":
		return fmt.Sprintf("%s: line %d: syntax error: unexpected end of file\n", name, f.line)
	}
	return fmt.Sprintf("%s: line %d: syntax error near unexpected token `%s'\n%s: line %d: `%s'\n",
		name, f.line, f.token, name, f.line, f.text)
}
