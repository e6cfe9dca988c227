package launch

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Spread stands for one subnet in each zone: of the VPC that the template's subnet is in, or of the default VPC.
const Spread = "spread"

// places turns the subnets of a request into choices without a type. One empty choice leaves it to the template and EC2.
func (l *Launcher) places(ctx context.Context, subnets []string, data ec2types.ResponseLaunchTemplateData) ([]Choice, error) {
	if len(subnets) == 0 {
		return []Choice{{}}, nil
	}
	named := namedSubnets(data)
	if len(named) > 1 {
		return nil, &InputError{"several network interfaces name a subnet: where the instances go cannot be chosen apart from that"}
	}
	if subnets[0] != Spread {
		found, err := l.subnets(ctx, &ec2.DescribeSubnetsInput{SubnetIds: subnets})
		slices.SortFunc(found, func(a, b ec2types.Subnet) int {
			return slices.Index(subnets, aws.ToString(a.SubnetId)) - slices.Index(subnets, aws.ToString(b.SubnetId))
		})
		return choicesOf(found), err
	}
	return l.spread(ctx, named, data)
}

// spread chooses in each zone the subnet with the most free addresses.
func (l *Launcher) spread(ctx context.Context, named []string, data ec2types.ResponseLaunchTemplateData) ([]Choice, error) {
	where := ec2types.Filter{Name: new("default-for-az"), Values: []string{"true"}}
	if len(named) == 1 {
		base, err := l.subnets(ctx, &ec2.DescribeSubnetsInput{SubnetIds: named})
		if err != nil {
			return nil, err
		}
		where = ec2types.Filter{Name: new("vpc-id"), Values: []string{aws.ToString(base[0].VpcId)}}
	}
	in := &ec2.DescribeSubnetsInput{Filters: []ec2types.Filter{where, {Name: new("state"), Values: []string{"available"}}}}
	if data.Placement != nil && data.Placement.AvailabilityZone != nil {
		in.Filters = append(in.Filters, ec2types.Filter{Name: new("availability-zone"), Values: []string{*data.Placement.AvailabilityZone}})
	}
	found, err := l.subnets(ctx, in)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(found, func(a, b ec2types.Subnet) int {
		return cmp.Or(cmp.Compare(*a.AvailabilityZone, *b.AvailabilityZone),
			cmp.Compare(aws.ToInt32(b.AvailableIpAddressCount), aws.ToInt32(a.AvailableIpAddressCount)), cmp.Compare(*a.SubnetId, *b.SubnetId))
	})
	found = slices.CompactFunc(found, func(a, b ec2types.Subnet) bool { return *a.AvailabilityZone == *b.AvailabilityZone })
	if len(found) == 0 {
		return nil, &InputError{"there is no default subnet to spread over; name subnets"}
	}
	return choicesOf(found), nil
}

// subnets reads subnets: all pages of them.
func (l *Launcher) subnets(ctx context.Context, in *ec2.DescribeSubnetsInput) ([]ec2types.Subnet, error) {
	var all []ec2types.Subnet
	for pages := ec2.NewDescribeSubnetsPaginator(l.ec2, in); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("look up subnets: %w", err)
		}
		all = append(all, page.Subnets...)
	}
	return all, nil
}

func choicesOf(subnets []ec2types.Subnet) []Choice {
	var choices []Choice
	for _, s := range subnets {
		choices = append(choices, Choice{SubnetID: aws.ToString(s.SubnetId), Zone: aws.ToString(s.AvailabilityZone)})
	}
	return choices
}

// namedSubnets are the subnets that the network interfaces of a template name.
func namedSubnets(data ec2types.ResponseLaunchTemplateData) []string {
	var ids []string
	for _, n := range data.NetworkInterfaces {
		if n.SubnetId != nil {
			ids = append(ids, *n.SubnetId)
		}
	}
	return ids
}

// parts spreads a launch evenly over the places. Where a place has no capacity, its share may go to another one, and where
// none has, to the next type.
func parts(count int, first string, others []string, places []Choice) []Part {
	types := append([]string{first}, slices.DeleteFunc(slices.Clone(others), func(t string) bool { return t == first })...)
	n := min(count, len(places))
	all := make([]Part, n)
	for i := range all {
		all[i].Count = count / n
		if i < count%n {
			all[i].Count++
		}
		for _, kind := range types {
			for _, choice := range turns(places, i, n) {
				choice.InstanceType = kind
				all[i].Choices = append(all[i].Choices, choice)
			}
		}
	}
	return all
}

// turns is the order in which the i-th of n parts tries the places: its own, then those that no part has, then the other
// parts'. A part that has to move does not crowd another one's zone as long as there is an empty one.
func turns(places []Choice, i, n int) []Choice {
	order := []Choice{places[i]}
	spare := places[n:]
	for turn := range spare {
		order = append(order, spare[(i+turn)%len(spare)])
	}
	for turn := 1; turn < n; turn++ {
		order = append(order, places[(i+turn)%n])
	}
	return order
}
