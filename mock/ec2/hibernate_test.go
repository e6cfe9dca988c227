package ec2_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/musterhq/muster/mock"
)

func (r rig) hibernate(ids ...string) error {
	_, err := r.ec2.StopInstances(r.Context(), &ec2api.StopInstancesInput{InstanceIds: ids, Hibernate: new(true)})
	return err
}

func TestHibernationIsAStopWithAReasonOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, believable)
		id := r.seed(1, func(g *mock.Group) { g.Hibernation = true })[0]
		if err := r.hibernate(id); err != nil {
			t.Fatal(err)
		}
		r.wantState(id, "stopping")
		r.advance(time.Minute)
		got := r.instance(id)
		if got.State.Name != "stopped" || *got.StateReason.Code != "Client.UserInitiatedHibernate" ||
			*got.StateReason.Message != "Client.UserInitiatedHibernate: User initiated hibernate" || got.PublicIpAddress != nil {
			t.Errorf("got %s, %v", got.State.Name, *got.StateReason.Message)
		}
		if _, err := r.ec2.StartInstances(t.Context(), &ec2api.StartInstancesInput{InstanceIds: []string{id}}); err != nil {
			t.Fatal(err)
		}
		r.advance(20 * time.Second)
		r.wantState(id, "running")

		err := r.hibernate(id)
		wantCode(t, err, "UnsupportedOperation")
		if err == nil || !strings.Contains(err.Error(), "Instance is not ready to hibernate yet, retry in a few minutes") {
			t.Errorf("a young instance: %v", err)
		}
		r.advance(2 * time.Minute)
		if err := r.hibernate(id); err != nil {
			t.Errorf("two minutes later: %v", err)
		}
	})
}

func TestOnlyWhatWasLaunchedForItHibernates(t *testing.T) {
	r := newRig(t)
	able := r.seed(1, func(g *mock.Group) { g.Hibernation = true })[0]
	plain := r.seed(1)[0]
	err := r.hibernate(able, plain)
	wantCode(t, err, "UnsupportedHibernationConfiguration")
	if err == nil || !strings.Contains(err.Error(), "it was not configured at launch for hibernation: "+plain) {
		t.Errorf("got %v", err)
	}
	r.wantState(able, "running") // one that refuses fails the whole call
	r.stop(able)
	if err := r.hibernate(able); err != nil {
		t.Errorf("a stopped one stays as it is: %v", err)
	}
	if code := *r.instance(able).StateReason.Code; code != "Client.UserInitiatedShutdown" {
		t.Errorf("its reason became %s", code)
	}
}
