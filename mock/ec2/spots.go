package ec2

import (
	"context"
	"encoding/base64"
	"strconv"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/world"
)

// spotFilters are those of what is modelled of a request; what is launched is read off
// its instance.
var spotFilters = tagged(filterSet[*spotRequest]{
	"create-time":                one(func(q *spotRequest) string { return q.Created.Format("2006-01-02T15:04:05.000Z") }),
	"instance-id":                one(func(q *spotRequest) string { return q.InstanceID }),
	"launch.image-id":            ofLaunch(func(i *instance) string { return i.ImageID }),
	"launch.instance-type":       ofLaunch(func(i *instance) string { return i.Type }),
	"launch.key-name":            ofLaunch(func(i *instance) string { return i.KeyName }),
	"launch.monitoring-enabled":  ofLaunch(func(i *instance) string { return strconv.FormatBool(i.Monitored) }),
	"launched-availability-zone": one(func(q *spotRequest) string { return q.Zone }),
	"product-description":        one(func(*spotRequest) string { return string(types.RIProductDescriptionLinuxUnix) }),
	"spot-instance-request-id":   one(func(q *spotRequest) string { return q.ID }),
	"spot-price":                 one(func(q *spotRequest) string { return q.MaxPrice }),
	"state":                      one(func(q *spotRequest) string { return string(q.State) }),
	"status-code":                one(func(q *spotRequest) string { return q.Code }),
	"status-message":             one(func(q *spotRequest) string { return q.Message }),
	"type":                       one(func(q *spotRequest) string { return string(q.Type) }),
}, func(q *spotRequest) string { return q.ID })

func ofLaunch(value func(*instance) string) func(*region, *spotRequest) []string {
	return func(r *region, q *spotRequest) []string {
		if i := r.Instances.get(q.InstanceID); i != nil {
			return present(value(i))
		}
		return nil
	}
}

// DescribeSpotInstanceRequests lists Spot requests. Those that ended stay in the list.
// assumed: for ever; AWS drops them after some days.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotInstanceRequests.html
func (s *Service) DescribeSpotInstanceRequests(ctx context.Context, in *ec2api.DescribeSpotInstanceRequestsInput) (*ec2api.DescribeSpotInstanceRequestsOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	found, next, err := query[*spotRequest]{
		page: page{op: "DescribeSpotInstanceRequests", max: in.MaxResults, token: in.NextToken, idsName: "spotInstanceRequestIdSet", least: 5, most: 1000},
		from: &r.Spots, prefix: "sir", named: in.SpotInstanceRequestIds, filters: in.Filters, by: spotFilters, dryRun: in.DryRun,
	}.run(r)
	if err != nil {
		return nil, err
	}
	return &ec2api.DescribeSpotInstanceRequestsOutput{NextToken: next, SpotInstanceRequests: mapped(found, r.describeSpot)}, nil
}

func (r *region) describeSpot(q *spotRequest) types.SpotInstanceRequest {
	out := types.SpotInstanceRequest{SpotInstanceRequestId: new(q.ID), State: q.State, Type: q.Type, InstanceInterruptionBehavior: q.Behavior, CreateTime: new(q.Created),
		Status: &types.SpotInstanceStatus{Code: new(q.Code), Message: new(q.Message), UpdateTime: new(q.Updated)}, ProductDescription: types.RIProductDescriptionLinuxUnix, Tags: sdkTags(r.Tags[q.ID])}
	if q.InstanceID != "" {
		out.InstanceId = new(q.InstanceID)
	}
	if q.Zone != "" {
		out.LaunchedAvailabilityZone = new(q.Zone)
	}
	if q.MaxPrice != "" {
		out.SpotPrice = new(q.MaxPrice)
	}
	if !q.ValidUntil.IsZero() {
		out.ValidUntil = new(q.ValidUntil)
	}
	if i := r.Instances.get(q.InstanceID); i != nil {
		out.LaunchSpecification = r.spotSpecification(i)
	}
	return out
}

func (r *region) spotSpecification(i *instance) *types.LaunchSpecification {
	out := &types.LaunchSpecification{ImageId: new(i.ImageID), InstanceType: types.InstanceType(i.Type), EbsOptimized: new(i.EBSOptimized),
		Monitoring: &types.RunInstancesMonitoringEnabled{Enabled: new(i.Monitored)}, Placement: &types.SpotPlacement{AvailabilityZone: new(i.Zone)}, SubnetId: new(i.SubnetID)}
	if len(i.NICs) > 0 {
		out.SecurityGroups = r.identifiers(i.NICs[0].Groups)
	}
	if i.KeyName != "" {
		out.KeyName = new(i.KeyName)
	}
	if i.ProfileArn != "" {
		out.IamInstanceProfile = &types.IamInstanceProfileSpecification{Arn: new(i.ProfileArn)}
	}
	if len(i.UserData) > 0 {
		out.UserData = new(base64.StdEncoding.EncodeToString(i.UserData))
	}
	return out
}

// CancelSpotInstanceRequests cancels requests; their running instances stay.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CancelSpotInstanceRequests.html
func (s *Service) CancelSpotInstanceRequests(ctx context.Context, in *ec2api.CancelSpotInstanceRequestsInput) (*ec2api.CancelSpotInstanceRequestsOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	if len(in.SpotInstanceRequestIds) == 0 {
		return nil, missingParameter("SpotInstanceRequestId")
	}
	found, err := find(&r.Spots, "sir", in.SpotInstanceRequestIds)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	out := &ec2api.CancelSpotInstanceRequestsOutput{}
	for _, q := range found {
		s.cancelSpot(q)
		out.CancelledSpotInstanceRequests = append(out.CancelledSpotInstanceRequests, types.CancelledSpotInstanceRequest{
			SpotInstanceRequestId: new(q.ID), State: types.CancelSpotInstanceRequestState(q.State)})
	}
	return out, nil
}

// cancelSpot ends a request that has not ended. assumed: what becomes of the status of a
// request whose instance is stopped, and that the instance stays.
func (s *Service) cancelSpot(q *spotRequest) {
	now := s.world.Now()
	switch q.State {
	case types.SpotInstanceStateOpen:
		q.to(types.SpotInstanceStateCancelled, "canceled-before-fulfillment", now)
	case types.SpotInstanceStateActive:
		q.to(types.SpotInstanceStateCancelled, "request-canceled-and-instance-running", now)
	case types.SpotInstanceStateDisabled:
		q.to(types.SpotInstanceStateCancelled, q.Code, now)
	}
}
