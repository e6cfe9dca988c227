package ec2

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// typeSize is one size of a family, and what it has of its own.
type typeSize struct {
	name          string
	vcpus         int32
	network       string
	maxInterfaces int32
	addressesEach int32 // IPv4, per interface
	baselineMbps  int32 // EBS bandwidth
	maximumMbps   int32
	memoryMiB     int64 // 0: as the family has per vCPU
	disks, diskGB int32 // instance store
	gpus          int32
}

// typeFamily is what the sizes of a family have in common.
type typeFamily struct {
	name      string
	perVCPU   int64 // MiB of memory
	sizes     []typeSize
	arch      types.ArchitectureType
	clockGHz  float64
	threads   int32 // per core
	burstable bool
	xen       bool
	noENA     bool // has neither the Elastic Network Adapter nor EBS optimization
	noSleep   bool // cannot hibernate
}

const (
	x86 = types.ArchitectureTypeX8664
	arm = types.ArchitectureTypeArm64
)

// The sizes that families share. Figures:
// https://docs.aws.amazon.com/ec2/latest/instancetypes/gp.html and its sisters co, mo, so
// and ac. The interfaces and addresses agree with misc/eni-max-pods.txt of
// github.com/aws/amazon-vpc-cni-k8s, which was made from EC2's answers; a test holds them.
var (
	intel5 = []typeSize{ // m5, r5
		{name: "large", vcpus: 2, network: "Up to 10 Gigabit", maxInterfaces: 3, addressesEach: 10, baselineMbps: 650, maximumMbps: 4750},
		{name: "xlarge", vcpus: 4, network: "Up to 10 Gigabit", maxInterfaces: 4, addressesEach: 15, baselineMbps: 1150, maximumMbps: 4750},
		{name: "2xlarge", vcpus: 8, network: "Up to 10 Gigabit", maxInterfaces: 4, addressesEach: 15, baselineMbps: 2300, maximumMbps: 4750},
		{name: "4xlarge", vcpus: 16, network: "Up to 10 Gigabit", maxInterfaces: 8, addressesEach: 30, baselineMbps: 4750, maximumMbps: 4750},
		{name: "8xlarge", vcpus: 32, network: "10 Gigabit", maxInterfaces: 8, addressesEach: 30, baselineMbps: 6800, maximumMbps: 6800},
		{name: "12xlarge", vcpus: 48, network: "12 Gigabit", maxInterfaces: 8, addressesEach: 30, baselineMbps: 9500, maximumMbps: 9500},
		{name: "16xlarge", vcpus: 64, network: "20 Gigabit", maxInterfaces: 15, addressesEach: 50, baselineMbps: 13600, maximumMbps: 13600},
		{name: "24xlarge", vcpus: 96, network: "25 Gigabit", maxInterfaces: 15, addressesEach: 50, baselineMbps: 19000, maximumMbps: 19000},
		{name: "metal", vcpus: 96, network: "25 Gigabit", maxInterfaces: 15, addressesEach: 50, baselineMbps: 19000, maximumMbps: 19000},
	}
	compute5 = []typeSize{ // c5
		{name: "large", vcpus: 2, network: "Up to 10 Gigabit", maxInterfaces: 3, addressesEach: 10, baselineMbps: 650, maximumMbps: 4750},
		{name: "xlarge", vcpus: 4, network: "Up to 10 Gigabit", maxInterfaces: 4, addressesEach: 15, baselineMbps: 1150, maximumMbps: 4750},
		{name: "2xlarge", vcpus: 8, network: "Up to 10 Gigabit", maxInterfaces: 4, addressesEach: 15, baselineMbps: 2300, maximumMbps: 4750},
		{name: "4xlarge", vcpus: 16, network: "Up to 10 Gigabit", maxInterfaces: 8, addressesEach: 30, baselineMbps: 4750, maximumMbps: 4750},
		{name: "9xlarge", vcpus: 36, network: "12 Gigabit", maxInterfaces: 8, addressesEach: 30, baselineMbps: 9500, maximumMbps: 9500},
		{name: "12xlarge", vcpus: 48, network: "12 Gigabit", maxInterfaces: 8, addressesEach: 30, baselineMbps: 9500, maximumMbps: 9500},
		{name: "18xlarge", vcpus: 72, network: "25 Gigabit", maxInterfaces: 15, addressesEach: 50, baselineMbps: 19000, maximumMbps: 19000},
		{name: "24xlarge", vcpus: 96, network: "25 Gigabit", maxInterfaces: 15, addressesEach: 50, baselineMbps: 19000, maximumMbps: 19000},
		{name: "metal", vcpus: 96, network: "25 Gigabit", maxInterfaces: 15, addressesEach: 50, baselineMbps: 19000, maximumMbps: 19000},
	}
	intel6 = []typeSize{ // m6i, c6i, r6i
		{name: "large", vcpus: 2, network: "Up to 12.5 Gigabit", maxInterfaces: 3, addressesEach: 10, baselineMbps: 650, maximumMbps: 10000},
		{name: "xlarge", vcpus: 4, network: "Up to 12.5 Gigabit", maxInterfaces: 4, addressesEach: 15, baselineMbps: 1250, maximumMbps: 10000},
		{name: "2xlarge", vcpus: 8, network: "Up to 12.5 Gigabit", maxInterfaces: 4, addressesEach: 15, baselineMbps: 2500, maximumMbps: 10000},
		{name: "4xlarge", vcpus: 16, network: "Up to 12.5 Gigabit", maxInterfaces: 8, addressesEach: 30, baselineMbps: 5000, maximumMbps: 10000},
		{name: "8xlarge", vcpus: 32, network: "12.5 Gigabit", maxInterfaces: 8, addressesEach: 30, baselineMbps: 10000, maximumMbps: 10000},
		{name: "12xlarge", vcpus: 48, network: "18.75 Gigabit", maxInterfaces: 8, addressesEach: 30, baselineMbps: 15000, maximumMbps: 15000},
		{name: "16xlarge", vcpus: 64, network: "25 Gigabit", maxInterfaces: 15, addressesEach: 50, baselineMbps: 20000, maximumMbps: 20000},
		{name: "24xlarge", vcpus: 96, network: "37.5 Gigabit", maxInterfaces: 15, addressesEach: 50, baselineMbps: 30000, maximumMbps: 30000},
		{name: "32xlarge", vcpus: 128, network: "50 Gigabit", maxInterfaces: 15, addressesEach: 50, baselineMbps: 40000, maximumMbps: 40000},
		{name: "metal", vcpus: 128, network: "50 Gigabit", maxInterfaces: 15, addressesEach: 50, baselineMbps: 40000, maximumMbps: 40000},
	}
	intel7 = append(slices.Clone(intel6[:8]), // m7i
		typeSize{name: "48xlarge", vcpus: 192, network: "50 Gigabit", maxInterfaces: 15, addressesEach: 50, baselineMbps: 40000, maximumMbps: 40000},
		typeSize{name: "metal-24xl", vcpus: 96, network: "37.5 Gigabit", maxInterfaces: 15, addressesEach: 50, baselineMbps: 30000, maximumMbps: 30000},
		typeSize{name: "metal-48xl", vcpus: 192, network: "50 Gigabit", maxInterfaces: 15, addressesEach: 50, baselineMbps: 40000, maximumMbps: 40000})
	graviton2 = []typeSize{ // m6g, c6g, r6g
		{name: "medium", vcpus: 1, network: "Up to 10 Gigabit", maxInterfaces: 2, addressesEach: 4, baselineMbps: 315, maximumMbps: 4750},
		{name: "large", vcpus: 2, network: "Up to 10 Gigabit", maxInterfaces: 3, addressesEach: 10, baselineMbps: 630, maximumMbps: 4750},
		{name: "xlarge", vcpus: 4, network: "Up to 10 Gigabit", maxInterfaces: 4, addressesEach: 15, baselineMbps: 1188, maximumMbps: 4750},
		{name: "2xlarge", vcpus: 8, network: "Up to 10 Gigabit", maxInterfaces: 4, addressesEach: 15, baselineMbps: 2375, maximumMbps: 4750},
		{name: "4xlarge", vcpus: 16, network: "Up to 10 Gigabit", maxInterfaces: 8, addressesEach: 30, baselineMbps: 4750, maximumMbps: 4750},
		{name: "8xlarge", vcpus: 32, network: "12 Gigabit", maxInterfaces: 8, addressesEach: 30, baselineMbps: 9500, maximumMbps: 9500},
		{name: "12xlarge", vcpus: 48, network: "20 Gigabit", maxInterfaces: 8, addressesEach: 30, baselineMbps: 14250, maximumMbps: 14250},
		{name: "16xlarge", vcpus: 64, network: "25 Gigabit", maxInterfaces: 15, addressesEach: 50, baselineMbps: 19000, maximumMbps: 19000},
		{name: "metal", vcpus: 64, network: "25 Gigabit", maxInterfaces: 15, addressesEach: 50, baselineMbps: 19000, maximumMbps: 19000},
	}
	graviton3 = []typeSize{ // m7g, c7g
		{name: "medium", vcpus: 1, network: "Up to 12.5 Gigabit", maxInterfaces: 2, addressesEach: 4, baselineMbps: 315, maximumMbps: 10000},
		{name: "large", vcpus: 2, network: "Up to 12.5 Gigabit", maxInterfaces: 3, addressesEach: 10, baselineMbps: 630, maximumMbps: 10000},
		{name: "xlarge", vcpus: 4, network: "Up to 12.5 Gigabit", maxInterfaces: 4, addressesEach: 15, baselineMbps: 1250, maximumMbps: 10000},
		{name: "2xlarge", vcpus: 8, network: "Up to 15 Gigabit", maxInterfaces: 4, addressesEach: 15, baselineMbps: 2500, maximumMbps: 10000},
		{name: "4xlarge", vcpus: 16, network: "Up to 15 Gigabit", maxInterfaces: 8, addressesEach: 30, baselineMbps: 5000, maximumMbps: 10000},
		{name: "8xlarge", vcpus: 32, network: "15 Gigabit", maxInterfaces: 8, addressesEach: 30, baselineMbps: 10000, maximumMbps: 10000},
		{name: "12xlarge", vcpus: 48, network: "22.5 Gigabit", maxInterfaces: 8, addressesEach: 30, baselineMbps: 15000, maximumMbps: 15000},
		{name: "16xlarge", vcpus: 64, network: "30 Gigabit", maxInterfaces: 15, addressesEach: 50, baselineMbps: 20000, maximumMbps: 20000},
		{name: "metal", vcpus: 64, network: "30 Gigabit", maxInterfaces: 15, addressesEach: 50, baselineMbps: 20000, maximumMbps: 20000},
	}
	burst2 = []typeSize{ // t2
		{name: "nano", vcpus: 1, memoryMiB: 512, network: "Low to Moderate", maxInterfaces: 2, addressesEach: 2},
		{name: "micro", vcpus: 1, memoryMiB: 1024, network: "Low to Moderate", maxInterfaces: 2, addressesEach: 2},
		{name: "small", vcpus: 1, memoryMiB: 2048, network: "Low to Moderate", maxInterfaces: 3, addressesEach: 4},
		{name: "medium", vcpus: 2, memoryMiB: 4096, network: "Low to Moderate", maxInterfaces: 3, addressesEach: 6},
		{name: "large", vcpus: 2, memoryMiB: 8192, network: "Low to Moderate", maxInterfaces: 3, addressesEach: 12},
		{name: "xlarge", vcpus: 4, memoryMiB: 16384, network: "Moderate", maxInterfaces: 3, addressesEach: 15},
		{name: "2xlarge", vcpus: 8, memoryMiB: 32768, network: "Moderate", maxInterfaces: 3, addressesEach: 15},
	}
	burst3 = []typeSize{ // t3, t4g
		{name: "nano", vcpus: 2, memoryMiB: 512, network: "Up to 5 Gigabit", maxInterfaces: 2, addressesEach: 2, baselineMbps: 43, maximumMbps: 2085},
		{name: "micro", vcpus: 2, memoryMiB: 1024, network: "Up to 5 Gigabit", maxInterfaces: 2, addressesEach: 2, baselineMbps: 87, maximumMbps: 2085},
		{name: "small", vcpus: 2, memoryMiB: 2048, network: "Up to 5 Gigabit", maxInterfaces: 3, addressesEach: 4, baselineMbps: 174, maximumMbps: 2085},
		{name: "medium", vcpus: 2, memoryMiB: 4096, network: "Up to 5 Gigabit", maxInterfaces: 3, addressesEach: 6, baselineMbps: 347, maximumMbps: 2085},
		{name: "large", vcpus: 2, memoryMiB: 8192, network: "Up to 5 Gigabit", maxInterfaces: 3, addressesEach: 12, baselineMbps: 695, maximumMbps: 2780},
		{name: "xlarge", vcpus: 4, memoryMiB: 16384, network: "Up to 5 Gigabit", maxInterfaces: 4, addressesEach: 15, baselineMbps: 695, maximumMbps: 2780},
		{name: "2xlarge", vcpus: 8, memoryMiB: 32768, network: "Up to 5 Gigabit", maxInterfaces: 4, addressesEach: 15, baselineMbps: 695, maximumMbps: 2780},
	}
	burst3a = []typeSize{ // t3a
		{name: "nano", vcpus: 2, memoryMiB: 512, network: "Up to 5 Gigabit", maxInterfaces: 2, addressesEach: 2, baselineMbps: 45, maximumMbps: 1780},
		{name: "micro", vcpus: 2, memoryMiB: 1024, network: "Up to 5 Gigabit", maxInterfaces: 2, addressesEach: 2, baselineMbps: 90, maximumMbps: 1780},
		{name: "small", vcpus: 2, memoryMiB: 2048, network: "Up to 5 Gigabit", maxInterfaces: 2, addressesEach: 4, baselineMbps: 175, maximumMbps: 1780},
		{name: "medium", vcpus: 2, memoryMiB: 4096, network: "Up to 5 Gigabit", maxInterfaces: 3, addressesEach: 6, baselineMbps: 350, maximumMbps: 2085},
		{name: "large", vcpus: 2, memoryMiB: 8192, network: "Up to 5 Gigabit", maxInterfaces: 3, addressesEach: 12, baselineMbps: 695, maximumMbps: 2780},
		{name: "xlarge", vcpus: 4, memoryMiB: 16384, network: "Up to 5 Gigabit", maxInterfaces: 4, addressesEach: 15, baselineMbps: 695, maximumMbps: 2780},
		{name: "2xlarge", vcpus: 8, memoryMiB: 32768, network: "Up to 5 Gigabit", maxInterfaces: 4, addressesEach: 15, baselineMbps: 695, maximumMbps: 2780},
	}
	store3 = []typeSize{ // i3
		{name: "large", vcpus: 2, memoryMiB: 15616, network: "Up to 10 Gigabit", maxInterfaces: 3, addressesEach: 10, baselineMbps: 425, maximumMbps: 425, disks: 1, diskGB: 475},
		{name: "xlarge", vcpus: 4, memoryMiB: 31232, network: "Up to 10 Gigabit", maxInterfaces: 4, addressesEach: 15, baselineMbps: 850, maximumMbps: 850, disks: 1, diskGB: 950},
		{name: "2xlarge", vcpus: 8, memoryMiB: 62464, network: "Up to 10 Gigabit", maxInterfaces: 4, addressesEach: 15, baselineMbps: 1700, maximumMbps: 1700, disks: 1, diskGB: 1900},
		{name: "4xlarge", vcpus: 16, memoryMiB: 124928, network: "Up to 10 Gigabit", maxInterfaces: 8, addressesEach: 30, baselineMbps: 3500, maximumMbps: 3500, disks: 2, diskGB: 1900},
		{name: "8xlarge", vcpus: 32, memoryMiB: 249856, network: "10 Gigabit", maxInterfaces: 8, addressesEach: 30, baselineMbps: 7000, maximumMbps: 7000, disks: 4, diskGB: 1900},
		{name: "16xlarge", vcpus: 64, memoryMiB: 499712, network: "25 Gigabit", maxInterfaces: 15, addressesEach: 50, baselineMbps: 14000, maximumMbps: 14000, disks: 8, diskGB: 1900},
	}
	store4 = []typeSize{ // i4i
		{name: "large", vcpus: 2, network: "Up to 10 Gigabit", maxInterfaces: 3, addressesEach: 10, baselineMbps: 625, maximumMbps: 10000, disks: 1, diskGB: 468},
		{name: "xlarge", vcpus: 4, network: "Up to 10 Gigabit", maxInterfaces: 4, addressesEach: 15, baselineMbps: 1250, maximumMbps: 10000, disks: 1, diskGB: 937},
		{name: "2xlarge", vcpus: 8, network: "Up to 12 Gigabit", maxInterfaces: 4, addressesEach: 15, baselineMbps: 2500, maximumMbps: 10000, disks: 1, diskGB: 1875},
		{name: "4xlarge", vcpus: 16, network: "Up to 25 Gigabit", maxInterfaces: 8, addressesEach: 30, baselineMbps: 5000, maximumMbps: 10000, disks: 1, diskGB: 3750},
		{name: "8xlarge", vcpus: 32, network: "18.75 Gigabit", maxInterfaces: 8, addressesEach: 30, baselineMbps: 10000, maximumMbps: 10000, disks: 2, diskGB: 3750},
		{name: "16xlarge", vcpus: 64, network: "37.5 Gigabit", maxInterfaces: 15, addressesEach: 50, baselineMbps: 20000, maximumMbps: 20000, disks: 4, diskGB: 3750},
		{name: "32xlarge", vcpus: 128, network: "75 Gigabit", maxInterfaces: 15, addressesEach: 50, baselineMbps: 40000, maximumMbps: 40000, disks: 8, diskGB: 3750},
	}
	graphics4 = []typeSize{ // g4dn
		{name: "xlarge", vcpus: 4, network: "Up to 25 Gigabit", maxInterfaces: 3, addressesEach: 10, baselineMbps: 950, maximumMbps: 3500, disks: 1, diskGB: 125, gpus: 1},
		{name: "2xlarge", vcpus: 8, network: "Up to 25 Gigabit", maxInterfaces: 3, addressesEach: 10, baselineMbps: 1150, maximumMbps: 3500, disks: 1, diskGB: 225, gpus: 1},
		{name: "4xlarge", vcpus: 16, network: "Up to 25 Gigabit", maxInterfaces: 3, addressesEach: 10, baselineMbps: 4750, maximumMbps: 4750, disks: 1, diskGB: 225, gpus: 1},
		{name: "8xlarge", vcpus: 32, network: "50 Gigabit", maxInterfaces: 4, addressesEach: 15, baselineMbps: 9500, maximumMbps: 9500, disks: 1, diskGB: 900, gpus: 1},
		{name: "12xlarge", vcpus: 48, network: "50 Gigabit", maxInterfaces: 8, addressesEach: 30, baselineMbps: 9500, maximumMbps: 9500, disks: 1, diskGB: 900, gpus: 4},
		{name: "16xlarge", vcpus: 64, network: "50 Gigabit", maxInterfaces: 4, addressesEach: 15, baselineMbps: 9500, maximumMbps: 9500, disks: 1, diskGB: 900, gpus: 1},
	}
)

// typeFamilies is the table of the types. assumed: that all sizes of a family have one
// sustained clock, where its largest differ a little.
var typeFamilies = []typeFamily{
	{name: "t2", sizes: burst2, arch: x86, clockGHz: 2.3, threads: 1, burstable: true, xen: true, noENA: true},
	{name: "t3", sizes: burst3, arch: x86, clockGHz: 2.5, threads: 2, burstable: true},
	{name: "t3a", sizes: burst3a, arch: x86, clockGHz: 2.2, threads: 2, burstable: true},
	{name: "t4g", sizes: burst3, arch: arm, clockGHz: 2.5, threads: 1, burstable: true},
	{name: "m5", sizes: intel5, perVCPU: 4096, arch: x86, clockGHz: 3.1, threads: 2},
	{name: "m6i", sizes: intel6, perVCPU: 4096, arch: x86, clockGHz: 3.5, threads: 2},
	{name: "m6g", sizes: graviton2, perVCPU: 4096, arch: arm, clockGHz: 2.5, threads: 1},
	{name: "m7i", sizes: intel7, perVCPU: 4096, arch: x86, clockGHz: 3.2, threads: 2},
	{name: "m7g", sizes: graviton3, perVCPU: 4096, arch: arm, clockGHz: 2.6, threads: 1},
	{name: "c5", sizes: compute5, perVCPU: 2048, arch: x86, clockGHz: 3.4, threads: 2},
	{name: "c6i", sizes: intel6, perVCPU: 2048, arch: x86, clockGHz: 3.5, threads: 2},
	{name: "c6g", sizes: graviton2, perVCPU: 2048, arch: arm, clockGHz: 2.5, threads: 1},
	{name: "c7g", sizes: graviton3, perVCPU: 2048, arch: arm, clockGHz: 2.6, threads: 1},
	{name: "r5", sizes: intel5, perVCPU: 8192, arch: x86, clockGHz: 3.1, threads: 2},
	{name: "r6i", sizes: intel6, perVCPU: 8192, arch: x86, clockGHz: 3.5, threads: 2},
	{name: "r6g", sizes: graviton2, perVCPU: 8192, arch: arm, clockGHz: 2.5, threads: 1},
	{name: "i3", sizes: store3, arch: x86, clockGHz: 2.3, threads: 2, xen: true},
	{name: "i4i", sizes: store4, perVCPU: 8192, arch: x86, clockGHz: 3.5, threads: 2},
	{name: "g4dn", sizes: graphics4, perVCPU: 4096, arch: x86, clockGHz: 2.5, threads: 2, noSleep: true},
}

// freeTier are the types of the free tier.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-free-tier-usage.html
var freeTier = []string{"t3.micro", "t3.small", "t4g.micro", "t4g.small", "t2.micro"}

// typeTable holds every type, in the table's order; typesByName finds them.
var (
	typeTable   = allTypes()
	typesByName = maps.Collect(byName(typeTable))
)

func allTypes() []figures {
	var out []figures
	for _, fam := range typeFamilies {
		for _, size := range fam.sizes {
			metal := strings.HasPrefix(size.name, "metal")
			name := fam.name + "." + size.name
			size.memoryMiB = cmp.Or(size.memoryMiB, fam.perVCPU*int64(size.vcpus))
			out = append(out, figures{typeSize: size, typeFamily: fam, name: name, index: int64(len(out)), cores: max(size.vcpus/fam.threads, 1),
				bareMetal: metal, hibernation: !metal && !fam.noSleep, freeTierUsable: slices.Contains(freeTier, name)})
		}
	}
	return out
}

func byName(table []figures) iter.Seq2[string, figures] {
	return func(yield func(string, figures) bool) {
		for _, f := range table {
			if !yield(f.name, f) {
				return
			}
		}
	}
}
