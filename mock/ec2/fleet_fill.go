package ec2

import (
	"cmp"
	"errors"
	"maps"
	"math"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
)

// fleetShare is what a fleet wants of one market.
type fleetShare struct {
	market   types.InstanceLifecycle
	target   float64 // in units of capacity
	strategy string
	behavior types.InstanceInterruptionBehavior // of Spot Instances
}

// fillFleet launches one market's share, pool by pool in the order of the strategy, until
// the target is reached or no pool has more to give.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-fleet-allocation-strategy.html
func (s *Service) fillFleet(r *region, f *ec2Fleet, share fleetShare, pools []fleetPool) {
	pools = r.ordered(pools, share)
	missing := share.target
	for n, p := range pools {
		if missing <= 0 {
			return
		}
		want := missing
		if share.strategy == string(types.SpotAllocationStrategyDiversified) {
			want = math.Ceil(missing / float64(len(pools)-n))
		}
		missing -= s.fillPool(r, f, share, p, int(math.Ceil(want/p.weight)))
	}
}

// fillPool launches up to so many instances in one pool, and notes them, and why there
// are not more.
func (s *Service) fillPool(r *region, f *ec2Fleet, share fleetShare, p fleetPool, want int) float64 {
	l, err := r.plan(share.over(p), p.system)
	if err == nil {
		err = r.fit(&l, 1, want)
	}
	if err != nil {
		f.fail(p, share, err)
		return 0
	}
	made := s.launch(r, l)
	out := types.CreateFleetInstance{InstanceType: types.InstanceType(l.figures.name), LaunchTemplateAndOverrides: &p.shown, Lifecycle: share.market,
		InstanceIds: mapped(made, func(i *instance) string { return i.ID })}
	f.Instances = append(f.Instances, out)
	f.Fulfilled[share.market] += float64(len(made)) * p.weight
	if len(made) < want { // what else was wanted there was not to be had
		rest := l
		if err := r.fit(&rest, 1, want-len(made)); err != nil {
			f.fail(p, share, err)
		}
	}
	return float64(len(made)) * p.weight
}

func (f *ec2Fleet) fail(p fleetPool, share fleetShare, err error) {
	code, text := "InternalError", err.Error()
	if e, ok := errors.AsType[*wire.Error](err); ok {
		code, text = e.Code, e.Message
	}
	f.Errors = append(f.Errors, types.CreateFleetError{ErrorCode: new(code), ErrorMessage: new(text), LaunchTemplateAndOverrides: &p.shown, Lifecycle: share.market})
}

// over is a pool's arguments in the share's market.
func (share fleetShare) over(p fleetPool) templateData {
	args := maps.Clone(p.args)
	delete(args, "InstanceMarketOptions")
	if share.market == types.InstanceLifecycleSpot {
		options := map[string]any{}
		if share.behavior != "" {
			options["InstanceInterruptionBehavior"] = string(share.behavior)
		}
		if p.shown.Overrides.MaxPrice != nil {
			options["MaxPrice"] = *p.shown.Overrides.MaxPrice
		}
		args["InstanceMarketOptions"] = map[string]any{"MarketType": "spot", "SpotOptions": options}
	}
	return args
}

// ordered puts pools into the order in which a strategy takes them; among equals the
// request's order counts. assumed: what stands for a price is the size of a type for each
// unit of capacity, and that the two strategies with price and capacity look at the
// capacity alone.
func (r *region) ordered(pools []fleetPool, share fleetShare) []fleetPool {
	byPriority := func(a, b fleetPool) int { return cmp.Compare(a.priority, b.priority) }
	bySize := func(a, b fleetPool) int { return cmp.Compare(a.size(), b.size()) }
	byCapacity := func(a, b fleetPool) int { return cmp.Compare(r.poolLeft(b), r.poolLeft(a)) }
	order, ok := map[string]func(a, b fleetPool) int{
		"prioritized":                    byPriority,
		"lowest-price":                   bySize,
		"lowestPrice":                    bySize,
		"capacity-optimized":             byCapacity,
		"price-capacity-optimized":       byCapacity,
		"capacity-optimized-prioritized": func(a, b fleetPool) int { return cmp.Or(byCapacity(a, b), byPriority(a, b)) },
	}[share.strategy]
	if !ok {
		return pools
	}
	return slices.SortedStableFunc(slices.Values(pools), order)
}

// size stands for the price of a unit of a pool's capacity.
func (p fleetPool) size() float64 {
	return (float64(p.figures.vcpus)*4096 + float64(p.figures.memoryMiB)) / p.weight
}

// poolLeft is how many Spot Instances a pool has left.
func (r *region) poolLeft(p fleetPool) int {
	zone := deref(p.shown.Overrides.AvailabilityZone)
	if sub := r.subnet(deref(p.shown.Overrides.SubnetId)); sub != nil {
		zone = sub.Zone
	}
	if zone != "" {
		return r.left(p.figures.name, zone, "spot")
	}
	left := 0
	for _, zone := range zonesOf(r.Scope.Region) {
		left = max(left, r.left(p.figures.name, zone, "spot"))
	}
	return left
}
