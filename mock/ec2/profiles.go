package ec2

import (
	"context"
	"slices"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// profileAssociation is the id of an instance's association with its instance profile; it
// follows from both. Empty without a profile.
func (i *instance) profileAssociation() string {
	if i.ProfileArn == "" || i.State == terminated {
		return ""
	}
	return hashID("iip-assoc", i.ID, i.ProfileArn)
}

var profileFilters = filterSet[*instance]{
	"instance-id": one(func(i *instance) string { return i.ID }),
	"state":       always[*instance](string(types.IamInstanceProfileAssociationStateAssociated)),
}

// profileAsked is the profile that a call names.
func (r *region) profileAsked(spec *types.IamInstanceProfileSpecification) (string, error) {
	if spec == nil || deref(spec.Arn) == "" && deref(spec.Name) == "" {
		return "", missingParameter("IamInstanceProfile")
	}
	return r.profileNamed(deref(spec.Arn), deref(spec.Name))
}

// associatedProfile finds the instance of an association. assumed: the text.
func (r *region) associatedProfile(id *string) (*instance, error) {
	if deref(id) == "" {
		return nil, missingParameter("AssociationId")
	}
	i, ok := r.Instances.first(func(i *instance) bool { return i.profileAssociation() == *id })
	if !ok {
		return nil, wire.Errorf("NoSuchAssociation", "The specified association %s does not exist", *id)
	}
	return i, nil
}

// AssociateIamInstanceProfile gives a profile to a running or stopped instance that has none.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateIamInstanceProfile.html
func (s *Service) AssociateIamInstanceProfile(ctx context.Context, in *ec2api.AssociateIamInstanceProfileInput) (*ec2api.AssociateIamInstanceProfileOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	i, err := lookup(&r.Instances, "i", "InstanceId", in.InstanceId)
	if err != nil {
		return nil, err
	}
	arn, err := r.profileAsked(in.IamInstanceProfile)
	switch { // assumed: the texts
	case err != nil:
		return nil, err
	case i.State != running && i.State != stopped:
		return nil, wire.Errorf("IncorrectInstanceState", "The instance '%s' is not in the 'running' or 'stopped' states.", i.ID)
	case i.ProfileArn != "":
		return nil, wire.Errorf("IncorrectState", "There is an existing association for instance %s", i.ID)
	}
	i.ProfileArn = arn
	return &ec2api.AssociateIamInstanceProfileOutput{IamInstanceProfileAssociation: s.describeProfile(i, types.IamInstanceProfileAssociationStateAssociating)}, nil
}

// DisassociateIamInstanceProfile takes an instance's profile away.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateIamInstanceProfile.html
func (s *Service) DisassociateIamInstanceProfile(ctx context.Context, in *ec2api.DisassociateIamInstanceProfileInput) (*ec2api.DisassociateIamInstanceProfileOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	i, err := r.associatedProfile(in.AssociationId)
	if err != nil {
		return nil, err
	}
	gone := s.describeProfile(i, types.IamInstanceProfileAssociationStateDisassociating)
	i.ProfileArn = ""
	return &ec2api.DisassociateIamInstanceProfileOutput{IamInstanceProfileAssociation: gone}, nil
}

// ReplaceIamInstanceProfileAssociation gives an instance another profile.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceIamInstanceProfileAssociation.html
func (s *Service) ReplaceIamInstanceProfileAssociation(ctx context.Context, in *ec2api.ReplaceIamInstanceProfileAssociationInput) (*ec2api.ReplaceIamInstanceProfileAssociationOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	i, err := r.associatedProfile(in.AssociationId)
	if err != nil {
		return nil, err
	}
	arn, err := r.profileAsked(in.IamInstanceProfile)
	if err != nil {
		return nil, err
	}
	i.ProfileArn = arn
	return &ec2api.ReplaceIamInstanceProfileAssociationOutput{IamInstanceProfileAssociation: s.describeProfile(i, types.IamInstanceProfileAssociationStateAssociating)}, nil
}

// DescribeIamInstanceProfileAssociations lists which instances have which profiles.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeIamInstanceProfileAssociations.html
func (s *Service) DescribeIamInstanceProfileAssociations(ctx context.Context, in *ec2api.DescribeIamInstanceProfileAssociationsInput) (*ec2api.DescribeIamInstanceProfileAssociationsOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	for _, id := range in.AssociationIds {
		if _, err := r.associatedProfile(&id); err != nil {
			return nil, err
		}
	}
	found, next, err := query[*instance]{
		page: page{op: "DescribeIamInstanceProfileAssociations", max: in.MaxResults, token: in.NextToken, least: 5, most: 1000},
		from: &r.Instances, prefix: "i", filters: in.Filters, by: profileFilters,
		extra: func(i *instance) bool {
			id := i.profileAssociation()
			return id != "" && (len(in.AssociationIds) == 0 || slices.Contains(in.AssociationIds, id))
		},
	}.run(r)
	if err != nil {
		return nil, err
	}
	return &ec2api.DescribeIamInstanceProfileAssociationsOutput{NextToken: next, IamInstanceProfileAssociations: mapped(found, func(i *instance) types.IamInstanceProfileAssociation {
		return *s.describeProfile(i, types.IamInstanceProfileAssociationStateAssociated)
	})}, nil
}

func (s *Service) describeProfile(i *instance, state types.IamInstanceProfileAssociationState) *types.IamInstanceProfileAssociation {
	return &types.IamInstanceProfileAssociation{AssociationId: new(i.profileAssociation()), InstanceId: new(i.ID), State: state,
		IamInstanceProfile: &types.IamInstanceProfile{Arn: new(i.ProfileArn), Id: new(profileID(i.ProfileArn))}}
}
