package ec2

import (
	"net/netip"
	"slices"
)

// subnet is a range of addresses in a zone of a VPC.
type subnet struct {
	record
	VpcID   string       `json:"vpcId"`
	Zone    string       `json:"zone"`
	Prefix  netip.Prefix `json:"prefix"`
	Default bool         `json:"default,omitempty"` // the zone's default subnet
	Public  bool         `json:"public,omitempty"`  // MapPublicIpOnLaunch

	used map[netip.Addr]bool
	next netip.Addr
}

// reserve begins a subnet's list of taken addresses: AWS keeps the first four and the last.
// https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
func (sub *subnet) reserve() {
	sub.used, sub.next = map[netip.Addr]bool{last(sub.Prefix): true}, sub.Prefix.Addr()
	for range 4 {
		sub.used[sub.next] = true
		sub.next = sub.next.Next()
	}
}

// last is the highest address of an IPv4 range.
func last(p netip.Prefix) netip.Addr {
	b := p.Addr().As4()
	for bit := p.Bits(); bit < 32; bit++ {
		b[bit/8] |= 0x80 >> (bit % 8)
	}
	return netip.AddrFrom4(b)
}

// free is how many addresses the subnet has left.
func (sub *subnet) free() int { return 1<<(32-sub.Prefix.Bits()) - len(sub.used) }

// take hands out the next free address; the caller has looked at free.
func (sub *subnet) take() netip.Addr {
	for sub.used[sub.next] || !sub.Prefix.Contains(sub.next) {
		sub.next = sub.next.Next()
		if !sub.Prefix.Contains(sub.next) {
			sub.next = sub.Prefix.Addr()
		}
	}
	sub.used[sub.next] = true
	return sub.next
}

func (r *region) subnet(id string) *subnet { return r.Subnets.get(id) }

func (r *region) subnetNamed(id string) (*subnet, error) {
	return lookup(&r.Subnets, "subnet", "SubnetId", &id)
}

// defaultSubnets are the default VPC's, one per zone.
func (r *region) defaultSubnets() []*subnet {
	return slices.Collect(where(r.Subnets.all(), func(s *subnet) bool { return s.Default }))
}

// vpcOf is the VPC of a subnet, or the default one when there is no such subnet.
func (r *region) vpcOf(subnetID string) string {
	if sub := r.subnet(subnetID); sub != nil {
		return sub.VpcID
	}
	return r.vpcID
}

// addDefaultVpc makes the VPC that every account has: 172.31.0.0/16, a /20 in each zone,
// and a security group.
// https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html
func (r *region) addDefaultVpc() {
	id := r.stableID("vpc")
	r.Vpcs.add(&vpc{record: record{r.nextSeq(), id}, CIDR: netip.MustParsePrefix("172.31.0.0/16"), Default: true})
	r.Groups.add(r.defaultGroup(id, r.stableID("sg")))
	for n, zone := range zonesOf(r.Scope.Region) {
		prefix := netip.PrefixFrom(netip.AddrFrom4([4]byte{172, 31, byte(n * 16), 0}), 20)
		r.Subnets.add(&subnet{record: record{r.nextSeq(), r.stableID("subnet", zone)}, VpcID: id, Zone: zone, Prefix: prefix, Default: true, Public: true})
	}
}
