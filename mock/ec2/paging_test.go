package ec2_test

import (
	"testing"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// describe is a call that lists things: with a page size, a token, or ids.
type describe struct {
	id   string // one that is not there
	call func(ids []string, size *int32, token *string) error
}

func (r rig) describes() map[string]describe {
	ctx, c := r.Context(), r.ec2
	return map[string]describe{
		"DescribeImages": {"ami-0123456789abcdef0", func(ids []string, n *int32, next *string) error {
			_, err := c.DescribeImages(ctx, &ec2api.DescribeImagesInput{ImageIds: ids, MaxResults: n, NextToken: next})
			return err
		}},
		"DescribeInstanceStatus": {"i-0123456789abcdef0", func(ids []string, n *int32, next *string) error {
			_, err := c.DescribeInstanceStatus(ctx, &ec2api.DescribeInstanceStatusInput{InstanceIds: ids, MaxResults: n, NextToken: next})
			return err
		}},
		"DescribeInstanceTypes": {"z9.huge", func(ids []string, n *int32, next *string) error {
			in := &ec2api.DescribeInstanceTypesInput{MaxResults: n, NextToken: next}
			for _, id := range ids {
				in.InstanceTypes = append(in.InstanceTypes, types.InstanceType(id))
			}
			_, err := c.DescribeInstanceTypes(ctx, in)
			return err
		}},
		"DescribeInstances": {"i-0123456789abcdef0", func(ids []string, n *int32, next *string) error {
			_, err := c.DescribeInstances(ctx, &ec2api.DescribeInstancesInput{InstanceIds: ids, MaxResults: n, NextToken: next})
			return err
		}},
		"DescribeNetworkInterfaces": {"eni-0123456789abcdef0", func(ids []string, n *int32, next *string) error {
			_, err := c.DescribeNetworkInterfaces(ctx, &ec2api.DescribeNetworkInterfacesInput{NetworkInterfaceIds: ids, MaxResults: n, NextToken: next})
			return err
		}},
		"DescribeSecurityGroupRules": {"sgr-0123456789abcdef0", func(ids []string, n *int32, next *string) error {
			_, err := c.DescribeSecurityGroupRules(ctx, &ec2api.DescribeSecurityGroupRulesInput{SecurityGroupRuleIds: ids, MaxResults: n, NextToken: next})
			return err
		}},
		"DescribeSecurityGroups": {"sg-0123456789abcdef0", func(ids []string, n *int32, next *string) error {
			_, err := c.DescribeSecurityGroups(ctx, &ec2api.DescribeSecurityGroupsInput{GroupIds: ids, MaxResults: n, NextToken: next})
			return err
		}},
		"DescribeSnapshots": {"snap-0123456789abcdef0", func(ids []string, n *int32, next *string) error {
			_, err := c.DescribeSnapshots(ctx, &ec2api.DescribeSnapshotsInput{SnapshotIds: ids, MaxResults: n, NextToken: next})
			return err
		}},
		"DescribeSubnets": {"subnet-0123456789abcdef0", func(ids []string, n *int32, next *string) error {
			_, err := c.DescribeSubnets(ctx, &ec2api.DescribeSubnetsInput{SubnetIds: ids, MaxResults: n, NextToken: next})
			return err
		}},
		"DescribeVolumeStatus": {"vol-0123456789abcdef0", func(ids []string, n *int32, next *string) error {
			_, err := c.DescribeVolumeStatus(ctx, &ec2api.DescribeVolumeStatusInput{VolumeIds: ids, MaxResults: n, NextToken: next})
			return err
		}},
		"DescribeVolumes": {"vol-0123456789abcdef0", func(ids []string, n *int32, next *string) error {
			_, err := c.DescribeVolumes(ctx, &ec2api.DescribeVolumesInput{VolumeIds: ids, MaxResults: n, NextToken: next})
			return err
		}},
		"DescribeVpcs": {"vpc-0123456789abcdef0", func(ids []string, n *int32, next *string) error {
			_, err := c.DescribeVpcs(ctx, &ec2api.DescribeVpcsInput{VpcIds: ids, MaxResults: n, NextToken: next})
			return err
		}},
	}
}

// TestPagesAreAskedForAsEC2Allows: a page size within its range, no page of ids, whether
// they are there or not, and no token of another call.
func TestPagesAreAskedForAsEC2Allows(t *testing.T) {
	r := newRig(t)
	r.seed(12)
	for name, d := range r.describes() {
		t.Run(name, func(t *testing.T) {
			wantCode(t, d.call([]string{d.id}, new(int32(50)), nil), "InvalidParameterCombination")
			wantCode(t, d.call(nil, new(int32(0)), nil), "InvalidParameterValue")
			wantCode(t, d.call(nil, new(int32(1001)), nil), "InvalidParameterValue")
			wantCode(t, d.call(nil, new(int32(50)), new("bm9uc2Vuc2U6NQ")), "InvalidNextToken")
			if err := d.call(nil, new(int32(50)), nil); err != nil {
				t.Error(err)
			}
			if err := d.call([]string{d.id}, nil, nil); err == nil {
				t.Errorf("%s, which is not there, was described", d.id)
			}
		})
	}
	page, err := r.ec2.DescribeVolumes(t.Context(), &ec2api.DescribeVolumesInput{MaxResults: new(int32(5))})
	if err != nil || len(page.Volumes) != 5 || page.NextToken == nil {
		t.Fatal(page, err)
	}
	_, err = r.ec2.DescribeInstances(t.Context(), &ec2api.DescribeInstancesInput{MaxResults: new(int32(5)), NextToken: page.NextToken})
	wantCode(t, err, "InvalidNextToken")
}

// TestInterfacesOfInstancesAreFiltered looks at filters that several interfaces share.
func TestInterfacesOfInstancesAreFiltered(t *testing.T) {
	r := newRig(t)
	ids := r.seed(3)
	eni := *r.instance(ids[1]).NetworkInterfaces[0].NetworkInterfaceId
	if _, err := r.ec2.CreateTags(t.Context(), &ec2api.CreateTagsInput{Resources: []string{eni}, Tags: []types.Tag{{Key: new("use"), Value: new("front")}}}); err != nil {
		t.Fatal(err)
	}
	public := *r.instance(ids[2]).PublicIpAddress
	for _, tt := range []struct{ name, value, want string }{
		{"network-interface.network-interface-id", eni, ids[1]},
		{"network-interface.tag-key", "use", ids[1]},
		{"network-interface.association.public-ip", public, ids[2]},
		{"network-interface.addresses.private-ip-address", *r.instance(ids[0]).PrivateIpAddress, ids[0]},
	} {
		if found := r.matching(tt.name, tt.value); len(found) != 1 || found[0] != tt.want {
			t.Errorf("%s=%s finds %v, want %s", tt.name, tt.value, found, tt.want)
		}
	}
	if found := r.matching("metadata-options.http-tokens", "required"); len(found) != 3 {
		t.Errorf("%d instances take session tokens only", len(found))
	}
	out, err := r.ec2.DescribeTags(t.Context(), &ec2api.DescribeTagsInput{Filters: []types.Filter{{Name: new("tag:use"), Values: []string{"fr*"}}}})
	if err != nil || len(out.Tags) != 1 || *out.Tags[0].ResourceId != eni || out.Tags[0].ResourceType != "network-interface" {
		t.Errorf("tags by key and value: %v, %v", out, err)
	}
}
