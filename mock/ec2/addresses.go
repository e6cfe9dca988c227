package ec2

import (
	"context"
	"net/netip"
	"slices"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// address is an Elastic IP address. It is associated with a private address of a network
// interface, and so stays with a stopped instance.
type address struct {
	record                   // the allocation's
	IP            netip.Addr `json:"ip"`
	AssociationID string     `json:"associationId,omitempty"`
	InterfaceID   string     `json:"interfaceId,omitempty"`
	PrivateIP     netip.Addr `json:"privateIp,omitzero"`
}

// maxAddresses is how many an account may have in a region.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html
const maxAddresses = 5

var addressFilters = tagged(filterSet[*address]{
	"allocation-id":        one(func(a *address) string { return a.ID }),
	"association-id":       one(func(a *address) string { return a.AssociationID }),
	"instance-id":          func(r *region, a *address) []string { return present(r.instanceAt(a)) },
	"network-border-group": func(r *region, _ *address) []string { return []string{r.Scope.Region} },
	"network-interface-id": one(func(a *address) string { return a.InterfaceID }),
	"network-interface-owner-id": func(r *region, a *address) []string {
		if a.InterfaceID == "" {
			return nil
		}
		return []string{r.Scope.Account}
	},
	"private-ip-address": one(func(a *address) string { return addrText(a.PrivateIP) }),
	"public-ip":          one(func(a *address) string { return a.IP.String() }),
}, (*address).id)

// instanceAt is the id of the instance that an address leads to, empty for none.
func (r *region) instanceAt(a *address) string {
	if n := r.Interfaces.get(a.InterfaceID); n != nil {
		return n.InstanceID
	}
	return ""
}

// addressOf is the Elastic IP address of an interface's primary address, or nil.
func (r *region) addressOf(n *nic) *address {
	a, _ := r.Addresses.first(func(a *address) bool { return a.InterfaceID == n.ID && a.PrivateIP == n.PrivateIP })
	return a
}

// elasticIP is the Elastic IP address of an instance's primary interface, or none.
func (r *region) elasticIP(i *instance) netip.Addr {
	if len(i.NICs) > 0 {
		if a := r.addressOf(i.NICs[0]); a != nil {
			return a.IP
		}
	}
	return netip.Addr{}
}

// readdress settles an instance's public address after its Elastic IP address came or
// went. A running one without gets one of its own again, if it had one at its start.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html
func (r *region) readdress(instanceID string) {
	i := r.Instances.get(instanceID)
	if i == nil {
		return
	}
	if i.PublicIP = r.elasticIP(i); !i.PublicIP.IsValid() && (i.State == running || i.State == pending) {
		r.givePublicIP(i)
	}
}

func (a *address) free() { a.AssociationID, a.InterfaceID, a.PrivateIP = "", "", netip.Addr{} }

// AllocateAddress takes an Elastic IP address.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateAddress.html
func (s *Service) AllocateAddress(ctx context.Context, in *ec2api.AllocateAddressInput) (*ec2api.AllocateAddressOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	switch { // assumed: the texts
	case in.Domain != "" && in.Domain != types.DomainTypeVpc:
		return nil, wire.Errorf("InvalidParameterValue", "Value (%s) for parameter domain is invalid. EC2-Classic is no longer available.", in.Domain)
	case r.Addresses.len() >= maxAddresses:
		return nil, wire.Errorf("AddressLimitExceeded", "The maximum number of addresses has been reached.")
	}
	tags, err := tagsFor(types.ResourceTypeElasticIp, in.TagSpecifications)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	a := &address{record: s.record(r, "eipalloc"), IP: r.takePublicIP()}
	r.Addresses.add(a)
	r.setTags(a.ID, tags)
	return &ec2api.AllocateAddressOutput{AllocationId: new(a.ID), PublicIp: new(a.IP.String()), Domain: types.DomainTypeVpc,
		NetworkBorderGroup: new(r.Scope.Region), PublicIpv4Pool: new("amazon")}, nil
}

// address finds an address by its allocation or by itself.
func (r *region) address(allocation, ip *string) (*address, error) {
	if deref(allocation) != "" || deref(ip) == "" {
		return lookup(&r.Addresses, "eipalloc", "AllocationId", allocation)
	}
	a, ok := r.Addresses.first(func(a *address) bool { return a.IP.String() == *ip })
	if !ok { // text as in getmoto/moto's exceptions
		return nil, wire.Errorf("InvalidAddress.NotFound", "Address '%s' not found.", *ip)
	}
	return a, nil
}

// AssociateAddress puts an address on an instance or a network interface.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateAddress.html
func (s *Service) AssociateAddress(ctx context.Context, in *ec2api.AssociateAddressInput) (*ec2api.AssociateAddressOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	a, err := r.address(in.AllocationId, in.PublicIp)
	if err != nil {
		return nil, err
	}
	n, err := r.addressable(in.InstanceId, in.NetworkInterfaceId)
	if err != nil {
		return nil, err
	}
	private := n.PrivateIP
	if deref(in.PrivateIpAddress) != "" {
		at := slices.IndexFunc(n.addresses(), func(addr netip.Addr) bool { return addr.String() == *in.PrivateIpAddress })
		if at < 0 { // assumed: the text
			return nil, wire.Errorf("InvalidParameterValue", "You must specify a private IP address that is associated with the network interface %s", n.ID)
		}
		private = n.addresses()[at]
	}
	if a.AssociationID != "" && !isSet(in.AllowReassociation) && (a.InterfaceID != n.ID || a.PrivateIP != private) { // assumed: the text
		return nil, wire.Errorf("Resource.AlreadyAssociated", "resource %s is already associated with associate-id %s", a.ID, a.AssociationID)
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	r.associate(a, n, private, s.world.ID("eipassoc"))
	return &ec2api.AssociateAddressOutput{AssociationId: new(a.AssociationID)}, nil
}

// associate moves an address; one that was there before is free again.
func (r *region) associate(a *address, n *nic, private netip.Addr, id string) {
	before := r.instanceAt(a)
	if other, ok := r.Addresses.first(func(o *address) bool { return o != a && o.InterfaceID == n.ID && o.PrivateIP == private }); ok {
		other.free()
	}
	a.AssociationID, a.InterfaceID, a.PrivateIP = id, n.ID, private
	r.readdress(before)
	r.readdress(n.InstanceID)
}

// addressable finds the interface that an address is to be put on. assumed: the texts.
func (r *region) addressable(instanceID, interfaceID *string) (*nic, error) {
	switch {
	case deref(instanceID) != "" && deref(interfaceID) != "":
		return nil, wire.Errorf("InvalidParameterCombination", "You may specify either an instance or a network interface, and not both")
	case deref(interfaceID) != "":
		return lookup(&r.Interfaces, "eni", "NetworkInterfaceId", interfaceID)
	}
	i, err := lookup(&r.Instances, "i", "InstanceId", instanceID)
	switch {
	case err != nil:
		return nil, err
	case i.State != running && i.State != stopped:
		return nil, wire.Errorf("InvalidInstanceID", "The %s instance '%s' is not in a valid state for this operation.", i.State, i.ID)
	case len(i.NICs) != 1:
		return nil, wire.Errorf("InvalidInstanceID", "There are multiple interfaces attached to instance '%s'. Please specify an interface ID for the operation instead.", i.ID)
	}
	return i.NICs[0], nil
}

// DisassociateAddress takes an address off what it is on.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateAddress.html
func (s *Service) DisassociateAddress(ctx context.Context, in *ec2api.DisassociateAddressInput) (*ec2api.DisassociateAddressOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	a, err := r.associated(in)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	at := r.instanceAt(a)
	a.free()
	r.readdress(at)
	return &ec2api.DisassociateAddressOutput{}, nil
}

func (r *region) associated(in *ec2api.DisassociateAddressInput) (*address, error) {
	id := deref(in.AssociationId)
	if id == "" && deref(in.PublicIp) != "" {
		return r.address(nil, in.PublicIp)
	}
	if id == "" {
		return nil, missingParameter("AssociationId")
	}
	a, ok := r.Addresses.first(func(a *address) bool { return a.AssociationID == id })
	if !ok { // text: as for allocations; getmoto/moto has another. assumed: the text
		return nil, wire.Errorf("InvalidAssociationID.NotFound", "The association ID '%s' does not exist", id)
	}
	return a, nil
}

// ReleaseAddress gives an address back that is on nothing.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReleaseAddress.html
func (s *Service) ReleaseAddress(ctx context.Context, in *ec2api.ReleaseAddressInput) (*ec2api.ReleaseAddressOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	a, err := r.address(in.AllocationId, in.PublicIp)
	if err != nil {
		return nil, err
	}
	if a.AssociationID != "" { // assumed: the text; the code is in EC2's list
		return nil, wire.Errorf("InvalidIPAddress.InUse", "Address %s is in use.", a.IP)
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	r.Addresses.remove(a)
	r.dropTags(a.ID)
	return &ec2api.ReleaseAddressOutput{}, nil
}

// DescribeAddresses lists Elastic IP addresses; it has no pages.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAddresses.html
func (s *Service) DescribeAddresses(ctx context.Context, in *ec2api.DescribeAddressesInput) (*ec2api.DescribeAddressesOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	named := slices.Clone(in.AllocationIds)
	for _, ip := range in.PublicIps {
		a, err := r.address(nil, &ip)
		if err != nil {
			return nil, err
		}
		named = append(named, a.ID)
	}
	found, _, err := query[*address]{page: page{op: "DescribeAddresses"}, from: &r.Addresses, prefix: "eipalloc", named: named,
		filters: in.Filters, by: addressFilters, dryRun: in.DryRun}.run(r)
	if err != nil {
		return nil, err
	}
	return &ec2api.DescribeAddressesOutput{Addresses: mapped(found, r.describeAddress)}, nil
}

func (r *region) describeAddress(a *address) types.Address {
	out := types.Address{AllocationId: new(a.ID), PublicIp: new(a.IP.String()), Domain: types.DomainTypeVpc, NetworkBorderGroup: new(r.Scope.Region),
		PublicIpv4Pool: new("amazon"), Tags: sdkTags(r.Tags[a.ID]), AssociationId: optional(a.AssociationID), NetworkInterfaceId: optional(a.InterfaceID),
		PrivateIpAddress: optional(addrText(a.PrivateIP))}
	if n := r.Interfaces.get(a.InterfaceID); n != nil {
		out.NetworkInterfaceOwnerId, out.SubnetId = new(r.Scope.Account), new(n.SubnetID)
		out.InstanceId = optional(n.InstanceID)
	}
	return out
}

// ipOwner is who a public address of an interface belongs to: the account when it is an
// Elastic IP address.
func (r *region) ipOwner(a *address) string {
	if a != nil {
		return r.Scope.Account
	}
	return "amazon"
}
