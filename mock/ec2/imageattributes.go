package ec2

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

var accountID = regexp.MustCompile(`^[0-9]{12}$`)

// ModifyImageAttribute changes who may launch an image of the account, or its description.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyImageAttribute.html
func (s *Service) ModifyImageAttribute(ctx context.Context, in *ec2api.ModifyImageAttributeInput) (*ec2api.ModifyImageAttributeOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	im, err := r.ownImage(in.ImageId)
	if err != nil {
		return nil, err
	}
	changes, err := permissionChanges(in)
	if err != nil {
		return nil, err
	}
	description := in.Description
	if deref(in.Attribute) == "description" {
		description = cmp.Or(description, &types.AttributeValue{Value: in.Value})
	}
	if description == nil && len(changes.Add)+len(changes.Remove) == 0 { // assumed: the text
		return nil, wire.Errorf("InvalidRequest", "No attributes specified.")
	}
	for _, p := range slices.Concat(changes.Add, changes.Remove) {
		if err := checkPermission(p); err != nil {
			return nil, err
		}
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	if description != nil {
		im.Description = deref(description.Value)
	}
	im.permit(changes)
	return &ec2api.ModifyImageAttributeOutput{}, nil
}

// permissionChanges reads both forms of a change of launch permissions.
func permissionChanges(in *ec2api.ModifyImageAttributeInput) (types.LaunchPermissionModifications, error) {
	changes := types.LaunchPermissionModifications{}
	if in.LaunchPermission != nil {
		changes = *in.LaunchPermission
	}
	var flat []types.LaunchPermission
	for _, id := range in.UserIds {
		flat = append(flat, types.LaunchPermission{UserId: &id})
	}
	for _, group := range in.UserGroups {
		flat = append(flat, types.LaunchPermission{Group: types.PermissionGroup(group)})
	}
	switch { // assumed: the texts
	case deref(in.Attribute) != "" && *in.Attribute != "launchPermission" && *in.Attribute != "description":
		return changes, wire.Errorf("InvalidParameterValue", "Value (%s) for parameter attribute is invalid. Unknown attribute.", *in.Attribute)
	case len(flat) == 0:
	case in.OperationType == types.OperationTypeAdd:
		changes.Add = append(changes.Add, flat...)
	case in.OperationType == types.OperationTypeRemove:
		changes.Remove = append(changes.Remove, flat...)
	default:
		return changes, missingParameter("operationType")
	}
	return changes, nil
}

// checkPermission refuses what is no one to share with. Text as in getmoto/moto's exceptions.
func checkPermission(p types.LaunchPermission) error {
	switch {
	case p.OrganizationArn != nil || p.OrganizationalUnitArn != nil:
		return wire.Errorf("UnknownParameter", "muster's mock does not model organizations")
	case p.Group != "" && p.Group != types.PermissionGroupAll:
		return wire.Errorf("InvalidAMIAttributeItemValue", `Invalid attribute item value "%s" for userGroup item type.`, p.Group)
	case p.Group == "" && !accountID.MatchString(deref(p.UserId)):
		return wire.Errorf("InvalidAMIAttributeItemValue", `Invalid attribute item value "%s" for userId item type.`, deref(p.UserId))
	}
	return nil
}

// permit changes who may launch the image. What is there already, or not, is fine.
func (im *image) permit(changes types.LaunchPermissionModifications) {
	for _, p := range changes.Add {
		switch {
		case p.Group == types.PermissionGroupAll:
			im.Public = true
		case !slices.Contains(im.SharedWith, *p.UserId):
			im.SharedWith = append(im.SharedWith, *p.UserId)
		}
	}
	for _, p := range changes.Remove {
		if p.Group == types.PermissionGroupAll {
			im.Public = false
			continue
		}
		im.SharedWith = slices.DeleteFunc(im.SharedWith, func(id string) bool { return id == *p.UserId })
	}
}

// imageAttributes are those that can be read, and how.
var imageAttributes = map[types.ImageAttributeName]func(*image, *ec2api.DescribeImageAttributeOutput){
	types.ImageAttributeNameBlockDeviceMapping: func(im *image, out *ec2api.DescribeImageAttributeOutput) {
		out.BlockDeviceMappings = mapped(im.Disks, imageDisk.describe)
	},
	types.ImageAttributeNameBootMode: func(im *image, out *ec2api.DescribeImageAttributeOutput) {
		out.BootMode = &types.AttributeValue{Value: new(string(im.bootMode()))}
	},
	types.ImageAttributeNameDescription: func(im *image, out *ec2api.DescribeImageAttributeOutput) {
		out.Description = &types.AttributeValue{Value: new(im.Description)}
	},
	types.ImageAttributeNameImdsSupport: func(im *image, out *ec2api.DescribeImageAttributeOutput) {
		out.ImdsSupport = &types.AttributeValue{Value: optional(string(im.imdsSupport()))}
	},
	types.ImageAttributeNameLaunchPermission: func(im *image, out *ec2api.DescribeImageAttributeOutput) {
		out.LaunchPermissions = []types.LaunchPermission{}
		if im.Public {
			out.LaunchPermissions = append(out.LaunchPermissions, types.LaunchPermission{Group: types.PermissionGroupAll})
		}
		for _, id := range im.SharedWith {
			out.LaunchPermissions = append(out.LaunchPermissions, types.LaunchPermission{UserId: new(id)})
		}
	},
	types.ImageAttributeNameSriovNetSupport: func(_ *image, out *ec2api.DescribeImageAttributeOutput) {
		out.SriovNetSupport = &types.AttributeValue{Value: new("simple")}
	},
}

// DescribeImageAttribute reads one attribute of an image of the account.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImageAttribute.html
func (s *Service) DescribeImageAttribute(ctx context.Context, in *ec2api.DescribeImageAttributeInput) (*ec2api.DescribeImageAttributeOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	im, err := r.ownImage(in.ImageId)
	if err != nil {
		return nil, err
	}
	show, ok := imageAttributes[in.Attribute]
	if !ok { // text as in getmoto/moto's exceptions
		return nil, wire.Errorf("InvalidParameterValue", "Value (%s) for parameter attribute is invalid. Unknown attribute.", in.Attribute)
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	out := &ec2api.DescribeImageAttributeOutput{ImageId: new(im.ID)}
	show(im, out)
	return out, nil
}

// ResetImageAttribute takes all launch permissions off an image of the account.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResetImageAttribute.html
func (s *Service) ResetImageAttribute(ctx context.Context, in *ec2api.ResetImageAttributeInput) (*ec2api.ResetImageAttributeOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	im, err := r.ownImage(in.ImageId)
	if err != nil {
		return nil, err
	}
	if in.Attribute != types.ResetImageAttributeNameLaunchPermission {
		return nil, wire.Errorf("InvalidParameterValue", "Value (%s) for parameter attribute is invalid. Unknown attribute.", in.Attribute)
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	im.Public, im.SharedWith = false, nil
	return &ec2api.ResetImageAttributeOutput{}, nil
}

// EnableImageDeprecation sets when an image of the account leaves the lists of others.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableImageDeprecation.html
func (s *Service) EnableImageDeprecation(ctx context.Context, in *ec2api.EnableImageDeprecationInput) (*ec2api.EnableImageDeprecationOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	im, err := r.ownImage(in.ImageId)
	if err != nil {
		return nil, err
	}
	switch { // assumed: code and text for the past; the limit is on the page
	case in.DeprecateAt == nil:
		return nil, missingParameter("DeprecateAt")
	case in.DeprecateAt.Before(s.world.Now()) || in.DeprecateAt.After(im.Created.AddDate(10, 0, 0)):
		return nil, wire.Errorf("InvalidParameterValue", "The deprecation time must be in the future, and at most 10 years after the image's creation.")
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	im.Deprecated = in.DeprecateAt.UTC()
	return &ec2api.EnableImageDeprecationOutput{Return: new(true)}, nil
}

// DisableImageDeprecation cancels the deprecation of an image of the account.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableImageDeprecation.html
func (s *Service) DisableImageDeprecation(ctx context.Context, in *ec2api.DisableImageDeprecationInput) (*ec2api.DisableImageDeprecationOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	im, err := r.ownImage(in.ImageId)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	im.Deprecated = time.Time{}
	return &ec2api.DisableImageDeprecationOutput{Return: new(true)}, nil
}
