package ec2

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
)

// plannedNIC is a network interface to be made: for each instance its own.
type plannedNIC struct {
	nic       // without id and, unless one was asked for, address
	subnet    *subnet
	secondary int // how many more addresses to take
}

// planNetwork settles where the instances go. A request that describes interfaces says so
// there alone.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html
func (r *region) planNetwork(l *launch, args launchArgs) (err error) {
	zone := ""
	if args.Placement != nil {
		zone = deref(args.Placement.AvailabilityZone)
	}
	specs := args.NetworkInterfaces
	if len(specs) == 0 {
		groups, err := r.groupsFor(args.SecurityGroupIds, args.SecurityGroups, r.vpcOf(deref(args.SubnetId)))
		if err != nil {
			return err
		}
		specs = []types.LaunchTemplateInstanceNetworkInterfaceSpecificationRequest{{DeviceIndex: new(int32(0)), SubnetId: args.SubnetId, PrivateIpAddress: args.PrivateIpAddress, Groups: groups}}
	} else if err := instanceLevelNetwork(args); err != nil {
		return err
	}
	specs = slices.SortedStableFunc(slices.Values(specs), func(a, b types.LaunchTemplateInstanceNetworkInterfaceSpecificationRequest) int {
		return cmp.Compare(number(a.DeviceIndex), number(b.DeviceIndex))
	})
	if number(specs[0].DeviceIndex) != 0 { // assumed: the code and the text
		return wire.Errorf("InvalidParameterValue", "Each network interface requires a device index, and the primary one has the device index 0.")
	}
	if most := int(l.figures.maxInterfaces); len(specs) > most {
		return wire.Errorf("AttachmentLimitExceeded", "Interface count %d exceeds the limit for %s", len(specs), l.figures.name)
	}
	if l.subnet, err = r.place(deref(specs[0].SubnetId), zone); err != nil {
		return err
	}
	l.anyZone = deref(specs[0].SubnetId) == "" && zone == "" && !slices.ContainsFunc(specs, func(s types.LaunchTemplateInstanceNetworkInterfaceSpecificationRequest) bool {
		return deref(s.SubnetId) != "" || s.PrivateIpAddress != nil || len(s.PrivateIpAddresses) > 0
	})
	if zone != "" && l.subnet.Zone != zone { // assumed: the text
		return wire.Errorf("InvalidParameterValue", "The subnet '%s' is in the Availability Zone %s, and not in %s", l.subnet.ID, l.subnet.Zone, zone)
	}
	for _, spec := range specs {
		n, err := r.planNIC(l, spec, len(specs))
		if err != nil {
			return err
		}
		l.nics = append(l.nics, n)
	}
	return nil
}

// instanceLevelNetwork refuses what has to stand with the interfaces. Texts:
// github.com/aws/aws-cli issues 809 and 518, github.com/hashicorp/terraform issue 687.
func instanceLevelNetwork(args launchArgs) error {
	level := ""
	switch {
	case deref(args.SubnetId) != "":
		level = "subnet ID"
	case len(args.SecurityGroupIds) > 0 || len(args.SecurityGroups) > 0:
		level = "security groups"
	case deref(args.PrivateIpAddress) != "":
		level = "private IP address"
	default:
		return nil
	}
	return wire.Errorf("InvalidParameterCombination", "Network interfaces and an instance-level %s may not be specified on the same request", level)
}

// planNIC reads one interface. of is how many the request describes.
func (r *region) planNIC(l *launch, spec types.LaunchTemplateInstanceNetworkInterfaceSpecificationRequest, of int) (plannedNIC, error) {
	p := plannedNIC{subnet: l.subnet, secondary: int(number(spec.SecondaryPrivateIpAddressCount))}
	p.nic = nic{Description: deref(spec.Description), Type: deref(spec.InterfaceType)}
	p.Index, p.Card = number(spec.DeviceIndex), number(spec.NetworkCardIndex)
	p.Keep = spec.DeleteOnTermination != nil && !*spec.DeleteOnTermination
	var err error
	if id := deref(spec.SubnetId); id != "" {
		if p.subnet, err = r.subnetNamed(id); err != nil {
			return p, err
		}
	}
	if p.subnet.Zone != l.subnet.Zone { // assumed: the text
		return p, wire.Errorf("InvalidParameterCombination", "All network interfaces of an instance must be in one Availability Zone")
	}
	p.SubnetID = p.subnet.ID
	// text: github.com/zalando-incubator/kubernetes-on-aws pull 8733
	if spec.AssociatePublicIpAddress != nil && (of > 1 || p.Index != 0) {
		return p, wire.Errorf("InvalidParameterCombination", "The associatePublicIPAddress parameter cannot be specified when launching with multiple network interfaces")
	}
	p.Private = of > 1 || !*cmp.Or(spec.AssociatePublicIpAddress, &p.subnet.Public)
	if p.Groups, err = r.groupsFor(spec.Groups, nil, p.subnet.VpcID); err != nil {
		return p, err
	}
	return p, p.addressesAsked(spec)
}

// addressesAsked reads the addresses that a request names for an interface.
func (p *plannedNIC) addressesAsked(spec types.LaunchTemplateInstanceNetworkInterfaceSpecificationRequest) error {
	asked := spec.PrivateIpAddresses
	if spec.PrivateIpAddress != nil {
		asked = append([]types.PrivateIpAddressSpecification{{PrivateIpAddress: spec.PrivateIpAddress, Primary: new(true)}}, asked...)
	}
	for _, a := range asked {
		addr, err := netip.ParseAddr(deref(a.PrivateIpAddress))
		switch {
		case err != nil || !addr.Is4(): // assumed: the text
			return wire.Errorf("InvalidParameterValue", "invalid value for parameter address: %s", deref(a.PrivateIpAddress))
		case !p.subnet.Prefix.Contains(addr):
			return wire.Errorf("InvalidParameterValue", "Address %s does not fall within the subnet's address range", addr)
		case p.subnet.used[addr]:
			return wire.Errorf("InvalidIPAddress.InUse", "Address %s is in use.", addr)
		case !isSet(a.Primary):
			p.Secondary = append(p.Secondary, addr)
		case p.PrivateIP.IsValid() && p.PrivateIP != addr: // assumed: the text
			return wire.Errorf("InvalidParameterCombination", "Only one private IP address can be designated as primary")
		default:
			p.PrivateIP = addr
		}
	}
	return nil
}

// fixed says whether the interface was given an address, so that it cannot be made twice.
func (p plannedNIC) fixed() bool { return p.PrivateIP.IsValid() || len(p.Secondary) > 0 }

// made is an instance's own interface, with its addresses taken.
func (p plannedNIC) made() nic {
	n := p.nic
	if !n.PrivateIP.IsValid() {
		n.PrivateIP = p.subnet.take()
	}
	for _, addr := range n.addresses() {
		p.subnet.used[addr] = true
	}
	n.Secondary = slices.Clone(n.Secondary)
	for range p.secondary {
		n.Secondary = append(n.Secondary, p.subnet.take())
	}
	return n
}

// place finds the subnet: the one named, the zone's default, or, as EC2 is free to
// choose, the default subnet with the most free addresses.
func (r *region) place(subnetID, zone string) (*subnet, error) {
	if subnetID != "" {
		return r.subnetNamed(subnetID)
	}
	if zone != "" {
		sub, ok := r.Subnets.first(func(s *subnet) bool { return s.Zone == zone && s.Default })
		if !ok {
			return nil, wire.Errorf("InvalidParameterValue", "Invalid availability zone: [%s]", zone)
		}
		return sub, nil
	}
	return r.emptiest(), nil
}

func (r *region) emptiest() *subnet {
	return slices.MaxFunc(r.defaultSubnets(), func(a, b *subnet) int { return a.free() - b.free() })
}

// moveTo puts a launch that named no subnet into another one.
func (l *launch) moveTo(sub *subnet) {
	l.subnet = sub
	l.nics = slices.Clone(l.nics)
	for i := range l.nics {
		l.nics[i].subnet, l.nics[i].SubnetID = sub, sub.ID
	}
}
