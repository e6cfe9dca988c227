package command

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

// 51 ids of which one is gone: 50 results, and that one named.
func TestBatchRefusedForOneNodeGoesWithoutIt(t *testing.T) {
	bad := targetsOf(51)[17]
	tests := map[string]struct {
		ssm      *fakeSSM
		maxSends int
	}{
		"named":                 {&fakeSSM{named: true}, 3},
		"unnamed, off line":     {&fakeSSM{offline: map[string]bool{bad.InstanceID: true}}, 3},
		"unnamed, seems online": {&fakeSSM{}, 15},
		"unnamed, status unknown": {&fakeSSM{fault: func(action string, _ int) fault {
			if action == "DescribeInstanceInformation" {
				return fault{status: 400, code: "AccessDeniedException"}
			}
			return fault{}
		}}, 15},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ssm := test.ssm
				ssm.invalid = map[string]bool{bad.InstanceID: true}
				got := runPlan(t.Context(), t, ssm, mustPlan(t, Request{Targets: targetsOf(51)}))
				if got.err != nil || got.finished.Outcomes[Succeeded] != 50 {
					t.Fatalf("error %v, summary %+v", got.err, got.finished)
				}
				if len(got.skipped) != 1 || got.skipped[0].Target != bad || got.skipped[0].Reason == "" {
					t.Errorf("skipped %+v, want %v with a reason", got.skipped, bad)
				}
				if n := ssm.calls["SendCommand"]; n > test.maxSends {
					t.Errorf("%d calls of SendCommand, want at most %d", n, test.maxSends)
				}
				if n := ssm.calls["DescribeInstanceInformation"]; n > 1 {
					t.Errorf("ping status was read %d times, want once", n)
				}
			})
		})
	}
}

func TestBatchOfWhichEveryNodeIsRefusedCostsBoundedCalls(t *testing.T) {
	for _, named := range []bool{true, false} {
		t.Run(fmt.Sprintf("named=%t", named), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				targets := targetsOf(50)
				ssm := &fakeSSM{invalid: map[string]bool{}, named: named}
				for _, target := range targets {
					ssm.invalid[target.InstanceID] = true
				}
				got := runPlan(t.Context(), t, ssm, mustPlan(t, Request{Targets: targets}))
				if got.err != nil || got.finished.Skipped != 50 {
					t.Fatalf("error %v, summary %+v; want every node skipped", got.err, got.finished)
				}
				if n := ssm.calls["SendCommand"]; n > 99 {
					t.Errorf("%d calls of SendCommand, want at most 2n-1", n)
				}
			})
		})
	}
}

func TestNamedInReadsIDsOnly(t *testing.T) {
	targets := []Target{{InstanceID: "i-0a"}, {InstanceID: "i-0ab"}, {InstanceID: "mi-0c"}}
	tests := []struct {
		message *string
		want    []string
	}{
		{nil, nil},
		{new(""), nil},
		{new("Instances [[i-0ab]] not in a valid state for account 123456789012"), []string{"i-0ab"}},
		{new("Instances [[i-0a, mi-0c]] not in a valid state for account 123456789012"), []string{"i-0a", "mi-0c"}},
		{new("other words i-0a,i-0ff"), []string{"i-0a"}},
	}
	for _, test := range tests {
		var got []string
		err := fmt.Errorf("send: %w", &types.InvalidInstanceId{Message: test.message})
		for _, target := range namedIn(err, targets) {
			got = append(got, target.InstanceID)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%q names %v, want %v", value(test.message), got, test.want)
		}
	}
	if isInvalidInstance(errors.New("InvalidInstanceId")) {
		t.Error("the words of an error are taken for its type")
	}
}
