package cmd

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

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

// table is rows under a heading. For people it is printed in columns that are as wide as their widest cell, what is empty as
// "-"; for programs as text or as CSV.
type table struct {
	header []string // none where the columns have no names
	rows   [][]cell
}

func newTable(header ...string) *table { return &table{header: header} }

// add appends a row. A cell is a string, a cell, or anything that fmt.Sprint makes fit to be read. What would
// break a line or move a terminal's cursor is replaced where it is printed, but for CSV, which has quotes.
func (t *table) add(cells ...any) {
	row := make([]cell, len(cells))
	for i, c := range cells {
		switch c := c.(type) {
		case cell:
			row[i] = c
		default:
			row[i] = cell{text: fmt.Sprint(c)}
		}
	}
	t.rows = append(t.rows, row)
}

// print writes the table to w for people. A table without rows prints its heading only.
func (t *table) print(w io.Writer, colour bool) error {
	var lines [][]cell
	if len(t.header) > 0 {
		lines = append(lines, plainCells(t.header))
	}
	for _, row := range t.rows {
		lines = append(lines, dashed(row))
	}
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

// writeText writes the rows to w, cells divided by tabs, without the heading. What is empty is "-", as for people: several
// tabs on end are one to a shell's read.
func (t *table) writeText(w io.Writer) error {
	var b strings.Builder
	for _, row := range t.rows {
		for i, c := range dashed(row) {
			if i > 0 {
				b.WriteByte('\t')
			}
			b.WriteString(c.text)
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeCSV writes the heading and the rows to w (RFC 4180, but lines end with a line feed alone), every cell as fit makes it.
func (t *table) writeCSV(w io.Writer, fit func(string) string) error {
	lines := csv.NewWriter(w)
	if len(t.header) > 0 {
		if err := lines.Write(mapped(t.header, fit)); err != nil {
			return err
		}
	}
	for _, row := range t.rows {
		texts := make([]string, len(row))
		for i, c := range row {
			texts[i] = fit(c.text)
		}
		if err := lines.Write(texts); err != nil {
			return err
		}
	}
	lines.Flush()
	return lines.Error()
}

func plainCells(texts []string) []cell {
	cells := make([]cell, len(texts))
	for i, text := range texts {
		cells[i] = cell{text: printable(text)} // the names of columns may be those of tags
	}
	return cells
}

// dashed is a row as it is shown: empty cells are "-", and nothing breaks the line.
func dashed(row []cell) []cell {
	shown := make([]cell, len(row))
	for i, c := range row {
		if c.text == "" {
			c.text = "-"
		}
		c.text = printable(c.text)
		shown[i] = c
	}
	return shown
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
