package imds_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials/ec2rolecreds"
	imdsapi "github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/mock/imds"
	"github.com/musterhq/muster/mock/world"
)

const id = "i-0123456789abcdef0"

// rig is the metadata service of one instance whose facts a test decides.
type rig struct {
	*testing.T
	world *world.World
	facts *world.Facts
	http.Handler
}

func newRig(t *testing.T, change func(*world.Facts)) rig {
	facts := &world.Facts{
		Scope: world.Scope{Account: "123456789012", Region: "eu-central-1"}, ID: id, State: "running", ReservationID: "r-0fedcba9876543210",
		ImageID: "ami-0123456789abcdef0", Type: "t4g.micro", Arch: "arm64", Zone: "eu-central-1b", ZoneID: "euc1-az3", Launched: time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC),
		PrivateDNS: "ip-10-0-0-4.eu-central-1.compute.internal", Volumes: []string{"/dev/xvda", "/dev/sdf"},
		Interfaces: []world.Interface{{ID: "eni-0123456789abcdef0", MAC: "0a:00:00:00:00:01", Addresses: []string{"10.0.0.4", "10.0.0.5"},
			SubnetID: "subnet-1", VPCID: "vpc-1", SubnetCIDR: "10.0.0.0/24", VPCCIDR: "10.0.0.0/16", GroupIDs: []string{"sg-1", "sg-2"}, Groups: []string{"default", "web"}}},
		Tags: map[string]string{"Name": "web-1", "empty": ""},
	}
	if change != nil {
		change(facts)
	}
	w := world.New(world.Settings{})
	w.ProvideFacts(func(asked string) (world.Facts, bool) { return *facts, asked == id })
	return rig{t, w, facts, imds.New(w).Handler(id)}
}

// ask makes one request. headers are names and values in turn.
func (r rig) ask(method, path string, headers ...string) *http.Response {
	r.Helper()
	req := httptest.NewRequestWithContext(r.Context(), method, path, nil)
	for n := 0; n < len(headers); n += 2 {
		req.Header.Set(headers[n], headers[n+1])
	}
	rec := httptest.NewRecorder()
	r.ServeHTTP(rec, req)
	return rec.Result()
}

func (r rig) text(res *http.Response) string {
	r.Helper()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		r.Fatal(err)
	}
	return string(data)
}

const (
	ttlHeader   = "X-aws-ec2-metadata-token-ttl-seconds"
	tokenHeader = "X-aws-ec2-metadata-token"
)

// token asks for a token.
func (r rig) token(ttl string) string {
	r.Helper()
	res := r.ask("PUT", "/latest/api/token", ttlHeader, ttl)
	if res.StatusCode != 200 || res.Header.Get(ttlHeader) != ttl {
		r.Fatalf("token: %s, %v", res.Status, res.Header)
	}
	return r.text(res)
}

// read reads a path with a token, and returns what stands there, or the status.
func (r rig) read(path string) string {
	r.Helper()
	res := r.ask("GET", path, tokenHeader, r.token("60"))
	if res.StatusCode != 200 {
		return res.Status
	}
	return r.text(res)
}

// client is the SDK's own, which talks to the service without a socket.
func (r rig) client() *imdsapi.Client {
	return imdsapi.New(imdsapi.Options{Endpoint: "http://mock.invalid", HTTPClient: doer(func(req *http.Request) (*http.Response, error) {
		rec := httptest.NewRecorder()
		done := make(chan bool)
		go func() {
			defer close(done)
			defer func() { _ = recover() }() // the connection is closed
			r.ServeHTTP(rec, req)
		}()
		select {
		case <-done:
			return rec.Result(), nil
		case <-req.Context().Done():
			return nil, context.Cause(req.Context())
		}
	})})
}

type doer func(*http.Request) (*http.Response, error)

func (d doer) Do(r *http.Request) (*http.Response, error) { return d(r) }

func TestTokens(t *testing.T) {
	r := newRig(t, nil)
	for _, tt := range []struct {
		name, method, path string
		headers            []string
		want               int
	}{
		{"the shortest", "PUT", "/latest/api/token", []string{ttlHeader, "1"}, 200},
		{"the longest", "PUT", "/latest/api/token", []string{ttlHeader, "21600"}, 200},
		{"no time", "PUT", "/latest/api/token", nil, 400},
		{"no number", "PUT", "/latest/api/token", []string{ttlHeader, "an hour"}, 400},
		{"too short", "PUT", "/latest/api/token", []string{ttlHeader, "0"}, 400},
		{"too long", "PUT", "/latest/api/token", []string{ttlHeader, "21601"}, 400},
		{"through a proxy", "PUT", "/latest/api/token", []string{ttlHeader, "60", "X-Forwarded-For", "10.0.0.1"}, 403},
		{"with a slash too many", "PUT", "//latest/api/token", []string{ttlHeader, "60"}, 200},
		{"of a dated version", "PUT", "/2021-03-23/api/token", []string{ttlHeader, "60"}, 403},
		{"read without one", "GET", "/latest/meta-data/instance-id", nil, 401},
		{"read with a wrong one", "GET", "/latest/meta-data/instance-id", []string{tokenHeader, "x"}, 401},
		{"read with one", "GET", "/latest/meta-data/instance-id", []string{tokenHeader, r.token("60")}, 200},
		{"read with one through a proxy", "GET", "/latest/meta-data/instance-id", []string{tokenHeader, r.token("60"), "X-Forwarded-For", "10.0.0.1"}, 200},
		{"look for the size alone", "HEAD", "/latest/meta-data/instance-id", []string{tokenHeader, r.token("60")}, 200},
		{"another method", "POST", "/latest/meta-data/instance-id", []string{tokenHeader, r.token("60")}, 405},
	} {
		if res := r.ask(tt.method, tt.path, tt.headers...); res.StatusCode != tt.want {
			t.Errorf("%s: status %d, want %d", tt.name, res.StatusCode, tt.want)
		}
	}
}

func TestTokenIsOfOneInstanceAndEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		token := r.token("300")
		read := func() int { return r.ask("GET", "/latest/meta-data/", tokenHeader, token).StatusCode }
		if got := read(); got != 200 {
			t.Errorf("at once: %d", got)
		}
		if err := r.world.Advance(299 * time.Second); err != nil {
			t.Fatal(err)
		}
		if got := read(); got != 200 {
			t.Errorf("a second before the end: %d", got)
		}
		if err := r.world.Advance(time.Second); err != nil {
			t.Fatal(err)
		}
		if got := read(); got != 401 {
			t.Errorf("at the end: %d", got)
		}
		token = r.token("300")
		r.facts.ID = "i-0fedcba9876543210"
		if got := read(); got != 401 {
			t.Errorf("on another instance: %d", got)
		}
	})
}

func TestVersionOneIsAnsweredWhereTokensAreOptional(t *testing.T) {
	r := newRig(t, func(f *world.Facts) { f.Metadata.TokensOptional = true })
	if res := r.ask("GET", "/latest/meta-data/instance-id"); res.StatusCode != 200 || r.text(res) != id {
		t.Errorf("without a token: %s", res.Status)
	}
	if res := r.ask("GET", "/latest/meta-data/instance-id", tokenHeader, "x"); res.StatusCode != 401 {
		t.Errorf("with a wrong token: %s", res.Status)
	}
	r.facts.Metadata.Off = true
	for _, method := range []string{"GET", "PUT"} {
		if res := r.ask(method, "/latest/api/token", ttlHeader, "60"); res.StatusCode != 403 {
			t.Errorf("%s while it is off: %s", method, res.Status)
		}
	}
}

func TestItems(t *testing.T) {
	r := newRig(t, func(f *world.Facts) {
		f.UserData, f.KeyName, f.PublicKey, f.Metadata.Tags = []byte("#!/bin/sh\n"), "ops", "ssh-ed25519 AAAA ops", true
		f.Interfaces[0].Public, f.PublicDNS = "198.18.0.1", "ec2-198-18-0-1.eu-central-1.compute.amazonaws.com"
	})
	const mac = "/latest/meta-data/network/interfaces/macs/0a:00:00:00:00:01/"
	for path, want := range map[string]string{
		"/latest":           "dynamic\nmeta-data\nuser-data",
		"/latest/":          "dynamic\nmeta-data\nuser-data",
		"/latest/user-data": "#!/bin/sh\n",
		"/latest/meta-data/": "ami-id\nami-launch-index\nami-manifest-path\nblock-device-mapping/\nevents/\nhostname\ninstance-action\ninstance-id\n" +
			"instance-life-cycle\ninstance-type\nlocal-hostname\nlocal-ipv4\nmac\nnetwork/\nplacement/\nprofile\npublic-hostname\npublic-ipv4\npublic-keys/\n" +
			"reservation-id\nsecurity-groups\nservices/\nsystem\ntags/",
		"/latest/meta-data/ami-id":                        "ami-0123456789abcdef0",
		"/2021-03-23/meta-data/instance-id":               id,
		"/2030-01-01/meta-data/instance-id":               "404 Not Found",
		"/latest/meta-data/instance-id/":                  id,
		"/latest/meta-data/instance-id/more":              "404 Not Found",
		"/latest/meta-data/block-device-mapping":          "ami\nebs1\nroot",
		"/latest/meta-data/block-device-mapping/ebs1":     "sdf",
		"/latest/meta-data/placement/":                    "availability-zone\navailability-zone-id\nregion",
		"/latest/meta-data/security-groups":               "default\nweb",
		"/latest/meta-data/network/interfaces/macs/":      "0a:00:00:00:00:01/",
		mac + "local-ipv4s":                               "10.0.0.4\n10.0.0.5",
		mac + "security-group-ids":                        "sg-1\nsg-2",
		mac + "ipv4-associations/198.18.0.1":              "10.0.0.4",
		"/latest/meta-data/tags/instance":                 "Name\nempty",
		"/latest/meta-data/tags/instance/Name":            "web-1",
		"/latest/meta-data/tags/instance/empty":           "",
		"/latest/meta-data/public-keys/0/openssh-key":     "ssh-ed25519 AAAA ops",
		"/latest/meta-data/instance-life-cycle":           "on-demand",
		"/latest/meta-data/iam/":                          "404 Not Found",
		"/latest/meta-data/spot/instance-action":          "404 Not Found",
		"/latest/meta-data/events/maintenance/scheduled":  "[]",
		"/latest/dynamic/instance-identity/":              "document",
		"/latest/dynamic/instance-identity/signature":     "501 Not Implemented",
		"/latest/meta-data/autoscaling/":                  "404 Not Found",
		"/latest/meta-data/events/recommendations":        "404 Not Found",
		"/latest/dynamic/fws/instance-monitoring":         "disabled",
		"/latest/meta-data/network/interfaces/macs/0a/x/": "404 Not Found",
	} {
		if diff := cmp.Diff(want, r.read(path)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
	if got := r.read("/"); !strings.HasPrefix(got, "1.0\n2007-01-19\n") || !strings.HasSuffix(got, "\n2021-03-23\nlatest") {
		t.Errorf("the versions are %q", got)
	}
	r.facts.UserData, r.facts.Metadata.Tags = nil, false
	for _, path := range []string{"/latest/user-data", "/latest/meta-data/tags/instance/Name", "/latest/meta-data/tags/"} {
		if got := r.read(path); got != "404 Not Found" {
			t.Errorf("%s: %q", path, got)
		}
	}
}

func TestErrorsArePages(t *testing.T) {
	res := newRig(t, func(f *world.Facts) { f.Metadata.TokensOptional = true }).ask("GET", "/latest/meta10-data")
	text, _ := io.ReadAll(res.Body)
	if res.StatusCode != 404 || res.Header.Get("Content-Type") != "text/html" || !strings.Contains(string(text), "<title>404 - Not Found</title>") {
		t.Errorf("%s %s\n%s", res.Status, res.Header, text)
	}
}

func TestSDKReadsTheIdentityDocument(t *testing.T) {
	out, err := newRig(t, nil).client().GetInstanceIdentityDocument(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := imdsapi.InstanceIdentityDocument{AvailabilityZone: "eu-central-1b", PrivateIP: "10.0.0.4", Version: "2017-09-30", Region: "eu-central-1", InstanceID: id,
		InstanceType: "t4g.micro", AccountID: "123456789012", PendingTime: time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC), ImageID: "ami-0123456789abcdef0", Architecture: "arm64"}
	if diff := cmp.Diff(want, out.InstanceIdentityDocument); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSDKTakesANewTokenWhenTheOldOneHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		client := r.client()
		for range 3 {
			out, err := client.GetRegion(t.Context(), nil)
			if err != nil || out.Region != "eu-central-1" {
				t.Fatalf("%v, %v", out, err)
			}
			if err := r.world.Advance(time.Hour); err != nil { // the client's clock does not know
				t.Fatal(err)
			}
		}
		if got := r.world.Calls.Summary()["imds:GetToken"]; got != 3 {
			t.Errorf("%d tokens were asked for, want 3", got)
		}
	})
}

func TestSDKTakesTheRolesCredentials(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(f *world.Facts) {
			f.ProfileARN, f.ProfileID = "arn:aws:iam::123456789012:instance-profile/ops/web", "AIPAX"
		})
		info, err := r.client().GetIAMInfo(t.Context(), nil)
		if err != nil || info.InstanceProfileArn != r.facts.ProfileARN || info.InstanceProfileID != "AIPAX" {
			t.Errorf("%+v, %v", info, err)
		}
		if got := r.read("/latest/meta-data/iam/security-credentials/"); got != "web" {
			t.Errorf("the role is %q", got)
		}
		provider := ec2rolecreds.New(func(o *ec2rolecreds.Options) { o.Client = r.client() })
		got, err := provider.Retrieve(t.Context())
		if err != nil || !strings.HasPrefix(got.AccessKeyID, "ASIA") || len(got.AccessKeyID) != 20 || len(got.SecretAccessKey) != 40 {
			t.Fatalf("%+v, %v", got, err)
		}
		issued, ok := r.world.Credentials(got.AccessKeyID, got.SessionToken)
		if !ok || issued.SecretAccessKey != got.SecretAccessKey || issued.Identity.ARN != "arn:aws:sts::123456789012:assumed-role/web/"+id {
			t.Errorf("the mock takes them for %+v, %t", issued, ok)
		}
		if left := time.Until(issued.Expiration); left < 6*time.Hour || left > 7*time.Hour {
			t.Errorf("they are valid for %s", left)
		}
		time.Sleep(time.Hour)
		again, err := provider.Retrieve(t.Context())
		if err != nil || again.AccessKeyID == got.AccessKeyID {
			t.Errorf("an hour later they are the same: %v", err)
		}
	})
}

func TestNoticesAreShown(t *testing.T) {
	r := newRig(t, nil)
	at := time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)
	tell := func(n world.Notice) {
		n.InstanceID = id
		r.world.Do(func() { world.InstanceNotice.Publish(r.world, r.facts.Scope, n) })
	}
	tell(world.Notice{Kind: world.NoticeSpot, Time: at, Action: "terminate"})
	tell(world.Notice{Kind: world.NoticeRebalance, Time: at})
	tell(world.Notice{Kind: world.NoticeLifecycle, Action: "Terminated"})
	tell(world.Notice{Kind: world.NoticeMaintenance, Time: at, NotAfter: at.Add(time.Hour), EventID: "instance-event-1", Code: "system-reboot", Description: "scheduled \"reboot\"", State: "active"})
	tell(world.Notice{Kind: world.NoticeMaintenance, Time: at, EventID: "instance-event-2", Code: "instance-stop", Description: "[Canceled] stop", State: "active"})
	tell(world.Notice{Kind: world.NoticeMaintenance, Time: at, EventID: "instance-event-2", Code: "instance-stop", Description: "[Canceled] stop", State: "canceled"})
	for path, want := range map[string]string{
		"spot/":                              "instance-action\ntermination-time",
		"spot/instance-action":               `{"action": "terminate", "time": "2027-01-02T03:04:05Z"}`,
		"spot/termination-time":              "2027-01-02T03:04:05Z",
		"events/recommendations/rebalance":   `{"noticeTime": "2027-01-02T03:04:05Z"}`,
		"autoscaling/target-lifecycle-state": "Terminated",
	} {
		if got := r.read("/latest/meta-data/" + path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	type event struct{ NotBefore, NotAfter, Code, Description, EventId, State string }
	for path, want := range map[string][]event{
		"scheduled": {{"2 Jan 2027 03:04:05 GMT", "2 Jan 2027 04:04:05 GMT", "system-reboot", "scheduled \"reboot\"", "instance-event-1", "active"}},
		"history":   {{"2 Jan 2027 03:04:05 GMT", "", "instance-stop", "[Canceled] stop", "instance-event-2", "canceled"}},
	} {
		var got []event
		if err := json.Unmarshal([]byte(r.read("/latest/meta-data/events/maintenance/"+path)), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
	tell(world.Notice{Kind: world.NoticeSpot, Time: at, Action: "hibernate"})
	if got := r.read("/latest/meta-data/spot/termination-time"); got != "404 Not Found" {
		t.Errorf("a hibernation has a termination time: %s", got)
	}
	r.world.Do(func() {
		world.InstanceState.Publish(r.world, r.facts.Scope, world.StateChange{InstanceID: id, State: "stopped"})
	})
	if got := r.read("/latest/meta-data/spot/instance-action"); got != "404 Not Found" {
		t.Errorf("the notice outlives a stop: %s", got)
	}
}

func TestNoticesSurviveARestore(t *testing.T) {
	r := newRig(t, nil)
	r.world.Do(func() {
		world.InstanceNotice.Publish(r.world, r.facts.Scope, world.Notice{InstanceID: id, Kind: world.NoticeLifecycle, Action: "Standby"})
	})
	token := r.token("600")
	state, err := r.world.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	other := newRig(t, nil)
	if err := other.world.Restore(state); err != nil {
		t.Fatal(err)
	}
	res := other.ask("GET", "/latest/meta-data/autoscaling/target-lifecycle-state", tokenHeader, token)
	if res.StatusCode != 200 || other.text(res) != "Standby" {
		t.Errorf("after a restore: %s", res.Status)
	}
	other.world.Reset(world.Settings{Seed: 1})
	if res := other.ask("GET", "/latest/meta-data/", tokenHeader, token); res.StatusCode != 401 {
		t.Errorf("a token outlives a reset to another seed: %s", res.Status)
	}
	if got := other.read("/latest/meta-data/autoscaling/target-lifecycle-state"); got != "404 Not Found" {
		t.Errorf("a notice outlives a reset: %s", got)
	}
}

func TestHopLimitIsAFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		if err := r.world.Faults.Add(world.Fault{Service: imds.Name, Action: "GetToken", Resource: id, Silent: true}); err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		_, err := r.client().GetRegion(t.Context(), nil)
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) > 20*time.Second {
			t.Errorf("%v after %s", err, time.Since(begin))
		}
	})
}

func TestFaultsHaveTheServicesOwnForm(t *testing.T) {
	r := newRig(t, func(f *world.Facts) { f.Metadata.TokensOptional = true })
	for _, tt := range []struct {
		fault world.Fault
		want  int
	}{{world.Fault{Throttle: true, Times: 1}, 429}, {world.Fault{Code: "x", Status: 503, Times: 1}, 503}, {world.Fault{Action: "GetUserData", Throttle: true}, 200}} {
		if err := r.world.Faults.Add(tt.fault); err != nil {
			t.Fatal(err)
		}
		if res := r.ask("GET", "/latest/meta-data/instance-id"); res.StatusCode != tt.want {
			t.Errorf("%+v: %s", tt.fault, res.Status)
		}
	}
}

func TestOnlyARunningInstanceCanAsk(t *testing.T) {
	r := newRig(t, func(f *world.Facts) { f.State = "stopped" })
	if res := r.ask("GET", "/latest/meta-data/"); res.StatusCode != 503 || !strings.Contains(r.text(res), "is stopped") {
		t.Errorf("stopped: %s", res.Status)
	}
	w := world.New(world.Settings{})
	rec := httptest.NewRecorder()
	imds.New(w).Handler("i-0").ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
	if rec.Code != 503 || !strings.Contains(rec.Body.String(), "no instance i-0") {
		t.Errorf("no instance: %d %s", rec.Code, rec.Body)
	}
}

func TestScriptsSeeTheServiceAsItWas(t *testing.T) {
	r := newRig(t, nil)
	var metadata world.Metadata
	r.world.Do(func() { metadata = r.world.Metadata(id) })
	status, header, token := metadata("PUT", "/latest/api/token", http.Header{http.CanonicalHeaderKey(ttlHeader): {"60"}})
	if status != 200 || header.Get(ttlHeader) != "60" {
		t.Fatalf("token: %d %v", status, header)
	}
	r.facts.Tags["Name"] = "changed"
	r.facts.Type = "m5.large"
	status, _, body := metadata("GET", "/latest/meta-data/instance-type?x=1", http.Header{http.CanonicalHeaderKey(tokenHeader): {string(token)}})
	if status != 200 || string(body) != "t4g.micro" {
		t.Errorf("%d %s", status, body)
	}
	if err := r.world.Faults.Add(world.Fault{Service: imds.Name, Silent: true}); err != nil {
		t.Fatal(err)
	}
	if status, _, _ := metadata("GET", "/latest/meta-data/instance-type", nil); status != 0 {
		t.Errorf("a silent service answers %d", status)
	}
}

func FuzzAnswers(f *testing.F) {
	f.Add("GET", "/latest/meta-data/", "", "")
	f.Add("PUT", "/latest/api/token", "", "60")
	f.Add("GET", "//latest//meta-data/tags/instance/", "AAAA", "-1")
	f.Fuzz(func(t *testing.T, method, path, token, ttl string) {
		r := newRig(t, func(f *world.Facts) { f.Metadata.Tags = true })
		var metadata world.Metadata
		r.world.Do(func() { metadata = r.world.Metadata(id) })
		status, _, body := metadata(method, path, http.Header{http.CanonicalHeaderKey(tokenHeader): {token}, http.CanonicalHeaderKey(ttlHeader): {ttl}})
		if status == 200 && method != "PUT" {
			t.Fatalf("%s %q with the token %q: %s", method, path, token, body)
		}
		if status < 200 || status > 599 {
			t.Fatalf("%s %q: status %d", method, path, status)
		}
	})
}
