package ec2

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// CreateLaunchTemplateVersion adds a version; what it does not give comes from the
// source version, if one is named.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplateVersion.html
func (s *Service) CreateLaunchTemplateVersion(ctx context.Context, in *ec2api.CreateLaunchTemplateVersionInput) (*ec2api.CreateLaunchTemplateVersionOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	t, err := r.template(in.LaunchTemplateId, in.LaunchTemplateName)
	if err != nil {
		return nil, err
	}
	sum := digest(in, "ClientToken", "DryRun")
	if made, err := r.madeBefore("CreateLaunchTemplateVersion", in.ClientToken, sum); err != nil {
		return nil, err
	} else if made != "" {
		v, err := t.version(made)
		if err != nil {
			return nil, err
		}
		return &ec2api.CreateLaunchTemplateVersionOutput{LaunchTemplateVersion: new(r.describeVersion(t, v))}, nil
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
	if len(t.Versions) >= maxVersions { // assumed: the text; the code is in EC2's list of error codes
		return nil, wire.Errorf("MaxTemplateVersionLimitExceeded", "A launch template can have at most %d versions.", maxVersions)
	}
	t.Last++
	v := templateVersion{Number: t.Last, Description: deref(in.VersionDescription), Created: s.world.Now().Truncate(time.Second), Data: data}
	t.Versions = append(t.Versions, v)
	r.keepToken("CreateLaunchTemplateVersion", in.ClientToken, sum, versionText(v.Number))
	return &ec2api.CreateLaunchTemplateVersionOutput{LaunchTemplateVersion: new(r.describeVersion(t, v))}, nil
}

// MaxDeletedVersions is how many versions one DeleteLaunchTemplateVersions call takes.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteLaunchTemplateVersions.html
const MaxDeletedVersions = 200

// DeleteLaunchTemplateVersions deletes versions, each for itself: the answer says of each
// whether it is gone. The default version stays.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteLaunchTemplateVersions.html
func (s *Service) DeleteLaunchTemplateVersions(ctx context.Context, in *ec2api.DeleteLaunchTemplateVersionsInput) (*ec2api.DeleteLaunchTemplateVersionsOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	t, err := r.template(in.LaunchTemplateId, in.LaunchTemplateName)
	switch {
	case err != nil:
		return nil, err
	case len(in.Versions) == 0:
		return nil, missingParameter("LaunchTemplateVersion")
	case len(in.Versions) > MaxDeletedVersions: // assumed: code and text
		return nil, wire.Errorf("InvalidParameterValue", "A request can delete at most %d versions", MaxDeletedVersions)
	}
	numbers := make([]int64, len(in.Versions))
	for i, v := range in.Versions {
		if numbers[i], err = strconv.ParseInt(v, 10, 64); err != nil { // assumed: that an alias is refused, and the text
			return nil, wire.Errorf("InvalidParameterValue", "Value (%s) for parameter LaunchTemplateVersion is invalid. Expecting a version number.", v)
		}
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	out := &ec2api.DeleteLaunchTemplateVersionsOutput{}
	for _, n := range numbers {
		if refusal := t.deleteVersion(n); refusal != nil {
			out.UnsuccessfullyDeletedLaunchTemplateVersions = append(out.UnsuccessfullyDeletedLaunchTemplateVersions, types.DeleteLaunchTemplateVersionsResponseErrorItem{
				LaunchTemplateId: new(t.ID), LaunchTemplateName: new(t.Name), VersionNumber: new(n), ResponseError: refusal})
			continue
		}
		out.SuccessfullyDeletedLaunchTemplateVersions = append(out.SuccessfullyDeletedLaunchTemplateVersions, types.DeleteLaunchTemplateVersionsResponseSuccessItem{
			LaunchTemplateId: new(t.ID), LaunchTemplateName: new(t.Name), VersionNumber: new(n)})
	}
	return out, nil
}

// deleteVersion removes a version, or says why not. assumed: the code for the default
// version, and both texts.
func (t *template) deleteVersion(number int64) *types.ResponseError {
	at := slices.IndexFunc(t.Versions, func(v templateVersion) bool { return v.Number == number })
	switch {
	case at < 0:
		return &types.ResponseError{Code: types.LaunchTemplateErrorCodeLaunchTemplateVersionDoesNotExist, Message: new("The launch template version does not exist.")}
	case number == t.Default:
		return &types.ResponseError{Code: types.LaunchTemplateErrorCodeUnexpectedError, Message: new("The default version of a launch template cannot be deleted.")}
	}
	t.Versions = slices.Delete(t.Versions, at, at+1)
	return nil
}

// DescribeLaunchTemplateVersions lists versions, newest first: of one template, or with
// $Latest or $Default and no template the ones of all.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplateVersions.html
func (s *Service) DescribeLaunchTemplateVersions(ctx context.Context, in *ec2api.DescribeLaunchTemplateVersionsInput) (*ec2api.DescribeLaunchTemplateVersionsOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	match, err := versionFilters.compile(in.Filters, r)
	if err != nil {
		return nil, err
	}
	found, err := r.pickVersions(in)
	if err != nil {
		return nil, err
	}
	p := page{op: "DescribeLaunchTemplateVersions", max: defaulted(in.MaxResults, 200), token: in.NextToken, least: 1, most: 200}
	found, next, err := cutPage(p, filtered(found, match), func(v placedVersion) int64 { return v.place })
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	out := &ec2api.DescribeLaunchTemplateVersionsOutput{NextToken: next, LaunchTemplateVersions: mapped(found, func(v placedVersion) types.LaunchTemplateVersion {
		return r.describeVersion(v.of, v.templateVersion)
	})}
	if isSet(in.ResolveAlias) {
		for i := range out.LaunchTemplateVersions {
			if err := r.resolveAlias(out.LaunchTemplateVersions[i].LaunchTemplateData); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// resolveAlias shows the image that a parameter names in place of the parameter.
func (r *region) resolveAlias(data *types.ResponseLaunchTemplateData) error {
	if data.ImageId == nil {
		return nil
	}
	id, err := r.resolveImage(*data.ImageId)
	data.ImageId = &id
	return err
}

// versionFilters read a version's data by the paths of its members.
var versionFilters = filterSet[placedVersion]{
	"create-time":               one(func(v placedVersion) string { return v.Created.Format("2006-01-02T15:04:05.000Z") }),
	"ebs-optimized":             inData("EbsOptimized"),
	"host-resource-group-arn":   inData("Placement.HostResourceGroupArn"),
	"http-endpoint":             inData("MetadataOptions.HttpEndpoint"),
	"http-tokens":               inData("MetadataOptions.HttpTokens"),
	"iam-instance-profile":      inData("IamInstanceProfile.Arn"),
	"image-id":                  inData("ImageId"),
	"instance-type":             inData("InstanceType"),
	"is-default-version":        one(func(v placedVersion) string { return boolText(v.Number == v.of.Default) }),
	"kernel-id":                 inData("KernelId"),
	"license-configuration-arn": inData("LicenseSpecifications.LicenseConfigurationArn"),
	"network-card-index":        inData("NetworkInterfaces.NetworkCardIndex"),
	"ram-disk-id":               inData("RamDiskId"),
}

func inData(path string) func(*region, placedVersion) []string {
	return func(_ *region, v placedVersion) []string {
		return valuesAt(map[string]any(v.Data), strings.Split(path, "."))
	}
}

// valuesAt are the values under a path of a tree, those of every item of a list.
func valuesAt(v any, path []string) []string {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		var out []string
		for _, item := range v {
			out = append(out, valuesAt(item, path)...)
		}
		return out
	case map[string]any:
		if len(path) == 0 {
			return nil
		}
		return valuesAt(v[path[0]], path[1:])
	}
	return []string{fmt.Sprint(v)}
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
	for _, selector := range selectors {
		if selector != "$Latest" && selector != "$Default" {
			return nil, noTemplateNamed()
		}
	}
	var out []placedVersion
	for _, t := range r.Templates {
		named := map[int64]bool{}
		for _, selector := range selectors {
			if v, err := t.version(selector); err == nil {
				named[v.Number] = true
			}
		}
		for _, v := range slices.Backward(t.Versions) {
			if named[v.Number] {
				out = append(out, placedVersion{v, t, t.Seq*(maxVersions+1) + maxVersions - v.Number})
			}
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

func (r *region) describeVersion(t *template, v templateVersion) types.LaunchTemplateVersion {
	out := types.LaunchTemplateVersion{LaunchTemplateId: new(t.ID), LaunchTemplateName: new(t.Name), VersionNumber: new(v.Number), CreateTime: new(v.Created),
		CreatedBy: new(r.creator()), DefaultVersion: new(v.Number == t.Default), LaunchTemplateData: v.Data.describe()}
	if v.Description != "" {
		out.VersionDescription = new(v.Description)
	}
	return out
}
