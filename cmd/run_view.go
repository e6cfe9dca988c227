package cmd

import (
	"bufio"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/musterhq/muster/fleet/command"
)

// runView shows a run: results on stdout, everything else on stderr. There are four forms of results: folded at the end,
// raw as they come, all events for programs, and a row for each instance.
type runView struct {
	env      *Env
	form     runForm
	labels   map[string]string // of the nodes, by id
	leftOut  int
	fold     command.Fold
	progress progressLine
	out      *bufio.Writer
	finished command.Finished
	rows     *table // of formRows, not printed yet
	files    *outputDir
	tracker  *runTracker // of the live display
}

type runForm int

const (
	formFolded runForm = iota
	formRaw
	formEvents
	formRows
)

func newRunView(env *Env, raw bool, plan command.Plan) *runView {
	v := &runView{
		env: env, labels: labelsOf(plan), out: bufio.NewWriter(env.Stdout), progress: progressLine{env: env},
		rows: newTable("ID", "NAME", "OUTCOME", "EXIT-CODE"),
	}
	switch {
	case env.byEvents():
		v.form = formEvents
	case env.byRows():
		v.form = formRows
	case raw:
		v.form = formRaw
	}
	return v
}

// begin takes the instances that were left out before sending. People have been told of them.
func (v *runView) begin(leftOut []command.LeftOut) error {
	v.leftOut = len(leftOut)
	v.files.leftOut(leftOut)
	for _, out := range leftOut {
		var err error
		switch v.form {
		case formEvents:
			err = v.env.printEvent(leftOutEvent{Event: "left-out", LeftOut: out})
		case formRows:
			err = v.printRow(out.Target, "left-out", "")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (v *runView) printRow(target command.Target, outcome, exitCode string) error {
	v.progress.clear()
	v.rows.add(target.InstanceID, target.Name, outcome, exitCode)
	return v.env.printRows(v.rows)
}

// goLive shows the run on the terminal, if it may and nothing else is printed there meanwhile.
func (v *runView) goLive(plan command.Plan) {
	if v.form == formRaw || v.form != formFolded && v.env.Terminal.Stdout {
		return
	}
	v.tracker = newRunTracker(plan, v.labels)
	v.progress.live = v.env.startLive(v.tracker.state())
}

// labelsOf names the nodes of a plan: by name, with the id where several have the same, and by id where there is none.
func labelsOf(plan command.Plan) map[string]string {
	targets := slices.Concat(targetsByBatch(plan)...)
	named := make(map[string]int, len(targets))
	for _, target := range targets {
		named[target.Name]++
	}
	labels := make(map[string]string, len(targets))
	for _, target := range targets {
		label := printable(target.Label())
		if target.Name != "" && named[target.Name] > 1 {
			label += "(" + target.InstanceID + ")"
		}
		labels[target.InstanceID] = label
	}
	return labels
}

// show takes one event.
func (v *runView) show(event command.Event) error {
	if finished, ok := event.(command.Finished); ok {
		v.finished = finished
	}
	v.files.take(event)
	if v.progress.live != nil {
		v.tracker.take(event)
		v.progress.live.show(v.tracker.state())
	}
	if v.form == formEvents {
		return v.env.printEvent(runEvent(event, v.leftOut))
	}
	if done, ok := event.(command.NodeDone); ok {
		return v.showResult(done.Result)
	}
	v.tell(event)
	return v.showMissed(event)
}

// showResult shows one node's answer, or keeps it to be folded.
func (v *runView) showResult(r command.Result) error {
	switch v.form {
	case formRaw:
		v.progress.clear()
		return v.printRaw(r)
	case formRows:
		return v.printRow(r.Target, string(r.Outcome), exitCodeText(r.ExitCode))
	default:
		v.fold.Add(r)
		return nil
	}
}

// showMissed gives the nodes that were not sent to rows of their own.
func (v *runView) showMissed(event command.Event) error {
	if v.form != formRows {
		return nil
	}
	switch event := event.(type) {
	case command.Skipped:
		return v.printRow(event.Target, "skipped", "")
	case command.Stopped:
		for _, target := range event.NeverSent {
			if err := v.printRow(target, "never-sent", ""); err != nil {
				return err
			}
		}
	}
	return nil
}

func exitCodeText(code int) string {
	if code == command.NoExitCode {
		return ""
	}
	return strconv.Itoa(code)
}

// tell writes what is not a result to stderr.
func (v *runView) tell(event command.Event) {
	switch event := event.(type) {
	case command.Progress:
		v.progress.show(fmt.Sprintf("%d of %s done%s", event.Completed, count(event.Nodes, "node"), someFailed(event.Errors)))
	case command.AnswerLost:
		v.progress.warn("SendCommand for %s was not answered (%s); in %s muster looks whether it was carried out, before it sends again",
			count(event.Nodes, "node"), oneLine(describe(event.Err)), event.Wait)
	case command.Skipped:
		v.progress.warn("%s was not sent to: %s", nameAndID(event.Target), event.Reason)
	case command.Stopped:
		v.tellStopped(event)
	case command.CancelSent:
		v.progress.note("cancelling on %s; interrupt again to leave at once", count(event.Nodes, "node"))
		for id, reason := range event.Failed {
			v.progress.warn("command %s was not cancelled: %s", id, oneLine(reason))
		}
	case command.Finished:
		v.progress.note("%d of %s succeeded; key %s", event.Outcomes[command.Succeeded], count(event.Nodes, "node"), event.Key)
	}
}

func (v *runView) tellStopped(event command.Stopped) {
	why := "interrupted"
	switch event.Reason {
	case command.StopErrors:
		why = fmt.Sprintf("%s failed, --max-errors allows %d", count(event.Errors, "node"), event.MaxErrors)
	case command.StopFailed:
		why = "AWS did not take a command, or cannot be asked any more"
	}
	var never []string
	for _, target := range event.NeverSent {
		never = append(never, v.labels[target.InstanceID])
	}
	v.progress.warn("sending stopped: %s; %s under way, which go on; %s never sent to: %s",
		why, count(event.InFlight, "node"), count(len(never), "node"), shortList(never, maxNamedApart))
}

func someFailed(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", %d failed", n)
}

// end prints what was folded, and leaves the terminal as it was.
func (v *runView) end() error {
	v.progress.live.end()
	v.progress.live = nil
	v.progress.clear()
	if v.form == formFolded {
		for i, group := range v.fold.Groups() {
			if i > 0 {
				v.out.WriteByte('\n')
			}
			v.printGroup(group)
		}
	}
	return v.out.Flush()
}

// verdict says how many of the selected instances did not run the script with success, and whether it was sent to them.
func (v *runView) verdict() error {
	f := v.finished
	neverSent, leftOut := f.NeverSent+f.Outcomes[command.NotRun], f.Skipped+v.leftOut
	failed := f.Nodes - f.Outcomes[command.Succeeded] - neverSent - f.Skipped
	if failed+neverSent+leftOut == 0 {
		return nil
	}
	return targetsNotDone("run", f.Nodes+v.leftOut,
		shortfall{failed, "failed"}, shortfall{neverSent, "never sent to"}, shortfall{leftOut, "left out"})
}

// progressLine is the line on stderr that says how far the run is: one that is written over on a terminal, a line for each
// change elsewhere, none with --quiet.
type progressLine struct {
	env   *Env
	shown bool
	live  *live // shows the progress instead of the line
}

func (p *progressLine) show(text string) {
	switch {
	case p.env.flags.quiet || p.live != nil:
	case p.env.Terminal.Stderr:
		fmt.Fprintf(p.env.Stderr, "\r\x1b[K%s", text) // ECMA-48 EL: erase to the end of the line
		p.shown = true
	default:
		p.env.notef("%s", text)
	}
}

// clear removes the line from a terminal, so that something else can be written.
func (p *progressLine) clear() {
	if p.shown {
		fmt.Fprint(p.env.Stderr, "\r\x1b[K")
		p.shown = false
	}
}

func (p *progressLine) note(format string, a ...any) {
	if p.live != nil {
		p.live.print(fmt.Sprintf(format, a...))
		return
	}
	p.clear()
	p.env.notef(format, a...)
}

func (p *progressLine) warn(format string, a ...any) {
	if p.live != nil {
		p.live.print("warning: " + fmt.Sprintf(format, a...))
		return
	}
	p.clear()
	p.env.warnf(format, a...)
}

// lines gives the lines of text without their ends; none for no text.
func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}
