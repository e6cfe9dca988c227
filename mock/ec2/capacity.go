package ec2

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// Capacity bounds what EC2 has of an instance type: a control of the mock. Without one
// there is as much as anybody asks for. An instance takes one from each Capacity that
// matches it for as long as it is neither stopped nor terminated.
type Capacity struct {
	// Type is the instance type, as in "t3.micro"; empty means all together.
	Type string `json:"type,omitempty"`
	// Zone is the Availability Zone; empty means all of the region's together.
	Zone string `json:"zone,omitempty"`
	// Market is "on-demand" or "spot"; empty means both together.
	Market string `json:"market,omitempty"`
	// Left is how many instances can still start.
	Left int `json:"left"`
	// NotOffered says that the type does not exist there at all.
	NotOffered bool `json:"notOffered,omitempty"`
}

// validate says what is wrong with a Capacity of a region, or nil.
func (c Capacity) validate(r *region) error {
	if _, err := typeNamed(c.Type); c.Type != "" && err != nil {
		return fmt.Errorf("type is %q; the mock does not have it", c.Type)
	}
	switch {
	case c.Zone != "" && !slices.Contains(zonesOf(r.Scope.Region), c.Zone):
		return fmt.Errorf("zone is %q; %s has %s", c.Zone, r.Scope.Region, commaList(zonesOf(r.Scope.Region)))
	case c.Market != "" && c.Market != "spot" && c.Market != "on-demand":
		return fmt.Errorf(`market is %q; it can be "on-demand", "spot", or left out`, c.Market)
	case c.Left < 0:
		return fmt.Errorf("left is %d; it cannot be negative", c.Left)
	}
	return nil
}

func (c Capacity) matches(kind, zone, market string) bool {
	return (c.Type == "" || c.Type == kind) && (c.Zone == "" || c.Zone == zone) && (c.Market == "" || c.Market == market)
}

func (c Capacity) sameAs(d Capacity) bool {
	return c.Type == d.Type && c.Zone == d.Zone && c.Market == d.Market
}

// SetCapacity bounds what a scope has, in place of an earlier bound of the same type, zone
// and market. It is called inside world.Do.
func (s *Service) SetCapacity(sc world.Scope, c Capacity) error {
	r := s.in(sc)
	if err := c.validate(r); err != nil {
		return err
	}
	if at := slices.IndexFunc(r.Capacity, c.sameAs); at >= 0 {
		r.Capacity[at] = c
	} else {
		r.Capacity = append(r.Capacity, c)
	}
	s.capacityChanged(r)
	return nil
}

// Capacities are the bounds of a scope, oldest first. It is called inside world.Do.
func (s *Service) Capacities(sc world.Scope) []Capacity {
	return append([]Capacity{}, s.in(sc).Capacity...)
}

// ClearCapacity ends all bounds of a scope. It is called inside world.Do.
func (s *Service) ClearCapacity(sc world.Scope) {
	r := s.in(sc)
	r.Capacity = nil
	s.capacityChanged(r)
}

// left is how many instances of a type can start in a zone.
func (r *region) left(kind, zone, market string) int {
	left := math.MaxInt
	for _, c := range r.Capacity {
		if c.matches(kind, zone, market) {
			left = min(left, c.Left)
		}
	}
	return left
}

// offered says whether a type exists in a zone.
func (r *region) offered(kind, zone, market string) bool {
	return !slices.ContainsFunc(r.Capacity, func(c Capacity) bool { return c.NotOffered && c.matches(kind, zone, market) })
}

// market is where an instance was bought.
func (i *instance) market() string { return marketOf(i.Spot.RequestID != "") }

func marketOf(spot bool) string {
	if spot {
		return "spot"
	}
	return "on-demand"
}

// occupy takes the place of an instance that starts.
func (r *region) occupy(i *instance) { r.changeCapacity(i, -1) }

// vacate gives an instance's place back; one that had none, because it was stopped, gives none.
func (r *region) vacate(i *instance) {
	if q := r.request(i); i.Occupies && (q == nil || !q.ByService) { // EC2 keeps what it took back
		r.changeCapacity(i, 1)
	}
	i.Occupies = false
}

func (r *region) changeCapacity(i *instance, by int) {
	i.Occupies = true
	for n := range r.Capacity {
		if r.Capacity[n].matches(i.Type, i.Zone, i.market()) {
			r.Capacity[n].Left = max(0, r.Capacity[n].Left+by)
		}
	}
}

// fit settles where a launch goes and how many instances it gets: as many as there is
// room and capacity for, at least the number asked for.
func (r *region) fit(l *launch, least, most int) error {
	market := marketOf(l.spot != nil)
	kind := l.figures.name
	if l.anyZone {
		r.chooseZone(l, least, most, market)
	}
	zone := l.subnet.Zone
	switch left := r.left(kind, zone, market); {
	case !r.offered(kind, zone, market):
		return r.unsupported(l, market)
	case l.room() < least:
		return wire.Errorf("InsufficientFreeAddressesInSubnet", "There are not enough free addresses in subnet '%s' to satisfy the requested number of instances.", l.subnet.ID)
	case left < least:
		return r.insufficient(l, least, market)
	default:
		l.count = min(most, l.room(), left)
	}
	return r.withinQuota(l, market)
}

// chooseZone moves a launch that named no zone to where most of it fits: among equals to
// the subnet with the most free addresses.
func (r *region) chooseZone(l *launch, least, most int, market string) {
	subnets := slices.SortedStableFunc(slices.Values(r.defaultSubnets()), func(a, b *subnet) int { return b.free() - a.free() })
	best, chosen := -1, l.subnet
	for _, sub := range subnets {
		if !r.offered(l.figures.name, sub.Zone, market) {
			continue
		}
		if n := min(most, sub.free(), r.left(l.figures.name, sub.Zone, market)); n > best {
			best, chosen = n, sub
		}
	}
	l.moveTo(chosen)
}

// zonesWith are the zones where n instances of a type could start.
func (r *region) zonesWith(kind, market string, n int) []string {
	return filtered(zonesOf(r.Scope.Region), func(zone string) bool {
		return r.offered(kind, zone, market) && r.left(kind, zone, market) >= n
	})
}

// insufficient is EC2's answer when it has no place for a launch; the status is 500, so
// that SDKs try again. Texts: github.com/commonwarexyz/monorepo issue 2859,
// github.com/fedora-copr/copr issue 3279. assumed: those of Spot, and without another zone.
func (r *region) insufficient(l *launch, least int, market string) error {
	const working = "Our system will be working on provisioning additional capacity."
	text := fmt.Sprintf("We currently do not have sufficient %s capacity in the Availability Zone you requested (%s). %s", l.figures.name, l.subnet.Zone, working)
	others := r.zonesWith(l.figures.name, market, least)
	switch {
	case market == "spot":
		text = "There is no Spot capacity available that matches your request."
	case l.anyZone:
		text = fmt.Sprintf("We currently do not have sufficient %s capacity in zones with support for '%s' volumes. %s", l.figures.name, l.disks[0].Type, working)
	case len(others) > 0:
		text += fmt.Sprintf(" You can currently get %s capacity by not specifying an Availability Zone in your request or choosing %s.", l.figures.name, commaList(others))
	}
	return insufficientCapacity(text)
}

func insufficientCapacity(text string) error {
	return &wire.Error{Code: "InsufficientInstanceCapacity", Message: text, Status: http.StatusInternalServerError}
}

// unsupported is EC2's answer when a zone does not have a type. Text:
// github.com/fedora-copr/copr issue 3279; assumed: the one without another zone.
func (r *region) unsupported(l *launch, market string) error {
	others := filtered(zonesOf(r.Scope.Region), func(zone string) bool { return r.offered(l.figures.name, zone, market) })
	if len(others) == 0 {
		return wire.Errorf("Unsupported", "The requested configuration is currently not supported. Please check the documentation for supported configurations.")
	}
	return wire.Errorf("Unsupported", "Your requested instance type (%s) is not supported in your requested Availability Zone (%s). Please retry your request by not specifying an Availability Zone or choosing %s.",
		l.figures.name, l.subnet.Zone, commaList(others))
}

// Quota bounds the virtual processors of an account's running standard instances: a
// control of the mock. Zero means no bound.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html#ec2-on-demand-instances-limits
type Quota struct {
	// OnDemandVCPUs and SpotVCPUs are the bounds of the two markets.
	OnDemandVCPUs int `json:"onDemandVcpus,omitempty"`
	SpotVCPUs     int `json:"spotVcpus,omitempty"`
}

// SetQuota sets a scope's quota. It is called inside world.Do.
func (s *Service) SetQuota(sc world.Scope, q Quota) error {
	if q.OnDemandVCPUs < 0 || q.SpotVCPUs < 0 {
		return fmt.Errorf("a quota of %d and %d: it cannot be negative", q.OnDemandVCPUs, q.SpotVCPUs)
	}
	s.in(sc).Quota = q
	return nil
}

// QuotaOf reads a scope's quota. It is called inside world.Do.
func (s *Service) QuotaOf(sc world.Scope) Quota { return s.in(sc).Quota }

// standard says whether a type counts against the quota of the standard families.
func standard(kind string) bool { return strings.ContainsAny(kind[:1], "acdhimrtz") }

// withinQuota refuses what goes beyond the quota. Text: github.com/scrapoxy/scrapoxy
// issue 202; assumed: that of Spot.
func (r *region) withinQuota(l *launch, market string) error {
	limit := r.Quota.OnDemandVCPUs
	if market == "spot" {
		limit = r.Quota.SpotVCPUs
	}
	if limit == 0 || !standard(l.figures.name) {
		return nil
	}
	used := l.count * int(l.figures.vcpus)
	for i := range r.Instances.all() {
		if (i.State == pending || i.State == running) && i.market() == market && standard(i.Type) {
			f, _ := typeNamed(i.Type)
			used += int(f.vcpus)
		}
	}
	switch {
	case used <= limit:
		return nil
	case market == "spot":
		return wire.Errorf("MaxSpotInstanceCountExceeded", "Max spot instance count exceeded")
	}
	return wire.Errorf("VcpuLimitExceeded", "You have requested more vCPU capacity than your current vCPU limit of %d allows for the instance bucket that the specified instance type belongs to. "+
		"Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.", limit)
}

// startCapacity refuses to start stopped instances for which there is no place.
func (r *region) startCapacity(found []*instance) error {
	need := map[Capacity]int{}
	for _, i := range found {
		if i.State != stopped {
			continue
		}
		k := Capacity{Type: i.Type, Zone: i.Zone, Market: i.market()}
		if need[k]++; need[k] > r.left(k.Type, k.Zone, k.Market) {
			return insufficientCapacity("Insufficient capacity.")
		}
	}
	return nil
}
