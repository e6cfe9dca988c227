package ec2

import (
	"context"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// Limits of tags.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions
const (
	maxTags          = 50
	maxTagKeyChars   = 128
	maxTagValueChars = 256
)

// readTags checks tags that a user gives.
func readTags(tags []types.Tag) (map[string]string, error) {
	out := map[string]string{}
	for _, t := range tags {
		key, value := deref(t.Key), deref(t.Value)
		switch { // assumed: the texts of the lengths
		case key == "":
			return nil, wire.Errorf("InvalidParameterValue", "Tag key cannot be null or empty. Specify a valid tag key.")
		case strings.HasPrefix(strings.ToLower(key), "aws:"):
			return nil, wire.Errorf("InvalidParameterValue", "Tag keys starting with 'aws:' are reserved for internal use")
		case utf8.RuneCountInString(key) > maxTagKeyChars:
			return nil, wire.Errorf("InvalidParameterValue", "Tag key exceeds the maximum length of %d characters", maxTagKeyChars)
		case utf8.RuneCountInString(value) > maxTagValueChars:
			return nil, wire.Errorf("InvalidParameterValue", "Tag value exceeds the maximum length of %d characters", maxTagValueChars)
		}
		if _, ok := out[key]; ok {
			return nil, wire.Errorf("InvalidParameterValue", "Duplicate tag key '%s' specified.", key)
		}
		out[key] = value
	}
	if len(out) > maxTags {
		return nil, tagLimit()
	}
	return out, nil
}

func tagLimit() error {
	return wire.Errorf("TagLimitExceeded", "More than %d tags specified", maxTags) // assumed: the text
}

// taggable says of which kind a resource is, by the prefix of its id, or that it cannot
// be tagged because there is no such thing.
func (r *region) taggable(id string) (types.ResourceType, error) {
	prefix := id[:max(strings.LastIndexByte(id, '-'), 0)]
	k, ok := kinds[prefix]
	if !ok || k.tags == "" {
		return "", wire.Errorf("InvalidID", "The ID '%s' is not valid", id)
	}
	if err := checkID(prefix, id); err != nil {
		return "", err
	}
	if !k.has(r, id) {
		return "", notFound(prefix, id)
	}
	return k.tags, nil
}

// CreateTags adds tags to resources, or changes the values of those that are there.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html
func (s *Service) CreateTags(ctx context.Context, in *ec2api.CreateTagsInput) (*ec2api.CreateTagsOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	if len(in.Resources) == 0 || len(in.Tags) == 0 {
		return nil, missingTagParameter(in.Resources)
	}
	tags, err := readTags(in.Tags)
	if err != nil {
		return nil, err
	}
	for _, id := range in.Resources {
		if _, err := r.taggable(id); err != nil {
			return nil, err
		}
		if r.userTagsWith(id, tags) > maxTags {
			return nil, tagLimit()
		}
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	for _, id := range in.Resources {
		r.setTags(id, tags)
		s.tellTags(r, id)
	}
	return &ec2api.CreateTagsOutput{}, nil
}

// tellTags tells the other services what tags an instance has now.
func (s *Service) tellTags(r *region, id string) {
	if r.Instances.get(id) != nil {
		world.TagsChanged.Publish(s.world, r.Scope, world.InstanceTags{InstanceID: id, Tags: maps.Clone(r.Tags[id])})
	}
}

func missingTagParameter(resources []string) error {
	name := "TagSet"
	if len(resources) == 0 {
		name = "resourceIdSet"
	}
	return wire.Errorf("MissingParameter", "The request must contain the parameter %s", name)
}

// userTagsWith counts a resource's tags after some were added, AWS's own left out.
func (r *region) userTagsWith(id string, tags map[string]string) int {
	all := maps.Clone(tags)
	for k := range r.Tags[id] {
		if !strings.HasPrefix(k, "aws:") {
			all[k] = ""
		}
	}
	return len(all)
}

// DeleteTags removes tags: by key, or only where the value given is the tag's; without
// tags, all that a user set.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html
func (s *Service) DeleteTags(ctx context.Context, in *ec2api.DeleteTagsInput) (*ec2api.DeleteTagsOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	if len(in.Resources) == 0 {
		return nil, missingTagParameter(nil)
	}
	for _, id := range in.Resources {
		if _, err := r.taggable(id); err != nil {
			return nil, err
		}
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	for _, id := range in.Resources {
		r.removeTags(id, func(k, v string) bool {
			return !strings.HasPrefix(k, "aws:") && deletesTag(in.Tags, k, v)
		})
		s.tellTags(r, id)
	}
	return &ec2api.DeleteTagsOutput{}, nil
}

func deletesTag(asked []types.Tag, key, value string) bool {
	return len(asked) == 0 || slices.ContainsFunc(asked, func(t types.Tag) bool {
		return deref(t.Key) == key && (t.Value == nil || *t.Value == value)
	})
}

// tagRow is a tag in DescribeTags' list.
type tagRow struct {
	place          int64
	id, key, value string
	kind           types.ResourceType
}

var tagFilters = filterSet[tagRow]{
	"key":           one(func(t tagRow) string { return t.key }),
	"resource-id":   one(func(t tagRow) string { return t.id }),
	"resource-type": one(func(t tagRow) string { return string(t.kind) }),
	"tag:":          func(_ *region, t tagRow) []string { return []string{t.key + "\x00" + t.value} },
	"value":         func(_ *region, t tagRow) []string { return []string{t.value} },
}

// DescribeTags lists tags, by resource and key.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTags.html
func (s *Service) DescribeTags(ctx context.Context, in *ec2api.DescribeTagsInput) (*ec2api.DescribeTagsOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	match, err := tagFilters.compile(in.Filters, r)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	var rows []tagRow
	for _, id := range slices.Sorted(maps.Keys(r.Tags)) {
		kind, err := r.taggable(id)
		if err != nil {
			continue // a resource that is going away keeps no visible tags
		}
		for _, k := range slices.Sorted(maps.Keys(r.Tags[id])) {
			rows = append(rows, tagRow{int64(len(rows)), id, k, r.Tags[id][k], kind})
		}
	}
	p := page{op: "DescribeTags", max: in.MaxResults, token: in.NextToken, least: 5, most: 1000}
	found, next, err := cutPage(p, filtered(rows, match), func(t tagRow) int64 { return t.place })
	if err != nil {
		return nil, err
	}
	return &ec2api.DescribeTagsOutput{NextToken: next, Tags: mapped(found, func(t tagRow) types.TagDescription {
		return types.TagDescription{ResourceId: new(t.id), ResourceType: t.kind, Key: new(t.key), Value: new(t.value)}
	})}, nil
}

// tagsFor reads the tags that a call which makes one kind of resource gives it. Tags for
// another kind are refused. assumed: the text.
func tagsFor(kind types.ResourceType, specs []types.TagSpecification) (map[string]string, error) {
	out := map[string]string{}
	for _, spec := range specs {
		switch {
		case spec.ResourceType != kind:
			return nil, wire.Errorf("InvalidParameterValue", "'%s' is not a valid taggable resource type for this operation.", spec.ResourceType)
		case len(spec.Tags) == 0:
			return nil, wire.Errorf("InvalidParameterValue", "Tag specification must have at least one tag")
		}
		tags, err := readTags(spec.Tags)
		if err != nil {
			return nil, err
		}
		maps.Copy(out, tags)
	}
	return out, nil
}

// ownTags are the tags that a user set, without AWS's own.
func ownTags(tags map[string]string) map[string]string {
	own := maps.Clone(tags)
	maps.DeleteFunc(own, func(k, _ string) bool { return strings.HasPrefix(k, "aws:") })
	return own
}
