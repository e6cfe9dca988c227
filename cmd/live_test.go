package cmd

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/fleet/command"
)

func shown(m tea.Model) string { return m.View().Content }

func TestTheDisplayShowsWhereTheRunIs(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	targets := []command.Target{{InstanceID: "i-1", Name: "web-1"}, {InstanceID: "i-2", Name: "web-2"}, {InstanceID: "i-3", Name: "web-3"}}
	plan := command.Plan{Batches: []command.Batch{{Mark: "1", Targets: targets[:2]}, {Mark: "2", Targets: targets[2:]}}}
	tracker := newRunTracker(plan, labelsOf(plan))
	var model tea.Model = liveModel{state: tracker.state(), started: start, now: start, width: 60}
	steps := []struct {
		after time.Duration
		event command.Event
		want  string
	}{
		{0, command.Sent{Mark: "1", Nodes: 2}, `
run  [------------------------] 0 of 3  0:00
  2 running, 1 not sent yet
  waiting for web-1 web-2`},
		{61 * time.Second, command.Progress{Nodes: 3, Sent: 2, Completed: 1, Errors: 1}, `
run  [########----------------] 1 of 3  1:01
  1 ended, 1 running, 1 not sent yet
  waiting for web-1 web-2`},
		{62 * time.Second, command.NodeDone{Result: command.Result{
			Target: targets[0], Outcome: command.Failed, ExitCode: 2, Stderr: "one\ntwo\x1b[2J is far too long for this line of the terminal\nfailed to run commands: exit status 2\n",
		}}, `
run  [########----------------] 1 of 3  1:02
  1 failed, 1 running, 1 not sent yet
  waiting for web-2
  web-1 failed with exit code 2: two�[2J is far too long fo…`},
		{63 * time.Second, command.Stopped{NeverSent: targets[2:]}, `
run  [################--------] 2 of 3  1:03
  1 failed, 1 running, 1 never sent to
  waiting for web-2
  web-1 failed with exit code 2: two�[2J is far too long fo…`},
		{64 * time.Second, command.NodeDone{Result: command.Result{Target: targets[1], Outcome: command.Succeeded}}, `
run  [########################] 3 of 3  1:04
  1 succeeded, 1 failed, 1 never sent to
  web-1 failed with exit code 2: two�[2J is far too long fo…`},
	}
	for _, step := range steps {
		tracker.take(step.event)
		if done, ok := step.event.(command.NodeDone); ok && done.Outcome == command.Succeeded {
			tracker.take(command.Progress{Nodes: 3, Sent: 2, Completed: 2, Errors: 1})
		}
		model, _ = model.Update(tracker.state())
		model, _ = model.Update(liveTick(start.Add(step.after)))
		if diff := cmp.Diff(strings.TrimPrefix(step.want, "\n"), unpainted(shown(model))); diff != "" {
			t.Errorf("after %T (-want +got)\n%s", step.event, diff)
		}
	}
	model, end := model.Update(liveEnd{})
	if end == nil || shown(model) != "" {
		t.Errorf("after the end it still shows %q", shown(model))
	}
}

// unpainted is text without the colours of paint.
func unpainted(text string) string {
	for _, code := range []string{"0", "2", "31", "32", "33"} {
		text = strings.ReplaceAll(text, "\x1b["+code+"m", "")
	}
	return text
}

func TestTheDisplayFitsTheTerminal(t *testing.T) {
	names := strings.Fields(strings.Repeat("web-with-a-long-name ", 20))
	var model tea.Model = liveModel{state: liveState{title: "run", total: 20, waiting: names, failures: names}, width: 80}
	model, _ = model.Update(tea.WindowSizeMsg{Width: 40, Height: 10})
	lines := strings.Split(unpainted(shown(model)), "\n")
	if len(lines) != 2+liveFailures {
		t.Errorf("%d lines: %q", len(lines), lines)
	}
	for _, line := range lines[1:] {
		if n := len([]rune(line)); n > 40 {
			t.Errorf("%d columns: %q", n, line)
		}
	}
}

func TestTheDisplayIsForTerminalsThatWantIt(t *testing.T) {
	for name, change := range map[string]func(*Env, map[string]string){
		"no terminal": func(env *Env, _ map[string]string) { env.Terminal.Live = false },
		"--quiet":     func(env *Env, _ map[string]string) { env.flags.quiet = true },
		"--no-color":  func(env *Env, _ map[string]string) { env.flags.noColor = true },
		"NO_COLOR":    func(_ *Env, vars map[string]string) { vars["NO_COLOR"] = "1" },
		"TERM=dumb":   func(_ *Env, vars map[string]string) { vars["TERM"] = "dumb" },
	} {
		vars := map[string]string{"TERM": "xterm"}
		env := silent(vars)
		env.Terminal.Live = true
		change(env, vars)
		if display := env.startLive(liveState{}); display != nil {
			display.end()
			t.Errorf("%s: a display was started", name)
		}
	}
	var none *live
	none.show(liveState{})
	none.print("x")
	none.end()
	none.leave()
}
