package ssm

import "unicode/utf8"

// How much of an output is kept, in bytes as the agent counts them: its own figures, in
// agent/framework/processor/executer/iohandler of github.com/aws/amazon-ssm-agent. The
// API reference calls them characters.
const (
	maxStdout   = 24_000
	maxStderr   = 8_000
	maxCombined = 2_500

	cutMark       = "--output truncated--"
	cutOutputMark = "\n---Output truncated---"
	cutErrorMark  = "\n---Error truncated----"
	errorTitle    = "\n----------ERROR-------\n"
)

func cutStdout(s string) string { return cutAt(s, maxStdout) }
func cutStderr(s string) string { return cutAt(s, maxStderr) }

// cutAt shortens s to limit bytes, the mark included.
func cutAt(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return prefix(s, limit-len(cutMark)) + cutMark
}

// prefix is the first n bytes of s, less a character that would be cut in two.
func prefix(s string, n int) string {
	if n >= len(s) {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// combined is the one text that ListCommandInvocations shows: stdout, then stderr under
// a title. When both do not fit, the longer one is cut; when each has more than its
// half, both are.
func combined(stdout, stderr string) string {
	room := maxCombined
	title := ""
	if stderr != "" {
		title = errorTitle
		room -= len(title)
	}
	half := room / 2
	switch {
	case len(stdout)+len(stderr) < room:
		return stdout + title + stderr
	case len(stdout) > half && len(stderr) > half:
		each := (room - len(cutOutputMark) - len(cutErrorMark)) / 2
		return prefix(stdout, each) + cutOutputMark + title + prefix(stderr, each) + cutErrorMark
	case len(stdout) < half:
		return stdout + title + prefix(stderr, room-len(cutErrorMark)-len(stdout)) + cutErrorMark
	}
	return prefix(stdout, room-len(cutOutputMark)-len(stderr)) + cutOutputMark + title + stderr
}
