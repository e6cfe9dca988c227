package ec2

import (
	"cmp"
	"net/netip"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// nicFilters are DescribeNetworkInterfaces' filters.
var nicFilters = tagged(filterSet[*nic]{
	"addresses.association.owner-id":  ofAssociation(func(r *region, n *nic) string { return r.ipOwner(r.addressOf(n)) }),
	"addresses.association.public-ip": ofAssociation(func(r *region, n *nic) string { return r.publicIP(n).String() }),
	"addresses.primary": func(_ *region, n *nic) []string {
		if len(n.Secondary) > 0 {
			return []string{"true", "false"}
		}
		return []string{"true"}
	},
	"addresses.private-ip-address": func(_ *region, n *nic) []string { return mapped(n.addresses(), addrText) },

	"association.allocation-id":   func(r *region, n *nic) []string { return present(r.elastic(n).ID) },
	"association.association-id":  func(r *region, n *nic) []string { return present(r.elastic(n).AssociationID) },
	"association.ip-owner-id":     ofAssociation(func(r *region, n *nic) string { return r.ipOwner(r.addressOf(n)) }),
	"association.public-dns-name": ofAssociation(func(r *region, n *nic) string { return publicDNSOf(r.publicIP(n), r.Scope.Region) }),
	"association.public-ip":       ofAssociation(func(r *region, n *nic) string { return r.publicIP(n).String() }),

	"attachment.attach-time":           stamp(func(n *nic) time.Time { return n.Attached }),
	"attachment.attachment-id":         one((*nic).attachmentID),
	"attachment.delete-on-termination": ofAttachment(func(n *nic) string { return boolText(!n.Keep) }),
	"attachment.device-index":          ofAttachment(func(n *nic) string { return strconv.Itoa(int(n.Index)) }),
	"attachment.instance-id":           one(func(n *nic) string { return n.InstanceID }),
	"attachment.instance-owner-id": func(r *region, n *nic) []string {
		return ofAttachment(func(*nic) string { return r.Scope.Account })(r, n)
	},
	"attachment.status": ofAttachment(func(*nic) string { return string(types.AttachmentStatusAttached) }),

	"availability-zone":           func(r *region, n *nic) []string { return []string{r.zoneOf(n)} },
	"availability-zone-id":        func(r *region, n *nic) []string { return []string{zoneID(r.zoneOf(n))} },
	"description":                 one(func(n *nic) string { return n.Description }),
	"group-id":                    func(_ *region, n *nic) []string { return n.Groups },
	"group-name":                  func(r *region, n *nic) []string { return r.groupNames(n.Groups) },
	"interface-type":              one(func(n *nic) string { return cmp.Or(n.Type, "interface") }),
	"ipv6-addresses.ipv6-address": never[*nic],
	"mac-address":                 one((*nic).mac),
	"network-interface-id":        one(func(n *nic) string { return n.ID }),
	"operator.managed":            always[*nic]("false"),
	"operator.principal":          never[*nic],
	"owner-id":                    owner[*nic],
	"private-dns-name":            func(r *region, n *nic) []string { return present(dnsOf(n.PrivateIP, r.Scope.Region)) },
	"private-ip-address":          one(func(n *nic) string { return addrText(n.PrivateIP) }),
	"requester-id":                never[*nic],
	"requester-managed":           always[*nic]("false"),
	"source-dest-check":           flag(func(n *nic) bool { return !n.NoCheck }),
	"status":                      one(func(n *nic) string { return string(n.Status) }),
	"subnet-id":                   one(func(n *nic) string { return n.SubnetID }),
	"vpc-id":                      func(r *region, n *nic) []string { return []string{r.vpcOf(n.SubnetID)} },
}, (*nic).id)

// elastic is the Elastic IP address of an interface; the zero value when it has none.
func (r *region) elastic(n *nic) address { return *cmp.Or(r.addressOf(n), &address{}) }

// ofAssociation makes a filter of what only an interface with a public address has.
func ofAssociation(value func(*region, *nic) string) func(*region, *nic) []string {
	return func(r *region, n *nic) []string {
		if r.publicIP(n) == (netip.Addr{}) {
			return nil
		}
		return []string{value(r, n)}
	}
}

// ofAttachment makes a filter of what only an attached interface has.
func ofAttachment(value func(*nic) string) func(*region, *nic) []string {
	return func(_ *region, n *nic) []string {
		if n.InstanceID == "" {
			return nil
		}
		return []string{value(n)}
	}
}
