package cmd

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/spf13/cobra"

	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/world"
)

// demoPace is how many seconds of the demo's AWS pass in one of the viewer's: its
// machines boot as slowly as real ones.
const demoPace = 20

// demoStep is one thing that the demo shows: what it is for, the command, and the exit
// code that the command must end with.
type demoStep struct {
	about string
	args  []string
	code  int
}

// demoSteps are muster's main job.
func demoSteps() []demoStep {
	version := []string{"run", "role=web", "--", "cat /srv/app/VERSION"}
	return []demoStep{
		{"The fleet: four web servers. A launch template to make more is there, too.", []string{"ls"}, ExitDone},
		{"Launch two more from the template, and wait until Systems Manager reaches them.", []string{"launch", "web", "--count", "2", "--name", "web-new", "--wait", "ssm"}, ExitDone},
		{"Which version do they run? One command on all of them; equal answers are folded, failures come last.", version, ExitPartial},
		{"Bring them all to the same version.", []string{"run", "role=web", "--", "mkdir -p /srv/app; echo 1.4.2 > /srv/app/VERSION"}, ExitDone},
		{"Stop the fleet for the night.", []string{"stop", "role=web", "--wait", "--yes"}, ExitDone},
		{"Nothing acts on a machine that was not meant: an unset variable is refused, never read as all.", []string{"start", "env="}, ExitUsage},
		{"Start it in the morning.", []string{"start", "role=web", "--wait"}, ExitDone},
	}
}

// demoFleet is what the demo starts with: one of the servers has fallen behind.
func demoFleet() mock.Fleet {
	tags := map[string]string{"role": "web", "env": "dev"}
	server := func(name, version string) mock.Group {
		return mock.Group{Count: 1, Name: name, Tags: tags, Files: map[string]string{"/srv/app/VERSION": version + "\n"}}
	}
	return mock.Fleet{
		Templates: []mock.Template{{Name: "web", Tags: tags}},
		Groups:    []mock.Group{server("web-1", "1.4.2"), server("web-2", "1.4.2"), server("web-3", "1.4.1"), server("web-4", "1.4.2")},
	}
}

func newDemoCommand(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Show the main job on an offline AWS of its own",
		Long: `Launches machines, runs a command on them, stops and starts them, and shows each command with its answer. It all happens
on an offline AWS inside this process, whose clock runs ` + fmt.Sprint(demoPace) + ` times as fast; nothing is kept.

EXIT STATUS
` + exitHelp(ExitDone, ExitFailed, ExitUsage),
		Example: "  muster demo",
		Args:    args(cobra.NoArgs),
		RunE:    func(c *cobra.Command, _ []string) error { return runDemo(c.Context(), env) },
	}
}

func runDemo(ctx context.Context, env *Env) error {
	if env.flags.query.given() || env.flags.output != outputTable {
		return usageErrorf("demo: it shows commands as people see them, and has no --output and no --query")
	}
	server := mock.New(world.Settings{Seed: 1})
	if _, err := server.Seed(mock.Here, demoFleet()); err != nil {
		return err
	}
	if err := server.SetRate(demoPace); err != nil {
		return err
	}
	for _, step := range demoSteps() {
		if err := env.showStep(ctx, server, step); err != nil {
			return err
		}
	}
	return nil
}

// showStep prints a command and runs it as a person would, in an environment that has
// nothing of the user's but the streams.
func (env *Env) showStep(ctx context.Context, server *mock.Server, step demoStep) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	fmt.Fprintf(env.Stdout, "# %s\n$ muster %s\n", step.about, shellLine(step.args))
	inner := &Env{
		Stdin: strings.NewReader(""), Stdout: env.Stdout, Stderr: env.Stdout, Terminal: env.Terminal,
		Getenv: func(name string) string {
			if name == "NO_COLOR" || name == "TERM" {
				return env.Getenv(name)
			}
			return ""
		},
		AWS: func(context.Context) (aws.Config, error) { return server.Config(), nil },
	}
	inner.Terminal.Stdin, inner.Terminal.Live = false, false
	code := inner.invoke(ctx, step.args)
	fmt.Fprintln(env.Stdout)
	if err := context.Cause(ctx); err != nil {
		return err
	}
	if code != step.code {
		return fmt.Errorf("demo: muster %s ended with %d, not with %d", shellLine(step.args), code, step.code)
	}
	return nil
}

// shellLine is how a person types arguments.
func shellLine(args []string) string {
	quoted := make([]string, len(args))
	for i, arg := range args {
		if strings.ContainsAny(arg, " ;>*$'\"|&") {
			arg = "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
		}
		quoted[i] = arg
	}
	return strings.Join(quoted, " ")
}
