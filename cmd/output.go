package cmd

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// outputFormat is the value of --output. The zero value is a table.
type outputFormat string

const (
	outputTable outputFormat = ""
	outputJSON  outputFormat = "json"
)

// String, Set and Type make it a flag.
func (f *outputFormat) String() string {
	if *f == outputTable {
		return "table"
	}
	return string(*f)
}

func (f *outputFormat) Set(value string) error {
	switch value {
	case "table":
		*f = outputTable
	case "json":
		*f = outputJSON
	default:
		return fmt.Errorf("it is table or json")
	}
	return nil
}

func (f *outputFormat) Type() string { return "format" }

// printJSON writes v to stdout as one indented JSON document: the result of a command that ends with one.
func (env *Env) printJSON(v any) error {
	return writeJSON(env.Stdout, v)
}

func writeJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

// printEvent writes v to stdout as one line of JSON Lines: the results of a command that goes on for a while. v is a
// struct whose first member is `json:"event"`, the name of what happened. Not safe for concurrent use.
func (env *Env) printEvent(v any) error {
	encoder := json.NewEncoder(env.Stdout)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}

// notef writes a line for people to stderr: progress and summaries, which --quiet leaves out.
func (env *Env) notef(format string, a ...any) {
	if !env.flags.quiet {
		fmt.Fprintf(env.Stderr, format+"\n", a...)
	}
}

// warnf writes a line to stderr that a person should not miss: something is wrong, yet the command goes on.
func (env *Env) warnf(format string, a ...any) {
	fmt.Fprintf(env.Stderr, "warning: "+format+"\n", a...)
}

// hintf writes a line to stderr with what to do or type next.
func (env *Env) hintf(format string, a ...any) {
	fmt.Fprintf(env.Stderr, "hint: "+format+"\n", a...)
}

// colour reports whether stdout shows colours: a terminal, and nobody asked for none (https://no-color.org).
func (env *Env) colour() bool {
	return env.Terminal.Stdout && !env.flags.noColor && env.Getenv("NO_COLOR") == "" && env.Getenv("TERM") != "dumb"
}

// style is the number of an ANSI colour (ECMA-48 "select graphic rendition"). The zero value is plain text.
type style int

const (
	plain  style = 0
	red    style = 31
	green  style = 32
	yellow style = 33
	dim    style = 2
)

// cell is a piece of a table.
type cell struct {
	text  string
	style style
}

// table is rows under a heading, printed in columns that are as wide as their widest cell.
type table struct {
	header []string
	rows   [][]cell
}

func newTable(header ...string) *table { return &table{header: header} }

// add appends a row. A cell is a string or a cell; what is empty is printed as "-".
func (t *table) add(cells ...any) {
	row := make([]cell, len(cells))
	for i, c := range cells {
		switch c := c.(type) {
		case cell:
			row[i] = c
		default:
			row[i] = cell{text: fmt.Sprint(c)}
		}
		row[i].text = printable(row[i].text)
		if row[i].text == "" {
			row[i].text = "-"
		}
	}
	t.rows = append(t.rows, row)
}

// print writes the table to w. A table without rows prints its heading only.
func (t *table) print(w io.Writer, colour bool) error {
	header := make([]cell, len(t.header))
	for i, text := range t.header {
		header[i] = cell{text: text}
	}
	lines := append([][]cell{header}, t.rows...)
	widths := columnWidths(lines)
	var b strings.Builder
	for _, line := range lines {
		for i, c := range line {
			b.WriteString(paint(c, colour))
			if i < len(line)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c.text)+2))
			}
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func columnWidths(lines [][]cell) []int {
	var widths []int
	for _, line := range lines {
		for i, c := range line {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(c.text))
		}
	}
	return widths
}

func paint(c cell, colour bool) string {
	if !colour || c.style == plain {
		return c.text
	}
	return fmt.Sprintf("\x1b[%dm%s\x1b[0m", c.style, c.text)
}

// printable replaces what a terminal would obey rather than show: a name or a tag comes from whoever may write tags.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}
