package ssm_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	ssmapi "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/world"
)

// untilReboot asks for a reboot the first time that it runs.
const untilReboot = "echo run at $(uptime -s); test -e /var/rebooted && exit 0; touch /var/rebooted; exit 194"

func TestExitCode194RebootsAndRunsTheScriptAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{}, mock.Group{Count: 1})
		id := r.send(untilReboot, nil)
		time.Sleep(30 * time.Second)
		r.wantPing(types.PingStatusConnectionLost)
		if got := r.get(id, r.ids[0]); got.Status != types.CommandInvocationStatusInProgress || got.ResponseCode != -1 {
			t.Errorf("while it reboots: %s %d", got.Status, got.ResponseCode)
		}
		time.Sleep(2 * time.Minute)
		r.wantPing(types.PingStatusOnline)
		got := r.get(id, r.ids[0])
		lines := strings.Split(strings.TrimSpace(*got.StandardOutputContent), "\n")
		if got.Status != types.CommandInvocationStatusSuccess || got.ResponseCode != 0 || len(lines) != 2 || lines[0] == lines[1] {
			t.Errorf("at the end: %s %d %q", got.Status, got.ResponseCode, lines)
		}
	})
}

func TestRebootSurvivesASnapshot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{}, mock.Group{Count: 1})
		id := r.send(untilReboot, nil)
		time.Sleep(30 * time.Second)
		data, err := r.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		again := newRig(t, world.Settings{})
		if err := again.Restore(data); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Minute)
		got := again.get(id, r.ids[0])
		if got.Status != types.CommandInvocationStatusSuccess || strings.Count(*got.StandardOutputContent, "\n") != 2 {
			t.Errorf("after the load: %s %q", got.Status, *got.StandardOutputContent)
		}
	})
}

func TestScriptThatAlwaysRebootsIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{Lag: new(time.Duration(0))}, mock.Group{Count: 1})
		id := r.send("echo x >> /var/count; exit 194", nil)
		if got := r.details(id); got["InProgress"] != 1 {
			t.Errorf("details %v", got)
		}
		count := r.send("wc -l < /var/count", nil)
		if got := *r.get(count, r.ids[0]).StandardOutputContent; got != "15\n" {
			t.Errorf("it ran %q times", got)
		}
		time.Sleep(3 * time.Hour)
		if got := r.details(id); got["DeliveryTimedOut"] != 1 {
			t.Errorf("at the end: %v", got)
		}
	})
}

func TestRebootUnderAScriptFailsItWhenTheAgentIsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{}, mock.Group{Count: 1})
		id := r.send("sleep 300", nil)
		time.Sleep(5 * time.Second)
		if _, err := r.ec2.RebootInstances(t.Context(), &ec2api.RebootInstancesInput{InstanceIds: r.ids}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if diff := cmp.Diff(map[string]int{"InProgress": 1}, r.details(id)); diff != "" {
			t.Errorf("after the reboot:\n%s", diff)
		}
		time.Sleep(time.Minute)
		got := r.get(id, r.ids[0])
		if got.Status != types.CommandInvocationStatusFailed || !strings.Contains(*got.StandardErrorContent, "document process failed unexpectedly") {
			t.Errorf("at the end: %s %q", got.Status, *got.StandardErrorContent)
		}
	})
}

func TestCancelWhileTheMachineReboots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{}, mock.Group{Count: 1})
		id := r.send(untilReboot, nil)
		time.Sleep(30 * time.Second)
		if _, err := r.ssm.CancelCommand(t.Context(), &ssmapi.CancelCommandInput{CommandId: &id}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Minute)
		got := r.get(id, r.ids[0])
		if got.Status != types.CommandInvocationStatusCancelled || strings.Count(*got.StandardOutputContent, "\n") != 1 {
			t.Errorf("at the end: %s %q", got.Status, *got.StandardOutputContent)
		}
	})
}
