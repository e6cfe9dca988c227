package imds

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/musterhq/muster/mock/world"
)

// items are everything that the instance can read.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-metadata.html#instancedata-data-categories
func (v view) items() tree {
	t := tree{}
	f := v.facts
	for path, text := range map[string]string{
		"ami-id": f.ImageID, "ami-launch-index": strconv.Itoa(f.LaunchIndex), "ami-manifest-path": "(unknown)",
		"hostname": f.PrivateDNS, "local-hostname": f.PrivateDNS, "public-hostname": f.PublicDNS,
		"instance-action": "none", "instance-id": f.ID, "instance-life-cycle": lifeCycle(f.Spot), "instance-type": f.Type,
		"placement/availability-zone": f.Zone, "placement/availability-zone-id": f.ZoneID, "placement/region": f.Scope.Region,
		"profile": "default-hvm", "reservation-id": f.ReservationID, "services/domain": "amazonaws.com", "services/partition": "aws",
		"system": "nitro", // assumed: of every type
	} {
		t.put("meta-data/"+path, text)
	}
	if len(f.Interfaces) > 0 {
		first := f.Interfaces[0]
		t.put("meta-data/local-ipv4", first.Addresses[0])
		t.put("meta-data/public-ipv4", first.Public)
		t.put("meta-data/mac", first.MAC)
		t.list("meta-data/security-groups", first.Groups)
	}
	for _, n := range f.Interfaces {
		v.addInterface(t, n)
	}
	for n, device := range f.Volumes {
		v.addVolume(t, n, device)
	}
	if f.KeyName != "" {
		t.put("meta-data/public-keys/0/openssh-key", f.PublicKey)
	}
	v.addTags(t)
	v.addRole(t)
	v.addNotices(t)
	t.put("dynamic/instance-identity/document", v.document())
	t.put("dynamic/fws/instance-monitoring", map[bool]string{true: "enabled", false: "disabled"}[f.Monitored])
	t.put("user-data", string(f.UserData))
	return t
}

func lifeCycle(spot bool) string {
	if spot {
		return "spot"
	}
	return "on-demand"
}

// addInterface adds what stands below one MAC address.
func (v view) addInterface(t tree, n world.Interface) {
	dir := "meta-data/network/interfaces/macs/" + n.MAC + "/"
	for name, text := range map[string]string{
		"device-number": strconv.Itoa(n.Device), "interface-id": n.ID, "local-hostname": v.facts.PrivateDNS, "mac": n.MAC,
		"network-card": strconv.Itoa(n.Card), "owner-id": v.facts.Scope.Account, "subnet-id": n.SubnetID, "subnet-ipv4-cidr-block": n.SubnetCIDR,
		"vpc-id": n.VPCID, "vpc-ipv4-cidr-block": n.VPCCIDR, "vpc-ipv4-cidr-blocks": n.VPCCIDR, "public-ipv4s": n.Public,
	} {
		t.put(dir+name, text)
	}
	t.list(dir+"local-ipv4s", n.Addresses)
	t.list(dir+"security-groups", n.Groups)
	t.list(dir+"security-group-ids", n.GroupIDs)
	if n.Public != "" {
		t.put(dir+"public-hostname", v.facts.PublicDNS)
		t.put(dir+"ipv4-associations/"+n.Public, n.Addresses[0])
	}
}

// addVolume adds a volume to the block devices. The root volume stands there twice.
func (v view) addVolume(t tree, n int, device string) {
	if n > 0 {
		t.put(fmt.Sprintf("meta-data/block-device-mapping/ebs%d", n), strings.TrimPrefix(device, "/dev/"))
		return
	}
	t.put("meta-data/block-device-mapping/ami", device)
	t.put("meta-data/block-device-mapping/root", device)
}

// addTags adds the instance's tags where they are to be shown.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/work-with-tags-in-IMDS.html
func (v view) addTags(t tree) {
	if !v.facts.Metadata.Tags {
		return
	}
	for _, key := range slices.Sorted(maps.Keys(v.facts.Tags)) {
		t["meta-data/tags/instance/"+key] = v.facts.Tags[key] // an empty value is one, too
	}
}

// addNotices adds what the instance was told.
func (v view) addNotices(t tree) {
	const stamp = "2006-01-02T15:04:05Z"
	if n := v.told.Spot; n != nil {
		at := n.Time.UTC().Format(stamp)
		t.put("meta-data/spot/instance-action", fmt.Sprintf(`{"action": %q, "time": %q}`, n.Action, at))
		if n.Action == "terminate" {
			t.put("meta-data/spot/termination-time", at)
		}
	}
	if n := v.told.Rebalance; n != nil {
		t.put("meta-data/events/recommendations/rebalance", fmt.Sprintf(`{"noticeTime": %q}`, n.Time.UTC().Format(stamp)))
	}
	if n := v.told.Lifecycle; n != nil {
		t.put("meta-data/autoscaling/target-lifecycle-state", n.Action)
	}
	var scheduled, history []world.Notice
	for _, n := range v.told.Maintenance {
		if n.State == "active" {
			scheduled = append(scheduled, n)
		} else {
			history = append(history, n)
		}
	}
	t.put("meta-data/events/maintenance/scheduled", maintenance(scheduled))
	t.put("meta-data/events/maintenance/history", maintenance(history))
}

// maintenance writes scheduled events. Their times are no ISO ones.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_scheduled_events.html
func maintenance(events []world.Notice) string {
	var items []string
	for _, n := range events {
		stamp := func(at time.Time) string {
			if at.IsZero() {
				return "null"
			}
			return quoted(at.UTC().Format("2 Jan 2006 15:04:05 GMT"))
		}
		items = append(items, object("  ", "NotBefore", stamp(n.Time), "Code", quoted(n.Code), "Description", quoted(n.Description),
			"EventId", quoted(n.EventID), "NotAfter", stamp(n.NotAfter), "State", quoted(n.State)))
	}
	if len(items) == 0 {
		return "[]"
	}
	return "[\n  " + strings.Join(items, ",\n  ") + "\n]"
}
