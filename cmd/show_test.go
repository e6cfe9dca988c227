package cmd

import (
	"testing"
	"testing/synctest"

	"github.com/musterhq/muster/mock"
)

func TestShowSaysWhyAMachineCannotBeReached(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, noDelay(),
			mock.Group{Count: 1, Name: "bare", Agent: "none"}, mock.Group{Count: 1, Name: "lost", Agent: "lost"}, mock.Group{Count: 1, Name: "off"})
		b.expect(ExitDone, "stop", "off", "--wait")
		b.expect(ExitDone, "show", "all")
		golden(t, "show-unreachable.txt", b.stdout)
		b.expect(ExitDone, "show", "all", "--query", "instances[].[name, unreachable.reason]", "-o", "text")
		if want := "bare\tno-profile\nlost\tping-lost\noff\tnot-running\n"; b.stdout != want {
			t.Errorf("got %q, want %q", b.stdout, want)
		}
	})
}
