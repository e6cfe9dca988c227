package cmd

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/musterhq/muster/fleet"
	"github.com/musterhq/muster/fleet/command"
)

func newRunCommand(env *Env) *cobra.Command {
	var o runOptions
	cmd := &cobra.Command{
		Use:   "run SELECTOR | ID... [flags] [-- COMMAND [ARGUMENT...]]",
		Short: "Run a shell command or script on instances",
		Long: `Runs shell text on every selected instance, through Run Command of AWS Systems Manager (document AWS-RunShellScript), and
waits for all nodes that it was sent to. It runs there as root.

A single argument after -- is shell text, run as it is: -- 'df -h | tail -1'. Several are the words of one command, and
reach the node exactly as they are here: -- grep -r 'a b' /etc.

--document runs another Command document in place of the command, AWS's or your own: its version is looked up and frozen, and
its parameters are checked, before anything is sent. muster document show NAME lists them. Of a document with several steps the
answer is what all of them wrote, and the exit code that of the first one that failed.

A shell command is sent to Linux and macOS only, and a document to what it supports. Other instances, and those
that SSM cannot reach, are named and left out before anything is sent; they count as failed. What was decided is
what is sent: the ids of this moment, not a tag that AWS would resolve later.

Answers that are alike are folded: how many nodes gave them and which, then the output, standard error marked with !. What
failed comes last. --raw prints each node's answer as it comes, with its name before each line. --output json prints one
line for each event, among them one "node" for each answer, and "finished" at the end. --output-dir writes each node's
standard output and standard error to files as well, and a summary.json of all nodes, for one more call a node.

--max-concurrency and --max-errors count over the whole selection, however many commands it takes. The default of both is
100%: all nodes at once, and all of them answer, whoever fails. (SSM's own defaults are 50 and 0.) When more nodes have
failed than --max-errors allows, nothing further is sent; what is under way goes on, and is waited for.

The first Ctrl-C sends nothing further, cancels on the nodes and prints what had finished; the second leaves at once.

Systems Manager keeps 24,000 characters of standard output and 8,000 of standard error.

Costs the calls of muster ls, then for each 50 nodes one call to send and one to collect, a call for each node with more
than 2,500 characters of output, and while it waits a call for each 50 commands after 0.5 to 5 seconds. Where slow nodes
hold back the answers of others, these are read early: one more call for each 50 nodes, and one each ten seconds.

EXIT STATUS
` + exitHelp(ExitDone, ExitFailed, ExitUsage, ExitPartial, ExitDenied, ExitRefused, ExitInterrupted),
		Example: `  muster run role=web -- uptime
  muster run role=web -- 'systemctl is-active nginx || journalctl -u nginx -n 20'
  muster run all --script ./audit.sh --max-concurrency 10% --max-errors 5
  muster run role=web --document AWS-RunShellScript --param commands=uptime --dry-run`,
		RunE: func(cmd *cobra.Command, args []string) error {
			selector, words := splitAtDash(args, cmd.ArgsLenAtDash())
			o.words, o.scriptGiven, o.timeoutGiven = words, cmd.Flags().Changed("script"), cmd.Flags().Changed("timeout")
			o.files.given = cmd.Flags().Changed("output-dir")
			return runRun(cmd.Context(), env, o, selector)
		},
	}
	o.addFlags(cmd)
	return cmd
}

// splitAtDash divides the arguments into those before and those after "--". A negative dash: there was none.
func splitAtDash(args []string, dash int) (selector, words []string) {
	if dash < 0 {
		return args, nil
	}
	return args[:dash], args[dash:]
}

type runOptions struct {
	guard          guardFlags
	words          []string // after --
	scriptFile     string
	scriptGiven    bool
	document       documentFlags
	timeoutGiven   bool
	timeout        time.Duration
	delivery       time.Duration
	maxConcurrency command.Limit
	maxErrors      command.Limit
	comment        string
	raw            bool
	files          filesFlags
}

func (o *runOptions) addFlags(cmd *cobra.Command) {
	set := cmd.Flags()
	set.SortFlags = false
	set.StringVar(&o.scriptFile, "script", "", "run the shell script in this `FILE` (-: from standard input)")
	o.document.addFlags(set)
	set.DurationVar(&o.timeout, "timeout", command.DefaultExecutionTimeout, "how long the script may run on a node, 5s to 48h")
	set.DurationVar(&o.delivery, "delivery-timeout", command.DefaultDeliveryTimeout, "how long SSM tries to reach a node, from 30s; a silent one is given up after this and --timeout together")
	set.Var(&limitFlag{&o.maxConcurrency, command.ParseConcurrency}, "max-concurrency", "run on at most `N` nodes, or P%, at the same time (default 100%)")
	set.Var(&limitFlag{&o.maxErrors, command.ParseErrors}, "max-errors", "send nothing further once more than `N` nodes, or P%, have failed (default 100%)")
	set.StringVar(&o.comment, "comment", "", "`TEXT` for the command's comment in AWS, after the run's key")
	set.BoolVar(&o.raw, "raw", false, "print each node's output as it comes, its name before each line")
	o.files.addFlags(set)
	o.guard.addFlags(set)
}

// limitFlag makes a command.Limit a flag. An empty value, which an unset variable leaves, is refused like any other that
// is no limit.
type limitFlag struct {
	limit *command.Limit
	parse func(string) (command.Limit, error)
}

func (f *limitFlag) String() string {
	if f.limit == nil { // cobra asks the zero value for its text
		return ""
	}
	return f.limit.String()
}

func (f *limitFlag) Set(text string) error {
	limit, err := f.parse(text)
	*f.limit = limit
	return err
}

func (f *limitFlag) Type() string { return "limit" }

func runRun(ctx context.Context, env *Env, o runOptions, selection []string) error {
	selector, err := env.selector(selection)
	if err != nil {
		return o.selectorError(err, selection)
	}
	if err := cmp.Or(o.files.check(), o.document.check(&o)); err != nil {
		return err
	}
	request, err := o.request(env)
	if err != nil {
		return err
	}
	scope, err := env.Scope(ctx)
	if err != nil {
		return err
	}
	if err := o.fetchDocument(ctx, scope.Config, &request); err != nil {
		return err
	}
	listing, err := fleet.NewInventory(scope.Config).List(ctx, selector, fleet.ListOptions{Nodes: true, Now: env.selectorTime(ctx, scope.Config, selector)})
	if err == nil {
		err = listing.NodesErr // without it nobody knows what can be sent to
	}
	if err != nil {
		return fmt.Errorf("run: %w", err)
	}
	selected := command.SelectFor(request.Document, listing, selector)
	if selected.Selected+len(selected.LeftOut) == 0 {
		return noMatch("run", selector)
	}
	env.noteSelection(selected)
	if !o.document.given() && slices.ContainsFunc(listing.Instances, isWindows) {
		env.hintf("machines with Windows take PowerShell: --document AWS-RunPowerShellScript --param commands=…")
	}
	request.Targets = selected.Targets
	plan, err := env.approveRun(ctx, o, selected, request, env.place(scope))
	if err != nil || plan == nil {
		return err
	}
	runner := command.NewRunner(scope.Config)
	runner.WholeStreams = o.files.dir != ""
	return env.applyRun(ctx, o, runner, *plan, selected.LeftOut)
}

// isWindows reports whether SSM reaches a machine, and knows it as one with Windows.
func isWindows(i fleet.Instance) bool {
	return i.State == fleet.Running && i.Node.Ping == fleet.Online && i.Node.PlatformType == "Windows"
}

// selectorError adds to a refused selector what most likely happened: a command without its --.
func (o *runOptions) selectorError(err error, selection []string) error {
	refused, ok := errors.AsType[*fleet.SelectorError](err)
	if ok && refused.Kind == fleet.SeveralSelectors && len(o.words) == 0 && !o.scriptGiven {
		return usageError(err, fmt.Sprintf("put -- before the command: muster run %s -- …", selection[0]))
	}
	return err
}

// request is what the flags ask for, without its targets, checked as far as it can be without them.
func (o *runOptions) request(env *Env) (command.Request, error) {
	request := command.Request{
		ExecutionTimeout: o.timeout,
		DeliveryTimeout:  o.delivery,
		MaxConcurrency:   o.maxConcurrency,
		MaxErrors:        o.maxErrors,
		Comment:          o.comment,
	}
	if o.document.given() { // its parameters are checked once it is known
		return request, nil
	}
	var err error
	if request.Script, err = o.script(env); err != nil {
		return request, err
	}
	return request, o.requestError(request.Check())
}

// approveRun makes the plan and gets a person's word for it where that is needed. No plan and no error: --dry-run has
// printed it.
func (env *Env) approveRun(
	ctx context.Context, o runOptions, selected command.Selection, request command.Request, where string,
) (*command.Plan, error) {
	in := intent{verb: "run", class: fleet.Acts, selected: selected.Selected, machines: len(selected.Targets), where: where}
	var plan command.Plan
	if len(selected.Targets) > 0 {
		key, err := command.NewKey(time.Now(), rand.Reader)
		if err != nil {
			return nil, err
		}
		if plan, err = command.NewPlan(key, request); err != nil {
			return nil, o.requestError(err)
		}
	}
	in.plan = runPlanOutput(plan, selected.LeftOut, o.guard.dryRun)
	in.calls = runCalls(plan, o.files.dir != "")
	approved, err := env.approve(ctx, o.guard, in)
	if err != nil || !approved {
		return nil, err
	}
	return &plan, nil
}

// applyRun carries the plan out and shows what happens. A plan without nodes leaves only those to be told of that were left out.
func (env *Env) applyRun(
	ctx context.Context, o runOptions, runner *command.Runner, plan command.Plan, leftOut []command.LeftOut,
) error {
	files, err := openOutputDir(o.files.dir)
	if err != nil {
		return err
	}
	view := newRunView(env, o.raw, plan)
	view.files = files
	failure := view.begin(leftOut)
	if plan.Nodes() > 0 && failure == nil {
		view.goLive(plan)
		failure = view.follow(runner.Run(ctx, plan))
	}
	failure = cmp.Or(failure, view.end())
	if failure = errors.Join(failure, files.close()); failure != nil {
		return fmt.Errorf("run: %w", failure)
	}
	return view.verdict()
}

// follow shows what happens in a run, until it ends or nobody can be told any more.
func (v *runView) follow(events iter.Seq2[command.Event, error]) error {
	for event, err := range events {
		if err == nil {
			err = v.show(event)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
