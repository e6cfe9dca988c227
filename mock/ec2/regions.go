package ec2

import (
	"context"
	"slices"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// awsRegion is a region of the standard partition.
type awsRegion struct {
	name  string
	optIn bool // an account has to enable it first
}

// awsRegions: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
var awsRegions = []awsRegion{
	{"af-south-1", true}, {"ap-east-1", true}, {"ap-east-2", true}, {"ap-northeast-1", false}, {"ap-northeast-2", false}, {"ap-northeast-3", false},
	{"ap-south-1", false}, {"ap-south-2", true}, {"ap-southeast-1", false}, {"ap-southeast-2", false}, {"ap-southeast-3", true}, {"ap-southeast-4", true},
	{"ap-southeast-5", true}, {"ap-southeast-6", true}, {"ap-southeast-7", true}, {"ca-central-1", false}, {"ca-west-1", true}, {"eu-central-1", false},
	{"eu-central-2", true}, {"eu-north-1", false}, {"eu-south-1", true}, {"eu-south-2", true}, {"eu-west-1", false}, {"eu-west-2", false}, {"eu-west-3", false},
	{"il-central-1", true}, {"me-central-1", true}, {"me-south-1", true}, {"mx-central-1", true}, {"sa-east-1", false}, {"us-east-1", false}, {"us-east-2", false},
	{"us-west-1", false}, {"us-west-2", false},
}

func (a awsRegion) endpoint() string { return "ec2." + a.name + ".amazonaws.com" }

// optInStatus is that of an account that has enabled nothing.
func (a awsRegion) optInStatus() string {
	if a.optIn {
		return "not-opted-in"
	}
	return "opt-in-not-required"
}

var regionFilters = filterSet[awsRegion]{
	"endpoint":      one(awsRegion.endpoint),
	"opt-in-status": one(awsRegion.optInStatus),
	"region-name":   one(func(a awsRegion) string { return a.name }),
}

// DescribeRegions lists the regions that are enabled, or all. A region that is not can be
// called here all the same.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html
func (s *Service) DescribeRegions(ctx context.Context, in *ec2api.DescribeRegionsInput) (*ec2api.DescribeRegionsOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	for _, name := range in.RegionNames {
		if !slices.ContainsFunc(awsRegions, func(a awsRegion) bool { return a.name == name }) { // text as in getmoto/moto
			return nil, wire.Errorf("InvalidParameterValue", "Invalid region: %s", name)
		}
	}
	match, err := regionFilters.compile(in.Filters, r)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	found := filtered(awsRegions, func(a awsRegion) bool {
		shown := !a.optIn || isSet(in.AllRegions) || len(in.RegionNames) > 0
		return shown && asked(in.RegionNames, a.name) && match(a)
	})
	return &ec2api.DescribeRegionsOutput{Regions: mapped(found, func(a awsRegion) types.Region {
		return types.Region{RegionName: new(a.name), Endpoint: new(a.endpoint()), OptInStatus: new(a.optInStatus())}
	})}, nil
}

// accountAttributes are the defaults of a new account.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAccountAttributes.html
func (r *region) accountAttributes() map[string]string {
	return map[string]string{"default-vpc": r.vpcID, "max-elastic-ips": "5", "max-instances": "20", "supported-platforms": "VPC",
		"vpc-max-elastic-ips": "5", "vpc-max-security-groups-per-interface": "5"}
}

// DescribeAccountAttributes lists what a new account has.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAccountAttributes.html
func (s *Service) DescribeAccountAttributes(ctx context.Context, in *ec2api.DescribeAccountAttributesInput) (*ec2api.DescribeAccountAttributesOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	all := r.accountAttributes()
	for _, name := range in.AttributeNames {
		if _, ok := all[string(name)]; !ok { // assumed: the text
			return nil, wire.Errorf("InvalidParameterValue", "Value (%s) for parameter attributeName is invalid. Unknown attribute.", name)
		}
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	out := &ec2api.DescribeAccountAttributesOutput{}
	for _, name := range sortedKeys(all) {
		if asked(in.AttributeNames, types.AccountAttributeName(name)) {
			out.AccountAttributes = append(out.AccountAttributes, types.AccountAttribute{AttributeName: new(name),
				AttributeValues: []types.AccountAttributeValue{{AttributeValue: new(all[name])}}})
		}
	}
	return out, nil
}
