package ec2

import (
	"context"
	"net/netip"
	"strconv"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// vpc is a virtual private cloud: what subnets and security groups are in. Gateways and
// routes are not modelled; traffic never leaves the mock anyway.
type vpc struct {
	record
	CIDR    netip.Prefix `json:"cidr"`
	Default bool         `json:"default,omitempty"`
}

// maxVpcs is how many VPCs an account may have in a region.
// https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
const maxVpcs = 5

// association is the id of the VPC's only range.
func (v *vpc) association() string { return hashID("vpc-cidr-assoc", v.ID) }

var vpcFilters = tagged(filterSet[*vpc]{
	"cidr":                                        one(func(v *vpc) string { return v.CIDR.String() }),
	"cidr-block-association.association-id":       one((*vpc).association),
	"cidr-block-association.cidr-block":           one(func(v *vpc) string { return v.CIDR.String() }),
	"cidr-block-association.state":                always[*vpc]("associated"),
	"dhcp-options-id":                             func(r *region, _ *vpc) []string { return []string{r.stableID("dopt")} },
	"ipv6-cidr-block-association.association-id":  never[*vpc],
	"ipv6-cidr-block-association.ipv6-cidr-block": never[*vpc],
	"ipv6-cidr-block-association.ipv6-pool":       never[*vpc],
	"ipv6-cidr-block-association.state":           never[*vpc],
	"is-default":                                  flag(func(v *vpc) bool { return v.Default }),
	"owner-id":                                    owner[*vpc],
	"state":                                       always[*vpc]("available"),
	"vpc-id":                                      one(func(v *vpc) string { return v.ID }),
}, (*vpc).id)

var subnetFilters = tagged(filterSet[*subnet]{
	"availability-zone":               one(func(s *subnet) string { return s.Zone }),
	"availability-zone-id":            one(func(s *subnet) string { return zoneID(s.Zone) }),
	"available-ip-address-count":      one(func(s *subnet) string { return strconv.Itoa(s.free()) }),
	"cidr-block":                      one(func(s *subnet) string { return s.Prefix.String() }),
	"customer-owned-ipv4-pool":        never[*subnet],
	"default-for-az":                  flag(func(s *subnet) bool { return s.Default }),
	"enable-dns64":                    always[*subnet]("false"),
	"enable-lni-at-device-index":      never[*subnet],
	"ipv6-native":                     always[*subnet]("false"),
	"map-customer-owned-ip-on-launch": always[*subnet]("false"),
	"map-public-ip-on-launch":         flag(func(s *subnet) bool { return s.Public }),
	"outpost-arn":                     never[*subnet],
	"owner-id":                        owner[*subnet],
	"state":                           always[*subnet]("available"),
	"subnet-arn":                      func(r *region, s *subnet) []string { return []string{r.arn("subnet", s.ID)} },
	"subnet-id":                       one(func(s *subnet) string { return s.ID }),
	"vpc-id":                          one(func(s *subnet) string { return s.VpcID }),

	"ipv6-cidr-block-association.association-id":                              never[*subnet],
	"ipv6-cidr-block-association.ipv6-cidr-block":                             never[*subnet],
	"ipv6-cidr-block-association.state":                                       never[*subnet],
	"private-dns-name-options-on-launch.enable-resource-name-dns-a-record":    always[*subnet]("false"),
	"private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record": always[*subnet]("false"),
	"private-dns-name-options-on-launch.hostname-type":                        always[*subnet]("ip-name"),
}, (*subnet).id)

// readRange reads a CIDR block of a VPC or subnet: /16 to /28, and no bits beyond it.
// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
func readRange(text *string, code string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(deref(text))
	switch { // assumed: the texts, but for "The CIDR … is invalid.", as getmoto/moto has it
	case deref(text) == "":
		return p, missingParameter("cidrBlock")
	case err != nil || !p.Addr().Is4():
		return p, wire.Errorf("InvalidParameterValue", "Value (%s) for parameter cidrBlock is invalid. This is not a valid CIDR block.", *text)
	case p.Bits() < 16 || p.Bits() > 28:
		return p, wire.Errorf(code, "The CIDR '%s' is invalid.", *text)
	}
	return p.Masked(), nil
}

// CreateVpc makes a VPC with its default security group.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html
func (s *Service) CreateVpc(ctx context.Context, in *ec2api.CreateVpcInput) (*ec2api.CreateVpcOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	cidr, err := readRange(in.CidrBlock, "InvalidVpc.Range")
	if err != nil {
		return nil, err
	}
	if in.InstanceTenancy != "" && in.InstanceTenancy != types.TenancyDefault {
		return nil, wire.Errorf("UnknownParameter", "muster's mock does not model the tenancy %s of a VPC", in.InstanceTenancy)
	}
	if r.Vpcs.len() >= maxVpcs { // text as in getmoto/moto
		return nil, wire.Errorf("VpcLimitExceeded", "The maximum number of VPCs has been reached.")
	}
	tags, err := tagsFor(types.ResourceTypeVpc, in.TagSpecifications)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	v := &vpc{record: s.record(r, "vpc"), CIDR: cidr}
	r.Vpcs.add(v)
	g := r.defaultGroup(v.ID, s.world.ID("sg"))
	r.Groups.add(g)
	for _, rule := range g.Rules {
		r.rules.add(rule)
	}
	r.setTags(v.ID, tags)
	return &ec2api.CreateVpcOutput{Vpc: new(r.describeVpc(v))}, nil
}

// DeleteVpc deletes a VPC that has nothing in it but its default security group.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpc.html
func (s *Service) DeleteVpc(ctx context.Context, in *ec2api.DeleteVpcInput) (*ec2api.DeleteVpcOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	v, err := lookup(&r.Vpcs, "vpc", "VpcId", in.VpcId)
	if err != nil {
		return nil, err
	}
	_, subnets := r.Subnets.first(func(s *subnet) bool { return s.VpcID == v.ID })
	_, groups := r.Groups.first(func(g *securityGroup) bool { return g.VpcID == v.ID && g.Name != defaultGroupName })
	switch {
	case v.Default:
		return nil, wire.Errorf("UnsupportedOperation", "muster's mock does not delete the default VPC")
	case subnets || groups: // assumed: the text
		return nil, wire.Errorf("DependencyViolation", "The vpc '%s' has dependencies and cannot be deleted.", v.ID)
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	if g, ok := r.groupByName(defaultGroupName, v.ID); ok {
		r.forgetGroup(g)
	}
	r.Vpcs.remove(v)
	r.dropTags(v.ID)
	return &ec2api.DeleteVpcOutput{}, nil
}

// DescribeVpcs lists VPCs.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html
func (s *Service) DescribeVpcs(ctx context.Context, in *ec2api.DescribeVpcsInput) (*ec2api.DescribeVpcsOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	found, next, err := query[*vpc]{
		page: page{op: "DescribeVpcs", max: in.MaxResults, token: in.NextToken, idsName: "vpcSet", least: 5, most: 1000},
		from: &r.Vpcs, prefix: "vpc", named: in.VpcIds, filters: in.Filters, by: vpcFilters, dryRun: in.DryRun,
	}.run(r)
	if err != nil {
		return nil, err
	}
	return &ec2api.DescribeVpcsOutput{NextToken: next, Vpcs: mapped(found, r.describeVpc)}, nil
}

func (r *region) describeVpc(v *vpc) types.Vpc {
	return types.Vpc{VpcId: new(v.ID), CidrBlock: new(v.CIDR.String()), IsDefault: new(v.Default), State: types.VpcStateAvailable,
		OwnerId: new(r.Scope.Account), InstanceTenancy: types.TenancyDefault, DhcpOptionsId: new(r.stableID("dopt")), Tags: sdkTags(r.Tags[v.ID]),
		CidrBlockAssociationSet: []types.VpcCidrBlockAssociation{{AssociationId: new(v.association()), CidrBlock: new(v.CIDR.String()),
			CidrBlockState: &types.VpcCidrBlockState{State: types.VpcCidrBlockStateCodeAssociated}}}}
}
