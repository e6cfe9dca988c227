package cmd

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/aws/smithy-go"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/musterhq/muster/account"
	"github.com/musterhq/muster/fleet"
	"github.com/musterhq/muster/fleet/launch"
)

// launchOptions are the flags of launch.
type launchOptions struct {
	guardFlags
	request  launch.Request
	settings []string
	maxPrice string
	tags     []string
	until    string
	timeout  time.Duration
}

// untilReady waits for more than package launch knows of: that the instance's own first start is over.
const untilReady = "ready"

func (o *launchOptions) addFlags(set *pflag.FlagSet) {
	set.IntVar(&o.request.Count, "count", 1, "launch `N` instances")
	set.StringVar(&o.request.Version, "version", "", "version of the template: a number, '$Latest' or '$Default' (the default)")
	set.StringVar(&o.request.Like, "like", "", "launch more of what this instance `ID` is, instead of from a template")
	set.StringArrayVar(&o.settings, "set", nil, "change a `KEY=VALUE` of the template (may be repeated), such as instance-type=t3.large or user-data=@FILE")
	set.BoolVar(&o.request.Spot, "spot", false, "launch spot instances")
	set.StringVar(&o.maxPrice, "max-price", "", "pay at most this `PRICE` in US dollars an hour for a spot instance (default: the on-demand price)")
	set.StringSliceVar(&o.request.Subnets, "subnets", nil, "spread them over these subnet `IDS`, or with 'spread' over one subnet of each zone")
	set.StringSliceVar(&o.request.OrTypes, "or-type", nil, "instance `TYPES` to try in this order where there is no capacity for the first")
	set.StringVar(&o.request.Name, "name", "", "give the instances and their volumes this tag Name")
	set.StringArrayVar(&o.tags, "tag", nil, "give them the tag `KEY=VALUE` (may be repeated); wins over the template's")
	set.StringVar(&o.request.ClientToken, "client-token", "", "repeat the launch of this `token`: nothing is launched twice (default: a new one)")
	set.StringVar(&o.until, "wait", "", "wait until they are `STATE`: running, ok (they pass their status checks), ssm (they take commands) or ready (their user data has run)")
	set.DurationVar(&o.timeout, "wait-timeout", 10*time.Minute, "wait at most this long")
	o.guardFlags.addFlags(set)
}

// finish checks the flags with each other and fills in the request. given says which flags stand on the command line: one that
// is given and empty is what an unset variable leaves, and is refused.
func (o *launchOptions) finish(args []string, given func(flag string) bool) error {
	for _, flag := range []struct{ name, value string }{
		{"version", o.request.Version}, {"like", o.request.Like}, {"max-price", o.maxPrice}, {"name", o.request.Name},
		{"client-token", o.request.ClientToken}, {"wait", o.until},
		{"subnets", strings.Join(o.request.Subnets, "")}, {"or-type", strings.Join(o.request.OrTypes, "")},
	} {
		if flag.value == "" && given(flag.name) {
			return usageErrorf("--%s is empty", flag.name)
		}
	}
	if err := o.checkWait(); err != nil {
		return err
	}
	if (len(args) == 0) == (o.request.Like == "") {
		return usageError(errors.New("launch needs a template's name or --like ID, and not both"), "muster template ls lists the templates")
	}
	if len(args) > 0 {
		o.request.Template = args[0]
	}
	if o.maxPrice != "" {
		if !o.request.Spot {
			return usageErrorf("--max-price is the price of spot instances; it needs --spot")
		}
		o.request.Settings = append(o.request.Settings, launch.Setting{Key: "spot-max-price", Value: o.maxPrice})
	}
	var err error
	if o.request.Tags, err = parseTags(o.tags); err != nil {
		return err
	}
	o.request.Repeated = o.request.ClientToken != ""
	if !o.request.Repeated {
		o.request.ClientToken = rand.Text()
	}
	return nil
}

func (o *launchOptions) checkWait() error {
	switch launch.Until(o.until) {
	case "", launch.UntilRunning, launch.UntilOK, launch.UntilSSM, untilReady:
	default:
		return usageErrorf("--wait is %q; it is running, ok, ssm or ready", o.until)
	}
	if o.timeout <= 0 {
		return usageErrorf("--wait-timeout is %v; it must be longer than nothing", o.timeout)
	}
	return nil
}

// readSettings reads --set. A value that begins with @ is the content of a file.
func (o *launchOptions) readSettings() error {
	for _, text := range o.settings {
		key, value, found := strings.Cut(text, "=")
		if !found || key == "" {
			return usageErrorf("--set %q is not KEY=VALUE", text)
		}
		if file, isFile := strings.CutPrefix(value, "@"); isFile {
			content, err := os.ReadFile(file)
			if err != nil {
				return usageErrorf("--set %s: %w", key, err)
			}
			value = string(content)
		}
		o.request.Settings = append(o.request.Settings, launch.Setting{Key: key, Value: value})
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
		Use:   "launch TEMPLATE | --like ID",
		Short: "Launch instances from a launch template, or like another one",
		Long: `Launches instances from a launch template, named by its name or its id (lt-…). The version is resolved to its number
first, which the plan shows and which is what is launched. --like ID launches more of what an instance is: with what it was
launched with and its tags as they are now, without what is its own, such as addresses.

--set changes something of it, by the names of the options of aws ec2 run-instances:
` + settingHelp() + `
--subnets spreads them evenly, over the subnets named or over one subnet in each zone. A subnet's share is launched whole
or not at all. Where EC2 has no capacity for a share, it goes to the next subnet, and when none has capacity, to the next
type of --or-type; stderr tells of it. Without these flags, a launch that finds no capacity fails and names type and zone.

The launch has a client token, printed on stderr. An interrupted or failed launch prints what exists of it, and is repeated
with --client-token and otherwise the same flags: what was launched the first time is found, nothing is launched twice.

--wait ready waits for SSM and then asks each instance's cloud-init how its first start, user data included, has ended.

Running instances cost money from the start. Costs one EC2 call to look up the template (two with --like, one or two more
with --subnets) and one to launch each share; with --wait one for each 200 instances after 1, 2, 3, 4 and then every 5
seconds, and as many for the checks or the agents of those that run; --wait ready also the calls of muster run.

EXIT STATUS
` + exitHelp(ExitDone, ExitFailed, ExitUsage, ExitPartial, ExitDenied, ExitRefused, ExitInterrupted),
		Example: `  muster launch web --dry-run
  muster launch web --count 3 --name web --tag role=web --wait ssm
  muster launch web --count 6 --subnets spread --spot --or-type t3a.micro,t2.micro`,
		Args: args(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			if err := o.finish(args, c.Flags().Changed); err != nil {
				return err
			}
			return runLaunch(c.Context(), env, o)
		},
	}
	o.addFlags(c.Flags())
	return c
}

// settingHelp lists the keys of --set, as many to a line as there is room for.
func settingHelp() string {
	var lines strings.Builder
	line := " "
	for _, key := range launch.SettingKeys() {
		if len(line)+len(key) > 110 {
			lines.WriteString(line + "\n")
			line = " "
		}
		line += " " + key
	}
	return lines.String() + line + "\n"
}

func runLaunch(ctx context.Context, env *Env, o launchOptions) error {
	if err := o.readSettings(); err != nil {
		return err
	}
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
		plan:  output{value: launchPlanJSON(plan), rows: launchPlanTable(plan, scope)},
		calls: launchCalls(plan, o.until),
	})
	if err != nil || !act {
		return err
	}
	env.notef("client token %s: with the same flags and --client-token %[1]s nothing is launched twice", plan.ClientToken)
	results, err := launcher.Apply(ctx, plan, env.tellMove)
	if err != nil {
		return env.launchStopped(plan, results, err)
	}
	err = env.awaitLaunched(ctx, scope, launcher, results, o)
	if printErr := env.printLaunched(plan, results); printErr != nil {
		return printErr
	}
	if err != nil {
		return withExit(ExitPartial, err, explain(err).hints...)
	}
	err = launchSummary(env, results)
	if err != nil && o.until == untilReady {
		return withExit(ExitPartial, err, "what the user data wrote: muster run ID -- cat /var/log/cloud-init-output.log")
	}
	return err
}

// tellMove tells of a share of a launch that goes elsewhere.
func (env *Env) tellMove(m launch.Move) {
	to := strings.TrimSpace(m.To.InstanceType + " in " + cmp.Or(m.To.Zone, m.To.SubnetID, "any zone"))
	env.warnf("%s; trying %s for %s", oneLine(describe(m.Err)), to, count(m.Count, "instance"))
}

// launchStopped ends a launch that did not come through: what exists of it is printed all the same.
func (env *Env) launchStopped(plan launch.Plan, results []launch.Result, err error) error {
	if len(results) == 0 {
		return launchError(err, plan)
	}
	if printErr := env.printLaunched(plan, results); printErr != nil {
		return printErr
	}
	hints := append(explain(launchError(err, plan)).hints,
		fmt.Sprintf("%d of %s exist; to go on with the rest: the same flags with --client-token %s", len(results), count(plan.Count, "instance"), plan.ClientToken))
	return withExit(ExitPartial, err, hints...)
}

// awaitLaunched waits for what --wait asks for and notes in the results what did not arrive.
func (env *Env) awaitLaunched(ctx context.Context, scope *account.Scope, launcher *launch.Launcher, results []launch.Result, o launchOptions) error {
	until := launch.Until(o.until)
	switch o.until {
	case "":
		return nil
	case untilReady:
		until = launch.UntilSSM
	}
	began := time.Now()
	if err := launcher.Wait(ctx, results, until, o.timeout, env.progress("launch")); err != nil || o.until != untilReady {
		return err
	}
	return env.awaitReady(ctx, scope, results, o.timeout-time.Since(began))
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
