package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"slices"
	"strings"
	"syscall"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
	"github.com/aws/smithy-go"

	"github.com/musterhq/muster/account"
	"github.com/musterhq/muster/fleet"
	"github.com/musterhq/muster/fleet/launch"
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

// shortfall is how many targets of a command were not done, for one reason, such as {3, "never sent to"}.
type shortfall struct {
	n    int
	what string
}

// targetsNotDone is [targetsFailed] for a command whose targets are not done for several reasons, of which at least one counts.
func targetsNotDone(what string, total int, reasons ...shortfall) error {
	reasons = slices.DeleteFunc(reasons, func(s shortfall) bool { return s.n == 0 })
	if len(reasons) == 1 {
		return withExit(ExitPartial, fmt.Errorf("%s: %d of %s %s", what, reasons[0].n, count(total, "instance"), reasons[0].what))
	}
	texts := make([]string, len(reasons))
	for i, s := range reasons {
		texts[i] = fmt.Sprintf("%d %s", s.n, s.what)
	}
	return withExit(ExitPartial, fmt.Errorf("%s: of %s %s", what, count(total, "instance"), strings.Join(texts, ", ")))
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
		p = explainInterrupt(p, err)
	}
	fmt.Fprintf(env.Stderr, "muster: %s\n", oneLine(p.text))
	for _, line := range p.shown {
		fmt.Fprintln(env.Stderr, line)
	}
	for _, hint := range p.hints {
		env.hintf("%s", oneLine(hint))
	}
	return p.code
}

// oneLine joins the lines of joined errors, so that one error stays one line of stderr.
func oneLine(s string) string {
	lines := slices.DeleteFunc(strings.Split(s, "\n"), func(line string) bool { return strings.TrimSpace(line) == "" })
	for i, line := range lines {
		lines[i] = printable(strings.Join(strings.Fields(line), " "))
	}
	return strings.Join(lines, "; ")
}

// problem is what a person is told of an error.
type problem struct {
	code  int
	text  string
	shown []string // lines that show where the mistake is
	hints []string
}

// explain turns an error into what a person is told of it. The one place where exit codes and hints are chosen by the kind
// of an error; a command chooses them itself, by withExit, only for what it alone knows.
func explain(err error) problem {
	p := problem{code: ExitFailed, text: describe(err)}
	if query, ok := errors.AsType[*queryProblem](err); ok {
		p.shown = query.shown()
	}
	if own, ok := errors.AsType[*exitError](err); ok {
		p.code, p.hints = own.code, own.hints
		return p
	}
	for _, kind := range []func(error) (int, []string){explainInput, explainCredentials, explainAPI, explainNetwork} {
		if code, hints := kind(err); code != 0 {
			p.code, p.hints = code, hints
			return p
		}
	}
	return p
}

// explainInterrupt is what is told of an error after an interrupt: that a call was given up needs no explanation, only what a
// command says to do next.
func explainInterrupt(p problem, err error) problem {
	p.code = ExitInterrupted
	if errors.Is(err, context.Canceled) || errors.Is(err, errInterrupted) {
		p.text = errInterrupted.Error()
	}
	if _, ok := errors.AsType[*exitError](err); !ok {
		p.hints = nil
	}
	return p
}

// explainInput knows the errors of what was typed. It answers code 0 for others, as its siblings do.
func explainInput(err error) (int, []string) {
	if e, ok := errors.AsType[*fleet.SelectorError](err); ok {
		return ExitUsage, selectorHints(e)
	}
	if _, ok := errors.AsType[config.SharedConfigProfileNotExistError](err); ok {
		return ExitUsage, []string{"aws configure list-profiles"}
	}
	if e, ok := errors.AsType[*launch.TemplateError](err); ok {
		return ExitUsage, templateHints(e)
	}
	if e, ok := errors.AsType[*launch.VersionError](err); ok {
		return ExitUsage, versionHints(e)
	}
	if e, ok := errors.AsType[*launch.SettingError](err); ok {
		return ExitUsage, settingHints(e)
	}
	if _, ok := errors.AsType[*launch.InputError](err); ok {
		return ExitUsage, nil
	}
	if errors.Is(err, fleet.ErrNotFound) {
		return ExitUsage, []string{"muster ls lists what there is"}
	}
	if errors.Is(err, account.ErrNoRegion) {
		return ExitUsage, []string{"--region eu-west-1, or set AWS_REGION"}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return ExitUsage, nil
	}
	return 0, nil
}

func explainCredentials(err error) (int, []string) {
	if _, ok := errors.AsType[*ssocreds.InvalidTokenError](err); ok {
		return ExitDenied, []string{"aws sso login"}
	}
	if _, ok := errors.AsType[*account.CredentialsError](err); ok {
		return ExitDenied, []string{
			"--profile NAME, or set AWS_PROFILE, or run: aws configure",
			"muster --mock works on an offline AWS and needs none; --verbose tells what was tried",
		}
	}
	return 0, nil
}

func explainAPI(err error) (int, []string) {
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return 0, nil
	}
	switch code := api.ErrorCode(); {
	case slices.Contains(expiredCodes(), code):
		return ExitDenied, []string{"log in again (aws sso login), or renew the session token; this clock must be right, too"}
	case slices.Contains(deniedCodes(), code):
		return ExitDenied, []string{"an IAM policy has to allow " + iamAction(err)}
	case slices.Contains(badKeyCodes(), code):
		return ExitDenied, []string{
			"AWS does not accept this access key, or the region is not enabled; to see whose it is: aws sts get-caller-identity",
		}
	case account.IsThrottle(err):
		return ExitFailed, []string{"AWS allows only so many calls a second in an account: try again in a minute"}
	case code == "InvalidDocumentVersion":
		return ExitUsage, []string{"muster document show NAME tells the version; $DEFAULT and $LATEST are versions, too"}
	case strings.HasPrefix(code, "InvalidDocument"):
		return ExitUsage, []string{"muster document ls --all lists the documents of this region"}
	default:
		return ExitFailed, launchHints(code)
	}
}

func explainNetwork(err error) (int, []string) {
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return 0, nil
	}
	request, ok := errors.AsType[*url.Error](err)
	if !ok {
		return ExitFailed, nil
	}
	hint := "is --endpoint-url or AWS_ENDPOINT_URL right?"
	if target, err := url.Parse(request.URL); err == nil {
		hint = "to start the offline AWS there: muster mock serve --listen " + target.Host
	}
	return ExitFailed, []string{hint}
}
