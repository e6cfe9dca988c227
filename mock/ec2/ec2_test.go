package ec2_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/mocktest"
	"github.com/musterhq/muster/mock/world"
)

// rig is a mock with a client.
type rig struct {
	*testing.T
	*mock.Server
	ec2 *ec2api.Client
}

func newRig(t *testing.T, settings ...world.Settings) rig {
	t.Helper()
	s := mocktest.New(t, settings...)
	return rig{t, s, ec2api.NewFromConfig(s.Config())}
}

// believable is a world with the default delays.
var believable = world.Settings{}

// seed makes n running instances and returns their ids.
func (r rig) seed(n int, more ...func(*mock.Group)) []string {
	r.Helper()
	g := mock.Group{Count: n, Name: "web-#"}
	for _, change := range more {
		change(&g)
	}
	ids, err := r.Seed(mock.Here, mock.Fleet{Groups: []mock.Group{g}, Templates: []mock.Template{{Name: "web", Tags: map[string]string{"role": "web", "env": "dev"}}}})
	if err != nil {
		r.Fatal(err)
	}
	return ids
}

func (r rig) advance(d time.Duration) {
	r.Helper()
	if err := r.Advance(d); err != nil {
		r.Fatal(err)
	}
}

func (r rig) instance(id string) types.Instance {
	r.Helper()
	out, err := r.ec2.DescribeInstances(r.Context(), &ec2api.DescribeInstancesInput{InstanceIds: []string{id}})
	if err != nil {
		r.Fatal(err)
	}
	return out.Reservations[0].Instances[0]
}

func (r rig) wantState(id string, want types.InstanceStateName) {
	r.Helper()
	if got := r.instance(id).State.Name; got != want {
		r.Errorf("%s is %s, want %s", id, got, want)
	}
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok || api.ErrorCode() != code {
		t.Errorf("error = %v, want the code %s", err, code)
	}
}

func TestInstanceMovesWithTheClockAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, believable)
		r.seed(1)
		out, err := r.ec2.RunInstances(t.Context(), &ec2api.RunInstancesInput{
			LaunchTemplate: &types.LaunchTemplateSpecification{LaunchTemplateName: new("web")}, MinCount: new(int32(1)), MaxCount: new(int32(1))})
		if err != nil {
			t.Fatal(err)
		}
		id := *out.Instances[0].InstanceId
		for range 100 {
			r.wantState(id, "pending") // looking changes nothing
		}
		time.Sleep(9 * time.Second)
		r.wantState(id, "pending")
		time.Sleep(time.Second)
		r.wantState(id, "running")
		r.wantChecks(id, "initializing")
		time.Sleep(130 * time.Second)
		r.wantChecks(id, "ok")

		first := r.instance(id)
		if _, err := r.ec2.StopInstances(t.Context(), &ec2api.StopInstancesInput{InstanceIds: []string{id}}); err != nil {
			t.Fatal(err)
		}
		r.wantState(id, "stopping")
		time.Sleep(30 * time.Second)
		r.wantState(id, "stopped")
		stopped := r.instance(id)
		if got, want := *stopped.StateTransitionReason, "User initiated (2000-01-01 00:02:20 GMT)"; got != want {
			t.Errorf("reason %q, want %q", got, want)
		}
		if stopped.PublicIpAddress != nil || *stopped.PrivateIpAddress != *first.PrivateIpAddress {
			t.Errorf("a stopped instance has %v and %v", stopped.PublicIpAddress, *stopped.PrivateIpAddress)
		}
		if _, err := r.ec2.StartInstances(t.Context(), &ec2api.StartInstancesInput{InstanceIds: []string{id}}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		if again := r.instance(id); *again.PublicIpAddress == *first.PublicIpAddress || *again.StateTransitionReason != "" {
			t.Errorf("after a start: address %s, reason %q", *again.PublicIpAddress, *again.StateTransitionReason)
		}
		if _, err := r.ec2.TerminateInstances(t.Context(), &ec2api.TerminateInstancesInput{InstanceIds: []string{id}}); err != nil {
			t.Fatal(err)
		}
		r.wantState(id, "shutting-down")
		time.Sleep(30 * time.Second)
		r.wantState(id, "terminated")
		time.Sleep(time.Hour)
		_, err = r.ec2.DescribeInstances(t.Context(), &ec2api.DescribeInstancesInput{InstanceIds: []string{id}})
		wantCode(t, err, "InvalidInstanceID.NotFound")
	})
}

func (r rig) wantChecks(id string, want types.SummaryStatus) {
	r.Helper()
	out, err := r.ec2.DescribeInstanceStatus(r.Context(), &ec2api.DescribeInstanceStatusInput{InstanceIds: []string{id}})
	if err != nil {
		r.Fatal(err)
	}
	if got := out.InstanceStatuses[0].InstanceStatus.Status; got != want {
		r.Errorf("checks of %s are %s, want %s", id, got, want)
	}
}

func TestTerminateDuringTheBootIsNotUndoneByIt(t *testing.T) {
	r := newRig(t, believable)
	r.seed(1)
	out, err := r.ec2.RunInstances(t.Context(), &ec2api.RunInstancesInput{
		LaunchTemplate: &types.LaunchTemplateSpecification{LaunchTemplateName: new("web")}, MinCount: new(int32(1)), MaxCount: new(int32(1))})
	if err != nil {
		t.Fatal(err)
	}
	id := *out.Instances[0].InstanceId
	if _, err := r.ec2.TerminateInstances(t.Context(), &ec2api.TerminateInstancesInput{InstanceIds: []string{id}}); err != nil {
		t.Fatal(err)
	}
	r.advance(time.Minute)
	r.wantState(id, "terminated")
}

// TestCallsByState follows the table of what each call does in each state.
func TestCallsByState(t *testing.T) {
	const bad = "IncorrectInstanceState"
	calls := map[string]func(rig, string) error{
		"start": func(r rig, id string) error {
			_, err := r.ec2.StartInstances(r.Context(), &ec2api.StartInstancesInput{InstanceIds: []string{id}})
			return err
		},
		"stop": func(r rig, id string) error {
			_, err := r.ec2.StopInstances(r.Context(), &ec2api.StopInstancesInput{InstanceIds: []string{id}})
			return err
		},
		"reboot": func(r rig, id string) error {
			_, err := r.ec2.RebootInstances(r.Context(), &ec2api.RebootInstancesInput{InstanceIds: []string{id}})
			return err
		},
		"terminate": func(r rig, id string) error {
			_, err := r.ec2.TerminateInstances(r.Context(), &ec2api.TerminateInstancesInput{InstanceIds: []string{id}})
			return err
		},
	}
	for _, tt := range []struct {
		state string
		reach []string // the calls that lead there; "+" lets the change of state end
		want  map[string]string
	}{
		{"running", nil, map[string]string{"start": "", "stop": "", "reboot": "", "terminate": ""}},
		{"stopping", []string{"stop"}, map[string]string{"start": bad, "stop": "", "reboot": bad, "terminate": ""}},
		{"stopped", []string{"stop", "+"}, map[string]string{"start": "", "stop": "", "reboot": bad, "terminate": ""}},
		{"pending", []string{"stop", "+", "start"}, map[string]string{"start": "", "stop": "", "reboot": "", "terminate": ""}},
		{"shutting-down", []string{"terminate"}, map[string]string{"start": bad, "stop": bad, "reboot": "", "terminate": ""}},
		{"terminated", []string{"terminate", "+"}, map[string]string{"start": bad, "stop": bad, "reboot": "", "terminate": ""}},
	} {
		for call, code := range tt.want {
			t.Run(call+" when "+tt.state, func(t *testing.T) {
				r := newRig(t, believable)
				id := r.seed(1)[0]
				for _, step := range tt.reach {
					if step == "+" {
						r.advance(time.Minute)
					} else if err := calls[step](r, id); err != nil {
						t.Fatal(err)
					}
				}
				r.wantState(id, types.InstanceStateName(tt.state))
				err := calls[call](r, id)
				if code != "" {
					wantCode(t, err, code)
					r.wantState(id, types.InstanceStateName(tt.state))
				} else if err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestOneBadIDFailsTheWholeCall(t *testing.T) {
	r := newRig(t)
	ids := r.seed(3)
	_, err := r.ec2.StopInstances(t.Context(), &ec2api.StopInstancesInput{InstanceIds: append(slices.Clone(ids), "i-0123456789abcdef0")})
	wantCode(t, err, "InvalidInstanceID.NotFound")
	for _, id := range ids {
		r.wantState(id, "running")
	}
}

func TestTerminateSparesTheZoneOfAProtectedInstance(t *testing.T) {
	r := newRig(t)
	a := r.seed(2, func(g *mock.Group) { g.Zone = "us-east-1a" })
	b := r.seed(2, func(g *mock.Group) { g.Zone = "us-east-1b" })
	image := r.instance(a[0]).ImageId
	out, err := r.ec2.RunInstances(t.Context(), &ec2api.RunInstancesInput{ImageId: image, InstanceType: "t3.micro", MinCount: new(int32(1)), MaxCount: new(int32(1)),
		Placement: &types.Placement{AvailabilityZone: new("us-east-1a")}, DisableApiTermination: new(true)})
	if err != nil {
		t.Fatal(err)
	}
	guarded := *out.Instances[0].InstanceId
	_, err = r.ec2.TerminateInstances(t.Context(), &ec2api.TerminateInstancesInput{InstanceIds: append(append(slices.Clone(a), b...), guarded)})
	wantCode(t, err, "OperationNotPermitted")
	for _, id := range append(slices.Clone(a), guarded) {
		r.wantState(id, "running")
	}
	for _, id := range b {
		r.wantState(id, "terminated")
	}
}

func TestPagesHoldEachInstanceOnceWhileOthersGo(t *testing.T) {
	r := newRig(t, believable)
	ids := r.seed(23)
	var seen []string
	in := &ec2api.DescribeInstancesInput{MaxResults: new(int32(5))}
	for {
		out, err := r.ec2.DescribeInstances(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		for _, res := range out.Reservations {
			for _, i := range res.Instances {
				seen = append(seen, *i.InstanceId)
			}
		}
		if len(seen) == 5 { // an instance of the first page goes away for good
			if _, err := r.ec2.TerminateInstances(t.Context(), &ec2api.TerminateInstancesInput{InstanceIds: ids[:1]}); err != nil {
				t.Fatal(err)
			}
			r.advance(2 * time.Hour)
		}
		if out.NextToken == nil {
			break
		}
		in.NextToken = out.NextToken
	}
	if diff := cmp.Diff(ids, seen); diff != "" {
		t.Errorf("pages:\n%s", diff)
	}
	in.NextToken = new("nonsense")
	_, err := r.ec2.DescribeInstances(t.Context(), in)
	wantCode(t, err, "InvalidNextToken")
}

func TestFiltersAreAlternativesWithinAndConditionsAcross(t *testing.T) {
	r := newRig(t)
	web := r.seed(2, func(g *mock.Group) { g.Tags = map[string]string{"role": "web", "note": "a*b"} })
	db := r.seed(1, func(g *mock.Group) { g.Name, g.Tags = "db-#", map[string]string{"role": "db"} })
	filter := func(name string, values ...string) types.Filter { return types.Filter{Name: &name, Values: values} }
	for _, tt := range []struct {
		filters []types.Filter
		want    []string
	}{
		{[]types.Filter{filter("tag:role", "web", "db")}, []string{web[0], web[1], db[0]}},
		{[]types.Filter{filter("tag:role", "web"), filter("tag:Name", "*-2")}, web[1:]},
		{[]types.Filter{filter("tag:Name", "??-1")}, db},
		{[]types.Filter{filter("tag:note", `a\*b`)}, web},
		{[]types.Filter{filter("tag:role", "WEB")}, nil},
		{[]types.Filter{filter("tag-key", "note")}, web},
		{[]types.Filter{filter("instance-id", db[0], "i-0123456789abcdef0")}, db},
		{[]types.Filter{filter("instance-state-name", "stopped")}, nil},
	} {
		out, err := r.ec2.DescribeInstances(t.Context(), &ec2api.DescribeInstancesInput{Filters: tt.filters})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, res := range out.Reservations {
			for _, i := range res.Instances {
				got = append(got, *i.InstanceId)
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s %v:\n%s", *tt.filters[0].Name, tt.filters[0].Values, diff)
		}
	}
	_, err := r.ec2.DescribeInstances(t.Context(), &ec2api.DescribeInstancesInput{Filters: []types.Filter{filter("colour", "red")}})
	wantCode(t, err, "InvalidParameterValue")
	many := make([]string, 201)
	for i := range many {
		many[i] = fmt.Sprint(i)
	}
	_, err = r.ec2.DescribeInstances(t.Context(), &ec2api.DescribeInstancesInput{Filters: []types.Filter{filter("tag:x", many...)}})
	wantCode(t, err, "FilterLimitExceeded")
}

func TestWhatIsNotModelledIsRefused(t *testing.T) {
	r := newRig(t)
	r.seed(1)
	_, err := r.ec2.RunInstances(t.Context(), &ec2api.RunInstancesInput{LaunchTemplate: &types.LaunchTemplateSpecification{LaunchTemplateName: new("web")},
		MinCount: new(int32(1)), MaxCount: new(int32(1)), EnclaveOptions: &types.EnclaveOptionsRequest{Enabled: new(true)}})
	wantCode(t, err, "UnknownParameter")
	if _, err := r.ec2.CreateLaunchTemplate(t.Context(), &ec2api.CreateLaunchTemplateInput{LaunchTemplateName: new("enclave"),
		LaunchTemplateData: &types.RequestLaunchTemplateData{EnclaveOptions: &types.LaunchTemplateEnclaveOptionsRequest{Enabled: new(true)}}}); err != nil {
		t.Error(err)
	}
	_, err = r.ec2.RunInstances(t.Context(), &ec2api.RunInstancesInput{LaunchTemplate: &types.LaunchTemplateSpecification{LaunchTemplateName: new("enclave")},
		MinCount: new(int32(1)), MaxCount: new(int32(1))})
	wantCode(t, err, "UnknownParameter")
	_, err = r.ec2.DescribeSpotPriceHistory(t.Context(), &ec2api.DescribeSpotPriceHistoryInput{})
	wantCode(t, err, "InvalidAction")
}

func TestSnapshotGoesOnInTheMiddleOfAChange(t *testing.T) {
	r := newRig(t, believable)
	id := r.seed(1)[0]
	if _, err := r.ec2.StopInstances(t.Context(), &ec2api.StopInstancesInput{InstanceIds: []string{id}}); err != nil {
		t.Fatal(err)
	}
	r.Freeze()
	data, err := r.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	again := newRig(t)
	if err := again.Restore(data); err != nil {
		t.Fatal(err)
	}
	if a, b := r.instance(id), again.instance(id); !reflect.DeepEqual(a, b) {
		t.Errorf("after the load %+v, before %+v", b, a)
	}
	again.advance(time.Minute)
	again.wantState(id, "stopped")
	fresh := again.seed(1)
	if old := r.seed(1); old[0] != fresh[0] || *r.instance(old[0]).PrivateIpAddress != *again.instance(fresh[0]).PrivateIpAddress {
		t.Errorf("the copy goes on with %s, the original with %s", fresh[0], old[0])
	}
}
