package node

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"time"
)

// CloudInitAfter is how long after a boot cloud-init comes to the user data. assumed: AWS
// publishes no figure; 10 to 30 s are seen with Amazon Linux 2023.
const CloudInitAfter = 15 * time.Second

// UserData is what an instance was given to do at its first boot.
type UserData struct {
	Data     []byte    // as the instance gets it, not in base64; empty: nothing
	Start    time.Time // the mock's time when cloud-init comes to it
	Metadata Metadata  // answers for the metadata service; nil: nobody listens there
	Limits   Limits
}

// cloudInit is what cloud-init has done on a machine. Its files appear as time passes:
// see settleCloud.
type cloudInit struct {
	Start       time.Time     `json:"start"`
	Duration    time.Duration `json:"duration"`
	Chunks      []Chunk       `json:"chunks,omitempty"` // of the log, until it is written whole
	Errors      []string      `json:"errors,omitempty"`
	Recoverable []string      `json:"recoverable,omitempty"`
	Done        bool          `json:"done,omitempty"` // the files that tell of the end are there
}

// Paths of cloud-init's files.
// https://docs.cloud-init.io/en/latest/explanation/instancedata.html, page "Runtime and state files"
const (
	cloudDir    = "/var/lib/cloud"
	cloudOutput = "/var/log/cloud-init-output.log"
	cloudScript = cloudDir + "/instance/scripts/part-001"
)

// cloudRelease is the cloud-init of a platform. assumed: the versions but Amazon's.
type cloudRelease struct {
	version, source string
	late            bool // 23.4 or later: status has more lines, and a word for degraded
	degraded        int  // exit status of a degraded end
}

// cloudReleases by the platform's id. Exit code 2 came with 23.4; Red Hat keeps 0:
// https://docs.cloud-init.io/en/latest/explanation/return_codes.html and
// https://gitlab.com/redhat/centos-stream/src/cloud-init/-/merge_requests/71
var cloudReleases = map[string]cloudRelease{
	amazonLinux2023: {"22.2.2", "DataSourceEc2", false, 0},
	redHat9:         {"23.4-19.el9", "DataSourceEc2Local", true, 0},
	ubuntu2404:      {"24.4.1-0ubuntu0~24.04.3", "DataSourceEc2Local", true, 2},
	debian12:        {"22.4.2", "DataSourceEc2Local", false, 0},
}

func (p Platform) cloudInit() cloudRelease {
	if r, ok := cloudReleases[p.ID]; ok {
		return r
	}
	return cloudReleases[amazonLinux2023]
}

// unsimulatedData are the beginnings of user data that cloud-init knows and this machine
// does not. https://docs.cloud-init.io/en/latest/explanation/format.html
var unsimulatedData = []struct{ prefix, what string }{
	{"#cloud-config-archive", "cloud-config-archive"}, {"#cloud-config-jsonp", "cloud-config-jsonp"}, {"#cloud-config", "cloud-config"},
	{"Content-Type:", "MIME multi-part"}, {"MIME-Version:", "MIME multi-part"}, {"#include", "include"}, {"#cloud-boothook", "boothook"},
	{"#part-handler", "part-handler"}, {"## template:", "template"}, {"\x1f\x8b", "gzip"},
}

// RunUserData does what cloud-init does at an instance's first boot: user data that
// begins with #! runs as root, once; its output goes to /var/log/cloud-init-output.log,
// and `cloud-init status` tells how it ended. The result is the script's. What cloud-init
// would do with other kinds of user data is not simulated: cloud-init then ends with an
// error that says so. A machine that is powered off runs nothing: exit code -1.
func (m *Machine) RunUserData(ctx context.Context, u UserData) Result {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.on {
		return Result{ExitCode: -1}
	}
	m.cloud = &cloudInit{Start: u.Start, Duration: forever} // as the script itself sees it
	m.layCloud(u)
	r := m.runUserData(ctx, u)
	if r.Limit != nil {
		r.Duration = forever // cloud-init has no timeout for scripts
	}
	m.cloud.finish(m.cfg.Platform.cloudInit(), m.boot, r)
	m.settleCloud(u.Start)
	return r
}

// layCloud makes the instance's directory.
func (m *Machine) layCloud(u UserData) {
	dir := cloudDir + "/instances/" + m.cfg.InstanceID
	m.files.makeParents(dir+"/x", u.Start)
	m.files.put(cloudDir+"/instance", &file{mode: fs.ModeSymlink | 0o777, mtime: u.Start, target: dir})
	m.files.place(cloudDir+"/instance/user-data.txt", u.Data, u.Start)
}

func (m *Machine) runUserData(ctx context.Context, u UserData) Result {
	text := u.Data
	for _, kind := range unsimulatedData {
		if bytes.HasPrefix(text, []byte(kind.prefix)) {
			m.cloud.Errors = append(m.cloud.Errors, fmt.Sprintf("muster's mock does not simulate user data of the kind %s: nothing of it was done", kind.what))
			return Result{ExitCode: 1}
		}
	}
	switch {
	case len(bytes.TrimSpace(text)) == 0:
		return Result{}
	case !bytes.HasPrefix(text, []byte("#!")):
		// what cloud-init warns of, cloudinit/user_data.py and handlers/__init__.py
		start := text[:min(len(text), 24)]
		m.cloud.Recoverable = append(m.cloud.Recoverable, fmt.Sprintf("Unhandled non-multipart (text/x-not-multipart) userdata: 'b%q...'", start))
		return Result{}
	}
	m.files.place(cloudScript, text, u.Start)
	script, _, _ := m.files.resolve(cloudScript, true)
	m.files.get(script).mode = 0o700
	p := m.newProcess(ctx, Script{Text: string(text), Start: u.Start, Metadata: u.Metadata, Limits: u.Limits})
	defer p.close()
	c := p.agentCall()
	c.dir, c.env = "/", cloudEnv()
	r := p.result(p.guard(func() int { return c.execFile(cloudScript, []string{cloudScript}) }))
	if r.ExitCode != 0 {
		m.cloud.Errors = append(m.cloud.Errors, "('scripts-user', RuntimeError('Runparts: 1 failures (part-001) in 1 attempted commands'))")
	}
	return r
}

// finish notes how the run went. The lines are those of public logs, such as
// github.com/aws-quickstart/quickstart-pivotal-cloudfoundry issue 34.
func (c *cloudInit) finish(release cloudRelease, boot time.Time, r Result) {
	line := func(after time.Duration, format string, args ...any) {
		c.Chunks = append(c.Chunks, Chunk{At: after, Stream: Stdout, Data: fmt.Sprintf(format, args...) + "\n"})
	}
	at := func(after time.Duration) (string, float64) {
		t := c.Start.Add(after)
		return t.UTC().Format(time.RFC1123Z), t.Sub(boot).Seconds()
	}
	date, up := at(0)
	line(0, "Cloud-init v. %s running 'modules:final' at %s. Up %.2f seconds.", release.version, date, up)
	c.Chunks = append(c.Chunks, r.Chunks...)
	c.Duration = r.Duration
	warn := func(module, format string, args ...any) {
		stamp := c.Start.Add(r.Duration).UTC().Format("2006-01-02 15:04:05,000")
		line(r.Duration, "%s - %s[WARNING]: %s", stamp, module, fmt.Sprintf(format, args...))
	}
	for _, text := range c.Recoverable {
		warn("__init__.py", "%s", text)
	}
	for _, text := range c.Errors {
		if !strings.HasPrefix(text, "('scripts-user'") {
			warn("muster", "%s", text)
			continue
		}
		warn("subp.py", "Failed running %s [%d]", cloudScript, r.ExitCode)
		warn("cc_scripts_user.py", "Failed to run module scripts-user (scripts in %s/instance/scripts)", cloudDir)
	}
	date, up = at(r.Duration)
	line(r.Duration, "Cloud-init v. %s finished at %s. Datasource %s.  Up %.2f seconds", release.version, date, release.source, up)
}

// settleCloud brings cloud-init's files to how they stand at a time: what runs at once
// here becomes visible as it would.
func (m *Machine) settleCloud(at time.Time) {
	c := m.cloud
	if c == nil || c.Done || at.Before(c.Start) {
		return
	}
	var log strings.Builder
	for _, chunk := range c.Chunks {
		if chunk.At <= at.Sub(c.Start) {
			log.WriteString(chunk.Data)
		}
	}
	m.files.place(cloudOutput, []byte(log.String()), at)
	end := c.Start.Add(c.Duration)
	if at.Before(end) {
		return
	}
	c.Done, c.Chunks = true, nil
	m.cloudEnded(end)
}

// cloudEnded writes the files that tell of cloud-init's end. Those below /run are
// written anew at each boot.
func (m *Machine) cloudEnded(at time.Time) {
	v1 := map[string]any{"v1": map[string]any{"datasource": m.cfg.Platform.cloudInit().source, "errors": append([]string{}, m.cloud.Errors...)}}
	result, _ := json.MarshalIndent(v1, "", " ")
	m.files.place(cloudDir+"/data/result.json", append(result, '\n'), at)
	m.files.place("/run/cloud-init/result.json", append(result, '\n'), at)
	m.files.place(cloudDir+"/instance/boot-finished", fmt.Appendf(nil, "%.2f - %s - v. %s\n", at.Sub(m.boot).Seconds(), at.UTC().Format(time.RFC1123Z), m.cfg.Platform.cloudInit().version), at)
}

// bootCloud is cloud-init at a later boot: user data does not run again, even if the
// machine went down while it ran. assumed: the latter, from the lock that cloud-init takes
// before it runs the script.
func (m *Machine) bootCloud(at time.Time) {
	if m.cloud == nil {
		return
	}
	m.settleCloud(at)
	m.cloud.Done, m.cloud.Chunks = true, nil
	m.cloudEnded(at)
}
