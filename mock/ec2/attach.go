package ec2

import (
	"context"
	"regexp"
	"slices"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// deviceName is what a volume can be called on an instance.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/device_naming.html
var deviceName = regexp.MustCompile(`^(/dev/)?(sd[a-z]([1-9]|1[0-5])?|xvd[a-z]([1-9]|1[0-5])?|xvd[a-d][a-z]|hd[a-z]([1-9]|1[0-5])?)$`)

// AttachVolume attaches a volume to a running or stopped instance of its zone.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachVolume.html
func (s *Service) AttachVolume(ctx context.Context, in *ec2api.AttachVolumeInput) (*ec2api.AttachVolumeOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	d, err := lookup(&r.Volumes, "vol", "VolumeId", in.VolumeId)
	if err != nil {
		return nil, err
	}
	i, err := lookup(&r.Instances, "i", "InstanceId", in.InstanceId)
	if err != nil {
		return nil, err
	}
	if err := attachable(i, d, in.Device); err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	d.State = types.VolumeStateInUse
	d.diskAttachment = diskAttachment{InstanceID: i.ID, Device: *in.Device, Keep: true, Attached: s.world.Now().Truncate(time.Millisecond), Attachment: types.VolumeAttachmentStateAttaching}
	i.Disks = append(i.Disks, d)
	a := d.describeAttachment()
	s.volumeLater(r, d, "attached", attachDelay)
	return &ec2api.AttachVolumeOutput{VolumeId: a.VolumeId, InstanceId: a.InstanceId, Device: a.Device, State: a.State, AttachTime: a.AttachTime, DeleteOnTermination: a.DeleteOnTermination}, nil
}

// attachable refuses what cannot be attached. assumed: the texts that have no source.
func attachable(i *instance, d *disk, device *string) error {
	switch {
	case deref(device) == "":
		return missingParameter("device")
	case !deviceName.MatchString(*device):
		return wire.Errorf("InvalidParameterValue", "Value (%s) for parameter device is invalid. %s is not a valid EBS device name.", *device, *device)
	case d.State == types.VolumeStateInUse: // text: github.com/portworx/px-dev issue 42
		return wire.Errorf("VolumeInUse", "%s is already attached to an instance", d.ID)
	case d.State == types.VolumeStateDeleting:
		return notFound("vol", d.ID)
	case d.State != types.VolumeStateAvailable:
		return notAvailable(d)
	case i.State != running && i.State != stopped:
		return wire.Errorf("IncorrectState", "Instance '%s' is not 'running'.", i.ID)
	case i.Zone != d.Zone: // text: github.com/linuxkit/linuxkit issue 2388
		return wire.Errorf("InvalidVolume.ZoneMismatch", "The volume '%s' is not in the same availability zone as instance '%s'", d.ID, i.ID)
	case slices.ContainsFunc(i.Disks, func(other *disk) bool { return other.Device == *device }):
		return wire.Errorf("InvalidParameterValue", "Invalid value '%s' for unixDevice. Attachment point %s is already in use", *device, *device)
	}
	return nil
}

// DetachVolume detaches a volume, but for the root volume of an instance that is not
// stopped. With Force it is off at once.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachVolume.html
func (s *Service) DetachVolume(ctx context.Context, in *ec2api.DetachVolumeInput) (*ec2api.DetachVolumeOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	d, err := lookup(&r.Volumes, "vol", "VolumeId", in.VolumeId)
	if err != nil {
		return nil, err
	}
	if err := r.detachable(d, in); err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	d.Attachment = types.VolumeAttachmentStateDetaching
	a := d.describeAttachment()
	if isSet(in.Force) {
		r.freeDisk(d)
	} else {
		s.volumeLater(r, d, "detached", detachDelay)
	}
	return &ec2api.DetachVolumeOutput{VolumeId: a.VolumeId, InstanceId: a.InstanceId, Device: a.Device, State: a.State, AttachTime: a.AttachTime, DeleteOnTermination: a.DeleteOnTermination}, nil
}

// detachable refuses what cannot be detached. Texts of the attachment as in getmoto/moto's
// exceptions. assumed: the other texts.
func (r *region) detachable(d *disk, in *ec2api.DetachVolumeInput) error {
	if d.InstanceID == "" {
		return notAvailable(d)
	}
	i := r.Instances.get(d.InstanceID)
	switch {
	case deref(in.InstanceId) != "" && *in.InstanceId != d.InstanceID:
		return wire.Errorf("InvalidAttachment.NotFound", "Volume %s can not be detached from %s because it is not attached", d.ID, *in.InstanceId)
	case deref(in.Device) != "" && *in.Device != d.Device:
		return wire.Errorf("InvalidAttachment.NotFound", "The volume %s is not attached to instance %s as device %s", d.ID, d.InstanceID, *in.Device)
	case d.Attachment == types.VolumeAttachmentStateDetaching && !isSet(in.Force):
		return wire.Errorf("IncorrectState", "Volume '%s' is in the 'detaching' state.", d.ID)
	case d.Device == i.RootDevice && i.State != stopped:
		return wire.Errorf("OperationNotPermitted", "Unable to detach root volume '%s' from instance '%s'", d.Device, d.InstanceID)
	}
	return nil
}
