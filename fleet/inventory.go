package fleet

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

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
	Nodes bool      // what SSM knows of each, into Instance.Node
	Now   time.Time // what older= and newer= reckon from; the zero value: the time of this machine
}

// Listing is the answer to a Selector.
type Listing struct {
	Instances []Instance // sorted by name, then id
	Missing   []string   // ids that the selector names with no further condition and EC2 does not know, sorted
	NodesErr  error      // why Instance.Node is not filled in, where it was asked for: no reason to withhold the rest
}

// List returns the instances that s means, terminated ones included: what a command may act on it decides by their state.
//
// It costs one DescribeInstances call for each 1,000 instances (or each 200 ids), and with Nodes one SSM call for each
// 1,000 nodes of the account, or for each 50 instances where few are meant. Where s needs it, SSM is asked without Nodes too,
// and then its error is List's; names of launch templates cost one DescribeLaunchTemplates for each 200. A template that does
// not exist is a [*SelectorError].
func (v *Inventory) List(ctx context.Context, s Selector, o ListOptions) (Listing, error) {
	s, err := v.inform(ctx, s, o.Now)
	if err != nil {
		return Listing{}, err
	}
	needed := s.Needs().Nodes
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var nodes map[string]Node
	var nodesErr error
	var wg sync.WaitGroup
	// What a selector of tags means is known only after EC2 has answered. For the others SSM can be asked at the same time.
	early := (o.Nodes || needed) && (s.isAll() || len(s.IDs()) > 0)
	if early {
		wg.Go(func() { nodes, nodesErr = v.Nodes(ctx, s.IDs()) })
	}
	instances, err := v.collect(ctx, s)
	if err != nil {
		cancel()
	}
	wg.Wait()
	if err != nil {
		return Listing{}, err
	}
	if (o.Nodes || needed) && !early && len(instances) > 0 {
		nodes, nodesErr = v.Nodes(ctx, ids(instances))
	}
	if needed && nodesErr != nil {
		return Listing{}, nodesErr
	}
	for i := range instances {
		instances[i].Node = nodes[instances[i].ID]
	}
	lost := missing(s, instances)
	if needed {
		instances = s.withNodes().among(instances)
	}
	return Listing{Instances: instances, Missing: lost, NodesErr: nodesErr}, nil
}

// inform tells s all that it needs but the nodes.
func (v *Inventory) inform(ctx context.Context, s Selector, now time.Time) (Selector, error) {
	needs := s.Needs()
	facts := s.facts
	if needs.Now {
		if now.IsZero() {
			now = time.Now()
		}
		facts.Now = now
	}
	if len(needs.Templates) > 0 {
		templates, err := v.templates(ctx, needs.Templates)
		if err != nil {
			return Selector{}, err
		}
		maps.Copy(templates, facts.Templates)
		facts.Templates = templates
	}
	return s.With(facts), nil
}

// templates returns the ids of launch templates by their names, all of which must exist: one that does not is more likely
// mistyped than meant.
func (v *Inventory) templates(ctx context.Context, names []string) (map[string]string, error) {
	found := make(map[string]string, len(names))
	for chunk := range slices.Chunk(names, maxFilterValues) {
		pages := ec2.NewDescribeLaunchTemplatesPaginator(v.ec2, &ec2.DescribeLaunchTemplatesInput{
			Filters:    []ec2types.Filter{{Name: new("launch-template-name"), Values: escaped(chunk)}},
			MaxResults: new(int32(maxFilterValues)), // the most: API_DescribeLaunchTemplates.html
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, fmt.Errorf("look up launch templates by name: %w", err)
			}
			for _, template := range page.LaunchTemplates {
				found[aws.ToString(template.LaunchTemplateName)] = aws.ToString(template.LaunchTemplateId)
			}
		}
	}
	for _, name := range names {
		if found[name] == "" {
			return nil, &SelectorError{Kind: UnknownTemplate, Text: name}
		}
	}
	return found, nil
}

// escaped makes names filter values that stand for nothing else.
func escaped(names []string) []string {
	values := make([]string, len(names))
	for i, name := range names {
		values[i] = string(patternOf(literals(name)))
	}
	return values
}

// Instances yields the instances that s means as EC2 gives them, page by page and in no order, each once. After an error it
// ends. Where s needs what SSM knows, all are read before the first one comes. older= and newer= reckon from the time of this
// machine unless s was told another.
func (v *Inventory) Instances(ctx context.Context, s Selector) iter.Seq2[Instance, error] {
	return func(yield func(Instance, error) bool) {
		s, err := v.inform(ctx, s, time.Time{})
		switch {
		case err != nil:
			yield(Instance{}, err)
		case s.Needs().Nodes:
			v.yieldList(ctx, s, yield)
		default:
			v.stream(ctx, s, yield)
		}
	}
}

func (v *Inventory) yieldList(ctx context.Context, s Selector, yield func(Instance, error) bool) {
	listing, err := v.List(ctx, s, ListOptions{})
	if err != nil {
		yield(Instance{}, err)
		return
	}
	for _, instance := range listing.Instances {
		if !yield(instance, nil) {
			return
		}
	}
}

// stream yields what s means, as far as it can decide by now: what it may mean is among them. Several queries may find one
// instance, and an instance may move between pages while they are read.
func (v *Inventory) stream(ctx context.Context, s Selector, yield func(Instance, error) bool) {
	seen := map[string]bool{}
	for _, filters := range s.Queries() {
		for instance, err := range v.query(ctx, filters) {
			if err == nil && (seen[instance.ID] || !s.possible(instance)) {
				continue
			}
			seen[instance.ID] = true
			if !yield(instance, err) || err != nil {
				return
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

// collect reads what s may mean, sorted.
func (v *Inventory) collect(ctx context.Context, s Selector) ([]Instance, error) {
	var instances []Instance
	var failed error
	v.stream(ctx, s, func(instance Instance, err error) bool {
		if err != nil {
			failed = err
			return false
		}
		instances = append(instances, instance)
		return true
	})
	slices.SortFunc(instances, byName)
	return instances, failed
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
	found := make(map[string]bool, len(instances))
	for _, instance := range instances {
		found[instance.ID] = true
	}
	return slices.DeleteFunc(s.loneIDs(), func(id string) bool { return found[id] })
}
