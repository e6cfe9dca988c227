package ssm_test

import (
	"testing"
	"testing/synctest"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/world"
)

// TestAHibernatedMachineGoesOnWhereItWas holds what a stop loses: /tmp, which is in memory, and the time of the boot.
func TestAHibernatedMachineGoesOnWhereItWas(t *testing.T) {
	for _, hibernate := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t, world.Settings{}, mock.Group{Count: 1, Hibernation: true})
			before := r.send("echo in memory > /tmp/note; uptime -s", nil)
			time.Sleep(5 * time.Second)
			booted := *r.get(before, r.ids[0]).StandardOutputContent
			if _, err := r.ec2.StopInstances(t.Context(), &ec2api.StopInstancesInput{InstanceIds: r.ids, Hibernate: new(hibernate)}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Hour)
			if _, err := r.ec2.StartInstances(t.Context(), &ec2api.StartInstancesInput{InstanceIds: r.ids}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
			after := r.send("cat /tmp/note; uptime -s", nil)
			time.Sleep(5 * time.Second)
			got, want := *r.get(after, r.ids[0]).StandardOutputContent, "in memory\n"+booted
			if (got == want) != hibernate {
				t.Errorf("hibernate %v: got %q, and %q before", hibernate, got, booted)
			}
		})
	}
}
