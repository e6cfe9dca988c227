package ec2

import (
	"context"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/world"
)

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
