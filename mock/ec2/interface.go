package ec2

import (
	"crypto/sha256"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// nic is a network interface, attached to an instance or not: its only record.
type nic struct {
	record
	SubnetID    string                       `json:"subnetId"`
	PrivateIP   netip.Addr                   `json:"privateIp"`
	Secondary   []netip.Addr                 `json:"secondary,omitempty"`
	Groups      []string                     `json:"groups"` // ids of security groups; there is at least one
	Description string                       `json:"description,omitempty"`
	NoCheck     bool                         `json:"noCheck,omitempty"` // the source/destination check is off
	Type        string                       `json:"type,omitempty"`    // interface, which is also empty, or efa …
	Status      types.NetworkInterfaceStatus `json:"status"`
	nicAttachment
}

// nicAttachment is an interface's place on an instance; the zero value is none.
type nicAttachment struct {
	InstanceID string    `json:"instanceId,omitempty"`
	Index      int32     `json:"index,omitempty"`   // device index
	Card       int32     `json:"card,omitempty"`    // network card index
	Private    bool      `json:"private,omitempty"` // gets no public address by itself
	Keep       bool      `json:"keep,omitempty"`    // not deleted on termination
	Attached   time.Time `json:"attached,omitzero"`
}

// addresses are the interface's private addresses, the primary one first.
func (n *nic) addresses() []netip.Addr { return append([]netip.Addr{n.PrivateIP}, n.Secondary...) }

// mac is the interface's MAC address: it follows from the id.
func (n *nic) mac() string {
	sum := sha256.Sum256([]byte(n.ID))
	return fmt.Sprintf("0a:%02x:%02x:%02x:%02x:%02x", sum[0], sum[1], sum[2], sum[3], sum[4])
}

// groups are the ids of the security groups of all the instance's interfaces.
func (i *instance) groups() []string {
	var ids []string
	for _, n := range i.NICs {
		ids = append(ids, n.Groups...)
	}
	return ids
}

// addNIC makes a network interface that an instance has from its launch: n says what it
// is and its place there.
func (s *Service) addNIC(r *region, i *instance, n nic) *nic {
	n.record, n.InstanceID, n.Attached, n.Status = s.record(r, "eni"), i.ID, i.Attached, types.NetworkInterfaceStatusInUse
	r.Interfaces.add(&n)
	i.NICs = append(i.NICs, &n)
	return &n
}

// freeNIC ends an interface's attachment.
func (r *region) freeNIC(n *nic) {
	if i := r.Instances.get(n.InstanceID); i != nil {
		i.NICs = slices.DeleteFunc(i.NICs, func(other *nic) bool { return other == n })
	}
	n.Status, n.nicAttachment = types.NetworkInterfaceStatusAvailable, nicAttachment{}
}

// forgetNIC removes an interface that is deleted, and gives its addresses back.
func (r *region) forgetNIC(n *nic) {
	if sub := r.subnet(n.SubnetID); sub != nil {
		for _, addr := range n.addresses() {
			delete(sub.used, addr)
		}
	}
	for a := range r.Addresses.all() {
		if a.InterfaceID == n.ID {
			a.free()
		}
	}
	r.Interfaces.remove(n)
	r.dropTags(n.ID)
}
