package cmd

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/musterhq/muster/fleet"
)

func newConsoleCommand(env *Env) *cobra.Command {
	var latest bool
	c := &cobra.Command{
		Use:   "console SELECTOR | ID",
		Short: "Show what an instance printed to its console",
		Long: `Shows the serial console of one instance, at most its last 64 KB: what the kernel and the system said while they started,
which tells why a machine does not come up. EC2 posts it some minutes after a boot, a reboot or a stop; --latest shows what is
there now, which types on the Nitro system have.

Changes nothing. Costs one EC2 call to find the instance and one for the console.

EXIT STATUS
` + exitHelp(ExitDone, ExitFailed, ExitUsage, ExitPartial, ExitDenied),
		Example: "  muster console web-1\n  muster console web-1 --latest",
		Args:    args(cobra.ArbitraryArgs),
		RunE:    func(c *cobra.Command, args []string) error { return runConsole(c.Context(), env, latest, args) },
	}
	c.Flags().BoolVar(&latest, "latest", false, "what is there now, instead of what was posted last")
	return c
}

// consoleJSON is what console prints with --output json.
type consoleJSON struct {
	ID     string    `json:"id"`
	Name   string    `json:"name,omitempty"`
	Time   time.Time `json:"time,omitzero"`
	Output string    `json:"output"`
}

func runConsole(ctx context.Context, env *Env, latest bool, args []string) error {
	selector, err := env.selector(args)
	if err != nil {
		return err
	}
	scope, listing, err := env.find(ctx, selector, fleet.ListOptions{})
	if err != nil {
		return err
	}
	switch n := len(listing.Instances); {
	case n == 0 && len(listing.Missing) > 0:
		return missingError("console", listing.Missing)
	case n == 0:
		return noMatch("console", selector)
	case n+len(listing.Missing) > 1:
		return usageError(fmt.Errorf("console: %s match %s; it shows one", count(n, "instance"), selector), "name one by id")
	}
	instance := listing.Instances[0]
	console, err := fleet.NewInventory(scope.Config).Console(ctx, instance.ID, latest)
	if err != nil {
		return err
	}
	if console.Output == "" {
		env.notef("nothing has been posted yet")
		if !latest {
			env.hintf("--latest shows what is there now")
		}
	}
	return env.print(output{
		value:  consoleJSON{ID: instance.ID, Name: instance.Name, Time: console.At.UTC(), Output: console.Output},
		people: func(w io.Writer) error { _, err := io.WriteString(w, visible(console.Output)); return err },
	})
}
