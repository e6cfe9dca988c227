package ec2

import (
	"context"
	"encoding/base64"
	"strconv"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// attribute is one of an instance's attributes: how DescribeInstanceAttribute shows it, and how
// ModifyInstanceAttribute checks a new value and returns what sets it. One without set is not
// changed by this mock.
type attribute struct {
	show    func(r *region, i *instance, out *ec2api.DescribeInstanceAttributeOutput)
	stopped bool // can be changed only while the instance is stopped
	set     func(r *region, i *instance, e edit) (func(), error)
}

// edit is a change that a request asks for. Which member has the value depends on the attribute.
type edit struct {
	name   types.InstanceAttributeName
	value  string // user data in base64
	groups []string
	disks  []types.InstanceBlockDeviceMappingSpecification
}

// attributes are those that are modelled. Which of them need a stopped instance:
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_ChangingDisableAPITermination.html and
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html#user-data-modify
func attributes() map[types.InstanceAttributeName]attribute {
	return map[types.InstanceAttributeName]attribute{
		types.InstanceAttributeNameBlockDeviceMapping: {set: setDisks, show: func(r *region, i *instance, out *ec2api.DescribeInstanceAttributeOutput) {
			out.BlockDeviceMappings = r.describe(i).BlockDeviceMappings
		}},
		types.InstanceAttributeNameDisableApiStop: {set: flagSetter(func(i *instance) *bool { return &i.NoStop }), show: func(_ *region, i *instance, out *ec2api.DescribeInstanceAttributeOutput) {
			out.DisableApiStop = &types.AttributeBooleanValue{Value: new(i.NoStop)}
		}},
		types.InstanceAttributeNameDisableApiTermination: {set: setNoTerminate, show: func(_ *region, i *instance, out *ec2api.DescribeInstanceAttributeOutput) {
			out.DisableApiTermination = &types.AttributeBooleanValue{Value: new(i.NoTerminate)}
		}},
		types.InstanceAttributeNameEbsOptimized: {stopped: true, set: flagSetter(func(i *instance) *bool { return &i.EBSOptimized }), show: func(_ *region, i *instance, out *ec2api.DescribeInstanceAttributeOutput) {
			out.EbsOptimized = &types.AttributeBooleanValue{Value: new(i.EBSOptimized)}
		}},
		types.InstanceAttributeNameEnclaveOptions: {show: func(_ *region, _ *instance, out *ec2api.DescribeInstanceAttributeOutput) {
			out.EnclaveOptions = &types.EnclaveOptions{Enabled: new(false)}
		}},
		types.InstanceAttributeNameGroupSet: {set: setGroups, show: func(r *region, i *instance, out *ec2api.DescribeInstanceAttributeOutput) {
			out.Groups = r.describe(i).SecurityGroups
		}},
		types.InstanceAttributeNameInstanceInitiatedShutdownBehavior: {set: setOnShutdown, show: func(_ *region, i *instance, out *ec2api.DescribeInstanceAttributeOutput) {
			out.InstanceInitiatedShutdownBehavior = &types.AttributeValue{Value: new(string(i.onShutdown()))}
		}},
		types.InstanceAttributeNameInstanceType: {stopped: true, set: setType, show: func(_ *region, i *instance, out *ec2api.DescribeInstanceAttributeOutput) {
			out.InstanceType = &types.AttributeValue{Value: new(i.Type)}
		}},
		types.InstanceAttributeNameKernel: {show: func(_ *region, _ *instance, out *ec2api.DescribeInstanceAttributeOutput) {
			out.KernelId = &types.AttributeValue{}
		}},
		types.InstanceAttributeNameProductCodes: {show: func(*region, *instance, *ec2api.DescribeInstanceAttributeOutput) {}},
		types.InstanceAttributeNameRamdisk: {show: func(_ *region, _ *instance, out *ec2api.DescribeInstanceAttributeOutput) {
			out.RamdiskId = &types.AttributeValue{}
		}},
		types.InstanceAttributeNameRootDeviceName: {show: func(r *region, i *instance, out *ec2api.DescribeInstanceAttributeOutput) {
			out.RootDeviceName = &types.AttributeValue{Value: r.describe(i).RootDeviceName}
		}},
		types.InstanceAttributeNameSourceDestCheck: {set: setSourceDestCheck, show: func(_ *region, i *instance, out *ec2api.DescribeInstanceAttributeOutput) {
			out.SourceDestCheck = &types.AttributeBooleanValue{Value: new(len(i.NICs) == 0 || !i.NICs[0].NoCheck)}
		}},
		types.InstanceAttributeNameSriovNetSupport: {show: func(_ *region, _ *instance, out *ec2api.DescribeInstanceAttributeOutput) {
			out.SriovNetSupport = &types.AttributeValue{Value: new("simple")}
		}},
		types.InstanceAttributeNameUserData: {stopped: true, set: setUserData, show: func(_ *region, i *instance, out *ec2api.DescribeInstanceAttributeOutput) {
			out.UserData = &types.AttributeValue{}
			if len(i.UserData) > 0 {
				out.UserData.Value = new(base64.StdEncoding.EncodeToString(i.UserData))
			}
		}},
	}
}

// attributeNamed finds an attribute by its name.
func attributeNamed(name types.InstanceAttributeName) (attribute, error) {
	a, ok := attributes()[name]
	if !ok { // enaSupport is not shown: API_DescribeInstanceAttribute.html. assumed: the text.
		return attribute{}, wire.Errorf("InvalidParameterValue", "Value (%s) for parameter attribute is invalid. Unknown attribute.", name)
	}
	return a, nil
}

// instanceNamed finds the one instance of a request.
func (r *region) instanceNamed(id *string) (*instance, error) {
	if deref(id) == "" {
		return nil, wire.Errorf("MissingParameter", "The request must contain the parameter InstanceId")
	}
	found, err := r.find([]string{*id})
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// DescribeInstanceAttribute shows one attribute of one instance.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceAttribute.html
func (s *Service) DescribeInstanceAttribute(ctx context.Context, in *ec2api.DescribeInstanceAttributeInput) (*ec2api.DescribeInstanceAttributeOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	i, err := r.instanceNamed(in.InstanceId)
	if err != nil {
		return nil, err
	}
	if in.Attribute == "" {
		return nil, wire.Errorf("MissingParameter", "The request must contain the parameter attribute")
	}
	a, err := attributeNamed(in.Attribute)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	out := &ec2api.DescribeInstanceAttributeOutput{InstanceId: new(i.ID)}
	a.show(r, i, out)
	return out, nil
}

// ModifyInstanceAttribute changes one attribute of one instance, named by a parameter of
// its own or by Attribute and Value.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html
func (s *Service) ModifyInstanceAttribute(ctx context.Context, in *ec2api.ModifyInstanceAttributeInput) (*ec2api.ModifyInstanceAttributeOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	i, err := r.instanceNamed(in.InstanceId)
	if err != nil {
		return nil, err
	}
	e, err := editOf(in)
	if err != nil {
		return nil, err
	}
	apply, err := r.check(i, e)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	apply()
	f, _ := typeNamed(i.Type)
	world.InstanceChanged.Publish(s.world, r.Scope, world.InstanceChange{InstanceID: i.ID, Type: i.Type, CPUs: int(f.vcpus), MemoryMiB: int(f.memoryMiB), UserData: i.UserData})
	return &ec2api.ModifyInstanceAttributeOutput{}, nil
}

// editOf is the one change that a request asks for. Texts: github.com/ansible-collections/amazon.aws
// issue 470 and github.com/hashicorp/terraform-provider-aws, resource aws_instance.
func editOf(in *ec2api.ModifyInstanceAttributeInput) (edit, error) {
	edits := editsOf(in)
	switch {
	case len(edits) == 0:
		return edit{}, wire.Errorf("InvalidParameterCombination", "No attributes specified.")
	case len(edits) > 1:
		names := mapped(edits, func(e edit) string { return string(e.name) })
		return edit{}, wire.Errorf("InvalidParameterCombination", "Fields for multiple attribute types specified: %s", commaList(names))
	}
	return edits[0], nil
}

// editsOf reads every form in which a request can name an attribute. Attribute beside the
// parameter of the same attribute asks for nothing more.
func editsOf(in *ec2api.ModifyInstanceAttributeInput) []edit {
	var edits []edit
	flag := func(name types.InstanceAttributeName, v *types.AttributeBooleanValue) {
		if v != nil {
			edits = append(edits, edit{name: name, value: boolText(isSet(v.Value))})
		}
	}
	text := func(name types.InstanceAttributeName, v *types.AttributeValue) {
		if v != nil {
			edits = append(edits, edit{name: name, value: deref(v.Value)})
		}
	}
	if len(in.BlockDeviceMappings) > 0 {
		edits = append(edits, edit{name: types.InstanceAttributeNameBlockDeviceMapping, disks: in.BlockDeviceMappings})
	}
	flag(types.InstanceAttributeNameDisableApiStop, in.DisableApiStop)
	flag(types.InstanceAttributeNameDisableApiTermination, in.DisableApiTermination)
	flag(types.InstanceAttributeNameEbsOptimized, in.EbsOptimized)
	if len(in.Groups) > 0 {
		edits = append(edits, edit{name: types.InstanceAttributeNameGroupSet, groups: in.Groups})
	}
	text(types.InstanceAttributeNameInstanceInitiatedShutdownBehavior, in.InstanceInitiatedShutdownBehavior)
	text(types.InstanceAttributeNameInstanceType, in.InstanceType)
	flag(types.InstanceAttributeNameSourceDestCheck, in.SourceDestCheck)
	if in.UserData != nil {
		edits = append(edits, edit{name: types.InstanceAttributeNameUserData, value: base64.StdEncoding.EncodeToString(in.UserData.Value)})
	}
	if in.Attribute != "" && in.Value != nil {
		edits = append(edits, edit{name: in.Attribute, value: *in.Value})
	}
	return edits
}

// check says whether a change is possible and returns what makes it.
func (r *region) check(i *instance, e edit) (func(), error) {
	a, err := attributeNamed(e.name)
	switch {
	case err != nil:
		return nil, err
	case a.set == nil:
		return nil, wire.Errorf("UnknownParameter", "muster's mock does not change the attribute %s", e.name)
	case i.State == terminated || i.State == shuttingDown: // assumed: that it is refused, and the text
		return nil, wire.Errorf("IncorrectInstanceState", "The instance '%s' is not in a state from which it can be modified.", i.ID)
	case a.stopped && i.State != stopped: // text: github.com/hashicorp/packer issue 2763
		return nil, wire.Errorf("IncorrectInstanceState", "The instance '%s' is not in the 'stopped' state.", i.ID)
	}
	return a.set(r, i, e)
}

// ResetInstanceAttribute turns the source/destination check on again, which is the default;
// kernel and ramdisk, its other attributes, are those of paravirtual instances.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResetInstanceAttribute.html
func (s *Service) ResetInstanceAttribute(ctx context.Context, in *ec2api.ResetInstanceAttributeInput) (*ec2api.ResetInstanceAttributeOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	i, err := r.instanceNamed(in.InstanceId)
	if err != nil {
		return nil, err
	}
	if in.Attribute != types.InstanceAttributeNameSourceDestCheck { // assumed: the text
		return nil, wire.Errorf("InvalidParameterValue", "Value (%s) for parameter attribute is invalid. The attribute cannot be reset.", in.Attribute)
	}
	apply, err := r.check(i, edit{name: in.Attribute, value: strconv.FormatBool(true)})
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	apply()
	return &ec2api.ResetInstanceAttributeOutput{}, nil
}
