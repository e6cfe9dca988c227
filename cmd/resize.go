package cmd

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/musterhq/muster/fleet"
	"github.com/musterhq/muster/fleet/power"
)

// resizeOptions are the flags of resize.
type resizeOptions struct {
	guardFlags
	to      string
	stop    bool
	timeout time.Duration
}

func newResizeCommand(env *Env) *cobra.Command {
	var o resizeOptions
	c := &cobra.Command{
		Use:   "resize SELECTOR --type TYPE | ID... --type TYPE",
		Short: "Change the type of instances",
		Long: `Gives instances another type, if what is known of them allows it: architecture, virtualization, enhanced networking,
hibernation, network interfaces. An instance has to be stopped for it; with --stop those that run are stopped and started again,
whereby they lose what they hold in memory and on instance-store disks, and their public addresses. One that does not start as
the new type, for want of capacity say, gets its former type back and is started. Prints one result for each instance, with its
state and type as EC2 tells them at the end, also after an interrupt.

Whether the system has the drivers for another generation of types (NVMe) no API tells: try one first. The plan shows processors
and memory; prices are not known here.

Costs the calls of a stop and a start with --wait, one for the types, and one for each instance that changes.

EXIT STATUS
` + exitHelp(ExitDone, ExitFailed, ExitUsage, ExitPartial, ExitDenied, ExitRefused, ExitInterrupted),
		Example: "  muster resize role=web --type t3.large --stop --dry-run\n  muster resize web-1 --type t3.small --stop",
		Args:    args(cobra.ArbitraryArgs),
		RunE:    func(c *cobra.Command, args []string) error { return runResize(c.Context(), env, o, args) },
	}
	o.addFlags(c.Flags())
	c.Flags().StringVar(&o.to, "type", "", "the new instance `TYPE`, such as t3.large")
	c.Flags().BoolVar(&o.stop, "stop", false, "stop instances that run, and start them again")
	c.Flags().DurationVar(&o.timeout, "wait-timeout", 10*time.Minute, "wait at most this long for the stop, and for the start")
	return c
}

func runResize(ctx context.Context, env *Env, o resizeOptions, args []string) error {
	switch {
	case o.to == "":
		return usageError(fmt.Errorf("resize: no type is named"), "--type t3.large")
	case o.timeout <= 0:
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
	types, err := fleet.NewInventory(scope.Config).Types(ctx, typesOf(listing, o.to))
	if err != nil {
		return err
	}
	to, known := types[o.to]
	if !known {
		return usageError(fmt.Errorf("resize: %s has no instance type %q", scope.Region(), o.to), "aws ec2 describe-instance-types lists them")
	}
	plan := power.NewResizePlan(to, o.stop, listing, selector)
	if plan.Selected()+len(plan.Missing) == 0 {
		return noneLeft("resize", selector, plan.Gone)
	}
	act, err := env.approve(ctx, o.guardFlags, intent{
		verb: "resize", class: fleet.Disrupts, selected: plan.Selected(), machines: len(plan.Change), where: env.place(scope),
		plan: resizePlanOutput(plan, types), calls: resizeCalls(plan),
	})
	if err != nil || !act {
		return err
	}
	return env.applyResize(ctx, power.New(scope.Config), plan, o.timeout)
}

// resizeCalls are the calls that carry a plan out.
func resizeCalls(plan power.ResizePlan) []plannedCall {
	var running []fleet.Instance
	for _, i := range plan.Change {
		if i.State == fleet.Running {
			running = append(running, i)
		}
	}
	calls := power.Plan{Action: power.Stop, Change: running}.Calls()
	each, looks := len(plan.Change), perHundreds(len(plan.Change), 2)+2*perHundreds(len(running), 2)
	again := manyCalls
	if len(running) == 0 {
		again = looks
	}
	return []plannedCall{
		{action: "ec2:StopInstances", least: calls, most: calls, why: "stopping those that run, for each 100; more where EC2 refuses one of them"},
		{action: "ec2:ModifyInstanceAttribute", least: each, most: each + len(running), why: "the new type, for each instance; the former one, where it does not start"},
		{action: "ec2:StartInstances", least: calls, most: 2 * calls, why: "starting them again, likewise; once more for those with their former type"},
		{action: "ec2:DescribeInstances", least: looks, most: again, why: "waiting, for each 200 instances after 1, 2, 3, 4 and then every 5 seconds, and a last look"},
	}
}

// typesOf are the names of the types that a listing has, and the one asked for.
func typesOf(listing fleet.Listing, to string) []string {
	names := []string{to}
	seen := map[string]bool{to: true}
	for _, i := range listing.Instances {
		if !seen[i.Type] {
			seen[i.Type] = true
			names = append(names, i.Type)
		}
	}
	return names
}

func (env *Env) applyResize(ctx context.Context, p *power.Power, plan power.ResizePlan, timeout time.Duration) error {
	progress := map[power.Action]func(fleet.Progress){power.Stop: env.progress("stop"), power.Start: env.progress("start")}
	results, err := p.Resize(ctx, plan, timeout, func(a power.Action, at fleet.Progress) { progress[a](at) })
	if results == nil && err != nil {
		return err
	}
	if printErr := env.printResizeResults(plan, results); printErr != nil {
		return printErr
	}
	var down []string
	for _, r := range results {
		if r.Down() {
			down = append(down, r.Instance.ID)
		}
	}
	if len(down) > 0 {
		env.warnf("%s ran before and not now", count(len(down), "instance"))
		env.hintf("to start them: muster start %s", firstOf(down))
	}
	of := mapped(results, func(r power.ResizeResult) outcome { return outcomeOf(r.Err, r.Already) })
	if err != nil {
		env.noteBroken("resize", of)
		return withExit(ExitPartial, err, explain(err).hints...)
	}
	return env.summarize("resize", of)
}
