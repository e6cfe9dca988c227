package cmd

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/musterhq/muster/fleet"
)

func stopThree() intent {
	return intent{
		verb: "stop", class: fleet.Disrupts, selected: 4, machines: 3, where: "eu-west-1",
		plan: output{
			value:  map[string]int{"machines": 3},
			people: func(w io.Writer) error { _, err := fmt.Fprintln(w, "THE PLAN"); return err },
		},
	}
}

func TestApprove(t *testing.T) {
	const shown = "THE PLAN\nstop 3 machines in eu-west-1? [y/N] "
	tests := []struct {
		name     string
		flags    guardFlags
		terminal bool
		yes      bool
		answer   string

		want   bool
		code   int
		stdout string
		stderr string
	}{
		{name: "a person says yes", flags: guardFlags{expect: noExpectation}, terminal: true, answer: "y\n", want: true, stderr: shown},
		{name: "a person says YES without an end of line", flags: guardFlags{expect: noExpectation}, terminal: true, answer: " YES", want: true, stderr: shown},
		{name: "a person says no", flags: guardFlags{expect: noExpectation}, terminal: true, answer: "n\n", code: ExitRefused, stderr: shown},
		{name: "a person only presses return", flags: guardFlags{expect: noExpectation}, terminal: true, answer: "\n", code: ExitRefused, stderr: shown},
		{name: "a person closes the terminal", flags: guardFlags{expect: noExpectation}, terminal: true, code: ExitRefused, stderr: shown},
		{name: "nobody is there", flags: guardFlags{expect: noExpectation}, answer: "y\n", code: ExitRefused},
		{name: "yes is given", flags: guardFlags{expect: noExpectation}, yes: true, want: true},
		{name: "as many as expected", flags: guardFlags{expect: 4}, yes: true, want: true},
		{name: "more than expected", flags: guardFlags{expect: 3}, yes: true, code: ExitRefused},
		{name: "a dry run", flags: guardFlags{expect: noExpectation, dryRun: true}, yes: true, stdout: "THE PLAN\n"},
		{name: "a dry run of more than expected", flags: guardFlags{expect: 0, dryRun: true}, code: ExitRefused},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var stdout, stderr strings.Builder
			env := &Env{
				Stdin: strings.NewReader(tt.answer), Stdout: &stdout, Stderr: &stderr,
				Terminal: Terminal{Stdin: tt.terminal, Stderr: tt.terminal},
			}
			env.flags.yes = tt.yes
			got, err := env.approve(t.Context(), tt.flags, stopThree())
			code := ExitDone
			if err != nil {
				code = explain(err).code
			}
			if got != tt.want || code != tt.code {
				t.Errorf("got %v and exit %d (%v), want %v and %d", got, code, err, tt.want, tt.code)
			}
			if stdout.String() != tt.stdout || stderr.String() != tt.stderr {
				t.Errorf("stdout %q, want %q; stderr %q, want %q", stdout.String(), tt.stdout, stderr.String(), tt.stderr)
			}
		})
	}
}

func TestADryRunPrintsJSONWhereAskedTo(t *testing.T) {
	var stdout strings.Builder
	env := &Env{Stdout: &stdout, flags: globalFlags{output: outputJSON}}
	if _, err := env.approve(t.Context(), guardFlags{expect: noExpectation, dryRun: true}, stopThree()); err != nil {
		t.Fatal(err)
	}
	if want := "{\n  \"machines\": 3\n}\n"; stdout.String() != want {
		t.Errorf("got %q, want %q", stdout.String(), want)
	}
}

func TestAQuestionEndsWithTheContext(t *testing.T) {
	never, _ := io.Pipe()
	env := &Env{Stdin: never, Stdout: io.Discard, Stderr: io.Discard, Terminal: Terminal{Stdin: true, Stderr: true}}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if act, err := env.approve(ctx, guardFlags{expect: noExpectation}, stopThree()); act || err == nil {
		t.Errorf("got %v, %v", act, err)
	}
}
