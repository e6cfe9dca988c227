package cmd

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"github.com/aws/smithy-go"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/musterhq/muster/fleet"
	"github.com/musterhq/muster/fleet/launch"
)

// launchOptions are the flags of launch.
type launchOptions struct {
	guardFlags
	request launch.Request
	tags    []string
	until   string
	timeout time.Duration
}

func (o *launchOptions) addFlags(set *pflag.FlagSet) {
	set.IntVar(&o.request.Count, "count", 1, "launch `N` instances: all of them or none")
	set.StringVar(&o.request.Version, "version", "", "version of the template: a number, '$Latest' or '$Default' (the default)")
	set.StringVar(&o.request.Name, "name", "", "give the instances and their volumes this tag Name")
	set.StringArrayVar(&o.tags, "tag", nil, "give them the tag `KEY=VALUE` (may be repeated); wins over the template's")
	set.StringVar(&o.request.ClientToken, "client-token", "", "repeat the launch of this `token`: nothing is launched twice (default: a new one)")
	set.StringVar(&o.until, "wait", "", "wait until they are `STATE`: running, ok (they pass their status checks) or ssm (they take commands)")
	set.DurationVar(&o.timeout, "wait-timeout", 10*time.Minute, "wait at most this long")
	o.guardFlags.addFlags(set)
}

// finish checks the flags with each other and fills in the request. given says which flags stand on the command line: one that
// is given and empty is what an unset variable leaves, and is refused.
func (o *launchOptions) finish(template string, given func(flag string) bool) error {
	for _, flag := range []struct{ name, value string }{
		{"version", o.request.Version}, {"name", o.request.Name}, {"client-token", o.request.ClientToken}, {"wait", o.until},
	} {
		if flag.value == "" && given(flag.name) {
			return usageErrorf("--%s is empty", flag.name)
		}
	}
	switch launch.Until(o.until) {
	case "", launch.UntilRunning, launch.UntilOK, launch.UntilSSM:
	default:
		return usageErrorf("--wait is %q; it is running, ok or ssm", o.until)
	}
	if o.timeout <= 0 {
		return usageErrorf("--wait-timeout is %v; it must be longer than nothing", o.timeout)
	}
	tags, err := parseTags(o.tags)
	if err != nil {
		return err
	}
	o.request.Template, o.request.Tags = template, tags
	if o.request.ClientToken == "" {
		o.request.ClientToken = rand.Text()
	}
	return nil
}

func parseTags(texts []string) (map[string]string, error) {
	tags := make(map[string]string, len(texts))
	for _, text := range texts {
		key, value, found := strings.Cut(text, "=")
		if !found || key == "" {
			return nil, usageErrorf("--tag %q is not KEY=VALUE", text)
		}
		if _, twice := tags[key]; twice {
			return nil, usageErrorf("--tag %s is given twice", key)
		}
		tags[key] = value
	}
	return tags, nil
}

func newLaunchCommand(env *Env) *cobra.Command {
	var o launchOptions
	c := &cobra.Command{
		Use:   "launch TEMPLATE",
		Short: "Launch instances from a launch template",
		Long: `Launches instances from a launch template, named by its name or its id (lt-…): all that are asked for, or none. The
version is resolved to its number first, which the plan shows and which is what is launched.

The launch has a client token, printed on stderr. An interrupted launch is repeated with --client-token and otherwise the
same flags: what was launched the first time is found, nothing is launched twice.

Running instances cost money from the start. Costs one EC2 call to look up the template and one to launch; with --wait one
for each 200 instances after 1, 2, 3, 4 and then every 5 seconds, and as many for the checks or the agents of those that run.

EXIT STATUS
` + exitHelp(ExitDone, ExitFailed, ExitUsage, ExitPartial, ExitDenied, ExitRefused, ExitInterrupted),
		Example: "  muster launch web --dry-run\n  muster launch web --count 3 --name web --tag role=web --wait ssm",
		Args:    args(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			if err := o.finish(args[0], c.Flags().Changed); err != nil {
				return err
			}
			return runLaunch(c.Context(), env, o)
		},
	}
	o.addFlags(c.Flags())
	return c
}

func runLaunch(ctx context.Context, env *Env, o launchOptions) error {
	scope, err := env.Scope(ctx)
	if err != nil {
		return err
	}
	launcher := launch.New(scope.Config)
	plan, err := launcher.Plan(ctx, o.request)
	if err != nil {
		return err
	}
	act, err := env.approve(ctx, o.guardFlags, intent{
		verb: "launch", class: fleet.Acts, selected: plan.Count, machines: plan.Count, where: env.place(scope),
		plan: output{value: launchPlanJSON(plan), rows: launchPlanTable(plan, scope)},
	})
	if err != nil || !act {
		return err
	}
	env.notef("client token %s: with the same flags and --client-token %[1]s nothing is launched twice", plan.ClientToken)
	results, err := launcher.Apply(ctx, plan)
	if err != nil {
		return launchError(err, plan)
	}
	if o.until != "" {
		err = launcher.Wait(ctx, results, launch.Until(o.until), o.timeout, env.progress("launch"))
	}
	if printErr := env.printLaunched(plan, results); printErr != nil {
		return printErr
	}
	if err != nil {
		return withExit(ExitPartial, err, explain(err).hints...)
	}
	return launchSummary(env, results)
}

// launchError tells of a launch that EC2 did not answer that it may have happened all the same.
func launchError(err error, plan launch.Plan) error {
	if _, answered := errors.AsType[smithy.APIError](err); answered {
		return err
	}
	p := explain(err)
	hint := "whether EC2 launched them is not known: the same flags with --client-token " + plan.ClientToken + " launch nothing twice"
	return withExit(p.code, err, append(p.hints, hint)...)
}

func launchSummary(env *Env, results []launch.Result) error {
	failed := 0
	for _, r := range results {
		if r.Err != nil {
			failed++
		}
	}
	if failed > 0 {
		return targetsFailed("launch", failed, len(results))
	}
	env.notef("launch: %s", count(len(results), "instance"))
	return nil
}
