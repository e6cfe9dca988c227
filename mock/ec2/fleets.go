package ec2

import (
	"context"
	"slices"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// DescribeFleets shows fleets. Those of the type instant are shown only when they are named.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFleets.html
func (s *Service) DescribeFleets(ctx context.Context, in *ec2api.DescribeFleetsInput) (*ec2api.DescribeFleetsOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	out := &ec2api.DescribeFleetsOutput{}
	for _, id := range in.FleetIds {
		at := slices.IndexFunc(r.Fleets, func(f *ec2Fleet) bool { return f.ID == id })
		if at < 0 { // assumed: code and text
			return nil, wire.Errorf("InvalidFleetId.NotFound", "The fleet ID '%s' does not exist", id)
		}
		out.Fleets = append(out.Fleets, r.describeFleet(r.Fleets[at]))
	}
	return out, dryRun(in.DryRun)
}

func (r *region) describeFleet(f *ec2Fleet) types.FleetData {
	onDemand, spot := f.Fulfilled[types.InstanceLifecycleOnDemand], f.Fulfilled[types.InstanceLifecycleSpot]
	out := types.FleetData{FleetId: new(f.ID), FleetState: types.FleetStateCodeActive, Type: types.FleetTypeInstant, CreateTime: new(f.Created),
		FulfilledCapacity: new(onDemand + spot), FulfilledOnDemandCapacity: new(onDemand), Tags: sdkTags(r.Tags[f.ID]),
		TargetCapacitySpecification: new(as[types.TargetCapacitySpecification](treeOf(f.Target))),
		LaunchTemplateConfigs: mapped(f.Configs, func(c types.FleetLaunchTemplateConfigRequest) types.FleetLaunchTemplateConfig {
			return as[types.FleetLaunchTemplateConfig](treeOf(c))
		}),
		Instances: mapped(f.Instances, func(i types.CreateFleetInstance) types.DescribeFleetsInstances {
			return as[types.DescribeFleetsInstances](treeOf(i))
		}),
		Errors: mapped(f.Errors, func(e types.CreateFleetError) types.DescribeFleetError {
			return as[types.DescribeFleetError](treeOf(e))
		}),
	}
	if f.Token != "" {
		out.ClientToken = new(f.Token)
	}
	return out
}
