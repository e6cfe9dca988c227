package node

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// imds is a metadata service with version 2 alone: a token, one path, and one that never answers.
func imds(method, path string, header http.Header) (int, http.Header, []byte) {
	plain := http.Header{"Content-Type": {"text/plain"}}
	switch {
	case path == "/silent":
		return 0, nil, nil
	case path == "/busy":
		return http.StatusServiceUnavailable, plain, nil
	case path == "/latest/api/token" && method == http.MethodPut && header.Get("X-aws-ec2-metadata-token-ttl-seconds") != "":
		return http.StatusOK, plain, []byte("TOKEN==")
	case header.Get("X-aws-ec2-metadata-token") != "TOKEN==":
		return http.StatusUnauthorized, plain, []byte("no token")
	case path == "/latest/meta-data/instance-id?x=1", path == "/latest/meta-data/instance-id":
		return http.StatusOK, plain, []byte("i-1")
	}
	return http.StatusNotFound, plain, []byte("not found\n")
}

func runWeb(t *testing.T, script string) (stdout, stderr string, r Result) {
	t.Helper()
	r = newMachine().Run(t.Context(), Script{Text: script, Start: startTime, Timeout: time.Hour, Metadata: imds})
	stdout, stderr = r.Output()
	return stdout, stderr, r
}

func TestCurlReachesTheMetadataServiceOnly(t *testing.T) {
	const token = `T=$(curl -sX PUT http://169.254.169.254/latest/api/token -H "X-aws-ec2-metadata-token-ttl-seconds: 60"); `
	for _, c := range []struct {
		script, stdout, stderr string
		exit                   int
		took                   time.Duration
	}{
		{script: token + `curl -s -H "X-aws-ec2-metadata-token: $T" http://169.254.169.254/latest/meta-data/instance-id; curl -s -H "X-aws-ec2-metadata-token: $T" 169.254.169.254/latest/meta-data/instance-id?x=1`, stdout: "i-1i-1"},
		{script: token + `curl -fsSH "X-aws-ec2-metadata-token: $T" http://169.254.169.254/none; echo $?; curl -sf 169.254.169.254/none; echo $?; curl --fail-with-body -s 169.254.169.254/`, stdout: "22\n22\nno token", stderr: "curl: (22) The requested URL returned error: 404\n", exit: 22},
		{script: `curl -s -o /dev/null -w '%{http_code} %{size_download} %{content_type}\n' 169.254.169.254/; curl -sI 169.254.169.254/ | tr -d '\r'; curl -si 169.254.169.254/ | tail -1`, stdout: "401 8 text/plain\nHTTP/1.1 401 Unauthorized\nContent-Type: text/plain\n\nno token"},
		{script: `curl -s http://example.com; echo $?; curl -sS https://example.com/x; curl -sS localhost:8080; curl -sS http://127.0.0.1/; curl -sS https://169.254.169.254/; curl -sS -m 2 10.0.0.9; curl -sS --connect-timeout 1.5 http://10.0.0.9; curl -sS ftp://a/`,
			stdout: "6\n", exit: 1, took: 3500 * time.Millisecond,
			stderr: "curl: (6) Could not resolve host: example.com\ncurl: (7) Failed to connect to localhost port 8080 after 0 ms: Could not connect to server\n" +
				"curl: (7) Failed to connect to 127.0.0.1 port 80 after 0 ms: Could not connect to server\ncurl: (7) Failed to connect to 169.254.169.254 port 443 after 0 ms: Could not connect to server\n" +
				"curl: (28) Connection timed out after 2000 milliseconds\ncurl: (28) Connection timed out after 1500 milliseconds\ncurl: (1) Protocol \"ftp\" not supported\n"},
		{script: `curl -s -m 3 http://169.254.169.254/silent; echo $?`, stdout: "28\n", took: 3 * time.Second},
		{script: `curl -s --retry 2 -o /dev/null -w '%{http_code}\n' 169.254.169.254/busy; curl --retry 1 --retry-delay 5 -sf 169.254.169.254/busy; echo $?`, stdout: "503\n22\n", took: 8 * time.Second},
		{script: `curl; echo $?; curl --foo x; echo $?; curl -m; echo $?; curl -s -o /no/x 169.254.169.254/; echo $?`, stdout: "2\n2\n2\n23\n",
			stderr: "curl: (2) no URL specified\ncurl: try 'curl --help' or 'curl --manual' for more information\ncurl: option --foo: is unknown\ncurl: try 'curl --help' or 'curl --manual' for more information\n" +
				"curl: option -m: requires parameter\ncurl: try 'curl --help' or 'curl --manual' for more information\ncurl: (23) client returned ERROR on write, 8 bytes\n"},
		{script: token + `wget -qO- --header "X-aws-ec2-metadata-token: $T" http://169.254.169.254/latest/meta-data/instance-id; cd /tmp; wget -q --method=PUT --header 'X-aws-ec2-metadata-token-ttl-seconds: 1' 169.254.169.254/latest/api/token; cat token; wget -q example.com; echo $?; wget -q 169.254.169.254/x; echo $?`, stdout: "i-1TOKEN==4\n8\n"},
	} {
		stdout, stderr, r := runWeb(t, c.script)
		if diff := cmp.Diff(c.stdout+"|"+c.stderr, stdout+"|"+stderr); diff != "" || r.ExitCode != c.exit || r.Duration != c.took {
			t.Errorf("%s: exit %d after %v, want %d after %v\n%s", c.script, r.ExitCode, r.Duration, c.exit, c.took, diff)
		}
	}
}

func TestCurlShowsItsProgressWhereItIsNotSilent(t *testing.T) {
	_, stderr, _ := runWeb(t, "curl 169.254.169.254/ > /dev/null")
	if !strings.HasPrefix(stderr, "  % Total    % Received") || !strings.Contains(stderr, "\r100     8  100     8") {
		t.Errorf("no progress: %q", stderr)
	}
}

func TestWithoutMetadataNobodyAnswers(t *testing.T) {
	_, stderr, r := run(t, "curl -sS http://169.254.169.254/latest/")
	if want := "curl: (7) Failed to connect to 169.254.169.254 port 80 after 0 ms: Could not connect to server\n"; stderr != want || r.ExitCode != 7 {
		t.Errorf("%q, exit %d", stderr, r.ExitCode)
	}
}

func TestScriptsShutTheirMachineDown(t *testing.T) {
	const second = time.Second
	for _, c := range []struct {
		script, out string
		exit        int
		took        time.Duration
		want        *Shutdown
	}{
		{"echo a; sleep 5; reboot; echo b", "a\n", 137, 5 * second, &Shutdown{5 * second, true}},
		{"systemctl reboot; echo b", "", 137, 0, &Shutdown{0, true}},
		{"shutdown -h now", "", 137, 0, &Shutdown{0, false}},
		{"poweroff", "", 137, 0, &Shutdown{0, false}},
		{"init 6", "", 137, 0, &Shutdown{0, true}},
		{"shutdown -r +2 2> /dev/null; echo a", "a\n", 0, 0, &Shutdown{120 * second, true}},
		{"shutdown -r 2> /dev/null; sleep 90; echo b", "", 137, 60 * second, &Shutdown{60 * second, true}},
		{"shutdown -r +2 2> /dev/null; shutdown -c; sleep 200; echo a", "a\n", 0, 200 * second, nil},
		{"shutdown 10:06 2>&1", "Shutdown scheduled for Sun 2026-11-22 10:06:00 UTC, use 'shutdown -c' to cancel.\n", 0, 0, &Shutdown{27 * second, false}},
		{"shutdown soon 2>&1", "Failed to parse time specification: soon\n", 1, 0, nil},
		{"(sleep 5; reboot; echo no) & echo a; sleep 3; echo b; sleep 3; echo c", "a\nb\n", 137, 5 * second, &Shutdown{5 * second, true}},
		{"nohup sh -c 'sleep 10; reboot' > /dev/null 2>&1 & echo a", "a\n", 0, 0, &Shutdown{10 * second, true}},
		{"exit 3; reboot", "", 3, 0, nil},
	} {
		stdout, _, r := run(t, c.script)
		if stdout != c.out || r.ExitCode != c.exit || r.Duration != c.took || !cmp.Equal(r.Shutdown, c.want) || r.TimedOut || r.Limit != nil {
			t.Errorf("%s: %q, %+v; want %q, exit %d after %v, %+v", c.script, stdout, r, c.out, c.exit, c.took, c.want)
		}
	}
}
