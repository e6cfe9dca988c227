package ec2_test

import (
	"testing"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/mock"
)

// override is a pool of a fleet.
func override(kind types.InstanceType, zone string, change ...func(*types.FleetLaunchTemplateOverridesRequest)) types.FleetLaunchTemplateOverridesRequest {
	o := types.FleetLaunchTemplateOverridesRequest{InstanceType: kind}
	if zone != "" {
		o.AvailabilityZone = &zone
	}
	for _, f := range change {
		f(&o)
	}
	return o
}

func fleetOf(total int32, market types.DefaultTargetCapacityType, overrides ...types.FleetLaunchTemplateOverridesRequest) *ec2api.CreateFleetInput {
	return &ec2api.CreateFleetInput{Type: types.FleetTypeInstant,
		TargetCapacitySpecification: &types.TargetCapacitySpecificationRequest{TotalTargetCapacity: &total, DefaultTargetCapacityType: market},
		LaunchTemplateConfigs: []types.FleetLaunchTemplateConfigRequest{{
			LaunchTemplateSpecification: &types.FleetLaunchTemplateSpecificationRequest{LaunchTemplateName: new("web"), Version: new("$Latest")}, Overrides: overrides}}}
}

// launched counts a fleet's instances by type, and its errors by code.
func launched(out *ec2api.CreateFleetOutput) map[string]int {
	got := map[string]int{}
	for _, i := range out.Instances {
		got[string(i.InstanceType)] += len(i.InstanceIds)
	}
	for _, e := range out.Errors {
		got[*e.ErrorCode]++
	}
	return got
}

func TestFleetFillsItsPoolsInOrder(t *testing.T) {
	weight := func(w float64) func(*types.FleetLaunchTemplateOverridesRequest) {
		return func(o *types.FleetLaunchTemplateOverridesRequest) { o.WeightedCapacity = &w }
	}
	priority := func(p float64) func(*types.FleetLaunchTemplateOverridesRequest) {
		return func(o *types.FleetLaunchTemplateOverridesRequest) { o.Priority = &p }
	}
	for _, tt := range []struct {
		name  string
		in    *ec2api.CreateFleetInput
		bound []mock.Capacity
		want  map[string]int
	}{
		{"the cheapest", fleetOf(4, "on-demand", override("t3.large", ""), override("t3.small", "")), nil, map[string]int{"t3.small": 4}},
		{"the next where capacity ends", fleetOf(4, "on-demand", override("t3.small", "us-east-1a"), override("t3.large", "us-east-1b")),
			[]mock.Capacity{{Type: "t3.small", Left: 3}}, map[string]int{"t3.small": 3, "t3.large": 1, "InsufficientInstanceCapacity": 1}},
		{"nothing, which is no error of the call", fleetOf(2, "spot", override("t3.small", "us-east-1a")), []mock.Capacity{{Market: "spot"}}, map[string]int{"InsufficientInstanceCapacity": 1}},
		{"by weight", fleetOf(8, "on-demand", override("t3.xlarge", "", weight(4))), nil, map[string]int{"t3.xlarge": 2}},
		{"what cannot be launched", fleetOf(1, "on-demand", override("m7g.large", ""), override("t3.2xlarge", "")), nil, map[string]int{"t3.2xlarge": 1, "InvalidParameterValue": 1}},
		{"by priority", func() *ec2api.CreateFleetInput {
			in := fleetOf(2, "on-demand", override("t3.nano", "", priority(2)), override("t3.large", "", priority(1)))
			in.OnDemandOptions = &types.OnDemandOptionsRequest{AllocationStrategy: "prioritized"}
			return in
		}(), nil, map[string]int{"t3.large": 2}},
		{"spread", func() *ec2api.CreateFleetInput {
			in := fleetOf(5, "spot", override("t3.nano", "us-east-1a"), override("t3.small", "us-east-1b"))
			in.SpotOptions = &types.SpotOptionsRequest{AllocationStrategy: "diversified"}
			return in
		}(), nil, map[string]int{"t3.nano": 3, "t3.small": 2}},
		{"two markets", func() *ec2api.CreateFleetInput {
			in := fleetOf(3, "spot", override("t3.small", ""))
			in.TargetCapacitySpecification.OnDemandTargetCapacity = new(int32(1))
			return in
		}(), nil, map[string]int{"t3.small": 3}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t)
			r.seed(1)
			for _, c := range tt.bound {
				r.limit(c)
			}
			out, err := r.ec2.CreateFleet(t.Context(), tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, launched(out)); diff != "" {
				t.Errorf("launched:\n%s", diff)
			}
		})
	}
}

func TestFleetIsDescribedAndIdempotent(t *testing.T) {
	r := newRig(t)
	r.seed(1)
	in := fleetOf(2, "spot", override("t3.small", ""))
	in.ClientToken = new("t")
	in.TagSpecifications = []types.TagSpecification{{ResourceType: "instance", Tags: []types.Tag{{Key: new("env"), Value: new("prod")}}}}
	first, err := r.ec2.CreateFleet(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	again, err := r.ec2.CreateFleet(t.Context(), in)
	if err != nil || *again.FleetId != *first.FleetId || launched(again)["t3.small"] != 2 {
		t.Errorf("the same call: %v, %v", again, err)
	}
	i := r.instance(first.Instances[0].InstanceIds[0])
	if tags := tagMap(i.Tags); tags["aws:ec2:fleet-id"] != *first.FleetId || tags["env"] != "prod" || tags["role"] != "web" || i.InstanceLifecycle != "spot" {
		t.Errorf("instance's tags %v", tags)
	}
	out, err := r.ec2.DescribeFleets(t.Context(), &ec2api.DescribeFleetsInput{FleetIds: []string{*first.FleetId}})
	if err != nil || len(out.Fleets) != 1 || len(out.Fleets[0].Instances[0].InstanceIds) != 2 || *out.Fleets[0].FulfilledCapacity != 2 {
		t.Errorf("%v, %v", out, err)
	}
	if all, err := r.ec2.DescribeFleets(t.Context(), &ec2api.DescribeFleetsInput{}); err != nil || len(all.Fleets) != 0 {
		t.Errorf("instant fleets that nobody named: %v, %v", all, err)
	}
	in.TargetCapacitySpecification.TotalTargetCapacity = new(int32(3))
	_, err = r.ec2.CreateFleet(t.Context(), in)
	wantCode(t, err, "IdempotentParameterMismatch")
}

func TestFleetRefuses(t *testing.T) {
	r := newRig(t)
	r.seed(1)
	for name, tt := range map[string]struct {
		code   string
		change func(*ec2api.CreateFleetInput)
	}{
		"a fleet that is maintained": {"UnknownParameter", func(in *ec2api.CreateFleetInput) { in.Type = types.FleetTypeMaintain }},
		"a least capacity": {"UnknownParameter", func(in *ec2api.CreateFleetInput) {
			in.SpotOptions = &types.SpotOptionsRequest{MinTargetCapacity: new(int32(1))}
		}},
		"no version": {"MissingParameter", func(in *ec2api.CreateFleetInput) {
			in.LaunchTemplateConfigs[0].LaunchTemplateSpecification.Version = nil
		}},
		"a template that is not there": {"InvalidLaunchTemplateName.NotFoundException", func(in *ec2api.CreateFleetInput) {
			in.LaunchTemplateConfigs[0].LaunchTemplateSpecification.LaunchTemplateName = new("none")
		}},
		"a target without a default type": {"InvalidTargetCapacitySpecification", func(in *ec2api.CreateFleetInput) { in.TargetCapacitySpecification.DefaultTargetCapacityType = "" }},
	} {
		t.Run(name, func(t *testing.T) {
			in := fleetOf(2, "spot", override("t3.small", ""))
			tt.change(in)
			_, err := r.ec2.CreateFleet(t.Context(), in)
			wantCode(t, err, tt.code)
		})
	}
}
