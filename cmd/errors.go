package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// exitError is an error for which a command chose the exit code and the hints itself.
type exitError struct {
	code  int
	err   error
	hints []string
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

// withExit gives err an exit code, and hints with what to type next.
func withExit(code int, err error, hints ...string) error {
	return &exitError{code: code, err: err, hints: hints}
}

// usageError says that the command line makes no sense: exit 2.
func usageError(err error, hints ...string) error { return withExit(ExitUsage, err, hints...) }

func usageErrorf(format string, a ...any) error { return usageError(fmt.Errorf(format, a...)) }

// targetsFailed says that some or all targets of a command failed: exit 3. The command has printed their results.
func targetsFailed(what string, failed, total int) error {
	return withExit(ExitPartial, fmt.Errorf("%s: %d of %s failed", what, failed, count(total, "instance")))
}

// count writes a number with its noun, such as "1 instance" and "3 instances".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// report writes err to stderr, one line and its hints, and returns the exit code.
func (env *Env) report(ctx context.Context, err error) int {
	if err == nil {
		return ExitDone
	}
	env.Logger.Debug("error in full", "err", err)
	p := explain(err)
	if interrupted(ctx) {
		p.code, p.hints = ExitInterrupted, nil
		if errors.Is(err, context.Canceled) {
			p.text = errInterrupted.Error()
		}
	}
	fmt.Fprintf(env.Stderr, "muster: %s\n", oneLine(p.text))
	for _, hint := range p.hints {
		env.hintf("%s", oneLine(hint))
	}
	return p.code
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// problem is what a person is told of an error.
type problem struct {
	code  int
	text  string
	hints []string
}

// explain turns an error into what a person is told of it. The one place where hints and exit codes are chosen by the kind
// of an error; a command chooses them itself only for what it alone knows.
func explain(err error) problem {
	if own, ok := errors.AsType[*exitError](err); ok {
		return problem{own.code, err.Error(), own.hints}
	}
	return problem{code: ExitFailed, text: err.Error()}
}
