package cmd

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/musterhq/muster/fleet"
	"github.com/musterhq/muster/fleet/power"
)

func newStartCommand(env *Env) *cobra.Command {
	return newPowerCommand(env, power.Start, "Start stopped instances",
		`Starts stopped instances. An instance that is still stopping is started with --wait as soon as it is stopped, and is an
error without it. A start of very many is slow: EC2 lets an account start 1,000 at once and then 2 a second.`)
}

func newStopCommand(env *Env) *cobra.Command {
	return newPowerCommand(env, power.Stop, "Stop running instances",
		`Stops instances. What they hold in memory and on instance-store disks is lost; their public addresses change when they
start again.`)
}

func newHibernateCommand(env *Env) *cobra.Command {
	return newPowerCommand(env, power.Hibernate, "Stop instances and keep their memory",
		`Hibernates instances: what they hold in memory is written to the root disk, and muster start lets them go on where they were.
What they hold on instance-store disks is lost; their public addresses change. It is possible only for instances that were
launched with hibernation, from about two minutes after they started. An instance whose system cannot hibernate is shut down
instead; muster show tells which it was.`)
}

func newRebootCommand(env *Env) *cobra.Command {
	return newPowerCommand(env, power.Reboot, "Reboot running instances",
		`Reboots instances. A reboot does not change the state, so that --wait goes by the status checks, which EC2 makes every
minute: it takes more than one.`)
}

func newTerminateCommand(env *Env) *cobra.Command {
	return newPowerCommand(env, power.Terminate, "Terminate instances for good",
		`Terminates instances: they and the disks that go with them are deleted, which cannot be undone. It always asks. Instances
that are protected against termination are not touched, and named.`)
}

// powerOptions are the flags of the commands above.
type powerOptions struct {
	guardFlags
	waitFlags
}

// waitFlags are the flags of commands that can wait for instances.
type waitFlags struct {
	wait    bool
	timeout time.Duration
}

func newPowerCommand(env *Env, action power.Action, short, what string) *cobra.Command {
	var o powerOptions
	c := &cobra.Command{
		Use:   string(action) + " SELECTOR | ID...",
		Short: short,
		Long: what + `

Prints one result for each instance. One that EC2 refuses does not fail the others. Instances that are shutting down or
terminated are never acted on; where a tag or a name selects them, they are left out.

Costs one EC2 call to find the instances (for each 1,000) and one for each 100 that change; with --wait one for each 200
after 1, 2, 3, 4 and then every 5 seconds.

EXIT STATUS
` + exitHelp(ExitDone, ExitFailed, ExitUsage, ExitPartial, ExitDenied, ExitRefused, ExitInterrupted),
		Example: fmt.Sprintf("  muster %[1]s role=web --dry-run\n  muster %[1]s role=web --wait --expect 3 --yes", action),
		Args:    args(cobra.ArbitraryArgs),
		RunE: func(c *cobra.Command, args []string) error {
			return runPower(c.Context(), env, action, o, args)
		},
	}
	o.addFlags(c.Flags())
	c.Flags().BoolVar(&o.wait, "wait", false, "wait until the instances are "+waitedFor(action))
	c.Flags().DurationVar(&o.timeout, "wait-timeout", 10*time.Minute, "wait at most this long")
	return c
}

func waitedFor(action power.Action) string {
	if action == power.Reboot {
		return "running with passed status checks"
	}
	return string(action.Target())
}

func runPower(ctx context.Context, env *Env, action power.Action, o powerOptions, args []string) error {
	if o.timeout <= 0 {
		return usageErrorf("--wait-timeout is %v; it must be longer than nothing", o.timeout)
	}
	selector, err := env.selector(args)
	if err != nil {
		return err
	}
	scope, listing, err := env.find(ctx, selector, fleet.ListOptions{})
	if err != nil {
		return err
	}
	plan := power.NewPlan(action, listing, selector)
	if plan.Selected()+len(plan.Missing) == 0 {
		return noneLeft(string(action), selector, plan.Gone)
	}
	env.notePlan(plan, o.wait)
	act, err := env.approve(ctx, o.guardFlags, intent{
		verb: string(action), class: action.Class(), selected: plan.Selected(), machines: plan.Touched(), where: env.place(scope),
		plan:  output{value: powerPlanJSON(plan), rows: powerPlanTable(plan)},
		calls: powerCalls(plan, o.wait),
	})
	if err != nil || !act {
		return err
	}
	return env.applyPower(ctx, power.New(scope.Config), plan, o.waitFlags)
}

// powerCalls are the calls that carry a plan out.
func powerCalls(plan power.Plan, wait bool) []plannedCall {
	call := plannedCall{
		action: powerCall(plan.Action), least: plan.Calls(), most: plan.Calls(),
		why: "the action itself, for each 100 instances; more where EC2 refuses one of them",
	}
	if !wait || plan.Touched() == 0 {
		return []plannedCall{call}
	}
	if len(plan.Later) > 0 {
		call.most = manyCalls
		call.least = max(call.least, 1)
	}
	looks := plannedCall{
		action: "ec2:DescribeInstances", least: perHundreds(plan.Touched(), 2), most: manyCalls,
		why: "waiting, for each 200 instances after 1, 2, 3, 4 and then every 5 seconds",
	}
	if plan.Action == power.Reboot {
		looks.action = "ec2:DescribeInstanceStatus"
	}
	return []plannedCall{call, looks}
}

// powerCall is the API action of an action. EC2 hibernates by StopInstances
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hibernating-instances.html).
func powerCall(a power.Action) string {
	name := string(a)
	if a == power.Hibernate {
		name = string(power.Stop)
	}
	return "ec2:" + strings.ToUpper(name[:1]) + name[1:] + "Instances"
}

// perHundreds is how many calls n instances need at so many hundreds a call.
func perHundreds(n, hundreds int) int { return (n + hundreds*100 - 1) / (hundreds * 100) }

// notePlan says on stderr what the result will not show.
func (env *Env) notePlan(plan power.Plan, wait bool) {
	if n := len(plan.Gone); n > 0 {
		env.notef("%s shutting down or terminated: left out", count(n, "instance"))
	}
	if n := len(plan.Later); n > 0 && !wait {
		env.hintf("%s still stopping: --wait starts them as soon as they are stopped", count(n, "instance"))
	}
}

// applyPower carries out a plan that was approved and prints the results.
func (env *Env) applyPower(ctx context.Context, p *power.Power, plan power.Plan, o waitFlags) error {
	results, err := p.Apply(ctx, plan)
	if results == nil && err != nil {
		return err
	}
	broken := err != nil
	if !broken && o.wait {
		report, end := env.liveProgress(string(plan.Action), len(results))
		err = p.Wait(ctx, plan.Action, results, o.timeout, report)
		end()
	}
	if printErr := env.printPowerResults(plan.Action, results); printErr != nil {
		return printErr
	}
	if broken {
		env.noteBroken(string(plan.Action), mapped(results, func(r power.Result) outcome { return outcomeOf(r.Err, r.Already) }))
	}
	if err != nil {
		return withExit(ExitPartial, err, explain(err).hints...)
	}
	return powerSummary(env, plan.Action, results)
}

// liveProgress shows on the terminal how the waiting goes, or tells it line by line. end removes what is shown.
func (env *Env) liveProgress(verb string, total int) (report func(fleet.Progress), end func()) {
	display := env.startLive(liveState{title: verb, total: total})
	if display == nil {
		return env.progress(verb), func() {}
	}
	return func(p fleet.Progress) {
		display.show(liveState{title: verb, total: p.Arrived + p.Failed + p.Waiting, done: p.Arrived + p.Failed, counts: []liveCount{
			{p.Arrived, "arrived", green}, {p.Failed, "failed", red}, {p.Waiting, "on their way", yellow},
		}})
	}, display.end
}

// progress returns a function that says on stderr how the waiting goes, whenever something has changed.
func (env *Env) progress(verb string) func(fleet.Progress) {
	var last fleet.Progress
	return func(p fleet.Progress) {
		if p != last && p.Waiting > 0 {
			env.notef("%s: %d arrived, %d failed, waiting for %d", verb, p.Arrived, p.Failed, p.Waiting)
		}
		last = p
	}
}

func powerSummary(env *Env, action power.Action, results []power.Result) error {
	failed, already := 0, 0
	for _, r := range results {
		switch {
		case r.Err != nil:
			failed++
		case r.Already:
			already++
		}
	}
	if failed > 0 {
		return targetsFailed(string(action), failed, len(results))
	}
	note := fmt.Sprintf("%s: %s done", action, count(len(results)-already, "instance"))
	if already > 0 {
		note += fmt.Sprintf(", %d already there", already)
	}
	env.notef("%s", note)
	return nil
}
