package cmd

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

func newMockIMDSCommand(env *Env) *cobra.Command {
	var shut bool
	command := &cobra.Command{
		Use:   "imds [ID[=PORT]]",
		Short: "Serve an instance's metadata on a port, or list and end what is served",
		Long: `Lets a served mock answer as the instance metadata service of an instance, on a loopback port of the mock's machine: a free
one, or PORT. Programs that are meant to run on that instance find it by AWS_EC2_METADATA_SERVICE_ENDPOINT: tokens, its
identity, its tags, its notices, and credentials of its role that the mock accepts and checks.

Without ID it lists what is served. --close ends one.

EXIT STATUS
` + exitHelp(ExitDone, ExitFailed, ExitUsage),
		Example: "  muster mock imds i-0123456789abcdef0\n  muster mock imds i-0123456789abcdef0 --close\n  muster mock imds",
		Args:    args(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			return runMockIMDS(c.Context(), env, strings.Join(args, ""), shut)
		},
	}
	command.Flags().BoolVar(&shut, "close", false, "end serving the metadata of ID")
	return command
}

// metadataPort is a row of mock imds.
type metadataPort struct {
	InstanceID string `json:"instanceId"`
	URL        string `json:"url"`
}

func runMockIMDS(ctx context.Context, env *Env, instance string, shut bool) error {
	var id string
	var port int
	if instance != "" {
		var err error
		if id, port, err = parseIMDS(instance); err != nil {
			return err
		}
	} else if shut {
		return usageErrorf("--close needs the ID of an instance; muster mock imds lists them")
	}
	control, done, err := env.control(ctx, false)
	if err != nil {
		return err
	}
	switch {
	case shut:
		err = control.closeIMDS(ctx, id)
	case id != "":
		err = control.openIMDS(ctx, id, port)
	}
	var open map[string]string
	if err == nil {
		open, err = control.imds(ctx)
	}
	if err != nil {
		return joinDone(err, done)
	}
	return joinDone(env.printIMDS(open), done)
}

func (env *Env) printIMDS(open map[string]string) error {
	ports := []metadataPort{}
	t := newTable("INSTANCE", "AWS_EC2_METADATA_SERVICE_ENDPOINT")
	for _, id := range slices.Sorted(maps.Keys(open)) {
		ports = append(ports, metadataPort{id, open[id]})
		t.add(id, open[id])
	}
	return env.print(output{value: ports, rows: t})
}
