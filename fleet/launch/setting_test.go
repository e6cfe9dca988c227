package launch

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
)

func TestSettingsChangeTheData(t *testing.T) {
	base := ec2types.ResponseLaunchTemplateData{
		InstanceType: "t3.micro", IamInstanceProfile: &ec2types.LaunchTemplateIamInstanceProfileSpecification{Name: new("old")},
		MetadataOptions: &ec2types.LaunchTemplateInstanceMetadataOptions{HttpTokens: "optional", HttpPutResponseHopLimit: new(int32(2))},
	}
	tests := []struct {
		setting Setting
		member  string
		want    func(*ec2types.ResponseLaunchTemplateData)
	}{
		{Setting{"instance-type", "t3.large"}, "InstanceType", func(d *ec2types.ResponseLaunchTemplateData) { d.InstanceType = "t3.large" }},
		{Setting{"http-tokens", "required"}, "MetadataOptions", func(d *ec2types.ResponseLaunchTemplateData) {
			d.MetadataOptions = &ec2types.LaunchTemplateInstanceMetadataOptions{HttpTokens: "required", HttpPutResponseHopLimit: new(int32(2))}
		}},
		{Setting{"iam-instance-profile", "arn:aws:iam::1:instance-profile/p"}, "IamInstanceProfile", func(d *ec2types.ResponseLaunchTemplateData) {
			d.IamInstanceProfile = &ec2types.LaunchTemplateIamInstanceProfileSpecification{Arn: new("arn:aws:iam::1:instance-profile/p")}
		}},
		{Setting{"user-data", "#!/bin/sh\n"}, "UserData", func(d *ec2types.ResponseLaunchTemplateData) { d.UserData = new("IyEvYmluL3NoCg==") }},
		{Setting{"security-group-ids", "sg-1,sg-2"}, "SecurityGroupIds", func(d *ec2types.ResponseLaunchTemplateData) {
			d.SecurityGroupIds = []string{"sg-1", "sg-2"}
		}},
		{Setting{"disable-api-stop", "true"}, "DisableApiStop", func(d *ec2types.ResponseLaunchTemplateData) { d.DisableApiStop = new(true) }},
		{Setting{"spot-max-price", "0.05"}, "InstanceMarketOptions", func(d *ec2types.ResponseLaunchTemplateData) {
			d.InstanceMarketOptions = &ec2types.LaunchTemplateInstanceMarketOptions{SpotOptions: &ec2types.LaunchTemplateSpotMarketOptions{MaxPrice: new("0.05")}}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.setting.Key, func(t *testing.T) {
			got, want := base, base
			tt.want(&want)
			member, err := tt.setting.apply(&got)
			if err != nil || member != tt.member {
				t.Fatalf("got %s, %v; want %s", member, err, tt.member)
			}
			inJSON := func(d ec2types.ResponseLaunchTemplateData) string {
				text, err := json.MarshalIndent(d, "", " ")
				if err != nil {
					t.Fatal(err)
				}
				return string(text)
			}
			if diff := cmp.Diff(inJSON(want), inJSON(got)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
	if base.MetadataOptions.HttpTokens != "optional" || *base.IamInstanceProfile.Name != "old" {
		t.Error("the data that was read was changed")
	}
}

// TestGroupsGoToTheInterfaceWhereThereIsOne: EC2 refuses groups beside network interfaces.
func TestGroupsGoToTheInterfaceWhereThereIsOne(t *testing.T) {
	nics := []ec2types.LaunchTemplateInstanceNetworkInterfaceSpecification{{DeviceIndex: new(int32(0)), Groups: []string{"sg-old"}}}
	data := ec2types.ResponseLaunchTemplateData{NetworkInterfaces: nics}
	member, err := Setting{"security-group-ids", "sg-1"}.apply(&data)
	if err != nil || member != "NetworkInterfaces" || data.NetworkInterfaces[0].Groups[0] != "sg-1" || data.SecurityGroupIds != nil {
		t.Errorf("got %s, %v, %+v", member, err, data.NetworkInterfaces)
	}
	if nics[0].Groups[0] != "sg-old" {
		t.Error("the data that was read was changed")
	}
}

func TestSettingsThatCannotBe(t *testing.T) {
	tests := map[string]string{
		"type=t3.micro":                     `there is no setting "type"`,
		"instance-type=":                    "setting instance-type: it is empty",
		"http-tokens=yes":                   `setting http-tokens: "yes" is not optional or required`,
		"http-put-response-hop-limit=65":    `setting http-put-response-hop-limit: "65" is not a number from 1 to 64`,
		"disable-api-stop=yes":              `setting disable-api-stop: "yes" is not true or false`,
		"security-group-ids=sg-1,":          `setting security-group-ids: "sg-1," is not a list with commas, such as sg-1,sg-2`,
		"spot-max-price=1e3":                `setting spot-max-price: "1e3" is not a price in US dollars an hour, such as 0.05`,
		"spot-max-price=-1":                 `setting spot-max-price: "-1" is not a price in US dollars an hour, such as 0.05`,
		"user-data=" + stringOf('x', 16385): "setting user-data: it has 16385 bytes; at most 16384",
	}
	for text, want := range tests {
		key, value, _ := strings.Cut(text, "=")
		var data ec2types.ResponseLaunchTemplateData
		_, err := Setting{key, value}.apply(&data)
		if refused, ok := errors.AsType[*SettingError](err); !ok || refused.Error() != want {
			t.Errorf("%.40s: got %v, want %s", text, err, want)
		}
	}
}

func stringOf(c rune, n int) string { return strings.Repeat(string(c), n) }

// FuzzSetting holds that every value is either refused in words or stands in the data that is launched.
func FuzzSetting(f *testing.F) {
	for _, key := range SettingKeys() {
		f.Add(key, "true")
	}
	f.Add("iam-instance-profile", "arn:aws:iam::1:instance-profile/p")
	f.Fuzz(func(t *testing.T, key, value string) {
		var data ec2types.ResponseLaunchTemplateData
		member, err := Setting{key, value}.apply(&data)
		if err != nil {
			if _, ok := errors.AsType[*SettingError](err); !ok {
				t.Fatalf("%s=%q: %v", key, value, err)
			}
			return
		}
		members, err := membersOf(data)
		if err != nil || !slices.Contains(members, member) && value != "" {
			t.Errorf("%s=%q: %v, %v; want %s among them", key, value, members, err, member)
		}
		if key == "user-data" {
			if got, err := base64.StdEncoding.DecodeString(*data.UserData); err != nil || string(got) != value {
				t.Errorf("user data %q became %q, %v", value, got, err)
			}
		}
	})
}
