package ec2

import (
	"context"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/world"
)

// No volume of the mock is ever impaired, so there are no events and no actions.
var volumeStatusFilters = filterSet[*disk]{
	"action.code":                  never[*disk],
	"action.description":           never[*disk],
	"action.event-id":              never[*disk],
	"availability-zone":            one(func(d *disk) string { return d.Zone }),
	"event.description":            never[*disk],
	"event.event-id":               never[*disk],
	"event.event-type":             never[*disk],
	"event.not-after":              never[*disk],
	"event.not-before":             never[*disk],
	"volume-status.details-name":   func(*region, *disk) []string { return []string{"io-enabled", "io-performance"} },
	"volume-status.details-status": func(*region, *disk) []string { return []string{"passed", "not-applicable"} },
	"volume-status.status":         one(func(d *disk) string { return string(d.status()) }),
}

// status is the state of a volume's checks.
// https://docs.aws.amazon.com/ebs/latest/userguide/monitoring-volume-checks.html
func (d *disk) status() types.VolumeStatusInfoStatus {
	if d.State == types.VolumeStateCreating {
		return types.VolumeStatusInfoStatusInsufficientData
	}
	return types.VolumeStatusInfoStatusOk
}

// DescribeVolumeStatus lists the checks of volumes.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumeStatus.html
func (s *Service) DescribeVolumeStatus(ctx context.Context, in *ec2api.DescribeVolumeStatusInput) (*ec2api.DescribeVolumeStatusOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	found, next, err := query[*disk]{
		page: page{op: "DescribeVolumeStatus", max: in.MaxResults, token: in.NextToken, idsName: "volumeIdsSet", least: 5, most: 1000},
		from: &r.Volumes, prefix: "vol", named: in.VolumeIds, filters: in.Filters, by: volumeStatusFilters, dryRun: in.DryRun,
	}.run(r)
	if err != nil {
		return nil, err
	}
	return &ec2api.DescribeVolumeStatusOutput{NextToken: next, VolumeStatuses: mapped(found, func(d *disk) types.VolumeStatusItem {
		return types.VolumeStatusItem{VolumeId: new(d.ID), AvailabilityZone: new(d.Zone), AvailabilityZoneId: new(zoneID(d.Zone)), VolumeStatus: &types.VolumeStatusInfo{Status: d.status(),
			Details: []types.VolumeStatusDetails{{Name: types.VolumeStatusNameIoEnabled, Status: new("passed")}, {Name: types.VolumeStatusNameIoPerformance, Status: new("not-applicable")}}}}
	})}, nil
}
