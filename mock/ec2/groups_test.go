package ec2_test

import (
	"fmt"
	"strings"
	"testing"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
)

// group makes a security group and returns its id.
func (r rig) group(name string) string {
	r.Helper()
	out, err := r.ec2.CreateSecurityGroup(r.Context(), &ec2api.CreateSecurityGroupInput{GroupName: &name, Description: new("for " + name)})
	if err != nil {
		r.Fatal(err)
	}
	return *out.GroupId
}

func tcp(port int32, cidrs ...string) types.IpPermission {
	p := types.IpPermission{IpProtocol: new("tcp"), FromPort: &port, ToPort: &port}
	for _, c := range cidrs {
		p.IpRanges = append(p.IpRanges, types.IpRange{CidrIp: &c})
	}
	return p
}

func (r rig) allow(id string, permissions ...types.IpPermission) error {
	_, err := r.ec2.AuthorizeSecurityGroupIngress(r.Context(), &ec2api.AuthorizeSecurityGroupIngressInput{GroupId: &id, IpPermissions: permissions})
	return err
}

func (r rig) describeGroup(id string) types.SecurityGroup {
	r.Helper()
	out, err := r.ec2.DescribeSecurityGroups(r.Context(), &ec2api.DescribeSecurityGroupsInput{GroupIds: []string{id}})
	if err != nil {
		r.Fatal(err)
	}
	return out.SecurityGroups[0]
}

func TestEveryAccountHasADefaultGroup(t *testing.T) {
	r := newRig(t)
	out, err := r.ec2.DescribeSecurityGroups(t.Context(), &ec2api.DescribeSecurityGroupsInput{GroupNames: []string{"default"}})
	if err != nil || len(out.SecurityGroups) != 1 {
		t.Fatal(out, err)
	}
	g := out.SecurityGroups[0]
	if peers := g.IpPermissions[0].UserIdGroupPairs; *peers[0].GroupId != *g.GroupId || *g.IpPermissionsEgress[0].IpRanges[0].CidrIp != "0.0.0.0/0" {
		t.Errorf("the default group lets in %v and out %v", g.IpPermissions, g.IpPermissionsEgress)
	}
	_, err = r.ec2.DeleteSecurityGroup(t.Context(), &ec2api.DeleteSecurityGroupInput{GroupId: g.GroupId})
	wantCode(t, err, "CannotDelete")
	if id := *r.instance(r.seed(1)[0]).SecurityGroups[0].GroupId; id != *g.GroupId {
		t.Errorf("a seeded instance is in %s, want %s", id, *g.GroupId)
	}
}

func TestRulesComeAndGo(t *testing.T) {
	r := newRig(t)
	web, db := r.group("web"), r.group("db")
	if err := r.allow(web, tcp(80, "10.1.2.3/8", "192.0.2.0/24"), tcp(443, "10.0.0.0/8")); err != nil {
		t.Fatal(err)
	}
	if err := r.allow(db, types.IpPermission{IpProtocol: new("6"), FromPort: new(int32(5432)), ToPort: new(int32(5432)), UserIdGroupPairs: []types.UserIdGroupPair{{GroupId: &web}}}); err != nil {
		t.Fatal(err)
	}
	text := func(g types.SecurityGroup) (lines []string) {
		for _, p := range g.IpPermissions {
			line := fmt.Sprint(*p.IpProtocol, " ", *p.FromPort)
			for _, c := range p.IpRanges {
				line += " " + *c.CidrIp
			}
			for _, peer := range p.UserIdGroupPairs {
				line += " " + *peer.GroupId
			}
			lines = append(lines, line)
		}
		return lines
	}
	if diff := cmp.Diff([]string{"tcp 80 10.0.0.0/8 192.0.2.0/24", "tcp 443 10.0.0.0/8"}, text(r.describeGroup(web))); diff != "" {
		t.Errorf("web:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"tcp 5432 " + web}, text(r.describeGroup(db))); diff != "" {
		t.Errorf("db:\n%s", diff)
	}
	rules, err := r.ec2.DescribeSecurityGroupRules(t.Context(), &ec2api.DescribeSecurityGroupRulesInput{Filters: []types.Filter{{Name: new("group-id"), Values: []string{web}}}})
	if err != nil || len(rules.SecurityGroupRules) != 4 { // with the one that lets everything out
		t.Fatal(rules, err)
	}
	if _, err := r.ec2.RevokeSecurityGroupIngress(t.Context(), &ec2api.RevokeSecurityGroupIngressInput{GroupId: &web, SecurityGroupRuleIds: []string{*rules.SecurityGroupRules[1].SecurityGroupRuleId}}); err != nil {
		t.Fatal(err)
	}
	gone, err := r.ec2.RevokeSecurityGroupIngress(t.Context(), &ec2api.RevokeSecurityGroupIngressInput{GroupId: &web, CidrIp: new("10.0.0.0/8"), IpProtocol: new("tcp"), FromPort: new(int32(443)), ToPort: new(int32(443))})
	if err != nil || len(gone.RevokedSecurityGroupRules) != 1 {
		t.Fatal(gone, err)
	}
	if diff := cmp.Diff([]string{"tcp 80 192.0.2.0/24"}, text(r.describeGroup(web))); diff != "" {
		t.Errorf("web after the revocations:\n%s", diff)
	}
	_, err = r.ec2.RevokeSecurityGroupEgress(t.Context(), &ec2api.RevokeSecurityGroupEgressInput{GroupId: &web, IpPermissions: []types.IpPermission{{IpProtocol: new("-1"), IpRanges: []types.IpRange{{CidrIp: new("0.0.0.0/0")}}}}})
	if err != nil || len(r.describeGroup(web).IpPermissionsEgress) != 0 {
		t.Errorf("the rule that lets everything out is still there, %v", err)
	}
}

func TestGroupCallsRefuse(t *testing.T) {
	r := newRig(t)
	web, other := r.group("web"), r.group("other")
	if err := r.allow(web, tcp(22, "0.0.0.0/0")); err != nil {
		t.Fatal(err)
	}
	create := func(name, description string) error {
		_, err := r.ec2.CreateSecurityGroup(t.Context(), &ec2api.CreateSecurityGroupInput{GroupName: &name, Description: &description})
		return err
	}
	remove := func(id string) error {
		_, err := r.ec2.DeleteSecurityGroup(t.Context(), &ec2api.DeleteSecurityGroupInput{GroupId: &id})
		return err
	}
	revoke := func(p types.IpPermission) error {
		_, err := r.ec2.RevokeSecurityGroupIngress(t.Context(), &ec2api.RevokeSecurityGroupIngressInput{GroupId: &web, IpPermissions: []types.IpPermission{p}})
		return err
	}
	var many []string
	for n := range 60 {
		many = append(many, fmt.Sprintf("10.0.%d.0/24", n))
	}
	icmp := types.IpPermission{IpProtocol: new("icmp"), FromPort: new(int32(300)), IpRanges: []types.IpRange{{CidrIp: new("0.0.0.0/0")}}}
	for name, tt := range map[string]struct {
		err  error
		code string
	}{
		"a name that is taken":      {create("web", "x"), "InvalidGroup.Duplicate"},
		"a reserved name":           {create("default", "x"), "InvalidParameterValue"},
		"a name like an id":         {create("sg-12", "x"), "InvalidParameterValue"},
		"a long description":        {create("long", strings.Repeat("x", 256)), "InvalidParameterValue"},
		"a rule that is there":      {r.allow(web, tcp(80, "0.0.0.0/0"), tcp(22, "0.0.0.0/0")), "InvalidPermission.Duplicate"},
		"the same rule twice":       {r.allow(web, tcp(80, "0.0.0.0/0", "0.0.0.0/0")), "InvalidPermission.Duplicate"},
		"no range of addresses":     {r.allow(web, tcp(80, "10.0.0.0")), "InvalidParameterValue"},
		"ports the wrong way":       {r.allow(web, types.IpPermission{IpProtocol: new("udp"), FromPort: new(int32(9)), ToPort: new(int32(8)), IpRanges: icmp.IpRanges}), "InvalidParameterValue"},
		"no ports":                  {r.allow(web, types.IpPermission{IpProtocol: new("tcp"), IpRanges: icmp.IpRanges}), "InvalidParameterValue"},
		"an unknown protocol":       {r.allow(web, types.IpPermission{IpProtocol: new("ipx"), IpRanges: icmp.IpRanges}), "InvalidParameterValue"},
		"an ICMP type out of range": {r.allow(web, icmp), "InvalidParameterValue"},
		"no peer":                   {r.allow(web, tcp(80)), "MissingParameter"},
		"too many rules":            {r.allow(web, tcp(80, many...)), "RulesPerSecurityGroupLimitExceeded"},
		"a rule that is not there":  {revoke(tcp(23, "0.0.0.0/0")), "InvalidPermission.NotFound"},
		"an unknown group":          {remove("sg-0123456789abcdef0"), "InvalidGroup.NotFound"},
		"no id of a group":          {remove("web"), "InvalidGroupId.Malformed"},
	} {
		t.Run(name, func(t *testing.T) { wantCode(t, tt.err, tt.code) })
	}
	if n := len(r.describeGroup(web).IpPermissions); n != 1 {
		t.Errorf("a refused call left %d permissions", n)
	}
	if err := r.allow(web, types.IpPermission{IpProtocol: new("-1"), UserIdGroupPairs: []types.UserIdGroupPair{{GroupId: &other}}}); err != nil {
		t.Fatal(err)
	}
	wantCode(t, remove(other), "DependencyViolation") // web names it
}

func TestLaunchIntoGroups(t *testing.T) {
	r := newRig(t)
	r.seed(1)
	web, ssh := r.group("web"), r.group("ssh")
	out, err := r.ec2.RunInstances(t.Context(), fromTemplate(func(in *ec2api.RunInstancesInput) {
		in.SecurityGroupIds, in.SecurityGroups = []string{web}, []string{"ssh"}
	}))
	if err != nil {
		t.Fatal(err)
	}
	i := r.instance(*out.Instances[0].InstanceId)
	if len(i.SecurityGroups) != 2 || *i.SecurityGroups[0].GroupId != web || *i.SecurityGroups[1].GroupName != "ssh" {
		t.Errorf("the instance is in %v", i.SecurityGroups)
	}
	if found := r.matching("instance.group-id", ssh); len(found) != 2 {
		t.Errorf("%d instances are found by their group", len(found))
	}
	_, err = r.ec2.DeleteSecurityGroup(t.Context(), &ec2api.DeleteSecurityGroupInput{GroupId: &web})
	wantCode(t, err, "DependencyViolation")
	_, err = r.ec2.TerminateInstances(t.Context(), &ec2api.TerminateInstancesInput{InstanceIds: []string{*out.Instances[0].InstanceId, *out.Instances[1].InstanceId}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.ec2.DeleteSecurityGroup(t.Context(), &ec2api.DeleteSecurityGroupInput{GroupId: &web}); err != nil {
		t.Errorf("after the instances are gone: %v", err)
	}
	_, err = r.ec2.RunInstances(t.Context(), fromTemplate(func(in *ec2api.RunInstancesInput) { in.SecurityGroupIds = []string{web} }))
	wantCode(t, err, "InvalidGroup.NotFound")
}

// matching returns the ids of the instances that a filter finds.
func (r rig) matching(name string, values ...string) []string {
	r.Helper()
	out, err := r.ec2.DescribeInstances(r.Context(), &ec2api.DescribeInstancesInput{Filters: []types.Filter{{Name: &name, Values: values}}})
	if err != nil {
		r.Fatal(err)
	}
	var ids []string
	for _, res := range out.Reservations {
		for _, i := range res.Instances {
			ids = append(ids, *i.InstanceId)
		}
	}
	return ids
}
