package cmd

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	"github.com/spf13/cobra"
)

func newExplainCommand(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "explain COMMAND [ARGUMENT...]",
		Short: "Tell which AWS calls a command would make, and with which permissions",
		Long: `Tells which calls of AWS a command would make now, how often, and which IAM permissions they need. COMMAND is written as it
would be run, with its flags: muster explain stop role=web --wait.

It reads what the command would read, so that the numbers are those of this fleet, and then stops where the command would
act: nothing is changed, nobody is asked, and nothing but Describe, List and Get calls can leave. The guards are not applied,
but for --expect. --output and --query say how the explanation is printed.

EXIT STATUS
` + exitHelp(ExitDone, ExitFailed, ExitUsage, ExitDenied, ExitRefused),
		Example:            "  muster explain run role=web -- uptime\n  muster explain stop role=web --wait -o json",
		DisableFlagParsing: true,
		RunE:               func(c *cobra.Command, args []string) error { return runExplain(c, env, args) },
	}
}

// plannedCall is a call that a command will make if it goes on from its plan.
type plannedCall struct {
	action      string // as IAM writes it
	least, most int    // how often; most may be manyCalls
	why         string
	permissions []string // besides the one that is called like the action
}

// manyCalls says that how often a call is made depends on how long something takes.
const manyCalls = -1

// explanation is what explain learns of a command. While an Env has one, nothing is acted.
type explanation struct {
	plans bool // the command came to its plan
	calls []plannedCall
}

// explainedJSON is what `muster explain` prints for programs.
type explainedJSON struct {
	Command string          `json:"command"`
	Changes bool            `json:"changes"` // the command changes something
	Calls   []explainedCall `json:"calls"`
}

type explainedCall struct {
	Call        string   `json:"call"`
	AtLeast     int      `json:"atLeast"`
	AtMost      *int     `json:"atMost,omitempty"` // left out where it depends on how long something takes
	Permissions []string `json:"permissions"`
	For         string   `json:"for"`
}

func runExplain(c *cobra.Command, env *Env, args []string) error {
	before, _ := splitAtDash(args, slices.Index(args, "--"))
	if len(before) == 0 || slices.Contains(before, "--help") || slices.Contains(before, "-h") {
		return c.Help()
	}
	inner := newRootCommand(env)
	target, _, err := inner.Find(args)
	if err == nil {
		err = explainable(target)
	}
	if err != nil {
		return usageError(err)
	}
	inner.SetArgs(args)
	stdout := env.Stdout
	env.Stdout, env.explaining = io.Discard, &explanation{}
	inner.SetOut(io.Discard)
	err = inner.ExecuteContext(c.Context())
	env.Stdout, env.events = stdout, nil
	if err != nil {
		return err
	}
	name := strings.TrimPrefix(target.CommandPath(), "muster ")
	if env.explaining.plans && env.explaining.calls == nil {
		env.warnf("what %s calls after its plan is not among these: muster help %[1]s tells what it costs", name)
	}
	return env.print(explained(name, env))
}

// explainable refuses what makes no calls of AWS, or not by itself.
func explainable(target *cobra.Command) error {
	words := strings.Fields(target.CommandPath())
	others := []string{"mock", "demo", "explain", "completion", "help"}
	if len(words) > 1 && slices.Contains(others, words[1]) {
		return fmt.Errorf("explain: %s makes no calls of AWS", words[1])
	}
	return nil
}

// explained puts the calls that were made to come to the plan before those that would follow.
func explained(command string, env *Env) output {
	out := explainedJSON{Command: command, Changes: env.explaining.plans, Calls: []explainedCall{}}
	rows := newTable("CALL", "TIMES", "FOR", "PERMISSIONS")
	add := func(call plannedCall) {
		permissions := append([]string{call.action}, call.permissions...)
		item := explainedCall{Call: call.action, AtLeast: call.least, AtMost: &call.most, Permissions: permissions, For: call.why}
		if call.most == manyCalls {
			item.AtMost = nil
		}
		out.Calls = append(out.Calls, item)
		rows.add(call.action, call.times(), call.why, strings.Join(permissions, " "))
	}
	if env.scope != nil {
		for _, call := range env.scope.Calls.Counts() {
			add(plannedCall{action: call.Action, least: call.Count, most: call.Count, why: "finding out, which explain has just done"})
		}
	}
	for _, call := range env.explaining.calls {
		add(call)
	}
	return output{value: out, rows: rows}
}

func (c plannedCall) times() string {
	switch {
	case c.most == manyCalls:
		return fmt.Sprintf("%d or more", c.least)
	case c.most != c.least:
		return fmt.Sprintf("%d to %d", c.least, c.most)
	}
	return strconv.Itoa(c.least)
}

// take notes what a command would do after its plan.
func (e *explanation) take(in intent) {
	e.plans = true
	if in.calls == nil {
		return
	}
	e.calls = slices.DeleteFunc(slices.Clone(in.calls), func(c plannedCall) bool { return c.most == 0 })
}

// onlyReads keeps every call that could change something from leaving this machine.
func onlyReads(stack *middleware.Stack) error {
	guard := middleware.InitializeMiddlewareFunc("MusterOnlyReads",
		func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
			middleware.InitializeOutput, middleware.Metadata, error,
		) {
			action := awsmiddleware.GetOperationName(ctx)
			reads := func(prefix string) bool { return strings.HasPrefix(action, prefix) }
			if !slices.ContainsFunc([]string{"Describe", "List", "Get"}, reads) {
				return middleware.InitializeOutput{}, middleware.Metadata{}, fmt.Errorf("explain: %s is not called, because it changes something", action)
			}
			return next.HandleInitialize(ctx, in)
		})
	return stack.Initialize.Add(guard, middleware.After)
}
