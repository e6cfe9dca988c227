package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/musterhq/muster/fleet"
)

func newLsCommand(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "ls [SELECTOR | ID...]",
		Short: "List instances",
		Long: `Lists instances, sorted by name, with what Systems Manager knows of their agents: without a selector all of them.
Terminated instances are listed as long as EC2 tells of them, about an hour.

Changes nothing. Costs one EC2 call for each 1,000 instances, and one SSM call for each 1,000 nodes of the account or for
each 50 instances, whichever is less. Where SSM does not answer, the column shows "?" and a warning says why.

EXIT STATUS
` + exitHelp(ExitDone, ExitFailed, ExitUsage, ExitPartial, ExitDenied),
		Example: "  muster ls\n  muster ls 'web-*,state=running'\n  muster ls role=web --output json",
		Args:    args(cobra.ArbitraryArgs),
		RunE:    func(c *cobra.Command, args []string) error { return runLs(c.Context(), env, args) },
	}
}

// lsJSON is what `muster ls` and `muster show` print with --output json.
type lsJSON struct {
	Region    string         `json:"region"`
	Instances []instanceJSON `json:"instances"`
	Missing   []string       `json:"missing,omitempty"`
	SSMError  string         `json:"ssmError,omitempty"` // why no instance has its member ssm
}

func listingJSON(region string, listing fleet.Listing) lsJSON {
	out := lsJSON{Region: region, Instances: allToJSON(listing.Instances), Missing: listing.Missing}
	if listing.NodesErr != nil {
		out.SSMError = oneLine(describe(listing.NodesErr))
	}
	return out
}

func runLs(ctx context.Context, env *Env, args []string) error {
	selector := fleet.All()
	if len(args) > 0 {
		var err error
		if selector, err = env.selectorToRead(args); err != nil {
			return err
		}
	}
	scope, listing, err := env.find(ctx, selector, fleet.ListOptions{Nodes: true})
	if err != nil {
		return err
	}
	if err := env.print(output{value: listingJSON(scope.Region(), listing), rows: lsTable(listing)}); err != nil {
		return err
	}
	if len(listing.Missing) > 0 {
		return missingError("ls", listing.Missing)
	}
	return nil
}

func lsTable(listing fleet.Listing) *table {
	t := newTable("ID", "NAME", "STATE", "TYPE", "ZONE", "PRIVATE-IP", "SSM", "LAUNCHED")
	for _, i := range listing.Instances {
		t.add(i.ID, i.Name, stateCell(i.State), i.Type, i.Zone, i.PrivateIP, pingCell(i.Node, listing.NodesErr), timeText(i.LaunchTime))
	}
	return t
}
