package ec2

import (
	"slices"
	"strings"

	"github.com/musterhq/muster/mock/wire"
)

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
