package command

import (
	"strings"
	"unicode/utf8"
)

// How the SSM Agent joins the two streams into the one Output of a listed invocation, and how it marks what it cut
// (aws/amazon-ssm-agent, agent/framework/processor/executer/iohandler/iohandler.go).
const (
	errorTitle = "\n----------ERROR-------\n"
	stdoutCut  = "\n---Output truncated---"
	stderrCut  = "\n---Error truncated----"
	// streamCut ends a stream that GetCommandInvocation gives in part.
	streamCut = "--output truncated--"

	// maxListedOutput is where a listed Output ends, in characters (API reference, CommandPlugin, Output).
	maxListedOutput = 2500
	// maxStdout and maxStderr are where the streams of GetCommandInvocation end, in characters (API reference,
	// GetCommandInvocation).
	maxStdout = 24000
	maxStderr = 8000
)

// splitOutput takes the two streams of a listed invocation apart. The text between them is not escaped, so a script that
// itself prints the line "----------ERROR-------" cannot be told from one that writes to standard error: what follows
// the first such line is taken for standard error.
func splitOutput(output string) (stdout, stderr string) {
	stdout, stderr, _ = strings.Cut(output, errorTitle)
	return stdout, stderr
}

// isCut tells whether a listed Output is not all that the script wrote. Both a mark of the agent and sheer length say
// so: older agents cut at 2,400 bytes and mark it, and the service cuts at 2,500 characters and marks nothing.
func isCut(output string) bool {
	stdout, stderr := splitOutput(output)
	return len(output) >= maxListedOutput || strings.HasSuffix(stdout, stdoutCut) || strings.HasSuffix(stderr, stderrCut)
}

// isStreamCut tells whether a stream of GetCommandInvocation, of at most the given number of characters, was cut.
func isStreamCut(stream string, most int) bool {
	return strings.HasSuffix(stream, streamCut) || len(stream) >= most && utf8.RuneCountInString(stream) >= most
}
