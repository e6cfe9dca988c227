package ec2

import (
	"context"
	"maps"
	"strconv"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/world"
)

// statusFilters read the checks as they stand at an instant, so they are made per call.
func statusFilters(now time.Time) filterSet[*instance] {
	set := filterSet[*instance]{
		"application-status.status":    never[*instance],
		"attached-ebs-status.status":   one(func(i *instance) string { return string(i.checks(now)) }),
		"availability-zone":            one(func(i *instance) string { return i.Zone }),
		"availability-zone-id":         one(func(i *instance) string { return zoneID(i.Zone) }),
		"operator.managed":             always[*instance]("false"),
		"operator.principal":           never[*instance],
		"instance-state-code":          one(func(i *instance) string { return strconv.Itoa(int(stateCodes[i.State])) }),
		"instance-state-name":          one(func(i *instance) string { return string(i.State) }),
		"instance-status.reachability": one(func(i *instance) string { return string(i.reachability(now)) }),
		"instance-status.status":       one(func(i *instance) string { return string(i.checks(now)) }),
		"system-status.reachability":   one(func(i *instance) string { return string(i.reachability(now)) }),
		"system-status.status":         one(func(i *instance) string { return string(i.checks(now)) }),
	}
	maps.Copy(set, eventFilters)
	return set
}

// checks is the state of the instance's status checks.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-system-instance-status-check.html
func (i *instance) checks(now time.Time) types.SummaryStatus {
	switch {
	case i.State != running:
		return types.SummaryStatusNotApplicable
	case now.Before(i.ChecksPassAt):
		return types.SummaryStatusInitializing
	}
	return types.SummaryStatusOk
}

// reachability is the one detail of a check; empty while no check applies.
func (i *instance) reachability(now time.Time) types.StatusType {
	switch i.checks(now) {
	case types.SummaryStatusOk:
		return types.StatusTypePassed
	case types.SummaryStatusInitializing:
		return types.StatusTypeInitializing
	}
	return ""
}

// DescribeInstanceStatus lists the status checks of running instances, or of all.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html
func (s *Service) DescribeInstanceStatus(ctx context.Context, in *ec2api.DescribeInstanceStatusInput) (*ec2api.DescribeInstanceStatusOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	now := s.world.Now()
	found, next, err := query[*instance]{
		page: page{op: "DescribeInstanceStatus", max: in.MaxResults, token: in.NextToken, idsName: "instancesSet", least: 5, most: 1000},
		from: &r.Instances, prefix: "i", named: in.InstanceIds, filters: in.Filters, by: statusFilters(now), dryRun: in.DryRun,
		extra: func(i *instance) bool { return i.State == running || isSet(in.IncludeAllInstances) },
	}.run(r)
	if err != nil {
		return nil, err
	}
	return &ec2api.DescribeInstanceStatusOutput{NextToken: next, InstanceStatuses: mapped(found, func(i *instance) types.InstanceStatus { return i.status(now) })}, nil
}

func (i *instance) status(now time.Time) types.InstanceStatus {
	summary := func() *types.InstanceStatusSummary {
		out := &types.InstanceStatusSummary{Status: i.checks(now)}
		if detail := i.reachability(now); detail != "" {
			out.Details = []types.InstanceStatusDetails{{Name: types.StatusNameReachability, Status: detail}}
		}
		return out
	}
	ebs := &types.EbsStatusSummary{Status: i.checks(now)}
	if detail := i.reachability(now); detail != "" {
		ebs.Details = []types.EbsStatusDetails{{Name: types.StatusNameReachability, Status: detail}}
	}
	return types.InstanceStatus{InstanceId: new(i.ID), AvailabilityZone: new(i.Zone), InstanceState: sdkState(i.State),
		InstanceStatus: summary(), SystemStatus: summary(), AttachedEbsStatus: ebs,
		Events: mapped(i.Events, func(e *scheduledEvent) types.InstanceStatusEvent { return e.describe() })}
}
