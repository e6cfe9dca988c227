package settings

import (
	"context"

	"github.com/musterhq/muster/fleet"
)

// each does what AWS takes for one instance at a time to all that the plan changes.
func (s *Settings) each(ctx context.Context, plan Plan, do func(ctx context.Context, id string) error) ([]Result, error) {
	failed, err := fleet.Each(ctx, instanceIDs(plan.Change), do)
	return plan.results(failed, err)
}
