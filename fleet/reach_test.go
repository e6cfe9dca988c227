package fleet

import (
	"testing"
	"time"
)

func TestReachSaysWhyAsFarAsTheAPIsTell(t *testing.T) {
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	const role = "arn:aws:iam::123456789012:instance-profile/web"
	old, fresh := now.Add(-time.Hour), now.Add(-settling+time.Second)
	tests := []struct {
		want Unreachable
		in   Instance
	}{
		{Reachable, Instance{State: Running, Node: Node{Ping: Online}}},
		{PingLost, Instance{State: Running, Node: Node{Ping: ConnectionLost}, ProfileARN: role}},
		{PingLost, Instance{State: Running, Node: Node{Ping: Inactive}}},
		{NoProfile, Instance{State: Running, LaunchTime: fresh}},
		{NewlyLaunched, Instance{State: Running, LaunchTime: fresh, ProfileARN: role}},
		{NeverSeen, Instance{State: Running, LaunchTime: old, ProfileARN: role}},
		{Starting, Instance{State: Pending, LaunchTime: now}},
		{NotRunning, Instance{State: Stopping, Node: Node{Ping: Online}}},
		{NotRunning, Instance{State: Stopped, Node: Node{Ping: ConnectionLost}}},
		{GoneForGood, Instance{State: Terminated}},
	}
	for _, tt := range tests {
		if got := tt.in.Reach(now); got != tt.want {
			t.Errorf("%+v: got %q, want %q", tt.in, got, tt.want)
		}
	}
}
