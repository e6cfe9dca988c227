package cmd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/spf13/pflag"

	"github.com/musterhq/muster/account"
	"github.com/musterhq/muster/fleet"
)

// noExpectation is --expect where it is not given. It is a number that nobody computes by mistake, as -1 is.
const noExpectation = math.MinInt

// guardFlags are the flags of every command that acts on machines.
type guardFlags struct {
	expect int // noExpectation: any number
	dryRun bool
}

func (o *guardFlags) addFlags(set *pflag.FlagSet) {
	set.IntVar(&o.expect, "expect", noExpectation, "refuse unless exactly `N` machines are selected")
	set.BoolVar(&o.dryRun, "dry-run", false, "print what would be done and do nothing")
	set.Lookup("expect").DefValue = "0" // help shows no default: there is none
}

// intent is what a command is about to do, for the guards and for a person to judge.
type intent struct {
	verb     string      // the command's name, such as "stop"
	class    fleet.Class // how much harm it may do
	selected int         // machines that the selector matches, for --expect
	machines int         // machines that will be touched, for the table of questions
	where    string      // see place

	plan  output        // for --dry-run, and for a person to judge
	calls []plannedCall // what follows, for explain
}

// approve reports whether the command may act now. It is the one way past the guards: --expect first, then --dry-run, which
// prints the plan to stdout and acts not, then the table of [fleet.Guard]. A plan that needs a person's word is shown on
// stderr with the question. An error means that nothing may be done; its exit code is ExitRefused.
func (env *Env) approve(ctx context.Context, flags guardFlags, in intent) (bool, error) {
	approved, err := env.judge(ctx, flags, in)
	if approved {
		env.acted = in.verb
	}
	return approved, err
}

func (env *Env) judge(ctx context.Context, flags guardFlags, in intent) (bool, error) {
	if flags.expect < 0 && flags.expect != noExpectation {
		return false, usageErrorf("--expect %d: a number of machines is not negative", flags.expect)
	}
	if flags.expect != noExpectation && flags.expect != in.selected {
		return false, withExit(ExitRefused,
			fmt.Errorf("%s: %s selected, --expect %d", in.verb, count(in.selected, "machine"), flags.expect),
			"muster ls with the same selector lists them")
	}
	if env.explaining != nil {
		env.explaining.take(in)
		return false, nil
	}
	if flags.dryRun {
		return false, env.print(in.plan)
	}
	verdict := fleet.Guard(in.class, in.machines, env.Terminal.Stdin && env.Terminal.Stderr)
	switch {
	case verdict == fleet.Proceed || env.flags.yes:
		return true, nil
	case verdict == fleet.Ask:
		return env.ask(ctx, in)
	default:
		return false, withExit(ExitRefused,
			fmt.Errorf("%s: %s, and no terminal to ask at", in.verb, count(in.machines, "machine")),
			"--yes acts without asking; --dry-run prints the plan")
	}
}

func (env *Env) ask(ctx context.Context, in intent) (bool, error) {
	if err := in.plan.show(env.Stderr); err != nil {
		return false, err
	}
	fmt.Fprintf(env.Stderr, "%s %s in %s? [y/N] ", in.verb, count(in.machines, "machine"), in.where)
	answer, err := readLine(ctx, env.Stdin)
	if err != nil {
		fmt.Fprintln(env.Stderr)
		return false, fmt.Errorf("%s: read the answer: %w", in.verb, err)
	}
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return true, nil
	}
	return false, withExit(ExitRefused, fmt.Errorf("%s: not confirmed; nothing was done", in.verb))
}

// readLine reads a line, or less at the end of r, unless ctx ends first; then the read goes on in the background until the
// process ends, because a terminal's read cannot be called off.
func readLine(ctx context.Context, r io.Reader) (string, error) {
	type answer struct {
		line string
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		line, err := bufio.NewReader(r).ReadString('\n')
		if errors.Is(err, io.EOF) {
			err = nil
		}
		answers <- answer{line, err}
	}()
	select {
	case a := <-answers:
		return a.line, a.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// place says where a command acts, as precisely as it is known without a call.
func (env *Env) place(scope *account.Scope) string {
	switch {
	case env.flags.mock:
		return scope.Region() + " of the embedded mock"
	case scope.Config.BaseEndpoint != nil:
		return scope.Region() + " at " + *scope.Config.BaseEndpoint
	case env.flags.profile != "":
		return scope.Region() + " with profile " + env.flags.profile
	}
	return scope.Region()
}
