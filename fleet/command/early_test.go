package command

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// TestASlowNodeDoesNotHoldBackTheOthers: the last of 50 takes an hour, and the answers of 49 are there within seconds.
func TestASlowNodeDoesNotHoldBackTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := fmt.Sprintf("i-%017x", 50)
		ssm := &fakeSSM{answer: func(id string) nodeAnswer {
			if id == slow {
				return nodeAnswer{after: time.Hour}
			}
			return nodeAnswer{after: time.Second, stdout: "ok"}
		}}
		start := time.Now()
		soon := 0
		for event, err := range NewRunner(ssm.config()).Run(t.Context(), mustPlan(t, Request{Targets: targetsOf(50)})) {
			if err != nil {
				t.Fatal(err)
			}
			if _, done := event.(NodeDone); done && time.Since(start) < 10*time.Second {
				soon++
			}
		}
		if n := ssm.calls["ListCommandInvocations"]; soon != 49 || n != 2 {
			t.Errorf("%d answers within 10 seconds and %d reads in all; want 49 and 2", soon, n)
		}
	})
}

// TestEarlyReadsAreBounded holds the bound: one for each command, and one for each tenth second.
func TestEarlyReadsAreBounded(t *testing.T) {
	tests := []struct {
		name  string
		after func(n int) time.Duration // of the n-th node, from 1
		took  time.Duration
		early int // at most
	}{
		{"all at once", func(int) time.Duration { return 5 * time.Second }, 5 * time.Second, 0},
		{"within seconds", func(n int) time.Duration { return time.Duration(n%50) * 20 * time.Millisecond }, time.Second, 0},
		{"one slow node in each command", func(n int) time.Duration {
			if n%50 == 0 {
				return 10 * time.Minute
			}
			return time.Second
		}, 10 * time.Minute, 40},
		{"one after the other", func(n int) time.Duration { return time.Duration(n%50) * 20 * time.Second }, 980 * time.Second, 40 + 98},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ssm := &fakeSSM{answer: func(id string) nodeAnswer {
					var n int
					if _, err := fmt.Sscanf(id, "i-%x", &n); err != nil {
						t.Fatal(err)
					}
					return nodeAnswer{after: tt.after(n)}
				}}
				got := runPlan(t.Context(), t, ssm, mustPlan(t, Request{Targets: targetsOf(2000)}))
				if got.err != nil || !got.finished.OK() {
					t.Fatalf("%v, %+v", got.err, got.finished)
				}
				early := ssm.calls["ListCommandInvocations"] - 40
				if early > tt.early {
					t.Errorf("%d early reads; at most %d", early, tt.early)
				}
				t.Logf("%d early reads", early)
			})
		})
	}
}
