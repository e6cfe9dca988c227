package ec2

import (
	"context"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// offering is a type in a place.
type offering struct {
	place    int64
	kind     string
	location string
}

var offeringFilters = filterSet[offering]{
	"instance-type": one(func(o offering) string { return o.kind }),
	"location":      one(func(o offering) string { return o.location }),
}

// locations are the places of a region, by the kind of location. assumed: every type is
// offered in every zone; in AWS older zones lack the newer types.
func (r *region) locations(kind types.LocationType) ([]string, error) {
	zones := zonesOf(r.Scope.Region)
	switch kind {
	case "", types.LocationTypeRegion:
		return []string{r.Scope.Region}, nil
	case types.LocationTypeAvailabilityZone:
		return zones, nil
	case types.LocationTypeAvailabilityZoneId:
		return mapped(zones, zoneID), nil
	case types.LocationTypeOutpost:
		return nil, nil
	} // assumed: the text
	return nil, wire.Errorf("InvalidParameterValue", "Value (%s) for parameter locationType is invalid.", kind)
}

// DescribeInstanceTypeOfferings lists where the types are offered.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypeOfferings.html
func (s *Service) DescribeInstanceTypeOfferings(ctx context.Context, in *ec2api.DescribeInstanceTypeOfferingsInput) (*ec2api.DescribeInstanceTypeOfferingsOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	locations, err := r.locations(in.LocationType)
	if err != nil {
		return nil, err
	}
	match, err := offeringFilters.compile(in.Filters, r)
	if err != nil {
		return nil, err
	}
	var found []offering
	for n, location := range locations {
		for _, f := range typeTable {
			if o := (offering{int64(n*len(typeTable)) + f.index, f.name, location}); match(o) {
				found = append(found, o)
			}
		}
	}
	p := page{op: "DescribeInstanceTypeOfferings", max: in.MaxResults, token: in.NextToken, least: 5, most: 1000}
	found, next, err := cutPage(p, found, func(o offering) int64 { return o.place })
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	kind := in.LocationType
	if kind == "" {
		kind = types.LocationTypeRegion
	}
	return &ec2api.DescribeInstanceTypeOfferingsOutput{NextToken: next, InstanceTypeOfferings: mapped(found, func(o offering) types.InstanceTypeOffering {
		return types.InstanceTypeOffering{InstanceType: types.InstanceType(o.kind), Location: new(o.location), LocationType: kind}
	})}, nil
}
