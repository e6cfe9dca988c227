package ec2

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// ec2Fleet is an EC2 Fleet of the type instant: it has launched what it could, and does
// nothing more.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instant-fleet.html
type ec2Fleet struct {
	Seq       int64                                    `json:"seq"`
	ID        string                                   `json:"id"`
	Created   time.Time                                `json:"created"`
	Token     string                                   `json:"token,omitempty"`
	Target    types.TargetCapacitySpecificationRequest `json:"target"`
	Configs   []types.FleetLaunchTemplateConfigRequest `json:"configs"`
	Instances []types.CreateFleetInstance              `json:"instances"`
	Errors    []types.CreateFleetError                 `json:"errors"`
	Fulfilled map[types.InstanceLifecycle]float64      `json:"fulfilled"` // in units of capacity
}

// fleetMembers are the members of CreateFleet, by their paths, that are acted on.
var fleetMembers = []string{
	"ClientToken", "DryRun", "Type",
	"LaunchTemplateConfigs.LaunchTemplateSpecification.LaunchTemplateId", "LaunchTemplateConfigs.LaunchTemplateSpecification.LaunchTemplateName",
	"LaunchTemplateConfigs.LaunchTemplateSpecification.Version",
	"LaunchTemplateConfigs.Overrides.AvailabilityZone", "LaunchTemplateConfigs.Overrides.ImageId", "LaunchTemplateConfigs.Overrides.InstanceType",
	"LaunchTemplateConfigs.Overrides.MaxPrice", "LaunchTemplateConfigs.Overrides.Priority", "LaunchTemplateConfigs.Overrides.SubnetId",
	"LaunchTemplateConfigs.Overrides.WeightedCapacity", "OnDemandOptions.AllocationStrategy", "SpotOptions.AllocationStrategy",
	"SpotOptions.InstanceInterruptionBehavior", "TagSpecifications.ResourceType", "TagSpecifications.Tags.Key", "TagSpecifications.Tags.Value",
	"TargetCapacitySpecification.DefaultTargetCapacityType", "TargetCapacitySpecification.OnDemandTargetCapacity",
	"TargetCapacitySpecification.SpotTargetCapacity", "TargetCapacitySpecification.TotalTargetCapacity",
}

// CreateFleet launches instances over several pools at once. Of its types instant is
// modelled, without minimum capacity. What a pool cannot give is among the answer's
// errors; the call itself succeeds.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFleet.html
func (s *Service) CreateFleet(ctx context.Context, in *ec2api.CreateFleetInput) (*ec2api.CreateFleetOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	sum := digest(in, "ClientToken", "DryRun")
	made, err := r.madeBefore("CreateFleet", in.ClientToken, sum)
	if err != nil {
		return nil, err
	}
	if at := slices.IndexFunc(r.Fleets, func(f *ec2Fleet) bool { return made != "" && f.ID == made }); at >= 0 {
		return r.Fleets[at].created(), nil
	}
	tags, onDemand, spot, err := readFleet(in)
	if err != nil {
		return nil, err
	}
	f := &ec2Fleet{Seq: r.nextSeq(), ID: "fleet-" + s.world.UUID(), Created: s.world.Now().Truncate(time.Second), Token: deref(in.ClientToken),
		Target: *in.TargetCapacitySpecification, Configs: in.LaunchTemplateConfigs, Fulfilled: map[types.InstanceLifecycle]float64{},
		Instances: []types.CreateFleetInstance{}, Errors: []types.CreateFleetError{}} // EC2 answers empty lists, too
	pools, err := r.pools(f, tags)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	s.fillFleet(r, f, fleetShare{types.InstanceLifecycleOnDemand, onDemand, string(onDemandStrategy(in)), ""}, pools)
	s.fillFleet(r, f, fleetShare{types.InstanceLifecycleSpot, spot, string(spotStrategy(in)), spotBehavior(in)}, pools)
	r.Fleets = append(r.Fleets, f)
	r.setTags(f.ID, tags[types.ResourceTypeFleet])
	r.keepToken("CreateFleet", in.ClientToken, sum, f.ID)
	return f.created(), nil
}

// readFleet checks a request and splits its target over the two markets.
func readFleet(in *ec2api.CreateFleetInput) (tags map[types.ResourceType]map[string]string, onDemand, spot float64, err error) {
	fail := func(err error) (map[types.ResourceType]map[string]string, float64, float64, error) {
		return nil, 0, 0, err
	}
	t := in.TargetCapacitySpecification
	switch {
	case in.Type != types.FleetTypeInstant:
		return fail(wire.Errorf("UnknownParameter", "muster's mock models no fleets but those of the type instant"))
	case t == nil || t.TotalTargetCapacity == nil:
		return fail(missingParameter("TargetCapacitySpecification.TotalTargetCapacity"))
	case len(in.LaunchTemplateConfigs) == 0:
		return fail(missingParameter("LaunchTemplateConfigs"))
	}
	if name := firstUnmodelled(treeOf(in), "", fleetMembers); name != "" {
		return fail(wire.Errorf("UnknownParameter", "muster's mock does not model the parameter %s of CreateFleet", name))
	}
	for _, spec := range in.TagSpecifications {
		if spec.ResourceType != types.ResourceTypeFleet && spec.ResourceType != types.ResourceTypeInstance { // assumed: the text
			return fail(wire.Errorf("InvalidParameterValue", "'%s' is not a valid taggable resource type for this operation.", spec.ResourceType))
		}
	}
	if tags, err = tagsByType(in.TagSpecifications, types.ResourceTypeFleet); err != nil {
		return fail(err)
	}
	onDemand, spot = float64(number(t.OnDemandTargetCapacity)), float64(number(t.SpotTargetCapacity))
	rest := float64(*t.TotalTargetCapacity) - onDemand - spot
	switch { // assumed: the texts
	case *t.TotalTargetCapacity < 1 || rest < 0:
		return fail(wire.Errorf("InvalidTargetCapacitySpecification", "The target capacities do not add up to the total of %d", *t.TotalTargetCapacity))
	case rest > 0 && t.DefaultTargetCapacityType == types.DefaultTargetCapacityTypeSpot:
		spot += rest
	case rest > 0 && t.DefaultTargetCapacityType == types.DefaultTargetCapacityTypeOnDemand:
		onDemand += rest
	case rest > 0:
		return fail(wire.Errorf("InvalidTargetCapacitySpecification", "The default target capacity type says what the rest of %v is", rest))
	}
	return tags, onDemand, spot, nil
}

func onDemandStrategy(in *ec2api.CreateFleetInput) types.FleetOnDemandAllocationStrategy {
	if in.OnDemandOptions == nil {
		return types.FleetOnDemandAllocationStrategyLowestPrice
	}
	return cmp.Or(in.OnDemandOptions.AllocationStrategy, types.FleetOnDemandAllocationStrategyLowestPrice)
}

func spotStrategy(in *ec2api.CreateFleetInput) types.SpotAllocationStrategy {
	if in.SpotOptions == nil {
		return types.SpotAllocationStrategyLowestPrice
	}
	return cmp.Or(in.SpotOptions.AllocationStrategy, types.SpotAllocationStrategyLowestPrice)
}

func spotBehavior(in *ec2api.CreateFleetInput) types.InstanceInterruptionBehavior {
	if in.SpotOptions == nil {
		return ""
	}
	return types.InstanceInterruptionBehavior(in.SpotOptions.InstanceInterruptionBehavior)
}

func (f *ec2Fleet) created() *ec2api.CreateFleetOutput {
	return &ec2api.CreateFleetOutput{FleetId: new(f.ID), Instances: f.Instances, Errors: f.Errors}
}

// fleetPool is one way to launch: a template version, and what is laid over it.
type fleetPool struct {
	shown    types.LaunchTemplateAndOverridesResponse
	args     templateData
	system   map[string]string
	weight   float64
	priority float64
	figures  figures
}

// pools are the ways that a fleet may launch in: each override of each template, for each
// subnet that it lists.
func (r *region) pools(f *ec2Fleet, tags map[types.ResourceType]map[string]string) ([]fleetPool, error) {
	var out []fleetPool
	for _, config := range f.Configs {
		spec := config.LaunchTemplateSpecification
		if spec == nil || deref(spec.Version) == "" { // the version is required, unlike for RunInstances
			return nil, missingParameter("LaunchTemplateSpecification.Version")
		}
		t, err := r.template(spec.LaunchTemplateId, spec.LaunchTemplateName)
		if err != nil {
			return nil, err
		}
		v, err := t.version(*spec.Version)
		if err != nil {
			return nil, err
		}
		base := overlay(v.Data, instanceTags(tags[types.ResourceTypeInstance]))
		system := t.systemTags(v)
		system["aws:ec2:fleet-id"] = f.ID
		overrides := config.Overrides
		if len(overrides) == 0 {
			overrides = []types.FleetLaunchTemplateOverridesRequest{{}}
		}
		for _, o := range overrides {
			for subnet := range strings.SplitSeq(deref(o.SubnetId), ",") {
				out = append(out, newPool(base, system, o, strings.TrimSpace(subnet), types.FleetLaunchTemplateSpecification{LaunchTemplateId: new(t.ID), Version: new(versionText(v.Number))}))
			}
		}
	}
	return out, nil
}

func instanceTags(tags map[string]string) templateData {
	if len(tags) == 0 {
		return templateData{}
	}
	return treeOf(types.RequestLaunchTemplateData{TagSpecifications: []types.LaunchTemplateTagSpecificationRequest{{ResourceType: types.ResourceTypeInstance, Tags: sdkTags(tags)}}})
}

func newPool(base templateData, system map[string]string, o types.FleetLaunchTemplateOverridesRequest, subnet string, spec types.FleetLaunchTemplateSpecification) fleetPool {
	p := fleetPool{system: system, weight: 1, priority: math.MaxFloat64}
	shown := as[types.FleetLaunchTemplateOverrides](treeOf(o))
	over := types.RequestLaunchTemplateData{ImageId: o.ImageId, InstanceType: o.InstanceType}
	if o.AvailabilityZone != nil {
		over.Placement = &types.LaunchTemplatePlacementRequest{AvailabilityZone: o.AvailabilityZone}
	}
	args := overlay(base, treeOf(over))
	if subnet != "" {
		shown.SubnetId = &subnet
		if nics, ok := args["NetworkInterfaces"].([]any); ok { // the subnet is the primary interface's
			args["NetworkInterfaces"] = overlayItems("DeviceIndex", nics, []any{map[string]any{"DeviceIndex": 0.0, "SubnetId": subnet}})
		} else {
			args["SubnetId"] = subnet
		}
	}
	if o.WeightedCapacity != nil {
		p.weight = *o.WeightedCapacity
	}
	if o.Priority != nil {
		p.priority = *o.Priority
	}
	kind, _ := args["InstanceType"].(string)
	p.figures, _ = typeNamed(kind)
	p.args, p.shown = args, types.LaunchTemplateAndOverridesResponse{LaunchTemplateSpecification: &spec, Overrides: &shown}
	return p
}
