package cmd

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
)

// live is a display on the terminal of stderr that is drawn over and over while a command goes on, and gone when it has ended.
// All methods of a nil one do nothing: who has none writes progress lines.
//
// It reads no input and takes no signals, so that the terminal stays as it was and Ctrl-C means what it means everywhere.
type live struct {
	program *tea.Program
	ended   chan struct{}
}

// liveState is what a live display shows.
type liveState struct {
	title    string
	total    int
	done     int
	counts   []liveCount
	waiting  []string // who is waited for, longest first
	failures []string // what failed, in the order in which it did
}

// liveCount is a number with what it counts, such as {3, "failed", red}. None is not shown.
type liveCount struct {
	n     int
	what  string
	style style
}

// startLive starts a display, or returns nil where none can be shown or is wanted: stderr is no terminal, --quiet, --no-color,
// NO_COLOR, TERM=dumb.
func (env *Env) startLive(state liveState) *live {
	if !env.Terminal.Live || env.flags.quiet || env.flags.noColor || env.Getenv("NO_COLOR") != "" || env.Getenv("TERM") == "dumb" {
		return nil
	}
	now := time.Now()
	l := &live{ended: make(chan struct{}), program: tea.NewProgram(
		liveModel{state: state, started: now, now: now, width: 80},
		tea.WithOutput(env.Stderr), tea.WithInput(nil), tea.WithoutSignalHandler(), tea.WithFPS(10),
		tea.WithEnvironment([]string{"TERM=" + env.Getenv("TERM")}),
	)}
	env.live.Store(l)
	go func() {
		defer close(l.ended)
		_, _ = l.program.Run() // a display that cannot be drawn is no reason to stop
	}()
	return l
}

// show replaces what is shown.
func (l *live) show(state liveState) {
	if l != nil {
		l.program.Send(state)
	}
}

// print writes a line above the display, where it stays.
func (l *live) print(text string) {
	if l != nil {
		l.program.Println(text)
	}
}

// end removes the display and waits until the terminal is as it was.
func (l *live) end() {
	if l != nil {
		l.program.Send(liveEnd{})
		<-l.ended
	}
}

// leavePatience is how long a terminal may take to be put right by a program that leaves at once.
const leavePatience = 200 * time.Millisecond

// leave gives the terminal back at once.
func (l *live) leave() {
	if l == nil {
		return
	}
	l.program.Kill()
	select {
	case <-l.ended:
	case <-time.After(leavePatience):
	}
}

// liveEnd asks the display to go, liveTick gives it the time.
type (
	liveEnd  struct{}
	liveTick time.Time
)

// liveModel is the display: a value that messages change, and a text that is made of it.
type liveModel struct {
	state   liveState
	started time.Time
	now     time.Time
	width   int
	ended   bool
}

func tick() tea.Cmd {
	return tea.Tick(time.Second, func(now time.Time) tea.Msg { return liveTick(now) })
}

// Init starts the clock.
func (m liveModel) Init() tea.Cmd { return tick() }

// Update takes a message.
func (m liveModel) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case liveState:
		m.state = msg
	case liveTick:
		m.now = time.Time(msg)
		return m, tick()
	case tea.WindowSizeMsg:
		m.width = msg.Width
	case liveEnd:
		m.ended = true
		return m, tea.Quit
	}
	return m, nil
}

// View gives the lines, or nothing once it has ended.
func (m liveModel) View() tea.View {
	view := tea.NewView("")
	view.DisableBracketedPasteMode = true
	if !m.ended {
		view.SetContent(strings.Join(m.lines(), "\n"))
	}
	return view
}

const (
	// liveNamed is how many of those who are waited for have their name shown.
	liveNamed = 8
	// liveFailures is how many failures are shown, the latest.
	liveFailures = 5
	// liveBar is the width of the bar.
	liveBar = 24
)

// lines is what the display shows, each line no wider than the terminal.
func (m liveModel) lines() []string {
	s := m.state
	head := fmt.Sprintf("%s  %s %d of %d", s.title, bar(s.done, s.total), s.done, s.total)
	lines := []string{fmt.Sprintf("%s  %s", head, elapsed(m.now.Sub(m.started)))}
	var counts []string
	for _, c := range s.counts {
		if c.n > 0 {
			counts = append(counts, paint(cell{fmt.Sprintf("%d %s", c.n, c.what), c.style}, true))
		}
	}
	if len(counts) > 0 {
		lines = append(lines, "  "+strings.Join(counts, ", "))
	}
	if len(s.waiting) > 0 {
		lines = append(lines, cut("  waiting for "+firstNames(s.waiting, liveNamed), m.width))
	}
	for _, failure := range s.failures[max(0, len(s.failures)-liveFailures):] {
		lines = append(lines, paint(cell{cut("  "+failure, m.width), red}, true))
	}
	return lines
}

// bar shows a share of a whole.
func bar(done, total int) string {
	full := 0
	if total > 0 {
		full = min(done*liveBar/total, liveBar)
	}
	return "[" + strings.Repeat("#", full) + strings.Repeat("-", liveBar-full) + "]"
}

func elapsed(d time.Duration) string {
	seconds := int(max(d, 0) / time.Second)
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}

// firstNames joins the first names, and says how many there are beside.
func firstNames(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, " ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], " "), len(names)-most)
}

// cut makes a line no wider than the terminal, as far as a character takes one column.
func cut(line string, width int) string {
	runes := []rune(line)
	if width < 1 || len(runes) <= width {
		return line
	}
	return string(runes[:width-1]) + "…"
}
