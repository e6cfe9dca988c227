package ec2

import (
	"context"
	"slices"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
)

// figures are what an instance type has.
type figures struct {
	name           string
	vcpus, cores   int32
	memoryMiB      int64
	arch           types.ArchitectureType
	burstable      bool
	bareMetal      bool
	clockGHz       float64
	network        string
	maxInterfaces  int32
	addressesEach  int32
	baselineMbps   int32 // EBS bandwidth
	maximumMbps    int32
	hibernation    bool
	freeTierUsable bool
}

// typeTable holds the t3 and m7g types.
// https://docs.aws.amazon.com/ec2/latest/instancetypes/gp.html
var typeTable = []figures{
	t3("t3.nano", 2, 512, 2, 2, 43, false),
	t3("t3.micro", 2, 1024, 2, 2, 87, true),
	t3("t3.small", 2, 2048, 3, 4, 174, true),
	t3("t3.medium", 2, 4096, 3, 6, 347, false),
	t3("t3.large", 2, 8192, 3, 12, 695, false),
	t3("t3.xlarge", 4, 16384, 4, 15, 695, false),
	t3("t3.2xlarge", 8, 32768, 4, 15, 695, false),
	m7g("m7g.medium", 1, 4096, "Up to 12.5 Gigabit", 2, 4, 315, 10000),
	m7g("m7g.large", 2, 8192, "Up to 12.5 Gigabit", 3, 10, 630, 10000),
	m7g("m7g.xlarge", 4, 16384, "Up to 12.5 Gigabit", 4, 15, 1250, 10000),
	m7g("m7g.2xlarge", 8, 32768, "Up to 15 Gigabit", 4, 15, 2500, 10000),
	m7g("m7g.4xlarge", 16, 65536, "Up to 15 Gigabit", 8, 30, 5000, 10000),
	m7g("m7g.8xlarge", 32, 131072, "15 Gigabit", 8, 30, 10000, 10000),
	m7g("m7g.12xlarge", 48, 196608, "22.5 Gigabit", 8, 30, 15000, 15000),
	m7g("m7g.16xlarge", 64, 262144, "30 Gigabit", 15, 50, 20000, 20000),
	m7g("m7g.metal", 64, 262144, "30 Gigabit", 15, 50, 20000, 20000),
}

func t3(name string, vcpus int32, memoryMiB int64, interfaces, addresses, baseline int32, free bool) figures {
	maximum := int32(2085)
	if vcpus > 2 || memoryMiB == 8192 {
		maximum = 2780
	}
	return figures{name: name, vcpus: vcpus, cores: vcpus / 2, memoryMiB: memoryMiB, arch: types.ArchitectureTypeX8664, burstable: true,
		clockGHz: 2.5, network: "Up to 5 Gigabit", maxInterfaces: interfaces, addressesEach: addresses, baselineMbps: baseline,
		maximumMbps: maximum, hibernation: true, freeTierUsable: free}
}

func m7g(name string, vcpus int32, memoryMiB int64, network string, interfaces, addresses, baseline, maximum int32) figures {
	return figures{name: name, vcpus: vcpus, cores: vcpus, memoryMiB: memoryMiB, arch: types.ArchitectureTypeArm64, clockGHz: 2.6,
		network: network, maxInterfaces: interfaces, addressesEach: addresses, baselineMbps: baseline, maximumMbps: maximum,
		bareMetal: name == "m7g.metal", hibernation: name != "m7g.metal"}
}

// typeNamed finds an instance type, or answers as EC2 does for an unknown one.
func typeNamed(name string) (figures, error) {
	i := slices.IndexFunc(typeTable, func(f figures) bool { return f.name == name })
	if i < 0 {
		return figures{}, wire.Errorf("InvalidParameterValue", "Invalid value '%s' for InstanceType.", name)
	}
	return typeTable[i], nil
}

// DescribeInstanceTypes lists the t3 and m7g types with their figures.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypes.html
func (s *Service) DescribeInstanceTypes(_ context.Context, in *ec2api.DescribeInstanceTypesInput) (*ec2api.DescribeInstanceTypesOutput, error) {
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
	var found []figures
	for _, f := range typeTable {
		if asked(in.InstanceTypes, types.InstanceType(f.name)) && match(f) {
			found = append(found, f)
		}
	}
	p := page{op: "DescribeInstanceTypes", max: in.MaxResults, token: in.NextToken, ids: len(in.InstanceTypes), idsName: "instanceTypesSet", least: 5, most: 100}
	found, next, err := cutPage(p, found, figures.place)
	if err != nil {
		return nil, err
	}
	return &ec2api.DescribeInstanceTypesOutput{InstanceTypes: mapped(found, figures.describe), NextToken: next}, nil
}

// place is the type's place in the table.
func (f figures) place() int64 {
	return int64(slices.IndexFunc(typeTable, func(g figures) bool { return g.name == f.name }))
}

func (f figures) describe() types.InstanceTypeInfo {
	return types.InstanceTypeInfo{
		InstanceType: types.InstanceType(f.name), CurrentGeneration: new(true), BareMetal: new(f.bareMetal),
		BurstablePerformanceSupported: new(f.burstable), FreeTierEligible: new(f.freeTierUsable), HibernationSupported: new(f.hibernation),
		InstanceStorageSupported: new(false), AutoRecoverySupported: new(!f.bareMetal), DedicatedHostsSupported: new(true),
		Hypervisor:               types.InstanceTypeHypervisorNitro,
		MemoryInfo:               &types.MemoryInfo{SizeInMiB: new(f.memoryMiB)},
		VCpuInfo:                 &types.VCpuInfo{DefaultVCpus: new(f.vcpus), DefaultCores: new(f.cores), DefaultThreadsPerCore: new(f.vcpus / f.cores)},
		ProcessorInfo:            &types.ProcessorInfo{SupportedArchitectures: []types.ArchitectureType{f.arch}, SustainedClockSpeedInGhz: new(f.clockGHz)},
		SupportedRootDeviceTypes: []types.RootDeviceType{types.RootDeviceTypeEbs}, SupportedUsageClasses: []types.UsageClassType{types.UsageClassTypeOnDemand, types.UsageClassTypeSpot},
		SupportedVirtualizationTypes: []types.VirtualizationType{types.VirtualizationTypeHvm},
		NetworkInfo: &types.NetworkInfo{NetworkPerformance: new(f.network), MaximumNetworkInterfaces: new(f.maxInterfaces),
			Ipv4AddressesPerInterface: new(f.addressesEach), Ipv6Supported: new(true), EnaSupport: types.EnaSupportRequired},
		EbsInfo: &types.EbsInfo{EbsOptimizedSupport: types.EbsOptimizedSupportDefault, EncryptionSupport: types.EbsEncryptionSupportSupported,
			NvmeSupport: types.EbsNvmeSupportRequired, EbsOptimizedInfo: &types.EbsOptimizedInfo{BaselineBandwidthInMbps: new(f.baselineMbps), MaximumBandwidthInMbps: new(f.maximumMbps)}},
	}
}
