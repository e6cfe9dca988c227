package ec2_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock"
)

func TestMetadataOptionsArePendingThenApplied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, believable)
		id := r.seed(1)[0]
		out, err := r.ec2.ModifyInstanceMetadataOptions(t.Context(), &ec2api.ModifyInstanceMetadataOptionsInput{InstanceId: new(id),
			HttpTokens: types.HttpTokensStateOptional, HttpPutResponseHopLimit: new(int32(64)), InstanceMetadataTags: types.InstanceMetadataTagsStateEnabled})
		if err != nil {
			t.Fatal(err)
		}
		if got := out.InstanceMetadataOptions; got.State != "pending" || got.HttpTokens != "optional" || *got.HttpPutResponseHopLimit != 64 {
			t.Errorf("answer %+v", got)
		}
		if _, err := r.ec2.ModifyInstanceMetadataOptions(t.Context(), &ec2api.ModifyInstanceMetadataOptionsInput{InstanceId: new(id), HttpEndpoint: types.InstanceMetadataEndpointStateDisabled}); err != nil {
			t.Fatal(err)
		}
		r.advance(time.Minute)
		got := r.instance(id).MetadataOptions
		if got.State != "applied" || got.HttpTokens != "optional" || *got.HttpPutResponseHopLimit != 64 || got.InstanceMetadataTags != "enabled" || got.HttpEndpoint != "disabled" {
			t.Errorf("later %+v", got)
		}
	})
}

func TestMetadataOptionsAreChecked(t *testing.T) {
	r := newRig(t)
	id := r.seed(1)[0]
	for _, in := range []*ec2api.ModifyInstanceMetadataOptionsInput{
		{HttpPutResponseHopLimit: new(int32(65))}, {HttpPutResponseHopLimit: new(int32(-1))}, {HttpTokens: "sometimes"},
	} {
		in.InstanceId = new(id)
		_, err := r.ec2.ModifyInstanceMetadataOptions(t.Context(), in)
		wantCode(t, err, "InvalidParameterValue")
	}
	if _, err := r.ec2.TerminateInstances(t.Context(), &ec2api.TerminateInstancesInput{InstanceIds: []string{id}}); err != nil {
		t.Fatal(err)
	}
	_, err := r.ec2.ModifyInstanceMetadataOptions(t.Context(), &ec2api.ModifyInstanceMetadataOptionsInput{InstanceId: new(id), HttpTokens: "required"})
	wantCode(t, err, "IncorrectInstanceState")
}

func TestMonitoringIsTurnedOnAndOff(t *testing.T) {
	r := newRig(t)
	ids := r.seed(2)
	on, err := r.ec2.MonitorInstances(t.Context(), &ec2api.MonitorInstancesInput{InstanceIds: ids})
	if err != nil || len(on.InstanceMonitorings) != 2 || on.InstanceMonitorings[0].Monitoring.State != "pending" {
		t.Fatalf("%+v, %v", on, err)
	}
	if got := r.instance(ids[0]).Monitoring.State; got != "enabled" {
		t.Errorf("monitoring is %s", got)
	}
	off, err := r.ec2.UnmonitorInstances(t.Context(), &ec2api.UnmonitorInstancesInput{InstanceIds: ids[:1]})
	if err != nil || off.InstanceMonitorings[0].Monitoring.State != "disabling" {
		t.Fatalf("%+v, %v", off, err)
	}
	if got := r.instance(ids[0]).Monitoring.State; got != "disabled" {
		t.Errorf("monitoring is %s", got)
	}
}

func TestCreditSpecificationsAreThoseOfBurstableInstances(t *testing.T) {
	r := newRig(t)
	burstable := r.seed(2)
	plain := r.seed(1, func(g *mock.Group) { g.Type = "m7g.large" })[0]
	out, err := r.ec2.DescribeInstanceCreditSpecifications(t.Context(), &ec2api.DescribeInstanceCreditSpecificationsInput{})
	if err != nil || len(out.InstanceCreditSpecifications) != 2 || *out.InstanceCreditSpecifications[0].CpuCredits != "unlimited" || *out.InstanceCreditSpecifications[0].InstanceId != burstable[0] {
		t.Errorf("%+v, %v", out, err)
	}
	_, err = r.ec2.DescribeInstanceCreditSpecifications(t.Context(), &ec2api.DescribeInstanceCreditSpecificationsInput{InstanceIds: []string{plain}})
	wantCode(t, err, "InvalidInstanceID")
}

// console reads what an instance printed.
func (r rig) console(id string, latest bool) string {
	r.Helper()
	out, err := r.ec2.GetConsoleOutput(r.Context(), &ec2api.GetConsoleOutputInput{InstanceId: new(id), Latest: new(latest)})
	if err != nil {
		r.Fatal(err)
	}
	if out.Output == nil {
		return ""
	}
	text, err := base64.StdEncoding.DecodeString(*out.Output)
	if err != nil {
		r.Fatal(err)
	}
	return string(text)
}

func TestTheConsoleIsPostedSomeTimeAfterABoot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, believable)
		r.seed(1)
		out, err := r.ec2.RunInstances(t.Context(), fromTemplate(nil))
		if err != nil {
			t.Fatal(err)
		}
		id := *out.Instances[0].InstanceId
		r.advance(30 * time.Second)
		if got := r.console(id, false); got != "" {
			t.Errorf("soon after the boot it shows %q", got)
		}
		if got := r.console(id, true); !strings.Contains(got, "Linux version") || !strings.HasSuffix(got, " login: \r\n") {
			t.Errorf("the latest is %q", got)
		}
		r.advance(3 * time.Minute)
		if got := r.console(id, false); strings.Count(got, "Linux version") != 1 || !strings.Contains(got, "Amazon EC2 t3.micro/") {
			t.Errorf("later it shows %q", got)
		}
		if _, err := r.ec2.RebootInstances(t.Context(), &ec2api.RebootInstancesInput{InstanceIds: []string{id}}); err != nil {
			t.Fatal(err)
		}
		if got := r.console(id, true); strings.Count(got, "Linux version") != 2 || !strings.Contains(got, "reboot: Restarting system") {
			t.Errorf("after a reboot %q", got)
		}
		r.stop(id)
		if got := r.console(id, true); !strings.HasSuffix(got, "reboot: Power down\r\n") {
			t.Errorf("after a stop %q", got)
		}
	})
}

func TestTheConsoleKeeps64KB(t *testing.T) {
	r := newRig(t)
	id := r.seed(1)[0]
	for range 100 {
		if _, err := r.ec2.RebootInstances(t.Context(), &ec2api.RebootInstancesInput{InstanceIds: []string{id}}); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(r.console(id, true)); n > 64<<10 || n < 10<<10 {
		t.Errorf("%d bytes", n)
	}
}
