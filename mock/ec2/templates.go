package ec2

import (
	"cmp"
	"context"
	"slices"
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

// maxTemplates is how many templates an account can have in a region.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/launch-template-restrictions.html
const maxTemplates = 5_000

// CreateLaunchTemplate makes a template with its version 1.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html
func (s *Service) CreateLaunchTemplate(ctx context.Context, in *ec2api.CreateLaunchTemplateInput) (*ec2api.CreateLaunchTemplateOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	sum := digest(in, "ClientToken", "DryRun")
	if made, err := r.madeBefore("CreateLaunchTemplate", in.ClientToken, sum); err != nil {
		return nil, err
	} else if made != "" {
		t, err := r.templateByID(made)
		if err != nil {
			return nil, err
		}
		return &ec2api.CreateLaunchTemplateOutput{LaunchTemplate: new(r.describeTemplate(t))}, nil
	}
	name := deref(in.LaunchTemplateName)
	if !templateName.MatchString(name) { // assumed: the text
		return nil, wire.Errorf("InvalidLaunchTemplateName.MalformedException", "Launch template name must be between 3 and 128 characters, and may contain letters, numbers, and the following characters: - ( ) . / _")
	}
	if _, err := r.templateByName(name); err == nil {
		return nil, wire.Errorf("InvalidLaunchTemplateName.AlreadyExistsException", "Launch template name already in use.")
	}
	if len(r.Templates) >= maxTemplates { // assumed: the text; the code is in EC2's list of error codes
		return nil, wire.Errorf("MaxTemplateLimitExceeded", "You can have at most %d launch templates in a Region.", maxTemplates)
	}
	data, err := readTemplateData(in.LaunchTemplateData)
	if err != nil {
		return nil, err
	}
	tags, err := tagsFor(types.ResourceTypeLaunchTemplate, in.TagSpecifications)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	now := s.world.Now().Truncate(time.Second)
	t := &template{Seq: r.nextSeq(), ID: s.world.ID("lt"), Name: name, Created: now, Default: 1, Last: 1,
		Versions: []templateVersion{{Number: 1, Description: deref(in.VersionDescription), Created: now, Data: data}}}
	r.Templates = append(r.Templates, t)
	r.setTags(t.ID, tags)
	r.keepToken("CreateLaunchTemplate", in.ClientToken, sum, t.ID)
	return &ec2api.CreateLaunchTemplateOutput{LaunchTemplate: new(r.describeTemplate(t))}, nil
}

// ModifyLaunchTemplate makes a version the default one.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyLaunchTemplate.html
func (s *Service) ModifyLaunchTemplate(ctx context.Context, in *ec2api.ModifyLaunchTemplateInput) (*ec2api.ModifyLaunchTemplateOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	t, err := r.template(in.LaunchTemplateId, in.LaunchTemplateName)
	if err != nil {
		return nil, err
	}
	if deref(in.DefaultVersion) == "" {
		return nil, missingParameter("SetDefaultVersion")
	}
	v, err := t.version(*in.DefaultVersion)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	t.Default = v.Number // the same again changes nothing, so that the token has nothing to do
	return &ec2api.ModifyLaunchTemplateOutput{LaunchTemplate: new(r.describeTemplate(t))}, nil
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

func (r *region) describeTemplate(t *template) types.LaunchTemplate {
	return types.LaunchTemplate{LaunchTemplateId: new(t.ID), LaunchTemplateName: new(t.Name), CreateTime: new(t.Created), CreatedBy: new(r.creator()),
		DefaultVersionNumber: new(t.Default), LatestVersionNumber: new(t.latest()), Tags: sdkTags(r.Tags[t.ID])}
}

func (r *region) creator() string { return "arn:aws:iam::" + r.Scope.Account + ":root" }
