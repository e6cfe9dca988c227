package launch

import (
	"strings"
	"testing"

	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
)

// sample has a list of each kind, and user data that reads "secret".
func sample() ec2types.ResponseLaunchTemplateData {
	return ec2types.ResponseLaunchTemplateData{
		InstanceType: "t3.micro", UserData: new("c2VjcmV0"), SecurityGroupIds: []string{"sg-1"},
		BlockDeviceMappings: []ec2types.LaunchTemplateBlockDeviceMapping{
			{DeviceName: new("/dev/xvda"), Ebs: &ec2types.LaunchTemplateEbsBlockDevice{VolumeSize: new(int32(8))}},
			{DeviceName: new("/dev/sdf"), Ebs: &ec2types.LaunchTemplateEbsBlockDevice{VolumeSize: new(int32(100))}},
		},
		TagSpecifications: []ec2types.LaunchTemplateTagSpecification{{ResourceType: "instance",
			Tags: []ec2types.Tag{{Key: new("role"), Value: new("web")}, {Key: new("empty"), Value: new("")}}}},
	}
}

func TestPropertiesAreNamedByWhatTheyBelongTo(t *testing.T) {
	got, err := Properties(sample(), true)
	if err != nil {
		t.Fatal(err)
	}
	want := []Property{
		{"BlockDeviceMappings[/dev/sdf].Ebs.VolumeSize", "100"}, {"BlockDeviceMappings[/dev/xvda].Ebs.VolumeSize", "8"},
		{"InstanceType", "t3.micro"}, {"SecurityGroupIds[0]", "sg-1"},
		{"TagSpecifications[instance].Tags[empty]", `""`}, {"TagSpecifications[instance].Tags[role]", "web"}, {"UserData", "secret"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestUserDataIsNotShownUnlessAskedFor(t *testing.T) {
	for _, text := range []string{"c2VjcmV0", "secret, not base64"} {
		data := sample()
		data.UserData = new(text)
		properties, err := Properties(data, false)
		if err != nil {
			t.Fatal(err)
		}
		if last := properties[len(properties)-1]; last.Path != "UserData" || strings.Contains(last.Value, "secret") || !strings.Contains(last.Value, "bytes, sha256 ") {
			t.Errorf("got %+v", last)
		}
	}
}

func TestChangesDoNotMindTheOrderOfNamedElements(t *testing.T) {
	from, to := sample(), sample()
	devices := to.BlockDeviceMappings
	devices[0], devices[1] = devices[1], devices[0]
	to.TagSpecifications[0].Tags = to.TagSpecifications[0].Tags[:1]
	to.UserData = new("b3RoZXI=")
	changes, err := Changes(from, to, true)
	if err != nil {
		t.Fatal(err)
	}
	want := []Change{{"TagSpecifications[instance].Tags[empty]", `""`, ""}, {"UserData", "secret", "other"}}
	if diff := cmp.Diff(want, changes); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
