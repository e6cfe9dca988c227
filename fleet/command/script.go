package command

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"mvdan.cc/sh/v3/syntax"
)

// ScriptOf is the shell text that the words of a command line stand for. A single word is shell text already, pipes and
// variables included. Several words are the words of one command: each is quoted, so that the node's shell sees exactly
// these and expands nothing.
func ScriptOf(words []string) (string, error) {
	if len(words) == 1 {
		return words[0], nil
	}
	quoted := make([]string, len(words))
	for i, word := range words {
		if strings.Contains(word, "\x00") {
			return "", fmt.Errorf("word %d of the command: %w", i+1, errNullByte)
		}
		quoted[i] = quote(word)
	}
	return strings.Join(quoted, " "), nil
}

var errNullByte = errors.New("a shell cannot hold a zero byte")

// quote leaves a plain word alone, and puts any other between single quotes. syntax.Quote does the same but for words
// with a line break or a tab, which it refuses in a POSIX shell although single quotes hold them well.
func quote(word string) string {
	if quoted, err := syntax.Quote(word, syntax.LangPOSIX); err == nil {
		return quoted
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// parameterReference finds {{ssm:NAME}} and {{ssm-secure:NAME}}: what Systems Manager puts a parameter's value in the
// place of, inside the commands of AWS-RunShellScript too (user guide, "Working with parameters using Run Command
// commands"). Any other {{…}} passes unchanged: the document's own parameters are filled in one pass, and what was
// filled in is not looked at again (aws/amazon-ssm-agent, docparser/parameters/parameters.go).
func parameterReference() *regexp.Regexp {
	return regexp.MustCompile(`\{\{\s*ssm(-secure)?:[^}]*\}\}`)
}

// checkScript refuses what would reach the node as something other than what the user wrote.
func checkScript(script string) error {
	switch {
	case strings.TrimSpace(script) == "":
		return &RequestError{Field: FieldScript, Problem: "it is empty"}
	case !utf8.ValidString(script):
		return &RequestError{Field: FieldScript, Problem: "it is not UTF-8 text, which is all that Run Command carries"}
	case strings.Contains(script, "\x00"):
		return &RequestError{Field: FieldScript, Problem: errNullByte.Error()}
	}
	if found := parameterReference().FindString(script); found != "" {
		return &RequestError{Field: FieldScript, Reference: found, Problem: fmt.Sprintf(
			"Systems Manager would put a parameter's value in the place of %s before the script runs", found)}
	}
	return nil
}
