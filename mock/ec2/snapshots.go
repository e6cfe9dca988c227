package ec2

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// snapshotDelay is the time from pending to completed of a snapshot. assumed: AWS
// publishes no figures; it grows with what was written since the last one.
const snapshotDelay = 30 * time.Second

// snapshot is an EBS snapshot. Whether it is complete follows from the time alone.
type snapshot struct {
	record
	VolumeID    string    `json:"volumeId"`
	SizeGiB     int32     `json:"sizeGiB"`
	Description string    `json:"description"`
	Encrypted   bool      `json:"encrypted,omitempty"`
	KMSKeyID    string    `json:"kmsKeyId,omitempty"`
	Started     time.Time `json:"started"`
	Completes   time.Time `json:"completes"`
}

// copiedVolume stands in a copied snapshot for the volume.
// https://docs.aws.amazon.com/ebs/latest/userguide/ebs-copy-snapshot.html
const copiedVolume = "vol-ffffffff"

func (sn *snapshot) state(now time.Time) types.SnapshotState {
	if now.Before(sn.Completes) {
		return types.SnapshotStatePending
	}
	return types.SnapshotStateCompleted
}

func (sn *snapshot) progress(now time.Time) string {
	return fmt.Sprintf("%d%%", percent(now, sn.Started, sn.Completes))
}

// snapshotFilters read the progress as it stands at an instant, so they are made per call.
func snapshotFilters(now time.Time) filterSet[*snapshot] {
	return tagged(filterSet[*snapshot]{
		"description":   one(func(sn *snapshot) string { return sn.Description }),
		"encrypted":     flag(func(sn *snapshot) bool { return sn.Encrypted }),
		"owner-alias":   never[*snapshot],
		"owner-id":      owner[*snapshot],
		"progress":      one(func(sn *snapshot) string { return sn.progress(now) }),
		"snapshot-id":   one(func(sn *snapshot) string { return sn.ID }),
		"start-time":    stamp(func(sn *snapshot) time.Time { return sn.Started }),
		"status":        one(func(sn *snapshot) string { return string(sn.state(now)) }),
		"storage-tier":  always[*snapshot](string(types.StorageTierStandard)),
		"transfer-type": never[*snapshot],
		"volume-id":     one(func(sn *snapshot) string { return sn.VolumeID }),
		"volume-size":   digits(func(sn *snapshot) int32 { return sn.SizeGiB }),
	}, (*snapshot).id)
}

// addSnapshot begins a snapshot of a volume.
func (s *Service) addSnapshot(r *region, d *disk, description string, tags map[string]string) *snapshot {
	now := s.world.Now().Truncate(time.Millisecond)
	sn := &snapshot{record: s.record(r, "snap"), VolumeID: d.ID, SizeGiB: d.SizeGiB, Description: description, Encrypted: d.Encrypted, KMSKeyID: d.KMSKeyID,
		Started: now, Completes: now.Add(s.world.Delay(snapshotDelay))}
	r.Snapshots.add(sn)
	r.setTags(sn.ID, tags)
	return sn
}

// fillFrom gives a new volume what it has from a snapshot, which must be complete.
func (r *region) fillFrom(now time.Time, d *disk, id string) error {
	sn, err := lookup(&r.Snapshots, "snap", "SnapshotId", &id)
	if err != nil {
		return err
	}
	switch { // assumed: the texts
	case sn.state(now) != types.SnapshotStateCompleted:
		return wire.Errorf("IncorrectState", "Snapshot is in invalid state - %s", sn.state(now))
	case d.SizeGiB != 0 && d.SizeGiB < sn.SizeGiB:
		return wire.Errorf("InvalidParameterValue", "Volume of size %dGB is smaller than snapshot '%s', expect size >= %dGB", d.SizeGiB, sn.ID, sn.SizeGiB)
	}
	d.SnapshotID, d.SizeGiB = sn.ID, cmp.Or(d.SizeGiB, sn.SizeGiB)
	d.Encrypted, d.KMSKeyID = d.Encrypted || sn.Encrypted, cmp.Or(d.KMSKeyID, sn.KMSKeyID)
	return nil
}

// CreateSnapshot begins a snapshot of a volume, in use or not.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshot.html
func (s *Service) CreateSnapshot(ctx context.Context, in *ec2api.CreateSnapshotInput) (*ec2api.CreateSnapshotOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	d, err := lookup(&r.Volumes, "vol", "VolumeId", in.VolumeId)
	if err != nil {
		return nil, err
	}
	if d.State != types.VolumeStateAvailable && d.State != types.VolumeStateInUse {
		return nil, notAvailable(d)
	}
	tags, err := tagsFor(types.ResourceTypeSnapshot, in.TagSpecifications)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	sn := s.describeSnapshot(r, s.addSnapshot(r, d, deref(in.Description), tags))
	return &ec2api.CreateSnapshotOutput{SnapshotId: sn.SnapshotId, VolumeId: sn.VolumeId, VolumeSize: sn.VolumeSize, Description: sn.Description, Encrypted: sn.Encrypted,
		OwnerId: sn.OwnerId, State: sn.State, Progress: sn.Progress, StartTime: sn.StartTime, StorageTier: sn.StorageTier, Tags: sn.Tags, KmsKeyId: sn.KmsKeyId}, nil
}

// CreateSnapshots begins snapshots of all of an instance's volumes at one instant.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshots.html
func (s *Service) CreateSnapshots(ctx context.Context, in *ec2api.CreateSnapshotsInput) (*ec2api.CreateSnapshotsOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	if in.InstanceSpecification == nil {
		return nil, missingParameter("InstanceSpecification")
	}
	i, err := lookup(&r.Instances, "i", "InstanceId", in.InstanceSpecification.InstanceId)
	if err != nil {
		return nil, err
	}
	chosen, err := r.chosenDisks(i, in.InstanceSpecification)
	if err != nil {
		return nil, err
	}
	tags, err := tagsFor(types.ResourceTypeSnapshot, in.TagSpecifications)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	out := &ec2api.CreateSnapshotsOutput{}
	for _, d := range chosen {
		made := s.addSnapshot(r, d, deref(in.Description), nil)
		if in.CopyTagsFromSource == types.CopyTagsFromSourceVolume {
			r.setTags(made.ID, ownTags(r.Tags[d.ID]))
		}
		r.setTags(made.ID, tags)
		sn := s.describeSnapshot(r, made)
		out.Snapshots = append(out.Snapshots, types.SnapshotInfo{SnapshotId: sn.SnapshotId, VolumeId: sn.VolumeId, VolumeSize: sn.VolumeSize, Description: sn.Description,
			Encrypted: sn.Encrypted, OwnerId: sn.OwnerId, State: sn.State, Progress: sn.Progress, StartTime: sn.StartTime, Tags: sn.Tags})
	}
	return out, nil
}

// chosenDisks are the volumes of an instance that a call does not leave out. assumed: the texts.
func (r *region) chosenDisks(i *instance, spec *types.InstanceSpecification) ([]*disk, error) {
	for _, id := range spec.ExcludeDataVolumeIds {
		d := i.disk(id)
		if d == nil {
			return nil, wire.Errorf("InvalidParameterValue", "The volume '%s' is not attached to instance '%s'", id, i.ID)
		}
		if d.Device == i.RootDevice {
			return nil, wire.Errorf("InvalidParameterValue", "The root volume '%s' cannot be excluded as a data volume", id)
		}
	}
	chosen := filtered(i.Disks, func(d *disk) bool {
		return !slices.Contains(spec.ExcludeDataVolumeIds, d.ID) && !(isSet(spec.ExcludeBootVolume) && d.Device == i.RootDevice)
	})
	if len(chosen) == 0 {
		return nil, wire.Errorf("InvalidParameterValue", "There are no volumes to snapshot on instance '%s'", i.ID)
	}
	return chosen, nil
}

// CopySnapshot copies a snapshot of the account, from this region or another.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopySnapshot.html
func (s *Service) CopySnapshot(ctx context.Context, in *ec2api.CopySnapshotInput) (*ec2api.CopySnapshotOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	if deref(in.SourceRegion) == "" {
		return nil, missingParameter("sourceRegion")
	}
	from := s.in(world.Scope{Account: r.Scope.Account, Region: *in.SourceRegion})
	source, err := lookup(&from.Snapshots, "snap", "sourceSnapshotId", in.SourceSnapshotId)
	if err != nil {
		return nil, err
	}
	now := s.world.Now()
	if source.state(now) != types.SnapshotStateCompleted { // assumed: the text
		return nil, wire.Errorf("IncorrectState", "Snapshot is in invalid state - %s", source.state(now))
	}
	tags, err := tagsFor(types.ResourceTypeSnapshot, in.TagSpecifications)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	made := s.addSnapshot(r, &disk{record: record{ID: copiedVolume}, SizeGiB: source.SizeGiB, Encrypted: source.Encrypted || isSet(in.Encrypted),
		KMSKeyID: cmp.Or(deref(in.KmsKeyId), source.KMSKeyID)}, deref(in.Description), tags)
	return &ec2api.CopySnapshotOutput{SnapshotId: new(made.ID), Tags: sdkTags(r.Tags[made.ID])}, nil
}

// DeleteSnapshot deletes a snapshot that no image of the account needs.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSnapshot.html
func (s *Service) DeleteSnapshot(ctx context.Context, in *ec2api.DeleteSnapshotInput) (*ec2api.DeleteSnapshotOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	sn, err := lookup(&r.Snapshots, "snap", "SnapshotId", in.SnapshotId)
	if err != nil {
		return nil, err
	}
	if im, used := r.Images.first(func(im *image) bool { return im.uses(sn.ID) }); used { // text as in getmoto/moto's exceptions
		return nil, wire.Errorf("InvalidSnapshot.InUse", "The snapshot %s is currently in use by %s", sn.ID, im.ID)
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	r.Snapshots.remove(sn)
	r.dropTags(sn.ID)
	return &ec2api.DeleteSnapshotOutput{}, nil
}

// DescribeSnapshots lists the account's snapshots: nobody shares any with it here.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html
func (s *Service) DescribeSnapshots(ctx context.Context, in *ec2api.DescribeSnapshotsInput) (*ec2api.DescribeSnapshotsOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	mine := func(names []string) bool {
		return len(names) == 0 || slices.Contains(names, "self") || slices.Contains(names, r.Scope.Account)
	}
	found, next, err := query[*snapshot]{
		page: page{op: "DescribeSnapshots", max: in.MaxResults, token: in.NextToken, idsName: "snapshotIdsSet", least: 5, most: 1000},
		from: &r.Snapshots, prefix: "snap", named: in.SnapshotIds, filters: in.Filters, by: snapshotFilters(s.world.Now()), dryRun: in.DryRun,
		extra: func(*snapshot) bool { return mine(in.OwnerIds) && mine(in.RestorableByUserIds) },
	}.run(r)
	if err != nil {
		return nil, err
	}
	return &ec2api.DescribeSnapshotsOutput{NextToken: next, Snapshots: mapped(found, func(sn *snapshot) types.Snapshot { return s.describeSnapshot(r, sn) })}, nil
}

func (s *Service) describeSnapshot(r *region, sn *snapshot) types.Snapshot {
	now := s.world.Now()
	out := types.Snapshot{SnapshotId: new(sn.ID), VolumeId: new(sn.VolumeID), VolumeSize: new(sn.SizeGiB), Description: new(sn.Description), OwnerId: new(r.Scope.Account),
		State: sn.state(now), Progress: new(sn.progress(now)), StartTime: new(sn.Started), Encrypted: new(sn.Encrypted), StorageTier: types.StorageTierStandard, Tags: sdkTags(r.Tags[sn.ID])}
	if sn.Encrypted {
		out.KmsKeyId = new(r.kmsKey(sn.KMSKeyID))
	}
	if out.State == types.SnapshotStateCompleted {
		out.CompletionTime = new(sn.Completes)
	}
	return out
}
