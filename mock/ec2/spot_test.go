package ec2_test

import (
	"strings"
	"testing"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock"
)

func spot(kind types.SpotInstanceType, behavior types.InstanceInterruptionBehavior) func(*ec2api.RunInstancesInput) {
	return func(in *ec2api.RunInstancesInput) {
		in.InstanceMarketOptions = &types.InstanceMarketOptionsRequest{MarketType: types.MarketTypeSpot,
			SpotOptions: &types.SpotMarketOptions{SpotInstanceType: kind, InstanceInterruptionBehavior: behavior}}
		in.TagSpecifications = []types.TagSpecification{{ResourceType: "spot-instances-request", Tags: []types.Tag{{Key: new("team"), Value: new("x")}}}}
	}
}

// spotRig has one running Spot Instance, in a world whose clock stands.
func spotRig(t *testing.T, kind types.SpotInstanceType, behavior types.InstanceInterruptionBehavior) (rig, types.Instance) {
	t.Helper()
	r := newRig(t, believable)
	r.Freeze()
	r.seed(1)
	i, err := r.run("web", spot(kind, behavior))
	if err != nil {
		t.Fatal(err)
	}
	r.advance(time.Minute)
	return r, i
}

func (r rig) request(id string) types.SpotInstanceRequest {
	r.Helper()
	out, err := r.ec2.DescribeSpotInstanceRequests(r.Context(), &ec2api.DescribeSpotInstanceRequestsInput{SpotInstanceRequestIds: []string{id}})
	if err != nil {
		r.Fatal(err)
	}
	return out.SpotInstanceRequests[0]
}

func (r rig) wantRequest(id string, state types.SpotInstanceState, code string) {
	r.Helper()
	if q := r.request(id); q.State != state || *q.Status.Code != code {
		r.Errorf("%s is %s, %s, want %s, %s", id, q.State, *q.Status.Code, state, code)
	}
}

func (r rig) terminate(id string) {
	r.Helper()
	if _, err := r.ec2.TerminateInstances(r.Context(), &ec2api.TerminateInstancesInput{InstanceIds: []string{id}}); err != nil {
		r.Fatal(err)
	}
}

func TestOneTimeSpotInstance(t *testing.T) {
	r, i := spotRig(t, "one-time", "")
	if i.InstanceLifecycle != types.InstanceLifecycleTypeSpot {
		t.Errorf("life cycle %q", i.InstanceLifecycle)
	}
	q := r.request(*i.SpotInstanceRequestId)
	if *q.InstanceId != *i.InstanceId || tagMap(q.Tags)["team"] != "x" || q.LaunchSpecification.InstanceType != "t3.micro" || !strings.HasPrefix(*q.SpotInstanceRequestId, "sir-") {
		t.Errorf("request %+v", q)
	}
	r.wantRequest(*q.SpotInstanceRequestId, "active", "fulfilled")
	_, err := r.ec2.StopInstances(t.Context(), &ec2api.StopInstancesInput{InstanceIds: []string{*i.InstanceId}})
	wantCode(t, err, "UnsupportedOperation")
	r.terminate(*i.InstanceId)
	r.advance(time.Minute)
	r.wantRequest(*q.SpotInstanceRequestId, "closed", "instance-terminated-by-user")
}

func TestInterruptionTerminates(t *testing.T) {
	r, i := spotRig(t, "one-time", "terminate")
	if err := r.Interrupt(*i.InstanceId); err != nil {
		t.Fatal(err)
	}
	r.wantRequest(*i.SpotInstanceRequestId, "active", "marked-for-termination")
	r.advance(119 * time.Second)
	r.wantState(*i.InstanceId, "running")
	r.advance(time.Second)
	r.wantState(*i.InstanceId, "shutting-down")
	r.advance(time.Minute)
	r.wantRequest(*i.SpotInstanceRequestId, "closed", "instance-terminated-no-capacity")
	if got := *r.instance(*i.InstanceId).StateReason.Code; got != "Server.SpotInstanceTermination" {
		t.Errorf("reason %s", got)
	}
	if err := r.Interrupt(*i.InstanceId); err == nil {
		t.Error("a terminated instance was interrupted")
	}
}

func TestPersistentSpotInstanceIsStoppedAndStarted(t *testing.T) {
	r, i := spotRig(t, "persistent", "stop")
	id, request := *i.InstanceId, *i.SpotInstanceRequestId
	r.stop(id)
	r.wantRequest(request, "active", "marked-for-stop")
	r.advance(time.Minute)
	r.wantRequest(request, "disabled", "instance-stopped-by-user")
	if _, err := r.ec2.StartInstances(t.Context(), &ec2api.StartInstancesInput{InstanceIds: []string{id}}); err != nil {
		t.Fatal(err)
	}
	r.advance(time.Minute)
	r.wantRequest(request, "active", "fulfilled")

	r.limit(mock.Capacity{Market: "spot"})
	if err := r.Interrupt(id); err != nil {
		t.Fatal(err)
	}
	r.wantRequest(request, "active", "marked-for-stop")
	r.advance(3 * time.Minute)
	r.wantState(id, "stopped")
	r.wantRequest(request, "disabled", "instance-stopped-no-capacity")
	_, err := r.ec2.StartInstances(t.Context(), &ec2api.StartInstancesInput{InstanceIds: []string{id}})
	wantCode(t, err, "IncorrectSpotRequestState")
	r.ClearCapacity(mock.Here)
	r.advance(time.Minute)
	r.wantState(id, "running")
	r.wantRequest(request, "active", "fulfilled")
}

func TestPersistentRequestLaunchesAgain(t *testing.T) {
	r, i := spotRig(t, "persistent", "stop")
	request := *i.SpotInstanceRequestId
	r.terminate(*i.InstanceId)
	r.advance(30 * time.Second)
	r.wantRequest(request, "open", "instance-terminated-by-user")
	r.limit(mock.Capacity{Market: "spot"})
	r.advance(time.Minute)
	r.wantRequest(request, "open", "capacity-not-available")
	r.ClearCapacity(mock.Here)
	r.advance(time.Minute)
	r.wantRequest(request, "active", "fulfilled")
	again := *r.request(request).InstanceId
	if again == *i.InstanceId {
		t.Error("the terminated instance came back")
	}
	out, err := r.ec2.CancelSpotInstanceRequests(t.Context(), &ec2api.CancelSpotInstanceRequestsInput{SpotInstanceRequestIds: []string{request}})
	if err != nil || out.CancelledSpotInstanceRequests[0].State != "cancelled" {
		t.Errorf("%v, %v", out, err)
	}
	r.wantRequest(request, "cancelled", "request-canceled-and-instance-running")
	r.wantState(again, "running")
	r.terminate(again)
	r.advance(time.Minute)
	r.wantRequest(request, "cancelled", "instance-terminated-by-user")
}

func TestSpotRefuses(t *testing.T) {
	r := newRig(t)
	r.seed(1)
	r.ec2 = r.impatient()
	_, err := r.run("web", spot("one-time", "stop"))
	wantCode(t, err, "InvalidParameterCombination")
	_, err = r.run("web", spot("persistent", ""))
	wantCode(t, err, "InvalidParameterCombination")
	_, err = r.run("web", func(in *ec2api.RunInstancesInput) {
		spot("one-time", "")(in)
		in.InstanceMarketOptions.SpotOptions.MaxPrice = new("0.0001")
	})
	wantCode(t, err, "SpotMaxPriceTooLow")
	r.limit(mock.Capacity{Market: "spot"})
	_, err = r.run("web", spot("one-time", ""))
	wantCode(t, err, "InsufficientInstanceCapacity")
	wantText(t, err, "There is no Spot capacity available that matches your request.")
	if _, err := r.run("web", nil); err != nil {
		t.Errorf("on demand: %v", err)
	}
	_, err = r.ec2.DescribeSpotInstanceRequests(t.Context(), &ec2api.DescribeSpotInstanceRequestsInput{SpotInstanceRequestIds: []string{"sir-12345678"}})
	wantCode(t, err, "InvalidSpotInstanceRequestID.NotFound")
}

func TestSpotSurvivesAStateFile(t *testing.T) {
	r, i := spotRig(t, "one-time", "terminate")
	if err := r.Interrupt(*i.InstanceId); err != nil {
		t.Fatal(err)
	}
	data, err := r.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	again := newRig(t, believable)
	if err := again.Restore(data); err != nil {
		t.Fatal(err)
	}
	again.advance(3 * time.Minute)
	again.wantRequest(*i.SpotInstanceRequestId, "closed", "instance-terminated-no-capacity")
}
