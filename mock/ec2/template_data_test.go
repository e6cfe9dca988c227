package ec2

import (
	"reflect"
	"testing"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
)

// lacks lists the members, by path, that one struct has and another has not.
func lacks(have, want reflect.Type, path string, report func(string)) {
	for want.Kind() == reflect.Pointer || want.Kind() == reflect.Slice {
		want = want.Elem()
	}
	for have.Kind() == reflect.Pointer || have.Kind() == reflect.Slice {
		have = have.Elem()
	}
	if want.Kind() != reflect.Struct || want == reflect.TypeFor[time.Time]() {
		if have.Kind() != want.Kind() {
			report(path)
		}
		return
	}
	for _, f := range reflect.VisibleFields(want) {
		if !f.IsExported() {
			continue
		}
		other, ok := have.FieldByName(f.Name)
		if !ok {
			report(path + f.Name)
			continue
		}
		lacks(other.Type, f.Type, path+f.Name+".", report)
	}
}

// The trees rely on EC2 naming the members of requests, answers and launches alike.
func TestTemplateDataIsNamedAlikeEverywhere(t *testing.T) {
	data := reflect.TypeFor[types.RequestLaunchTemplateData]()
	lacks(reflect.TypeFor[types.ResponseLaunchTemplateData](), data, "", func(path string) {
		t.Errorf("a template's answer lacks %s", path)
	})
	lacks(reflect.TypeFor[launchArgs](), reflect.TypeFor[ec2api.RunInstancesInput](), "", func(path string) {
		switch path {
		case "MinCount", "MaxCount", "ClientToken", "DryRun", "LaunchTemplate": // not of an instance
		case "AdditionalInfo", "RamdiskId", "ElasticGpuSpecification", "EnablePrimaryIpv6", "Ipv6AddressCount", "Ipv6Addresses": // refused
		case "BlockDeviceMappings.Ebs.AvailabilityZone", "BlockDeviceMappings.Ebs.AvailabilityZoneId", "BlockDeviceMappings.Ebs.OutpostArn",
			"CpuOptions.AmdSevSnp", "CpuOptions.NestedVirtualization", "NetworkInterfaces.Ipv6Addresses.IsPrimaryIpv6": // not at launch, or refused there
		default:
			t.Errorf("a launch's arguments lack %s", path)
		}
	})
}

func TestTreeKeepsWhatWasGiven(t *testing.T) {
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	in := types.RequestLaunchTemplateData{
		ImageId: new("ami-1"), EbsOptimized: new(false), SecurityGroupIds: []string{"sg-1", "sg-2"},
		BlockDeviceMappings: []types.LaunchTemplateBlockDeviceMappingRequest{{DeviceName: new("/dev/sdb"), NoDevice: new("")}},
		MetadataOptions:     &types.LaunchTemplateInstanceMetadataOptionsRequest{HttpPutResponseHopLimit: new(int32(3))},
		InstanceMarketOptions: &types.LaunchTemplateInstanceMarketOptionsRequest{SpotOptions: &types.LaunchTemplateSpotMarketOptionsRequest{
			ValidUntil: &at}},
	}
	if diff := cmp.Diff(in, as[types.RequestLaunchTemplateData](treeOf(in)), cmp.AllowUnexported(), ignoreSerde); diff != "" {
		t.Errorf("back from the tree:\n%s", diff)
	}
}

// ignoreSerde passes over the unexported marker in the SDK's structs.
var ignoreSerde = cmp.FilterPath(func(p cmp.Path) bool {
	f, ok := p.Last().(cmp.StructField)
	return ok && f.Name() == "noSmithyDocumentSerde"
}, cmp.Ignore())

type tree = map[string]any

func TestOverlay(t *testing.T) {
	list := func(items ...any) []any { return items }
	for _, tt := range []struct {
		name             string
		base, over, want templateData
	}{
		{"a scalar is replaced", templateData{"ImageId": "a", "KeyName": "k"}, templateData{"ImageId": "b"}, templateData{"ImageId": "b", "KeyName": "k"}},
		{"a simple list is replaced", templateData{"SecurityGroupIds": list("a", "b")}, templateData{"SecurityGroupIds": list("c")}, templateData{"SecurityGroupIds": list("c")}},
		{"a structure is merged", templateData{"MetadataOptions": tree{"HttpTokens": "required", "HttpPutResponseHopLimit": 1.0}}, templateData{"MetadataOptions": tree{"HttpPutResponseHopLimit": 3.0}},
			templateData{"MetadataOptions": tree{"HttpTokens": "required", "HttpPutResponseHopLimit": 3.0}}},
		{"a profile is replaced whole", templateData{"IamInstanceProfile": tree{"Arn": "a"}}, templateData{"IamInstanceProfile": tree{"Name": "n"}}, templateData{"IamInstanceProfile": tree{"Name": "n"}}},
		{"tags by type and key",
			templateData{"TagSpecifications": list(tree{"ResourceType": "instance", "Tags": list(tree{"Key": "a", "Value": "1"}, tree{"Key": "b", "Value": "1"})})},
			templateData{"TagSpecifications": list(tree{"ResourceType": "volume", "Tags": list(tree{"Key": "v", "Value": "1"})}, tree{"ResourceType": "instance", "Tags": list(tree{"Key": "b", "Value": "2"})})},
			templateData{"TagSpecifications": list(tree{"ResourceType": "instance", "Tags": list(tree{"Key": "a", "Value": "1"}, tree{"Key": "b", "Value": "2"})}, tree{"ResourceType": "volume", "Tags": list(tree{"Key": "v", "Value": "1"})})}},
		{"devices by name",
			templateData{"BlockDeviceMappings": list(tree{"DeviceName": "/dev/xvda", "Ebs": tree{"VolumeSize": 8.0, "VolumeType": "gp3"}})},
			templateData{"BlockDeviceMappings": list(tree{"DeviceName": "/dev/sdb", "Ebs": tree{"VolumeSize": 1.0}}, tree{"DeviceName": "/dev/xvda", "Ebs": tree{"VolumeSize": 20.0}})},
			templateData{"BlockDeviceMappings": list(tree{"DeviceName": "/dev/xvda", "Ebs": tree{"VolumeSize": 20.0, "VolumeType": "gp3"}}, tree{"DeviceName": "/dev/sdb", "Ebs": tree{"VolumeSize": 1.0}})}},
		{"interfaces by index, none being the primary one's",
			templateData{"NetworkInterfaces": list(tree{"Description": "x"})}, templateData{"NetworkInterfaces": list(tree{"DeviceIndex": 0.0, "SubnetId": "s"}, tree{"DeviceIndex": 1.0})},
			templateData{"NetworkInterfaces": list(tree{"Description": "x", "DeviceIndex": 0.0, "SubnetId": "s"}, tree{"DeviceIndex": 1.0})}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, overlay(tt.base, tt.over)); diff != "" {
				t.Errorf("merged:\n%s", diff)
			}
		})
	}
}
