package settings

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/fleet"
)

// MaxTags is how many tags a resource can have, AWS's own (aws:…) not counted
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions).
const MaxTags = 50

// tagBatch is how many resources CreateTags and DeleteTags take
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html).
const tagBatch = 1000

// TagChange is what happens to the tags of instances. Either Set or Remove is given.
type TagChange struct {
	Set      map[string]string  // tags that are added, or get another value
	Remove   map[string]*string // tags that are removed: nil by key, else only where the tag has this value
	Attached bool               // the instances' volumes and network interfaces too
}

// Verb is the command's name: "tag" or "untag".
func (c TagChange) Verb() string {
	if len(c.Remove) > 0 {
		return "untag"
	}
	return "tag"
}

// Plan sorts what a selector means: an instance that is tagged so already is not asked for again, unless it is for what is
// attached to it, whose tags are not known; one that would get too many tags cannot be.
func (c TagChange) Plan(listing fleet.Listing, selector fleet.Selector) Plan {
	plan := NewPlan(c.Verb(), listing, selector)
	candidates := plan.Change
	plan.Change = nil
	for _, instance := range candidates {
		after := c.after(instance.Tags)
		switch {
		case userTags(after) > MaxTags:
			plan.refuse(instance, fmt.Errorf("it would have %d tags; at most %d", userTags(after), MaxTags))
		case maps.Equal(after, instance.Tags) && !c.Attached:
			plan.Already = append(plan.Already, instance)
		default:
			plan.Change = append(plan.Change, instance)
		}
	}
	return plan
}

// after is what tags are once they were changed.
func (c TagChange) after(tags map[string]string) map[string]string {
	after := maps.Clone(tags)
	if after == nil {
		after = map[string]string{}
	}
	maps.Copy(after, c.Set)
	maps.DeleteFunc(after, func(key, value string) bool {
		want, remove := c.Remove[key]
		return remove && (want == nil || *want == value)
	})
	return after
}

func userTags(tags map[string]string) int {
	n := 0
	for key := range tags {
		if !reserved(key) {
			n++
		}
	}
	return n
}

func reserved(key string) bool { return strings.HasPrefix(strings.ToLower(key), "aws:") }

// Tag carries out a plan that c made, and returns one result for each of its instances. It costs one call for each 1,000
// instances, volumes and network interfaces. Repeating it is harmless. An instance fails where it or anything attached to it
// does.
//
// The error is one that concerns no instance; see [fleet.Batcher].
func (s *Settings) Tag(ctx context.Context, plan Plan, c TagChange) ([]Result, error) {
	resources, owner := c.resources(plan)
	b := fleet.Batcher{Do: s.tagCall(c)}
	for batch := range slices.Chunk(resources, tagBatch) {
		b.Send(ctx, batch)
	}
	return plan.results(byInstance(b.Failed, owner), b.Fatal)
}

// Calls is how many calls of EC2 Tag makes for a plan, where EC2 refuses none of its resources.
func (c TagChange) Calls(plan Plan) int {
	resources, _ := c.resources(plan)
	return (len(resources) + tagBatch - 1) / tagBatch
}

// resources are what the change of a plan is about, and for each the instance that it belongs to.
func (c TagChange) resources(plan Plan) (resources []string, owner map[string]string) {
	owner = map[string]string{}
	for _, instance := range plan.Change {
		of := []string{instance.ID}
		if c.Attached {
			of = slices.Concat(of, instance.Volumes, instance.Interfaces)
		}
		for _, id := range of {
			owner[id] = instance.ID
		}
		resources = append(resources, of...)
	}
	return resources, owner
}

// byInstance makes the errors of resources those of the instances that they belong to.
func byInstance(failed map[string]error, owner map[string]string) map[string]error {
	errs := map[string]error{}
	for _, resource := range slices.Sorted(maps.Keys(failed)) {
		err, id := failed[resource], owner[resource]
		if resource != id && !isUnsent(err) {
			err = fmt.Errorf("%s: %w", resource, err)
		}
		if errs[id] == nil || isUnsent(errs[id]) {
			errs[id] = err
		}
	}
	return errs
}

func isUnsent(err error) bool {
	_, unsent := errors.AsType[*fleet.NotSentError](err)
	return unsent
}

// tagCall is the call that changes the tags of some resources.
func (s *Settings) tagCall(c TagChange) func(ctx context.Context, ids []string) error {
	var tags []ec2types.Tag
	for _, key := range slices.Sorted(maps.Keys(c.Set)) {
		tags = append(tags, ec2types.Tag{Key: new(key), Value: new(c.Set[key])})
	}
	for _, key := range slices.Sorted(maps.Keys(c.Remove)) {
		tags = append(tags, ec2types.Tag{Key: new(key), Value: c.Remove[key]})
	}
	if len(c.Remove) > 0 {
		return func(ctx context.Context, ids []string) error {
			_, err := s.ec2.DeleteTags(ctx, &ec2.DeleteTagsInput{Resources: ids, Tags: tags})
			return err
		}
	}
	return func(ctx context.Context, ids []string) error {
		_, err := s.ec2.CreateTags(ctx, &ec2.CreateTagsInput{Resources: ids, Tags: tags})
		return err
	}
}
