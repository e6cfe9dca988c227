package cmd

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/musterhq/muster/account"
	"github.com/musterhq/muster/fleet"
	"github.com/musterhq/muster/fleet/command"
	"github.com/musterhq/muster/fleet/patch"
	"github.com/musterhq/muster/fleet/power"
)

func newPatchCommand(env *Env) *cobra.Command {
	c := &cobra.Command{
		Use:   "patch",
		Short: "Scan instances for missing patches, install them, and read the reports",
		Long: `Patches instances through Patch Manager of AWS Systems Manager, with its document AWS-RunPatchBaseline. Which patches are
approved is decided by patch baselines in AWS: that of the patch group in the tag "Patch Group" or "PatchGroup" of an
instance, else the default one of its operating system.

EXIT STATUS
` + exitHelp(ExitDone, ExitUsage),
		Example: "  muster patch status role=web",
		Args:    args(cobra.NoArgs),
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newPatchInstallCommand(env), newPatchReportCommand(env), newPatchScanCommand(env), newPatchStatusCommand(env))
	return c
}

// patchOptions are the flags of scan and install.
type patchOptions struct {
	guard          guardFlags
	operation      patch.Operation
	reboot         string
	override       string
	maxConcurrency command.Limit
	maxErrors      command.Limit
	comment        string
}

func (o *patchOptions) verb() string { return "patch " + strings.ToLower(string(o.operation)) }

func newPatchScanCommand(env *Env) *cobra.Command {
	return newPatchRunCommand(env, patch.Scan, "Find out which approved patches instances lack",
		`Scans instances: each compares its packages with its patch baseline and reports what is missing. Nothing else on it changes,
and it does not restart.`,
		"  muster patch scan role=web\n  muster patch scan role=web --dry-run")
}

func newPatchInstallCommand(env *Env) *cobra.Command {
	return newPatchRunCommand(env, patch.Install, "Install the approved patches that instances lack",
		`Installs on each instance all approved patches that it lacks, and says of each what was installed, what failed, and whether
it restarted.

--reboot if-needed, the default, restarts an instance as soon as anything was installed on it, whether or not that needs a
restart: so the document does it. never leaves the patches to take effect with the next restart; until that, and a scan
after it, the instance counts as not compliant. always is if-needed, and then a restart by EC2 of those instances that were
patched without one.

A patch that fails does not fail the others; the instance that it fails on does, and is named with the package.`,
		"  muster patch install role=web --dry-run\n  muster patch install role=web --reboot never --expect 3 --yes")
}

func newPatchRunCommand(env *Env, operation patch.Operation, short, what, example string) *cobra.Command {
	o := patchOptions{operation: operation}
	c := &cobra.Command{
		Use:   strings.ToLower(string(operation)) + " SELECTOR | ID...",
		Short: short,
		Long: what + `

Waits for all instances, up to four hours for each; the first Ctrl-C sends nothing further and cancels. Instances that SSM
cannot reach are named and left out; they count as failed.

Costs the calls of muster run, and one call for each 50 instances to read the reports, before and after` + map[patch.Operation]string{
			patch.Scan: ".", patch.Install: ", and one for\neach instance on which something was installed or has failed.",
		}[operation] + `

EXIT STATUS
` + exitHelp(ExitDone, ExitFailed, ExitUsage, ExitPartial, ExitDenied, ExitRefused, ExitInterrupted),
		Example: example,
		Args:    args(cobra.ArbitraryArgs),
		RunE:    func(c *cobra.Command, args []string) error { return runPatch(c.Context(), env, o, args) },
	}
	o.addFlags(c)
	return c
}

func (o *patchOptions) addFlags(c *cobra.Command) {
	set := c.Flags()
	set.SortFlags = false
	if o.operation == patch.Install {
		set.StringVar(&o.reboot, "reboot", string(patch.RebootIfNeeded), "restart `WHEN`: if-needed, never or always")
	}
	set.StringVar(&o.override, "baseline-override", "", "use the baselines in this `URL` (s3://BUCKET/KEY or https://…, a JSON list) for this time; nothing is reported then")
	set.Var(&limitFlag{&o.maxConcurrency, command.ParseConcurrency}, "max-concurrency", "work on at most `N` nodes, or P%, at the same time (default 100%)")
	set.Var(&limitFlag{&o.maxErrors, command.ParseErrors}, "max-errors", "send nothing further once more than `N` nodes, or P%, have failed (default 100%)")
	set.StringVar(&o.comment, "comment", "", "`TEXT` for the command's comment in AWS, after the run's key")
	o.guard.addFlags(set)
}

// request is what the flags ask for, without its targets.
func (o *patchOptions) request() (patch.Request, error) {
	r := patch.Request{
		Operation: o.operation, Reboot: patch.Reboot(o.reboot), BaselineOverride: o.override,
		MaxConcurrency: o.maxConcurrency, MaxErrors: o.maxErrors, Comment: o.comment,
	}
	if o.operation == patch.Install && !slices.Contains(patch.Reboots(), r.Reboot) {
		return r, usageErrorf("--reboot is %q; it is if-needed, never or always", o.reboot)
	}
	if err := r.Check(); err != nil {
		return r, usageError(err, "put the file into a bucket that the instances can read: aws s3 cp FILE s3://BUCKET/KEY")
	}
	return r, nil
}

// patchWork is a request with what it works on.
type patchWork struct {
	patchOptions
	request  patch.Request
	scope    *account.Scope
	listing  fleet.Listing
	selected command.Selection
	plan     command.Plan
}

func runPatch(ctx context.Context, env *Env, o patchOptions, selection []string) error {
	request, err := o.request()
	if err != nil {
		return err
	}
	selector, err := env.selector(selection)
	if err != nil {
		return err
	}
	scope, listing, err := env.find(ctx, selector, fleet.ListOptions{Nodes: true})
	if err == nil {
		err = listing.NodesErr // without it nobody knows what can be sent to
	}
	if err != nil {
		return err
	}
	w := patchWork{patchOptions: o, request: request, scope: scope, listing: listing, selected: patch.Select(listing, selector)}
	if w.selected.Selected+len(w.selected.LeftOut) == 0 {
		return noMatch(o.verb(), selector)
	}
	env.noteSelection(w.selected)
	if act, err := env.approvePatch(ctx, &w); err != nil || !act {
		return err
	}
	return env.applyPatch(ctx, w)
}

// approvePatch makes the plan, and gets a person's word for it where that is needed.
func (env *Env) approvePatch(ctx context.Context, w *patchWork) (bool, error) {
	w.request.Targets = w.selected.Targets
	if len(w.selected.Targets) > 0 {
		key, err := command.NewKey(time.Now(), rand.Reader)
		if err != nil {
			return false, err
		}
		if w.plan, err = patch.NewPlan(key, w.request); err != nil {
			return false, err
		}
	}
	class := fleet.Acts
	if w.operation == patch.Install {
		class = fleet.Disrupts
	}
	return env.approve(ctx, w.guard, intent{
		verb: w.verb(), class: class, selected: w.selected.Selected, machines: len(w.selected.Targets), where: env.place(w.scope),
		plan: patchPlanOutput(*w), calls: patchCalls(*w),
	})
}

// patchCalls are the calls that carry a plan out.
func patchCalls(w patchWork) []plannedCall {
	nodes := w.plan.Nodes()
	batches := (nodes + 49) / 50
	calls := append(runCalls(w.plan, false), plannedCall{
		action: "ssm:DescribeInstancePatchStates", least: 2 * batches, most: 2 * batches, why: "the reports before and after, for each 50 nodes",
	})
	if w.operation != patch.Install || nodes == 0 {
		return calls
	}
	calls = append(calls, plannedCall{
		action: "ssm:DescribeInstancePatches", most: manyCalls, why: "what was installed or has failed, for each node of which there is any, and each 100 patches",
	})
	if w.request.Reboot == patch.RebootAlways {
		calls = append(calls, plannedCall{action: "ec2:RebootInstances", most: perHundreds(nodes, 1), why: "restarting those on which nothing was installed"})
	}
	return calls
}

// applyPatch carries a plan out and prints what came of it.
func (env *Env) applyPatch(ctx context.Context, w patchWork) error {
	reader := patch.NewReader(w.scope.Config)
	ids := mapped(w.selected.Targets, func(t command.Target) string { return t.InstanceID })
	before, err := reader.States(ctx, ids)
	if err != nil {
		return fmt.Errorf("%s: %w", w.verb(), err)
	}
	results, missed, failure := env.followPatch(ctx, w)
	// What has ended is told also when a person has interrupted the rest.
	tell, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	outcomes, err := reader.Outcomes(tell, w.request, results, before)
	failure = cmp.Or(failure, err)
	if w.request.Reboot == patch.RebootAlways && failure == nil {
		failure = env.rebootRest(ctx, w, outcomes)
	}
	rows := patchRows(w, outcomes, missed)
	if err := env.print(patchOutput(w, rows)); err != nil {
		return err
	}
	if failure != nil {
		return fmt.Errorf("%s: %w", w.verb(), failure)
	}
	return patchVerdict(w.verb(), rows)
}

// missedTarget is an instance that was not sent to, and why.
type missedTarget = command.LeftOut

// followPatch runs the plan and shows how it goes. It returns the results, and who was not sent to.
func (env *Env) followPatch(ctx context.Context, w patchWork) (results []command.Result, missed []missedTarget, failure error) {
	missed = w.selected.LeftOut
	if w.plan.Nodes() == 0 {
		return nil, missed, nil
	}
	view := newRunView(env, false, w.plan)
	for event, err := range command.NewRunner(w.scope.Config).Run(ctx, w.plan) {
		switch event := event.(type) {
		case command.NodeDone:
			results = append(results, event.Result)
			continue
		case command.Skipped:
			missed = append(missed, missedTarget(event))
		case command.Stopped:
			for _, target := range event.NeverSent {
				missed = append(missed, missedTarget{Target: target, Reason: "never sent to: " + string(event.Reason)})
			}
		}
		if event != nil {
			view.tell(event)
		}
		failure = cmp.Or(failure, err)
	}
	view.progress.clear()
	return results, missed, failure
}

// rebootRest restarts through EC2 the instances that were patched without a restart.
func (env *Env) rebootRest(ctx context.Context, w patchWork, outcomes []patch.Outcome) error {
	var ids []string
	for _, o := range outcomes {
		if o.OK() && !o.Rebooted {
			ids = append(ids, o.InstanceID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	rest := fleet.Listing{Instances: slices.DeleteFunc(slices.Clone(w.listing.Instances), func(i fleet.Instance) bool { return !slices.Contains(ids, i.ID) })}
	selector, err := fleet.Parse(ids)
	if err != nil {
		return err
	}
	results, err := power.New(w.scope.Config).Apply(ctx, power.NewPlan(power.Reboot, rest, selector))
	for _, r := range results {
		i := slices.IndexFunc(outcomes, func(o patch.Outcome) bool { return o.InstanceID == r.Instance.ID })
		switch {
		case i < 0:
		case r.Err == nil:
			outcomes[i].Rebooted, outcomes[i].NeedsReboot = true, false
		default:
			err = errors.Join(err, fmt.Errorf("reboot %s: %w", r.Instance.ID, r.Err))
		}
	}
	return err
}
