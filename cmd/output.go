package cmd

import (
	"encoding/json"
	"fmt"
	"io"
)

// writeJSON writes v to w as one indented JSON document.
func writeJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

// writeJSONLine writes v to w as one line of JSON.
func writeJSONLine(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}

// plainJSON turns a value into what its JSON means: maps, lists, strings, float64s, booleans and nil.
func plainJSON(v any) (any, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var plain any
	err = json.Unmarshal(text, &plain)
	return plain, err
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
