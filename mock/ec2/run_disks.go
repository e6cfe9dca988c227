package ec2

import (
	"cmp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
)

// planDisks lays the request's block device mappings over the image's, by device name.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/block-device-mapping-concepts.html
func (r *region) planDisks(l *launch, args launchArgs) error {
	im := l.image.describe()
	asked := treeOf(types.RequestLaunchTemplateData{BlockDeviceMappings: args.BlockDeviceMappings})
	merged := as[types.Image](overlay(treeOf(types.Image{BlockDeviceMappings: im.BlockDeviceMappings}), asked))
	for _, m := range merged.BlockDeviceMappings {
		if m.NoDevice != nil {
			continue
		}
		d, err := readDisk(m)
		if err != nil {
			return err
		}
		if err := holdsSnapshot(d, im); err != nil {
			return err
		}
		l.disks = append(l.disks, d)
	}
	root := deref(im.RootDeviceName)
	at := slices.IndexFunc(l.disks, func(d disk) bool { return d.Device == root })
	if at < 0 { // assumed: the text; the code is in EC2's list of error codes
		return wire.Errorf("InvalidBlockDeviceMapping", "The root device %s cannot be suppressed", root)
	}
	l.disks[0], l.disks[at] = l.disks[at], l.disks[0]
	return nil
}

// readDisk turns a mapping into the volume that it asks for.
func readDisk(m types.BlockDeviceMapping) (disk, error) {
	if deref(m.DeviceName) == "" {
		return disk{}, wire.Errorf("MissingParameter", "The request must contain the parameter deviceName")
	}
	e := m.Ebs
	if e == nil { // assumed: the text
		return disk{}, wire.Errorf("InvalidBlockDeviceMapping", "The mapping of the device %s names no volume", *m.DeviceName)
	}
	d := disk{SizeGiB: number(e.VolumeSize), Type: cmp.Or(e.VolumeType, types.VolumeTypeGp2), SnapshotID: deref(e.SnapshotId),
		IOPS: number(e.Iops), Throughput: number(e.Throughput), Encrypted: isSet(e.Encrypted), KMSKeyID: deref(e.KmsKeyId),
		diskAttachment: diskAttachment{Device: *m.DeviceName, Keep: e.DeleteOnTermination != nil && !*e.DeleteOnTermination}}
	if d.KMSKeyID != "" && !d.Encrypted { // text: github.com/keithvassallomt/parsec-aws-automation issue 12
		return d, wire.Errorf("InvalidParameterDependency", "The parameter KmsKeyId requires the parameter Encrypted to be set.")
	}
	if d.SizeGiB == 0 {
		// text: github.com/nortontruter/infracoders-workshop pull 3
		return d, wire.Errorf("InvalidBlockDeviceMapping", "Either snapshot ID or volume size must be provided for: %s", d.Device)
	}
	return d, d.fit()
}

// holdsSnapshot refuses a volume that is smaller than the image's snapshot for it. text:
// github.com/aws-samples/amazon-autoscaling-mac1metal-ec2-with-terraform issue 6
func holdsSnapshot(d disk, im types.Image) error {
	for _, m := range im.BlockDeviceMappings {
		if deref(m.DeviceName) == d.Device && m.Ebs != nil && d.SnapshotID == deref(m.Ebs.SnapshotId) && d.SizeGiB < number(m.Ebs.VolumeSize) {
			return wire.Errorf("InvalidBlockDeviceMapping", "Volume of size %dGB is smaller than snapshot '%s', expect size>= %dGB", d.SizeGiB, d.SnapshotID, number(m.Ebs.VolumeSize))
		}
	}
	return nil
}
