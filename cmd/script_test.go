package cmd_test

import (
	"bytes"
	"cmp"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/musterhq/muster/cmd"
	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/world"
)

// TestMain lets the scripts run muster as a program of its own.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"muster": func() { os.Exit(cmd.Main(os.Args[1:], cmd.OSEnv())) },
	})
}

// TestScripts runs testdata/script/*.txtar, each against a mock of its own on a port. Their
// commands besides testscript's:
//
//	exits CODE muster ARG…       run muster and want the exit code
//	control METHOD PATH [BODY]   call the mock's controls; the answer is the standard output
//	calls ACTION COUNT           want so many calls of an action, as ec2:RunInstances
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               setupScript,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":   exits,
			"control": control,
			"calls":   calls,
		},
	})
}

type serverKey struct{}

// setupScript serves a mock with no delays, and gives the script an environment that
// has nothing of the user's.
func setupScript(e *testscript.Env) error {
	server := mock.New(world.Settings{Lag: new(time.Duration(0))})
	listening := httptest.NewServer(server)
	e.Defer(listening.Close)
	e.Values[serverKey{}] = server
	for name, value := range map[string]string{
		"HOME": e.WorkDir, "XDG_STATE_HOME": e.WorkDir + "/state", "AWS_ENDPOINT_URL": listening.URL, "AWS_REGION": "us-east-1",
		"AWS_ACCESS_KEY_ID": "mock", "AWS_SECRET_ACCESS_KEY": "mock", "AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1",
	} {
		e.Setenv(name, value)
	}
	return nil
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := err.(*exec.ExitError)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

func control(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: control METHOD PATH [BODY]")
	}
	server := ts.Value(serverKey{}).(*mock.Server)
	rec := httptest.NewRecorder()
	body := strings.NewReader(strings.Join(args[2:], ""))
	server.ServeHTTP(rec, httptest.NewRequest(args[0], "/_muster/"+args[1], body))
	if rec.Code != http.StatusOK {
		ts.Fatalf("%s %s: %d %s", args[0], args[1], rec.Code, bytes.TrimSpace(rec.Body.Bytes()))
	}
	_, _ = fmt.Fprint(ts.Stdout(), rec.Body.String())
}

func calls(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: calls ACTION COUNT")
	}
	got := ts.Value(serverKey{}).(*mock.Server).CallSummary()
	if want := cmp.Or(args[1], "0"); strconv.Itoa(got[args[0]]) != want {
		ts.Fatalf("%d calls of %s, want %s; all: %v", got[args[0]], args[0], want, got)
	}
}
