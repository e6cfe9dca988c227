package ssm_test

import (
	"encoding/base64"
	"testing"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	ssmapi "github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/world"
)

// output sends a script to one node and returns what it printed within the minute.
func (r rig) output(id, script string) string {
	r.Helper()
	command := r.send(script, func(in *ssmapi.SendCommandInput) { in.InstanceIds = []string{id} })
	if err := r.Advance(time.Minute); err != nil {
		r.Fatal(err)
	}
	return *r.get(command, id).StandardOutputContent
}

func TestUserDataRunsAtTheFirstBootAlone(t *testing.T) {
	r := newRig(t, world.Settings{}, mock.Group{Count: 1})
	r.Freeze()
	seeded, err := r.ec2.DescribeInstances(t.Context(), &ec2api.DescribeInstancesInput{InstanceIds: r.ids})
	if err != nil {
		t.Fatal(err)
	}
	out, err := r.ec2.RunInstances(t.Context(), &ec2api.RunInstancesInput{ImageId: seeded.Reservations[0].Instances[0].ImageId,
		InstanceType: types.InstanceTypeT3Micro, MinCount: new(int32(1)), MaxCount: new(int32(1)),
		UserData: new(base64.StdEncoding.EncodeToString([]byte("#!/bin/sh\nsleep 40\necho here >> /etc/motd\n")))})
	if err != nil {
		t.Fatal(err)
	}
	id := *out.Instances[0].InstanceId
	if err := r.Advance(40 * time.Second); err != nil { // 10 s until it runs, 20 s until the agent is there
		t.Fatal(err)
	}
	if got := r.output(id, "cloud-init status; cloud-init status --wait | tr -d .; cat /etc/motd"); got != "status: running\n\nstatus: done\nhere\n" {
		t.Errorf("after the first boot %q", got)
	}
	if _, err := r.ec2.RebootInstances(t.Context(), &ec2api.RebootInstancesInput{InstanceIds: []string{id}}); err != nil {
		t.Fatal(err)
	}
	if err := r.Advance(time.Minute); err != nil {
		t.Fatal(err)
	}
	if got := r.output(id, "cloud-init status; cat /etc/motd"); got != "status: done\nhere\n" {
		t.Errorf("after the second boot %q", got)
	}
}
