package ec2_test

import (
	"encoding/base64"
	"strings"
	"testing"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// attribute reads one attribute of an instance.
func (r rig) attribute(id string, name types.InstanceAttributeName) *ec2api.DescribeInstanceAttributeOutput {
	r.Helper()
	out, err := r.ec2.DescribeInstanceAttribute(r.Context(), &ec2api.DescribeInstanceAttributeInput{InstanceId: new(id), Attribute: name})
	if err != nil {
		r.Fatal(err)
	}
	return out
}

func (r rig) modify(in *ec2api.ModifyInstanceAttributeInput) error {
	_, err := r.ec2.ModifyInstanceAttribute(r.Context(), in)
	return err
}

func (r rig) stop(ids ...string) {
	r.Helper()
	if _, err := r.ec2.StopInstances(r.Context(), &ec2api.StopInstancesInput{InstanceIds: ids}); err != nil {
		r.Fatal(err)
	}
}

func on() *types.AttributeBooleanValue  { return &types.AttributeBooleanValue{Value: new(true)} }
func off() *types.AttributeBooleanValue { return &types.AttributeBooleanValue{Value: new(false)} }

func TestEachAttributeShowsWhatItWasSetTo(t *testing.T) {
	r := newRig(t)
	id := r.seed(1)[0]
	r.stop(id)
	group := *r.instance(id).SecurityGroups[0].GroupId
	script := "#!/bin/sh\necho hello\n"
	encoded := base64.StdEncoding.EncodeToString([]byte(script))
	tests := []struct {
		name   types.InstanceAttributeName
		change ec2api.ModifyInstanceAttributeInput
		want   ec2api.DescribeInstanceAttributeOutput
	}{
		{"disableApiTermination", ec2api.ModifyInstanceAttributeInput{DisableApiTermination: on()}, ec2api.DescribeInstanceAttributeOutput{DisableApiTermination: on()}},
		{"disableApiTermination", ec2api.ModifyInstanceAttributeInput{Attribute: "disableApiTermination", Value: new("false")}, ec2api.DescribeInstanceAttributeOutput{DisableApiTermination: off()}},
		{"disableApiStop", ec2api.ModifyInstanceAttributeInput{DisableApiStop: on()}, ec2api.DescribeInstanceAttributeOutput{DisableApiStop: on()}},
		{"ebsOptimized", ec2api.ModifyInstanceAttributeInput{EbsOptimized: on()}, ec2api.DescribeInstanceAttributeOutput{EbsOptimized: on()}},
		{"sourceDestCheck", ec2api.ModifyInstanceAttributeInput{SourceDestCheck: off()}, ec2api.DescribeInstanceAttributeOutput{SourceDestCheck: off()}},
		{"instanceType", ec2api.ModifyInstanceAttributeInput{InstanceType: &types.AttributeValue{Value: new("t3.large")}}, ec2api.DescribeInstanceAttributeOutput{InstanceType: &types.AttributeValue{Value: new("t3.large")}}},
		{"instanceType", ec2api.ModifyInstanceAttributeInput{Attribute: "instanceType", Value: new("t3.small")}, ec2api.DescribeInstanceAttributeOutput{InstanceType: &types.AttributeValue{Value: new("t3.small")}}},
		{"instanceInitiatedShutdownBehavior", ec2api.ModifyInstanceAttributeInput{InstanceInitiatedShutdownBehavior: &types.AttributeValue{Value: new("terminate")}},
			ec2api.DescribeInstanceAttributeOutput{InstanceInitiatedShutdownBehavior: &types.AttributeValue{Value: new("terminate")}}},
		{"userData", ec2api.ModifyInstanceAttributeInput{UserData: &types.SecureBlobAttributeValue{Value: []byte(script)}}, ec2api.DescribeInstanceAttributeOutput{UserData: &types.AttributeValue{Value: new(encoded)}}},
		{"userData", ec2api.ModifyInstanceAttributeInput{Attribute: "userData", Value: new(encoded)}, ec2api.DescribeInstanceAttributeOutput{UserData: &types.AttributeValue{Value: new(encoded)}}},
		{"groupSet", ec2api.ModifyInstanceAttributeInput{Groups: []string{group}}, ec2api.DescribeInstanceAttributeOutput{Groups: []types.GroupIdentifier{{GroupId: new(group), GroupName: new("default")}}}},
	}
	for _, tt := range tests {
		tt.change.InstanceId = new(id)
		if err := r.modify(&tt.change); err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		tt.want.InstanceId = new(id)
		got := r.attribute(id, tt.name)
		if diff := cmp.Diff(&tt.want, got, cmpopts.IgnoreUnexported(*got, types.AttributeBooleanValue{}, types.AttributeValue{}, types.GroupIdentifier{}), cmpopts.IgnoreFields(*got, "ResultMetadata")); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tt.name, diff)
		}
	}
	if got := r.instance(id); got.InstanceType != "t3.small" || !*got.EbsOptimized || *got.SourceDestCheck {
		t.Errorf("the instance shows %s, %v, %v", got.InstanceType, *got.EbsOptimized, *got.SourceDestCheck)
	}
}

func TestADiskIsKeptOrDeletedAsTheAttributeSays(t *testing.T) {
	r := newRig(t)
	id := r.seed(1)[0]
	device := r.instance(id).RootDeviceName
	err := r.modify(&ec2api.ModifyInstanceAttributeInput{InstanceId: new(id), BlockDeviceMappings: []types.InstanceBlockDeviceMappingSpecification{
		{DeviceName: device, Ebs: &types.EbsInstanceBlockDeviceSpecification{DeleteOnTermination: new(false)}}}})
	if err != nil {
		t.Fatal(err)
	}
	got := r.attribute(id, "blockDeviceMapping").BlockDeviceMappings
	if len(got) != 1 || *got[0].DeviceName != *device || *got[0].Ebs.DeleteOnTermination {
		t.Errorf("got %+v", got)
	}
}

func TestAnAttributeIsRefusedAsEC2Does(t *testing.T) {
	r := newRig(t)
	ids := r.seed(2)
	running, still := ids[0], ids[1]
	r.stop(still)
	text := func(v string) *types.AttributeValue { return &types.AttributeValue{Value: new(v)} }
	tests := []struct {
		id     string
		change ec2api.ModifyInstanceAttributeInput
		code   string
		text   string
	}{
		{still, ec2api.ModifyInstanceAttributeInput{}, "InvalidParameterCombination", "No attributes specified."},
		{still, ec2api.ModifyInstanceAttributeInput{DisableApiStop: on(), InstanceType: text("t3.large")}, "InvalidParameterCombination", "Fields for multiple attribute types specified: disableApiStop, instanceType"},
		{running, ec2api.ModifyInstanceAttributeInput{InstanceType: text("t3.large")}, "IncorrectInstanceState", "The instance '" + running + "' is not in the 'stopped' state."},
		{running, ec2api.ModifyInstanceAttributeInput{UserData: &types.SecureBlobAttributeValue{Value: []byte("x")}}, "IncorrectInstanceState", "is not in the 'stopped' state"},
		{still, ec2api.ModifyInstanceAttributeInput{InstanceType: text("t9.huge")}, "InvalidInstanceAttributeValue", "t9.huge"},
		{still, ec2api.ModifyInstanceAttributeInput{InstanceType: text("m7g.large")}, "InvalidInstanceAttributeValue", "'m7g.large' is not a valid instance type for instance '" + still + "' of architecture 'x86_64'."},
		{still, ec2api.ModifyInstanceAttributeInput{InstanceInitiatedShutdownBehavior: text("explode")}, "InvalidInstanceAttributeValue", "explode"},
		{still, ec2api.ModifyInstanceAttributeInput{Attribute: "userData", Value: new("no base64!")}, "InvalidUserData.Malformed", "Invalid BASE64 encoding"},
		{still, ec2api.ModifyInstanceAttributeInput{UserData: &types.SecureBlobAttributeValue{Value: make([]byte, 16385)}}, "InvalidUserData.Malformed", "limited to 16384 bytes"},
		{still, ec2api.ModifyInstanceAttributeInput{Attribute: "colour", Value: new("red")}, "InvalidParameterValue", "colour"},
		{still, ec2api.ModifyInstanceAttributeInput{Attribute: "kernel", Value: new("aki-1")}, "UnknownParameter", "kernel"},
		{still, ec2api.ModifyInstanceAttributeInput{Groups: []string{"sg-00000000000000000"}}, "InvalidGroup.NotFound", "sg-00000000000000000"},
		{"i-00000000000000000", ec2api.ModifyInstanceAttributeInput{DisableApiStop: on()}, "InvalidInstanceID.NotFound", "does not exist"},
		{still, ec2api.ModifyInstanceAttributeInput{DisableApiStop: on(), DryRun: new(true)}, "DryRunOperation", ""},
	}
	for _, tt := range tests {
		tt.change.InstanceId = new(tt.id)
		err := r.modify(&tt.change)
		wantCode(t, err, tt.code)
		if err != nil && !strings.Contains(err.Error(), tt.text) {
			t.Errorf("%v does not say %q", err, tt.text)
		}
	}
	if *r.attribute(still, "disableApiStop").DisableApiStop.Value {
		t.Error("a refused or a dry change was made")
	}
}

func TestProtectionHoldsUntilItIsTakenAway(t *testing.T) {
	r := newRig(t)
	id := r.seed(1)[0]
	set := func(v *types.AttributeBooleanValue) {
		if err := r.modify(&ec2api.ModifyInstanceAttributeInput{InstanceId: new(id), DisableApiStop: v}); err != nil {
			t.Fatal(err)
		}
	}
	set(on())
	_, err := r.ec2.StopInstances(t.Context(), &ec2api.StopInstancesInput{InstanceIds: []string{id}})
	wantCode(t, err, "OperationNotPermitted")
	_, err = r.ec2.TerminateInstances(t.Context(), &ec2api.TerminateInstancesInput{InstanceIds: []string{id}})
	wantCode(t, err, "OperationNotPermitted")
	set(off())
	r.stop(id)
}

func TestResetTurnsTheSourceDestinationCheckOnAgain(t *testing.T) {
	r := newRig(t)
	id := r.seed(1)[0]
	if err := r.modify(&ec2api.ModifyInstanceAttributeInput{InstanceId: new(id), SourceDestCheck: off()}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.ec2.ResetInstanceAttribute(t.Context(), &ec2api.ResetInstanceAttributeInput{InstanceId: new(id), Attribute: "sourceDestCheck"}); err != nil {
		t.Fatal(err)
	}
	if !*r.attribute(id, "sourceDestCheck").SourceDestCheck.Value {
		t.Error("the check is still off")
	}
	_, err := r.ec2.ResetInstanceAttribute(t.Context(), &ec2api.ResetInstanceAttributeInput{InstanceId: new(id), Attribute: "userData"})
	wantCode(t, err, "InvalidParameterValue")
}
