package ec2

import (
	"context"
	"strconv"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/world"
)

// instanceFilters are those of DescribeInstances' many filters that are modelled.
var instanceFilters = tagged(filterSet[*instance]{
	"architecture":                           one(func(i *instance) string { return string(i.Arch) }),
	"availability-zone":                      one(func(i *instance) string { return i.Zone }),
	"client-token":                           one(func(i *instance) string { return i.ClientToken }),
	"dns-name":                               func(r *region, i *instance) []string { return present(i.publicDNS(r.Scope.Region)) },
	"hypervisor":                             one(func(*instance) string { return "xen" }),
	"iam-instance-profile.arn":               one(func(i *instance) string { return i.ProfileArn }),
	"image-id":                               one(func(i *instance) string { return i.ImageID }),
	"instance-id":                            one(func(i *instance) string { return i.ID }),
	"instance-state-code":                    one(func(i *instance) string { return strconv.Itoa(int(stateCodes[i.State])) }),
	"instance-state-name":                    one(func(i *instance) string { return string(i.State) }),
	"instance-type":                          one(func(i *instance) string { return i.Type }),
	"instance.group-id":                      func(_ *region, i *instance) []string { return i.groups() },
	"instance.group-name":                    func(r *region, i *instance) []string { return r.groupNames(i.groups()) },
	"key-name":                               one(func(i *instance) string { return i.KeyName }),
	"ip-address":                             one(func(i *instance) string { return addrText(i.PublicIP) }),
	"launch-index":                           one(func(i *instance) string { return strconv.Itoa(int(i.LaunchIndex)) }),
	"launch-time":                            one(func(i *instance) string { return i.Launched.Format("2006-01-02T15:04:05.000Z") }),
	"network-interface.subnet-id":            one(func(i *instance) string { return i.SubnetID }),
	"owner-id":                               func(r *region, _ *instance) []string { return []string{r.Scope.Account} },
	"platform-details":                       one(func(i *instance) string { return i.platformDetails() }),
	"private-dns-name":                       func(r *region, i *instance) []string { return present(i.privateDNS(r.Scope.Region)) },
	"private-ip-address":                     one(func(i *instance) string { return addrText(i.PrivateIP) }),
	"reason":                                 one(func(i *instance) string { return i.Reason }),
	"reservation-id":                         one(func(i *instance) string { return i.ReservationID }),
	"root-device-name":                       one(func(i *instance) string { return i.RootDevice }),
	"root-device-type":                       one(func(*instance) string { return "ebs" }),
	"state-reason-code":                      one(func(i *instance) string { return i.ReasonCode }),
	"state-reason-message":                   one(func(i *instance) string { return i.ReasonText }),
	"subnet-id":                              one(func(i *instance) string { return i.SubnetID }),
	"tenancy":                                one(func(*instance) string { return "default" }),
	"virtualization-type":                    one(func(*instance) string { return "hvm" }),
	"vpc-id":                                 func(r *region, i *instance) []string { return []string{r.vpcOf(i.SubnetID)} },
	"block-device-mapping.volume-id":         func(_ *region, i *instance) []string { return mapped(i.Disks, func(d *disk) string { return d.ID }) },
	"network-interface.network-interface-id": func(_ *region, i *instance) []string { return mapped(i.NICs, func(n *nic) string { return n.ID }) },
}, func(i *instance) string { return i.ID })

func present(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// find returns the instances with the ids, in the order given, each once.
func (r *region) find(ids []string) ([]*instance, error) { return find(&r.Instances, "i", ids) }

func filtered[T any](items []T, match func(T) bool) []T {
	var out []T
	for _, i := range items {
		if match(i) {
			out = append(out, i)
		}
	}
	return out
}

// DescribeInstances lists instances, grouped by the launch that made them.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
func (s *Service) DescribeInstances(ctx context.Context, in *ec2api.DescribeInstancesInput) (*ec2api.DescribeInstancesOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	found, next, err := r.instanceQuery(in).run(r)
	if err != nil {
		return nil, err
	}
	return &ec2api.DescribeInstancesOutput{Reservations: r.reservations(found), NextToken: next}, nil
}

func (r *region) instanceQuery(in *ec2api.DescribeInstancesInput) query[*instance] {
	return query[*instance]{
		page: page{op: "DescribeInstances", max: in.MaxResults, token: in.NextToken, idsName: "instancesSet", least: 5, most: 1000},
		from: &r.Instances, prefix: "i", named: in.InstanceIds, filters: in.Filters, by: instanceFilters, dryRun: in.DryRun, narrow: r.byTag.narrow,
	}
}

// reservations groups instances by the launch that made them.
func (r *region) reservations(found []*instance) []types.Reservation {
	out := []types.Reservation{}
	at := map[string]int{}
	for _, i := range found {
		n, ok := at[i.ReservationID]
		if !ok {
			n = len(out)
			at[i.ReservationID] = n
			out = append(out, types.Reservation{ReservationId: new(i.ReservationID), OwnerId: new(r.Scope.Account)})
		}
		out[n].Instances = append(out[n].Instances, r.describe(i))
	}
	return out
}
