package cmd

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// maxProgramBytes bounds the stripped program. Measured with Go 1.26.8 on linux/amd64: 16.3 million bytes for the main job alone;
// queries, YAML, awk and the rest of EC2 in the mock added 5.6 million, the live display 1.2 (docs/decisions/0016-live-display.md):
// 23.1 in all. A jump to several times as much means that the linker
// keeps the methods of all SDK clients, as it does with text/template or reflect's MethodByName in the program. Raise the bound
// only for something that is worth its bytes.
const maxProgramBytes = 25_500_000

func TestTheProgramStaysSmall(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds the program")
	}
	program := filepath.Join(t.TempDir(), "muster")
	// Without -trimpath, which would compile the SDK anew; the paths in it are a few thousand bytes.
	build := exec.CommandContext(t.Context(), "go", "build", "-ldflags=-s -w", "-o", program, "./muster")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	built, err := os.Stat(program)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the program has %d bytes", built.Size())
	if built.Size() > maxProgramBytes {
		t.Errorf("the program has %d bytes; at most %d", built.Size(), maxProgramBytes)
	}
}
