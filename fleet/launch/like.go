package launch

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/fleet"
)

// likeness reads what an instance was launched with, as data of a launch template
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetLaunchTemplateData.html), and its tags as they are now. What
// is an instance's alone is left out: its addresses, the ids of its interfaces, AWS's own tags.
func (l *Launcher) likeness(ctx context.Context, r Request) (Plan, error) {
	listing, err := l.inventory.List(ctx, fleet.ByID(r.Like), fleet.ListOptions{})
	if err != nil {
		return Plan{}, err
	}
	if len(listing.Instances) == 0 {
		return Plan{}, fmt.Errorf("launch like %s: %w", r.Like, fleet.ErrNotFound)
	}
	out, err := l.ec2.GetLaunchTemplateData(ctx, &ec2.GetLaunchTemplateDataInput{InstanceId: new(r.Like)})
	if err != nil {
		return Plan{}, fmt.Errorf("read the launch data of %s: %w", r.Like, err)
	}
	plan := Plan{Like: r.Like, Data: *out.LaunchTemplateData, Tags: ownTags(listing.Instances[0].Tags)}
	maps.Copy(plan.Tags, r.tags())
	plan.Data.TagSpecifications = nil
	plan.Data.NetworkInterfaces = anonymous(plan.Data.NetworkInterfaces)
	if p := plan.Data.Placement; p != nil && len(r.Subnets) > 0 {
		p.AvailabilityZone, p.AvailabilityZoneId = nil, nil // the copied instance's; the subnets have their own
	}
	plan.Overrides, err = membersOf(plan.Data)
	return plan, err
}

// ownTags are the tags that a user may write.
func ownTags(tags map[string]string) map[string]string {
	own := maps.Clone(tags)
	maps.DeleteFunc(own, func(key, _ string) bool { return strings.HasPrefix(key, "aws:") })
	return own
}

// anonymous makes descriptions of network interfaces that many instances can have.
func anonymous(nics []ec2types.LaunchTemplateInstanceNetworkInterfaceSpecification) []ec2types.LaunchTemplateInstanceNetworkInterfaceSpecification {
	out := slices.Clone(nics)
	for i := range out {
		n := &out[i]
		if len(n.Ipv6Addresses) > 0 {
			n.Ipv6AddressCount = new(int32(len(n.Ipv6Addresses)))
		}
		n.NetworkInterfaceId, n.PrivateIpAddress, n.PrivateIpAddresses, n.Ipv6Addresses = nil, nil, nil, nil
		n.Ipv4Prefixes, n.Ipv6Prefixes = nil, nil
	}
	return out
}

// membersOf names the members of data that are set, sorted.
func membersOf(data ec2types.ResponseLaunchTemplateData) ([]string, error) {
	members, err := split(data)
	return slices.Sorted(maps.Keys(members)), err
}

// split takes data apart into the members that are set, each in JSON.
func split(data ec2types.ResponseLaunchTemplateData) (map[string]json.RawMessage, error) {
	encoded, err := json.Marshal(data)
	if err != nil {
		return nil, err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(encoded, &members); err != nil {
		return nil, err
	}
	maps.DeleteFunc(members, func(_ string, value json.RawMessage) bool {
		return slices.Contains([]string{"null", `""`, "[]"}, string(value))
	})
	return members, nil
}

// request makes the RunInstances call of a part's choice.
func (p Plan) request(part Part, choice Choice, token string) (*ec2.RunInstancesInput, error) {
	data, overrides := p.Data, slices.Clone(p.Overrides)
	if choice.SubnetID != "" && len(data.NetworkInterfaces) > 0 {
		// With network interfaces, EC2 takes the subnet there and nowhere else.
		data.NetworkInterfaces = slices.Clone(data.NetworkInterfaces)
		data.NetworkInterfaces[0].SubnetId = new(choice.SubnetID)
		overrides = append(overrides, "NetworkInterfaces")
	}
	in, err := inputOf(data, overrides)
	if err != nil {
		return nil, err
	}
	if choice.SubnetID != "" && len(data.NetworkInterfaces) == 0 {
		in.SubnetId = new(choice.SubnetID)
	}
	if choice.InstanceType != p.InstanceType() {
		in.InstanceType = ec2types.InstanceType(choice.InstanceType)
	}
	if p.TemplateID != "" {
		in.LaunchTemplate = &ec2types.LaunchTemplateSpecification{LaunchTemplateId: new(p.TemplateID), Version: new(p.VersionText())}
	}
	in.MinCount, in.MaxCount = new(int32(part.Count)), new(int32(part.Count))
	in.ClientToken = new(token)
	in.TagSpecifications = tagSpecifications(p.Tags, p.Spot())
	return in, nil
}

// inputOf makes launch arguments of members of a template's data. The two have the same members under the same names, in
// types of their own; JSON carries the values over.
func inputOf(data ec2types.ResponseLaunchTemplateData, members []string) (*ec2.RunInstancesInput, error) {
	all, err := split(data)
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(all, func(member string, _ json.RawMessage) bool { return !slices.Contains(members, member) })
	encoded, err := json.Marshal(all)
	if err != nil {
		return nil, err
	}
	in := &ec2.RunInstancesInput{}
	return in, json.Unmarshal(encoded, in)
}
