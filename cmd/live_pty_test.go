//go:build linux

package cmd_test

import (
	"bytes"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/world"
)

// terminalRun starts muster on a mock with six nodes, stderr and stdin on a terminal, stdout in a file.
func terminalRun(t *testing.T, env []string, args ...string) (terminal *os.File, program *exec.Cmd, stdout string) {
	t.Helper()
	server := mock.New(world.Settings{Lag: new(time.Duration(0))})
	if _, err := server.Seed(mock.Here, mock.Fleet{Groups: []mock.Group{{Count: 6, Name: "web-#"}}}); err != nil {
		t.Fatal(err)
	}
	listening := httptest.NewServer(server)
	t.Cleanup(listening.Close)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	muster := filepath.Join(dir, "muster") // the name makes the test's program be muster; see TestMain
	if err := os.Symlink(self, muster); err != nil {
		t.Fatal(err)
	}
	stdout = filepath.Join(dir, "stdout")
	file, err := os.Create(stdout)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	terminal, tty, err := pty.Open()
	if err != nil {
		t.Skipf("no terminal can be had: %v", err)
	}
	defer tty.Close()
	t.Cleanup(func() { _ = terminal.Close() })
	if err := pty.Setsize(terminal, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	program = exec.CommandContext(t.Context(), muster, args...)
	program.Stdin, program.Stdout, program.Stderr = tty, file, tty
	program.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	program.Env = append([]string{
		"HOME=" + dir, "TERM=xterm-256color", "AWS_ENDPOINT_URL=" + listening.URL, "AWS_REGION=us-east-1",
		"AWS_ACCESS_KEY_ID=mock", "AWS_SECRET_ACCESS_KEY=mock", "AWS_EC2_METADATA_DISABLED=true",
	}, env...)
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	return terminal, program, stdout
}

// readTerminal collects what the program writes, and types Ctrl-C after each of the texts has been seen.
func readTerminal(t *testing.T, terminal *os.File, interruptAfter ...string) string {
	t.Helper()
	var seen bytes.Buffer
	buffer := make([]byte, 4096)
	from := 0
	for {
		n, err := terminal.Read(buffer)
		seen.Write(buffer[:n])
		if err != nil { // EIO: the program has ended
			return seen.String()
		}
		if len(interruptAfter) > 0 && strings.Contains(seen.String()[from:], interruptAfter[0]) {
			interruptAfter, from = interruptAfter[1:], seen.Len()
			if _, err := terminal.Write([]byte{3}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestTheDisplayLeavesTheTerminalCleanAndTheResultAlone(t *testing.T) {
	results := map[string]string{}
	for name, env := range map[string][]string{"live": nil, "plain": {"NO_COLOR=1"}} {
		terminal, program, stdout := terminalRun(t, env, "run", "all", "--", "echo same; sleep 1")
		seen := readTerminal(t, terminal)
		if err := program.Wait(); err != nil {
			t.Errorf("%s: %v\n%q", name, err, seen)
		}
		text, err := os.ReadFile(stdout)
		if err != nil {
			t.Fatal(err)
		}
		results[name] = string(text)
		if drawn := strings.Contains(seen, "] 0 of 6"); drawn != (name == "live") {
			t.Errorf("%s: drawn %v\n%q", name, drawn, seen)
		}
		if strings.LastIndex(seen, "\x1b[?25l") > strings.LastIndex(seen, "\x1b[?25h") {
			t.Errorf("%s: the cursor stays hidden\n%q", name, seen)
		}
	}
	if results["live"] != results["plain"] || !strings.Contains(results["live"], "6 nodes: web-1") {
		t.Errorf("live %q, plain %q", results["live"], results["plain"])
	}
}

func TestCtrlCCancelsAndTheSecondLeavesTheTerminalClean(t *testing.T) {
	tests := []struct {
		name       string
		interrupts []string
		want       string
	}{
		{"once", []string{"running"}, "muster: interrupted"},
		{"twice", []string{"running", "interrupt again to leave"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			terminal, program, _ := terminalRun(t, nil, "run", "all", "--", "sleep 600")
			seen := readTerminal(t, terminal, tt.interrupts...)
			err := program.Wait()
			if program.ProcessState.ExitCode() != 130 {
				t.Errorf("it ended with %v\n%q", err, seen)
			}
			if !strings.Contains(seen, tt.want) {
				t.Errorf("%q is missing\n%q", tt.want, seen)
			}
			if strings.LastIndex(seen, "\x1b[?25l") > strings.LastIndex(seen, "\x1b[?25h") {
				t.Errorf("the cursor stays hidden\n%q", seen)
			}
		})
	}
}
