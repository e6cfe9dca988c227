package node

import (
	"fmt"
	"maps"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
)

// webPatience is how long a program waits; 0: as long as it takes.
type webPatience struct{ connect, total time.Duration }

// webAnswer is what came back of a request, or curl's number and words for what
// went wrong.
type webAnswer struct {
	host   string
	status int
	header http.Header
	body   []byte
	took   time.Duration
	fault  int
	what   string
}

// head is the status line and the headers, as they were sent.
func (a webAnswer) head() string {
	var b strings.Builder
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", a.status, http.StatusText(a.status))
	for _, name := range slices.Sorted(maps.Keys(a.header)) {
		for _, v := range a.header[name] {
			fmt.Fprintf(&b, "%s: %s\r\n", name, v)
		}
	}
	return b.String() + "\r\n"
}

// The exit codes of curl that can happen here (man 1 curl).
const (
	curlMalformed  = 3
	curlNoHost     = 6
	curlRefused    = 7
	curlTimeout    = 28
	curlNoProtocol = 1
)

// lostConnect is how long Linux tries to connect to an address that does not
// answer: six retries (man 7 tcp, tcp_syn_retries), about 127 seconds.
const lostConnect = 127 * time.Second

// request sends a request. Only the metadata service answers.
func (c *call) request(method, raw string, header http.Header, wait webPatience) (a webAnswer) {
	began := c.now
	defer func() { a.took = c.now - began }()
	if !strings.Contains(raw, "://") {
		raw = "http://" + raw
	}
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" {
		return webAnswer{fault: curlMalformed, what: "URL rejected: Malformed input to a URL function"}
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return webAnswer{fault: curlNoProtocol, what: fmt.Sprintf("Protocol \"%s\" not supported", u.Scheme)}
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	a = webAnswer{host: u.Hostname()}
	switch {
	case a.host == MetadataAddress && port == "80" && u.Scheme == "http" && c.script.Metadata != nil:
		c.askMetadata(&a, method, u, header, wait)
	case c.isLocal(a.host):
		a.fault, a.what = curlRefused, fmt.Sprintf("Failed to connect to %s port %s after 0 ms: Could not connect to server", a.host, port)
	case !isAddress(a.host):
		a.fault, a.what = curlNoHost, "Could not resolve host: "+a.host
	default:
		c.lost(&a, port, wait)
	}
	return a
}

// isLocal says whether a host is the machine itself, or the metadata service
// where nobody answers for it.
func (c *call) isLocal(host string) bool {
	name, _, _ := strings.Cut(c.m.cfg.Hostname, ".")
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback() || slices.Contains([]string{"localhost", c.m.cfg.Hostname, name, c.m.cfg.PrivateIP, MetadataAddress}, host)
}

func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

// askMetadata lets the metadata service answer.
func (c *call) askMetadata(a *webAnswer, method string, u *url.URL, header http.Header, wait webPatience) {
	c.work(1)
	a.status, a.header, a.body = c.script.Metadata(method, u.RequestURI(), header)
	if a.status != 0 {
		return
	}
	if wait.total == 0 {
		c.sleep(forever) // an answer that never comes
	}
	c.sleep(wait.total)
	a.fault, a.what = curlTimeout, fmt.Sprintf("Operation timed out after %d milliseconds with 0 bytes received", wait.total.Milliseconds())
}

// lost is an address that does not answer: there is no network.
func (c *call) lost(a *webAnswer, port string, wait webPatience) {
	a.fault = curlTimeout
	took := lostConnect
	a.what = fmt.Sprintf("Failed to connect to %s port %s after %d ms: Could not connect to server", a.host, port, took.Milliseconds())
	for _, most := range [...]time.Duration{wait.connect, wait.total} {
		if most > 0 && most < took {
			took = most
			a.what = fmt.Sprintf("Connection timed out after %d milliseconds", most.Milliseconds())
		}
	}
	c.sleep(took)
}
