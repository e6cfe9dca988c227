package ec2

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

var templateFilters = tagged(filterSet[*template]{
	"launch-template-name": one(func(t *template) string { return t.Name }),
	"create-time":          one(func(t *template) string { return t.Created.Format("2006-01-02T15:04:05.000Z") }),
}, func(t *template) string { return t.ID })

// CreateLaunchTemplate makes a template with its version 1.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html
func (s *Service) CreateLaunchTemplate(ctx context.Context, in *ec2api.CreateLaunchTemplateInput) (*ec2api.CreateLaunchTemplateOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	if id, ok := r.TplTokens[deref(in.ClientToken)]; ok && deref(in.ClientToken) != "" {
		t, err := r.templateByID(id)
		if err == nil && t.Name == deref(in.LaunchTemplateName) {
			return &ec2api.CreateLaunchTemplateOutput{LaunchTemplate: new(r.describeTemplate(t))}, nil
		}
	}
	name := deref(in.LaunchTemplateName)
	if !templateName.MatchString(name) { // assumed: the text
		return nil, wire.Errorf("InvalidLaunchTemplateName.MalformedException", "Launch template name must be between 3 and 128 characters, and may contain letters, numbers, and the following characters: - ( ) . / _")
	}
	if _, err := r.templateByName(name); err == nil {
		return nil, wire.Errorf("InvalidLaunchTemplateName.AlreadyExistsException", "Launch template name already in use.")
	}
	data, err := readTemplateData(in.LaunchTemplateData)
	if err != nil {
		return nil, err
	}
	tags, err := templateTags(in.TagSpecifications)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	now := s.world.Now().Truncate(time.Second)
	t := &template{Seq: r.nextSeq(), ID: s.world.ID("lt"), Name: name, Created: now, Default: 1,
		Versions: []templateVersion{{Number: 1, Description: deref(in.VersionDescription), Created: now, Data: data}}}
	r.Templates = append(r.Templates, t)
	r.setTags(t.ID, tags)
	if token := deref(in.ClientToken); token != "" {
		r.TplTokens[token] = t.ID
	}
	return &ec2api.CreateLaunchTemplateOutput{LaunchTemplate: new(r.describeTemplate(t))}, nil
}

// templateTags reads the tags of a template itself.
func templateTags(specs []types.TagSpecification) (map[string]string, error) {
	var tags []types.Tag
	for _, spec := range specs {
		if spec.ResourceType != types.ResourceTypeLaunchTemplate { // assumed: the text
			return nil, wire.Errorf("InvalidParameterValue", "'%s' is not a valid taggable resource type for this operation.", spec.ResourceType)
		}
		tags = append(tags, spec.Tags...)
	}
	return readTags(tags)
}

// CreateLaunchTemplateVersion adds a version; what it does not give comes from the
// source version, if one is named.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplateVersion.html
func (s *Service) CreateLaunchTemplateVersion(ctx context.Context, in *ec2api.CreateLaunchTemplateVersionInput) (*ec2api.CreateLaunchTemplateVersionOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	t, err := r.template(in.LaunchTemplateId, in.LaunchTemplateName)
	if err != nil {
		return nil, err
	}
	token := deref(in.ClientToken)
	if earlier, ok := r.TplTokens[token]; ok && token != "" {
		if v, err := t.version(strings.TrimPrefix(earlier, t.ID+":")); err == nil {
			return &ec2api.CreateLaunchTemplateVersionOutput{LaunchTemplateVersion: new(r.describeVersion(t, v))}, nil
		}
	}
	data, err := readTemplateData(in.LaunchTemplateData)
	if err != nil {
		return nil, err
	}
	if in.SourceVersion != nil {
		source, err := t.version(*in.SourceVersion)
		if err != nil {
			return nil, err
		}
		data = inherit(source.Data, data)
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	v := templateVersion{Number: t.latest() + 1, Description: deref(in.VersionDescription), Created: s.world.Now().Truncate(time.Second), Data: data}
	t.Versions = append(t.Versions, v)
	if token != "" {
		r.TplTokens[token] = t.ID + ":" + versionText(v.Number)
	}
	return &ec2api.CreateLaunchTemplateVersionOutput{LaunchTemplateVersion: new(r.describeVersion(t, v))}, nil
}

// DeleteLaunchTemplate deletes a template with all its versions.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteLaunchTemplate.html
func (s *Service) DeleteLaunchTemplate(ctx context.Context, in *ec2api.DeleteLaunchTemplateInput) (*ec2api.DeleteLaunchTemplateOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	t, err := r.template(in.LaunchTemplateId, in.LaunchTemplateName)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	out := &ec2api.DeleteLaunchTemplateOutput{LaunchTemplate: new(r.describeTemplate(t))}
	r.Templates = slices.DeleteFunc(r.Templates, func(other *template) bool { return other == t })
	r.dropTags(t.ID)
	return out, nil
}

// DescribeLaunchTemplates lists templates.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplates.html
func (s *Service) DescribeLaunchTemplates(ctx context.Context, in *ec2api.DescribeLaunchTemplatesInput) (*ec2api.DescribeLaunchTemplatesOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	for _, id := range in.LaunchTemplateIds {
		if _, err := r.templateByID(id); err != nil {
			return nil, err
		}
	}
	for _, name := range in.LaunchTemplateNames {
		if _, err := r.templateByName(name); err != nil {
			return nil, err
		}
	}
	match, err := templateFilters.compile(in.Filters, r)
	if err != nil {
		return nil, err
	}
	found := filtered(r.Templates, func(t *template) bool {
		return asked(in.LaunchTemplateIds, t.ID) && asked(in.LaunchTemplateNames, t.Name) && match(t)
	})
	p := page{op: "DescribeLaunchTemplates", max: defaulted(in.MaxResults, 200), token: in.NextToken, least: 1, most: 200}
	found, next, err := cutPage(p, found, func(t *template) int64 { return t.Seq })
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	return &ec2api.DescribeLaunchTemplatesOutput{LaunchTemplates: mapped(found, r.describeTemplate), NextToken: next}, nil
}

// defaulted is MaxResults with the value that an operation takes when none is given.
func defaulted(asked *int32, value int32) *int32 { return cmp.Or(asked, new(value)) }

// DescribeLaunchTemplateVersions lists versions, newest first: of one template, or with
// $Latest or $Default and no template the ones of all.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplateVersions.html
func (s *Service) DescribeLaunchTemplateVersions(ctx context.Context, in *ec2api.DescribeLaunchTemplateVersionsInput) (*ec2api.DescribeLaunchTemplateVersionsOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	found, err := r.pickVersions(in)
	if err != nil {
		return nil, err
	}
	p := page{op: "DescribeLaunchTemplateVersions", max: defaulted(in.MaxResults, 200), token: in.NextToken, least: 1, most: 200}
	found, next, err := cutPage(p, found, func(v placedVersion) int64 { return v.place })
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	return &ec2api.DescribeLaunchTemplateVersionsOutput{NextToken: next, LaunchTemplateVersions: mapped(found, func(v placedVersion) types.LaunchTemplateVersion {
		return r.describeVersion(v.of, v.templateVersion)
	})}, nil
}

// placedVersion is a version in a list: newest first, so its place runs against its number.
type placedVersion struct {
	templateVersion
	of    *template
	place int64
}

func (r *region) pickVersions(in *ec2api.DescribeLaunchTemplateVersionsInput) ([]placedVersion, error) {
	if deref(in.LaunchTemplateId) == "" && deref(in.LaunchTemplateName) == "" && len(in.Versions) > 0 {
		return r.aliasedVersions(in.Versions)
	}
	t, err := r.template(in.LaunchTemplateId, in.LaunchTemplateName)
	if err != nil {
		return nil, err
	}
	named := map[int64]bool{}
	for _, selector := range in.Versions {
		v, err := t.version(selector)
		if err != nil {
			return nil, err
		}
		named[v.Number] = true
	}
	least, most, err := t.bounds(in.MinVersion, in.MaxVersion)
	if err != nil {
		return nil, err
	}
	var out []placedVersion
	for _, v := range slices.Backward(t.Versions) {
		if (len(named) == 0 || named[v.Number]) && v.Number >= least && v.Number <= most {
			out = append(out, placedVersion{v, t, maxVersions - v.Number})
		}
	}
	return out, nil
}

// maxVersions is how many versions a template can have.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/launch-template-restrictions.html
const maxVersions = 10_000

// aliasedVersions are the default or latest versions of every template.
func (r *region) aliasedVersions(selectors []string) ([]placedVersion, error) {
	var out []placedVersion
	for _, t := range r.Templates {
		for _, selector := range selectors {
			if selector != "$Latest" && selector != "$Default" {
				return nil, wire.Errorf("MissingParameter", "Either a launch template id or a launch template name must be specified in the request.")
			}
			v, err := t.version(selector)
			if err != nil {
				return nil, err
			}
			out = append(out, placedVersion{v, t, int64(len(out))})
		}
	}
	return out, nil
}

func (t *template) bounds(minVersion, maxVersion *string) (least, most int64, err error) {
	least, most = 1, maxVersions
	if minVersion != nil {
		v, err := t.version(*minVersion)
		if err != nil {
			return 0, 0, err
		}
		least = v.Number
	}
	if maxVersion != nil {
		v, err := t.version(*maxVersion)
		if err != nil {
			return 0, 0, err
		}
		most = v.Number
	}
	return least, most, nil
}

func (r *region) describeTemplate(t *template) types.LaunchTemplate {
	return types.LaunchTemplate{LaunchTemplateId: new(t.ID), LaunchTemplateName: new(t.Name), CreateTime: new(t.Created), CreatedBy: new(r.creator()),
		DefaultVersionNumber: new(t.Default), LatestVersionNumber: new(t.latest()), Tags: sdkTags(r.Tags[t.ID])}
}

func (r *region) describeVersion(t *template, v templateVersion) types.LaunchTemplateVersion {
	out := types.LaunchTemplateVersion{LaunchTemplateId: new(t.ID), LaunchTemplateName: new(t.Name), VersionNumber: new(v.Number), CreateTime: new(v.Created),
		CreatedBy: new(r.creator()), DefaultVersion: new(v.Number == t.Default), LaunchTemplateData: v.Data.describe()}
	if v.Description != "" {
		out.VersionDescription = new(v.Description)
	}
	return out
}

func (r *region) creator() string { return "arn:aws:iam::" + r.Scope.Account + ":root" }
