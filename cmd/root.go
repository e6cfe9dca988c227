package cmd

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Main runs muster once with the arguments that follow the program's name and returns its exit code (see
// docs/reference/exit-codes.md). It writes the error, if there is one, to env.Stderr. It returns when everything that it
// started has ended; only after a second interrupt does it return at once, as if the process had been killed.
func Main(args []string, env *Env) int {
	ctx, leave, stop := env.interruptible(context.Background())
	defer stop()
	done := make(chan int, 1)
	go func() { done <- env.invoke(ctx, args) }()
	select {
	case code := <-done:
		return code
	case <-leave:
		env.live.Load().leave()
		return ExitInterrupted
	}
}

func (env *Env) invoke(ctx context.Context, args []string) int {
	if env.AWS == nil {
		env.AWS = env.loadAWS
	}
	if env.Logger == nil {
		env.Logger = slog.New(slog.NewTextHandler(env.Stderr, &slog.HandlerOptions{Level: &env.flags}))
	}
	root := newRootCommand(env)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	err = errors.Join(err, env.endEvents(), env.queryErr, env.close())
	env.logCalls()
	return env.report(ctx, err)
}

// logCalls writes how often each AWS action was called: a debug line, which --verbose shows.
func (env *Env) logCalls() {
	if env.scope == nil {
		return
	}
	for _, call := range env.scope.Calls.Counts() {
		env.Logger.Debug("api calls", "action", call.Action, "count", call.Count)
	}
}

// globalFlags are the flags that every command takes.
type globalFlags struct {
	profile     string
	region      string
	endpointURL string
	mock        bool
	output      outputFormat
	query       query
	noColor     bool
	yes         bool
	quiet       bool
	verbose     bool
}

func (f *globalFlags) addFlags(set *pflag.FlagSet) {
	set.StringVar(&f.profile, "profile", "", "AWS profile to use (default: AWS_PROFILE, then \"default\")")
	set.StringVar(&f.region, "region", "", "AWS region to work in (default: AWS_REGION, then the profile's)")
	set.StringVar(&f.endpointURL, "endpoint-url", "", "send every AWS call to this `URL` (default: AWS_ENDPOINT_URL, then AWS)")
	set.BoolVar(&f.mock, "mock", false, "work on the embedded offline AWS instead of an account (also MUSTER_MOCK=1)")
	set.VarP(&f.output, "output", "o", "how to print the result: "+orList(outputFormats()))
	set.Var(&f.query, "query", "print what this JMESPath expression finds in the JSON of the result, as the AWS CLI's --query (sets -o json unless -o is given)")
	set.BoolVar(&f.noColor, "no-color", false, "print without colour (also NO_COLOR)")
	set.BoolVarP(&f.yes, "yes", "y", false, "do not ask before acting")
	set.BoolVarP(&f.quiet, "quiet", "q", false, "print no progress and no summary on stderr, only errors")
	set.BoolVarP(&f.verbose, "verbose", "v", false, "say on stderr what is done, with the number of AWS calls")
}

// Level makes the flags the level of the log: everything with --verbose, else warnings and errors.
func (f *globalFlags) Level() slog.Level {
	if f.verbose {
		return slog.LevelDebug
	}
	return slog.LevelWarn
}

func newRootCommand(env *Env) *cobra.Command {
	root := &cobra.Command{
		Use:   "muster",
		Short: "Run an EC2 fleet from a terminal, and rehearse it offline first",
		Long: `muster runs an EC2 fleet: it launches from templates, runs commands on many machines, stops and starts them.
With --mock it does all that on an embedded offline AWS whose simulated machines really run the scripts.

SELECTORS say which machines:
  web-*                    by name (the tag Name); * stands for any characters, ? for one
  i-0123456789abcdef0      by id; several ids may be given as several arguments
  role=web                 by tag; the long form is tag:role=web
  state=running            by a key of its own: state az type ami vpc subnet asg platform lifecycle ssm
                           launched-by name id; older=7d newer=2h by the time since the launch
  role!=web                not that value, or no such tag at all
  type in (t3.*,m5.large)  one of several values; none of them: not in (…)
  role=web,state=running   both: a comma is AND, as the word and is
  role=web or role=db      one of both; not binds tighter than a comma, a comma tighter than or; (…) groups
  name="my server"         quotes or a backslash for blanks, commas and signs
  @web                     a saved selector: the line "web = …" of ~/.config/muster/selectors
  all                      every machine
Put a selector with blanks, *, ( or ! in quotes for the shell: muster ls 'role!=web'
Commands that act refuse a missing or empty selector; ls without one lists everything.

EXIT STATUS
` + exitHelp(),
		Example:           "  muster ls role=web\n  muster --mock ls",
		Args:              cobra.ArbitraryArgs,
		SilenceUsage:      true,
		SilenceErrors:     true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return env.checkFlags(cmd.Flags()) },
		RunE:              runRoot,
	}
	root.SetIn(env.Stdin)
	root.SetOut(env.Stdout)
	root.SetErr(env.Stderr)
	root.SetFlagErrorFunc(flagError)
	root.SuggestionsMinimumDistance = 2 // letters; cobra has no default for what runRoot asks
	root.PersistentFlags().SortFlags = false
	env.flags.addFlags(root.PersistentFlags())
	root.AddCommand(commands(env)...)
	if err := env.addCompletions(root); err != nil {
		panic(err) // the flag exists, and has no completion yet
	}
	return root
}

// commands is the program's table of contents.
func commands(env *Env) []*cobra.Command {
	return []*cobra.Command{
		newConsoleCommand(env),
		newDemoCommand(env),
		newEventsCommand(env),
		newDocumentCommand(env),
		newExplainCommand(env),
		newHibernateCommand(env),
		newLaunchCommand(env),
		newLsCommand(env),
		newMockCommand(env),
		newPatchCommand(env),
		newProtectCommand(env),
		newRebootCommand(env),
		newResizeCommand(env),
		newRunCommand(env),
		newShowCommand(env),
		newStartCommand(env),
		newStopCommand(env),
		newTemplateCommand(env),
		newTagCommand(env),
		newTerminateCommand(env),
		newUnprotectCommand(env),
		newUntagCommand(env),
		newVersionCommand(env),
	}
}

// checkFlags looks at what the global flags mean together, before the command runs.
func (env *Env) checkFlags(set *pflag.FlagSet) error {
	if !set.Changed("mock") {
		on, err := env.mockFromEnvironment()
		if err != nil {
			return err
		}
		env.flags.mock = on
	}
	for _, flag := range []struct{ name, value string }{
		{"profile", env.flags.profile}, {"region", env.flags.region}, {"endpoint-url", env.flags.endpointURL},
	} {
		if flag.value == "" && set.Changed(flag.name) { // never the default account or region instead of what was meant
			return usageError(fmt.Errorf("--%s is empty", flag.name), "is a variable unset? Leave the flag out for the default")
		}
	}
	if err := checkRegion(env.flags.region); err != nil {
		return err
	}
	if env.flags.query.given() && !set.Changed("output") {
		env.flags.output = outputJSON
	}
	if env.flags.mock && env.flags.endpointURL != "" {
		return usageErrorf("--mock and --endpoint-url exclude each other: the embedded mock has no address")
	}
	return nil
}

// runRoot is reached when no command is named, or one that does not exist.
func runRoot(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return root.Help()
	}
	err := fmt.Errorf("unknown command %q", args[0])
	if near := root.SuggestionsFor(args[0]); len(near) > 0 {
		return usageError(err, "did you mean "+strings.Join(near, " or ")+"?")
	}
	return usageError(err, "muster --help lists the commands")
}

// flagError is a usage error. Where no such flag exists, it says where those that exist are listed.
func flagError(c *cobra.Command, err error) error {
	if _, unknown := errors.AsType[*pflag.NotExistError](err); unknown {
		return usageError(err, c.CommandPath()+" --help lists the flags")
	}
	return usageError(err)
}

// args makes the error of a check of the arguments a usage error that shows how the command is used.
func args(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		err := check(cmd, args)
		switch {
		case err == nil:
			return nil
		case cmd.HasSubCommands():
			return usageError(err, cmd.CommandPath()+" --help lists the commands")
		}
		return usageError(err, "usage: "+cmd.UseLine())
	}
}
