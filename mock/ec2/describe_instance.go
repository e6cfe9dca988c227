package ec2

import (
	"cmp"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// describe is an instance as DescribeInstances and RunInstances show it.
func (r *region) describe(i *instance) types.Instance {
	f, _ := typeNamed(i.Type)
	out := types.Instance{
		InstanceId: new(i.ID), ImageId: new(i.ImageID), InstanceType: types.InstanceType(i.Type), AmiLaunchIndex: new(i.LaunchIndex),
		State: sdkState(i.State), StateTransitionReason: new(i.Reason), LaunchTime: new(i.Launched),
		Architecture: i.Arch, PlatformDetails: new(i.platformDetails()), UsageOperation: new(i.usageOperation()), UsageOperationUpdateTime: new(i.Attached),
		Hypervisor: types.HypervisorTypeXen, VirtualizationType: types.VirtualizationTypeHvm, EnaSupport: new(true), EbsOptimized: new(i.EBSOptimized),
		BootMode: i.bootMode(), CurrentInstanceBootMode: types.InstanceBootModeValues(i.currentBootMode()),
		RootDeviceName: new(i.RootDevice), RootDeviceType: types.DeviceTypeEbs,
		PrivateDnsName: new(i.privateDNS(r.Scope.Region)), PublicDnsName: new(i.publicDNS(r.Scope.Region)),
		Placement: &types.Placement{AvailabilityZone: new(i.Zone), GroupName: new(""), Tenancy: cmp.Or(i.Tenancy, types.TenancyDefault)},
		Tags:      sdkTags(r.Tags[i.ID]), ClientToken: new(i.ClientToken),
	}
	if i.windows() {
		out.Platform = windowsPlatform
	}
	i.describeSettings(f, &out)
	if i.ReasonCode != "" {
		out.StateReason = &types.StateReason{Code: new(i.ReasonCode), Message: new(i.ReasonText)}
	}
	if i.State != types.InstanceStateNameTerminated {
		r.describeAttached(i, &out)
	}
	return out
}

// describeSettings fills in what the launch decided.
func (i *instance) describeSettings(f figures, out *types.Instance) {
	cores := cmp.Or(i.Cores, f.cores)
	out.CpuOptions = &types.CpuOptions{CoreCount: new(cores), ThreadsPerCore: new(cmp.Or(i.Threads, f.vcpus/max(f.cores, 1)))}
	out.Monitoring = &types.Monitoring{State: i.monitoring()}
	out.HibernationOptions = &types.HibernationOptions{Configured: new(i.Hibernates)}
	out.EnclaveOptions = &types.EnclaveOptions{Enabled: new(false)}
	out.MetadataOptions = i.Metadata.describe()
	out.MaintenanceOptions = &types.InstanceMaintenanceOptions{AutoRecovery: cmp.Or(i.Recovery, types.InstanceAutoRecoveryStateDefault)}
	out.PrivateDnsNameOptions = i.DNS.describe()
	if i.KeyName != "" {
		out.KeyName = new(i.KeyName)
	}
	if i.ProfileArn != "" {
		out.IamInstanceProfile = &types.IamInstanceProfile{Arn: new(i.ProfileArn), Id: new(profileID(i.ProfileArn))}
	}
	if i.Spot.RequestID != "" {
		out.InstanceLifecycle, out.SpotInstanceRequestId = types.InstanceLifecycleTypeSpot, new(i.Spot.RequestID)
	}
}

func (i *instance) monitoring() types.MonitoringState {
	if i.Monitored {
		return types.MonitoringStateEnabled
	}
	return types.MonitoringStateDisabled
}

func (m metadataOptions) describe() *types.InstanceMetadataOptionsResponse {
	out := &types.InstanceMetadataOptionsResponse{State: types.InstanceMetadataOptionsStateApplied, HttpTokens: types.HttpTokensStateRequired,
		HttpPutResponseHopLimit: new(m.Hops), HttpEndpoint: types.InstanceMetadataEndpointStateEnabled,
		HttpProtocolIpv6: types.InstanceMetadataProtocolStateDisabled, InstanceMetadataTags: types.InstanceMetadataTagsStateDisabled}
	if m.Pending {
		out.State = types.InstanceMetadataOptionsStatePending
	}
	if m.TokensOptional {
		out.HttpTokens = types.HttpTokensStateOptional
	}
	if m.Off {
		out.HttpEndpoint = types.InstanceMetadataEndpointStateDisabled
	}
	if m.IPv6 {
		out.HttpProtocolIpv6 = types.InstanceMetadataProtocolStateEnabled
	}
	if m.Tags {
		out.InstanceMetadataTags = types.InstanceMetadataTagsStateEnabled
	}
	return out
}

func (d dnsOptions) describe() *types.PrivateDnsNameOptionsResponse {
	out := &types.PrivateDnsNameOptionsResponse{HostnameType: types.HostnameTypeIpName,
		EnableResourceNameDnsARecord: new(d.RecordA), EnableResourceNameDnsAAAARecord: new(d.RecordAAAA)}
	if d.ResourceName {
		out.HostnameType = types.HostnameTypeResourceName
	}
	return out
}

// describeAttached fills in what an instance has until it is terminated.
func (r *region) describeAttached(i *instance, out *types.Instance) {
	out.SubnetId, out.VpcId, out.PrivateIpAddress = new(i.SubnetID), new(r.vpcOf(i.SubnetID)), new(addrText(i.PrivateIP))
	if i.PublicIP.IsValid() {
		out.PublicIpAddress = new(i.PublicIP.String())
	}
	for _, n := range i.NICs {
		out.NetworkInterfaces = append(out.NetworkInterfaces, r.describeNIC(i, n))
	}
	if len(i.NICs) > 0 {
		out.SecurityGroups, out.SourceDestCheck = r.identifiers(i.NICs[0].Groups), new(!i.NICs[0].NoCheck)
	}
	for _, d := range i.Disks {
		out.BlockDeviceMappings = append(out.BlockDeviceMappings, types.InstanceBlockDeviceMapping{DeviceName: new(d.Device), Ebs: &types.EbsInstanceBlockDevice{
			AttachTime: new(d.Attached), DeleteOnTermination: new(!d.Keep), Status: types.AttachmentStatusAttached, VolumeId: new(d.ID)}})
	}
}

// describeNIC is an attached interface as its instance shows it.
func (r *region) describeNIC(i *instance, n *nic) types.InstanceNetworkInterface {
	out := types.InstanceNetworkInterface{
		NetworkInterfaceId: new(n.ID), PrivateIpAddress: new(addrText(n.PrivateIP)), SubnetId: new(n.SubnetID), VpcId: new(r.vpcOf(n.SubnetID)),
		OwnerId: new(r.Scope.Account), Status: types.NetworkInterfaceStatusInUse, SourceDestCheck: new(!n.NoCheck), Groups: r.identifiers(n.Groups),
		InterfaceType: new(cmp.Or(n.Type, "interface")), PrivateDnsName: new(dnsOf(n.PrivateIP, r.Scope.Region)), MacAddress: new(n.mac()), Description: new(n.Description),
		Attachment: &types.InstanceNetworkInterfaceAttachment{AttachTime: new(n.Attached), AttachmentId: new(n.attachmentID()),
			DeleteOnTermination: new(!n.Keep), DeviceIndex: new(n.Index), NetworkCardIndex: new(n.Card), Status: types.AttachmentStatusAttached},
	}
	for at, addr := range n.addresses() {
		out.PrivateIpAddresses = append(out.PrivateIpAddresses, types.InstancePrivateIpAddress{Primary: new(at == 0), PrivateIpAddress: new(addrText(addr)), PrivateDnsName: new(dnsOf(addr, r.Scope.Region))})
	}
	if n.Index == 0 && i.PublicIP.IsValid() {
		out.Association = &types.InstanceNetworkInterfaceAssociation{PublicIp: new(i.PublicIP.String()), PublicDnsName: new(i.publicDNS(r.Scope.Region)), IpOwnerId: new(r.ipOwner(r.addressOf(n)))}
		out.PrivateIpAddresses[0].Association = out.Association
	}
	return out
}
