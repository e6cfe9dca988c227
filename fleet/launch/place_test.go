package launch

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAShareTriesTheOtherPlacesAndThenTheOtherTypes(t *testing.T) {
	places := []Choice{{SubnetID: "a"}, {SubnetID: "b"}}
	got := parts(5, "t3.micro", []string{"t2.micro", "t3.micro"}, places)
	want := []Part{
		{Count: 3, Choices: []Choice{{"t3.micro", "a", ""}, {"t3.micro", "b", ""}, {"t2.micro", "a", ""}, {"t2.micro", "b", ""}}},
		{Count: 2, Choices: []Choice{{"t3.micro", "b", ""}, {"t3.micro", "a", ""}, {"t2.micro", "b", ""}, {"t2.micro", "a", ""}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestAShareMovesToAnEmptyPlaceFirst(t *testing.T) {
	places := []Choice{{SubnetID: "a"}, {SubnetID: "b"}, {SubnetID: "c"}, {SubnetID: "d"}}
	var got []string
	for _, part := range parts(2, "t3.micro", nil, places) {
		order := ""
		for _, c := range part.Choices {
			order += c.SubnetID
		}
		got = append(got, order)
	}
	if diff := cmp.Diff([]string{"acdb", "bdca"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestPartsAreNeverEmpty(t *testing.T) {
	for count := 1; count < 9; count++ {
		total := 0
		for _, part := range parts(count, "t3.micro", nil, []Choice{{SubnetID: "a"}, {SubnetID: "b"}, {SubnetID: "c"}}) {
			if part.Count < 1 || len(part.Choices) != 3 {
				t.Errorf("%d: %+v", count, part)
			}
			total += part.Count
		}
		if total != count {
			t.Errorf("%d in all, want %d", total, count)
		}
	}
}

func TestEachCallHasATokenOfItsOwn(t *testing.T) {
	plan := Plan{ClientToken: "t", Parts: parts(4, "a", []string{"b"}, []Choice{{SubnetID: "x"}, {SubnetID: "y"}})}
	want := []string{"t", "t-0-1", "t-0-2", "t-0-3", "t-1-0", "t-1-1", "t-1-2", "t-1-3"}
	if diff := cmp.Diff(want, plan.tokens()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
