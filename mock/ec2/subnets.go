package ec2

import (
	"context"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// CreateSubnet makes a subnet of a VPC, in the zone named or the region's first.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html
func (s *Service) CreateSubnet(ctx context.Context, in *ec2api.CreateSubnetInput) (*ec2api.CreateSubnetOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	v, err := lookup(&r.Vpcs, "vpc", "VpcId", in.VpcId)
	if err != nil {
		return nil, err
	}
	sub := subnet{VpcID: v.ID, Zone: zonesOf(r.Scope.Region)[0]}
	if deref(in.AvailabilityZone) != "" || deref(in.AvailabilityZoneId) != "" {
		if sub.Zone, err = r.zoneNamed(in.AvailabilityZone, in.AvailabilityZoneId); err != nil {
			return nil, err
		}
	}
	if sub.Prefix, err = readRange(in.CidrBlock, "InvalidSubnet.Range"); err != nil {
		return nil, err
	}
	if !v.CIDR.Contains(sub.Prefix.Addr()) || sub.Prefix.Bits() < v.CIDR.Bits() { // texts as in getmoto/moto's exceptions
		return nil, wire.Errorf("InvalidSubnet.Range", "The CIDR '%s' is invalid.", *in.CidrBlock)
	}
	if _, taken := r.Subnets.first(func(o *subnet) bool { return o.VpcID == v.ID && o.Prefix.Overlaps(sub.Prefix) }); taken {
		return nil, wire.Errorf("InvalidSubnet.Conflict", "The CIDR '%s' conflicts with another subnet", *in.CidrBlock)
	}
	tags, err := tagsFor(types.ResourceTypeSubnet, in.TagSpecifications)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	sub.record = s.record(r, "subnet")
	sub.reserve()
	r.Subnets.add(&sub)
	r.setTags(sub.ID, tags)
	return &ec2api.CreateSubnetOutput{Subnet: new(r.describeSubnet(&sub))}, nil
}

// DeleteSubnet deletes a subnet without network interfaces.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSubnet.html
func (s *Service) DeleteSubnet(ctx context.Context, in *ec2api.DeleteSubnetInput) (*ec2api.DeleteSubnetOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	sub, err := lookup(&r.Subnets, "subnet", "SubnetId", in.SubnetId)
	if err != nil {
		return nil, err
	}
	if sub.Default {
		return nil, wire.Errorf("UnsupportedOperation", "muster's mock does not delete default subnets")
	}
	if _, used := r.Interfaces.first(func(n *nic) bool { return n.SubnetID == sub.ID }); used { // assumed: the text
		return nil, wire.Errorf("DependencyViolation", "The subnet '%s' has dependencies and cannot be deleted.", sub.ID)
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	r.Subnets.remove(sub)
	r.dropTags(sub.ID)
	return &ec2api.DeleteSubnetOutput{}, nil
}

// ModifySubnetAttribute changes whether instances in the subnet get public addresses.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySubnetAttribute.html
func (s *Service) ModifySubnetAttribute(ctx context.Context, in *ec2api.ModifySubnetAttributeInput) (*ec2api.ModifySubnetAttributeOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	sub, err := lookup(&r.Subnets, "subnet", "SubnetId", in.SubnetId)
	if err != nil {
		return nil, err
	}
	if in.MapPublicIpOnLaunch == nil || in.MapPublicIpOnLaunch.Value == nil {
		return nil, missingParameter("MapPublicIpOnLaunch")
	}
	sub.Public = *in.MapPublicIpOnLaunch.Value
	return &ec2api.ModifySubnetAttributeOutput{}, nil
}

// DescribeSubnets lists subnets.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html
func (s *Service) DescribeSubnets(ctx context.Context, in *ec2api.DescribeSubnetsInput) (*ec2api.DescribeSubnetsOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	found, next, err := query[*subnet]{
		page: page{op: "DescribeSubnets", max: in.MaxResults, token: in.NextToken, idsName: "subnetSet", least: 5, most: 1000},
		from: &r.Subnets, prefix: "subnet", named: in.SubnetIds, filters: in.Filters, by: subnetFilters, dryRun: in.DryRun,
	}.run(r)
	if err != nil {
		return nil, err
	}
	return &ec2api.DescribeSubnetsOutput{NextToken: next, Subnets: mapped(found, r.describeSubnet)}, nil
}

func (r *region) describeSubnet(sub *subnet) types.Subnet {
	return types.Subnet{SubnetId: new(sub.ID), VpcId: new(sub.VpcID), AvailabilityZone: new(sub.Zone), AvailabilityZoneId: new(zoneID(sub.Zone)),
		CidrBlock: new(sub.Prefix.String()), AvailableIpAddressCount: new(int32(sub.free())), DefaultForAz: new(sub.Default), MapPublicIpOnLaunch: new(sub.Public),
		State: types.SubnetStateAvailable, OwnerId: new(r.Scope.Account), AssignIpv6AddressOnCreation: new(false), EnableDns64: new(false), Ipv6Native: new(false),
		MapCustomerOwnedIpOnLaunch: new(false), Tags: sdkTags(r.Tags[sub.ID]), SubnetArn: new(r.arn("subnet", sub.ID)),
		PrivateDnsNameOptionsOnLaunch: &types.PrivateDnsNameOptionsOnLaunch{HostnameType: types.HostnameTypeIpName,
			EnableResourceNameDnsARecord: new(false), EnableResourceNameDnsAAAARecord: new(false)}}
}
