package ec2_test

import (
	"testing"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
)

func tagMap(tags []types.Tag) map[string]string {
	out := map[string]string{}
	for _, t := range tags {
		out[*t.Key] = *t.Value
	}
	return out
}

func fromTemplate(change func(*ec2api.RunInstancesInput)) *ec2api.RunInstancesInput {
	in := &ec2api.RunInstancesInput{LaunchTemplate: &types.LaunchTemplateSpecification{LaunchTemplateName: new("web")}, MinCount: new(int32(2)), MaxCount: new(int32(2))}
	if change != nil {
		change(in)
	}
	return in
}

func TestLaunchMergesArgumentsOverTheTemplate(t *testing.T) {
	r := newRig(t)
	r.seed(1)
	out, err := r.ec2.RunInstances(t.Context(), fromTemplate(func(in *ec2api.RunInstancesInput) {
		in.InstanceType = "t3.large"
		in.TagSpecifications = []types.TagSpecification{{ResourceType: "instance", Tags: []types.Tag{{Key: new("env"), Value: new("prod")}, {Key: new("Name"), Value: new("x")}}}}
	}))
	if err != nil {
		t.Fatal(err)
	}
	i := out.Instances[1]
	if i.InstanceType != "t3.large" || *i.AmiLaunchIndex != 1 {
		t.Errorf("type %s, index %d", i.InstanceType, *i.AmiLaunchIndex)
	}
	tags := tagMap(i.Tags)
	delete(tags, "aws:ec2launchtemplate:id")
	want := map[string]string{"role": "web", "env": "prod", "Name": "x", "aws:ec2launchtemplate:version": "1"}
	if diff := cmp.Diff(want, tags); diff != "" {
		t.Errorf("tags:\n%s", diff)
	}
}

func TestClientTokenLaunchesOnce(t *testing.T) {
	r := newRig(t, believable)
	r.seed(1)
	token := func(in *ec2api.RunInstancesInput) { in.ClientToken = new("t") }
	first, err := r.ec2.RunInstances(t.Context(), fromTemplate(token))
	if err != nil {
		t.Fatal(err)
	}
	again, err := r.ec2.RunInstances(t.Context(), fromTemplate(token))
	if err != nil || *again.ReservationId != *first.ReservationId || len(again.Instances) != 2 {
		t.Errorf("the same token: %v, %v", again, err)
	}
	_, err = r.ec2.RunInstances(t.Context(), fromTemplate(func(in *ec2api.RunInstancesInput) { token(in); in.InstanceType = "t3.nano" }))
	wantCode(t, err, "IdempotentParameterMismatch")
	zonal, err := r.ec2.RunInstances(t.Context(), fromTemplate(func(in *ec2api.RunInstancesInput) {
		token(in)
		in.Placement = &types.Placement{AvailabilityZone: new("us-east-1b")}
	}))
	if err != nil || *zonal.ReservationId == *first.ReservationId {
		t.Errorf("the same token in a zone: %v, %v", zonal, err)
	}
	if _, err := r.ec2.TerminateInstances(t.Context(), &ec2api.TerminateInstancesInput{InstanceIds: []string{*first.Instances[0].InstanceId, *first.Instances[1].InstanceId}}); err != nil {
		t.Fatal(err)
	}
	_, err = r.ec2.RunInstances(t.Context(), fromTemplate(token))
	wantCode(t, err, "IdempotentInstanceTerminated")
}

func TestLaunchRefuses(t *testing.T) {
	r := newRig(t)
	r.seed(1)
	for _, tt := range []struct {
		name, code string
		change     func(*ec2api.RunInstancesInput)
	}{
		{"a template that is not there", "InvalidLaunchTemplateName.NotFoundException", func(in *ec2api.RunInstancesInput) { in.LaunchTemplate.LaunchTemplateName = new("nope") }},
		{"a version that is not there", "InvalidLaunchTemplateId.VersionNotFound", func(in *ec2api.RunInstancesInput) { in.LaunchTemplate.Version = new("7") }},
		{"an unknown type", "InvalidParameterValue", func(in *ec2api.RunInstancesInput) { in.InstanceType = "z9.huge" }},
		{"the wrong architecture", "InvalidParameterValue", func(in *ec2api.RunInstancesInput) { in.InstanceType = "m7g.large" }},
		{"an unknown zone", "InvalidParameterValue", func(in *ec2api.RunInstancesInput) {
			in.Placement = &types.Placement{AvailabilityZone: new("us-east-1z")}
		}},
		{"an unknown subnet", "InvalidSubnetID.NotFound", func(in *ec2api.RunInstancesInput) { in.SubnetId = new("subnet-0123456789abcdef0") }},
		{"more than fit", "InsufficientFreeAddressesInSubnet", func(in *ec2api.RunInstancesInput) { in.MinCount, in.MaxCount = new(int32(5000)), new(int32(5000)) }},
		{"more at least than at most", "InvalidParameterCombination", func(in *ec2api.RunInstancesInput) { in.MinCount = new(int32(3)) }},
		{"a reserved tag", "InvalidParameterValue", func(in *ec2api.RunInstancesInput) {
			in.TagSpecifications = []types.TagSpecification{{ResourceType: "instance", Tags: []types.Tag{{Key: new("aws:x"), Value: new("1")}}}}
		}},
		{"a dry run, which would have succeeded", "DryRunOperation", func(in *ec2api.RunInstancesInput) { in.DryRun = new(true) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := r.ec2.RunInstances(t.Context(), fromTemplate(tt.change))
			wantCode(t, err, tt.code)
		})
	}
	out, err := r.ec2.DescribeInstances(t.Context(), &ec2api.DescribeInstancesInput{})
	if err != nil || len(out.Reservations) != 1 {
		t.Errorf("something was launched: %d reservations, %v", len(out.Reservations), err)
	}
}

func TestTemplateVersions(t *testing.T) {
	r := newRig(t)
	r.seed(1)
	v2, err := r.ec2.CreateLaunchTemplateVersion(t.Context(), &ec2api.CreateLaunchTemplateVersionInput{LaunchTemplateName: new("web"), SourceVersion: new("1"),
		LaunchTemplateData: &types.RequestLaunchTemplateData{InstanceType: "t3.large"}})
	if err != nil {
		t.Fatal(err)
	}
	data := v2.LaunchTemplateVersion.LaunchTemplateData
	if *v2.LaunchTemplateVersion.VersionNumber != 2 || data.ImageId == nil || tagMap(data.TagSpecifications[0].Tags)["role"] != "web" {
		t.Errorf("version 2 = %+v", data)
	}
	for selector, want := range map[string]types.InstanceType{"$Default": "t3.micro", "$Latest": "t3.large", "1": "t3.micro", "": "t3.micro"} {
		out, err := r.ec2.RunInstances(t.Context(), fromTemplate(func(in *ec2api.RunInstancesInput) { in.LaunchTemplate.Version = &selector }))
		if err != nil || out.Instances[0].InstanceType != want {
			t.Errorf("version %q: %v, %v", selector, out, err)
		}
	}
	list, err := r.ec2.DescribeLaunchTemplateVersions(t.Context(), &ec2api.DescribeLaunchTemplateVersionsInput{LaunchTemplateName: new("web"), MaxResults: new(int32(1))})
	if err != nil || *list.LaunchTemplateVersions[0].VersionNumber != 2 || list.NextToken == nil {
		t.Errorf("first page %v, %v", list, err)
	}
}
