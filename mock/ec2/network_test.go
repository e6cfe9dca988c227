package ec2_test

import (
	"testing"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// ownSubnet makes a VPC and a subnet of it in us-east-1a.
func (r rig) ownSubnet(vpcCIDR, cidr string) (vpc, subnet string) {
	r.Helper()
	v, err := r.ec2.CreateVpc(r.Context(), &ec2api.CreateVpcInput{CidrBlock: &vpcCIDR})
	if err != nil {
		r.Fatal(err)
	}
	s, err := r.ec2.CreateSubnet(r.Context(), &ec2api.CreateSubnetInput{VpcId: v.Vpc.VpcId, CidrBlock: &cidr, AvailabilityZone: new("us-east-1a")})
	if err != nil {
		r.Fatal(err)
	}
	return *v.Vpc.VpcId, *s.Subnet.SubnetId
}

func (r rig) launchInto(subnet string) types.Instance {
	r.Helper()
	out, err := r.ec2.RunInstances(r.Context(), fromTemplate(func(in *ec2api.RunInstancesInput) {
		in.SubnetId, in.MinCount, in.MaxCount = &subnet, new(int32(1)), new(int32(1))
	}))
	if err != nil {
		r.Fatal(err)
	}
	return r.instance(*out.Instances[0].InstanceId)
}

func TestLaunchIntoAnOwnSubnet(t *testing.T) {
	r := newRig(t)
	r.seed(1)
	vpc, subnet := r.ownSubnet("10.1.0.0/16", "10.1.2.0/28")
	i := r.launchInto(subnet)
	if *i.PrivateIpAddress != "10.1.2.4" || *i.VpcId != vpc || i.PublicIpAddress != nil || len(r.matching("vpc-id", vpc)) != 1 {
		t.Errorf("the instance has %s in %s, public %v", *i.PrivateIpAddress, *i.VpcId, i.PublicIpAddress)
	}
	if g := i.SecurityGroups[0]; *g.GroupName != "default" || *r.describeGroup(*g.GroupId).VpcId != vpc {
		t.Errorf("the instance is in %s of another VPC", *g.GroupId)
	}
	if _, err := r.ec2.ModifySubnetAttribute(t.Context(), &ec2api.ModifySubnetAttributeInput{SubnetId: &subnet, MapPublicIpOnLaunch: &types.AttributeBooleanValue{Value: new(true)}}); err != nil {
		t.Fatal(err)
	}
	second := r.launchInto(subnet)
	if second.PublicIpAddress == nil {
		t.Error("the subnet maps public addresses, and the instance has none")
	}
	_, err := r.ec2.DeleteSubnet(t.Context(), &ec2api.DeleteSubnetInput{SubnetId: &subnet})
	wantCode(t, err, "DependencyViolation")
	_, err = r.ec2.DeleteVpc(t.Context(), &ec2api.DeleteVpcInput{VpcId: &vpc})
	wantCode(t, err, "DependencyViolation")
	if _, err := r.ec2.TerminateInstances(t.Context(), &ec2api.TerminateInstancesInput{InstanceIds: []string{*i.InstanceId, *second.InstanceId}}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.ec2.DeleteSubnet(t.Context(), &ec2api.DeleteSubnetInput{SubnetId: &subnet}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.ec2.DeleteVpc(t.Context(), &ec2api.DeleteVpcInput{VpcId: &vpc}); err != nil {
		t.Fatal(err)
	}
	_, err = r.ec2.DescribeVpcs(t.Context(), &ec2api.DescribeVpcsInput{VpcIds: []string{vpc}})
	wantCode(t, err, "InvalidVpcID.NotFound")
}

func TestRangesAreChecked(t *testing.T) {
	r := newRig(t)
	vpc, _ := r.ownSubnet("10.1.0.0/16", "10.1.2.0/24")
	makeVpc := func(cidr string) error {
		_, err := r.ec2.CreateVpc(t.Context(), &ec2api.CreateVpcInput{CidrBlock: &cidr})
		return err
	}
	makeSubnet := func(cidr string) error {
		_, err := r.ec2.CreateSubnet(t.Context(), &ec2api.CreateSubnetInput{VpcId: &vpc, CidrBlock: &cidr})
		return err
	}
	for name, tt := range map[string]struct {
		err  error
		code string
	}{
		"a VPC that is too large":    {makeVpc("10.0.0.0/8"), "InvalidVpc.Range"},
		"no range":                   {makeVpc("10.0.0.0"), "InvalidParameterValue"},
		"none at all":                {makeVpc(""), "MissingParameter"},
		"a subnet outside":           {makeSubnet("10.2.0.0/24"), "InvalidSubnet.Range"},
		"a subnet that is too small": {makeSubnet("10.1.9.0/29"), "InvalidSubnet.Range"},
		"a subnet over another":      {makeSubnet("10.1.0.0/20"), "InvalidSubnet.Conflict"},
	} {
		t.Run(name, func(t *testing.T) { wantCode(t, tt.err, tt.code) })
	}
	for range 3 { // with the default one and the one above
		if err := makeVpc("10.9.0.0/16"); err != nil {
			t.Fatal(err)
		}
	}
	wantCode(t, makeVpc("10.9.0.0/16"), "VpcLimitExceeded")
}

func (r rig) allocate() (allocation, ip string) {
	r.Helper()
	out, err := r.ec2.AllocateAddress(r.Context(), &ec2api.AllocateAddressInput{Domain: "vpc"})
	if err != nil {
		r.Fatal(err)
	}
	return *out.AllocationId, *out.PublicIp
}

func TestElasticAddressStaysWithAStoppedInstance(t *testing.T) {
	r := newRig(t)
	ids := r.seed(2)
	allocation, ip := r.allocate()
	associate := func(i string) (*ec2api.AssociateAddressOutput, error) {
		return r.ec2.AssociateAddress(t.Context(), &ec2api.AssociateAddressInput{AllocationId: &allocation, InstanceId: &i})
	}
	made, err := associate(ids[0])
	if err != nil {
		t.Fatal(err)
	}
	has := func(when string) {
		t.Helper()
		if i := r.instance(ids[0]); i.PublicIpAddress == nil || *i.PublicIpAddress != ip {
			t.Errorf("%s the instance has %v, want %s", when, i.PublicIpAddress, ip)
		}
	}
	has("at first")
	if _, err := r.ec2.StopInstances(t.Context(), &ec2api.StopInstancesInput{InstanceIds: ids[:1]}); err != nil {
		t.Fatal(err)
	}
	has("stopped")
	if _, err := r.ec2.StartInstances(t.Context(), &ec2api.StartInstancesInput{InstanceIds: ids[:1]}); err != nil {
		t.Fatal(err)
	}
	has("started again")
	_, err = associate(ids[1])
	wantCode(t, err, "Resource.AlreadyAssociated")
	_, err = r.ec2.ReleaseAddress(t.Context(), &ec2api.ReleaseAddressInput{AllocationId: &allocation})
	wantCode(t, err, "InvalidIPAddress.InUse")
	out, err := r.ec2.DescribeAddresses(t.Context(), &ec2api.DescribeAddressesInput{Filters: []types.Filter{{Name: new("instance-id"), Values: ids[:1]}}})
	if err != nil || len(out.Addresses) != 1 || *out.Addresses[0].AssociationId != *made.AssociationId {
		t.Errorf("addresses of the instance: %v, %v", out, err)
	}
	if _, err := r.ec2.DisassociateAddress(t.Context(), &ec2api.DisassociateAddressInput{AssociationId: made.AssociationId}); err != nil {
		t.Fatal(err)
	}
	if i := r.instance(ids[0]); i.PublicIpAddress == nil || *i.PublicIpAddress == ip {
		t.Errorf("without its address the instance has %v", i.PublicIpAddress)
	}
	if _, err := associate(ids[1]); err != nil {
		t.Fatal(err)
	}
	if _, err := r.ec2.TerminateInstances(t.Context(), &ec2api.TerminateInstancesInput{InstanceIds: ids[1:]}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.ec2.ReleaseAddress(t.Context(), &ec2api.ReleaseAddressInput{PublicIp: &ip}); err != nil {
		t.Errorf("after the termination: %v", err)
	}
	for range 5 {
		r.allocate()
	}
	_, err = r.ec2.AllocateAddress(t.Context(), &ec2api.AllocateAddressInput{})
	wantCode(t, err, "AddressLimitExceeded")
}

func TestInterfaceIsAttachedAndOutlivesItsInstance(t *testing.T) {
	r := newRig(t)
	i := r.seed(1, inZoneA)[0]
	subnet := *r.instance(i).SubnetId
	made, err := r.ec2.CreateNetworkInterface(t.Context(), &ec2api.CreateNetworkInterfaceInput{SubnetId: &subnet, Description: new("second"), SecondaryPrivateIpAddressCount: new(int32(2))})
	if err != nil || len(made.NetworkInterface.PrivateIpAddresses) != 3 {
		t.Fatal(made, err)
	}
	id := made.NetworkInterface.NetworkInterfaceId
	attach := func(index int32) (*ec2api.AttachNetworkInterfaceOutput, error) {
		return r.ec2.AttachNetworkInterface(t.Context(), &ec2api.AttachNetworkInterfaceInput{NetworkInterfaceId: id, InstanceId: &i, DeviceIndex: &index})
	}
	_, err = attach(0)
	wantCode(t, err, "InvalidParameterValue")
	attached, err := attach(1)
	if err != nil {
		t.Fatal(err)
	}
	_, err = attach(2)
	wantCode(t, err, "InvalidNetworkInterface.InUse")
	_, err = r.ec2.DeleteNetworkInterface(t.Context(), &ec2api.DeleteNetworkInterfaceInput{NetworkInterfaceId: id})
	wantCode(t, err, "InvalidParameterValue")
	modify := func(in *ec2api.ModifyNetworkInterfaceAttributeInput) error {
		in.NetworkInterfaceId = id
		_, err := r.ec2.ModifyNetworkInterfaceAttribute(t.Context(), in)
		return err
	}
	web := r.group("web")
	if err := modify(&ec2api.ModifyNetworkInterfaceAttributeInput{Groups: []string{web}}); err != nil {
		t.Fatal(err)
	}
	wantCode(t, modify(&ec2api.ModifyNetworkInterfaceAttributeInput{}), "InvalidParameterCombination")
	out, err := r.ec2.DescribeNetworkInterfaces(t.Context(), &ec2api.DescribeNetworkInterfacesInput{Filters: []types.Filter{
		{Name: new("attachment.instance-id"), Values: []string{i}}, {Name: new("group-name"), Values: []string{"web"}}}})
	if err != nil || len(out.NetworkInterfaces) != 1 || *out.NetworkInterfaces[0].Attachment.AttachmentId != *attached.AttachmentId {
		t.Fatal(out, err)
	}
	primary := r.instance(i).NetworkInterfaces[0].Attachment.AttachmentId
	_, err = r.ec2.DetachNetworkInterface(t.Context(), &ec2api.DetachNetworkInterfaceInput{AttachmentId: primary})
	wantCode(t, err, "OperationNotPermitted")
	if _, err := r.ec2.TerminateInstances(t.Context(), &ec2api.TerminateInstancesInput{InstanceIds: []string{i}}); err != nil {
		t.Fatal(err)
	}
	left, err := r.ec2.DescribeNetworkInterfaces(t.Context(), &ec2api.DescribeNetworkInterfacesInput{})
	if err != nil || len(left.NetworkInterfaces) != 1 || left.NetworkInterfaces[0].Status != "available" {
		t.Errorf("after the termination there is %v, %v", left, err)
	}
	if _, err := r.ec2.DeleteNetworkInterface(t.Context(), &ec2api.DeleteNetworkInterfaceInput{NetworkInterfaceId: id}); err != nil {
		t.Error(err)
	}
}

func TestProfileComesAndGoes(t *testing.T) {
	r := newRig(t)
	i := r.seed(1)[0]
	profile := func(name string) *types.IamInstanceProfileSpecification {
		return &types.IamInstanceProfileSpecification{Name: &name}
	}
	associate := func() (*ec2api.AssociateIamInstanceProfileOutput, error) {
		return r.ec2.AssociateIamInstanceProfile(t.Context(), &ec2api.AssociateIamInstanceProfileInput{InstanceId: &i, IamInstanceProfile: profile("web")})
	}
	made, err := associate()
	if err != nil {
		t.Fatal(err)
	}
	_, err = associate()
	wantCode(t, err, "IncorrectState")
	id := made.IamInstanceProfileAssociation.AssociationId
	if _, err := r.ec2.ReplaceIamInstanceProfileAssociation(t.Context(), &ec2api.ReplaceIamInstanceProfileAssociationInput{AssociationId: id, IamInstanceProfile: profile("db")}); err != nil {
		t.Fatal(err)
	}
	out, err := r.ec2.DescribeIamInstanceProfileAssociations(t.Context(), &ec2api.DescribeIamInstanceProfileAssociationsInput{Filters: []types.Filter{{Name: new("instance-id"), Values: []string{i}}}})
	if err != nil || len(out.IamInstanceProfileAssociations) != 1 || *r.instance(i).IamInstanceProfile.Arn != "arn:aws:iam::123456789012:instance-profile/db" {
		t.Fatal(out, err)
	}
	if _, err := r.ec2.DisassociateIamInstanceProfile(t.Context(), &ec2api.DisassociateIamInstanceProfileInput{AssociationId: out.IamInstanceProfileAssociations[0].AssociationId}); err != nil {
		t.Fatal(err)
	}
	_, err = r.ec2.DisassociateIamInstanceProfile(t.Context(), &ec2api.DisassociateIamInstanceProfileInput{AssociationId: id})
	wantCode(t, err, "NoSuchAssociation")
	if r.instance(i).IamInstanceProfile != nil {
		t.Error("the profile is still there")
	}
}
