package cmd

import (
	"slices"
	"strings"
	"testing"
)

func TestTheTableOfExitCodesIsComplete(t *testing.T) {
	var codes []int
	for _, row := range exitCodes() {
		codes = append(codes, row.Code)
		if row.Name == "" || row.Meaning == "" {
			t.Errorf("code %d is not explained", row.Code)
		}
	}
	all := []int{ExitDone, ExitFailed, ExitUsage, ExitPartial, ExitDenied, ExitRefused, ExitDifferences, ExitInterrupted}
	if !slices.Equal(codes, all) {
		t.Errorf("got %v, want %v", codes, all)
	}
}

func TestHelpShowsTheCodesOfACommand(t *testing.T) {
	if got, want := exitHelp(ExitDone, ExitRefused), 2; strings.Count(got, "\n")+1 != want {
		t.Errorf("got\n%s\nwant %d lines", got, want)
	}
	if got := strings.Count(exitHelp(), "\n") + 1; got != len(exitCodes()) {
		t.Errorf("%d lines, want all %d", got, len(exitCodes()))
	}
}
