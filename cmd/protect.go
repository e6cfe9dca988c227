package cmd

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/musterhq/muster/account"
	"github.com/musterhq/muster/fleet"
	"github.com/musterhq/muster/fleet/settings"
)

func newProtectCommand(env *Env) *cobra.Command {
	return newProtectionCommand(env, "protect", "Protect instances against being terminated or stopped", true,
		`Protects instances: EC2 then refuses to terminate them, or with --from stop to stop or terminate them, whoever asks. It
does not hold against a shutdown from inside, Auto Scaling or scheduled events.`)
}

func newUnprotectCommand(env *Env) *cobra.Command {
	return newProtectionCommand(env, "unprotect", "Let protected instances be terminated or stopped again", false,
		`Takes the protection of instances away. One that is protected against stop stays protected against terminate, too, until
--from stop or --from both.`)
}

// protectOptions are the flags of protect and unprotect.
type protectOptions struct {
	guardFlags
	from string
}

func newProtectionCommand(env *Env, verb, short string, on bool, what string) *cobra.Command {
	var o protectOptions
	c := &cobra.Command{
		Use:   verb + " SELECTOR | ID...",
		Short: short,
		Long: what + `

Prints one result for each instance. EC2 does not list who is protected, so that every instance selected is asked for.

Costs one EC2 call to find the instances (for each 1,000), and one for each instance, two with --from both. EC2 allows 50 at
once and then 5 a second.

EXIT STATUS
` + exitHelp(ExitDone, ExitFailed, ExitUsage, ExitPartial, ExitDenied, ExitRefused, ExitInterrupted),
		Example: fmt.Sprintf("  muster %[1]s role=web --from both --dry-run\n  muster %[1]s role=web --expect 3 --yes", verb),
		Args:    args(cobra.ArbitraryArgs),
		RunE: func(c *cobra.Command, args []string) error {
			return runProtect(c.Context(), env, verb, on, o, args)
		},
	}
	o.addFlags(c.Flags())
	c.Flags().StringVar(&o.from, "from", "terminate", "against what: terminate, stop or both")
	return c
}

// protections are the values of --from.
func protections() map[string]settings.Protection {
	return map[string]settings.Protection{
		"terminate": {Terminate: true},
		"stop":      {Stop: true},
		"both":      {Terminate: true, Stop: true},
	}
}

func runProtect(ctx context.Context, env *Env, verb string, on bool, o protectOptions, args []string) error {
	protection, known := protections()[o.from]
	if !known {
		return usageErrorf("--from is %q; it is %s", o.from, orList(slices.Sorted(maps.Keys(protections()))))
	}
	protection.On = on
	selector, err := env.selector(args)
	if err != nil {
		return err
	}
	class := fleet.Acts
	if !on {
		class = fleet.Disrupts // it opens the way for what cannot be undone
	}
	change := settingsChange{
		verb: verb, class: class, what: verb + " from " + strings.Replace(o.from, "both", "terminate and stop", 1),
		plan:  func(l fleet.Listing, s fleet.Selector) settings.Plan { return settings.NewPlan(verb, l, s) },
		calls: func(plan settings.Plan) []plannedCall { return protectCalls(plan, protection) },
		apply: func(ctx context.Context, scope *account.Scope, plan settings.Plan) ([]settings.Result, error) {
			return settings.New(scope.Config).Protect(ctx, plan, protection)
		},
	}
	return env.runSettings(ctx, change, o.guardFlags, selector)
}

// protectCalls are the calls that carry a plan out.
func protectCalls(plan settings.Plan, protection settings.Protection) []plannedCall {
	n := len(plan.Change)
	why := "the action itself, for each instance"
	if protection.Terminate && protection.Stop {
		n, why = 2*n, "the action itself, two for each instance"
	}
	return []plannedCall{{action: "ec2:ModifyInstanceAttribute", least: n, most: n, why: why}}
}
