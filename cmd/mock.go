package cmd

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/world"
)

func newMockCommand(env *Env) *cobra.Command {
	command := &cobra.Command{
		Use:   "mock",
		Short: "Serve the offline AWS, or look after it",
		Long: `The mock is an offline AWS: it speaks EC2's, Systems Manager's and STS's real protocols, and its simulated machines
really run the scripts sent to them. muster --mock COMMAND uses the one embedded in muster, whose state is kept between
calls. muster mock serve puts one on a port, for several programs at once and for other tools.

status, reset, advance and fault work on the mock that --endpoint-url or AWS_ENDPOINT_URL names, else on the embedded one.`,
		Example: "  muster mock status\n  muster mock advance 5m",
		Args:    args(cobra.NoArgs),
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	command.AddCommand(newMockServeCommand(env), newMockStatusCommand(env), newMockResetCommand(env), newMockAdvanceCommand(env),
		newMockFaultCommand(env), newMockIMDSCommand(env))
	return command
}

func newMockStatusCommand(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Tell the mock's time, settings and calls",
		Long: `Tells where the mock is, its time, what it was made with, and how often each action was called. The embedded mock counts
the calls of the running command only, so its count is empty here.

EXIT STATUS
` + exitHelp(ExitDone, ExitFailed),
		Example: "  muster mock status",
		Args:    args(cobra.NoArgs),
		RunE:    func(c *cobra.Command, _ []string) error { return runMockStatus(c.Context(), env) },
	}
}

func runMockStatus(ctx context.Context, env *Env) error {
	control, done, err := env.control(ctx, false)
	if err != nil {
		return err
	}
	status, err := control.status(ctx)
	if err != nil {
		return joinDone(err, done)
	}
	return joinDone(env.printMockStatus(status), done)
}

// joinDone ends the use of a mock and keeps the first error.
func joinDone(err error, done func() error) error {
	if closeErr := done(); err == nil {
		return closeErr
	}
	return err
}

func (env *Env) printMockStatus(s mockStatus) error {
	pace := fmt.Sprintf("%gx", s.Clock.Rate)
	if s.Clock.Frozen {
		pace = "frozen"
	}
	t := newTable("MOCK", s.Where)
	t.add("time", s.Clock.Now.Format(time.RFC3339))
	t.add("clock", pace)
	t.add("lag", time.Duration(s.Health.Lag))
	t.add("seed", s.Health.Seed)
	for _, name := range slices.Sorted(maps.Keys(s.Health.Services)) {
		t.add(name, count(s.Health.Services[name], "operation"))
	}
	for _, action := range slices.Sorted(maps.Keys(s.Calls)) {
		t.add(action, count(s.Calls[action], "call"))
	}
	return env.print(output{value: s, rows: t})
}

// fleetFlags are what a mock starts with.
type fleetFlags struct {
	fleet int
	seed  uint64
	lag   time.Duration
}

func (o *fleetFlags) addFlags(set *pflag.FlagSet, fleet int) {
	set.IntVar(&o.fleet, "fleet", fleet, "start with `N` running instances")
	set.Uint64Var(&o.seed, "seed", 0, "`number` that chooses the ids: the same one gives the same")
	set.DurationVar(&o.lag, "lag", world.DefaultLag, "time from pending to running; other delays keep their proportion; 0 for none")
}

func (o *fleetFlags) check() error {
	if o.lag < 0 {
		return usageErrorf("--lag %s: a delay cannot be negative", o.lag)
	}
	if o.fleet < 0 {
		return usageErrorf("--fleet %d: a fleet cannot have fewer than no instances", o.fleet)
	}
	if o.fleet > mock.MaxFleet {
		return usageErrorf("--fleet %d: at most %d instances fit; seed more into other regions by /_muster/seed", o.fleet, mock.MaxFleet)
	}
	return nil
}

func (o *fleetFlags) settings() world.Settings { return world.Settings{Seed: o.seed, Lag: &o.lag} }

func newMockResetCommand(env *Env) *cobra.Command {
	var options fleetFlags
	command := &cobra.Command{
		Use:   "reset",
		Short: "Empty the mock and start it again with a small fleet",
		Long: `Empties the mock, sets its clock to this machine's, and makes a small running fleet with the launch template "web". All
that was rehearsed is lost.

EXIT STATUS
` + exitHelp(ExitDone, ExitFailed, ExitUsage),
		Example: "  muster mock reset --fleet 20",
		Args:    args(cobra.NoArgs),
		RunE:    func(c *cobra.Command, _ []string) error { return runMockReset(c.Context(), env, options) },
	}
	options.addFlags(command.Flags(), embeddedFleet)
	return command
}

func runMockReset(ctx context.Context, env *Env, options fleetFlags) error {
	if err := options.check(); err != nil {
		return err
	}
	control, done, err := env.control(ctx, true)
	if err != nil {
		return err
	}
	if err := control.reset(ctx, mockReset{options.fleet, options.seed, options.lag, env.mockRegion()}); err != nil {
		return joinDone(err, done)
	}
	env.notef("the mock is reset: %s in %s", count(options.fleet, "running instance"), env.mockRegion())
	return joinDone(env.printMockChanged(ctx, control), done)
}

func newMockAdvanceCommand(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "advance DURATION",
		Short: "Move the mock's clock forward",
		Long: `Moves the mock's clock forward at once; what falls into that time happens. DURATION is like 90s, 5m or 1h30m.

EXIT STATUS
` + exitHelp(ExitDone, ExitFailed, ExitUsage),
		Example: "  muster mock advance 5m",
		Args:    args(cobra.ExactArgs(1)),
		RunE:    func(c *cobra.Command, args []string) error { return runMockAdvance(c.Context(), env, args[0]) },
	}
}

func runMockAdvance(ctx context.Context, env *Env, text string) error {
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return usageError(fmt.Errorf("advance by %q: not a duration forward", text), "durations are like 90s, 5m or 1h30m")
	}
	control, done, err := env.control(ctx, false)
	if err != nil {
		return err
	}
	if err := control.advance(ctx, d); err != nil {
		return joinDone(err, done)
	}
	status, err := control.status(ctx)
	if err != nil {
		return joinDone(err, done)
	}
	env.notef("the mock's time is %s", status.Clock.Now.Format(time.RFC3339))
	return joinDone(env.printMockChanged(ctx, control), done)
}

// printMockChanged tells programs how the mock is now. People have been told on stderr what was done, and see nothing more.
func (env *Env) printMockChanged(ctx context.Context, control mockControl) error {
	if env.flags.output == outputTable && !env.flags.query.given() {
		return nil
	}
	status, err := control.status(ctx)
	if err != nil {
		return err
	}
	return env.printMockStatus(status)
}
