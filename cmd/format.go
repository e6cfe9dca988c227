package cmd

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// outputFormat is the value of --output. The zero value is a table.
type outputFormat string

const (
	outputTable outputFormat = ""
	outputJSON  outputFormat = "json"
	outputYAML  outputFormat = "yaml"
	outputText  outputFormat = "text"
	outputCSV   outputFormat = "csv"
)

// outputFormats gives the formats by their names, in the order of the help text.
func outputFormats() []string {
	return []string{"table", string(outputJSON), string(outputYAML), string(outputText), string(outputCSV)}
}

// String, Set and Type make it a flag.
func (f *outputFormat) String() string {
	if *f == outputTable {
		return "table"
	}
	return string(*f)
}

func (f *outputFormat) Set(value string) error {
	if !slices.Contains(outputFormats(), value) {
		return fmt.Errorf("it is %s", orList(outputFormats()))
	}
	*f = outputFormat(value)
	if value == "table" {
		*f = outputTable
	}
	return nil
}

func (f *outputFormat) Type() string { return "format" }

// orList joins words as people do: "a, b or c".
func orList(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// output is the result of a command that ends with one, for [Env.print]: a value for programs, and what people see of it.
type output struct {
	// value is what --output json and yaml print and what --query asks: a struct or a map that docs/reference/json.md
	// describes.
	value any

	// rows are the same for people, for --output text (without the heading) and for csv. Nil: they are made of value.
	rows *table

	// people prints what people see where that is more than rows. Nil: rows.
	people func(w io.Writer) error
}

// print writes the result of a command to stdout, as --output and --query say. A query that finds no answer after the command
// has acted must not hide what was done: the whole result is printed as JSON, and the error comes at the end, after the
// command's own.
func (env *Env) print(o output) error {
	if env.flags.query.given() {
		value, err := env.flags.query.of(o.value)
		if err != nil && env.acted != "" {
			env.warnf("%s was carried out all the same; stdout has its whole result", env.acted)
			env.queryErr = withExit(ExitFailed, err, "the result on stdout is what there is to ask")
			return writeJSON(env.Stdout, o.value)
		}
		if err != nil {
			return withExit(ExitFailed, err, "-o json without --query shows what there is to ask")
		}
		o = output{value: value}
	} else if env.flags.output == outputTable && o.people != nil {
		return o.people(env.Stdout)
	}
	return env.formats()[env.flags.output](o)
}

// formats says how each format prints a result to stdout.
func (env *Env) formats() map[outputFormat]func(output) error {
	return map[outputFormat]func(output) error{
		outputTable: func(o output) error { return env.printTable(o) },
		outputJSON:  func(o output) error { return writeJSON(env.Stdout, o.value) },
		outputYAML:  func(o output) error { return writeYAML(env.Stdout, o.value) },
		outputText:  func(o output) error { return env.printText(o) },
		outputCSV:   func(o output) error { return env.printCSV(o) },
	}
}

// show prints a result to w for people, without colour: a plan that somebody is to judge.
func (o output) show(w io.Writer) error {
	if o.people != nil {
		return o.people(w)
	}
	rows, err := o.table()
	if err != nil {
		return err
	}
	return rows.print(w, false)
}

func (env *Env) printTable(o output) error {
	rows, err := o.table()
	if err != nil {
		return err
	}
	return rows.print(env.Stdout, env.colour())
}

func (env *Env) printCSV(o output) error {
	rows, err := o.table()
	if err != nil {
		return err
	}
	return rows.writeCSV(env.Stdout, env.cellFit())
}

// cellFit makes a cell fit for stdout where nothing else does: harmless on a terminal, byte for byte elsewhere.
func (env *Env) cellFit() func(string) string {
	if env.Terminal.Stdout {
		return printable
	}
	return func(text string) string { return text }
}

// printText prints the rows of a result, or the text that the AWS CLI would make of its value.
func (env *Env) printText(o output) error {
	if o.rows != nil {
		return o.rows.writeText(env.Stdout)
	}
	value, err := plainJSON(o.value)
	if err != nil {
		return err
	}
	text := awsText(value)
	if env.Terminal.Stdout {
		text = visible(text)
	}
	_, err = io.WriteString(env.Stdout, text)
	return err
}

// table is the rows of a result, made of its value where the command gave none.
func (o output) table() (*table, error) {
	if o.rows != nil {
		return o.rows, nil
	}
	value, err := plainJSON(o.value)
	if err != nil {
		return nil, err
	}
	return tabulate(value), nil
}

// byEvents reports whether a command that goes on for a while prints each event for programs: with [Env.printEvent].
func (env *Env) byEvents() bool {
	return env.flags.query.given() || env.flags.output == outputJSON || env.flags.output == outputYAML
}

// byRows reports whether a command that goes on for a while prints a row for each target: with [Env.printRows].
func (env *Env) byRows() bool {
	return !env.byEvents() && (env.flags.output == outputText || env.flags.output == outputCSV)
}

// printEvent writes v to stdout: one line of JSON Lines, or one document of a YAML stream. v is a struct whose first member is
// `json:"event"`, the name of what happened. With --query the events are kept until the command ends, and the list of them is
// asked. Not safe for concurrent use.
func (env *Env) printEvent(v any) error {
	switch {
	case env.flags.query.given():
		plain, err := plainJSON(v)
		env.events = append(env.events, plain)
		return err
	case env.flags.output == outputYAML:
		if _, err := io.WriteString(env.Stdout, "---\n"); err != nil {
			return err
		}
		return writeYAML(env.Stdout, v)
	}
	return writeJSONLine(env.Stdout, v)
}

// endEvents prints what --query finds in the list of the events that were kept. It is called once, at the end.
func (env *Env) endEvents() error {
	if len(env.events) == 0 {
		return nil
	}
	events := env.events
	env.events = nil
	return env.print(output{value: events})
}

// printRows writes rows to stdout as they come, and empties the table. The heading of csv comes with the first.
func (env *Env) printRows(t *table) error {
	defer func() { t.rows = nil }()
	if env.flags.output == outputText {
		return t.writeText(env.Stdout)
	}
	err := t.writeCSV(env.Stdout, env.cellFit())
	t.header = nil
	return err
}
