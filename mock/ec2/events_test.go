package ec2_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock"
)

// events reads the events of all instances, with filters given as name, value, name, value.
func (r rig) events(filters ...string) []types.InstanceStatusEvent {
	r.Helper()
	in := &ec2api.DescribeInstanceStatusInput{IncludeAllInstances: new(true)}
	for n := 0; n < len(filters); n += 2 {
		in.Filters = append(in.Filters, types.Filter{Name: new(filters[n]), Values: []string{filters[n+1]}})
	}
	out, err := r.ec2.DescribeInstanceStatus(r.Context(), in)
	if err != nil {
		r.Fatal(err)
	}
	var events []types.InstanceStatusEvent
	for _, s := range out.InstanceStatuses {
		events = append(events, s.Events...)
	}
	return events
}

func (r rig) schedule(req mock.EventRequest) string {
	r.Helper()
	id, err := r.ScheduleEvent(mock.Here, req)
	if err != nil {
		r.Fatal(err)
	}
	return id
}

func TestAScheduledEventHappensAtItsTime(t *testing.T) {
	tests := []struct {
		code  string
		state types.InstanceStateName // of the instance, afterwards
	}{
		{"instance-stop", "stopped"}, {"instance-retirement", "stopped"}, {"instance-reboot", "running"}, {"system-reboot", "running"}, {"system-maintenance", "running"},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t, believable)
			id := r.seed(2)[0]
			event := r.schedule(mock.EventRequest{InstanceID: id, Code: tt.code, NotBefore: time.Now().Add(time.Hour)})
			got := r.events("event.code", tt.code)
			if len(got) != 1 || *got[0].InstanceEventId != event || !got[0].NotBefore.Equal(time.Now().Add(time.Hour)) || strings.HasPrefix(*got[0].Description, "[") {
				t.Fatalf("%s: before it happens: %+v", tt.code, got)
			}
			r.wantState(id, "running")
			r.advance(time.Hour + 2*time.Minute)
			r.wantState(id, tt.state)
			if got := r.events("event.instance-event-id", event); len(got) != 1 || !strings.HasPrefix(*got[0].Description, "[Completed] ") {
				t.Errorf("%s: afterwards: %+v", tt.code, got)
			}
			if tt.state == "stopped" && *r.instance(id).StateReason.Code != "Server.ScheduledStop" {
				t.Errorf("%s: the reason is %s", tt.code, *r.instance(id).StateReason.Code)
			}
			r.advance(8 * 24 * time.Hour)
			if got := r.events(); len(got) != 0 {
				t.Errorf("%s: after a week: %+v", tt.code, got)
			}
		})
	}
}

func TestAnEventIsPutOffWithinTheRules(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, believable)
		id := r.seed(1)[0]
		now := time.Now()
		move := func(event string, to time.Duration) error {
			_, err := r.ec2.ModifyInstanceEventStartTime(t.Context(), &ec2api.ModifyInstanceEventStartTimeInput{InstanceId: new(id), InstanceEventId: new(event), NotBefore: new(now.Add(to))})
			return err
		}
		fixed := r.schedule(mock.EventRequest{InstanceID: id, Code: "system-reboot", NotBefore: now.Add(24 * time.Hour)})
		wantCode(t, move(fixed, 48*time.Hour), "InstanceEventStartTimeCannotChange")
		soon := r.schedule(mock.EventRequest{InstanceID: id, Code: "instance-reboot", NotBefore: now.Add(4 * time.Minute), Deadline: now.Add(90 * time.Hour)})
		wantCode(t, move(soon, 48*time.Hour), "InstanceEventStartTimeCannotChange")
		free := r.schedule(mock.EventRequest{InstanceID: id, Code: "instance-stop", NotBefore: now.Add(24 * time.Hour), Deadline: now.Add(72 * time.Hour)})
		wantCode(t, move(free, 59*time.Minute), "InvalidInstanceEventStartTime")
		wantCode(t, move(free, 73*time.Hour), "InvalidInstanceEventStartTime")
		wantCode(t, move("instance-event-00000000000000000", 48*time.Hour), "InvalidInstanceEventIDNotFound")
		if err := move(free, 48*time.Hour); err != nil {
			t.Fatal(err)
		}
		r.advance(25 * time.Hour)
		r.wantState(id, "running") // the former time passes
		r.advance(24 * time.Hour)
		r.wantState(id, "stopped")
	})
}

func TestAStopAndStartEndsTheEventsOfTheOldHost(t *testing.T) {
	r := newRig(t)
	id := r.seed(1)[0]
	r.schedule(mock.EventRequest{InstanceID: id, Code: "instance-retirement"})
	r.stop(id)
	if _, err := r.ec2.StartInstances(t.Context(), &ec2api.StartInstancesInput{InstanceIds: []string{id}}); err != nil {
		t.Fatal(err)
	}
	if got := r.events(); len(got) != 1 || !strings.HasPrefix(*got[0].Description, "[Canceled] ") {
		t.Errorf("got %+v", got)
	}
}

func TestEventsSurviveASnapshot(t *testing.T) {
	r := newRig(t)
	id := r.seed(1)[0]
	r.schedule(mock.EventRequest{InstanceID: id, Code: "instance-stop"})
	state, err := r.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Restore(state); err != nil {
		t.Fatal(err)
	}
	r.advance(8 * 24 * time.Hour)
	r.wantState(id, "stopped")
}

func TestScheduleEventRefusesNonsense(t *testing.T) {
	r := newRig(t)
	id := r.seed(1)[0]
	for _, req := range []mock.EventRequest{
		{InstanceID: "i-00000000000000000", Code: "instance-stop"}, {InstanceID: id, Code: "explosion"},
		{InstanceID: id, Code: "instance-stop", NotBefore: time.Now().Add(-time.Hour)},
		{InstanceID: id, Code: "instance-stop", NotBefore: time.Now().Add(time.Hour), Deadline: time.Now().Add(time.Minute)},
	} {
		if _, err := r.ScheduleEvent(mock.Here, req); err == nil {
			t.Errorf("%+v is taken", req)
		}
	}
}
