package ec2

import (
	"context"
	"slices"
	"strconv"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// maxGroupRules is how many rules a group may have in one direction.
// https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
const maxGroupRules = 60

// groupRuleFilters adds the filters that look at a group's rules, for both directions.
func groupRuleFilters(set filterSet[*securityGroup]) filterSet[*securityGroup] {
	members := map[string]func(*region, *groupRule) string{
		"cidr":           func(_ *region, g *groupRule) string { return g.CIDR },
		"from-port":      func(_ *region, g *groupRule) string { return portText(g.port(g.From)) },
		"group-id":       func(_ *region, g *groupRule) string { return g.PeerGroup },
		"group-name":     func(r *region, g *groupRule) string { return r.groupName(g.PeerGroup) },
		"ipv6-cidr":      func(_ *region, g *groupRule) string { return g.CIDRv6 },
		"prefix-list-id": func(_ *region, g *groupRule) string { return g.PrefixList },
		"protocol":       func(_ *region, g *groupRule) string { return g.Protocol },
		"to-port":        func(_ *region, g *groupRule) string { return portText(g.port(g.To)) },
		"user-id": func(r *region, g *groupRule) string {
			if g.PeerGroup == "" {
				return ""
			}
			return r.Scope.Account
		},
	}
	for name, member := range members {
		for prefix, egress := range map[string]bool{"ip-permission.": false, "egress.ip-permission.": true} {
			set[prefix+name] = func(r *region, g *securityGroup) []string {
				var values []string
				for _, rule := range g.Rules {
					if v := member(r, rule); rule.Egress == egress && v != "" {
						values = append(values, v)
					}
				}
				return values
			}
		}
	}
	return set
}

func portText(n *int32) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(int(*n))
}

var ruleFilters = tagged(filterSet[*groupRule]{
	"group-id":               one(func(g *groupRule) string { return g.GroupID }),
	"security-group-rule-id": one(func(g *groupRule) string { return g.ID }),
}, (*groupRule).id)

// addRules gives a group new rules.
func (s *Service) addRules(r *region, g *securityGroup, rules []*groupRule, tags map[string]string) {
	for _, rule := range rules {
		rule.record = s.record(r, "sgr")
		g.Rules = append(g.Rules, rule)
		r.rules.add(rule)
		r.setTags(rule.ID, tags)
	}
}

// ruleRequest is what the calls that authorize and revoke rules have in common.
type ruleRequest struct {
	id, name    *string
	egress      bool
	permissions []types.IpPermission
	protocol    *string // with the next three, the short form of one permission
	from, to    *int32
	cidr        *string
	ids         []string // of rules, to be revoked
}

// rules finds the group and reads the rules that a request speaks of.
func (r *region) readRules(req ruleRequest) (*securityGroup, []*groupRule, error) {
	g, err := r.group(req.id, req.name)
	if err != nil {
		return nil, nil, err
	}
	permissions := req.permissions
	if req.cidr != nil || req.protocol != nil {
		if len(permissions) > 0 { // assumed: the text
			return nil, nil, wire.Errorf("InvalidParameterCombination", "The parameter ipPermissions cannot be used with the parameter cidrIp")
		}
		permissions = []types.IpPermission{{IpProtocol: req.protocol, FromPort: req.from, ToPort: req.to, IpRanges: []types.IpRange{{CidrIp: req.cidr}}}}
	}
	rules, err := r.readPermissions(g, req.egress, permissions)
	return g, rules, err
}

// authorize adds the rules of a request to its group: all, or none if one is there already.
func (s *Service) authorize(r *region, req ruleRequest, specs []types.TagSpecification, dry *bool) ([]types.SecurityGroupRule, error) {
	g, rules, err := r.readRules(req)
	if err != nil {
		return nil, err
	}
	tags, err := tagsFor(types.ResourceTypeSecurityGroupRule, specs)
	if err != nil {
		return nil, err
	}
	count := 0
	for _, rule := range g.Rules {
		if rule.Egress == req.egress {
			count++
		}
	}
	for n, rule := range rules {
		if slices.ContainsFunc(slices.Concat(g.Rules, rules[:n]), rule.same) {
			return nil, wire.Errorf("InvalidPermission.Duplicate", `the specified rule "%s" already exists`, rule)
		}
	}
	if count+len(rules) > maxGroupRules { // assumed: the text
		return nil, wire.Errorf("RulesPerSecurityGroupLimitExceeded", "The maximum number of rules per security group has been reached.")
	}
	if err := dryRun(dry); err != nil {
		return nil, err
	}
	s.addRules(r, g, rules, tags)
	return mapped(rules, r.describeRule), nil
}

// revoke takes rules off a group: those with the ids, or those that are the same as the
// ones described.
func (r *region) revoke(req ruleRequest, dry *bool) ([]types.RevokedSecurityGroupRule, error) {
	g, doomed, err := r.doomedRules(req)
	if err != nil {
		return nil, err
	}
	if err := dryRun(dry); err != nil {
		return nil, err
	}
	for _, rule := range doomed {
		g.Rules = slices.DeleteFunc(g.Rules, func(other *groupRule) bool { return other == rule })
		r.rules.remove(rule)
		r.dropTags(rule.ID)
	}
	return mapped(doomed, func(rule *groupRule) types.RevokedSecurityGroupRule {
		return types.RevokedSecurityGroupRule{SecurityGroupRuleId: new(rule.ID), GroupId: new(g.ID), IsEgress: new(rule.Egress), IpProtocol: new(rule.Protocol),
			FromPort: new(rule.From), ToPort: new(rule.To), CidrIpv4: optional(rule.CIDR), CidrIpv6: optional(rule.CIDRv6),
			ReferencedGroupId: optional(rule.PeerGroup), Description: optional(rule.Description)}
	}), nil
}

func (r *region) doomedRules(req ruleRequest) (*securityGroup, []*groupRule, error) {
	absent := wire.Errorf("InvalidPermission.NotFound", "The specified rule does not exist in this security group.")
	if len(req.ids) > 0 {
		g, err := r.group(req.id, req.name)
		if err != nil {
			return nil, nil, err
		}
		doomed, err := find(&r.rules, "sgr", req.ids)
		if err != nil {
			return nil, nil, err
		}
		if slices.ContainsFunc(doomed, func(rule *groupRule) bool { return rule.GroupID != g.ID || rule.Egress != req.egress }) {
			return nil, nil, absent
		}
		return g, doomed, nil
	}
	g, described, err := r.readRules(req)
	if err != nil {
		return nil, nil, err
	}
	var doomed []*groupRule
	for _, rule := range described {
		n := slices.IndexFunc(g.Rules, rule.same)
		if n < 0 {
			return nil, nil, absent
		}
		doomed = append(doomed, g.Rules[n])
	}
	return g, doomed, nil
}

// AuthorizeSecurityGroupIngress adds rules for traffic that comes in.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html
func (s *Service) AuthorizeSecurityGroupIngress(ctx context.Context, in *ec2api.AuthorizeSecurityGroupIngressInput) (*ec2api.AuthorizeSecurityGroupIngressOutput, error) {
	made, err := s.authorize(s.in(world.ScopeOf(ctx)), ruleRequest{id: in.GroupId, name: in.GroupName, permissions: in.IpPermissions,
		protocol: in.IpProtocol, from: in.FromPort, to: in.ToPort, cidr: in.CidrIp}, in.TagSpecifications, in.DryRun)
	if err != nil {
		return nil, err
	}
	return &ec2api.AuthorizeSecurityGroupIngressOutput{Return: new(true), SecurityGroupRules: made}, nil
}

// AuthorizeSecurityGroupEgress adds rules for traffic that goes out.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupEgress.html
func (s *Service) AuthorizeSecurityGroupEgress(ctx context.Context, in *ec2api.AuthorizeSecurityGroupEgressInput) (*ec2api.AuthorizeSecurityGroupEgressOutput, error) {
	made, err := s.authorize(s.in(world.ScopeOf(ctx)), ruleRequest{id: in.GroupId, egress: true, permissions: in.IpPermissions}, in.TagSpecifications, in.DryRun)
	if err != nil {
		return nil, err
	}
	return &ec2api.AuthorizeSecurityGroupEgressOutput{Return: new(true), SecurityGroupRules: made}, nil
}

// RevokeSecurityGroupIngress takes rules for traffic that comes in off a group.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html
func (s *Service) RevokeSecurityGroupIngress(ctx context.Context, in *ec2api.RevokeSecurityGroupIngressInput) (*ec2api.RevokeSecurityGroupIngressOutput, error) {
	gone, err := s.in(world.ScopeOf(ctx)).revoke(ruleRequest{id: in.GroupId, name: in.GroupName, permissions: in.IpPermissions,
		protocol: in.IpProtocol, from: in.FromPort, to: in.ToPort, cidr: in.CidrIp, ids: in.SecurityGroupRuleIds}, in.DryRun)
	if err != nil {
		return nil, err
	}
	return &ec2api.RevokeSecurityGroupIngressOutput{Return: new(true), RevokedSecurityGroupRules: gone}, nil
}

// RevokeSecurityGroupEgress takes rules for traffic that goes out off a group.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupEgress.html
func (s *Service) RevokeSecurityGroupEgress(ctx context.Context, in *ec2api.RevokeSecurityGroupEgressInput) (*ec2api.RevokeSecurityGroupEgressOutput, error) {
	gone, err := s.in(world.ScopeOf(ctx)).revoke(ruleRequest{id: in.GroupId, egress: true, permissions: in.IpPermissions, ids: in.SecurityGroupRuleIds}, in.DryRun)
	if err != nil {
		return nil, err
	}
	return &ec2api.RevokeSecurityGroupEgressOutput{Return: new(true), RevokedSecurityGroupRules: gone}, nil
}

// DescribeSecurityGroupRules lists the rules of groups, each with its own id.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroupRules.html
func (s *Service) DescribeSecurityGroupRules(ctx context.Context, in *ec2api.DescribeSecurityGroupRulesInput) (*ec2api.DescribeSecurityGroupRulesOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	found, next, err := query[*groupRule]{
		page: page{op: "DescribeSecurityGroupRules", max: in.MaxResults, token: in.NextToken, idsName: "securityGroupRuleIdsSet", least: 5, most: 1000},
		from: &r.rules, prefix: "sgr", named: in.SecurityGroupRuleIds, filters: in.Filters, by: ruleFilters, dryRun: in.DryRun,
	}.run(r)
	if err != nil {
		return nil, err
	}
	return &ec2api.DescribeSecurityGroupRulesOutput{NextToken: next, SecurityGroupRules: mapped(found, r.describeRule)}, nil
}
