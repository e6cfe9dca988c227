package cmd

import (
	"strings"
	"testing"
)

func TestColourIsForTerminalsOnly(t *testing.T) {
	tests := []struct {
		name     string
		terminal bool
		noColor  bool
		env      map[string]string
		want     bool
	}{
		{"a terminal", true, false, nil, true},
		{"a pipe", false, false, nil, false},
		{"--no-color", true, true, nil, false},
		{"NO_COLOR", true, false, map[string]string{"NO_COLOR": "1"}, false},
		{"a terminal without colours", true, false, map[string]string{"TERM": "dumb"}, false},
	}
	for _, tt := range tests {
		env := silent(tt.env)
		env.Terminal.Stdout, env.flags.noColor = tt.terminal, tt.noColor
		if got := env.colour(); got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestEventsAreJSONLines(t *testing.T) {
	type event struct {
		Event string `json:"event"`
		Text  string `json:"text"`
	}
	var b strings.Builder
	env := &Env{Stdout: &b}
	for _, e := range []event{{"a", "x\ny <&>"}, {"b", ""}} {
		if err := env.printEvent(e); err != nil {
			t.Fatal(err)
		}
	}
	want := `{"event":"a","text":"x\ny <&>"}` + "\n" + `{"event":"b","text":""}` + "\n"
	if b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}

func TestQuietLeavesOutNotesAndKeepsWarnings(t *testing.T) {
	var b strings.Builder
	env := &Env{Stderr: &b, flags: globalFlags{quiet: true}}
	env.notef("a note")
	env.warnf("a %s", "warning")
	if want := "warning: a warning\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}
