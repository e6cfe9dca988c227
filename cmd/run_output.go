package cmd

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/musterhq/muster/fleet/command"
)

// printGroup prints one heading with the nodes, and what they all answered.
func (v *runView) printGroup(g command.Group) {
	names := make([]string, len(g.Targets))
	for i, target := range g.Targets {
		names[i] = v.labels[target.InstanceID]
	}
	most, colour := maxNamed, green
	if g.Outcome != command.Succeeded {
		most, colour = maxNamedApart, red
	}
	heading := count(len(names), "node") + verdict(g.Outcome, g.ExitCode, g.StatusDetails)
	fmt.Fprintf(v.out, "%s: %s\n", paint(cell{heading, colour}, v.env.colour()), shortList(names, most))
	for _, line := range lines(v.fit(g.Stdout)) {
		fmt.Fprintf(v.out, "  %s\n", line)
	}
	for _, line := range lines(v.fit(g.Stderr)) {
		fmt.Fprintf(v.out, "! %s\n", line)
	}
	if g.Truncated {
		fmt.Fprintln(v.out, truncatedNote)
	}
}

const truncatedNote = "… the rest of the output was not kept by Systems Manager"

// printRaw prints one node's answer, its name before each line: standard output to stdout, standard error and a
// failure to stderr.
func (v *runView) printRaw(r command.Result) error {
	label := v.labels[r.InstanceID]
	for _, line := range lines(v.fit(r.Stdout)) {
		fmt.Fprintf(v.out, "%s: %s\n", label, line)
	}
	if err := v.out.Flush(); err != nil {
		return err
	}
	stderr := r.Stderr
	if v.env.Terminal.Stderr {
		stderr = visible(stderr)
	}
	for _, line := range lines(stderr) {
		fmt.Fprintf(v.env.Stderr, "%s: %s\n", label, line)
	}
	if r.Truncated {
		v.env.warnf("%s: %s", label, truncatedNote)
	}
	if !r.OK() {
		v.env.warnf("%s%s", label, verdict(r.Outcome, r.ExitCode, r.StatusDetails))
	}
	return nil
}

// verdict says how nodes ended that did not succeed, to stand after their number or name.
func verdict(outcome command.Outcome, exitCode int, details string) string {
	switch outcome {
	case command.Succeeded:
		return ""
	case command.Failed:
		return fmt.Sprintf(" failed with exit code %d", exitCode)
	case command.TimedOut:
		return " ran into --timeout"
	case command.Unanswered:
		return fmt.Sprintf(" did not answer in time, and may or may not have run it (%s)", details)
	case command.Cancelled:
		return " cancelled"
	case command.NotRun:
		return fmt.Sprintf(" not sent to by Systems Manager (%s)", details)
	}
	if details == "" {
		return " with unknown outcome"
	}
	return fmt.Sprintf(" with unknown outcome, last seen %s", details)
}

// fit makes a node's output fit for stdout: harmless on a terminal, byte for byte elsewhere.
func (v *runView) fit(output string) string {
	if v.env.Terminal.Stdout {
		return visible(output)
	}
	return output
}

// visible writes what a terminal would obey, not show, as cat -v does: ^[ for escape, \x9b and \u202e for what has no
// caret. Line ends and tabs stay; the carriage return before a line end goes.
func visible(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, text[0])
		case r == '\n', r == '\t', unicode.IsPrint(r):
			b.WriteRune(r)
		case r < 0x20, r == 0x7f:
			b.WriteByte('^')
			b.WriteByte(byte(r) ^ 0x40)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
		text = text[size:]
	}
	return b.String()
}
