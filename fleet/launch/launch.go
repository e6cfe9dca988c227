// Package launch starts new instances from a launch template.
//
// Start with a [Request]. [Launcher.Plan] resolves the template and its version, so that what is confirmed is what is
// launched; [Launcher.Apply] launches it, and [Launcher.Wait] waits until the instances run, pass their status checks or can
// be reached through SSM.
//
//	plan, err := launcher.Plan(ctx, launch.Request{Template: "web", Count: 3, ClientToken: rand.Text()})
//	results, err := launcher.Apply(ctx, plan)
//
// It makes no templates, and it does not spread a launch over zones or types: a launch that does not fit is refused whole.
package launch

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

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

// Apply launches a plan: all instances of it, or none. Repeating it with the plan, or with a plan of the same request and
// client token, launches nothing twice and returns the first instances
// (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html). The results are sorted by id.
//
// EC2 answers with an error, among others, where the account's quota or the zone has no room for all (VcpuLimitExceeded,
// InsufficientInstanceCapacity). It may also take an instance and terminate it at once; only [Launcher.Wait] sees that.
func (l *Launcher) Apply(ctx context.Context, plan Plan) ([]Result, error) {
	out, err := l.ec2.RunInstances(ctx, &ec2.RunInstancesInput{
		LaunchTemplate:    &ec2types.LaunchTemplateSpecification{LaunchTemplateId: new(plan.TemplateID), Version: new(plan.VersionText())},
		MinCount:          new(int32(plan.Count)),
		MaxCount:          new(int32(plan.Count)),
		ClientToken:       new(plan.ClientToken),
		TagSpecifications: tagSpecifications(plan.Tags),
	})
	if err != nil {
		return nil, fmt.Errorf("launch %d from %s: %w", plan.Count, plan.TemplateName, err)
	}
	results := make([]Result, len(out.Instances))
	for i, instance := range out.Instances {
		results[i].Instance = fleet.FromEC2(instance)
	}
	slices.SortFunc(results, func(a, b Result) int { return cmp.Compare(a.Instance.ID, b.Instance.ID) })
	return results, nil
}

// tagSpecifications gives the tags to the instances and their volumes. EC2 adds them to the template's own, and refuses an
// empty list.
func tagSpecifications(tags map[string]string) []ec2types.TagSpecification {
	if len(tags) == 0 {
		return nil
	}
	var list []ec2types.Tag
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		list = append(list, ec2types.Tag{Key: new(key), Value: new(tags[key])})
	}
	return []ec2types.TagSpecification{
		{ResourceType: ec2types.ResourceTypeInstance, Tags: list},
		{ResourceType: ec2types.ResourceTypeVolume, Tags: list},
	}
}
