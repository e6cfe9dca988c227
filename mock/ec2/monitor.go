package ec2

import (
	"cmp"
	"context"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// MonitorInstances turns detailed monitoring on. assumed: that it is on at once, and only
// the answer says pending.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_MonitorInstances.html
func (s *Service) MonitorInstances(ctx context.Context, in *ec2api.MonitorInstancesInput) (*ec2api.MonitorInstancesOutput, error) {
	changed, err := s.monitor(ctx, in.InstanceIds, in.DryRun, true)
	return &ec2api.MonitorInstancesOutput{InstanceMonitorings: changed}, err
}

// UnmonitorInstances turns detailed monitoring off.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnmonitorInstances.html
func (s *Service) UnmonitorInstances(ctx context.Context, in *ec2api.UnmonitorInstancesInput) (*ec2api.UnmonitorInstancesOutput, error) {
	changed, err := s.monitor(ctx, in.InstanceIds, in.DryRun, false)
	return &ec2api.UnmonitorInstancesOutput{InstanceMonitorings: changed}, err
}

func (s *Service) monitor(ctx context.Context, ids []string, dry *bool, on bool) ([]types.InstanceMonitoring, error) {
	r := s.in(world.ScopeOf(ctx))
	found, err := r.targets(ids, func(i *instance) error {
		if i.State == terminated || i.State == shuttingDown { // assumed: that it is refused, and the text
			return wire.Errorf("IncorrectInstanceState", "The instance '%s' is not in a state from which its monitoring can be changed.", i.ID)
		}
		return nil
	})
	if err == nil {
		err = dryRun(dry)
	}
	if err != nil {
		return nil, err
	}
	return mapped(found, func(i *instance) types.InstanceMonitoring {
		state := i.monitoring()
		switch {
		case on && !i.Monitored:
			state = types.MonitoringStatePending
		case !on && i.Monitored:
			state = types.MonitoringStateDisabling
		}
		i.Monitored = on
		return types.InstanceMonitoring{InstanceId: new(i.ID), Monitoring: &types.Monitoring{State: state}}
	}), nil
}

// credits is the credit option of a burstable instance: unlimited is the default of t3 and
// t4g, standard of t2.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances-unlimited-mode.html
func (i *instance) credits() string {
	if len(i.Type) > 2 && i.Type[:3] == "t2." {
		return cmp.Or(i.Credits, "standard")
	}
	return cmp.Or(i.Credits, "unlimited")
}

// DescribeInstanceCreditSpecifications lists how burstable instances pay for their bursts:
// those named, or all that are unlimited.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceCreditSpecifications.html
func (s *Service) DescribeInstanceCreditSpecifications(ctx context.Context, in *ec2api.DescribeInstanceCreditSpecificationsInput) (*ec2api.DescribeInstanceCreditSpecificationsOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	burstable := func(i *instance) bool {
		f, err := typeNamed(i.Type)
		return err == nil && f.burstable && (i.State == running || i.State == stopped)
	}
	found, err := r.find(in.InstanceIds)
	if err != nil {
		return nil, err
	}
	for _, i := range found {
		if !burstable(i) { // assumed: code and text
			return nil, wire.Errorf("InvalidInstanceID", "The instance '%s' is not a burstable performance instance that is running or stopped.", i.ID)
		}
	}
	match, next, err := query[*instance]{
		page: page{op: "DescribeInstanceCreditSpecifications", max: in.MaxResults, token: in.NextToken, idsName: "instancesSet", least: 5, most: 1000},
		from: &r.Instances, prefix: "i", named: in.InstanceIds, filters: in.Filters, dryRun: in.DryRun,
		by:    filterSet[*instance]{"instance-id": one(func(i *instance) string { return i.ID })},
		extra: func(i *instance) bool { return burstable(i) && (len(in.InstanceIds) > 0 || i.credits() == "unlimited") },
	}.run(r)
	if err != nil {
		return nil, err
	}
	return &ec2api.DescribeInstanceCreditSpecificationsOutput{NextToken: next, InstanceCreditSpecifications: mapped(match, func(i *instance) types.InstanceCreditSpecification {
		return types.InstanceCreditSpecification{InstanceId: new(i.ID), CpuCredits: new(i.credits())}
	})}, nil
}
