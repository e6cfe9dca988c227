// Package ec2 is the mock's EC2: launch templates, instances and their life cycle,
// images, instance types, the default VPC, and tags, per account and region.
//
// Start with [New] and [Service.API]. Handlers have the SDK client's own signatures and
// are called with the world to themselves (world.Do). What an action does is written
// from AWS's documents, cited beside the code; what is not documented is marked
// "assumed". What is not modelled is refused, never half obeyed.
package ec2

import (
	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

//go:generate go run github.com/musterhq/muster/mock/wire/internal/gen -sdk github.com/aws/aws-sdk-go-v2/service/ec2

// Service is the mock's EC2. It is not safe for concurrent use: the world's lock guards it.
type Service struct {
	world   *world.World
	regions map[world.Scope]*region
}

// New returns EC2 in the given world, with nothing in it but the default VPCs and the
// public images.
func New(w *world.World) *Service {
	s := &Service{world: w}
	s.Reset()
	w.Register("ec2", s)
	w.ProvideFacts(s.selfKnowledge)
	transition.On(w, s.transition)
	scheduled.On(w, s.happen)
	world.InstanceRebooted.On(w, s.consoleReboot)
	world.InstanceState.On(w, s.consoleState)
	metadataApplied.On(w, s.metadataApplied)
	interrupt.On(w, s.interrupted)
	evaluate.On(w, s.evaluated)
	volumeStep.On(w, s.volumeArrived)
	world.InstancePoweredOff.On(w, s.poweredOff)
	return s
}

// API lists the operations that this EC2 knows and the parameters that it acts on.
func (s *Service) API() *wire.API {
	return &wire.API{
		Name:      "ec2",
		Protocol:  wire.EC2Query,
		Namespace: "http://ec2.amazonaws.com/doc/2016-11-15/",
		Names:     names,
		Operations: map[string]wire.Operation{
			"AllocateAddress":                        wire.Handle(s.AllocateAddress, "Domain", "TagSpecifications", "DryRun"),
			"AssociateAddress":                       wire.Handle(s.AssociateAddress, "AllocationId", "PublicIp", "InstanceId", "NetworkInterfaceId", "PrivateIpAddress", "AllowReassociation", "DryRun"),
			"AssociateIamInstanceProfile":            wire.Handle(s.AssociateIamInstanceProfile, "IamInstanceProfile", "InstanceId"),
			"AttachNetworkInterface":                 wire.Handle(s.AttachNetworkInterface, "NetworkInterfaceId", "InstanceId", "DeviceIndex", "NetworkCardIndex", "DryRun"),
			"AttachVolume":                           wire.Handle(s.AttachVolume, "VolumeId", "InstanceId", "Device", "DryRun"),
			"AuthorizeSecurityGroupEgress":           wire.Handle(s.AuthorizeSecurityGroupEgress, "GroupId", "IpPermissions", "TagSpecifications", "DryRun"),
			"AuthorizeSecurityGroupIngress":          wire.Handle(s.AuthorizeSecurityGroupIngress, "GroupId", "GroupName", "IpPermissions", "IpProtocol", "FromPort", "ToPort", "CidrIp", "TagSpecifications", "DryRun"),
			"CancelSpotInstanceRequests":             wire.Handle(s.CancelSpotInstanceRequests, "SpotInstanceRequestIds", "DryRun"),
			"CopyImage":                              wire.Handle(s.CopyImage, "Name", "SourceImageId", "SourceRegion", "ClientToken", "CopyImageTags", "Description", "Encrypted", "KmsKeyId", "TagSpecifications", "DryRun"),
			"CopySnapshot":                           wire.Handle(s.CopySnapshot, "SourceRegion", "SourceSnapshotId", "Description", "Encrypted", "KmsKeyId", "PresignedUrl", "TagSpecifications", "DryRun"),
			"CreateFleet":                            wire.Handle(s.CreateFleet, "ClientToken", "DryRun", "LaunchTemplateConfigs", "OnDemandOptions", "SpotOptions", "TagSpecifications", "TargetCapacitySpecification", "Type"),
			"CreateImage":                            wire.Handle(s.CreateImage, "InstanceId", "Name", "Description", "NoReboot", "TagSpecifications", "DryRun"),
			"CreateKeyPair":                          wire.Handle(s.CreateKeyPair, "KeyName", "KeyType", "KeyFormat", "TagSpecifications", "DryRun"),
			"CreateLaunchTemplate":                   wire.Handle(s.CreateLaunchTemplate, "LaunchTemplateName", "LaunchTemplateData", "VersionDescription", "ClientToken", "TagSpecifications", "DryRun"),
			"CreateLaunchTemplateVersion":            wire.Handle(s.CreateLaunchTemplateVersion, "LaunchTemplateId", "LaunchTemplateName", "LaunchTemplateData", "SourceVersion", "VersionDescription", "ClientToken", "DryRun"),
			"CreateNetworkInterface":                 wire.Handle(s.CreateNetworkInterface, "SubnetId", "ClientToken", "Description", "Groups", "PrivateIpAddress", "PrivateIpAddresses", "SecondaryPrivateIpAddressCount", "TagSpecifications", "DryRun"),
			"CreateSecurityGroup":                    wire.Handle(s.CreateSecurityGroup, "GroupName", "Description", "VpcId", "TagSpecifications", "DryRun"),
			"CreateSnapshot":                         wire.Handle(s.CreateSnapshot, "VolumeId", "Description", "TagSpecifications", "DryRun"),
			"CreateSnapshots":                        wire.Handle(s.CreateSnapshots, "InstanceSpecification", "Description", "CopyTagsFromSource", "TagSpecifications", "DryRun"),
			"CreateSubnet":                           wire.Handle(s.CreateSubnet, "VpcId", "AvailabilityZone", "AvailabilityZoneId", "CidrBlock", "TagSpecifications", "DryRun"),
			"CreateTags":                             wire.Handle(s.CreateTags, "Resources", "Tags", "DryRun"),
			"CreateVolume":                           wire.Handle(s.CreateVolume, "AvailabilityZone", "AvailabilityZoneId", "ClientToken", "Encrypted", "Iops", "KmsKeyId", "Size", "SnapshotId", "TagSpecifications", "Throughput", "VolumeType", "DryRun"),
			"CreateVpc":                              wire.Handle(s.CreateVpc, "CidrBlock", "InstanceTenancy", "TagSpecifications", "DryRun"),
			"DeleteKeyPair":                          wire.Handle(s.DeleteKeyPair, "KeyName", "KeyPairId", "DryRun"),
			"DeleteLaunchTemplate":                   wire.Handle(s.DeleteLaunchTemplate, "LaunchTemplateId", "LaunchTemplateName", "DryRun"),
			"DeleteLaunchTemplateVersions":           wire.Handle(s.DeleteLaunchTemplateVersions, "LaunchTemplateId", "LaunchTemplateName", "Versions", "DryRun"),
			"DeleteNetworkInterface":                 wire.Handle(s.DeleteNetworkInterface, "NetworkInterfaceId", "DryRun"),
			"DeleteSecurityGroup":                    wire.Handle(s.DeleteSecurityGroup, "GroupId", "GroupName", "DryRun"),
			"DeleteSnapshot":                         wire.Handle(s.DeleteSnapshot, "SnapshotId", "DryRun"),
			"DeleteSubnet":                           wire.Handle(s.DeleteSubnet, "SubnetId", "DryRun"),
			"DeleteTags":                             wire.Handle(s.DeleteTags, "Resources", "Tags", "DryRun"),
			"DeleteVolume":                           wire.Handle(s.DeleteVolume, "VolumeId", "DryRun"),
			"DeleteVpc":                              wire.Handle(s.DeleteVpc, "VpcId", "DryRun"),
			"DeregisterImage":                        wire.Handle(s.DeregisterImage, "ImageId", "DeleteAssociatedSnapshots", "DryRun"),
			"DescribeAccountAttributes":              wire.Handle(s.DescribeAccountAttributes, "AttributeNames", "DryRun"),
			"DescribeAddresses":                      wire.Handle(s.DescribeAddresses, "AllocationIds", "PublicIps", "Filters", "DryRun"),
			"DescribeAvailabilityZones":              wire.Handle(s.DescribeAvailabilityZones, "ZoneNames", "ZoneIds", "AllAvailabilityZones", "Filters", "DryRun"),
			"DescribeFleets":                         wire.Handle(s.DescribeFleets, "FleetIds", "DryRun"),
			"DescribeIamInstanceProfileAssociations": wire.Handle(s.DescribeIamInstanceProfileAssociations, "AssociationIds", "Filters", "MaxResults", "NextToken"),
			"DescribeImageAttribute":                 wire.Handle(s.DescribeImageAttribute, "ImageId", "Attribute", "DryRun"),
			"DescribeImages":                         wire.Handle(s.DescribeImages, "ImageIds", "Owners", "ExecutableUsers", "IncludeDeprecated", "Filters", "MaxResults", "NextToken", "DryRun"),
			"DescribeInstanceAttribute":              wire.Handle(s.DescribeInstanceAttribute, "InstanceId", "Attribute", "DryRun"),
			"DescribeInstanceCreditSpecifications": wire.Handle(s.DescribeInstanceCreditSpecifications,
				"InstanceIds", "Filters", "MaxResults", "NextToken", "DryRun"),
			"DescribeInstanceStatus":         wire.Handle(s.DescribeInstanceStatus, "InstanceIds", "Filters", "IncludeAllInstances", "MaxResults", "NextToken", "DryRun"),
			"DescribeInstanceTypeOfferings":  wire.Handle(s.DescribeInstanceTypeOfferings, "LocationType", "Filters", "MaxResults", "NextToken", "DryRun"),
			"DescribeInstanceTypes":          wire.Handle(s.DescribeInstanceTypes, "InstanceTypes", "Filters", "MaxResults", "NextToken", "DryRun"),
			"DescribeInstances":              wire.Handle(s.DescribeInstances, "InstanceIds", "Filters", "MaxResults", "NextToken", "DryRun"),
			"DescribeKeyPairs":               wire.Handle(s.DescribeKeyPairs, "KeyNames", "KeyPairIds", "Filters", "IncludePublicKey", "DryRun"),
			"DescribeLaunchTemplateVersions": wire.Handle(s.DescribeLaunchTemplateVersions, "LaunchTemplateId", "LaunchTemplateName", "Versions", "MinVersion", "MaxVersion", "ResolveAlias", "Filters", "MaxResults", "NextToken", "DryRun"),
			"DescribeLaunchTemplates":        wire.Handle(s.DescribeLaunchTemplates, "LaunchTemplateIds", "LaunchTemplateNames", "Filters", "MaxResults", "NextToken", "DryRun"),
			"DescribeNetworkInterfaces":      wire.Handle(s.DescribeNetworkInterfaces, "NetworkInterfaceIds", "Filters", "MaxResults", "NextToken", "DryRun"),
			"DescribeRegions":                wire.Handle(s.DescribeRegions, "RegionNames", "AllRegions", "Filters", "DryRun"),
			"DescribeSecurityGroupRules":     wire.Handle(s.DescribeSecurityGroupRules, "SecurityGroupRuleIds", "Filters", "MaxResults", "NextToken", "DryRun"),
			"DescribeSecurityGroups":         wire.Handle(s.DescribeSecurityGroups, "GroupIds", "GroupNames", "Filters", "MaxResults", "NextToken", "DryRun"),
			"DescribeSnapshots":              wire.Handle(s.DescribeSnapshots, "SnapshotIds", "OwnerIds", "RestorableByUserIds", "Filters", "MaxResults", "NextToken", "DryRun"),
			"DescribeSpotInstanceRequests":   wire.Handle(s.DescribeSpotInstanceRequests, "SpotInstanceRequestIds", "Filters", "MaxResults", "NextToken", "DryRun"),
			"DescribeSubnets":                wire.Handle(s.DescribeSubnets, "SubnetIds", "Filters", "MaxResults", "NextToken", "DryRun"),
			"DescribeTags":                   wire.Handle(s.DescribeTags, "Filters", "MaxResults", "NextToken", "DryRun"),
			"DescribeVolumeStatus":           wire.Handle(s.DescribeVolumeStatus, "VolumeIds", "Filters", "MaxResults", "NextToken", "DryRun"),
			"DescribeVolumes":                wire.Handle(s.DescribeVolumes, "VolumeIds", "Filters", "MaxResults", "NextToken", "DryRun"),
			"DescribeVolumesModifications":   wire.Handle(s.DescribeVolumesModifications, "VolumeIds", "Filters", "MaxResults", "NextToken", "DryRun"),
			"DescribeVpcs":                   wire.Handle(s.DescribeVpcs, "VpcIds", "Filters", "MaxResults", "NextToken", "DryRun"),
			"DetachNetworkInterface":         wire.Handle(s.DetachNetworkInterface, "AttachmentId", "Force", "DryRun"),
			"DetachVolume":                   wire.Handle(s.DetachVolume, "VolumeId", "InstanceId", "Device", "Force", "DryRun"),
			"DisableImageDeprecation":        wire.Handle(s.DisableImageDeprecation, "ImageId", "DryRun"),
			"DisassociateAddress":            wire.Handle(s.DisassociateAddress, "AssociationId", "PublicIp", "DryRun"),
			"DisassociateIamInstanceProfile": wire.Handle(s.DisassociateIamInstanceProfile, "AssociationId"),
			"EnableImageDeprecation":         wire.Handle(s.EnableImageDeprecation, "ImageId", "DeprecateAt", "DryRun"),
			"GetConsoleOutput":               wire.Handle(s.GetConsoleOutput, "InstanceId", "Latest", "DryRun"),
			"GetLaunchTemplateData":          wire.Handle(s.GetLaunchTemplateData, "InstanceId", "DryRun"),
			"ImportKeyPair":                  wire.Handle(s.ImportKeyPair, "KeyName", "PublicKeyMaterial", "TagSpecifications", "DryRun"),
			"ModifyImageAttribute":           wire.Handle(s.ModifyImageAttribute, "ImageId", "Attribute", "Description", "LaunchPermission", "OperationType", "UserGroups", "UserIds", "Value", "DryRun"),
			"ModifyInstanceAttribute": wire.Handle(s.ModifyInstanceAttribute, "InstanceId", "Attribute", "Value", "BlockDeviceMappings", "DisableApiStop", "DisableApiTermination",
				"EbsOptimized", "Groups", "InstanceInitiatedShutdownBehavior", "InstanceType", "SourceDestCheck", "UserData", "DryRun"),
			"ModifyInstanceEventStartTime": wire.Handle(s.ModifyInstanceEventStartTime, "InstanceId", "InstanceEventId", "NotBefore", "DryRun"),
			"ModifyInstanceMetadataOptions": wire.Handle(s.ModifyInstanceMetadataOptions, "InstanceId", "HttpEndpoint", "HttpProtocolIpv6",
				"HttpPutResponseHopLimit", "HttpTokens", "InstanceMetadataTags", "DryRun"),
			"ModifyLaunchTemplate":                 wire.Handle(s.ModifyLaunchTemplate, "LaunchTemplateId", "LaunchTemplateName", "DefaultVersion", "ClientToken", "DryRun"),
			"ModifyNetworkInterfaceAttribute":      wire.Handle(s.ModifyNetworkInterfaceAttribute, "NetworkInterfaceId", "Attachment", "Description", "Groups", "SourceDestCheck", "DryRun"),
			"ModifySubnetAttribute":                wire.Handle(s.ModifySubnetAttribute, "SubnetId", "MapPublicIpOnLaunch"),
			"ModifyVolume":                         wire.Handle(s.ModifyVolume, "VolumeId", "Size", "VolumeType", "Iops", "Throughput", "DryRun"),
			"MonitorInstances":                     wire.Handle(s.MonitorInstances, "InstanceIds", "DryRun"),
			"RebootInstances":                      wire.Handle(s.RebootInstances, "InstanceIds", "DryRun"),
			"ReleaseAddress":                       wire.Handle(s.ReleaseAddress, "AllocationId", "PublicIp", "NetworkBorderGroup", "DryRun"),
			"ReplaceIamInstanceProfileAssociation": wire.Handle(s.ReplaceIamInstanceProfileAssociation, "AssociationId", "IamInstanceProfile"),
			"ResetImageAttribute":                  wire.Handle(s.ResetImageAttribute, "ImageId", "Attribute", "DryRun"),
			"ResetInstanceAttribute":               wire.Handle(s.ResetInstanceAttribute, "InstanceId", "Attribute", "DryRun"),
			"RevokeSecurityGroupEgress":            wire.Handle(s.RevokeSecurityGroupEgress, "GroupId", "IpPermissions", "SecurityGroupRuleIds", "DryRun"),
			"RevokeSecurityGroupIngress":           wire.Handle(s.RevokeSecurityGroupIngress, "GroupId", "GroupName", "IpPermissions", "IpProtocol", "FromPort", "ToPort", "CidrIp", "SecurityGroupRuleIds", "DryRun"),
			"RunInstances": wire.Handle(s.RunInstances, "BlockDeviceMappings", "ClientToken", "CpuOptions", "CreditSpecification", "DisableApiStop", "DisableApiTermination",
				"DryRun", "EbsOptimized", "HibernationOptions", "IamInstanceProfile", "ImageId", "InstanceInitiatedShutdownBehavior", "InstanceMarketOptions", "InstanceType",
				"KeyName", "LaunchTemplate", "MaintenanceOptions", "MaxCount", "MetadataOptions", "MinCount", "Monitoring", "NetworkInterfaces", "Placement",
				"PrivateDnsNameOptions", "PrivateIpAddress", "SecurityGroupIds", "SecurityGroups", "SubnetId", "TagSpecifications", "UserData"),
			"StartInstances":     wire.Handle(s.StartInstances, "InstanceIds", "DryRun"),
			"StopInstances":      wire.Handle(s.StopInstances, "InstanceIds", "Force", "Hibernate", "DryRun"),
			"TerminateInstances": wire.Handle(s.TerminateInstances, "InstanceIds", "Force", "DryRun"),
			"UnmonitorInstances": wire.Handle(s.UnmonitorInstances, "InstanceIds", "DryRun"),
		},
	}
}

// in returns the caller's region, made on first use with its default VPC.
func (s *Service) in(sc world.Scope) *region {
	r, ok := s.regions[sc]
	if !ok {
		r = newRegion(s, sc)
		s.regions[sc] = r
	}
	return r
}
