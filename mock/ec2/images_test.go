package ec2_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
)

// in is the rig as another account, or in another region, sees it.
func (r rig) in(account, region string) rig {
	r.ec2 = ec2api.NewFromConfig(r.Config(), func(o *ec2api.Options) {
		o.Region = region
		o.Credentials = aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: account, SecretAccessKey: "x"}, nil
		})
	})
	return r
}

// names returns the names of the images that a call finds, oldest first.
func (r rig) names(in *ec2api.DescribeImagesInput) []string {
	r.Helper()
	out, err := r.ec2.DescribeImages(r.Context(), in)
	if err != nil {
		r.Fatal(err)
	}
	slices.SortFunc(out.Images, func(a, b types.Image) int { return strings.Compare(*a.CreationDate, *b.CreationDate) })
	var names []string
	for _, im := range out.Images {
		names = append(names, *im.Name)
	}
	return names
}

func nameFilter(pattern string) []types.Filter {
	return []types.Filter{{Name: new("name"), Values: []string{pattern}}}
}

func TestNewestPublicImageByNameAndOwner(t *testing.T) {
	r := newRig(t)
	for _, tt := range []struct{ owner, pattern, newest string }{
		{"099720109477", "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*", "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20251212"},
		{"099720109477", "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-arm64-server-*", "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-arm64-server-20251212"},
		{"136693071363", "debian-12-amd64-*", "debian-12-amd64-20251112-2294"},
		{"309956199498", "RHEL-9*x86_64*GP3", "RHEL-9.6.0_HVM-20250618-x86_64-0-Hourly2-GP3"},
		{"amazon", "al2023-ami-2023*arm64", "al2023-ami-2023.9.20251110.1-kernel-6.1-arm64"},
		{"amazon", "amzn2-ami-kernel-5.10-hvm-*-x86_64-gp2", "amzn2-ami-kernel-5.10-hvm-2.0.20250527.1-x86_64-gp2"},
		{"801119661308", "Windows_Server-2022-English-Full-Base-*", "Windows_Server-2022-English-Full-Base-2025.07.09"},
	} {
		names := r.names(&ec2api.DescribeImagesInput{Owners: []string{tt.owner}, Filters: nameFilter(tt.pattern)})
		if len(names) < 2 || names[len(names)-1] != tt.newest {
			t.Errorf("%s of %s: %v, want the last to be %s", tt.pattern, tt.owner, names, tt.newest)
		}
	}
	old := &ec2api.DescribeImagesInput{Owners: []string{"amazon"}, Filters: nameFilter("al2023-ami-2023.3.*-x86_64")}
	if names := r.names(old); len(names) != 0 {
		t.Errorf("deprecated images are listed: %v", names)
	}
	old.IncludeDeprecated = new(true)
	if names := r.names(old); len(names) != 1 {
		t.Errorf("asked for deprecated images too: %v", names)
	}
	windows := []types.Filter{{Name: new("platform"), Values: []string{"windows"}}}
	if names := r.names(&ec2api.DescribeImagesInput{Filters: windows}); len(names) != 6 {
		t.Errorf("Windows images: %v", names)
	}
}

// image makes an image of an instance and returns its id.
func (r rig) image(instance, name string) string {
	r.Helper()
	out, err := r.ec2.CreateImage(r.Context(), &ec2api.CreateImageInput{InstanceId: &instance, Name: &name, NoReboot: new(true)})
	if err != nil {
		r.Fatal(err)
	}
	return *out.ImageId
}

func (r rig) runImage(image string) (*ec2api.RunInstancesOutput, error) {
	return r.ec2.RunInstances(r.Context(), &ec2api.RunInstancesInput{ImageId: &image, InstanceType: "t3.micro", MinCount: new(int32(1)), MaxCount: new(int32(1))})
}

func TestOwnImageIsLaunchedOnceItIsReady(t *testing.T) {
	r := newRig(t, believable)
	i := r.seed(1, inZoneA)[0]
	data := r.createVolume()
	r.advance(time.Minute)
	if err := r.attach(data, i, "/dev/sdf"); err != nil {
		t.Fatal(err)
	}
	id := r.image(i, "golden")
	_, err := r.runImage(id)
	wantCode(t, err, "InvalidAMIID.Unavailable")
	_, err = r.ec2.CreateImage(t.Context(), &ec2api.CreateImageInput{InstanceId: &i, Name: new("golden")})
	wantCode(t, err, "InvalidAMIName.Duplicate")
	_, err = r.ec2.CreateImage(t.Context(), &ec2api.CreateImageInput{InstanceId: &i, Name: new("a:b")})
	wantCode(t, err, "InvalidAMIName.Malformed")
	r.advance(time.Minute)
	out, err := r.runImage(id)
	if err != nil {
		t.Fatal(err)
	}
	made := r.instance(*out.Instances[0].InstanceId)
	if len(made.BlockDeviceMappings) != 2 || *r.volume(*made.BlockDeviceMappings[1].Ebs.VolumeId).Size != 20 {
		t.Errorf("the instance of the image has %v", made.BlockDeviceMappings)
	}
	snapshot := r.volume(*made.BlockDeviceMappings[1].Ebs.VolumeId).SnapshotId
	_, err = r.ec2.DeleteSnapshot(t.Context(), &ec2api.DeleteSnapshotInput{SnapshotId: snapshot})
	wantCode(t, err, "InvalidSnapshot.InUse")
	gone, err := r.ec2.DeregisterImage(t.Context(), &ec2api.DeregisterImageInput{ImageId: &id, DeleteAssociatedSnapshots: new(true)})
	if err != nil || len(gone.DeleteSnapshotResults) != 2 {
		t.Errorf("deregistered: %v, %v", gone, err)
	}
	_, err = r.runImage(id)
	wantCode(t, err, "InvalidAMIID.NotFound")
	if still := r.instance(*made.InstanceId); *still.ImageId != id || still.Architecture != "x86_64" {
		t.Errorf("without its image the instance shows %s, %s", *still.ImageId, still.Architecture)
	}
}

func TestImageIsSharedByItsLaunchPermissions(t *testing.T) {
	r := newRig(t)
	id := r.image(r.seed(1)[0], "golden")
	friend, stranger := r.in("111111111111", "us-east-1"), r.in("222222222222", "us-east-1")
	_, err := friend.runImage(id)
	wantCode(t, err, "InvalidAMIID.NotFound")
	modify := func(change types.LaunchPermissionModifications) {
		t.Helper()
		if _, err := r.ec2.ModifyImageAttribute(t.Context(), &ec2api.ModifyImageAttributeInput{ImageId: &id, LaunchPermission: &change}); err != nil {
			t.Fatal(err)
		}
	}
	mine := &ec2api.DescribeImagesInput{Filters: nameFilter("golden")}
	sees := func() (names []int) {
		for _, who := range []rig{r, friend, stranger} {
			names = append(names, len(who.names(mine)))
		}
		return names
	}
	for _, step := range []struct {
		change types.LaunchPermissionModifications
		want   []int
	}{
		{types.LaunchPermissionModifications{Add: []types.LaunchPermission{{UserId: new("111111111111")}}}, []int{1, 1, 0}},
		{types.LaunchPermissionModifications{Add: []types.LaunchPermission{{Group: "all"}}}, []int{1, 1, 1}},
		{types.LaunchPermissionModifications{Remove: []types.LaunchPermission{{Group: "all"}}}, []int{1, 1, 0}},
	} {
		modify(step.change)
		if diff := cmp.Diff(step.want, sees()); diff != "" {
			t.Errorf("who sees the image after %v:\n%s", step.change, diff)
		}
	}
	if _, err := friend.runImage(id); err != nil {
		t.Errorf("launch of a shared image: %v", err)
	}
	if names := friend.names(&ec2api.DescribeImagesInput{ExecutableUsers: []string{"self"}}); !slices.Equal(names, []string{"golden"}) {
		t.Errorf("images with a permission of one's own: %v", names)
	}
	if names := r.names(&ec2api.DescribeImagesInput{Owners: []string{"self"}}); !slices.Equal(names, []string{"golden"}) {
		t.Errorf("own images: %v", names)
	}
	_, err = friend.ec2.DeregisterImage(t.Context(), &ec2api.DeregisterImageInput{ImageId: &id})
	wantCode(t, err, "AuthFailure")
	_, err = r.ec2.ModifyImageAttribute(t.Context(), &ec2api.ModifyImageAttributeInput{ImageId: &id, LaunchPermission: &types.LaunchPermissionModifications{Add: []types.LaunchPermission{{UserId: new("me")}}}})
	wantCode(t, err, "InvalidAMIAttributeItemValue")
	out, err := r.ec2.DescribeImageAttribute(t.Context(), &ec2api.DescribeImageAttributeInput{ImageId: &id, Attribute: "launchPermission"})
	if err != nil || len(out.LaunchPermissions) != 1 || *out.LaunchPermissions[0].UserId != "111111111111" {
		t.Errorf("permissions %v, %v", out, err)
	}
	if _, err := r.ec2.ResetImageAttribute(t.Context(), &ec2api.ResetImageAttributeInput{ImageId: &id, Attribute: "launchPermission"}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{1, 0, 0}, sees()); diff != "" {
		t.Errorf("who sees the image after the reset:\n%s", diff)
	}
}

func TestImageIsCopiedToAnotherRegion(t *testing.T) {
	r := newRig(t)
	id := r.image(r.seed(1)[0], "golden")
	abroad := r.in("123456789012", "eu-west-1")
	out, err := abroad.ec2.CopyImage(t.Context(), &ec2api.CopyImageInput{Name: new("golden"), SourceImageId: &id, SourceRegion: new("us-east-1"), Encrypted: new(true)})
	if err != nil {
		t.Fatal(err)
	}
	images, err := abroad.ec2.DescribeImages(t.Context(), &ec2api.DescribeImagesInput{ImageIds: []string{*out.ImageId}})
	if err != nil || *images.Images[0].SourceImageId != id || !*images.Images[0].BlockDeviceMappings[0].Ebs.Encrypted {
		t.Fatal(images, err)
	}
	launched, err := abroad.runImage(*out.ImageId)
	if err != nil || !*abroad.volume(*abroad.instance(*launched.Instances[0].InstanceId).BlockDeviceMappings[0].Ebs.VolumeId).Encrypted {
		t.Errorf("launched %v, %v", launched, err)
	}
	_, err = abroad.ec2.CopyImage(t.Context(), &ec2api.CopyImageInput{Name: new("again"), SourceImageId: &id, SourceRegion: new("us-west-2")})
	wantCode(t, err, "InvalidAMIID.NotFound")
}

func TestDeprecatedImageIsHiddenFromOthers(t *testing.T) {
	r := newRig(t)
	id := r.image(r.seed(1)[0], "golden")
	if _, err := r.ec2.ModifyImageAttribute(t.Context(), &ec2api.ModifyImageAttributeInput{ImageId: &id, OperationType: "add", UserGroups: []string{"all"}, Attribute: new("launchPermission")}); err != nil {
		t.Fatal(err)
	}
	_, err := r.ec2.EnableImageDeprecation(t.Context(), &ec2api.EnableImageDeprecationInput{ImageId: &id, DeprecateAt: new(r.Clock().Now.Add(-time.Hour))})
	wantCode(t, err, "InvalidParameterValue")
	if _, err := r.ec2.EnableImageDeprecation(t.Context(), &ec2api.EnableImageDeprecationInput{ImageId: &id, DeprecateAt: new(r.Clock().Now.Add(time.Hour))}); err != nil {
		t.Fatal(err)
	}
	other, in := r.in("111111111111", "us-east-1"), &ec2api.DescribeImagesInput{Filters: nameFilter("golden")}
	before := len(other.names(in))
	r.advance(2 * time.Hour)
	if after, own := len(other.names(in)), len(r.names(in)); before != 1 || after != 0 || own != 1 {
		t.Errorf("others see %d, then %d; the owner %d", before, after, own)
	}
	if _, err := r.ec2.DisableImageDeprecation(t.Context(), &ec2api.DisableImageDeprecationInput{ImageId: &id}); err != nil || len(other.names(in)) != 1 {
		t.Errorf("after the deprecation was cancelled others see %d, %v", len(other.names(in)), err)
	}
}
