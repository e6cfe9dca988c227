package ec2_test

import (
	"encoding/base64"
	"strings"
	"testing"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
)

// template makes a launch template of the seeded image with more on it.
func (r rig) template(name string, change func(*types.RequestLaunchTemplateData)) {
	r.Helper()
	web, err := r.ec2.DescribeLaunchTemplateVersions(r.Context(), &ec2api.DescribeLaunchTemplateVersionsInput{LaunchTemplateName: new("web")})
	if err != nil {
		r.Fatal(err)
	}
	data := &types.RequestLaunchTemplateData{ImageId: web.LaunchTemplateVersions[0].LaunchTemplateData.ImageId, InstanceType: "t3.small"}
	change(data)
	if _, err := r.ec2.CreateLaunchTemplate(r.Context(), &ec2api.CreateLaunchTemplateInput{LaunchTemplateName: &name, LaunchTemplateData: data}); err != nil {
		r.Fatal(err)
	}
}

// run launches one instance from a template.
func (r rig) run(template string, change func(*ec2api.RunInstancesInput)) (types.Instance, error) {
	in := &ec2api.RunInstancesInput{LaunchTemplate: &types.LaunchTemplateSpecification{LaunchTemplateName: &template}, MinCount: new(int32(1)), MaxCount: new(int32(1))}
	if change != nil {
		change(in)
	}
	out, err := r.ec2.RunInstances(r.Context(), in)
	if err != nil {
		return types.Instance{}, err
	}
	return r.instance(*out.Instances[0].InstanceId), nil
}

func (r rig) subnets() []types.Subnet {
	r.Helper()
	out, err := r.ec2.DescribeSubnets(r.Context(), &ec2api.DescribeSubnetsInput{})
	if err != nil {
		r.Fatal(err)
	}
	return out.Subnets
}

func TestInstanceShowsWhatTheTemplateAsked(t *testing.T) {
	r := newRig(t)
	r.seed(1)
	r.template("full", func(d *types.RequestLaunchTemplateData) {
		d.MetadataOptions = &types.LaunchTemplateInstanceMetadataOptionsRequest{HttpTokens: "optional", HttpPutResponseHopLimit: new(int32(5)), InstanceMetadataTags: "enabled"}
		d.Monitoring = &types.LaunchTemplatesMonitoringRequest{Enabled: new(true)}
		d.EbsOptimized, d.DisableApiStop = new(true), new(true)
		d.CpuOptions = &types.LaunchTemplateCpuOptionsRequest{CoreCount: new(int32(1)), ThreadsPerCore: new(int32(1))}
		d.HibernationOptions = &types.LaunchTemplateHibernationOptionsRequest{Configured: new(true)}
		d.BlockDeviceMappings = []types.LaunchTemplateBlockDeviceMappingRequest{
			{DeviceName: new("/dev/xvda"), Ebs: &types.LaunchTemplateEbsBlockDeviceRequest{VolumeSize: new(int32(20)), Encrypted: new(true)}},
			{DeviceName: new("/dev/sdf"), Ebs: &types.LaunchTemplateEbsBlockDeviceRequest{VolumeSize: new(int32(5)), DeleteOnTermination: new(false)}},
		}
		d.Placement = &types.LaunchTemplatePlacementRequest{Tenancy: "dedicated"}
		d.PrivateDnsNameOptions = &types.LaunchTemplatePrivateDnsNameOptionsRequest{HostnameType: "resource-name", EnableResourceNameDnsARecord: new(true)}
		d.MaintenanceOptions = &types.LaunchTemplateInstanceMaintenanceOptionsRequest{AutoRecovery: "disabled"}
		d.IamInstanceProfile = &types.LaunchTemplateIamInstanceProfileSpecificationRequest{Name: new("web")}
		d.UserData = new(base64.StdEncoding.EncodeToString([]byte("#!/bin/sh\n")))
		d.TagSpecifications = []types.LaunchTemplateTagSpecificationRequest{{ResourceType: "volume", Tags: []types.Tag{{Key: new("disk"), Value: new("1")}}}}
	})
	i, err := r.run("full", func(in *ec2api.RunInstancesInput) {
		in.MetadataOptions = &types.InstanceMetadataOptionsRequest{HttpPutResponseHopLimit: new(int32(3))}
		in.Placement = &types.Placement{AvailabilityZone: new("us-east-1c")}
	})
	if err != nil {
		t.Fatal(err)
	}
	m := i.MetadataOptions
	got := []any{m.HttpTokens, *m.HttpPutResponseHopLimit, m.InstanceMetadataTags, i.Monitoring.State, *i.EbsOptimized, *i.CpuOptions.CoreCount, *i.CpuOptions.ThreadsPerCore,
		*i.HibernationOptions.Configured, i.Placement.Tenancy, *i.Placement.AvailabilityZone, *i.PrivateDnsName == *i.InstanceId+".ec2.internal",
		*i.PrivateDnsNameOptions.EnableResourceNameDnsARecord, i.MaintenanceOptions.AutoRecovery, strings.HasSuffix(*i.IamInstanceProfile.Arn, "/web")}
	want := []any{types.HttpTokensStateOptional, int32(3), types.InstanceMetadataTagsStateEnabled, types.MonitoringStateEnabled, true, int32(1), int32(1),
		true, types.TenancyDedicated, "us-east-1c", true, true, types.InstanceAutoRecoveryStateDisabled, true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("instance:\n%s", diff)
	}
	var disks []any
	for _, b := range i.BlockDeviceMappings {
		disks = append(disks, *b.DeviceName, *b.Ebs.DeleteOnTermination)
	}
	if diff := cmp.Diff([]any{"/dev/xvda", true, "/dev/sdf", false}, disks); diff != "" {
		t.Errorf("disks:\n%s", diff)
	}
	tags, err := r.ec2.DescribeTags(t.Context(), &ec2api.DescribeTagsInput{Filters: []types.Filter{{Name: new("key"), Values: []string{"disk"}}}})
	if err != nil || len(tags.Tags) != 2 {
		t.Errorf("volumes' tags %v, %v", tags, err)
	}
}

func TestSeveralInterfaces(t *testing.T) {
	r := newRig(t)
	r.seed(1)
	sub := r.subnets()[1]
	i, err := r.run("web", func(in *ec2api.RunInstancesInput) {
		in.NetworkInterfaces = []types.InstanceNetworkInterfaceSpecification{
			{DeviceIndex: new(int32(1)), SubnetId: sub.SubnetId, Description: new("second"), SecondaryPrivateIpAddressCount: new(int32(1))},
			{DeviceIndex: new(int32(0)), SubnetId: sub.SubnetId, PrivateIpAddress: new("172.31.17.5")},
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if *i.SubnetId != *sub.SubnetId || *i.PrivateIpAddress != "172.31.17.5" || i.PublicIpAddress != nil || len(i.NetworkInterfaces) != 2 {
		t.Fatalf("instance %+v", i)
	}
	second := i.NetworkInterfaces[1]
	if *second.Description != "second" || *second.Attachment.DeviceIndex != 1 || len(second.PrivateIpAddresses) != 2 || *second.Attachment.DeleteOnTermination != true {
		t.Errorf("second interface %+v", second)
	}
	if after := r.subnets()[1]; *sub.AvailableIpAddressCount-*after.AvailableIpAddressCount != 3 {
		t.Errorf("%d addresses were free, now %d", *sub.AvailableIpAddressCount, *after.AvailableIpAddressCount)
	}
	data, err := r.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	again := newRig(t)
	if err := again.Restore(data); err != nil {
		t.Fatal(err)
	}
	if before, after := *r.subnets()[1].AvailableIpAddressCount, *again.subnets()[1].AvailableIpAddressCount; before != after {
		t.Errorf("%d addresses are free, after a restore %d", before, after)
	}
	if _, err := r.ec2.TerminateInstances(t.Context(), &ec2api.TerminateInstancesInput{InstanceIds: []string{*i.InstanceId}}); err != nil {
		t.Fatal(err)
	}
	if after := r.subnets()[1]; *sub.AvailableIpAddressCount != *after.AvailableIpAddressCount {
		t.Errorf("%d addresses were free, after the termination %d", *sub.AvailableIpAddressCount, *after.AvailableIpAddressCount)
	}
}

func TestLaunchRefusesMore(t *testing.T) {
	r := newRig(t)
	r.seed(1)
	sub := r.subnets()[0].SubnetId
	nics := func(specs ...types.InstanceNetworkInterfaceSpecification) []types.InstanceNetworkInterfaceSpecification {
		return specs
	}
	ebs := func(e types.EbsBlockDevice) []types.BlockDeviceMapping {
		return []types.BlockDeviceMapping{{DeviceName: new("/dev/xvda"), Ebs: &e}}
	}
	for _, tt := range []struct {
		name, code, text string
		change           func(*ec2api.RunInstancesInput)
	}{
		{"a subnet beside interfaces", "InvalidParameterCombination", "Network interfaces and an instance-level subnet ID may not be specified on the same request", func(in *ec2api.RunInstancesInput) {
			in.SubnetId, in.NetworkInterfaces = sub, nics(types.InstanceNetworkInterfaceSpecification{DeviceIndex: new(int32(0))})
		}},
		{"groups beside interfaces", "InvalidParameterCombination", "Network interfaces and an instance-level security groups", func(in *ec2api.RunInstancesInput) {
			in.SecurityGroups, in.NetworkInterfaces = []string{"default"}, nics(types.InstanceNetworkInterfaceSpecification{DeviceIndex: new(int32(0))})
		}},
		{"more interfaces than the type has", "AttachmentLimitExceeded", "", func(in *ec2api.RunInstancesInput) {
			in.NetworkInterfaces = nics(types.InstanceNetworkInterfaceSpecification{DeviceIndex: new(int32(0))}, types.InstanceNetworkInterfaceSpecification{DeviceIndex: new(int32(1))}, types.InstanceNetworkInterfaceSpecification{DeviceIndex: new(int32(2))})
		}},
		{"a public address with several interfaces", "InvalidParameterCombination", "associatePublicIPAddress", func(in *ec2api.RunInstancesInput) {
			in.NetworkInterfaces = nics(types.InstanceNetworkInterfaceSpecification{DeviceIndex: new(int32(0)), AssociatePublicIpAddress: new(true)}, types.InstanceNetworkInterfaceSpecification{DeviceIndex: new(int32(1))})
		}},
		{"a key that is not there", "InvalidKeyPair.NotFound", "The key pair 'nope' does not exist", func(in *ec2api.RunInstancesInput) { in.KeyName = new("nope") }},
		{"a group that is not there", "InvalidGroup.NotFound", "", func(in *ec2api.RunInstancesInput) { in.SecurityGroupIds = []string{"sg-0123456789abcdef0"} }},
		{"user data that is not base64", "InvalidUserData.Malformed", "Invalid BASE64", func(in *ec2api.RunInstancesInput) { in.UserData = new("#!/bin/sh") }},
		{"too much user data", "InvalidUserData.Malformed", "limited to 16384 bytes", func(in *ec2api.RunInstancesInput) {
			in.UserData = new(base64.StdEncoding.EncodeToString(make([]byte, 16385)))
		}},
		{"a root volume smaller than its snapshot", "InvalidBlockDeviceMapping", "is smaller than snapshot", func(in *ec2api.RunInstancesInput) {
			in.BlockDeviceMappings = ebs(types.EbsBlockDevice{VolumeSize: new(int32(4))})
		}},
		{"a key for an open volume", "InvalidParameterDependency", "", func(in *ec2api.RunInstancesInput) {
			in.BlockDeviceMappings = ebs(types.EbsBlockDevice{KmsKeyId: new("alias/x")})
		}},
		{"throughput for gp2", "InvalidParameterCombination", "", func(in *ec2api.RunInstancesInput) {
			in.BlockDeviceMappings = []types.BlockDeviceMapping{{DeviceName: new("/dev/sdf"), Ebs: &types.EbsBlockDevice{VolumeSize: new(int32(9)), VolumeType: "gp2", Throughput: new(int32(200))}}}
		}},
		{"hibernation on an open disk", "UnsupportedHibernationConfiguration", "For hibernation, the root device volume must be encrypted.", func(in *ec2api.RunInstancesInput) {
			in.HibernationOptions = &types.HibernationOptionsRequest{Configured: new(true)}
		}},
		{"a hop limit of 65", "InvalidParameterValue", "", func(in *ec2api.RunInstancesInput) {
			in.MetadataOptions = &types.InstanceMetadataOptionsRequest{HttpPutResponseHopLimit: new(int32(65))}
		}},
		{"a tag that the metadata cannot show", "InvalidParameterValue", "'Patch Group' is not a valid tag key.", func(in *ec2api.RunInstancesInput) {
			in.MetadataOptions = &types.InstanceMetadataOptionsRequest{InstanceMetadataTags: "enabled"}
			in.TagSpecifications = []types.TagSpecification{{ResourceType: "instance", Tags: []types.Tag{{Key: new("Patch Group"), Value: new("a")}}}}
		}},
		{"more cores than there are", "InvalidParameterValue", "", func(in *ec2api.RunInstancesInput) {
			in.CpuOptions = &types.CpuOptionsRequest{CoreCount: new(int32(2)), ThreadsPerCore: new(int32(1))}
		}},
		{"an address of elsewhere", "InvalidParameterValue", "does not fall within", func(in *ec2api.RunInstancesInput) { in.SubnetId, in.PrivateIpAddress = sub, new("10.0.0.1") }},
		{"one address for two", "InvalidParameterCombination", "", func(in *ec2api.RunInstancesInput) {
			in.SubnetId, in.PrivateIpAddress, in.MaxCount = sub, new("172.31.0.77"), new(int32(2))
		}},
		{"an image by a parameter", "InvalidParameterValue", "resolve:ssm", func(in *ec2api.RunInstancesInput) { in.ImageId = new("resolve:ssm:/mine") }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := r.run("web", tt.change)
			wantCode(t, err, tt.code)
			if err != nil && !strings.Contains(err.Error(), tt.text) {
				t.Errorf("%v does not say %q", err, tt.text)
			}
		})
	}
}

func TestATemplateKeepsWhatALaunchRefuses(t *testing.T) {
	r := newRig(t)
	r.seed(1)
	r.template("later", func(d *types.RequestLaunchTemplateData) {
		d.KeyName, d.SecurityGroupIds, d.ImageId = new("nope"), []string{"sg-0123456789abcdef0"}, new("ami-0123456789abcdef0")
		d.LicenseSpecifications = []types.LaunchTemplateLicenseConfigurationRequest{{LicenseConfigurationArn: new("arn:aws:license-manager:x")}}
	})
	out, err := r.ec2.DescribeLaunchTemplateVersions(t.Context(), &ec2api.DescribeLaunchTemplateVersionsInput{LaunchTemplateName: new("later")})
	if err != nil {
		t.Fatal(err)
	}
	d := out.LaunchTemplateVersions[0].LaunchTemplateData
	if *d.KeyName != "nope" || *d.LicenseSpecifications[0].LicenseConfigurationArn != "arn:aws:license-manager:x" || d.SecurityGroupIds[0] != "sg-0123456789abcdef0" {
		t.Errorf("data %+v", d)
	}
	_, err = r.run("later", func(in *ec2api.RunInstancesInput) { in.LaunchTemplate.Version = new("$Latest") })
	wantCode(t, err, "UnknownParameter")
	_, err = r.ec2.CreateLaunchTemplate(t.Context(), &ec2api.CreateLaunchTemplateInput{LaunchTemplateName: new("bad"), LaunchTemplateData: &types.RequestLaunchTemplateData{UserData: new("#!")}})
	wantCode(t, err, "InvalidUserData.Malformed")
}
