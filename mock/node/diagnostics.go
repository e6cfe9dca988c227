package node

import (
	"io"
	"strconv"
	"strings"
)

// diagnostics is the error output of a shell itself. Commands of ours write to
// what is under it, so all that arrives here are the interpreter's own
// messages, which get the prefix that bash gives them, and its trace (set -x).
type diagnostics struct {
	shell *shell
	to    io.Writer
}

// Write passes on one message of the interpreter's.
func (d *diagnostics) Write(data []byte) (int, error) {
	s := d.shell
	s.trace.flush()
	msg := stripMarkers(string(data))
	if strings.HasPrefix(msg, "+ ") {
		s.trace = pendingTrace{line: msg, to: d.to}
		return len(data), nil
	}
	if !strings.HasPrefix(msg, s.where()+": ") {
		msg = s.where() + ": " + msg
	}
	_, err := io.WriteString(d.to, msg)
	return len(data), err
}

// Read and Close make it a file that the error output can be redirected to.
func (*diagnostics) Read([]byte) (int, error) { return 0, io.EOF }

// Close does nothing.
func (*diagnostics) Close() error { return nil }

// where is the prefix of the shell's messages.
func (s *shell) where() string { return s.name + ": line " + strconv.Itoa(s.line) }

// stripMarkers removes line markers from a piece of the script.
func stripMarkers(s string) string {
	for _, kind := range [...]string{markLine, markGrowth} {
		for {
			before, after, ok := strings.Cut(s, "${"+hidden+kind)
			if !ok {
				break
			}
			_, after, _ = strings.Cut(after, "}")
			s = before + after
		}
	}
	return s
}

// pendingTrace is a line of trace that is held back until it is known whether
// it belongs to a simple command: those we print anew, as bash quotes them, and
// hidden ones not at all.
type pendingTrace struct {
	line string
	to   io.Writer
}

// flush prints the line as it is.
func (t *pendingTrace) flush() {
	if t.to != nil {
		io.WriteString(t.to, t.line)
		*t = pendingTrace{}
	}
}

// replace prints the line of a command that is about to run.
func (t *pendingTrace) replace(args []string) {
	if t.to == nil || !strings.HasPrefix(t.line, "+ "+args[0]) {
		t.flush()
		return
	}
	if !strings.HasPrefix(args[0], hidden) {
		var b strings.Builder
		b.WriteByte('+')
		for _, a := range args {
			b.WriteByte(' ')
			b.WriteString(traceQuote(a))
		}
		t.line = b.String() + "\n"
		t.flush()
	}
	*t = pendingTrace{}
}

// traceQuote quotes a word as bash does in a trace.
func traceQuote(s string) string {
	if s != "" && !strings.ContainsAny(s, " \t\n'\"\\|&;()<>!{}*[]?^$`") && s[0] != '~' && s[0] != '#' {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
