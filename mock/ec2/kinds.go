package ec2

import (
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
)

// kind is a kind of resource, as EC2 speaks of it.
type kind struct {
	tags      types.ResourceType         // what tag specifications call it; empty where it takes no tags
	malformed string                     // the code for an id of the wrong form
	missing   string                     // the code for an id that is not there
	one, many string                     // the texts for one such id and for several
	has       func(*region, string) bool // whether a region has it
}

// kinds are the kinds of resources by the prefix of their ids. Codes:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html. Texts: of
// instances github.com/getmoto/moto issue 4903, of the others as moto's exceptions.py has
// them. assumed: the texts for several ids of other kinds than instances.
var kinds = map[string]kind{
	"ami": {types.ResourceTypeImage, "InvalidAMIID.Malformed", "InvalidAMIID.NotFound", "The image id '[%s]' does not exist", "The image ids '[%s]' do not exist",
		func(r *region, id string) bool { return r.Images.has(id) }},
	"eni": {types.ResourceTypeNetworkInterface, "InvalidNetworkInterfaceId.Malformed", "InvalidNetworkInterfaceID.NotFound",
		"The networkInterface ID '%s' does not exist", "The networkInterface IDs '%s' do not exist",
		func(r *region, id string) bool { return r.Interfaces.has(id) }},
	"eipalloc": {types.ResourceTypeElasticIp, "InvalidParameterValue", "InvalidAllocationID.NotFound", "The allocation ID '%s' does not exist", "The allocation IDs '%s' do not exist",
		func(r *region, id string) bool { return r.Addresses.has(id) }},
	"i": {types.ResourceTypeInstance, "InvalidInstanceID.Malformed", "InvalidInstanceID.NotFound", "The instance ID '%s' does not exist", "The instance IDs '%s' do not exist",
		func(r *region, id string) bool { return r.Instances.has(id) }},
	"key": {types.ResourceTypeKeyPair, "InvalidParameterValue", "InvalidKeyPair.NotFound", "The keyPair ID '%s' does not exist", "The keyPair IDs '%s' do not exist",
		func(r *region, id string) bool { return r.Keys.has(id) }},
	"lt": {types.ResourceTypeLaunchTemplate, "InvalidLaunchTemplateId.Malformed", "InvalidLaunchTemplateId.NotFound",
		"The specified launch template, with template ID %s, does not exist.", "The specified launch templates, with template IDs %s, do not exist.",
		func(r *region, id string) bool {
			return slices.ContainsFunc(r.Templates, func(t *template) bool { return t.ID == id })
		}},
	"sg": {types.ResourceTypeSecurityGroup, "InvalidGroupId.Malformed", "InvalidGroup.NotFound", "The security group '%s' does not exist", "The security groups '%s' do not exist",
		func(r *region, id string) bool { return r.Groups.has(id) }},
	"sgr": {types.ResourceTypeSecurityGroupRule, "InvalidSecurityGroupRuleId.Malformed", "InvalidSecurityGroupRuleId.NotFound",
		"The security group rule ID '%s' does not exist", "The security group rule IDs '%s' do not exist",
		func(r *region, id string) bool { return r.rules.has(id) }},
	"snap": {types.ResourceTypeSnapshot, "InvalidSnapshotID.Malformed", "InvalidSnapshot.NotFound", "The snapshot '%s' does not exist.", "The snapshots '%s' do not exist.",
		func(r *region, id string) bool { return r.Snapshots.has(id) }},
	"sir": {types.ResourceTypeSpotInstancesRequest, "InvalidSpotInstanceRequestID.Malformed", "InvalidSpotInstanceRequestID.NotFound",
		"The spot instance request ID '%s' does not exist", "The spot instance request IDs '%s' do not exist",
		func(r *region, id string) bool { return r.Spots.has(id) }},
	"subnet": {types.ResourceTypeSubnet, "InvalidSubnetID.Malformed", "InvalidSubnetID.NotFound", "The subnet ID '%s' does not exist", "The subnet IDs '%s' do not exist",
		func(r *region, id string) bool { return r.Subnets.has(id) }},
	"vol": {types.ResourceTypeVolume, "InvalidVolumeID.Malformed", "InvalidVolume.NotFound", "The volume '%s' does not exist.", "The volumes '%s' do not exist.",
		func(r *region, id string) bool { return r.Volumes.has(id) }},
	"vpc": {types.ResourceTypeVpc, "InvalidVpcID.Malformed", "InvalidVpcID.NotFound", "The vpc ID '%s' does not exist", "The vpc IDs '%s' do not exist",
		func(r *region, id string) bool { return r.Vpcs.has(id) }},
}

// idForm is EC2's two forms of an identifier: eight digits of old, seventeen now.
var idForm = regexp.MustCompile(`^[a-z]+(-[a-z]+)*-([0-9a-f]{8}|[0-9a-f]{17})$`)

// checkID refuses what does not have the form of an identifier of the kind.
func checkID(prefix, id string) error {
	if strings.HasPrefix(id, prefix+"-") && idForm.MatchString(id) {
		return nil
	}
	return wire.Errorf(kinds[prefix].malformed, `Invalid id: "%s" (expecting "%s-...")`, id, prefix)
}

// notFound is EC2's answer when resources of a kind are not there. There must be an id.
func notFound(prefix string, ids ...string) error {
	k := kinds[prefix]
	if len(ids) == 1 {
		return wire.Errorf(k.missing, k.one, ids[0])
	}
	return wire.Errorf(k.missing, k.many, strings.Join(ids, ", "))
}

// find returns the resources with the ids, in the order given, each once. Ids are
// compared to the letter; all that are missing stand in one error.
func find[T resource](c *collection[T], prefix string, ids []string) ([]T, error) {
	var found []T
	var missing []string
	seen := map[string]bool{}
	for _, id := range ids {
		if err := checkID(prefix, id); err != nil {
			return nil, err
		}
		switch item, ok := c.byID[id]; {
		case seen[id]:
		case ok:
			found = append(found, item)
		default:
			missing = append(missing, id)
		}
		seen[id] = true
	}
	if len(missing) > 0 {
		return nil, notFound(prefix, missing...)
	}
	return found, nil
}

// lookup returns the resource with the id that a call must name in a parameter.
func lookup[T resource](c *collection[T], prefix, parameter string, id *string) (T, error) {
	if deref(id) == "" {
		var none T
		return none, missingParameter(parameter)
	}
	found, err := find(c, prefix, []string{*id})
	if err != nil {
		var none T
		return none, err
	}
	return found[0], nil
}

func missingParameter(name string) error {
	return wire.Errorf("MissingParameter", "The request must contain the parameter %s", name)
}
