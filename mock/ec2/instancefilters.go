package ec2

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// instanceFilters are DescribeInstances' filters. Those of what no instance of the mock
// has are known and find nothing.
var instanceFilters = tagged(joined(identityFilters, stateFilters, settingFilters, deviceFilters, interfaceFilters()), (*instance).id)

// joined puts the filters of several tables into one.
func joined[T any](sets ...filterSet[T]) filterSet[T] {
	all := filterSet[T]{}
	for _, set := range sets {
		maps.Copy(all, set)
	}
	return all
}

// identityFilters look at what an instance is and where.
var identityFilters = filterSet[*instance]{
	"affinity":                    never[*instance],
	"architecture":                one(func(i *instance) string { return string(i.Arch) }),
	"availability-zone":           one(func(i *instance) string { return i.Zone }),
	"availability-zone-id":        one(func(i *instance) string { return zoneID(i.Zone) }),
	"boot-mode":                   one(func(i *instance) string { return string(i.bootMode()) }),
	"client-token":                one(func(i *instance) string { return i.ClientToken }),
	"current-instance-boot-mode":  one((*instance).currentBootMode),
	"dns-name":                    func(r *region, i *instance) []string { return present(i.publicDNS(r.Scope.Region)) },
	"host-id":                     never[*instance],
	"hypervisor":                  always[*instance]("xen"),
	"image-id":                    one(func(i *instance) string { return i.ImageID }),
	"instance-id":                 one(func(i *instance) string { return i.ID }),
	"instance-type":               one(func(i *instance) string { return i.Type }),
	"instance.group-id":           func(_ *region, i *instance) []string { return i.groups() },
	"instance.group-name":         func(r *region, i *instance) []string { return r.groupNames(i.groups()) },
	"ip-address":                  one(func(i *instance) string { return addrText(i.PublicIP) }),
	"ipv6-address":                never[*instance],
	"kernel-id":                   never[*instance],
	"launch-index":                one(func(i *instance) string { return strconv.Itoa(int(i.LaunchIndex)) }),
	"outpost-arn":                 never[*instance],
	"owner-id":                    owner[*instance],
	"placement-group-name":        never[*instance],
	"placement-partition-number":  never[*instance],
	"platform":                    func(_ *region, i *instance) []string { return ifWindows(i) },
	"platform-details":            one(func(i *instance) string { return i.platformDetails() }),
	"private-dns-name":            func(r *region, i *instance) []string { return present(i.privateDNS(r.Scope.Region)) },
	"private-ip-address":          one(func(i *instance) string { return addrText(i.PrivateIP) }),
	"product-code":                never[*instance],
	"product-code.type":           never[*instance],
	"ramdisk-id":                  never[*instance],
	"requester-id":                never[*instance],
	"reservation-id":              one(func(i *instance) string { return i.ReservationID }),
	"root-device-name":            one(func(i *instance) string { return i.RootDevice }),
	"root-device-type":            always[*instance]("ebs"),
	"subnet-id":                   func(_ *region, i *instance) []string { return ifThere(i, i.SubnetID) },
	"tpm-support":                 never[*instance],
	"usage-operation":             one(func(i *instance) string { return i.usageOperation() }),
	"usage-operation-update-time": stamp(func(i *instance) time.Time { return i.Attached }),
	"virtualization-type":         always[*instance]("hvm"),
	"vpc-id":                      func(r *region, i *instance) []string { return ifThere(i, r.vpcOf(i.SubnetID)) },
}

// currentBootMode is how the instance booted: UEFI where its image prefers it.
func (i *instance) currentBootMode() string {
	if i.bootMode() == types.BootModeValuesLegacyBios {
		return "legacy-bios"
	}
	return "uefi"
}

func ifWindows(i *instance) []string {
	if i.windows() {
		return []string{string(windowsPlatform)}
	}
	return nil
}

// ifThere is a value that an instance has until it is terminated.
func ifThere(i *instance, value string) []string {
	if i.State == terminated {
		return nil
	}
	return []string{value}
}

// stateFilters look at an instance's life.
var stateFilters = filterSet[*instance]{
	"instance-lifecycle": func(_ *region, i *instance) []string {
		if i.Spot.RequestID == "" {
			return nil
		}
		return []string{"spot"}
	},
	"instance-state-code":      one(func(i *instance) string { return strconv.Itoa(int(stateCodes[i.State])) }),
	"instance-state-name":      one(func(i *instance) string { return string(i.State) }),
	"launch-time":              stamp(func(i *instance) time.Time { return i.Launched }),
	"monitoring-state":         one(func(i *instance) string { return string(i.monitoring()) }),
	"operator.managed":         always[*instance]("false"),
	"operator.principal":       never[*instance],
	"reason":                   one(func(i *instance) string { return i.Reason }),
	"spot-instance-request-id": one(func(i *instance) string { return i.Spot.RequestID }),
	"state-reason-code":        one(func(i *instance) string { return i.ReasonCode }),
	"state-reason-message":     one(func(i *instance) string { return i.ReasonText }),
}

// settingFilters look at what a launch decides of an instance.
var settingFilters = filterSet[*instance]{
	"capacity-reservation-id": never[*instance],
	"capacity-reservation-specification.capacity-reservation-preference": never[*instance],
	"ebs-optimized":                                                 flag(func(i *instance) bool { return i.EBSOptimized }),
	"ena-support":                                                   always[*instance]("true"),
	"enclave-options.enabled":                                       always[*instance]("false"),
	"hibernation-options.configured":                                flag(func(i *instance) bool { return i.Hibernates }),
	"iam-instance-profile.arn":                                      one(func(i *instance) string { return i.ProfileArn }),
	"iam-instance-profile.id":                                       one(func(i *instance) string { return profileID(i.ProfileArn) }),
	"key-name":                                                      one(func(i *instance) string { return i.KeyName }),
	"maintenance-options.auto-recovery":                             one(func(i *instance) string { return string(cmp.Or(i.Recovery, types.InstanceAutoRecoveryStateDefault)) }),
	"metadata-options.http-endpoint":                                one(func(i *instance) string { return string(i.Metadata.describe().HttpEndpoint) }),
	"metadata-options.http-protocol-ipv4":                           always[*instance]("enabled"),
	"metadata-options.http-protocol-ipv6":                           one(func(i *instance) string { return string(i.Metadata.describe().HttpProtocolIpv6) }),
	"metadata-options.http-put-response-hop-limit":                  digits(func(i *instance) int32 { return i.Metadata.Hops }),
	"metadata-options.http-tokens":                                  one(func(i *instance) string { return string(i.Metadata.describe().HttpTokens) }),
	"metadata-options.instance-metadata-tags":                       one(func(i *instance) string { return string(i.Metadata.describe().InstanceMetadataTags) }),
	"metadata-options.state":                                        always[*instance](string(types.InstanceMetadataOptionsStateApplied)),
	"network-performance-options.bandwidth-weighting":               always[*instance]("default"),
	"private-dns-name-options.enable-resource-name-dns-a-record":    flag(func(i *instance) bool { return i.DNS.RecordA }),
	"private-dns-name-options.enable-resource-name-dns-aaaa-record": flag(func(i *instance) bool { return i.DNS.RecordAAAA }),
	"private-dns-name-options.hostname-type":                        one(func(i *instance) string { return string(i.DNS.describe().HostnameType) }),
	"tenancy":                                                       one(func(i *instance) string { return string(cmp.Or(i.Tenancy, types.TenancyDefault)) }),
}

// deviceFilters look at an instance's volumes and its primary interface.
var deviceFilters = filterSet[*instance]{
	"block-device-mapping.attach-time":           ofDisks(func(d *disk) string { return d.Attached.UTC().Format(stampForm) }),
	"block-device-mapping.delete-on-termination": ofDisks(func(d *disk) string { return boolText(!d.Keep) }),
	"block-device-mapping.device-name":           ofDisks(func(d *disk) string { return d.Device }),
	"block-device-mapping.status":                ofDisks(func(d *disk) string { return string(d.Attachment) }),
	"block-device-mapping.volume-id":             ofDisks((*disk).id),
	"source-dest-check": func(_ *region, i *instance) []string {
		if len(i.NICs) == 0 {
			return nil
		}
		return []string{boolText(!i.NICs[0].NoCheck)}
	},
}

func ofDisks(value func(*disk) string) func(*region, *instance) []string {
	return func(_ *region, i *instance) []string { return mapped(i.Disks, value) }
}

// moreOfInterfaces are filters that look at interfaces as an instance shows them, and that
// DescribeNetworkInterfaces lacks.
var moreOfInterfaces = filterSet[*nic]{
	"addresses.association.allocation-id":     nicFilters["association.allocation-id"],
	"addresses.association.association-id":    nicFilters["association.association-id"],
	"addresses.association.carrier-ip":        never[*nic],
	"addresses.association.customer-owned-ip": never[*nic],
	"addresses.association.ip-owner-id":       nicFilters["association.ip-owner-id"],
	"addresses.association.public-dns-name":   nicFilters["association.public-dns-name"],
	"addresses.private-dns-name": func(r *region, n *nic) []string {
		return mapped(n.addresses(), func(a netip.Addr) string { return dnsOf(a, r.Scope.Region) })
	},
	"association.carrier-ip":         never[*nic],
	"association.customer-owned-ip":  never[*nic],
	"attachment.network-card-index":  ofAttachment(func(n *nic) string { return strconv.Itoa(int(n.Card)) }),
	"deny-all-igw-traffic":           always[*nic]("false"),
	"ipv4-prefixes.ipv4-prefix":      never[*nic],
	"ipv6-address":                   never[*nic],
	"ipv6-addresses.is-primary-ipv6": never[*nic],
	"ipv6-native":                    always[*nic]("false"),
	"ipv6-prefixes.ipv6-prefix":      never[*nic],
	"outpost-arn":                    never[*nic],
	"public-dns-name":                nicFilters["association.public-dns-name"],
}

// interfaceFilters are the filters of network interfaces under the prefix that they have
// for instances: one of the instance's interfaces must match.
func interfaceFilters() filterSet[*instance] {
	set := filterSet[*instance]{}
	for name, values := range joined(nicFilters, moreOfInterfaces) {
		if name == "tag:" {
			continue
		}
		set["network-interface."+name] = func(r *region, i *instance) []string {
			return slices.Concat(mapped(i.NICs, func(n *nic) []string { return values(r, n) })...)
		}
	}
	return set
}
