// Package launch starts new instances from a launch template, or like an instance that exists.
//
// Start with a [Request]. [Launcher.Plan] resolves the template and its version, so that what is confirmed is what is
// launched; [Launcher.Apply] launches it, and [Launcher.Wait] waits until the instances run, pass their status checks or can
// be reached through SSM.
//
//	plan, err := launcher.Plan(ctx, launch.Request{Template: "web", Count: 3, ClientToken: rand.Text()})
//	results, err := launcher.Apply(ctx, plan, nil)
//
// [Launcher.Templates] and [Launcher.Version] read what templates there are; [Changes] compares two versions. The package
// makes and changes no templates.
package launch

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/fleet"
)

// Launcher launches in one account and region. It may be used from several goroutines at once.
type Launcher struct {
	ec2       *ec2.Client
	inventory *fleet.Inventory
}

// New returns the Launcher of the account and region of cfg.
func New(cfg aws.Config) *Launcher {
	return &Launcher{ec2: ec2.NewFromConfig(cfg), inventory: fleet.NewInventory(cfg)}
}

// Result is what came of one new instance.
type Result struct {
	Instance fleet.Instance // as EC2 said last
	Err      error          // nil, or why it did not arrive; it does not name the instance
}

// Apply launches a plan, part by part: all instances of a part, or none. Where EC2 has no capacity for a part's choice, moved
// (which may be nil) is called and the next choice is tried.
//
// The results are the instances that exist, sorted by id, also beside an error. An error that is no answer of EC2's leaves
// open whether the part under way was launched: what EC2 already shows of it is among the results. Repeating Apply with the
// plan, or with a plan of the same request and client token and Repeated set, launches nothing twice and returns the first
// instances (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html). Where there are several choices it
// looks first which of them was taken, because one that had no capacity then may have it now.
//
// EC2 answers with an error, among others, where the account's quota has no room (VcpuLimitExceeded); where no choice has
// capacity, the error is a [*CapacityError]. EC2 may also take an instance and terminate it at once; only [Launcher.Wait]
// sees that.
func (l *Launcher) Apply(ctx context.Context, plan Plan, moved func(Move)) ([]Result, error) {
	a := applying{launcher: l, plan: plan, moved: moved}
	err := a.all(ctx)
	slices.SortFunc(a.results, func(x, y Result) int { return cmp.Compare(x.Instance.ID, y.Instance.ID) })
	if err != nil {
		return a.results, fmt.Errorf("launch %d %s: %w", plan.Count, plan.Source(), err)
	}
	return a.results, nil
}

// applying is the state of one Apply.
type applying struct {
	launcher *Launcher
	plan     Plan
	moved    func(Move)
	taken    map[string][]ec2types.Instance // what client tokens were used for before
	results  []Result
}

func (a *applying) all(ctx context.Context) (err error) {
	if a.plan.Repeated && len(a.plan.tokens()) > 1 {
		if a.taken, err = a.launcher.byToken(ctx, a.plan.tokens()); err != nil {
			return err
		}
	}
	for n := range a.plan.Parts {
		instances, err := a.part(ctx, n)
		if err != nil && !answered(err) {
			instances = a.shown(ctx, n)
			if len(instances) == a.plan.Parts[n].Count && ctx.Err() == nil {
				err = nil // the answer was lost, the launch was not
			}
		}
		for _, instance := range instances {
			a.results = append(a.results, Result{Instance: fleet.FromEC2(instance)})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// part launches a part with the first of its choices that has capacity.
func (a *applying) part(ctx context.Context, n int) ([]ec2types.Instance, error) {
	part := a.plan.Parts[n]
	for c := range part.Choices {
		if before := a.taken[a.plan.token(n, c)]; len(before) > 0 {
			return before, nil
		}
	}
	for c, choice := range part.Choices {
		in, err := a.plan.request(part, choice, a.plan.token(n, c))
		if err != nil {
			return nil, err
		}
		out, err := a.launcher.ec2.RunInstances(ctx, in)
		if err == nil {
			return out.Instances, nil
		}
		if !noCapacity(err) {
			return nil, err
		}
		full := &CapacityError{Choice: a.plan.where(choice), Err: err}
		if c == len(part.Choices)-1 {
			return nil, full
		}
		if a.moved != nil {
			a.moved(Move{Count: part.Count, To: part.Choices[c+1], Err: full})
		}
	}
	return nil, nil // a part has at least one choice
}

// observeBound is how long a launch that was interrupted or lost its answer is looked for.
const observeBound = 10 * time.Second

// shown returns what EC2 shows of a part whose call was not answered. EC2 may show it later: its answers trail its deeds.
func (a *applying) shown(ctx context.Context, n int) []ec2types.Instance {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), observeBound)
	defer cancel()
	var tokens []string
	for c := range a.plan.Parts[n].Choices {
		tokens = append(tokens, a.plan.token(n, c))
	}
	found, err := a.launcher.byToken(ctx, tokens)
	if err != nil {
		return nil // the error of the launch tells that it is not known
	}
	return slices.Concat(slices.Collect(maps.Values(found))...)
}

// maxFilterValues is how many values the filters of a call may have
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html).
const maxFilterValues = 200

// byToken returns the instances that were launched with client tokens and are not at their end, by token.
func (l *Launcher) byToken(ctx context.Context, tokens []string) (map[string][]ec2types.Instance, error) {
	found := map[string][]ec2types.Instance{}
	for chunk := range slices.Chunk(tokens, maxFilterValues) {
		pages := ec2.NewDescribeInstancesPaginator(l.ec2, &ec2.DescribeInstancesInput{
			Filters: []ec2types.Filter{{Name: new("client-token"), Values: chunk}}, MaxResults: new(int32(1000)),
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, fmt.Errorf("look for what was launched before: %w", err)
			}
			for _, r := range page.Reservations {
				for _, i := range r.Instances {
					if !fleet.FromEC2(i).State.Gone() {
						found[aws.ToString(i.ClientToken)] = append(found[aws.ToString(i.ClientToken)], i)
					}
				}
			}
		}
	}
	return found, nil
}

// tagSpecifications gives the tags to the instances and their volumes, and to the requests of spot instances. EC2 adds them
// to the template's own, and refuses an empty list.
func tagSpecifications(tags map[string]string, spot bool) []ec2types.TagSpecification {
	if len(tags) == 0 {
		return nil
	}
	var list []ec2types.Tag
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		list = append(list, ec2types.Tag{Key: new(key), Value: new(tags[key])})
	}
	specs := []ec2types.TagSpecification{
		{ResourceType: ec2types.ResourceTypeInstance, Tags: list},
		{ResourceType: ec2types.ResourceTypeVolume, Tags: list},
	}
	if spot {
		specs = append(specs, ec2types.TagSpecification{ResourceType: ec2types.ResourceTypeSpotInstancesRequest, Tags: list})
	}
	return specs
}
