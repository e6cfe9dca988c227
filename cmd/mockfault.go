package cmd

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/musterhq/muster/mock/world"
)

// mockFaultOptions are the flags of mock fault.
type mockFaultOptions struct {
	world.Fault
	latency, skew time.Duration
	clear         bool
}

func (o *mockFaultOptions) addFlags(set *pflag.FlagSet) {
	set.StringVar(&o.Code, "error", "", "answer with this error `CODE`; nothing is done")
	set.StringVar(&o.Message, "message", "", "the error's `TEXT`")
	set.IntVar(&o.Status, "status", 0, "the error's HTTP `STATUS` (default 400)")
	set.BoolVar(&o.Throttle, "throttle", false, "answer with the service's own error for too many calls; nothing is done")
	set.DurationVar(&o.latency, "latency", 0, "do it, and answer a `DURATION` later")
	set.BoolVar(&o.Lost, "lost", false, "do it, and close the connection without an answer")
	set.BoolVar(&o.Silent, "silent", false, "do nothing, and never answer")
	set.DurationVar(&o.skew, "skew", 0, "move the clock by which signatures are judged by a `DURATION`, ahead (10m) or behind (-10m)")
	set.StringVar(&o.Resource, "resource", "", "only calls with this `ID` or name in their request")
	set.IntVar(&o.Nth, "nth", 0, "only the `N`-th matching call from now")
	set.Float64Var(&o.Rate, "rate", 0, "only this `SHARE` of the calls, from 0 to 1")
	set.IntVar(&o.Times, "times", 0, "end the fault after it has struck `N` times")
	set.BoolVar(&o.clear, "clear", false, "end all faults")
}

// fault puts the flags together with the calls that the argument names.
func (o *mockFaultOptions) fault(calls string) world.Fault {
	f := o.Fault
	f.Latency, f.Skew = world.Duration(o.latency), world.Duration(o.skew)
	service, action, found := strings.Cut(calls, ":")
	if !found {
		service, action = "", calls
	}
	if action != "*" {
		f.Action = action
	}
	f.Service = service
	return f
}

func newMockFaultCommand(env *Env) *cobra.Command {
	var options mockFaultOptions
	command := &cobra.Command{
		Use:   "fault [[SERVICE:]ACTION]",
		Short: "Make calls of the mock go wrong, or list and end what does",
		Long: `Makes calls of an action go wrong from now on: with one of --error, --throttle, --latency, --lost, --silent and --skew. ACTION
is like RunInstances, ec2:RunInstances or 'ec2:*'; without it every call matches. --resource narrows them down to calls that
name an id; --nth, --rate and --times say which of them are struck. Latencies strike beside other faults; of the others
the first that matches does.

Without any flag it lists the faults in force. --clear ends them, and so does muster mock reset.

EXIT STATUS
` + exitHelp(ExitDone, ExitFailed, ExitUsage),
		Example: "  muster mock fault RunInstances --error InsufficientInstanceCapacity --status 500 --times 1\n" +
			"  muster mock fault ssm:SendCommand --lost --nth 1\n  muster mock fault --throttle --rate 0.5\n  muster mock fault --clear",
		Args: args(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			return runMockFault(c.Context(), env, options, strings.Join(args, ""))
		},
	}
	options.addFlags(command.Flags())
	return command
}

func runMockFault(ctx context.Context, env *Env, options mockFaultOptions, calls string) error {
	fault := options.fault(calls)
	asked := fault != world.Fault{}
	if options.clear && asked {
		return usageErrorf("--clear ends all faults: it takes nothing else")
	}
	if asked {
		if err := fault.Validate(); err != nil {
			return usageError(err, "muster mock fault --help tells what each flag does")
		}
	}
	control, done, err := env.control(ctx, false)
	if err != nil {
		return err
	}
	switch {
	case options.clear:
		err = control.clearFaults(ctx)
	case asked:
		err = control.addFault(ctx, fault)
	}
	var faults []world.Fault
	if err == nil {
		faults, err = control.faults(ctx)
	}
	if err != nil {
		return joinDone(err, done)
	}
	return joinDone(env.printFaults(faults), done)
}

func (env *Env) printFaults(faults []world.Fault) error {
	t := newTable("CALLS", "RESOURCE", "FAULT", "WHICH")
	for _, f := range faults {
		t.add(cmp.Or(f.Service, "*")+":"+cmp.Or(f.Action, "*"), f.Resource, faultText(f), whichText(f))
	}
	return env.print(output{value: faults, rows: t})
}

// faultText says what goes wrong, in the words of the flags.
func faultText(f world.Fault) string {
	switch {
	case f.Code != "":
		return f.Code
	case f.Throttle:
		return "throttle"
	case f.Latency != 0:
		return "latency " + time.Duration(f.Latency).String()
	case f.Lost:
		return "lost"
	case f.Silent:
		return "silent"
	}
	return "skew " + time.Duration(f.Skew).String()
}

// whichText says which of the matching calls are struck.
func whichText(f world.Fault) string {
	var parts []string
	if f.Nth > 0 {
		parts = append(parts, fmt.Sprintf("call %d", f.Nth))
	}
	if f.Rate > 0 {
		parts = append(parts, fmt.Sprintf("%g of them", f.Rate))
	}
	if f.Times > 0 {
		parts = append(parts, count(f.Times, "time"))
	}
	return cmp.Or(strings.Join(parts, ", "), "all")
}
