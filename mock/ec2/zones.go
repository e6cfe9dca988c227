package ec2

import (
	"context"
	"slices"
	"strings"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

var zoneFilters = filterSet[string]{
	"group-long-name":  never[string],
	"group-name":       func(r *region, _ string) []string { return []string{r.zoneGroup()} },
	"message":          never[string],
	"opt-in-status":    always[string](string(types.AvailabilityZoneOptInStatusOptInNotRequired)),
	"parent-zone-id":   never[string],
	"parent-zone-name": never[string],
	"region-name":      func(r *region, _ string) []string { return []string{r.Scope.Region} },
	"state":            always[string]("available"),
	"zone-id":          one(zoneID),
	"zone-name":        one(func(z string) string { return z }),
	"zone-type":        always[string]("availability-zone"),
}

// zoneGroup is the group of a region's Availability Zones, as in us-east-1-zg-1.
func (r *region) zoneGroup() string { return r.Scope.Region + "-zg-1" }

// DescribeAvailabilityZones lists the region's zones. Local and Wavelength Zones are not
// modelled.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAvailabilityZones.html
func (s *Service) DescribeAvailabilityZones(ctx context.Context, in *ec2api.DescribeAvailabilityZonesInput) (*ec2api.DescribeAvailabilityZonesOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	zones := zonesOf(r.Scope.Region)
	for _, z := range in.ZoneNames {
		if !slices.Contains(zones, z) {
			return nil, wire.Errorf("InvalidParameterValue", "Invalid availability zone: [%s]", z)
		}
	}
	for _, id := range in.ZoneIds {
		if !slices.Contains(mapped(zones, zoneID), id) { // assumed: the text
			return nil, wire.Errorf("InvalidParameterValue", "Invalid availability zone-id: [%s]", id)
		}
	}
	match, err := zoneFilters.compile(in.Filters, r)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	found := filtered(zones, func(z string) bool { return asked(in.ZoneNames, z) && asked(in.ZoneIds, zoneID(z)) && match(z) })
	return &ec2api.DescribeAvailabilityZonesOutput{AvailabilityZones: mapped(found, func(z string) types.AvailabilityZone {
		return types.AvailabilityZone{ZoneName: new(z), ZoneId: new(zoneID(z)), RegionName: new(r.Scope.Region), State: types.AvailabilityZoneStateAvailable,
			ZoneType: new("availability-zone"), GroupName: new(r.zoneGroup()), NetworkBorderGroup: new(r.Scope.Region),
			OptInStatus: types.AvailabilityZoneOptInStatusOptInNotRequired}
	})}, nil
}

// directions are how zone ids shorten the middle of a region's name.
var directions = strings.NewReplacer("northeast", "ne", "northwest", "nw", "southeast", "se", "southwest", "sw",
	"north", "n", "south", "s", "east", "e", "west", "w", "central", "c")

// zoneID is the id of a zone, as in use1-az1 for us-east-1a. In real accounts the letters
// are dealt out differently for each account; here they follow the ids.
// https://docs.aws.amazon.com/global-infrastructure/latest/regions/az-ids.html
func zoneID(zone string) string {
	region, letter := zone[:len(zone)-1], zone[len(zone)-1]
	return strings.ReplaceAll(directions.Replace(region), "-", "") + "-az" + string('1'+letter-'a')
}

// zoneNamed is the zone that a call names by name or id. assumed: the text for neither.
func (r *region) zoneNamed(name, id *string) (string, error) {
	zones := zonesOf(r.Scope.Region)
	switch {
	case deref(name) == "" && deref(id) == "":
		return "", missingParameter("availabilityZone")
	case deref(name) == "":
		at := slices.IndexFunc(zones, func(z string) bool { return zoneID(z) == *id })
		if at < 0 {
			return "", noZone(*id)
		}
		return zones[at], nil
	case !slices.Contains(zones, *name):
		return "", noZone(*name)
	}
	return *name, nil
}

// noZone refuses a zone. assumed: the text; the code is in EC2's list.
func noZone(name string) error {
	return wire.Errorf("InvalidZone.NotFound", "The zone '%s' does not exist.", name)
}
