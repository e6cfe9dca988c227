package ec2

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
)

// groupRule is one rule of a security group: what traffic, with whom. Exactly one of
// CIDR, CIDRv6, PrefixList and PeerGroup is set.
type groupRule struct {
	record
	GroupID     string `json:"groupId"`
	Egress      bool   `json:"egress,omitempty"`
	Protocol    string `json:"protocol"` // tcp, udp, icmp, icmpv6, -1 for all, or a number
	From        int32  `json:"from"`     // the first port, or the ICMP type
	To          int32  `json:"to"`       // the last port, or the ICMP code
	CIDR        string `json:"cidr,omitempty"`
	CIDRv6      string `json:"cidrV6,omitempty"`
	PrefixList  string `json:"prefixList,omitempty"`
	PeerGroup   string `json:"peerGroup,omitempty"`
	Description string `json:"description,omitempty"`
}

// noPort stands where a protocol has no ports, and for every type or code of ICMP.
const noPort = -1

// same says whether two rules let the same traffic through; descriptions do not count.
func (g *groupRule) same(other *groupRule) bool {
	a, b := *g, *other
	a.record, b.record, a.Description, b.Description = record{}, record{}, "", ""
	return a == b
}

func (g *groupRule) peer() string { return g.CIDR + g.CIDRv6 + g.PrefixList + g.PeerGroup }

// String is the rule as the errors about it quote it: github.com/rubber/rubber issue 483.
func (g *groupRule) String() string {
	switch g.Protocol {
	case "tcp", "udp":
		return fmt.Sprintf("peer: %s, %s, from port: %d, to port: %d, ALLOW", g.peer(), strings.ToUpper(g.Protocol), g.From, g.To)
	case "icmp", "icmpv6":
		return fmt.Sprintf("peer: %s, %s, type: %d, code: %d, ALLOW", g.peer(), strings.ToUpper(g.Protocol), g.From, g.To) // assumed: the words
	case "-1":
		return fmt.Sprintf("peer: %s, ALL, ALLOW", g.peer())
	}
	return fmt.Sprintf("peer: %s, protocol: %s, ALLOW", g.peer(), g.Protocol) // assumed: the words
}

// protocolNames are the protocols that EC2 calls by name, by their numbers.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
var protocolNames = map[string]string{"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}

// readProtocol settles how a rule's protocol is written.
func readProtocol(text string) (string, error) {
	name := strings.ToLower(text)
	if named, ok := protocolNames[name]; ok {
		return named, nil
	}
	number, err := strconv.Atoi(name)
	switch {
	case name == "":
		return "", missingParameter("ipProtocol")
	case name == "all":
		return "-1", nil
	case slices.Contains([]string{"tcp", "udp", "icmp", "icmpv6"}, name), err == nil && number >= -1 && number <= 255:
		return name, nil
	} // assumed: the text
	return "", wire.Errorf("InvalidParameterValue", "Invalid value '%s' for IP protocol. Unknown protocol.", text)
}

// readPorts settles a rule's range. assumed: the texts.
func readPorts(protocol string, from, to *int32) (int32, int32, error) {
	switch protocol {
	case "tcp", "udp":
		if from == nil || to == nil {
			return 0, 0, wire.Errorf("InvalidParameterValue", "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.")
		}
		if *from < 0 || *to > 65535 || *from > *to {
			return 0, 0, wire.Errorf("InvalidParameterValue", "Invalid TCP/UDP port range (%d:%d)", *from, *to)
		}
		return *from, *to, nil
	case "icmp", "icmpv6":
		kind, code := int32(noPort), int32(noPort)
		if from != nil {
			kind = *from
		}
		if to != nil {
			code = *to
		}
		if kind < -1 || kind > 255 || code < -1 || code > 255 || kind == -1 && code != -1 {
			return 0, 0, wire.Errorf("InvalidParameterValue", "ICMP code (%d) out of range", code)
		}
		return kind, code, nil
	}
	return noPort, noPort, nil // "specifying -1 or a protocol number other than tcp, udp, icmp, or icmpv6 allows traffic on all ports"
}

// readCIDR settles a range of addresses, the bits beyond the prefix cleared as EC2 does.
func readCIDR(text string, v6 bool) (string, error) {
	prefix, err := netip.ParsePrefix(text)
	if err != nil || prefix.Addr().Is6() != v6 { // assumed: the text
		return "", wire.Errorf("InvalidParameterValue", "CIDR block %s is malformed", text)
	}
	return prefix.Masked().String(), nil
}

// readPermissions makes rules of what a call asks for, one for each peer of each permission.
func (r *region) readPermissions(g *securityGroup, egress bool, permissions []types.IpPermission) ([]*groupRule, error) {
	if len(permissions) == 0 {
		return nil, missingParameter("ipPermissions")
	}
	var rules []*groupRule
	for _, p := range permissions {
		base := groupRule{GroupID: g.ID, Egress: egress}
		var err error
		if base.Protocol, err = readProtocol(deref(p.IpProtocol)); err != nil {
			return nil, err
		}
		if base.From, base.To, err = readPorts(base.Protocol, p.FromPort, p.ToPort); err != nil {
			return nil, err
		}
		peers, err := r.readPeers(g, base, p)
		if err != nil {
			return nil, err
		}
		rules = append(rules, peers...)
	}
	return rules, nil
}

// readPeers makes a rule of base for each peer of a permission.
func (r *region) readPeers(g *securityGroup, base groupRule, p types.IpPermission) ([]*groupRule, error) {
	var rules []*groupRule
	for _, c := range p.IpRanges {
		rule := base
		var err error
		if rule.CIDR, err = readCIDR(deref(c.CidrIp), false); err != nil {
			return nil, err
		}
		rule.Description = deref(c.Description)
		rules = append(rules, &rule)
	}
	for _, c := range p.Ipv6Ranges {
		rule := base
		var err error
		if rule.CIDRv6, err = readCIDR(deref(c.CidrIpv6), true); err != nil {
			return nil, err
		}
		rule.Description = deref(c.Description)
		rules = append(rules, &rule)
	}
	for _, pair := range p.UserIdGroupPairs {
		peer, err := r.peerGroup(g, pair)
		if err != nil {
			return nil, err
		}
		rule := base
		rule.PeerGroup, rule.Description = peer.ID, deref(pair.Description)
		rules = append(rules, &rule)
	}
	if len(p.PrefixListIds) > 0 {
		return nil, wire.Errorf("InvalidPrefixListID.NotFound", "The prefix list ID '%s' does not exist", deref(p.PrefixListIds[0].PrefixListId))
	}
	if len(rules) == 0 { // assumed: code and text
		return nil, missingParameter("cidrIp, cidrIpv6, prefixListId, or sourceSecurityGroupId")
	}
	return rules, nil
}

// peerGroup finds the group that a rule names: of the same account, since VPCs are not peered.
func (r *region) peerGroup(g *securityGroup, pair types.UserIdGroupPair) (*securityGroup, error) {
	if user := deref(pair.UserId); user != "" && user != r.Scope.Account {
		return nil, notFound("sg", deref(pair.GroupId)+deref(pair.GroupName))
	}
	if deref(pair.GroupId) == "" && deref(pair.GroupName) != "" {
		return r.groupNamed(*pair.GroupName, g.VpcID)
	}
	return lookup(&r.Groups, "sg", "GroupId", pair.GroupId)
}

// permissions are a group's rules of one direction as EC2 shows them with the group:
// grouped by protocol and ports.
func (r *region) permissions(g *securityGroup, egress bool) []types.IpPermission {
	out := []types.IpPermission{}
	at := map[groupRule]int{}
	for _, rule := range g.Rules {
		if rule.Egress != egress {
			continue
		}
		key := groupRule{Protocol: rule.Protocol, From: rule.From, To: rule.To}
		n, ok := at[key]
		if !ok {
			n = len(out)
			at[key] = n
			out = append(out, types.IpPermission{IpProtocol: new(rule.Protocol), FromPort: rule.port(rule.From), ToPort: rule.port(rule.To)})
		}
		r.addPeer(&out[n], rule)
	}
	return out
}

// port is an end of a rule's range; rules for all traffic have none.
func (g *groupRule) port(n int32) *int32 {
	if n == noPort && !strings.HasPrefix(g.Protocol, "icmp") {
		return nil
	}
	return new(n)
}

func (r *region) addPeer(p *types.IpPermission, rule *groupRule) {
	description := optional(rule.Description)
	switch {
	case rule.CIDR != "":
		p.IpRanges = append(p.IpRanges, types.IpRange{CidrIp: new(rule.CIDR), Description: description})
	case rule.CIDRv6 != "":
		p.Ipv6Ranges = append(p.Ipv6Ranges, types.Ipv6Range{CidrIpv6: new(rule.CIDRv6), Description: description})
	case rule.PeerGroup != "":
		p.UserIdGroupPairs = append(p.UserIdGroupPairs, types.UserIdGroupPair{GroupId: new(rule.PeerGroup), UserId: new(r.Scope.Account), Description: description})
	}
}

// optional is a text that is absent when empty.
func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func (r *region) describeRule(rule *groupRule) types.SecurityGroupRule {
	from, to := rule.From, rule.To // unlike a group's permissions, a rule shows -1 where it has no ports
	out := types.SecurityGroupRule{SecurityGroupRuleId: new(rule.ID), GroupId: new(rule.GroupID), GroupOwnerId: new(r.Scope.Account),
		IsEgress: new(rule.Egress), IpProtocol: new(rule.Protocol), FromPort: &from, ToPort: &to, CidrIpv4: optional(rule.CIDR), CidrIpv6: optional(rule.CIDRv6),
		Description: optional(rule.Description), SecurityGroupRuleArn: new(r.arn("security-group-rule", rule.ID)), Tags: sdkTags(r.Tags[rule.ID])}
	if rule.PeerGroup != "" {
		out.ReferencedGroupInfo = &types.ReferencedSecurityGroup{GroupId: new(rule.PeerGroup), UserId: new(r.Scope.Account)}
	}
	return out
}
