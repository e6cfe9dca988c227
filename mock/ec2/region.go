package ec2

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// region is one account's EC2 in one region. It is what a state file keeps.
type region struct {
	Scope      world.Scope                  `json:"scope"`
	Instances  collection[*instance]        `json:"instances"`
	Templates  []*template                  `json:"templates"` // in order of creation
	Volumes    collection[*disk]            `json:"volumes"`
	Interfaces collection[*nic]             `json:"interfaces"`
	Vpcs       collection[*vpc]             `json:"vpcs"`
	Subnets    collection[*subnet]          `json:"subnets"`
	Addresses  collection[*address]         `json:"addresses"`
	Snapshots  collection[*snapshot]        `json:"snapshots"`
	Images     collection[*image]           `json:"images"`
	Groups     collection[*securityGroup]   `json:"groups"`
	Keys       collection[*keyPair]         `json:"keys"`
	Tags       map[string]map[string]string `json:"tags"`   // resource id → key → value
	Tokens     map[string]launchToken       `json:"tokens"` // RunInstances' client tokens
	Fleets     []*ec2Fleet                  `json:"fleets"` // in order of creation
	Made       map[string]madeToken         `json:"made"`   // the other client tokens, by operation
	Spots      collection[*spotRequest]     `json:"spots"`
	Capacity   []Capacity                   `json:"capacity,omitempty"` // the oldest first
	Quota      Quota                        `json:"quota,omitzero"`
	Seq        int64                        `json:"seq"`
	PublicIPs  uint32                       `json:"publicIps"` // how many public addresses were handed out

	rules   collection[*groupRule] // of all groups
	byTag   tagIndex
	vpcID   string
	groupID string   // the default VPC's default security group
	catalog []*image // the public images, oldest first
	service *Service
}

// newRegion is what a new account has in a region.
func newRegion(s *Service, sc world.Scope) *region {
	r := &region{Scope: sc, service: s, Tags: map[string]map[string]string{}, Tokens: map[string]launchToken{}, Made: map[string]madeToken{}}
	r.addDefaultVpc()
	r.index()
	return r
}

// index builds what follows from the kept members.
func (r *region) index() {
	r.vpcID = r.stableID("vpc")
	r.groupID = r.stableID("sg")
	r.catalog = catalogOf(r.Scope.Region)
	r.byTag = tagIndex{}
	for i := range r.Instances.all() {
		for k, v := range r.Tags[i.ID] {
			r.byTag.add(i, k, v)
		}
	}
	r.indexAttached()
	for g := range r.Groups.all() {
		for _, rule := range g.Rules {
			r.rules.add(rule)
		}
	}
}

// indexAttached gives the instances their volumes and interfaces, and the subnets the
// addresses that are taken.
func (r *region) indexAttached() {
	for d := range r.Volumes.all() {
		if i := r.Instances.get(d.InstanceID); i != nil {
			i.Disks = append(i.Disks, d)
		}
	}
	for sub := range r.Subnets.all() {
		sub.reserve()
	}
	for n := range r.Interfaces.all() {
		if i := r.Instances.get(n.InstanceID); i != nil {
			i.NICs = append(i.NICs, n)
		}
		if sub := r.subnet(n.SubnetID); sub != nil {
			for _, addr := range n.addresses() {
				sub.used[addr] = true
			}
		}
	}
	for i := range r.Instances.all() {
		slices.SortStableFunc(i.NICs, func(a, b *nic) int { return cmp.Compare(a.Index, b.Index) })
		slices.SortStableFunc(i.Disks, func(a, b *disk) int { return a.Attached.Compare(b.Attached) })
	}
}

// stableID makes an identifier that depends on its place alone, as a default VPC's does.
func (r *region) stableID(kind string, parts ...string) string {
	return hashID(kind, append([]string{r.Scope.Account, r.Scope.Region}, parts...)...)
}

// hashID makes an identifier from what it stands for.
func hashID(kind string, parts ...string) string {
	sum := sha256.Sum256([]byte(kind + "|" + strings.Join(parts, "|")))
	return fmt.Sprintf("%s-0%x", kind, sum[:8])
}

// takePublicIP hands out an address of 198.18.0.0/15, which is set aside for tests
// (RFC 2544) and so belongs to nobody.
func (r *region) takePublicIP() netip.Addr {
	r.PublicIPs++
	n := r.PublicIPs % (1 << 17)
	return netip.AddrFrom4([4]byte{198, byte(18 + n>>16), byte(n >> 8), byte(n)})
}

// zonesOf returns a region's zones. The exceptions are the zones that a new account
// sees today; every other region has a, b and c.
// https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
func zonesOf(region string) []string {
	letters := "abc"
	switch region {
	case "us-east-1":
		letters = "abcdef"
	case "us-west-2":
		letters = "abcd"
	case "us-west-1":
		letters = "ac" // assumed: which two of the region's zones an account sees varies
	case "ca-central-1":
		letters = "abd"
	case "ap-northeast-1":
		letters = "acd"
	case "ap-northeast-2":
		letters = "abcd"
	}
	var zones []string
	for _, l := range letters {
		zones = append(zones, region+string(l))
	}
	return zones
}

func (r *region) nextSeq() int64 {
	r.Seq++
	return r.Seq
}

// Snapshot returns every region, ordered so that equal states give equal files.
func (s *Service) Snapshot() any {
	regions := slices.Collect(maps.Values(s.regions))
	slices.SortFunc(regions, func(a, b *region) int {
		return strings.Compare(a.Scope.Account+a.Scope.Region, b.Scope.Account+b.Scope.Region)
	})
	return regions
}

// Restore replaces the state with what Snapshot returned.
func (s *Service) Restore(data json.RawMessage) error {
	var regions []*region
	if err := json.Unmarshal(data, &regions); err != nil {
		return err
	}
	s.Reset()
	for _, r := range regions {
		r.service = s
		r.index()
		s.regions[r.Scope] = r
	}
	return nil
}

// Reset forgets every region.
func (s *Service) Reset() { s.regions = map[world.Scope]*region{} }

// dryRun answers a request with DryRun set, once its parameters have been checked:
// success is an error with HTTP status 412.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonParameters.html
func dryRun(flag *bool) error {
	if flag == nil || !*flag {
		return nil
	}
	return &wire.Error{Code: "DryRunOperation", Message: "Request would have succeeded, but DryRun flag is set.", Status: 412}
}
