package ec2

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// attachmentID names the interface's attachment; it follows from the interface's id.
func (n *nic) attachmentID() string {
	if n.InstanceID == "" {
		return ""
	}
	return "eni-attach-" + n.ID[4:]
}

func (r *region) zoneOf(n *nic) string {
	if sub := r.subnet(n.SubnetID); sub != nil {
		return sub.Zone
	}
	return ""
}

// CreateNetworkInterface makes an interface in a subnet, attached to nothing.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkInterface.html
func (s *Service) CreateNetworkInterface(ctx context.Context, in *ec2api.CreateNetworkInterfaceInput) (*ec2api.CreateNetworkInterfaceOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	sum := digest(in, "ClientToken", "DryRun")
	earlier, err := r.madeBefore("CreateNetworkInterface", in.ClientToken, sum)
	if err != nil {
		return nil, err
	}
	if n := r.Interfaces.get(earlier); n != nil {
		return &ec2api.CreateNetworkInterfaceOutput{ClientToken: in.ClientToken, NetworkInterface: new(r.describeInterface(n))}, nil
	}
	planned, err := r.newNIC(in)
	if err != nil {
		return nil, err
	}
	tags, err := tagsFor(types.ResourceTypeNetworkInterface, in.TagSpecifications)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	n := planned.made()
	n.record, n.Status = s.record(r, "eni"), types.NetworkInterfaceStatusAvailable
	r.Interfaces.add(&n)
	r.setTags(n.ID, tags)
	r.keepToken("CreateNetworkInterface", in.ClientToken, sum, n.ID)
	return &ec2api.CreateNetworkInterfaceOutput{ClientToken: in.ClientToken, NetworkInterface: new(r.describeInterface(&n))}, nil
}

// newNIC checks what a new interface is to be.
func (r *region) newNIC(in *ec2api.CreateNetworkInterfaceInput) (plannedNIC, error) {
	sub, err := lookup(&r.Subnets, "subnet", "SubnetId", in.SubnetId)
	if err != nil {
		return plannedNIC{}, err
	}
	p := plannedNIC{subnet: sub, secondary: int(number(in.SecondaryPrivateIpAddressCount)), nic: nic{SubnetID: sub.ID, Description: deref(in.Description)}}
	if p.Groups, err = r.groupsFor(in.Groups, nil, sub.VpcID); err != nil {
		return p, err
	}
	if err := p.addressesAsked(types.LaunchTemplateInstanceNetworkInterfaceSpecificationRequest{PrivateIpAddress: in.PrivateIpAddress, PrivateIpAddresses: in.PrivateIpAddresses}); err != nil {
		return p, err
	}
	if sub.free() < 1+len(p.Secondary)+p.secondary { // assumed: the text
		return p, wire.Errorf("InsufficientFreeAddressesInSubnet", "The specified subnet does not have enough free addresses to satisfy the request.")
	}
	return p, nil
}

// AttachNetworkInterface attaches an interface to an instance of its zone.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachNetworkInterface.html
func (s *Service) AttachNetworkInterface(ctx context.Context, in *ec2api.AttachNetworkInterfaceInput) (*ec2api.AttachNetworkInterfaceOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	n, err := lookup(&r.Interfaces, "eni", "NetworkInterfaceId", in.NetworkInterfaceId)
	if err != nil {
		return nil, err
	}
	i, err := lookup(&r.Instances, "i", "InstanceId", in.InstanceId)
	if err != nil {
		return nil, err
	}
	if in.DeviceIndex == nil {
		return nil, missingParameter("deviceIndex")
	}
	if err := r.plugs(i, n, *in.DeviceIndex); err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	n.Status = types.NetworkInterfaceStatusInUse
	n.nicAttachment = nicAttachment{InstanceID: i.ID, Index: *in.DeviceIndex, Card: number(in.NetworkCardIndex), Keep: true, Private: true, Attached: s.world.Now().Truncate(time.Second)}
	i.NICs = append(i.NICs, n)
	slices.SortStableFunc(i.NICs, func(a, b *nic) int { return cmp.Compare(a.Index, b.Index) })
	return &ec2api.AttachNetworkInterfaceOutput{AttachmentId: new(n.attachmentID()), NetworkCardIndex: new(n.Card)}, nil
}

// plugs refuses what cannot be attached. assumed: the texts.
func (r *region) plugs(i *instance, n *nic, index int32) error {
	f, _ := typeNamed(i.Type)
	switch {
	case n.InstanceID != "":
		return wire.Errorf("InvalidNetworkInterface.InUse", "Interface: [%s] in use.", n.ID)
	case i.State != running && i.State != stopped:
		return wire.Errorf("IncorrectState", "Instance '%s' is not in a state from which an interface can be attached.", i.ID)
	case r.zoneOf(n) != i.Zone:
		return wire.Errorf("InvalidParameterCombination", "You may not attach a network interface to an instance if they are not in the same availability zone")
	case slices.ContainsFunc(i.NICs, func(o *nic) bool { return o.Index == index }):
		return wire.Errorf("InvalidParameterValue", "Instance '%s' already has an interface attached at device index '%d'.", i.ID, index)
	case len(i.NICs) >= int(f.maxInterfaces):
		return wire.Errorf("AttachmentLimitExceeded", "Interface count %d exceeds the limit for %s", len(i.NICs)+1, i.Type)
	}
	return nil
}

// DetachNetworkInterface detaches an interface that is not the primary one.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachNetworkInterface.html
func (s *Service) DetachNetworkInterface(ctx context.Context, in *ec2api.DetachNetworkInterfaceInput) (*ec2api.DetachNetworkInterfaceOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	id := deref(in.AttachmentId)
	if id == "" {
		return nil, missingParameter("attachmentId")
	}
	n, ok := r.Interfaces.first(func(n *nic) bool { return n.attachmentID() == id })
	switch { // assumed: the texts
	case !ok:
		return nil, wire.Errorf("InvalidAttachmentID.NotFound", "The networkInterface attachment ID '%s' does not exist", id)
	case n.Index == 0:
		return nil, wire.Errorf("OperationNotPermitted", "The network interface at device index 0 cannot be detached.")
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	r.freeNIC(n)
	return &ec2api.DetachNetworkInterfaceOutput{}, nil
}

// DeleteNetworkInterface deletes an interface that is attached to nothing.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkInterface.html
func (s *Service) DeleteNetworkInterface(ctx context.Context, in *ec2api.DeleteNetworkInterfaceInput) (*ec2api.DeleteNetworkInterfaceOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	n, err := lookup(&r.Interfaces, "eni", "NetworkInterfaceId", in.NetworkInterfaceId)
	if err != nil {
		return nil, err
	}
	if n.InstanceID != "" { // assumed: code and text
		return nil, wire.Errorf("InvalidParameterValue", "Network interface '%s' is currently in use.", n.ID)
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	r.forgetNIC(n)
	return &ec2api.DeleteNetworkInterfaceOutput{}, nil
}

// ModifyNetworkInterfaceAttribute changes one attribute of an interface.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyNetworkInterfaceAttribute.html
func (s *Service) ModifyNetworkInterfaceAttribute(ctx context.Context, in *ec2api.ModifyNetworkInterfaceAttributeInput) (*ec2api.ModifyNetworkInterfaceAttributeOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	n, err := lookup(&r.Interfaces, "eni", "NetworkInterfaceId", in.NetworkInterfaceId)
	if err != nil {
		return nil, err
	}
	changes, err := r.nicChanges(n, in)
	if err != nil {
		return nil, err
	}
	if len(changes) != 1 { // "You can specify only one attribute at a time." assumed: code and text
		return nil, wire.Errorf("InvalidParameterCombination", "Exactly one attribute must be specified, and not %d", len(changes))
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	changes[0]()
	return &ec2api.ModifyNetworkInterfaceAttributeOutput{}, nil
}

// nicChanges are the changes that a request asks for, each as what makes it.
func (r *region) nicChanges(n *nic, in *ec2api.ModifyNetworkInterfaceAttributeInput) ([]func(), error) {
	var changes []func()
	if in.Description != nil {
		changes = append(changes, func() { n.Description = deref(in.Description.Value) })
	}
	if in.SourceDestCheck != nil {
		changes = append(changes, func() { n.NoCheck = !isSet(in.SourceDestCheck.Value) })
	}
	if len(in.Groups) > 0 {
		groups, err := r.groupsFor(in.Groups, nil, r.vpcOf(n.SubnetID))
		if err != nil {
			return nil, err
		}
		changes = append(changes, func() { n.Groups = groups })
	}
	if in.Attachment != nil {
		if deref(in.Attachment.AttachmentId) != n.attachmentID() || n.InstanceID == "" { // assumed: the text
			return nil, wire.Errorf("InvalidAttachmentID.NotFound", "The networkInterface attachment ID '%s' does not exist", deref(in.Attachment.AttachmentId))
		}
		changes = append(changes, func() { n.Keep = !isSet(in.Attachment.DeleteOnTermination) })
	}
	return changes, nil
}

// DescribeNetworkInterfaces lists interfaces, attached or not.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html
func (s *Service) DescribeNetworkInterfaces(ctx context.Context, in *ec2api.DescribeNetworkInterfacesInput) (*ec2api.DescribeNetworkInterfacesOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	found, next, err := query[*nic]{
		page: page{op: "DescribeNetworkInterfaces", max: in.MaxResults, token: in.NextToken, idsName: "networkInterfaceIdSet", least: 5, most: 1000},
		from: &r.Interfaces, prefix: "eni", named: in.NetworkInterfaceIds, filters: in.Filters, by: nicFilters, dryRun: in.DryRun,
	}.run(r)
	if err != nil {
		return nil, err
	}
	return &ec2api.DescribeNetworkInterfacesOutput{NextToken: next, NetworkInterfaces: mapped(found, r.describeInterface)}, nil
}

// publicIP is the public address of an interface, or none: an Elastic IP address, or the
// one that its instance was given.
func (r *region) publicIP(n *nic) netip.Addr {
	if a := r.addressOf(n); a != nil {
		return a.IP
	}
	if i := r.Instances.get(n.InstanceID); i != nil && n.Index == 0 {
		return i.PublicIP
	}
	return netip.Addr{}
}

func (r *region) describeInterface(n *nic) types.NetworkInterface {
	zone := r.zoneOf(n)
	out := types.NetworkInterface{NetworkInterfaceId: new(n.ID), SubnetId: new(n.SubnetID), VpcId: new(r.vpcOf(n.SubnetID)), AvailabilityZone: new(zone),
		AvailabilityZoneId: new(zoneID(zone)), Description: new(n.Description), OwnerId: new(r.Scope.Account), Status: n.Status, MacAddress: new(n.mac()),
		PrivateIpAddress: new(addrText(n.PrivateIP)), PrivateDnsName: new(dnsOf(n.PrivateIP, r.Scope.Region)), SourceDestCheck: new(!n.NoCheck),
		Groups: r.identifiers(n.Groups), InterfaceType: types.NetworkInterfaceType(cmp.Or(n.Type, "interface")), RequesterManaged: new(false), TagSet: sdkTags(r.Tags[n.ID])}
	if n.InstanceID != "" {
		out.Attachment = &types.NetworkInterfaceAttachment{AttachmentId: new(n.attachmentID()), AttachTime: new(n.Attached), DeleteOnTermination: new(!n.Keep), DeviceIndex: new(n.Index),
			InstanceId: new(n.InstanceID), InstanceOwnerId: new(r.Scope.Account), NetworkCardIndex: new(n.Card), Status: types.AttachmentStatusAttached}
	}
	for at, addr := range n.addresses() {
		out.PrivateIpAddresses = append(out.PrivateIpAddresses, types.NetworkInterfacePrivateIpAddress{Primary: new(at == 0), PrivateIpAddress: new(addrText(addr)), PrivateDnsName: new(dnsOf(addr, r.Scope.Region))})
	}
	if ip := r.publicIP(n); ip.IsValid() {
		a := r.addressOf(n)
		out.Association = &types.NetworkInterfaceAssociation{PublicIp: new(ip.String()), IpOwnerId: new(r.ipOwner(a)), PublicDnsName: new(publicDNSOf(ip, r.Scope.Region))}
		if a != nil {
			out.Association.AllocationId, out.Association.AssociationId = new(a.ID), new(a.AssociationID)
		}
		out.PrivateIpAddresses[0].Association = out.Association
	}
	return out
}
