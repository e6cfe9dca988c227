package ec2

import (
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// typeFilters are DescribeInstanceTypes' filters. Those of what no modelled type says are
// known and find nothing.
var typeFilters = filterSet[figures]{
	"auto-recovery-supported":         flag(figures.recovers),
	"bare-metal":                      flag(func(f figures) bool { return f.bareMetal }),
	"burstable-performance-supported": flag(func(f figures) bool { return f.burstable }),
	"current-generation":              always[figures]("true"),
	"dedicated-hosts-supported":       always[figures]("true"),
	"free-tier-eligible":              flag(func(f figures) bool { return f.freeTierUsable }),
	"hibernation-supported":           flag(func(f figures) bool { return f.hibernation }),
	"hypervisor":                      one(func(f figures) string { return string(f.hypervisor()) }),
	"instance-storage-supported":      flag(func(f figures) bool { return f.disks > 0 }),
	"instance-type":                   one(func(f figures) string { return f.name }),
	"memory-info.size-in-mib":         digits(func(f figures) int64 { return f.memoryMiB }),
	"supported-boot-mode": func(_ *region, f figures) []string {
		return mapped(f.bootModes(), func(m types.BootModeType) string { return string(m) })
	},
	"supported-root-device-type":    always[figures]("ebs"),
	"supported-usage-class":         func(*region, figures) []string { return []string{"on-demand", "spot"} },
	"supported-virtualization-type": always[figures]("hvm"),

	"ebs-info.ebs-optimized-info.baseline-bandwidth-in-mbps":  digits(func(f figures) int32 { return f.baselineMbps }),
	"ebs-info.ebs-optimized-info.baseline-iops":               never[figures],
	"ebs-info.ebs-optimized-info.baseline-throughput-in-mbps": one(func(f figures) string { return throughput(f.baselineMbps) }),
	"ebs-info.ebs-optimized-info.maximum-bandwidth-in-mbps":   digits(func(f figures) int32 { return f.maximumMbps }),
	"ebs-info.ebs-optimized-info.maximum-iops":                never[figures],
	"ebs-info.ebs-optimized-info.maximum-throughput-in-mbps":  one(func(f figures) string { return throughput(f.maximumMbps) }),
	"ebs-info.attachment-limit-type":                          never[figures],
	"ebs-info.ebs-optimized-support":                          one(func(f figures) string { return string(f.ebs().EbsOptimizedSupport) }),
	"ebs-info.encryption-support":                             always[figures]("supported"),
	"ebs-info.maximum-ebs-attachments":                        never[figures],
	"ebs-info.nvme-support":                                   one(func(f figures) string { return string(f.ebs().NvmeSupport) }),

	"instance-storage-info.disk.count":         digits(func(f figures) int32 { return f.disks }),
	"instance-storage-info.disk.size-in-gb":    digits(func(f figures) int32 { return f.diskGB }),
	"instance-storage-info.disk.type":          func(_ *region, f figures) []string { return ifStored(f, "ssd") },
	"instance-storage-info.encryption-support": func(_ *region, f figures) []string { return ifStored(f, "required") },
	"instance-storage-info.nvme-support":       func(_ *region, f figures) []string { return ifStored(f, "required") },
	"instance-storage-info.total-size-in-gb":   digits(func(f figures) int32 { return f.disks * f.diskGB }),

	"network-info.bandwidth-weightings":            never[figures],
	"network-info.efa-info.maximum-efa-interfaces": never[figures],
	"network-info.efa-supported":                   never[figures],
	"network-info.ena-support":                     one(func(f figures) string { return string(f.ena()) }),
	"network-info.encryption-in-transit-supported": never[figures],
	"network-info.flexible-ena-queues-support":     never[figures],
	"network-info.ipv4-addresses-per-interface":    digits(func(f figures) int32 { return f.addressesEach }),
	"network-info.ipv6-addresses-per-interface":    digits(func(f figures) int32 { return f.addressesEach }),
	"network-info.ipv6-supported":                  always[figures]("true"),
	"network-info.maximum-network-cards":           always[figures]("1"),
	"network-info.maximum-network-interfaces":      digits(func(f figures) int32 { return f.maxInterfaces }),
	"network-info.network-performance":             one(func(f figures) string { return f.network }),

	"nitro-enclaves-support":                      never[figures],
	"nitro-tpm-info.supported-versions":           never[figures],
	"nitro-tpm-support":                           never[figures],
	"processor-info.supported-architecture":       one(func(f figures) string { return string(f.arch) }),
	"processor-info.supported-features":           never[figures],
	"processor-info.sustained-clock-speed-in-ghz": one(func(f figures) string { return strconv.FormatFloat(f.clockGHz, 'f', -1, 64) }),
	"reboot-migration-support":                    never[figures],
	"vcpu-info.default-cores":                     digits(func(f figures) int32 { return f.cores }),
	"vcpu-info.default-threads-per-core":          digits(func(f figures) int32 { return f.vcpus / f.cores }),
	"vcpu-info.default-vcpus":                     digits(func(f figures) int32 { return f.vcpus }),
	"vcpu-info.valid-cores":                       never[figures],
	"vcpu-info.valid-threads-per-core":            never[figures],
}

// throughput is a bandwidth in MB/s, empty for none.
func throughput(mbps int32) string {
	if mbps == 0 {
		return ""
	}
	return strconv.FormatFloat(float64(mbps)/8, 'f', -1, 64)
}

func ifStored(f figures, value string) []string {
	if f.disks == 0 {
		return nil
	}
	return []string{value}
}
