package wire_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
)

// BenchmarkDescribeInstances writes the answer to a DescribeInstances of 1,000 instances, the most
// on one page.
func BenchmarkDescribeInstances(b *testing.B) {
	api, out := newEC2(), thousandInstances()
	b.ReportAllocs()
	for b.Loop() {
		w := discard{header: make(http.Header)}
		api.WriteOutput(&w, testRequestID, "DescribeInstances", out)
		b.SetBytes(w.size)
	}
}

// discard is a ResponseWriter that counts the bytes and drops them.
type discard struct {
	header http.Header
	size   int64
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { d.size += int64(len(p)); return len(p), nil }
func (d *discard) WriteHeader(int)             {}

// BenchmarkDecodeInstanceIDs reads a request with the most instance ids that TerminateInstances
// takes.
func BenchmarkDecodeInstanceIDs(b *testing.B) {
	api := newEC2()
	api.Operations = map[string]wire.Operation{"TerminateInstances": wire.Handle(
		func(context.Context, *ec2.TerminateInstancesInput) (*ec2.TerminateInstancesOutput, error) {
			return nil, nil
		}, "InstanceIds")}
	body := []byte("Action=TerminateInstances&Version=2016-11-15")
	for i := range 1000 {
		body = fmt.Appendf(body, "&InstanceId.%d=i-%017x", i+1, i)
	}
	r := httptest.NewRequest("POST", "/", nil)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := api.Decode(r, body); err != nil {
			b.Fatal(err)
		}
	}
}

func thousandInstances() *ec2.DescribeInstancesOutput {
	out := new(ec2.DescribeInstancesOutput)
	for i := range 1000 {
		out.Reservations = append(out.Reservations, types.Reservation{
			ReservationId: new(fmt.Sprintf("r-%017x", i)), OwnerId: new("123456789012"), Instances: []types.Instance{instance(i)},
		})
	}
	return out
}

// instance is an instance with about the members that the mock sets.
func instance(i int) types.Instance {
	launched := time.Date(2026, 3, 14, 20, 0, 0, 0, time.UTC)
	return types.Instance{
		AmiLaunchIndex: new(int32(i)), Architecture: types.ArchitectureValuesX8664,
		BlockDeviceMappings: []types.InstanceBlockDeviceMapping{{DeviceName: new("/dev/xvda"), Ebs: &types.EbsInstanceBlockDevice{
			AttachTime: &launched, DeleteOnTermination: new(true), Status: types.AttachmentStatusAttached, VolumeId: new("vol-0123456789abcdef0"),
		}}},
		ClientToken: new("8b1d5f2e-0a3c-4a54-8d4e-1f6b1f9d3c2a"), EbsOptimized: new(false), EnaSupport: new(true), Hypervisor: types.HypervisorTypeXen,
		ImageId: new("ami-0123456789abcdef0"), InstanceId: new(fmt.Sprintf("i-%017x", i)), InstanceType: types.InstanceTypeT3Micro,
		LaunchTime: &launched, Monitoring: &types.Monitoring{State: types.MonitoringStateDisabled},
		Placement:        &types.Placement{AvailabilityZone: new("eu-central-1a"), GroupName: new(""), Tenancy: types.TenancyDefault},
		PrivateDnsName:   new("ip-172-31-0-1.eu-central-1.compute.internal"),
		PrivateIpAddress: new("172.31.0.1"), PublicDnsName: new("ec2-3-120-0-1.eu-central-1.compute.amazonaws.com"), PublicIpAddress: new("3.120.0.1"),
		RootDeviceName: new("/dev/xvda"), RootDeviceType: types.DeviceTypeEbs,
		SecurityGroups: []types.GroupIdentifier{{GroupId: new("sg-0123456789abcdef0"), GroupName: new("default")}},
		State:          &types.InstanceState{Code: new(int32(16)), Name: types.InstanceStateNameRunning},
		SubnetId:       new("subnet-0123456789abcdef0"), VpcId: new("vpc-0123456789abcdef0"), VirtualizationType: types.VirtualizationTypeHvm,
		Tags: []types.Tag{{Key: new("Name"), Value: new("web-1")}, {Key: new("role"), Value: new("web & more")}},
	}
}
