//go:build conformance

package conformance

import (
	"strings"
	"testing"
)

// TestBoto3LivesAFleetsLife takes boto3 through the main job. The script checks each
// answer itself and prints how many checks it made.
func TestBoto3LivesAFleetsLife(t *testing.T) {
	f := newFence(t)
	out, err := f.command(t, python, "testdata/life.py").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !strings.Contains(string(out), "checks passed") {
		t.Errorf("the script did not come to its end:\n%s", out)
	}
	t.Logf("%s", out)
}
