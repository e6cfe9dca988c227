package ec2

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// disk is an EBS volume, attached to an instance or not: its only record.
type disk struct {
	record
	Zone       string            `json:"zone"`
	Created    time.Time         `json:"created"`
	State      types.VolumeState `json:"state"`
	SizeGiB    int32             `json:"sizeGiB"`
	Type       types.VolumeType  `json:"type"`
	IOPS       int32             `json:"iops,omitempty"`
	Throughput int32             `json:"throughput,omitempty"` // MiB/s, gp3 only
	Encrypted  bool              `json:"encrypted,omitempty"`
	KMSKeyID   string            `json:"kmsKeyId,omitempty"` // empty where Encrypted: the account's default key
	SnapshotID string            `json:"snapshotId,omitempty"`
	diskAttachment
	Changes []volumeChange `json:"changes,omitempty"` // modifications of the last day, and the latest
}

// diskAttachment is a volume's place on an instance; the zero value is none.
type diskAttachment struct {
	InstanceID string                      `json:"instanceId,omitempty"`
	Device     string                      `json:"device,omitempty"`
	Keep       bool                        `json:"keep,omitempty"` // not deleted on termination
	Attached   time.Time                   `json:"attached,omitzero"`
	Attachment types.VolumeAttachmentState `json:"attachment,omitempty"`
}

// disk is the attached volume with an id, or nil.
func (i *instance) disk(id string) *disk {
	n := slices.IndexFunc(i.Disks, func(d *disk) bool { return d.ID == id })
	if n < 0 {
		return nil
	}
	return i.Disks[n]
}

// addDisk makes a volume that an instance has from its launch: d says what it is and its
// place there.
func (s *Service) addDisk(r *region, i *instance, d disk) *disk {
	d.record, d.Zone, d.Created = s.record(r, "vol"), i.Zone, i.Attached
	d.InstanceID, d.State, d.Attached, d.Attachment = i.ID, types.VolumeStateInUse, i.Attached, types.VolumeAttachmentStateAttached
	r.Volumes.add(&d)
	i.Disks = append(i.Disks, &d)
	return &d
}

// freeDisk ends a volume's attachment.
func (r *region) freeDisk(d *disk) {
	if i := r.Instances.get(d.InstanceID); i != nil {
		i.Disks = slices.DeleteFunc(i.Disks, func(other *disk) bool { return other == d })
	}
	d.State, d.diskAttachment = types.VolumeStateAvailable, diskAttachment{}
}

// forgetDisk removes a volume that is deleted.
func (r *region) forgetDisk(d *disk) {
	r.Volumes.remove(d)
	r.dropTags(d.ID)
}
