package power

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/musterhq/muster/fleet"
)

// service is EC2 as far as batches go: one bad id fails the whole call.
type service struct {
	bad   map[string]*smithy.GenericAPIError
	calls [][]string
}

func (s *service) call(_ context.Context, ids []string) (map[string]fleet.State, error) {
	s.calls = append(s.calls, ids)
	states := map[string]fleet.State{}
	for _, id := range ids {
		if err := s.bad[id]; err != nil {
			return nil, &smithy.OperationError{ServiceID: "EC2", OperationName: "StopInstances", Err: err}
		}
		states[id] = fleet.Stopping
	}
	return states, nil
}

func (s *service) sender() *sender {
	return newSender(s.call)
}

func apiError(code, format string, a ...any) *smithy.GenericAPIError {
	return &smithy.GenericAPIError{Code: code, Message: fmt.Sprintf(format, a...)}
}

func someIDs(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("i-%017x", i)
	}
	return ids
}

func TestABatchGoesAgainWithoutTheIDsThatAWSNames(t *testing.T) {
	ids := someIDs(51)
	gone, protected := ids[7], ids[40]
	aws := &service{bad: map[string]*smithy.GenericAPIError{
		gone:      apiError("InvalidInstanceID.NotFound", "The instance ID '%s' does not exist", gone),
		protected: apiError("OperationNotPermitted", "The instance '%s' may not be stopped. Modify its 'disableApiStop' …", protected),
	}}
	s := aws.sender()
	s.Send(t.Context(), ids)
	if len(aws.calls) != 3 || s.taken != 49 || len(s.states) != 49 {
		t.Errorf("%d calls took %d instances; want 3 calls and 49", len(aws.calls), s.taken)
	}
	if got, want := slices.Sorted(maps.Keys(s.Failed)), []string{gone, protected}; !slices.Equal(got, want) {
		t.Errorf("refused %v, want %v", got, want)
	}
	if !errors.Is(s.Failed[gone], fleet.ErrNotFound) {
		t.Errorf("got %v for the id that is gone", s.Failed[gone])
	}
	if s.Fatal != nil {
		t.Errorf("one id failed everything: %v", s.Fatal)
	}
}

func TestSeveralNamedIDsAreLeftOutAtOnce(t *testing.T) {
	ids := someIDs(5)
	both := apiError("InvalidInstanceID.NotFound", "The instance IDs '%s, %s' do not exist", ids[0], ids[3])
	aws := &service{bad: map[string]*smithy.GenericAPIError{ids[0]: both, ids[3]: both}}
	s := aws.sender()
	s.Send(t.Context(), ids)
	want := [][]string{ids, {ids[1], ids[2], ids[4]}}
	if diff := cmp.Diff(want, aws.calls); diff != "" {
		t.Errorf("calls (-want +got)\n%s", diff)
	}
}

func TestABatchIsHalvedWhereAWSNamesNoID(t *testing.T) {
	ids := someIDs(64)
	aws := &service{bad: map[string]*smithy.GenericAPIError{ids[21]: apiError("IncorrectInstanceState", "")}}
	s := aws.sender()
	s.Send(t.Context(), ids)
	if s.taken != 63 || len(s.Failed) != 1 || s.Failed[ids[21]] == nil {
		t.Errorf("took %d and refused %v; want 63 and %s", s.taken, s.Failed, ids[21])
	}
	if len(aws.calls) != 13 { // 64, then two halves on each of six levels
		t.Errorf("%d calls, want 13", len(aws.calls))
	}
}

func TestAnErrorThatConcernsNoInstanceEndsTheSending(t *testing.T) {
	ids := someIDs(4)
	denied := apiError("UnauthorizedOperation", "You are not authorized to perform this operation.")
	aws := &service{bad: map[string]*smithy.GenericAPIError{ids[2]: denied}}
	s := aws.sender()
	s.Send(t.Context(), ids[:2])
	s.Send(t.Context(), ids[2:3])
	s.Send(t.Context(), ids[3:])
	if len(aws.calls) != 2 {
		t.Errorf("%d calls, want 2", len(aws.calls))
	}
	for _, id := range ids[2:] {
		if !errors.Is(s.Failed[id], denied) {
			t.Errorf("%s: got %v", id, s.Failed[id])
		}
	}
	if !errors.Is(s.Fatal, denied) {
		t.Errorf("got %v", s.Fatal)
	}
}

func TestADenialThatNamesAnInstanceConcernsOnlyIt(t *testing.T) {
	ids := someIDs(3)
	aws := &service{bad: map[string]*smithy.GenericAPIError{ids[1]: apiError("UnauthorizedOperation",
		"You are not authorized … on resource: arn:aws:ec2:eu-west-1:123456789012:instance/%s because …", ids[1])}}
	s := aws.sender()
	s.Send(t.Context(), ids)
	if s.taken != 2 || s.Fatal != nil || s.Failed[ids[1]] == nil {
		t.Errorf("took %d, refused %v, fatal %v", s.taken, s.Failed, s.Fatal)
	}
}

func TestAShortIDIsNotMistakenForTheBeginningOfALongOne(t *testing.T) {
	short, long := "i-01234567", "i-0123456789abcdef0"
	err := apiError("InvalidInstanceID.NotFound", "The instance ID '%s' does not exist", long)
	if got := fleet.Blamed(err, []string{short, long}); !slices.Equal(got, []string{long}) {
		t.Errorf("got %v, want %s alone", got, long)
	}
}

func TestAThrottledBatchWaitsForItsShare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start, tries := time.Now(), 0
		s := newSender(func(context.Context, []string) (map[string]fleet.State, error) {
			if tries++; tries < 3 {
				return nil, apiError("RequestLimitExceeded", "Request limit exceeded.")
			}
			return nil, nil
		})
		s.PerSecond = 2
		s.Send(t.Context(), someIDs(100))
		if waited := time.Since(start); waited != 100*time.Second || s.taken != 100 || tries != 3 {
			t.Errorf("took %d instances in %d tries after %v; want 100 in 3 after 100s", s.taken, tries, waited)
		}
	})
}

func TestBatchesThatTerminateKeepToOneZone(t *testing.T) {
	plan := Plan{Action: Terminate, Change: []fleet.Instance{{ID: "a", Zone: "z1"}, {ID: "b", Zone: "z2"}, {ID: "c", Zone: "z1"}}}
	if diff := cmp.Diff([][]string{{"a", "c"}, {"b"}}, batches(plan)); diff != "" {
		t.Errorf("terminate (-want +got)\n%s", diff)
	}
	plan.Action = Stop
	if diff := cmp.Diff([][]string{{"a", "b", "c"}}, batches(plan)); diff != "" {
		t.Errorf("stop (-want +got)\n%s", diff)
	}
}

func TestEachInstanceOfThePlanHasOneResult(t *testing.T) {
	plan := Plan{
		Action:  Start,
		Change:  []fleet.Instance{{ID: "c1", Name: "m", State: fleet.Stopped}, {ID: "c2", Name: "a", State: fleet.Stopped}},
		Later:   []fleet.Instance{{ID: "l", Name: "b", State: fleet.Stopping}},
		Already: []fleet.Instance{{ID: "y", Name: "c", State: fleet.Running}},
		Cannot:  []fleet.Instance{{ID: "n", Name: "d", State: fleet.Terminated}},
		Gone:    []fleet.Instance{{ID: "g", Name: "e", State: fleet.Terminated}},
		Missing: []string{"x"},
	}
	s := newSender(nil)
	s.states["c1"], s.Failed["c2"] = fleet.Pending, fleet.ErrNotFound
	var got []string
	for _, r := range s.results(plan) {
		got = append(got, strings.TrimSpace(fmt.Sprint(r.Instance.ID, " ", r.State, " ", r.Already, " ", r.Err)))
	}
	want := []string{
		"x  false no such instance",
		"c2 stopped false no such instance",
		"l stopping false it is still stopping, and starts only once it is stopped",
		"y running true <nil>",
		"n terminated false it is terminated",
		"c1 pending false <nil>",
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestObserveTellsLagFromFailure(t *testing.T) {
	tests := []struct {
		name   string
		action Action
		seen   []fleet.State
		want   string
	}{
		{"a start that EC2 shows late", Start, []fleet.State{fleet.Stopped, fleet.Pending, fleet.Running}, ""},
		{"a start that falls back", Start, []fleet.State{fleet.Pending, fleet.Stopped}, "it is stopped again: why"},
		{"a stop that EC2 shows late", Stop, []fleet.State{fleet.Running, fleet.Stopping, fleet.Stopped}, ""},
		{"a stop that somebody overtakes", Stop, []fleet.State{fleet.Stopping, fleet.ShuttingDown}, "it is shutting-down: why"},
		{"a termination", Terminate, []fleet.State{fleet.Running, fleet.ShuttingDown, fleet.Terminated}, ""},
	}
	for _, tt := range tests {
		r := Result{}
		for _, state := range tt.seen {
			r.observe(tt.action, fleet.Instance{State: state, StateReason: "why"})
		}
		got := ""
		if r.Err != nil {
			got = r.Err.Error()
		}
		if got != tt.want || r.State != tt.seen[len(tt.seen)-1] {
			t.Errorf("%s: got %q in %s, want %q", tt.name, got, r.State, tt.want)
		}
	}
}
