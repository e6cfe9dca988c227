package ec2

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// securityGroup is a security group with its rules.
type securityGroup struct {
	record
	Name        string       `json:"name"`
	Description string       `json:"description"`
	VpcID       string       `json:"vpcId"`
	Rules       []*groupRule `json:"rules"` // in order of creation
}

// defaultGroupName is the name of the group that every VPC has.
// https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
const defaultGroupName = "default"

// defaultGroup makes a VPC's default group: all traffic in from itself, all out.
func (r *region) defaultGroup(vpcID, id string) *securityGroup {
	g := &securityGroup{record: record{r.nextSeq(), id}, Name: defaultGroupName, Description: "default VPC security group", VpcID: vpcID}
	g.Rules = []*groupRule{
		{record: record{r.nextSeq(), hashID("sgr", id, "in")}, GroupID: id, Protocol: "-1", From: noPort, To: noPort, PeerGroup: id},
		{record: record{r.nextSeq(), hashID("sgr", id, "out")}, GroupID: id, Egress: true, Protocol: "-1", From: noPort, To: noPort, CIDR: "0.0.0.0/0"},
	}
	return g
}

var groupFilters = tagged(groupRuleFilters(filterSet[*securityGroup]{
	"description": one(func(g *securityGroup) string { return g.Description }),
	"group-id":    one(func(g *securityGroup) string { return g.ID }),
	"group-name":  one(func(g *securityGroup) string { return g.Name }),
	"owner-id":    func(r *region, _ *securityGroup) []string { return []string{r.Scope.Account} },
	"vpc-id":      one(func(g *securityGroup) string { return g.VpcID }),
}), (*securityGroup).id)

// groupText is what names and descriptions of groups are made of.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
var groupText = regexp.MustCompile(`^[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{1,255}$`)

// checkGroupText refuses what cannot be a new group's name and description. assumed: the
// texts.
func checkGroupText(name, description string) error {
	switch {
	case name == "":
		return missingParameter("GroupName")
	case description == "":
		return missingParameter("GroupDescription")
	case !groupText.MatchString(name):
		return wire.Errorf("InvalidParameterValue", "Value (%s) for parameter GroupName is invalid. Character sets beyond ASCII are not supported.", name)
	case strings.HasPrefix(name, "sg-"):
		return wire.Errorf("InvalidParameterValue", "Value (%s) for parameter GroupName is invalid. Group names may not be in the format sg-*.", name)
	case name == defaultGroupName:
		return wire.Errorf("InvalidParameterValue", "Cannot use reserved security group name: %s", name)
	case !groupText.MatchString(description):
		return wire.Errorf("InvalidParameterValue", "Invalid security group description. Valid descriptions are strings less than 256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*")
	}
	return nil
}

// CreateSecurityGroup makes a group that lets everything out and nothing in.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
func (s *Service) CreateSecurityGroup(ctx context.Context, in *ec2api.CreateSecurityGroupInput) (*ec2api.CreateSecurityGroupOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	name, description := deref(in.GroupName), deref(in.Description)
	if err := checkGroupText(name, description); err != nil {
		return nil, err
	}
	vpc, err := r.vpcOrDefault(in.VpcId)
	if err != nil {
		return nil, err
	}
	tags, err := tagsFor(types.ResourceTypeSecurityGroup, in.TagSpecifications)
	if err != nil {
		return nil, err
	}
	if _, ok := r.groupByName(name, vpc); ok { // assumed: the text
		return nil, wire.Errorf("InvalidGroup.Duplicate", "The security group '%s' already exists for VPC '%s'", name, vpc)
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	g := &securityGroup{record: s.record(r, "sg"), Name: name, Description: description, VpcID: vpc}
	r.Groups.add(g)
	s.addRules(r, g, []*groupRule{{GroupID: g.ID, Egress: true, Protocol: "-1", From: noPort, To: noPort, CIDR: "0.0.0.0/0"}}, nil)
	r.setTags(g.ID, tags)
	return &ec2api.CreateSecurityGroupOutput{GroupId: new(g.ID), SecurityGroupArn: new(r.arn("security-group", g.ID)), Tags: sdkTags(r.Tags[g.ID])}, nil
}

// arn names a resource of the region.
func (r *region) arn(kind, id string) string {
	return fmt.Sprintf("arn:aws:ec2:%s:%s:%s/%s", r.Scope.Region, r.Scope.Account, kind, id)
}

// vpcOrDefault is the VPC named, or the default one.
func (r *region) vpcOrDefault(id *string) (string, error) {
	if deref(id) == "" {
		return r.vpcID, nil
	}
	v, err := lookup(&r.Vpcs, "vpc", "VpcId", id)
	if err != nil {
		return "", err
	}
	return v.ID, nil
}

func (r *region) groupByName(name, vpcID string) (*securityGroup, bool) {
	return r.Groups.first(func(g *securityGroup) bool { return g.Name == name && g.VpcID == vpcID })
}

// group finds a group by its id, or by its name in the default VPC.
func (r *region) group(id, name *string) (*securityGroup, error) {
	if deref(name) == "" {
		return lookup(&r.Groups, "sg", "GroupId", id)
	}
	if deref(id) != "" { // assumed: the text
		return nil, wire.Errorf("InvalidParameterCombination", "The parameters GroupName and GroupId may not be used together")
	}
	return r.groupNamed(*name, r.vpcID)
}

func (r *region) groupNamed(name, vpcID string) (*securityGroup, error) {
	g, ok := r.groupByName(name, vpcID)
	if !ok { // assumed: the text
		return nil, wire.Errorf("InvalidGroup.NotFound", "The security group '%s' does not exist in VPC '%s'", name, vpcID)
	}
	return g, nil
}

// groupsFor finds the groups of a network interface in a VPC: by id, by name, or, when
// none is named, the VPC's default group. assumed: the text for a group of another VPC.
func (r *region) groupsFor(ids, names []string, vpcID string) ([]string, error) {
	if len(ids)+len(names) == 0 {
		g, err := r.groupNamed(defaultGroupName, vpcID)
		if err != nil {
			return nil, err
		}
		return []string{g.ID}, nil
	}
	found, err := find(&r.Groups, "sg", ids)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		g, err := r.groupNamed(name, vpcID)
		if err != nil {
			return nil, err
		}
		found = append(found, g)
	}
	var out []string
	for _, g := range found {
		switch {
		case g.VpcID != vpcID:
			return nil, wire.Errorf("InvalidParameter", "Security group %s and subnet belong to different networks.", g.ID)
		case !slices.Contains(out, g.ID):
			out = append(out, g.ID)
		}
	}
	return out, nil
}

// identifiers are groups as instances and network interfaces show them.
func (r *region) identifiers(groups []string) []types.GroupIdentifier {
	return mapped(groups, func(id string) types.GroupIdentifier {
		return types.GroupIdentifier{GroupId: new(id), GroupName: new(r.groupName(id))}
	})
}

func (r *region) groupName(id string) string {
	if g := r.Groups.get(id); g != nil {
		return g.Name
	}
	return ""
}

// groupNames are the names of the groups with the ids.
func (r *region) groupNames(ids []string) []string { return mapped(ids, r.groupName) }

// DeleteSecurityGroup deletes a group that nothing uses.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html
func (s *Service) DeleteSecurityGroup(ctx context.Context, in *ec2api.DeleteSecurityGroupInput) (*ec2api.DeleteSecurityGroupOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	g, err := r.group(in.GroupId, in.GroupName)
	if err != nil {
		return nil, err
	}
	if g.Name == defaultGroupName { // assumed: the text
		return nil, wire.Errorf("CannotDelete", `the specified group: "%s" name: "default" cannot be deleted by a user`, g.ID)
	}
	if r.groupInUse(g.ID) { // assumed: the text
		return nil, wire.Errorf("DependencyViolation", "resource %s has a dependent object", g.ID)
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	r.forgetGroup(g)
	return &ec2api.DeleteSecurityGroupOutput{GroupId: new(g.ID), Return: new(true)}, nil
}

// forgetGroup removes a group with its rules.
func (r *region) forgetGroup(g *securityGroup) {
	for _, rule := range g.Rules {
		r.rules.remove(rule)
		r.dropTags(rule.ID)
	}
	r.Groups.remove(g)
	r.dropTags(g.ID)
}

// groupInUse says whether an interface has the group or another group's rule names it.
func (r *region) groupInUse(id string) bool {
	_, used := r.Interfaces.first(func(n *nic) bool { return slices.Contains(n.Groups, id) })
	_, named := r.rules.first(func(rule *groupRule) bool { return rule.PeerGroup == id && rule.GroupID != id })
	return used || named
}

// DescribeSecurityGroups lists groups, by id or by name, with their rules.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html
func (s *Service) DescribeSecurityGroups(ctx context.Context, in *ec2api.DescribeSecurityGroupsInput) (*ec2api.DescribeSecurityGroupsOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	named := slices.Clone(in.GroupIds)
	for _, name := range in.GroupNames {
		g, err := r.groupNamed(name, r.vpcID)
		if err != nil {
			return nil, err
		}
		named = append(named, g.ID)
	}
	found, next, err := query[*securityGroup]{
		page: page{op: "DescribeSecurityGroups", max: in.MaxResults, token: in.NextToken, idsName: "groupIdsSet", least: 5, most: 1000},
		from: &r.Groups, prefix: "sg", named: named, filters: in.Filters, by: groupFilters, dryRun: in.DryRun,
	}.run(r)
	if err != nil {
		return nil, err
	}
	return &ec2api.DescribeSecurityGroupsOutput{NextToken: next, SecurityGroups: mapped(found, r.describeGroup)}, nil
}

func (r *region) describeGroup(g *securityGroup) types.SecurityGroup {
	return types.SecurityGroup{GroupId: new(g.ID), GroupName: new(g.Name), Description: new(g.Description), VpcId: new(g.VpcID),
		OwnerId: new(r.Scope.Account), SecurityGroupArn: new(r.arn("security-group", g.ID)), Tags: sdkTags(r.Tags[g.ID]),
		IpPermissions: r.permissions(g, false), IpPermissionsEgress: r.permissions(g, true)}
}
