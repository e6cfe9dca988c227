package ec2

import (
	"cmp"
	"context"
	"regexp"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// imageName is the form of an image's name.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html
var imageName = regexp.MustCompile(`^[a-zA-Z0-9()\[\] ./\-'@_]{3,128}$`)

// newImageName checks what a new image is to be called. assumed: the texts.
func (r *region) newImageName(name *string) error {
	switch {
	case deref(name) == "":
		return missingParameter("name")
	case !imageName.MatchString(*name):
		return wire.Errorf("InvalidAMIName.Malformed", "AMI names must be between 3 and 128 characters long, and may contain letters, numbers, '(', ')', '.', '-', '/' and '_'")
	}
	if im, ok := r.Images.first(func(im *image) bool { return im.Name == *name }); ok {
		return wire.Errorf("InvalidAMIName.Duplicate", "AMI name %s is already in use by AMI %s", *name, im.ID)
	}
	return nil
}

// addImage keeps a new image of the account.
func (s *Service) addImage(r *region, im image, tags map[string]string) *image {
	im.ID, im.Owner, im.Created = s.world.ID("ami"), r.Scope.Account, s.world.Now().Truncate(time.Second)
	im.Location = im.Owner + "/" + im.Name
	r.Images.add(&im)
	r.setTags(im.ID, tags)
	return &im
}

// CreateImage makes an image of an instance, with snapshots of its volumes. Without
// NoReboot a running instance is restarted for it.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html
func (s *Service) CreateImage(ctx context.Context, in *ec2api.CreateImageInput) (*ec2api.CreateImageOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	i, err := lookup(&r.Instances, "i", "InstanceId", in.InstanceId)
	if err != nil {
		return nil, err
	}
	if err := r.newImageName(in.Name); err != nil {
		return nil, err
	}
	if i.State != running && i.State != stopped && i.State != stopping { // assumed: code and text
		return nil, wire.Errorf("IncorrectState", "Unable to create image from instance '%s', because it is %s", i.ID, i.State)
	}
	imageTags, snapshotTags, err := imageTagsFor(in.TagSpecifications)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	im := image{Name: *in.Name, Description: deref(in.Description), machine: i.machine, Agent: i.AgentOn, Source: imageFrom{InstanceID: i.ID, ImageID: i.ImageID, Region: r.Scope.Region}}
	id := s.world.ID("ami")
	for _, d := range i.Disks {
		sn := s.addSnapshot(r, d, "Created by CreateImage("+i.ID+") for "+id, snapshotTags)
		im.Ready = sn.Completes
		im.Disks = append(im.Disks, imageDisk{Device: d.Device, SnapshotID: sn.ID, SizeGiB: d.SizeGiB, Type: d.Type, IOPS: d.IOPS, Throughput: d.Throughput,
			Encrypted: d.Encrypted, KMSKeyID: d.KMSKeyID, Keep: d.Keep})
	}
	made := s.addImage(r, im, imageTags)
	if !isSet(in.NoReboot) && i.State == running {
		s.reboot(r, i)
	}
	return &ec2api.CreateImageOutput{ImageId: new(made.ID)}, nil
}

// imageTagsFor reads the tags for an image and for its snapshots.
func imageTagsFor(specs []types.TagSpecification) (image, snapshots map[string]string, err error) {
	var of [2][]types.TagSpecification
	for _, spec := range specs {
		n := 0
		if spec.ResourceType == types.ResourceTypeSnapshot {
			n = 1
		}
		of[n] = append(of[n], spec)
	}
	if image, err = tagsFor(types.ResourceTypeImage, of[0]); err != nil {
		return nil, nil, err
	}
	snapshots, err = tagsFor(types.ResourceTypeSnapshot, of[1])
	return image, snapshots, err
}

// CopyImage copies an image that the account can launch, from this region or another. The
// copy is the account's own.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopyImage.html
func (s *Service) CopyImage(ctx context.Context, in *ec2api.CopyImageInput) (*ec2api.CopyImageOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	sum := digest(in, "ClientToken", "DryRun")
	if earlier, err := r.madeBefore("CopyImage", in.ClientToken, sum); err != nil || earlier != "" {
		return &ec2api.CopyImageOutput{ImageId: optional(earlier)}, err
	}
	source, from, err := s.copySource(r, in)
	if err != nil {
		return nil, err
	}
	imageTags, snapshotTags, err := imageTagsFor(in.TagSpecifications)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	im := image{Name: *in.Name, Description: cmp.Or(deref(in.Description), source.Description), machine: source.machine, Agent: source.Agent,
		Source: imageFrom{ImageID: source.ID, Region: from.Scope.Region}}
	for _, d := range source.Disks {
		d.Encrypted, d.KMSKeyID = d.Encrypted || isSet(in.Encrypted), cmp.Or(deref(in.KmsKeyId), d.KMSKeyID)
		if d.SnapshotID != "" {
			sn := s.addSnapshot(r, &disk{record: record{ID: copiedVolume}, SizeGiB: d.SizeGiB, Encrypted: d.Encrypted, KMSKeyID: d.KMSKeyID},
				"Copied for DestinationAmi from SourceAmi "+source.ID, snapshotTags)
			d.SnapshotID, im.Ready = sn.ID, sn.Completes
		}
		im.Disks = append(im.Disks, d)
	}
	made := s.addImage(r, im, nil)
	if isSet(in.CopyImageTags) && source.Owner == r.Scope.Account {
		r.setTags(made.ID, ownTags(from.Tags[source.ID]))
	}
	r.setTags(made.ID, imageTags)
	r.keepToken("CopyImage", in.ClientToken, sum, made.ID)
	return &ec2api.CopyImageOutput{ImageId: new(made.ID)}, nil
}

// copySource finds the image to be copied and where it is.
func (s *Service) copySource(r *region, in *ec2api.CopyImageInput) (*image, *region, error) {
	if err := r.newImageName(in.Name); err != nil {
		return nil, nil, err
	}
	switch {
	case deref(in.SourceImageId) == "":
		return nil, nil, missingParameter("sourceImageId")
	case deref(in.SourceRegion) == "":
		return nil, nil, missingParameter("sourceRegion")
	}
	from := s.in(world.Scope{Account: r.Scope.Account, Region: *in.SourceRegion})
	source, err := from.image(*in.SourceImageId)
	if err != nil {
		return nil, nil, err
	}
	if source.pending(s.world.Now()) {
		return nil, nil, notReady(source)
	}
	return source, from, nil
}

// notReady refuses a pending image. assumed: the text; the code is in EC2's list.
func notReady(im *image) error {
	return wire.Errorf("InvalidAMIID.Unavailable", "The image ID '%s' is not available", im.ID)
}

// DeregisterImage removes an image of the account; what was launched from it stays. Its
// snapshots stay too, unless they are asked to go.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeregisterImage.html
func (s *Service) DeregisterImage(ctx context.Context, in *ec2api.DeregisterImageInput) (*ec2api.DeregisterImageOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	im, err := r.ownImage(in.ImageId)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	r.Images.remove(im)
	r.dropTags(im.ID)
	out := &ec2api.DeregisterImageOutput{Return: new(true)}
	if !isSet(in.DeleteAssociatedSnapshots) {
		return out, nil
	}
	for _, d := range im.Disks {
		sn := r.Snapshots.get(d.SnapshotID)
		if sn == nil {
			continue
		}
		result := types.DeleteSnapshotReturnCode{SnapshotId: new(sn.ID), ReturnCode: types.SnapshotReturnCodesSuccess}
		if _, used := r.Images.first(func(other *image) bool { return other.uses(sn.ID) }); used {
			result.ReturnCode = types.SnapshotReturnCodesWarnSkipped
		} else {
			r.Snapshots.remove(sn)
			r.dropTags(sn.ID)
		}
		out.DeleteSnapshotResults = append(out.DeleteSnapshotResults, result)
	}
	return out, nil
}
