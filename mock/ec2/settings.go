package ec2

import (
	"crypto/sha256"
	"fmt"
	"net/netip"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// instanceSettings are what a launch decides of an instance, and what most of the
// Modify… calls change. The zero value is EC2's default, but for Metadata.
type instanceSettings struct {
	KeyName     string          `json:"keyName,omitempty"`
	ProfileArn  string          `json:"profileArn,omitempty"`
	UserData    []byte          `json:"userData,omitempty"` // as the instance sees it, not in base64
	Metadata    metadataOptions `json:"metadata"`
	NoTerminate bool            `json:"noTerminate,omitempty"` // DisableApiTermination
	NoStop      bool            `json:"noStop,omitempty"`      // DisableApiStop
	// OnShutdown is what a shutdown from inside does: stop, which is also empty, or terminate.
	OnShutdown   types.ShutdownBehavior `json:"onShutdown,omitempty"`
	Monitored    bool                   `json:"monitored,omitempty"` // detailed monitoring
	EBSOptimized bool                   `json:"ebsOptimized,omitempty"`
	Hibernates   bool                   `json:"hibernates,omitempty"` // configured for it at launch
	Cores        int32                  `json:"cores,omitempty"`      // 0: as many as the type has
	Threads      int32                  `json:"threads,omitempty"`    // per core; 0: as the type
	Credits      string                 `json:"credits,omitempty"`    // standard or unlimited, of a burstable type
	Tenancy      types.Tenancy          `json:"tenancy,omitempty"`    // empty is default
	// Recovery is whether EC2 recovers it by itself: default, which is also empty, or disabled.
	Recovery types.InstanceAutoRecoveryState `json:"recovery,omitempty"`
	DNS      dnsOptions                      `json:"dns,omitzero"`
	Spot     spotLife                        `json:"spot,omitzero"`
}

// metadataOptions are how the instance metadata service answers the instance.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html
type metadataOptions struct {
	TokensOptional bool  `json:"tokensOptional,omitempty"` // IMDSv1 is answered too
	Hops           int32 `json:"hops"`                     // HttpPutResponseHopLimit, 1 to 64
	Off            bool  `json:"off,omitempty"`            // HttpEndpoint disabled
	IPv6           bool  `json:"ipv6,omitempty"`
	Tags           bool  `json:"tags,omitempty"` // the instance's tags are shown
}

// dnsOptions are PrivateDnsNameOptions.
type dnsOptions struct {
	ResourceName bool `json:"resourceName,omitempty"` // the host name is the instance's id, not its address
	RecordA      bool `json:"recordA,omitempty"`      // the resource name resolves to the IPv4 address
	RecordAAAA   bool `json:"recordAaaa,omitempty"`
}

// spotLife is what an instance knows of its Spot request; none has an empty RequestID.
type spotLife struct {
	RequestID string `json:"requestId,omitempty"`
}

// nic is a network interface while it is attached to an instance: its only record.
type nic struct {
	ID          string       `json:"id"`
	Index       int32        `json:"index,omitempty"` // device index
	Card        int32        `json:"card,omitempty"`  // network card index
	SubnetID    string       `json:"subnetId"`
	PrivateIP   netip.Addr   `json:"privateIp"`
	Secondary   []netip.Addr `json:"secondary,omitempty"`
	Groups      []string     `json:"groups"` // ids of security groups; there is at least one
	Description string       `json:"description,omitempty"`
	Keep        bool         `json:"keep,omitempty"`    // not deleted on termination
	NoCheck     bool         `json:"noCheck,omitempty"` // the source/destination check is off
	Type        string       `json:"type,omitempty"`    // interface, which is also empty, or efa …
	Attached    time.Time    `json:"attached"`
}

// addresses are the interface's private addresses, the primary one first.
func (n nic) addresses() []netip.Addr { return append([]netip.Addr{n.PrivateIP}, n.Secondary...) }

// mac is the interface's MAC address: it follows from the id.
func (n nic) mac() string {
	sum := sha256.Sum256([]byte(n.ID))
	return fmt.Sprintf("0a:%02x:%02x:%02x:%02x:%02x", sum[0], sum[1], sum[2], sum[3], sum[4])
}

// disk is an EBS volume while it is attached to an instance: its only record.
type disk struct {
	ID         string           `json:"id"`
	Device     string           `json:"device"`
	SizeGiB    int32            `json:"sizeGiB"`
	Type       types.VolumeType `json:"type"`
	IOPS       int32            `json:"iops,omitempty"`
	Throughput int32            `json:"throughput,omitempty"` // MiB/s, gp3 only
	Encrypted  bool             `json:"encrypted,omitempty"`
	KMSKeyID   string           `json:"kmsKeyId,omitempty"` // empty where Encrypted: the account's default key
	SnapshotID string           `json:"snapshotId,omitempty"`
	Keep       bool             `json:"keep,omitempty"` // not deleted on termination
	Attached   time.Time        `json:"attached"`
}

// disk is the attached volume with an id, or nil.
func (i *instance) disk(id string) *disk {
	for n := range i.Disks {
		if i.Disks[n].ID == id {
			return &i.Disks[n]
		}
	}
	return nil
}

// groups are the ids of the security groups of all the instance's interfaces.
func (i *instance) groups() []string {
	var ids []string
	for _, n := range i.NICs {
		ids = append(ids, n.Groups...)
	}
	return ids
}

// nic is the attached network interface with an id, or nil.
func (i *instance) nic(id string) *nic {
	for n := range i.NICs {
		if i.NICs[n].ID == id {
			return &i.NICs[n]
		}
	}
	return nil
}
