package ssm

import (
	"context"
	"slices"
	"time"

	ssmapi "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// nodeAttributes are what nodes can be filtered by, in both describe calls.
var nodeAttributes = map[string]func(*managed) string{
	"InstanceIds":   func(n *managed) string { return n.Instance.ID },
	"AgentVersion":  func(*managed) string { return agentVersion },
	"PingStatus":    func(n *managed) string { return string(n.ping()) },
	"PlatformTypes": func(n *managed) string { return string(n.platform()) },
	"ResourceType":  func(*managed) string { return string(types.ResourceTypeEc2Instance) },
}

// nodeFilter is one filter of either form; several all must match, values are
// alternatives.
type nodeFilter struct {
	key    string
	values []string
	negate bool
}

// pickNodes returns the registered nodes that match, in order of launch.
func (a *account) pickNodes(filters []nodeFilter) ([]*managed, error) {
	for _, f := range filters {
		if nodeAttributes[f.key] == nil {
			return nil, modelled("InvalidFilterKey", "")
		}
		if len(f.values) == 0 {
			return nil, modelled("InvalidFilterValue", "")
		}
	}
	return filtered(a.Nodes, func(n *managed) bool {
		return !n.Registered.IsZero() && !slices.ContainsFunc(filters, func(f nodeFilter) bool {
			return slices.Contains(f.values, nodeAttributes[f.key](n)) == f.negate
		})
	}), nil
}

// DescribeInstanceInformation lists managed nodes, at most 50 a page.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html
func (s *Service) DescribeInstanceInformation(ctx context.Context, in *ssmapi.DescribeInstanceInformationInput) (*ssmapi.DescribeInstanceInformationOutput, error) {
	var v wire.Validation
	size := pageSize(&v, in.MaxResults, 5, 50)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if len(in.Filters) > 0 && len(in.InstanceInformationFilterList) > 0 { // assumed: the text
		return nil, wire.Errorf("ValidationException", "Filters and InstanceInformationFilterList cannot be used together.")
	}
	filters := mapped(in.Filters, func(f types.InstanceInformationStringFilter) nodeFilter {
		return nodeFilter{key: orDefault(f.Key, ""), values: f.Values}
	})
	for _, f := range in.InstanceInformationFilterList {
		filters = append(filters, nodeFilter{key: string(f.Key), values: f.ValueSet})
	}
	a := s.in(world.ScopeOf(ctx))
	found, err := a.pickNodes(filters)
	if err != nil {
		return nil, err
	}
	found, next, err := cutPage("DescribeInstanceInformation", found, size, in.NextToken, nodePlace)
	if err != nil {
		return nil, err
	}
	now := s.world.Now()
	return &ssmapi.DescribeInstanceInformationOutput{NextToken: next, InstanceInformationList: mapped(found, func(n *managed) types.InstanceInformation { return n.information(now) })}, nil
}

func nodePlace(n *managed) int64 { return n.Seq }

func (n *managed) information(now time.Time) types.InstanceInformation {
	platform := n.Machine.Config().Platform
	return types.InstanceInformation{
		InstanceId: new(n.Instance.ID), PingStatus: n.ping(), LastPingDateTime: new(n.lastPing(now)), AgentVersion: new(agentVersion), IsLatestVersion: new(true),
		PlatformType: n.platform(), PlatformName: new(platform.Name), PlatformVersion: new(platform.Version), ResourceType: types.ResourceTypeEc2Instance,
		IPAddress: new(n.Instance.PrivateIP), ComputerName: new(n.computerName()), SourceId: new(n.Instance.ID), SourceType: types.SourceTypeAwsEc2Instance,
	}
}

// DescribeInstanceProperties lists managed nodes with what EC2 knows of them, up to
// 1,000 a page.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceProperties.html
func (s *Service) DescribeInstanceProperties(ctx context.Context, in *ssmapi.DescribeInstancePropertiesInput) (*ssmapi.DescribeInstancePropertiesOutput, error) {
	var v wire.Validation
	size := pageSize(&v, in.MaxResults, 5, 1000)
	if err := v.Err(); err != nil {
		return nil, err
	}
	filters, err := propertyFilters(in)
	if err != nil {
		return nil, err
	}
	a := s.in(world.ScopeOf(ctx))
	found, err := a.pickNodes(filters)
	if err != nil {
		return nil, err
	}
	found, next, err := cutPage("DescribeInstanceProperties", found, size, in.NextToken, nodePlace)
	if err != nil {
		return nil, err
	}
	now := s.world.Now()
	return &ssmapi.DescribeInstancePropertiesOutput{NextToken: next, InstanceProperties: mapped(found, func(n *managed) types.InstanceProperty { return n.property(now) })}, nil
}

// propertyFilters reads the two forms of filters; of the operators, the two that compare.
func propertyFilters(in *ssmapi.DescribeInstancePropertiesInput) ([]nodeFilter, error) {
	var filters []nodeFilter
	for _, f := range in.InstancePropertyFilterList {
		filters = append(filters, nodeFilter{key: string(f.Key), values: f.ValueSet})
	}
	for _, f := range in.FiltersWithOperator {
		if f.Operator != "" && f.Operator != types.InstancePropertyFilterOperatorEqual && f.Operator != types.InstancePropertyFilterOperatorNotEqual {
			return nil, wire.Errorf("ValidationException", "muster's mock does not model the filter operator %s", f.Operator)
		}
		filters = append(filters, nodeFilter{orDefault(f.Key, ""), f.Values, f.Operator == types.InstancePropertyFilterOperatorNotEqual})
	}
	return filters, nil
}

func (n *managed) property(now time.Time) types.InstanceProperty {
	platform := n.Machine.Config().Platform
	return types.InstanceProperty{
		InstanceId: new(n.Instance.ID), InstanceState: new(n.State), InstanceType: new(n.Instance.Type), AvailabilityZone: new(n.Instance.Zone),
		Architecture: new(n.Instance.Arch), PingStatus: n.ping(), LastPingDateTime: new(n.lastPing(now)), AgentVersion: new(agentVersion),
		PlatformType: n.platform(), PlatformName: new(platform.Name), PlatformVersion: new(platform.Version), ResourceType: new("EC2Instance"),
		IPAddress: new(n.Instance.PrivateIP), ComputerName: new(n.computerName()), SourceId: new(n.Instance.ID), SourceType: types.SourceTypeAwsEc2Instance,
	}
}
