package ec2

import (
	"strings"

	"github.com/musterhq/muster/mock/world"
)

// selfKnowledge tells the other services what an instance can learn of itself.
func (s *Service) selfKnowledge(id string) (world.Facts, bool) {
	for _, r := range s.regions {
		if i := r.Instances.get(id); i != nil {
			return r.factsOf(i), true
		}
	}
	return world.Facts{}, false
}

func (r *region) factsOf(i *instance) world.Facts {
	name := r.Scope.Region
	f := world.Facts{Scope: r.Scope, ID: i.ID, State: string(i.State), ReservationID: i.ReservationID, LaunchIndex: int(i.LaunchIndex),
		ImageID: i.ImageID, Type: i.Type, Zone: i.Zone, ZoneID: zoneID(i.Zone), Spot: i.Spot.RequestID != "", Launched: i.Launched,
		PrivateDNS: i.privateDNS(name), PublicDNS: i.publicDNS(name), ProfileARN: i.ProfileArn, ProfileID: profileID(i.ProfileArn), KeyName: i.KeyName,
		UserData: i.UserData, Tags: r.Tags[i.ID], Monitored: i.Monitored,
		Metadata: world.MetadataOptions{Off: i.Metadata.Off, TokensOptional: i.Metadata.TokensOptional, Tags: i.Metadata.Tags}}
	if figures, err := typeNamed(i.Type); err == nil {
		f.Arch = string(figures.arch)
	}
	if key, ok := r.Keys.first(func(k *keyPair) bool { return k.Name == i.KeyName }); ok {
		f.PublicKey = key.Public + " " + key.Name
	}
	for _, n := range i.NICs {
		f.Interfaces = append(f.Interfaces, r.interfaceFacts(i, n))
	}
	for _, d := range i.Disks {
		f.Volumes = append(f.Volumes, d.Device)
	}
	return f
}

func (r *region) interfaceFacts(i *instance, n *nic) world.Interface {
	out := world.Interface{ID: n.ID, MAC: n.mac(), Device: int(n.Index), Card: int(n.Card), SubnetID: n.SubnetID, VPCID: r.vpcOf(n.SubnetID), GroupIDs: n.Groups}
	for _, addr := range n.addresses() {
		out.Addresses = append(out.Addresses, addrText(addr))
	}
	if n.Index == 0 && i.PublicIP.IsValid() {
		out.Public = i.PublicIP.String()
	}
	if sub := r.subnet(n.SubnetID); sub != nil {
		out.SubnetCIDR, out.VPCCIDR = sub.Prefix.String(), r.Vpcs.get(sub.VpcID).CIDR.String()
	}
	for _, g := range r.identifiers(n.Groups) {
		out.Groups = append(out.Groups, deref(g.GroupName))
	}
	return out
}

// profileID is the unique id of an instance profile: it follows from the ARN.
func profileID(arn string) string {
	if arn == "" {
		return ""
	}
	return "AIPA" + strings.ToUpper(hashID("", arn)[2:])
}
