package ec2_test

import (
	"testing"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
)

// addVersion gives the template web another version on top of the first.
func (r rig) addVersion(kind types.InstanceType) {
	r.Helper()
	if _, err := r.ec2.CreateLaunchTemplateVersion(r.Context(), &ec2api.CreateLaunchTemplateVersionInput{LaunchTemplateName: new("web"), SourceVersion: new("1"),
		LaunchTemplateData: &types.RequestLaunchTemplateData{InstanceType: kind}}); err != nil {
		r.Fatal(err)
	}
}

func (r rig) versions(change func(*ec2api.DescribeLaunchTemplateVersionsInput)) []int64 {
	r.Helper()
	in := &ec2api.DescribeLaunchTemplateVersionsInput{LaunchTemplateName: new("web")}
	if change != nil {
		change(in)
	}
	out, err := r.ec2.DescribeLaunchTemplateVersions(r.Context(), in)
	if err != nil {
		r.Fatal(err)
	}
	var numbers []int64
	for _, v := range out.LaunchTemplateVersions {
		numbers = append(numbers, *v.VersionNumber)
	}
	return numbers
}

func TestDefaultVersionIsSet(t *testing.T) {
	r := newRig(t)
	r.seed(1)
	r.addVersion("t3.large")
	out, err := r.ec2.ModifyLaunchTemplate(t.Context(), &ec2api.ModifyLaunchTemplateInput{LaunchTemplateName: new("web"), DefaultVersion: new("2")})
	if err != nil || *out.LaunchTemplate.DefaultVersionNumber != 2 {
		t.Fatalf("%v, %v", out, err)
	}
	if i, err := r.run("web", nil); err != nil || i.InstanceType != "t3.large" {
		t.Errorf("launched %s, %v", i.InstanceType, err)
	}
	_, err = r.ec2.ModifyLaunchTemplate(t.Context(), &ec2api.ModifyLaunchTemplateInput{LaunchTemplateName: new("web"), DefaultVersion: new("9")})
	wantCode(t, err, "InvalidLaunchTemplateId.VersionNotFound")
	_, err = r.ec2.ModifyLaunchTemplate(t.Context(), &ec2api.ModifyLaunchTemplateInput{LaunchTemplateName: new("web")})
	wantCode(t, err, "MissingParameter")
}

func TestVersionsAreDeletedEachForItself(t *testing.T) {
	r := newRig(t)
	r.seed(1)
	r.addVersion("t3.large")
	r.addVersion("t3.nano")
	out, err := r.ec2.DeleteLaunchTemplateVersions(t.Context(), &ec2api.DeleteLaunchTemplateVersionsInput{LaunchTemplateName: new("web"), Versions: []string{"1", "3", "7"}})
	if err != nil {
		t.Fatal(err)
	}
	got := map[int64]types.LaunchTemplateErrorCode{}
	for _, v := range out.SuccessfullyDeletedLaunchTemplateVersions {
		got[*v.VersionNumber] = ""
	}
	for _, v := range out.UnsuccessfullyDeletedLaunchTemplateVersions {
		got[*v.VersionNumber] = v.ResponseError.Code
	}
	if diff := cmp.Diff(map[int64]types.LaunchTemplateErrorCode{1: "unexpectedError", 3: "", 7: "launchTemplateVersionDoesNotExist"}, got); diff != "" {
		t.Errorf("deleted:\n%s", diff)
	}
	r.addVersion("t3.small")
	if diff := cmp.Diff([]int64{4, 2, 1}, r.versions(nil)); diff != "" {
		t.Errorf("versions, none of whose numbers is given twice:\n%s", diff)
	}
	_, err = r.ec2.DeleteLaunchTemplateVersions(t.Context(), &ec2api.DeleteLaunchTemplateVersionsInput{LaunchTemplateName: new("none"), Versions: []string{"1"}})
	wantCode(t, err, "InvalidLaunchTemplateName.NotFoundException")
}

func TestVersionsAcrossTemplates(t *testing.T) {
	r := newRig(t)
	r.seed(1)
	r.addVersion("t3.large")
	r.template("other", func(d *types.RequestLaunchTemplateData) { d.EbsOptimized = new(true) })
	all := func(versions ...string) func(*ec2api.DescribeLaunchTemplateVersionsInput) {
		return func(in *ec2api.DescribeLaunchTemplateVersionsInput) {
			in.LaunchTemplateName, in.Versions = nil, versions
		}
	}
	filter := func(name, value string) func(*ec2api.DescribeLaunchTemplateVersionsInput) {
		return func(in *ec2api.DescribeLaunchTemplateVersionsInput) {
			all("$Latest", "$Default")(in)
			in.Filters = []types.Filter{{Name: &name, Values: []string{value}}}
		}
	}
	for name, tt := range map[string]struct {
		change func(*ec2api.DescribeLaunchTemplateVersionsInput)
		want   []int64
	}{
		"the latest":                 {all("$Latest"), []int64{2, 1}},
		"the default":                {all("$Default"), []int64{1, 1}},
		"both, each once":            {all("$Latest", "$Default"), []int64{2, 1, 1}},
		"of a type":                  {filter("instance-type", "t3.l*"), []int64{2}},
		"optimized":                  {filter("ebs-optimized", "true"), []int64{1}},
		"that are the default":       {filter("is-default-version", "true"), []int64{1, 1}},
		"of one template, from 2 on": {func(in *ec2api.DescribeLaunchTemplateVersionsInput) { in.MinVersion = new("2") }, []int64{2}},
	} {
		if diff := cmp.Diff(tt.want, r.versions(tt.change)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
	_, err := r.ec2.DescribeLaunchTemplateVersions(t.Context(), &ec2api.DescribeLaunchTemplateVersionsInput{Versions: []string{"1"}})
	wantCode(t, err, "MissingParameter")
}

func TestTemplateTokens(t *testing.T) {
	r := newRig(t)
	r.seed(1)
	create := func(name string, kind types.InstanceType) (string, error) {
		out, err := r.ec2.CreateLaunchTemplate(t.Context(), &ec2api.CreateLaunchTemplateInput{LaunchTemplateName: &name, ClientToken: new("t"), LaunchTemplateData: &types.RequestLaunchTemplateData{InstanceType: kind}})
		if err != nil {
			return "", err
		}
		return *out.LaunchTemplate.LaunchTemplateId, nil
	}
	first, err := create("one", "t3.nano")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := create("one", "t3.nano"); err != nil || again != first {
		t.Errorf("the same call: %s, %v", again, err)
	}
	_, err = create("two", "t3.nano")
	wantCode(t, err, "IdempotentParameterMismatch")
	_, err = create("one", "t3.micro")
	wantCode(t, err, "IdempotentParameterMismatch")
	version := func(kind types.InstanceType) (int64, error) {
		out, err := r.ec2.CreateLaunchTemplateVersion(t.Context(), &ec2api.CreateLaunchTemplateVersionInput{LaunchTemplateName: new("one"), ClientToken: new("t"), LaunchTemplateData: &types.RequestLaunchTemplateData{InstanceType: kind}})
		if err != nil {
			return 0, err
		}
		return *out.LaunchTemplateVersion.VersionNumber, nil
	}
	for range 2 {
		if n, err := version("t3.large"); err != nil || n != 2 {
			t.Errorf("version %d, %v", n, err)
		}
	}
	_, err = version("t3.small")
	wantCode(t, err, "IdempotentParameterMismatch")
}

func TestTemplateFromAnInstance(t *testing.T) {
	r := newRig(t)
	id := r.seed(1)[0]
	out, err := r.ec2.GetLaunchTemplateData(t.Context(), &ec2api.GetLaunchTemplateDataInput{InstanceId: &id})
	if err != nil {
		t.Fatal(err)
	}
	d, i := out.LaunchTemplateData, r.instance(id)
	if *d.ImageId != *i.ImageId || d.InstanceType != i.InstanceType || *d.NetworkInterfaces[0].SubnetId != *i.SubnetId || *d.BlockDeviceMappings[0].Ebs.VolumeSize != 8 || tagMap(d.TagSpecifications[0].Tags)["Name"] != "web-1" {
		t.Errorf("data %+v", d)
	}
	_, err = r.ec2.GetLaunchTemplateData(t.Context(), &ec2api.GetLaunchTemplateDataInput{InstanceId: new("i-0123456789abcdef0")})
	wantCode(t, err, "InvalidInstanceID.NotFound")
}

func TestTokenOfALaunchWhoseTemplateMovedOn(t *testing.T) {
	r := newRig(t)
	r.seed(1)
	latest := func(in *ec2api.RunInstancesInput) {
		in.ClientToken, in.LaunchTemplate.Version = new("t"), new("$Latest")
	}
	if _, err := r.run("web", latest); err != nil {
		t.Fatal(err)
	}
	r.addVersion("t3.large")
	_, err := r.run("web", latest)
	wantCode(t, err, "IdempotentParameterMismatch")
}
