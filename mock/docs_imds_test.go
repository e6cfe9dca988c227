package mock

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/musterhq/muster/mock/imds"
	"github.com/musterhq/muster/mock/world"
)

const metadataText = `## Instance metadata

` + "`muster mock serve --imds ID`, `muster mock imds ID`" + ` and the control ` + "`imds`" + ` serve what an instance finds at 169.254.169.254, each on a port of its
own. Programs find it by ` + "`AWS_EC2_METADATA_SERVICE_ENDPOINT`" + `. Both versions are there, as the instance's metadata options say: tokens of 1
to 21,600 seconds that end by the mock's clock, 401 without one where they are required, 403 where the service is off. All dated
versions show the same:

%s

The identity document is not signed: its signatures are refused with status 501. An instance that is not running is answered with
503, because on AWS nothing of it could ask. Role credentials are those of a role with the name of the instance profile.

A notice has these members: ` + "`instanceId`, `kind`, `time`, `action`; of maintenance `eventId`, `code`, `description`, `notAfter` and `state`" + `.

| kind | what it is | action |
|---|---|---|
| ` + "`spot`" + ` | an interruption at that time | terminate, stop or hibernate |
| ` + "`rebalance`" + ` | a recommendation made at that time | |
| ` + "`maintenance`" + ` | a scheduled event, or a change of the one with the same id; its state is active, completed or canceled | |
| ` + "`lifecycle`" + ` | the state that Auto Scaling takes the instance to | InService, Terminated, Warmed:Stopped … |

A token whose answer dies on the way, because of a hop limit, is a fault: ` + "`muster mock fault imds:GetToken --silent --resource ID`" + `.

`

// metadataPaths walks through the metadata of an instance that has everything, and returns its paths in blocks.
func metadataPaths(t *testing.T) string {
	t.Helper()
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	w := world.New(world.Settings{})
	w.ProvideFacts(func(id string) (world.Facts, bool) {
		return world.Facts{ID: id, State: "running", ImageID: "ami", Type: "type", Zone: "zone", ZoneID: "id", Scope: Here, ReservationID: "r", PrivateDNS: "name", PublicDNS: "name",
			Volumes: []string{"/dev/xvda", "/dev/sdf"}, KeyName: "key", PublicKey: "key", UserData: []byte("data"), ProfileARN: "arn/ROLE", Tags: map[string]string{"KEY": "value"},
			Metadata: world.MetadataOptions{TokensOptional: true, Tags: true}, Interfaces: []world.Interface{{ID: "eni", MAC: "MAC", Addresses: []string{"private"}, Public: "ADDRESS",
				SubnetID: "subnet", VPCID: "vpc", SubnetCIDR: "cidr", VPCCIDR: "cidr", Groups: []string{"group"}, GroupIDs: []string{"sg"}}}}, true
	})
	service := imds.New(w)
	w.Do(func() {
		for _, n := range []world.Notice{{Kind: world.NoticeSpot, Time: at, Action: "terminate"}, {Kind: world.NoticeRebalance, Time: at}, {Kind: world.NoticeLifecycle, Action: "Standby"}} {
			n.InstanceID = "i"
			world.InstanceNotice.Publish(w, Here, n)
		}
	})
	return "`" + strings.Join(below(t, service.Handler("i"), "/latest/"), "` `") + "`"
}

// below lists the items below a directory.
func below(t *testing.T, h http.Handler, dir string) []string {
	t.Helper()
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, dir, nil))
	if rec.Code != http.StatusOK {
		t.Fatalf("%s: %d", dir, rec.Code)
	}
	var items []string
	for name := range strings.SplitSeq(rec.Body.String(), "\n") {
		if name == "dynamic" || name == "meta-data" {
			name += "/"
		}
		if strings.HasSuffix(name, "/") {
			items = append(items, below(t, h, dir+name)...)
			continue
		}
		items = append(items, strings.TrimPrefix(dir+name, "/latest/"))
	}
	return items
}
