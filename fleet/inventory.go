package fleet

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
)

// Inventory finds instances in one account and region. It may be used from several goroutines at once.
type Inventory struct {
	ec2 *ec2.Client
	ssm *ssm.Client
}

// NewInventory returns the Inventory of the account and region of cfg.
func NewInventory(cfg aws.Config) *Inventory {
	return &Inventory{ec2: ec2.NewFromConfig(cfg), ssm: ssm.NewFromConfig(cfg)}
}

// ListOptions say what to read besides the instances.
type ListOptions struct {
	Nodes bool // what SSM knows of each, into Instance.Node
}

// Listing is the answer to a Selector.
type Listing struct {
	Instances []Instance // sorted by name, then id
	Missing   []string   // ids that the selector names and EC2 does not know, sorted
	NodesErr  error      // why Instance.Node is not filled in, where it was asked for: no reason to withhold the rest
}

// List returns the instances that s means, terminated ones included: what a command may act on it decides by their state.
//
// It costs one DescribeInstances call for each 1,000 instances (or each 200 ids), and with Nodes one SSM call for each
// 1,000 nodes of the account, or for each 50 instances where few are meant.
func (v *Inventory) List(ctx context.Context, s Selector, o ListOptions) (Listing, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var nodes map[string]Node
	var nodesErr error
	var wg sync.WaitGroup
	// What a selector of tags means is known only after EC2 has answered. For the others SSM can be asked at the same time.
	early := o.Nodes && (s.all || len(s.ids) > 0)
	if early {
		wg.Go(func() { nodes, nodesErr = v.Nodes(ctx, s.ids) })
	}
	instances, err := v.collect(ctx, s)
	if err != nil {
		cancel()
	}
	wg.Wait()
	if err != nil {
		return Listing{}, err
	}
	if o.Nodes && !early && len(instances) > 0 {
		nodes, nodesErr = v.Nodes(ctx, ids(instances))
	}
	for i := range instances {
		instances[i].Node = nodes[instances[i].ID]
	}
	return Listing{Instances: instances, Missing: missing(s, instances), NodesErr: nodesErr}, nil
}

// Instances yields the instances that s means as EC2 gives them, page by page and in no order. After an error it ends.
func (v *Inventory) Instances(ctx context.Context, s Selector) iter.Seq2[Instance, error] {
	return func(yield func(Instance, error) bool) {
		for _, filters := range s.Queries() {
			for instance, err := range v.query(ctx, filters) {
				if err == nil && !s.Match(instance) {
					continue
				}
				if !yield(instance, err) || err != nil {
					return
				}
			}
		}
	}
}

// pageSize is the largest page of DescribeInstances. It is always set: a call with neither filter nor page size is throttled
// sooner (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html).
const pageSize = 1000

// query yields what one list of filters lets through. Ids are filter values, never the parameter InstanceIds: one id that
// does not exist fails that call, while a filter passes over it.
func (v *Inventory) query(ctx context.Context, filters []ec2types.Filter) iter.Seq2[Instance, error] {
	return func(yield func(Instance, error) bool) {
		pages := ec2.NewDescribeInstancesPaginator(v.ec2, &ec2.DescribeInstancesInput{
			Filters:    filters,
			MaxResults: new(int32(pageSize)),
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(Instance{}, fmt.Errorf("list instances: %w", err))
				return
			}
			for _, reservation := range page.Reservations {
				for _, instance := range reservation.Instances {
					if !yield(FromEC2(instance), nil) {
						return
					}
				}
			}
		}
	}
}

// collect reads the instances that s means, sorted, each once: an instance may move between pages while they are read.
func (v *Inventory) collect(ctx context.Context, s Selector) ([]Instance, error) {
	var instances []Instance
	for instance, err := range v.Instances(ctx, s) {
		if err != nil {
			return nil, err
		}
		instances = append(instances, instance)
	}
	slices.SortFunc(instances, byName)
	return slices.CompactFunc(instances, func(a, b Instance) bool { return a.ID == b.ID }), nil
}

func byName(a, b Instance) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
}

func ids(instances []Instance) []string {
	ids := make([]string, len(instances))
	for i, instance := range instances {
		ids[i] = instance.ID
	}
	return ids
}

// missing returns the ids that s names and instances lack. With a further condition an instance that exists may be absent:
// then nothing can be said.
func missing(s Selector, instances []Instance) []string {
	if len(s.terms) > 0 {
		return nil
	}
	found := make(map[string]bool, len(instances))
	for _, instance := range instances {
		found[instance.ID] = true
	}
	return slices.DeleteFunc(slices.Clone(s.ids), func(id string) bool { return found[id] })
}
