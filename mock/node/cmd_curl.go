package node

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// curlLong are curl's long options that are simulated, with the letter of each.
// Those without a letter of their own have one that cannot be typed.
var curlLong = map[string]string{
	"silent": "s", "show-error": "S", "fail": "f", "request": "X", "header": "H", "output": "o", "write-out": "w", "head": "I",
	"include": "i", "max-time": "m", "location": "L", "insecure": "k", "remote-name": "O", "data": "d", "user-agent": "A",
	"ipv4": "4", "connect-timeout": "\x01", "retry": "\x02", "retry-delay": "\x03", "retry-connrefused": "\x04", "noproxy": "\x05",
	"fail-with-body": "\x06", "url": "\x07", "compressed": "\x08", "retry-max-time": "\x0e", "retry-all-errors": "\x0f",
}

const curlShort = "sSfX:H:o:w:Iim:LkOd:A:4\x01:\x02:\x03:\x04\x05:\x06\x07:\x08\x0e:\x0f"

// curl asks the metadata service: -s, -S, -f, -X, -H, -d, -o, -O, -w, -I, -i,
// -m, --connect-timeout, --retry and what changes nothing here. There is no other
// network: no name resolves, no address answers.
func curl(c *call) int {
	o, ok := c.options(optionSpec{short: curlShort, long: curlLong, status: 2, fault: curlFault})
	if !ok {
		return o.status
	}
	urls := slices.Concat(o.args, o.all("\x07"))
	if len(urls) == 0 {
		fmt.Fprintln(c.stderr, "curl: (2) no URL specified")
		return c.curlHint()
	}
	status := 0
	for i, url := range urls {
		status = (&curlRun{call: c, opts: o, url: url, number: i}).run()
		if !c.work(1) {
			break
		}
	}
	return status
}

// curlFault is how curl refuses an option.
func curlFault(c *call, option string, known bool) {
	if len(option) == 1 {
		option = "-" + option
	}
	what := "is unknown"
	if known {
		what = "requires parameter"
	}
	fmt.Fprintf(c.stderr, "curl: option %s: %s\n", option, what)
	c.curlHint()
}

func (c *call) curlHint() int {
	fmt.Fprintln(c.stderr, "curl: try 'curl --help' or 'curl --manual' for more information")
	return 2
}

// curlRun is one transfer.
type curlRun struct {
	*call
	opts   options
	url    string
	number int // of the URL, from 0
	answer webAnswer
	output io.Writer
}

// run makes the transfer, again if it is to be tried again, and shows it.
func (r *curlRun) run() int {
	tries := number(r.opts.set["\x02"])
	delay := time.Second
	for {
		status := r.try()
		if tries == 0 || !r.transient(status) || r.ended != nil || !r.work(1) {
			return r.finish(status)
		}
		wait := delay
		if d, ok := r.opts.set["\x03"]; ok && d != "0" {
			wait = seconds(d)
		}
		if !r.opts.has("s") {
			left := map[bool]string{true: "1 retry", false: itoa(tries) + " retries"}[tries == 1]
			fmt.Fprintf(r.stderr, "Warning: Problem: %s. Will retry in %s. %s left.\n", r.problem(status), plural(int(wait.Seconds()), "second"), left)
		}
		r.sleep(wait)
		tries, delay = tries-1, min(2*delay, 10*time.Minute)
	}
}

// transient says whether curl tries again: after a timeout and some answers.
func (r *curlRun) transient(status int) bool {
	all := r.opts.has("\x0f")
	switch {
	case status == 7:
		return all || r.opts.has("\x04")
	case status == 28:
		return true
	case status != 0 && status != 22:
		return all
	}
	return slices.Contains([]int{408, 429, 500, 502, 503, 504}, r.answer.status) || all && status != 0
}

func (r *curlRun) problem(status int) string {
	switch status {
	case 28:
		return "timeout"
	case 7:
		return "connection refused"
	}
	return "HTTP error"
}

// try makes the request and returns curl's exit code.
func (r *curlRun) try() int {
	r.answer = r.request(r.method(), r.url, r.headers(), webPatience{
		connect: seconds(r.opts.set["\x01"]), total: seconds(r.opts.set["m"]),
	})
	switch {
	case r.answer.fault != 0:
		return r.answer.fault
	case r.answer.status >= 400 && (r.opts.has("f") || r.opts.has("\x06")):
		return 22
	}
	return 0
}

func (r *curlRun) method() string {
	switch {
	case r.opts.has("X"):
		return r.opts.set["X"]
	case r.opts.has("I"):
		return http.MethodHead
	case r.opts.has("d"):
		return http.MethodPost
	}
	return http.MethodGet
}

func (r *curlRun) headers() http.Header {
	h := http.Header{"User-Agent": {"curl/8.11.1"}, "Accept": {"*/*"}}
	if agent, ok := r.opts.set["A"]; ok {
		h.Set("User-Agent", agent)
	}
	for _, line := range r.opts.all("H") {
		if name, value, ok := strings.Cut(line, ":"); ok {
			h.Set(strings.TrimSpace(name), strings.TrimSpace(value))
		}
	}
	return h
}

// finish shows what came, and returns the exit code.
func (r *curlRun) finish(status int) int {
	if code := r.save(status); code != 0 {
		return code
	}
	if status != 0 && (!r.opts.has("s") || r.opts.has("S")) {
		what := r.answer.what
		if status == 22 {
			what = fmt.Sprintf("The requested URL returned error: %d", r.answer.status)
		}
		fmt.Fprintf(r.stderr, "curl: (%d) %s\n", status, what)
	}
	if format, ok := r.opts.set["w"]; ok {
		io.WriteString(r.stdout, r.writeOut(format))
	}
	return status
}

// save writes headers and body to where they go.
func (r *curlRun) save(status int) int {
	r.output = r.stdout
	names := r.opts.all("o")
	name := ""
	switch {
	case r.opts.has("O"):
		name = baseName(r.url)
	case r.number < len(names):
		name = names[r.number]
	}
	body := r.answer.body
	if status == 22 && !r.opts.has("\x06") || r.opts.has("I") {
		body = nil
	}
	r.meter(len(body))
	if status != 0 && status != 22 {
		return 0
	}
	if name != "" && name != "-" {
		w, err := r.openOutput(name, false)
		if err != nil {
			fmt.Fprintf(r.stderr, "curl: (23) client returned ERROR on write, %d bytes\n", len(body))
			return 23
		}
		r.output = w
	}
	if r.opts.has("i") || r.opts.has("I") {
		io.WriteString(r.output, r.answer.head())
	}
	r.output.Write(body)
	return 0
}

// meter is the progress that curl shows where its output is no terminal.
func (r *curlRun) meter(n int) {
	if r.opts.has("s") {
		return
	}
	const row = "%3d %5d  %3d %5d    0     0  %5d      0 --:--:-- --:--:-- --:--:-- %5d"
	io.WriteString(r.stderr, "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n"+
		"                                 Dload  Upload   Total   Spent    Left  Speed\n")
	percent := 0
	if n > 0 {
		percent = 100
	}
	fmt.Fprintf(r.stderr, "\r"+row+"\r"+row+"\n", 0, 0, 0, 0, 0, 0, percent, n, percent, n, n*1000, n*1000)
}

// writeOut is what -w prints.
func (r *curlRun) writeOut(format string) string {
	if strings.HasPrefix(format, "@") {
		return ""
	}
	code := fmt.Sprintf("%03d", r.answer.status)
	return strings.NewReplacer(`\n`, "\n", `\t`, "\t", `\r`, "\r", "%%", "%",
		"%{http_code}", code, "%{response_code}", code, "%{size_download}", strconv.Itoa(len(r.answer.body)),
		"%{time_total}", fmt.Sprintf("%.6f", r.answer.took.Seconds()), "%{url_effective}", r.url, "%{url}", r.url,
		"%{content_type}", r.answer.header.Get("Content-Type"), "%{exitcode}", strconv.Itoa(r.answer.fault),
		"%{method}", r.method(), "%{num_redirects}", "0", "%{remote_ip}", r.answer.host,
	).Replace(format)
}

// seconds reads a number of seconds, which may have decimals; 0 if it is none.
func seconds(s string) time.Duration {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || n < 0 || n > forever.Seconds() {
		return 0
	}
	return time.Duration(n * float64(time.Second))
}
