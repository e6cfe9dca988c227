package ec2_test

import (
	"testing"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
)

func TestRegionsAndTheirOptIn(t *testing.T) {
	r := newRig(t)
	out, err := r.ec2.DescribeRegions(t.Context(), &ec2api.DescribeRegionsInput{})
	if err != nil {
		t.Fatal(err)
	}
	all, err := r.ec2.DescribeRegions(t.Context(), &ec2api.DescribeRegionsInput{AllRegions: new(true), Filters: []types.Filter{{Name: new("opt-in-status"), Values: []string{"not-opted-in"}}}})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Regions) != 17 || len(all.Regions) == 0 || *all.Regions[0].RegionName != "af-south-1" {
		t.Errorf("%d regions are enabled, %d are not", len(out.Regions), len(all.Regions))
	}
	_, err = r.ec2.DescribeRegions(t.Context(), &ec2api.DescribeRegionsInput{RegionNames: []string{"moon-1"}})
	wantCode(t, err, "InvalidParameterValue")
}

func TestZonesHaveIDs(t *testing.T) {
	for region, want := range map[string]string{"us-east-1": "use1-az2", "ap-southeast-2": "apse2-az2", "ca-central-1": "cac1-az2", "eu-central-1": "euc1-az2"} {
		r := newRig(t).in("123456789012", region)
		out, err := r.ec2.DescribeAvailabilityZones(t.Context(), &ec2api.DescribeAvailabilityZonesInput{Filters: []types.Filter{{Name: new("zone-name"), Values: []string{region + "b"}}}})
		if err != nil || *out.AvailabilityZones[0].ZoneId != want {
			t.Errorf("%sb: %v, %v; want %s", region, out, err, want)
		}
	}
}

func TestOfferingsByPlace(t *testing.T) {
	r := newRig(t)
	locations := func(kind types.LocationType) (found []string) {
		t.Helper()
		out, err := r.ec2.DescribeInstanceTypeOfferings(t.Context(), &ec2api.DescribeInstanceTypeOfferingsInput{LocationType: kind,
			Filters: []types.Filter{{Name: new("instance-type"), Values: []string{"m7i.large"}}, {Name: new("location"), Values: []string{"us*1*1", "use1-az3", "us-east-1c", "us-east-1"}}}})
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range out.InstanceTypeOfferings {
			found = append(found, *o.Location)
		}
		return found
	}
	for kind, want := range map[types.LocationType][]string{"": {"us-east-1"}, "availability-zone": {"us-east-1c"}, "availability-zone-id": {"use1-az1", "use1-az3"}} {
		if diff := cmp.Diff(want, locations(kind)); diff != "" {
			t.Errorf("offerings by %q:\n%s", kind, diff)
		}
	}
}

func TestTypesByTheirFigures(t *testing.T) {
	r := newRig(t)
	find := func(pairs ...string) (found []types.InstanceType) {
		t.Helper()
		var filters []types.Filter
		for n := 0; n < len(pairs); n += 2 {
			filters = append(filters, types.Filter{Name: &pairs[n], Values: []string{pairs[n+1]}})
		}
		out, err := r.ec2.DescribeInstanceTypes(t.Context(), &ec2api.DescribeInstanceTypesInput{Filters: filters})
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range out.InstanceTypes {
			found = append(found, i.InstanceType)
		}
		return found
	}
	for _, tt := range []struct {
		filters []string
		want    []types.InstanceType
	}{
		{[]string{"vcpu-info.default-vcpus", "8", "memory-info.size-in-mib", "65536"}, []types.InstanceType{"r5.2xlarge", "r6i.2xlarge", "r6g.2xlarge", "i4i.2xlarge"}},
		{[]string{"free-tier-eligible", "true", "processor-info.supported-architecture", "arm64"}, []types.InstanceType{"t4g.micro", "t4g.small"}},
		{[]string{"bare-metal", "true", "instance-type", "m7*"}, []types.InstanceType{"m7i.metal-24xl", "m7i.metal-48xl", "m7g.metal"}},
		{[]string{"instance-storage-info.total-size-in-gb", "7600"}, []types.InstanceType{"i3.8xlarge"}},
		{[]string{"hypervisor", "xen", "network-info.ena-support", "supported", "instance-type", "*.large"}, []types.InstanceType{"i3.large"}},
	} {
		if diff := cmp.Diff(tt.want, find(tt.filters...)); diff != "" {
			t.Errorf("%v:\n%s", tt.filters, diff)
		}
	}
	_, err := r.ec2.DescribeInstanceTypes(t.Context(), &ec2api.DescribeInstanceTypesInput{InstanceTypes: []types.InstanceType{"z9.huge"}})
	wantCode(t, err, "InvalidInstanceType")
}
