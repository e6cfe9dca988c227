//go:build conformance

package conformance

import (
	"net"
	"net/http/httptest"
	"os/exec"
	"sync/atomic"
	"testing"
	"time"

	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/mocktest"
)

// Debian's clients, by their paths: others may come first in PATH.
const (
	awsCLI = "/usr/bin/aws"
	python = "/usr/bin/python3"
)

// fence is a mock on a port, and a proxy that no client may ever speak to: it stands for
// the rest of the network.
type fence struct {
	mock    *mock.Server
	url     string
	proxy   string
	escapes atomic.Int32 // connections to the proxy
}

// newFence starts both. The test fails if a client tried to reach another host, unless
// it has taken the escapes.
func newFence(t *testing.T) *fence {
	t.Helper()
	f := &fence{mock: mocktest.New(t)}
	server := httptest.NewServer(f.mock)
	t.Cleanup(server.Close)
	f.url = server.URL
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f.proxy = "http://" + listener.Addr().String()
	go f.refuse(listener)
	t.Cleanup(func() {
		_ = listener.Close()
		if n := f.escapes.Load(); n > 0 {
			t.Errorf("%d connections went to a host other than the mock", n)
		}
	})
	return f
}

func (f *fence) refuse(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		f.escapes.Add(1)
		_ = conn.Close()
	}
}

// command prepares a client with an environment that has nothing of the user's.
func (f *fence) command(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	c := exec.CommandContext(t.Context(), name, args...)
	c.WaitDelay = 5 * time.Second
	c.Env = []string{
		"PATH=/usr/bin:/bin", "HOME=" + t.TempDir(), "LANG=C.UTF-8", "MOCK_URL=" + f.url,
		"AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret", "AWS_DEFAULT_REGION=us-east-1",
		"AWS_EC2_METADATA_DISABLED=true", "AWS_PAGER=", "AWS_MAX_ATTEMPTS=1",
		"HTTP_PROXY=" + f.proxy, "HTTPS_PROXY=" + f.proxy, "http_proxy=" + f.proxy, "https_proxy=" + f.proxy,
		"NO_PROXY=127.0.0.1,localhost,::1", "no_proxy=127.0.0.1,localhost,::1",
	}
	return c
}

// TestFenceCatchesACallToAWS proves that the fence works: without an endpoint the client
// goes for AWS itself, and ends at the proxy.
func TestFenceCatchesACallToAWS(t *testing.T) {
	f := newFence(t)
	out, err := f.command(t, awsCLI, "sts", "get-caller-identity").CombinedOutput()
	if err == nil {
		t.Errorf("a call without an endpoint was answered: %s", out)
	}
	if f.escapes.Swap(0) == 0 {
		t.Error("the call without an endpoint did not reach the proxy")
	}
}
