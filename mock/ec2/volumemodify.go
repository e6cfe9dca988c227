package ec2

import (
	"cmp"
	"context"
	"slices"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// The delays of a volume's modification. assumed: AWS says "seconds" for the first and
// minutes to hours for the second.
const (
	modifyDelay   = 10 * time.Second // volume modification: modifying → optimizing
	optimizeDelay = 5 * time.Minute  // volume modification: optimizing → completed
)

// A volume can be modified four times within 24 hours, each time after the last is done.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVolume.html
const (
	maxModifications   = 4
	modificationWindow = 24 * time.Hour
)

// volumeChange is a modification of a volume.
type volumeChange struct {
	State    types.VolumeModificationState `json:"state"`
	Started  time.Time                     `json:"started"`
	Ended    time.Time                     `json:"ended,omitzero"`
	Original volumeShape                   `json:"original"`
	Target   volumeShape                   `json:"target"`
}

// volumeShape is what a modification can change.
type volumeShape struct {
	SizeGiB    int32            `json:"sizeGiB"`
	Type       types.VolumeType `json:"type"`
	IOPS       int32            `json:"iops,omitempty"`
	Throughput int32            `json:"throughput,omitempty"`
}

func (d *disk) shape() volumeShape { return volumeShape{d.SizeGiB, d.Type, d.IOPS, d.Throughput} }

// modified takes a modification to its next state. The new size can be used as soon as
// the volume is being optimized.
// https://docs.aws.amazon.com/ebs/latest/userguide/monitoring-volume-modifications.html
func (d *disk) modified(to string, now time.Time) {
	change := d.lastChange()
	if change == nil {
		return
	}
	change.State = types.VolumeModificationState(to)
	if to == "completed" {
		change.Ended = now.Truncate(time.Millisecond)
		return
	}
	d.SizeGiB, d.Type, d.IOPS, d.Throughput = change.Target.SizeGiB, change.Target.Type, change.Target.IOPS, change.Target.Throughput
}

func (d *disk) lastChange() *volumeChange {
	if len(d.Changes) == 0 {
		return nil
	}
	return &d.Changes[len(d.Changes)-1]
}

// ModifyVolume changes a volume's size, type and performance while it is in use.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVolume.html
func (s *Service) ModifyVolume(ctx context.Context, in *ec2api.ModifyVolumeInput) (*ec2api.ModifyVolumeOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	d, err := lookup(&r.Volumes, "vol", "VolumeId", in.VolumeId)
	if err != nil {
		return nil, err
	}
	now := s.world.Now()
	target, err := d.reshape(in, now)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	d.Changes = slices.DeleteFunc(d.Changes, func(c volumeChange) bool { return now.Sub(c.Started) >= modificationWindow })
	d.Changes = append(d.Changes, volumeChange{State: types.VolumeModificationStateModifying, Started: now.Truncate(time.Millisecond), Original: d.shape(), Target: target})
	out := d.describeChange(now, 0)
	s.volumeLater(r, d, "optimizing", modifyDelay)
	s.volumeLater(r, d, "completed", modifyDelay+optimizeDelay)
	return &ec2api.ModifyVolumeOutput{VolumeModification: &out}, nil
}

// reshape checks a modification and settles what it leads to. assumed: the texts that
// have no source.
func (d *disk) reshape(in *ec2api.ModifyVolumeInput, now time.Time) (volumeShape, error) {
	if d.State != types.VolumeStateAvailable && d.State != types.VolumeStateInUse {
		return volumeShape{}, notAvailable(d)
	}
	if last := d.lastChange(); last != nil && last.State != types.VolumeModificationStateCompleted {
		return volumeShape{}, wire.Errorf("IncorrectModificationState", "Cannot modify volume %s in modification state %s", d.ID, last.State)
	}
	recent := filtered(d.Changes, func(c volumeChange) bool { return now.Sub(c.Started) < modificationWindow })
	if len(recent) >= maxModifications { // an older text: github.com/sodafoundation/strato issue 1094
		return volumeShape{}, wire.Errorf("VolumeModificationRateExceeded", "You've reached the maximum modification rate per volume limit. Wait until %s before the next modification of this EBS volume.",
			recent[0].Started.Add(modificationWindow).Format(time.RFC3339))
	}
	to := disk{SizeGiB: *cmp.Or(in.Size, &d.SizeGiB), Type: cmp.Or(in.VolumeType, d.Type)}
	if to.Type == d.Type { // another type begins with its defaults
		to.IOPS, to.Throughput = d.IOPS, d.Throughput
	}
	if to.Type == types.VolumeTypeGp2 {
		to.IOPS = 0
	}
	to.IOPS, to.Throughput = *cmp.Or(in.Iops, &to.IOPS), *cmp.Or(in.Throughput, &to.Throughput)
	if to.SizeGiB < d.SizeGiB {
		return volumeShape{}, wire.Errorf("InvalidParameterValue", "New size cannot be smaller than existing size")
	}
	return to.shape(), to.fit()
}

func (d *disk) describeChange(now time.Time, progress int64) types.VolumeModification {
	c := d.lastChange()
	out := types.VolumeModification{VolumeId: new(d.ID), ModificationState: c.State, StartTime: new(c.Started), Progress: new(progress),
		OriginalSize: new(c.Original.SizeGiB), OriginalVolumeType: c.Original.Type, OriginalMultiAttachEnabled: new(false),
		TargetSize: new(c.Target.SizeGiB), TargetVolumeType: c.Target.Type, TargetMultiAttachEnabled: new(false)}
	for _, m := range []struct {
		to   **int32
		from int32
	}{{&out.OriginalIops, c.Original.IOPS}, {&out.OriginalThroughput, c.Original.Throughput}, {&out.TargetIops, c.Target.IOPS}, {&out.TargetThroughput, c.Target.Throughput}} {
		if m.from > 0 {
			*m.to = new(m.from)
		}
	}
	if !c.Ended.IsZero() {
		out.EndTime = new(c.Ended)
	}
	return out
}

var changeFilters = filterSet[*disk]{
	"modification-state":         one(func(d *disk) string { return string(d.lastChange().State) }),
	"original-iops":              digits(func(d *disk) int32 { return d.lastChange().Original.IOPS }),
	"original-size":              digits(func(d *disk) int32 { return d.lastChange().Original.SizeGiB }),
	"original-volume-type":       one(func(d *disk) string { return string(d.lastChange().Original.Type) }),
	"originalMultiAttachEnabled": always[*disk]("false"),
	"start-time":                 stamp(func(d *disk) time.Time { return d.lastChange().Started }),
	"target-iops":                digits(func(d *disk) int32 { return d.lastChange().Target.IOPS }),
	"target-size":                digits(func(d *disk) int32 { return d.lastChange().Target.SizeGiB }),
	"target-volume-type":         one(func(d *disk) string { return string(d.lastChange().Target.Type) }),
	"targetMultiAttachEnabled":   always[*disk]("false"),
	"volume-id":                  one(func(d *disk) string { return d.ID }),
}

// DescribeVolumesModifications lists each volume's latest modification.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumesModifications.html
func (s *Service) DescribeVolumesModifications(ctx context.Context, in *ec2api.DescribeVolumesModificationsInput) (*ec2api.DescribeVolumesModificationsOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	named, err := find(&r.Volumes, "vol", in.VolumeIds)
	if err != nil {
		return nil, err
	}
	for _, d := range named {
		if d.lastChange() == nil { // assumed: the text
			return nil, wire.Errorf("InvalidVolumeModification.NotFound", "Modification for volume '%s' does not exist.", d.ID)
		}
	}
	found, next, err := query[*disk]{
		page: page{op: "DescribeVolumesModifications", max: in.MaxResults, token: in.NextToken, idsName: "volumeIdsSet", least: 5, most: 500},
		from: &r.Volumes, prefix: "vol", named: in.VolumeIds, filters: in.Filters, by: changeFilters, dryRun: in.DryRun,
		extra: func(d *disk) bool { return d.lastChange() != nil },
	}.run(r)
	if err != nil {
		return nil, err
	}
	now := s.world.Now()
	return &ec2api.DescribeVolumesModificationsOutput{NextToken: next, VolumesModifications: mapped(found, func(d *disk) types.VolumeModification {
		c := d.lastChange()
		return d.describeChange(now, percent(now, c.Started, c.Started.Add(s.world.Delay(modifyDelay+optimizeDelay))))
	})}, nil
}

// percent is how much of the time from one instant to another has passed.
func percent(now, from, to time.Time) int64 {
	if !now.Before(to) {
		return 100
	}
	return int64(100 * now.Sub(from) / to.Sub(from))
}
