package ec2

import (
	"context"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
)

// figures are what an instance type has.
type figures struct {
	typeSize
	typeFamily
	name           string // family and size
	index          int64  // its place in the table
	cores          int32
	bareMetal      bool
	hibernation    bool
	freeTierUsable bool
}

// typeNamed finds an instance type, or answers as EC2 does for an unknown one.
func typeNamed(name string) (figures, error) {
	f, ok := typesByName[name]
	if !ok {
		return figures{}, wire.Errorf("InvalidParameterValue", "Invalid value '%s' for InstanceType.", name)
	}
	return f, nil
}

// DescribeInstanceTypes lists the types that are modelled with their figures.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypes.html
func (s *Service) DescribeInstanceTypes(_ context.Context, in *ec2api.DescribeInstanceTypesInput) (*ec2api.DescribeInstanceTypesOutput, error) {
	p := page{op: "DescribeInstanceTypes", max: in.MaxResults, token: in.NextToken, ids: len(in.InstanceTypes), idsName: "instanceTypesSet", least: 5, most: 100}
	if _, err := p.size(0); err != nil {
		return nil, err
	}
	var missing []string
	for _, t := range in.InstanceTypes {
		if _, err := typeNamed(string(t)); err != nil {
			missing = append(missing, string(t))
		}
	}
	if len(missing) > 0 {
		return nil, wire.Errorf("InvalidInstanceType", "The following supplied instance types do not exist: [%s]", commaList(missing))
	}
	match, err := typeFilters.compile(in.Filters, nil)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	found := filtered(typeTable, func(f figures) bool { return asked(in.InstanceTypes, types.InstanceType(f.name)) && match(f) })
	found, next, err := cutPage(p, found, func(f figures) int64 { return f.index })
	if err != nil {
		return nil, err
	}
	return &ec2api.DescribeInstanceTypesOutput{InstanceTypes: mapped(found, figures.describe), NextToken: next}, nil
}

func (f figures) describe() types.InstanceTypeInfo {
	out := types.InstanceTypeInfo{
		InstanceType: types.InstanceType(f.name), CurrentGeneration: new(true), BareMetal: new(f.bareMetal),
		BurstablePerformanceSupported: new(f.burstable), FreeTierEligible: new(f.freeTierUsable), HibernationSupported: new(f.hibernation),
		InstanceStorageSupported: new(f.disks > 0), AutoRecoverySupported: new(f.recovers()), DedicatedHostsSupported: new(true),
		Hypervisor: f.hypervisor(), MemoryInfo: &types.MemoryInfo{SizeInMiB: new(f.memoryMiB)},
		VCpuInfo:                     &types.VCpuInfo{DefaultVCpus: new(f.vcpus), DefaultCores: new(f.cores), DefaultThreadsPerCore: new(f.vcpus / f.cores)},
		ProcessorInfo:                &types.ProcessorInfo{SupportedArchitectures: []types.ArchitectureType{f.arch}, SustainedClockSpeedInGhz: new(f.clockGHz)},
		SupportedRootDeviceTypes:     []types.RootDeviceType{types.RootDeviceTypeEbs},
		SupportedUsageClasses:        []types.UsageClassType{types.UsageClassTypeOnDemand, types.UsageClassTypeSpot},
		SupportedVirtualizationTypes: []types.VirtualizationType{types.VirtualizationTypeHvm},
		SupportedBootModes:           f.bootModes(),
		NetworkInfo: &types.NetworkInfo{NetworkPerformance: new(f.network), MaximumNetworkInterfaces: new(f.maxInterfaces), MaximumNetworkCards: new(int32(1)),
			Ipv4AddressesPerInterface: new(f.addressesEach), Ipv6AddressesPerInterface: new(f.addressesEach), Ipv6Supported: new(true), EnaSupport: f.ena()},
		EbsInfo: f.ebs(),
	}
	if f.disks > 0 {
		out.InstanceStorageInfo = &types.InstanceStorageInfo{TotalSizeInGB: new(int64(f.disks) * int64(f.diskGB)), NvmeSupport: types.EphemeralNvmeSupportRequired,
			EncryptionSupport: types.InstanceStorageEncryptionSupportRequired,
			Disks:             []types.DiskInfo{{Count: new(f.disks), SizeInGB: new(int64(f.diskGB)), Type: types.DiskTypeSsd}}}
	}
	if f.gpus > 0 { // all of g4dn: NVIDIA T4 with 16 GiB
		out.GpuInfo = &types.GpuInfo{TotalGpuMemoryInMiB: new(f.gpus * 16384), Gpus: []types.GpuDeviceInfo{{Name: new("T4"), Manufacturer: new("NVIDIA"),
			Count: new(f.gpus), MemoryInfo: &types.GpuDeviceMemoryInfo{SizeInMiB: new(int32(16384))}}}}
	}
	return out
}

// hypervisor is empty for bare metal.
func (f figures) hypervisor() types.InstanceTypeHypervisor {
	switch {
	case f.bareMetal:
		return ""
	case f.xen:
		return types.InstanceTypeHypervisorXen
	}
	return types.InstanceTypeHypervisorNitro
}

// recovers says whether CloudWatch can recover instances of the type.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-recover.html
func (f figures) recovers() bool { return !f.bareMetal && f.disks == 0 }

func (f figures) bootModes() []types.BootModeType {
	switch {
	case f.arch == arm:
		return []types.BootModeType{types.BootModeTypeUefi}
	case f.xen || f.bareMetal:
		return []types.BootModeType{types.BootModeTypeLegacyBios}
	}
	return []types.BootModeType{types.BootModeTypeLegacyBios, types.BootModeTypeUefi}
}

func (f figures) ena() types.EnaSupport {
	switch {
	case f.noENA:
		return types.EnaSupportUnsupported
	case f.xen:
		return types.EnaSupportSupported
	}
	return types.EnaSupportRequired
}

func (f figures) ebs() *types.EbsInfo {
	out := &types.EbsInfo{EbsOptimizedSupport: types.EbsOptimizedSupportDefault, EncryptionSupport: types.EbsEncryptionSupportSupported, NvmeSupport: types.EbsNvmeSupportRequired}
	if f.xen {
		out.NvmeSupport = types.EbsNvmeSupportUnsupported
	}
	if f.noENA {
		out.EbsOptimizedSupport = types.EbsOptimizedSupportUnsupported
		return out
	}
	out.EbsOptimizedInfo = &types.EbsOptimizedInfo{BaselineBandwidthInMbps: new(f.baselineMbps), MaximumBandwidthInMbps: new(f.maximumMbps),
		BaselineThroughputInMBps: new(float64(f.baselineMbps) / 8), MaximumThroughputInMBps: new(float64(f.maximumMbps) / 8)}
	return out
}
