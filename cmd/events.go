package cmd

import (
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/musterhq/muster/fleet"
)

func newEventsCommand(env *Env) *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use:   "events [SELECTOR | ID...]",
		Short: "List what AWS is going to do to instances",
		Long: `Lists scheduled events: reboots, maintenance, stops and retirements that AWS has announced, the next one first. Without a
selector those of every instance. An event that can be put off has a deadline. --all lists those that are over too, which AWS
shows for up to a week.

Changes nothing. Costs one EC2 call for the events (for each 1,000 instances that have any), and one to find the instances.

EXIT STATUS
` + exitHelp(ExitDone, ExitFailed, ExitUsage, ExitPartial, ExitDenied),
		Example: "  muster events\n  muster events role=web --all --output json",
		Args:    args(cobra.ArbitraryArgs),
		RunE:    func(c *cobra.Command, args []string) error { return runEvents(c.Context(), env, all, args) },
	}
	c.Flags().BoolVar(&all, "all", false, "those that are over, too")
	return c
}

// eventsJSON is what events prints with --output json.
type (
	eventsJSON struct {
		Region  string      `json:"region"`
		Events  []eventJSON `json:"events"`
		Missing []string    `json:"missing,omitempty"`
	}
	eventJSON struct {
		ID          string    `json:"id"`
		Name        string    `json:"name,omitempty"`
		EventID     string    `json:"eventId"`
		Code        string    `json:"code"`
		Description string    `json:"description,omitempty"`
		NotBefore   time.Time `json:"notBefore,omitzero"`
		NotAfter    time.Time `json:"notAfter,omitzero"`
		Deadline    time.Time `json:"deadline,omitzero"`
		Over        bool      `json:"over,omitempty"`
	}
)

func runEvents(ctx context.Context, env *Env, all bool, args []string) error {
	selector := fleet.All()
	if len(args) > 0 {
		var err error
		if selector, err = env.selector(args); err != nil {
			return err
		}
	}
	scope, listing, err := env.find(ctx, selector, fleet.ListOptions{})
	if err != nil {
		return err
	}
	if len(listing.Instances)+len(listing.Missing) == 0 && len(args) > 0 {
		return noMatch("events", selector) // a typing error is no good news
	}
	events, err := fleet.NewInventory(scope.Config).Events(ctx)
	if err != nil {
		return err
	}
	if err := env.print(eventsOutput(scope.Region(), listing, events, all)); err != nil {
		return err
	}
	if len(listing.Missing) > 0 {
		return missingError("events", listing.Missing)
	}
	return nil
}

func eventsOutput(region string, listing fleet.Listing, events map[string][]fleet.Event, all bool) output {
	out := eventsJSON{Region: region, Events: []eventJSON{}, Missing: listing.Missing}
	for _, i := range listing.Instances {
		for _, e := range events[i.ID] {
			if e.Over && !all {
				continue
			}
			out.Events = append(out.Events, eventJSON{ID: i.ID, Name: i.Name, EventID: e.ID, Code: e.Code, Description: e.Description,
				NotBefore: e.NotBefore.UTC(), NotAfter: e.NotAfter.UTC(), Deadline: e.Deadline.UTC(), Over: e.Over})
		}
	}
	slices.SortStableFunc(out.Events, func(a, b eventJSON) int { return a.NotBefore.Compare(b.NotBefore) })
	t := newTable("ID", "NAME", "EVENT", "NOT-BEFORE", "NOT-AFTER", "DEADLINE", "DESCRIPTION")
	for _, e := range out.Events {
		t.add(e.ID, e.Name, e.Code, timeText(e.NotBefore), timeText(e.NotAfter), timeText(e.Deadline), e.Description)
	}
	return output{value: out, rows: t}
}
