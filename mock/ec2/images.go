package ec2

import (
	"context"
	"hash/crc32"
	"iter"
	"slices"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/amis"
	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// image is an Amazon Machine Image: a public one of the catalogue, or an account's own.
type image struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Owner       string `json:"owner"`           // the account
	Alias       string `json:"alias,omitempty"` // "amazon" for Amazon's own
	Location    string `json:"location"`        // ImageLocation
	machine
	Disks      []imageDisk `json:"disks"` // the root volume among them
	Created    time.Time   `json:"created"`
	Ready      time.Time   `json:"ready,omitzero"`      // when it is no longer pending
	Deprecated time.Time   `json:"deprecated,omitzero"` // when it is no longer listed unless asked for
	// Agent says that the SSM Agent is preinstalled, or was on the instance that it is of.
	Agent      bool      `json:"agent,omitempty"`
	Public     bool      `json:"public,omitempty"`
	SharedWith []string  `json:"sharedWith,omitempty"` // accounts with a launch permission
	Parameter  string    `json:"-"`                    // a public parameter that names it
	Source     imageFrom `json:"source,omitzero"`
}

// machine is what an image and the instances of it have in common.
type machine struct {
	Arch       types.ArchitectureValues `json:"arch"`
	Platform   string                   `json:"platform"` // the words are those of world.Instance
	RootDevice string                   `json:"rootDevice"`
}

// imageDisk is a volume that instances of an image begin with.
type imageDisk struct {
	Device     string           `json:"device"`
	SnapshotID string           `json:"snapshotId,omitempty"`
	SizeGiB    int32            `json:"sizeGiB"`
	Type       types.VolumeType `json:"type"`
	IOPS       int32            `json:"iops,omitempty"`
	Throughput int32            `json:"throughput,omitempty"`
	Encrypted  bool             `json:"encrypted,omitempty"`
	KMSKeyID   string           `json:"kmsKeyId,omitempty"`
	Keep       bool             `json:"keep,omitempty"`
}

// imageFrom is what an image was made of.
type imageFrom struct {
	InstanceID string `json:"instanceId,omitempty"`
	ImageID    string `json:"imageId,omitempty"`
	Region     string `json:"region,omitempty"`
}

func (im *image) id() string { return im.ID }

// place orders images by their creation, the catalogue's and the accounts' alike. The low
// bits tell those of one instant apart.
func (im *image) place() int64 {
	return im.Created.UnixMilli()<<20 | int64(crc32.ChecksumIEEE([]byte(im.ID))&(1<<20-1))
}

func (im *image) uses(snapshotID string) bool {
	return slices.ContainsFunc(im.Disks, func(d imageDisk) bool { return d.SnapshotID == snapshotID })
}

func (im *image) pending(now time.Time) bool { return now.Before(im.Ready) }

func (im *image) deprecated(now time.Time) bool {
	return !im.Deprecated.IsZero() && !now.Before(im.Deprecated)
}

// launchableBy says whether an account may launch the image and so see it.
func (im *image) launchableBy(account string) bool {
	return im.Public || im.Owner == account || slices.Contains(im.SharedWith, account)
}

// catalogOf returns the public images of a region.
func catalogOf(region string) []*image {
	return mapped(amis.All(), func(a amis.Image) *image {
		im := &image{ID: a.ID(region), Name: a.Name, Description: a.Description, Owner: a.Owner, Alias: a.Alias, Location: a.Owner + "/" + a.Name,
			machine: machine{types.ArchitectureValues(a.Arch), a.Platform, a.RootDevice}, Created: a.Created, Deprecated: a.Deprecated, Agent: a.Agent, Public: true}
		if a.Alias != "" {
			im.Location = a.Alias + "/" + a.Name
		}
		if len(a.Parameters) > 0 {
			im.Parameter = a.Parameters[0]
		}
		root := imageDisk{Device: a.RootDevice, SnapshotID: hashID("snap", im.ID), SizeGiB: a.SizeGiB, Type: types.VolumeType(a.VolumeType)}
		if root.Type == types.VolumeTypeGp3 {
			root.IOPS, root.Throughput = 3000, leastThroughput
		}
		im.Disks = []imageDisk{root}
		return im
	})
}

// images yields every image that the account can see in the region: the catalogue's, its
// own, and those that others let it launch.
func (r *region) images() iter.Seq[*image] {
	return func(yield func(*image) bool) {
		for _, im := range r.catalog {
			if !yield(im) {
				return
			}
		}
		for sc, other := range r.service.regions {
			if sc.Region != r.Scope.Region {
				continue
			}
			for im := range other.Images.all() {
				if im.launchableBy(r.Scope.Account) && !yield(im) {
					return
				}
			}
		}
	}
}

// visible collects the images that the account can see, in order of creation.
func (r *region) visible() *collection[*image] {
	var all collection[*image]
	for im := range r.images() {
		all.add(im)
	}
	return &all
}

func (r *region) image(id string) (*image, error) {
	if err := checkID("ami", id); err != nil {
		return nil, err
	}
	for im := range r.images() {
		if im.ID == id {
			return im, nil
		}
	}
	return nil, notFound("ami", id)
}

// ownImage is an image that only its owner may do something with. assumed: code and text
// for another's.
func (r *region) ownImage(id *string) (*image, error) {
	if deref(id) == "" {
		return nil, missingParameter("ImageId")
	}
	im, err := r.image(*id)
	if err != nil {
		return nil, err
	}
	if im.Owner != r.Scope.Account {
		return nil, &wire.Error{Code: "AuthFailure", Message: "Not authorized for image:" + im.ID, Status: 403}
	}
	return im, nil
}

// DescribeImages lists the images that the account can see.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html
func (s *Service) DescribeImages(ctx context.Context, in *ec2api.DescribeImagesInput) (*ec2api.DescribeImagesOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	now := s.world.Now()
	found, next, err := query[*image]{
		page: page{op: "DescribeImages", max: in.MaxResults, token: in.NextToken, idsName: "imagesSet", least: 1, most: 1000},
		from: r.visible(), prefix: "ami", named: in.ImageIds, filters: in.Filters, by: imageFilters(now), dryRun: in.DryRun,
		extra: func(im *image) bool {
			listed := !im.deprecated(now) || isSet(in.IncludeDeprecated) || len(in.ImageIds) > 0 || im.Owner == r.Scope.Account
			return listed && r.ownedBy(im, in.Owners) && r.executable(im, in.ExecutableUsers)
		},
	}.run(r)
	if err != nil {
		return nil, err
	}
	return &ec2api.DescribeImagesOutput{Images: mapped(found, func(im *image) types.Image { return r.describeImage(im, now) }), NextToken: next}, nil
}

// ownedBy says whether an image belongs to one of the owners asked for, who can be "self"
// and aliases too.
func (r *region) ownedBy(im *image, owners []string) bool {
	return len(owners) == 0 || slices.ContainsFunc(owners, func(o string) bool {
		return o == im.Owner || o == im.Alias && o != "" || o == "self" && im.Owner == r.Scope.Account
	})
}

// executable says whether one of the users asked for has an explicit launch permission;
// "all" finds the public images.
func (r *region) executable(im *image, users []string) bool {
	return len(users) == 0 || slices.ContainsFunc(users, func(u string) bool {
		if u == "self" {
			u = r.Scope.Account
		}
		return u == "all" && im.Public || slices.Contains(im.SharedWith, u)
	})
}

// describe is an image as all accounts see it.
func (im *image) describe() types.Image {
	out := types.Image{
		ImageId: new(im.ID), Name: new(im.Name), Description: new(im.Description), Architecture: im.Arch,
		CreationDate: new(im.Created.Format(stampForm)), State: types.ImageStateAvailable,
		OwnerId: new(im.Owner), ImageOwnerAlias: optional(im.Alias), ImageLocation: new(im.Location),
		Public: new(im.Public), ImageType: types.ImageTypeValuesMachine, Hypervisor: types.HypervisorTypeXen,
		VirtualizationType: types.VirtualizationTypeHvm, RootDeviceType: types.DeviceTypeEbs, RootDeviceName: new(im.RootDevice),
		PlatformDetails: new(im.platformDetails()), UsageOperation: new(im.usageOperation()), EnaSupport: new(true),
		SriovNetSupport: new("simple"), BootMode: im.bootMode(), ImdsSupport: im.imdsSupport(), PublicSsmParameterName: optional(im.Parameter),
		SourceInstanceId: optional(im.Source.InstanceID), SourceImageId: optional(im.Source.ImageID), SourceImageRegion: optional(im.Source.Region),
	}
	if im.windows() {
		out.Platform = windowsPlatform
	}
	if !im.Deprecated.IsZero() {
		out.DeprecationTime = new(im.Deprecated.Format(stampForm))
	}
	for _, d := range im.Disks {
		out.BlockDeviceMappings = append(out.BlockDeviceMappings, d.describe())
	}
	return out
}

// describeImage is an image as an account sees it at an instant. Tags are the owner's
// alone. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html
func (r *region) describeImage(im *image, now time.Time) types.Image {
	out := im.describe()
	if im.pending(now) {
		out.State = types.ImageStatePending
	}
	if im.Owner == r.Scope.Account {
		out.Tags = sdkTags(r.Tags[im.ID])
	}
	return out
}

func (d imageDisk) describe() types.BlockDeviceMapping {
	ebs := &types.EbsBlockDevice{DeleteOnTermination: new(!d.Keep), Encrypted: new(d.Encrypted), VolumeSize: new(d.SizeGiB), VolumeType: d.Type,
		SnapshotId: optional(d.SnapshotID), KmsKeyId: optional(d.KMSKeyID)}
	if d.IOPS > 0 {
		ebs.Iops = new(d.IOPS)
	}
	if d.Throughput > 0 {
		ebs.Throughput = new(d.Throughput)
	}
	return types.BlockDeviceMapping{DeviceName: new(d.Device), Ebs: ebs}
}
