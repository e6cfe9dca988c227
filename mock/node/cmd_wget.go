package node

import (
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
)

// wget asks the metadata service: -q, -nv, -O FILE, -S, -T, -t, --header, --method,
// --body-data, --spider. There is no other network.
func wget(c *call) int {
	o, ok := c.options(optionSpec{short: "qO:ST:t:n:\x01:\x02:\x03:\x04", status: 2, long: map[string]string{
		"quiet": "q", "output-document": "O", "server-response": "S", "timeout": "T", "tries": "t", "no-verbose": "n",
		"header": "\x01", "method": "\x02", "body-data": "\x03", "spider": "\x04",
	}})
	if !ok {
		return o.status
	}
	if len(o.args) == 0 {
		fmt.Fprintln(c.stderr, "wget: missing URL\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.")
		return 1
	}
	status := 0
	for _, url := range o.args {
		status = max(status, c.wgetOne(url, o))
	}
	return status
}

// wgetOne fetches one file. The exit codes are those of man 1 wget.
func (c *call) wgetOne(url string, o options) int {
	say := func(format string, args ...any) {
		if !o.has("q") {
			fmt.Fprintf(c.stderr, format, args...)
		}
	}
	method := o.set["\x02"]
	if method == "" {
		method = http.MethodGet
	}
	h := http.Header{"User-Agent": {"Wget/1.21.3"}, "Accept": {"*/*"}}
	for _, line := range o.all("\x01") {
		name, value, _ := strings.Cut(line, ":")
		h.Set(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	if !strings.Contains(url, "://") {
		url = "http://" + url
	}
	say("--%s--  %s\n", c.time().UTC().Format("2006-01-02 15:04:05"), url)
	a := c.request(method, url, h, webPatience{connect: seconds(o.set["T"]), total: seconds(o.set["T"])})
	switch {
	case a.fault == curlNoHost:
		say("Resolving %s (%s)... failed: Name or service not known.\nwget: unable to resolve host address ‘%s’\n", a.host, a.host, a.host)
		return 4
	case a.fault == curlRefused:
		say("Connecting to %s... failed: Connection refused.\n", a.host)
		return 4
	case a.fault != 0:
		say("Connecting to %s... failed: Connection timed out.\n", a.host)
		return 4
	}
	say("Connecting to %s:80... connected.\nHTTP request sent, awaiting response... %d %s\n", a.host, a.status, http.StatusText(a.status))
	if o.has("S") {
		fmt.Fprint(c.stderr, "  "+strings.ReplaceAll(strings.TrimSpace(strings.ReplaceAll(a.head(), "\r", "")), "\n", "\n  ")+"\n")
	}
	if a.status >= 400 {
		say("%s ERROR %d: %s.\n\n", c.time().UTC().Format("2006-01-02 15:04:05"), a.status, http.StatusText(a.status))
		return 8
	}
	if o.has("\x04") {
		return 0
	}
	return c.wgetSave(url, o, a, say)
}

// wgetSave writes what came to a file, or to standard output with -O -.
func (c *call) wgetSave(url string, o options, a webAnswer, say func(string, ...any)) int {
	name := o.set["O"]
	if name == "" {
		if name = path.Base(url); strings.HasSuffix(url, "/") || name == a.host {
			name = "index.html"
		}
	}
	var w io.Writer = c.stdout
	shown := "STDOUT"
	if name != "-" {
		var err error
		if w, err = c.openOutput(name, false); err != nil {
			fmt.Fprintf(c.stderr, "%s: %s\n", name, strerror(err))
			return 3
		}
		shown = name
	}
	w.Write(a.body)
	say("Length: %d\nSaving to: ‘%s’\n\n%s (%d KB/s) - ‘%s’ saved [%d/%d]\n\n", len(a.body), shown,
		c.time().UTC().Format("2006-01-02 15:04:05"), len(a.body), shown, len(a.body), len(a.body))
	return 0
}
