package ec2

import (
	"context"
	"slices"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// The delays of a volume's life. assumed: AWS publishes no figures.
const (
	volumeCreateDelay = 3 * time.Second // volume: creating → available
	volumeDeleteDelay = 5 * time.Second // volume: deleting → gone
	attachDelay       = 2 * time.Second // volume: attaching → attached
	detachDelay       = 5 * time.Second // volume: detaching → available
)

// volumeStep is the end of something that takes a volume time.
var volumeStep = world.Topic[volumeStepData]{Name: "ec2:volume"}

type volumeStepData struct {
	VolumeID string `json:"volumeId"`
	// To is what has come about: available, attached, detached, deleted, or, of a
	// modification, optimizing and completed.
	To string `json:"to"`
	// InstanceID is the instance that it was attached to or detached from.
	InstanceID string `json:"instanceId,omitempty"`
}

func (s *Service) volumeLater(r *region, d *disk, to string, delay time.Duration) {
	volumeStep.After(s.world, s.world.Delay(delay), r.Scope, volumeStepData{d.ID, to, d.InstanceID})
}

// volumeArrived plays the end of a step. A step that was overtaken, because its instance
// was terminated meanwhile, finds the volume in another state and does nothing.
func (s *Service) volumeArrived(sc world.Scope, step volumeStepData) {
	r := s.in(sc)
	d := r.Volumes.get(step.VolumeID)
	switch {
	case d == nil:
	case step.To == "available" && d.State == types.VolumeStateCreating:
		d.State = types.VolumeStateAvailable
	case step.To == "attached" && d.InstanceID == step.InstanceID && d.Attachment == types.VolumeAttachmentStateAttaching:
		d.Attachment = types.VolumeAttachmentStateAttached
	case step.To == "detached" && d.InstanceID == step.InstanceID && d.Attachment == types.VolumeAttachmentStateDetaching:
		r.freeDisk(d)
	case step.To == "deleted" && d.State == types.VolumeStateDeleting:
		r.forgetDisk(d)
	case step.To == "optimizing" || step.To == "completed":
		d.modified(step.To, s.world.Now())
	}
}

var volumeFilters = tagged(filterSet[*disk]{
	"attachment.attach-time":           stamp(func(d *disk) time.Time { return d.Attached }),
	"attachment.delete-on-termination": func(_ *region, d *disk) []string { return ifAttached(d, boolText(!d.Keep)) },
	"attachment.device":                one(func(d *disk) string { return d.Device }),
	"attachment.instance-id":           one(func(d *disk) string { return d.InstanceID }),
	"attachment.status":                one(func(d *disk) string { return string(d.Attachment) }),
	"availability-zone":                one(func(d *disk) string { return d.Zone }),
	"availability-zone-id":             one(func(d *disk) string { return zoneID(d.Zone) }),
	"create-time":                      stamp(func(d *disk) time.Time { return d.Created }),
	"encrypted":                        flag(func(d *disk) bool { return d.Encrypted }),
	"fast-restored":                    always[*disk]("false"),
	"multi-attach-enabled":             always[*disk]("false"),
	"operator.managed":                 always[*disk]("false"),
	"operator.principal":               never[*disk],
	"size":                             digits(func(d *disk) int32 { return d.SizeGiB }),
	"snapshot-id":                      one(func(d *disk) string { return d.SnapshotID }),
	"status":                           one(func(d *disk) string { return string(d.State) }),
	"volume-id":                        one(func(d *disk) string { return d.ID }),
	"volume-type":                      one(func(d *disk) string { return string(d.Type) }),
}, (*disk).id)

func ifAttached(d *disk, value string) []string {
	if d.InstanceID == "" {
		return nil
	}
	return []string{value}
}

// CreateVolume makes a volume, empty or from a snapshot.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVolume.html
func (s *Service) CreateVolume(ctx context.Context, in *ec2api.CreateVolumeInput) (*ec2api.CreateVolumeOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	sum := digest(in, "ClientToken", "DryRun")
	earlier, err := r.madeBefore("CreateVolume", in.ClientToken, sum)
	if err != nil {
		return nil, err
	}
	if d := r.Volumes.get(earlier); d != nil {
		return r.createdVolume(d), nil
	}
	d, err := r.planVolume(s.world.Now(), in)
	if err != nil {
		return nil, err
	}
	tags, err := tagsFor(types.ResourceTypeVolume, in.TagSpecifications)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	d.record, d.Created, d.State = s.record(r, "vol"), s.world.Now().Truncate(time.Millisecond), types.VolumeStateCreating
	r.Volumes.add(&d)
	r.setTags(d.ID, tags)
	r.keepToken("CreateVolume", in.ClientToken, sum, d.ID)
	out := r.createdVolume(&d)
	s.volumeLater(r, &d, "available", volumeCreateDelay)
	return out, nil
}

// planVolume checks what a new volume is to be.
func (r *region) planVolume(now time.Time, in *ec2api.CreateVolumeInput) (disk, error) {
	d := disk{Type: in.VolumeType, SizeGiB: number(in.Size), IOPS: number(in.Iops), Throughput: number(in.Throughput),
		Encrypted: isSet(in.Encrypted), KMSKeyID: deref(in.KmsKeyId)}
	var err error
	if d.Zone, err = r.zoneNamed(in.AvailabilityZone, in.AvailabilityZoneId); err != nil {
		return d, err
	}
	if in.Size == nil && deref(in.SnapshotId) == "" {
		return d, missingParameter("size/snapshot")
	}
	if d.KMSKeyID != "" && !d.Encrypted {
		return d, wire.Errorf("InvalidParameterDependency", "The parameter KmsKeyId requires the parameter Encrypted to be set.")
	}
	if deref(in.SnapshotId) != "" {
		if err := r.fillFrom(now, &d, *in.SnapshotId); err != nil {
			return d, err
		}
	}
	return d, d.fit()
}

func (r *region) createdVolume(d *disk) *ec2api.CreateVolumeOutput {
	v := r.describeVolume(d)
	return &ec2api.CreateVolumeOutput{VolumeId: v.VolumeId, AvailabilityZone: v.AvailabilityZone, AvailabilityZoneId: v.AvailabilityZoneId, CreateTime: v.CreateTime,
		Encrypted: v.Encrypted, KmsKeyId: v.KmsKeyId, Iops: v.Iops, Size: v.Size, SnapshotId: v.SnapshotId, State: v.State, Throughput: v.Throughput,
		VolumeType: v.VolumeType, MultiAttachEnabled: v.MultiAttachEnabled, Tags: v.Tags}
}

// DeleteVolume deletes a volume that is attached to nothing.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVolume.html
func (s *Service) DeleteVolume(ctx context.Context, in *ec2api.DeleteVolumeInput) (*ec2api.DeleteVolumeOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	d, err := lookup(&r.Volumes, "vol", "VolumeId", in.VolumeId)
	if err != nil {
		return nil, err
	}
	switch d.State {
	case types.VolumeStateAvailable:
	case types.VolumeStateInUse: // text as in getmoto/moto's exceptions
		return nil, wire.Errorf("VolumeInUse", "Volume %s is currently attached to %s", d.ID, d.InstanceID)
	case types.VolumeStateDeleting:
		return nil, notFound("vol", d.ID)
	default:
		return nil, notAvailable(d)
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	d.State = types.VolumeStateDeleting
	s.volumeLater(r, d, "deleted", volumeDeleteDelay)
	return &ec2api.DeleteVolumeOutput{}, nil
}

// notAvailable refuses what only a volume that is available allows. assumed: the text.
func notAvailable(d *disk) error {
	return wire.Errorf("IncorrectState", "Volume '%s' is in the '%s' state.", d.ID, d.State)
}

// DescribeVolumes lists volumes, attached or not.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumes.html
func (s *Service) DescribeVolumes(ctx context.Context, in *ec2api.DescribeVolumesInput) (*ec2api.DescribeVolumesOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	found, next, err := query[*disk]{
		page: page{op: "DescribeVolumes", max: in.MaxResults, token: in.NextToken, idsName: "volumeIdsSet", least: 5, most: 1000},
		from: &r.Volumes, prefix: "vol", named: in.VolumeIds, filters: in.Filters, by: volumeFilters, dryRun: in.DryRun,
	}.run(r)
	if err != nil {
		return nil, err
	}
	return &ec2api.DescribeVolumesOutput{NextToken: next, Volumes: mapped(found, r.describeVolume)}, nil
}

func (r *region) describeVolume(d *disk) types.Volume {
	out := types.Volume{VolumeId: new(d.ID), AvailabilityZone: new(d.Zone), AvailabilityZoneId: new(zoneID(d.Zone)), CreateTime: new(d.Created), State: d.State,
		Size: new(d.SizeGiB), VolumeType: d.Type, SnapshotId: new(d.SnapshotID), Encrypted: new(d.Encrypted), MultiAttachEnabled: new(false),
		Tags: sdkTags(r.Tags[d.ID]), Attachments: []types.VolumeAttachment{}}
	if d.IOPS > 0 {
		out.Iops = new(d.IOPS)
	}
	if d.Throughput > 0 {
		out.Throughput = new(d.Throughput)
	}
	if d.Encrypted {
		out.KmsKeyId = new(r.kmsKey(d.KMSKeyID))
	}
	if d.InstanceID != "" {
		out.Attachments = append(out.Attachments, d.describeAttachment())
	}
	return out
}

func (d *disk) describeAttachment() types.VolumeAttachment {
	return types.VolumeAttachment{VolumeId: new(d.ID), InstanceId: new(d.InstanceID), Device: new(d.Device), State: d.Attachment,
		AttachTime: new(d.Attached), DeleteOnTermination: new(!d.Keep)}
}

// kmsKey is the ARN of a key: the one named, or the account's own for EBS. Key Management
// Service is not modelled, so every key is there.
func (r *region) kmsKey(name string) string {
	prefix := "arn:aws:kms:" + r.Scope.Region + ":" + r.Scope.Account + ":"
	switch {
	case name == "":
		h := r.stableID("key")[5:]
		return prefix + "key/" + h[:8] + "-" + h[8:12] + "-4" + h[12:15] + "-a000-" + h[:12]
	case slices.ContainsFunc([]string{"arn:", "alias/"}, func(p string) bool { return len(name) > len(p) && name[:len(p)] == p }):
		return name
	}
	return prefix + "key/" + name
}
