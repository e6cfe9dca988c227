package cmd

import (
	"fmt"
	"slices"
	"strings"
)

// Exit codes of muster. The table below says when each is used; docs/reference/exit-codes.md is generated from it.
const (
	ExitDone        = 0   // everything is done
	ExitFailed      = 1   // AWS or the network answered with an error
	ExitUsage       = 2   // what was typed makes no sense, or names what does not exist
	ExitPartial     = 3   // some or all targets failed
	ExitDenied      = 4   // credentials or a permission are missing
	ExitRefused     = 5   // a guard refused, or nobody confirmed
	ExitDifferences = 6   // a comparison found differences
	ExitInterrupted = 130 // a person interrupted it
)

// exitCode is a row of the reference of exit codes.
type exitCode struct {
	Code    int
	Name    string
	Meaning string
}

// exitCodes returns the reference of exit codes, in the order of the codes.
func exitCodes() []exitCode {
	return []exitCode{
		{ExitDone, "done", "everything that was asked for is done"},
		{ExitFailed, "failed", "nothing more specific: AWS or the network answered with an error"},
		{ExitUsage, "usage", "the command line makes no sense: a flag, a selector, a file or a name that does not exist; nothing was changed"},
		{ExitPartial, "targets failed", "some or all of the targets failed; stdout has one result per target"},
		{ExitDenied, "denied", "no credentials, expired ones, or a permission that is missing"},
		{ExitRefused, "refused", "a guard refused, or a person did not confirm; nothing was changed"},
		{ExitDifferences, "differences", "a comparison found differences"},
		{ExitInterrupted, "interrupted", "Ctrl-C or SIGTERM ended the command"},
	}
}

// exitHelp is the section EXIT STATUS of a command's help: the codes that it ends with, or all where none are given.
func exitHelp(codes ...int) string {
	var b strings.Builder
	for _, row := range exitCodes() {
		if len(codes) == 0 || slices.Contains(codes, row.Code) {
			fmt.Fprintf(&b, "  %-4d %s\n", row.Code, row.Meaning)
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}
