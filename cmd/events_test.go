package cmd

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/world"
)

func TestEventsAreListedUntilTheyAreOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, world.Settings{}, mock.Group{Count: 3, Name: "web-#"})
		for n, code := range []string{"instance-stop", "system-reboot"} {
			req := mock.EventRequest{InstanceID: b.ids[n], Code: code, NotBefore: time.Now().Add(time.Duration(48-24*n) * time.Hour)}
			if _, err := b.server.ScheduleEvent(mock.Here, req); err != nil {
				t.Fatal(err)
			}
		}
		b.expect(ExitDone, "events", "-o", "text")
		if lines := strings.Split(b.stdout, "\n"); len(lines) != 3 || !strings.Contains(lines[0], "web-2\tsystem-reboot\t2000-01-02") || !strings.Contains(lines[1], "web-1\tinstance-stop\t2000-01-03") {
			t.Errorf("got %s", b.stdout)
		}
		b.expect(ExitUsage, "events", "wbe-3")
		if want := "muster: events: no instance matches tag:Name=wbe-3\nhint: muster ls lists what there is\n"; b.stderr != want || b.stdout != "" {
			t.Errorf("of nobody: %s%s", b.stdout, b.stderr)
		}
		b.expect(ExitDone, "events", "web-3", "-o", "text")
		if b.stdout != "" {
			t.Errorf("of another: %s", b.stdout)
		}
		if err := b.server.Advance(72 * time.Hour); err != nil {
			t.Fatal(err)
		}
		b.expect(ExitDone, "events", "-o", "text")
		if b.stdout != "" {
			t.Errorf("after they happened: %s", b.stdout)
		}
		b.expect(ExitDone, "events", "web-1", "--all", "--query", "events[].[over, description]", "-o", "text")
		if !strings.Contains(b.stdout, "True\t[Completed] ") {
			t.Errorf("with --all: %s", b.stdout)
		}
		b.expect(ExitPartial, "events", "i-00000000000000000")
	})
}
