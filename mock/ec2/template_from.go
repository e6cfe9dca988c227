package ec2

import (
	"cmp"
	"context"
	"encoding/base64"
	"slices"
	"strings"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/world"
)

// GetLaunchTemplateData makes a template's data of an instance. What it leaves out follows
// the example of the AWS CLI's reference; assumed: that user data and tags are in it, and
// of a volume only what its mapping can say.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetLaunchTemplateData.html
func (s *Service) GetLaunchTemplateData(ctx context.Context, in *ec2api.GetLaunchTemplateDataInput) (*ec2api.GetLaunchTemplateDataOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	i, err := lookup(&r.Instances, "i", "InstanceId", in.InstanceId)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	return &ec2api.GetLaunchTemplateDataOutput{LaunchTemplateData: r.templateDataOf(i)}, nil
}

func (r *region) templateDataOf(i *instance) *types.ResponseLaunchTemplateData {
	// The members that an instance has under the same names are taken as it shows them.
	shown := treeOf(r.describe(i))
	data := templateData{}
	for _, name := range []string{"CpuOptions", "EbsOptimized", "HibernationOptions", "ImageId", "InstanceType", "KeyName", "MaintenanceOptions", "MetadataOptions", "PrivateDnsNameOptions"} {
		if v, ok := shown[name]; ok {
			data[name] = v
		}
	}
	out := data.describe()
	out.DisableApiStop, out.DisableApiTermination = new(i.NoStop), new(i.NoTerminate)
	out.Monitoring = &types.LaunchTemplatesMonitoring{Enabled: new(i.Monitored)}
	out.Placement = &types.LaunchTemplatePlacement{AvailabilityZone: new(i.Zone), GroupName: new(""), Tenancy: cmp.Or(i.Tenancy, types.TenancyDefault)}
	out.InstanceInitiatedShutdownBehavior = i.onShutdown()
	if out.MetadataOptions != nil {
		out.MetadataOptions.State = "" // of an instance, not of a template
	}
	if i.ProfileArn != "" {
		out.IamInstanceProfile = &types.LaunchTemplateIamInstanceProfileSpecification{Arn: new(i.ProfileArn)}
	}
	if len(i.UserData) > 0 {
		out.UserData = new(base64.StdEncoding.EncodeToString(i.UserData))
	}
	if i.Credits != "" {
		out.CreditSpecification = &types.CreditSpecification{CpuCredits: new(i.Credits)}
	}
	r.templateResources(i, out)
	return out
}

// templateResources fills in an instance's volumes, interfaces and tags.
func (r *region) templateResources(i *instance, out *types.ResponseLaunchTemplateData) {
	for _, d := range i.Disks {
		out.BlockDeviceMappings = append(out.BlockDeviceMappings, types.LaunchTemplateBlockDeviceMapping{DeviceName: new(d.Device),
			Ebs: &types.LaunchTemplateEbsBlockDevice{DeleteOnTermination: new(!d.Keep), VolumeSize: new(d.SizeGiB), VolumeType: d.Type, Encrypted: new(d.Encrypted)}})
	}
	for _, n := range i.NICs {
		spec := types.LaunchTemplateInstanceNetworkInterfaceSpecification{DeviceIndex: new(n.Index), NetworkInterfaceId: new(n.ID), SubnetId: new(n.SubnetID),
			Groups: n.Groups, Description: new(n.Description), DeleteOnTermination: new(!n.Keep), PrivateIpAddress: new(addrText(n.PrivateIP))}
		for at, addr := range n.addresses() {
			spec.PrivateIpAddresses = append(spec.PrivateIpAddresses, types.PrivateIpAddressSpecification{Primary: new(at == 0), PrivateIpAddress: new(addrText(addr))})
		}
		out.NetworkInterfaces = append(out.NetworkInterfaces, spec)
	}
	tags := slices.DeleteFunc(sdkTags(r.Tags[i.ID]), func(t types.Tag) bool { return strings.HasPrefix(*t.Key, "aws:") })
	if len(tags) > 0 {
		out.TagSpecifications = []types.LaunchTemplateTagSpecification{{ResourceType: types.ResourceTypeInstance, Tags: tags}}
	}
}
