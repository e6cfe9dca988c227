package ec2

import (
	"context"
	"slices"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/world"
)

// image is a public image. The names follow Amazon Linux 2023's scheme; the ids are the
// mock's own, one per region, since real ones change with every release.
// https://docs.aws.amazon.com/linux/al2023/ug/ec2.html
type image struct {
	Seq                   int64
	ID, Name, Description string
	Arch                  types.ArchitectureValues
	// Platform is the operating system that its machines run: world.Instance has the words.
	Platform string
	Created  time.Time
	// Agent says that the SSM Agent is preinstalled: it is on the standard image and not
	// on the minimal one. https://docs.aws.amazon.com/systems-manager/latest/userguide/ami-preinstalled-agent.html
	Agent bool
}

// amazonOwner is the account that owns Amazon Linux images.
const amazonOwner = "137112412989"

// imagesOf returns the images of a region, in order of creation. Releases and dates are
// those of Amazon Linux 2023's release notes. assumed: the exact time of day.
func imagesOf(region string) []image {
	releases := []struct {
		version string
		created time.Time
	}{
		{"2023.8.20250915.0", time.Date(2025, 9, 15, 21, 4, 11, 0, time.UTC)},
		{"2023.9.20251110.1", time.Date(2025, 11, 10, 22, 31, 46, 0, time.UTC)},
	}
	var out []image
	for _, rel := range releases {
		for _, arch := range []types.ArchitectureValues{types.ArchitectureValuesX8664, types.ArchitectureValuesArm64} {
			for _, kind := range []string{"al2023-ami", "al2023-ami-minimal"} {
				name := kind + "-" + rel.version + "-kernel-6.1-" + string(arch)
				out = append(out, image{
					Seq: int64(len(out)), ID: hashID("ami", region, name), Name: name, Arch: arch, Platform: "amazon-linux-2023", Created: rel.created, Agent: kind == "al2023-ami",
					Description: "Amazon Linux 2023 AMI " + rel.version + " " + string(arch) + " HVM kernel-6.1",
				})
			}
		}
	}
	return out
}

func (r *region) image(id string) (image, error) {
	if err := checkID("ami", id); err != nil {
		return image{}, err
	}
	i := slices.IndexFunc(r.images, func(im image) bool { return im.ID == id })
	if i < 0 {
		return image{}, notFound("ami", id)
	}
	return r.images[i], nil
}

// DescribeImages lists the public images.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html
func (s *Service) DescribeImages(ctx context.Context, in *ec2api.DescribeImagesInput) (*ec2api.DescribeImagesOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	for _, id := range in.ImageIds {
		if _, err := r.image(id); err != nil {
			return nil, err
		}
	}
	match, err := imageFilters.compile(in.Filters, r)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	var found []image
	for _, im := range r.images {
		if asked(in.ImageIds, im.ID) && ownedBy(in.Owners) && match(im) {
			found = append(found, im)
		}
	}
	p := page{op: "DescribeImages", max: in.MaxResults, token: in.NextToken, ids: len(in.ImageIds), idsName: "imagesSet", least: 5, most: 1000}
	found, next, err := cutPage(p, found, func(im image) int64 { return im.Seq })
	if err != nil {
		return nil, err
	}
	return &ec2api.DescribeImagesOutput{Images: mapped(found, image.describe), NextToken: next}, nil
}

// ownedBy says whether the public images belong to one of the owners asked for.
func ownedBy(owners []string) bool {
	return len(owners) == 0 || slices.Contains(owners, "amazon") || slices.Contains(owners, amazonOwner)
}

func (im image) describe() types.Image {
	return types.Image{
		ImageId: new(im.ID), Name: new(im.Name), Description: new(im.Description), Architecture: im.Arch,
		CreationDate: new(im.Created.Format("2006-01-02T15:04:05.000Z")), State: types.ImageStateAvailable,
		OwnerId: new(amazonOwner), ImageOwnerAlias: new("amazon"), ImageLocation: new("amazon/" + im.Name),
		Public: new(true), ImageType: types.ImageTypeValuesMachine, Hypervisor: types.HypervisorTypeXen,
		VirtualizationType: types.VirtualizationTypeHvm, RootDeviceType: types.DeviceTypeEbs, RootDeviceName: new(rootDevice),
		PlatformDetails: new(platformDetails), UsageOperation: new("RunInstances"), EnaSupport: new(true),
		SriovNetSupport: new("simple"), BootMode: types.BootModeValuesUefiPreferred, ImdsSupport: types.ImdsSupportValuesV20,
		BlockDeviceMappings: []types.BlockDeviceMapping{{DeviceName: new(rootDevice), Ebs: &types.EbsBlockDevice{
			DeleteOnTermination: new(true), Encrypted: new(false), VolumeSize: new(int32(8)), VolumeType: types.VolumeTypeGp3,
			Iops: new(int32(3000)), Throughput: new(int32(125)), SnapshotId: new(hashID("snap", im.ID)),
		}}},
	}
}

const (
	rootDevice      = "/dev/xvda"
	platformDetails = "Linux/UNIX"
)
