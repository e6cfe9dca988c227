package patch

import "testing"

func TestStateNamedReadsBothSpellings(t *testing.T) {
	for text, want := range map[string]PatchState{
		"Missing": Missing, "MISSING": Missing, "INSTALLED_PENDING_REBOOT": PendingReboot, "InstalledPendingReboot": PendingReboot, "INSTALLED": Installed, "": "",
	} {
		if got := stateNamed(text); got != want {
			t.Errorf("%q is read as %q, want %q", text, got, want)
		}
	}
}
