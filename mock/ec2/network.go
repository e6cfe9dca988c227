package ec2

import (
	"context"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/world"
)

// vpcCIDR is the range of every default VPC.
// https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html
const vpcCIDR = "172.31.0.0/16"

var vpcFilters = tagged(filterSet[string]{
	"cidr":       one(func(string) string { return vpcCIDR }),
	"is-default": one(func(string) string { return "true" }),
	"state":      one(func(string) string { return "available" }),
	"vpc-id":     one(func(id string) string { return id }),
}, func(id string) string { return id })

var subnetFilters = tagged(filterSet[*subnet]{
	"availability-zone": one(func(s *subnet) string { return s.zone }),
	"cidr-block":        one(func(s *subnet) string { return s.prefix.String() }),
	"default-for-az":    one(func(*subnet) string { return "true" }),
	"state":             one(func(*subnet) string { return "available" }),
	"subnet-id":         one(func(s *subnet) string { return s.id }),
	"vpc-id":            func(r *region, _ *subnet) []string { return []string{r.vpcID} },
}, func(s *subnet) string { return s.id })

// DescribeVpcs lists the default VPC, the only one that is modelled.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html
func (s *Service) DescribeVpcs(ctx context.Context, in *ec2api.DescribeVpcsInput) (*ec2api.DescribeVpcsOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	for _, id := range in.VpcIds {
		if err := checkID("vpc", id); err != nil {
			return nil, err
		}
		if id != r.vpcID {
			return nil, notFound("vpc", id)
		}
	}
	match, err := vpcFilters.compile(in.Filters, r)
	if err != nil {
		return nil, err
	}
	p := page{op: "DescribeVpcs", max: in.MaxResults, token: in.NextToken, ids: len(in.VpcIds), idsName: "vpcSet", least: 5, most: 1000}
	var found []string
	if match(r.vpcID) {
		found = append(found, r.vpcID)
	}
	found, next, err := cutPage(p, found, func(string) int64 { return 0 })
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	return &ec2api.DescribeVpcsOutput{NextToken: next, Vpcs: mapped(found, func(id string) types.Vpc {
		return types.Vpc{VpcId: new(id), CidrBlock: new(vpcCIDR), IsDefault: new(true), State: types.VpcStateAvailable,
			OwnerId: new(r.Scope.Account), InstanceTenancy: types.TenancyDefault, DhcpOptionsId: new(r.stableID("dopt")), Tags: sdkTags(r.Tags[id])}
	})}, nil
}

// DescribeSubnets lists the default VPC's subnets, one per zone.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html
func (s *Service) DescribeSubnets(ctx context.Context, in *ec2api.DescribeSubnetsInput) (*ec2api.DescribeSubnetsOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	for _, id := range in.SubnetIds {
		if _, err := r.subnetNamed(id); err != nil {
			return nil, err
		}
	}
	match, err := subnetFilters.compile(in.Filters, r)
	if err != nil {
		return nil, err
	}
	var found []*subnet
	for _, sub := range r.subnets {
		if asked(in.SubnetIds, sub.id) && match(sub) {
			found = append(found, sub)
		}
	}
	p := page{op: "DescribeSubnets", max: in.MaxResults, token: in.NextToken, ids: len(in.SubnetIds), idsName: "subnetSet", least: 5, most: 1000}
	found, next, err := cutPage(p, found, func(sub *subnet) int64 { return int64(sub.prefix.Addr().As4()[2]) })
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	return &ec2api.DescribeSubnetsOutput{NextToken: next, Subnets: mapped(found, r.describeSubnet)}, nil
}

func (r *region) subnetNamed(id string) (*subnet, error) {
	if err := checkID("subnet", id); err != nil {
		return nil, err
	}
	sub := r.subnet(id)
	if sub == nil {
		return nil, notFound("subnet", id)
	}
	return sub, nil
}

func (r *region) describeSubnet(sub *subnet) types.Subnet {
	return types.Subnet{SubnetId: new(sub.id), VpcId: new(r.vpcID), AvailabilityZone: new(sub.zone), CidrBlock: new(sub.prefix.String()),
		AvailableIpAddressCount: new(int32(sub.free())), DefaultForAz: new(true), MapPublicIpOnLaunch: new(true), State: types.SubnetStateAvailable,
		OwnerId: new(r.Scope.Account), AssignIpv6AddressOnCreation: new(false), Tags: sdkTags(r.Tags[sub.id]),
		SubnetArn: new("arn:aws:ec2:" + r.Scope.Region + ":" + r.Scope.Account + ":subnet/" + sub.id)}
}
