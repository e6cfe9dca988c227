//go:build unix

package bench

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/mock"
)

// The bounds of a command over 10,000 nodes, from the issue that asked for them.
const (
	maxCalls     = 450       // besides progress polls
	maxMemoryKiB = 150 << 10 // of the CLI's process
)

// drift is ten nodes that differ from the others in three ways.
func drift() []mock.Group {
	file := func(content string) map[string]string { return map[string]string{"/etc/os-release": content} }
	return []mock.Group{
		{Count: 9_990, Name: "web-#"},
		{Count: 5, Name: "old-#", Files: file("NAME=\"Amazon Linux\"\nVERSION=\"2\"\n")},
		{Count: 3, Name: "other-#", Files: file("NAME=\"Other\"\n")},
		{Count: 2, Name: "empty-#", Files: file("")},
	}
}

// TestTenThousandNodes runs one command on 10,000 nodes of a served mock and bounds what
// it costs.
func TestTenThousandNodes(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds muster and runs 10,000 machines")
	}
	muster := build(t)
	url := serve(t, muster)
	call(t, http.MethodPost, url+"/_muster/seed", mock.SeedRequest{Fleet: mock.Fleet{Groups: drift()}}, nil)

	run := exec.CommandContext(t.Context(), muster, "run", "all", "--yes", "--expect", "10000", "--", "cat /etc/os-release")
	run.Env = []string{"HOME=" + t.TempDir(), "AWS_ENDPOINT_URL=" + url, "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=mock", "AWS_SECRET_ACCESS_KEY=mock"}
	var stdout, stderr bytes.Buffer
	run.Stdout, run.Stderr = &stdout, &stderr
	if err := run.Run(); err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	wantGroups(t, stdout.String())

	memory := run.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
	if memory > maxMemoryKiB {
		t.Errorf("the process took %d KiB, at most %d are allowed", memory, maxMemoryKiB)
	}
	var calls map[string]int
	call(t, http.MethodGet, url+"/_muster/calls?summary=1", nil, &calls)
	polls := calls["ssm:ListCommands"]
	delete(calls, "ssm:ListCommands")
	total := 0
	for _, n := range calls {
		total += n
	}
	if total > maxCalls {
		t.Errorf("%d calls besides progress polls, at most %d are allowed: %v", total, maxCalls, calls)
	}
	t.Logf("10,000 nodes: %d calls and %d progress polls, %d KiB", total, polls, memory)
}

// wantGroups checks that the answers were folded into four groups and the ten named.
func wantGroups(t *testing.T, out string) {
	t.Helper()
	var headers []string
	for line := range strings.Lines(out) {
		if strings.Contains(line, " nodes: ") {
			headers = append(headers, strings.TrimSpace(line))
		}
	}
	if len(headers) != 4 || !strings.HasPrefix(headers[0], "9990 nodes: ") {
		t.Fatalf("%d groups, want 4: %.300q", len(headers), headers)
	}
	slices.Sort(headers[1:])
	want := []string{"2 nodes: empty-1 empty-2", "3 nodes: other-1 other-2 other-3", "5 nodes: old-1 old-2 old-3 old-4 old-5"}
	if diff := cmp.Diff(want, headers[1:]); diff != "" {
		t.Errorf("the ten:\n%s", diff)
	}
}

func build(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "muster")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, "../cmd/muster").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return path
}

// serve starts a mock without delays on a free port and returns its URL.
func serve(t *testing.T, muster string) string {
	t.Helper()
	c := exec.Command(muster, "mock", "serve", "--quiet", "--listen", "127.0.0.1:0", "--lag", "0")
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Signal(os.Interrupt)
		if err := c.Wait(); err != nil {
			t.Errorf("the mock ended with %v", err)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line)
}

// call makes one call of the mock's controls.
func call(t *testing.T, method, url string, in, out any) {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatal(fmt.Errorf("%s: %s", url, res.Status))
	}
	if out != nil {
		if err := json.NewDecoder(res.Body).Decode(out); err != nil {
			t.Fatal(err)
		}
	}
}
