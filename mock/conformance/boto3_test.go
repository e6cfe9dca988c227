//go:build conformance

package conformance

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestBoto3 runs the scripts of testdata with Debian's boto3. A script checks each answer
// itself, holds it against botocore's model (conform.py) and prints how many there were.
func TestBoto3(t *testing.T) {
	scripts, err := filepath.Glob("testdata/*.py")
	if err != nil || len(scripts) < 2 {
		t.Fatalf("%v, %v", scripts, err)
	}
	for _, script := range scripts {
		name := strings.TrimSuffix(filepath.Base(script), ".py")
		if name == "conform" { // what the others share
			continue
		}
		t.Run(name, func(t *testing.T) {
			f := newFence(t)
			c := f.command(t, python, "-B", script)
			if name == "identity" {
				c.Env = append(c.Env, f.strict(t)...)
			}
			out, err := c.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if !strings.Contains(string(out), "checks passed") {
				t.Errorf("the script did not come to its end:\n%s", out)
			}
			t.Logf("%s", out)
		})
	}
}
