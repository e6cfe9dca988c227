package world

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// InstanceLaunched tells that EC2 has made an instance: what other services need to
// know of it for as long as it lives.
var InstanceLaunched = Topic[Instance]{"ec2:launched"}

// InstanceState tells that an instance has entered a state of its life cycle.
var InstanceState = Topic[StateChange]{"ec2:state"}

// InstanceRebooted tells that a running instance was restarted by its owner.
var InstanceRebooted = Topic[StateChange]{"ec2:rebooted"}

// InstanceChanged tells that an attribute of an instance was changed that matters outside EC2.
var InstanceChanged = Topic[InstanceChange]{"ec2:changed"}

// InstanceChange is what an instance is from now on; it is stopped when its type changes.
type InstanceChange struct {
	InstanceID string `json:"instanceId"`
	Type       string `json:"type"`
	CPUs       int    `json:"cpus"`
	MemoryMiB  int    `json:"memoryMiB"`
	UserData   []byte `json:"userData,omitempty"`
}

// TagsChanged tells all the tags that an instance has from now on.
var TagsChanged = Topic[InstanceTags]{"ec2:tags"}

// InstanceTags are an instance's tags.
type InstanceTags struct {
	InstanceID string            `json:"instanceId"`
	Tags       map[string]string `json:"tags"`
}

// InstancePoweredOff tells that a machine was shut down from inside: by a script, not by
// EC2.
var InstancePoweredOff = Topic[StateChange]{"node:powered-off"}

// SeededFor is how long a seeded instance has been running when it is made.
const SeededFor = 72 * time.Hour

// Instance is an instance as it matters outside EC2.
type Instance struct {
	ID        string `json:"id"`
	ImageID   string `json:"imageId"`
	ImageName string `json:"imageName"`
	// Platform is the operating system of the image: "amazon-linux-2023", "amazon-linux-2",
	// "ubuntu-22.04", "ubuntu-24.04", "debian-12", "rhel-9", or "windows-2019", "windows-2022"
	// and "windows-2025".
	Platform   string `json:"platform"`
	Type       string `json:"type"`
	Zone       string `json:"zone"`
	PrivateIP  string `json:"privateIp"`
	PrivateDNS string `json:"privateDns"`
	Arch       string `json:"arch"` // x86_64 or arm64, EC2's words
	CPUs       int    `json:"cpus"`
	MemoryMiB  int    `json:"memoryMiB"`
	// Tags are what it was launched with; TagsChanged tells of later ones.
	Tags map[string]string `json:"tags,omitempty"`
	// Agent says what becomes of the SSM Agent on it.
	Agent Agent `json:"agent,omitempty"`
	// Files are laid over the image's: path to content.
	Files map[string]string `json:"files,omitempty"`
	// Packages says how its packages are; nil leaves it to the instance's id.
	Packages *Packages `json:"packages,omitempty"`
	// UserData is what the launch gave it, not in base64; what it does is the machine's
	// business, at its first boot.
	UserData []byte `json:"userData,omitempty"`
	// Spot says that it is a Spot Instance.
	Spot bool `json:"spot,omitempty"`
}

// Packages says which updates a machine lacks and which cannot be installed there.
type Packages struct {
	// Pending names the packages that lack their updates, "*" being all; left out, it
	// depends on the instance's id.
	Pending []string `json:"pending,omitempty"`
	// UpToDate says that no update is pending but those of Pending.
	UpToDate bool `json:"upToDate,omitempty"`
	// Failing names the packages that cannot be installed or updated.
	Failing []string `json:"failing,omitempty"`
}

// Agent is what becomes of the SSM Agent on a machine.
type Agent string

// The fates of an agent. The image decides unless a seed asks for something else.
const (
	// AgentOnline registers some time after each boot and stays.
	AgentOnline Agent = ""
	// AgentLost registered once and does not answer.
	AgentLost Agent = "lost"
	// AgentNone was never there.
	AgentNone Agent = "none"
)

// StateChange names an instance and the state that it has entered, in EC2's words.
type StateChange struct {
	InstanceID string `json:"instanceId"`
	State      string `json:"state"`
	// Memory says that what the machine has in memory is kept: it hibernates, or it goes
	// on where it hibernated.
	Memory bool `json:"memory,omitempty"`
	// Seeded says that the instance was put there as if it had run for SeededFor, so
	// that nothing about it is still on its way.
	Seeded bool `json:"seeded,omitempty"`
}

// InstanceNotice tells an instance what is going to happen to it: what the instance
// metadata service shows, and EventBridge would send.
var InstanceNotice = Topic[Notice]{"ec2:notice"}

// NoticeKind says which of the instance metadata's paths shows a notice.
type NoticeKind string

// The kinds of notices.
const (
	// NoticeSpot is an interruption of a Spot Instance: spot/instance-action and, when the
	// action is to terminate, spot/termination-time.
	// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
	NoticeSpot NoticeKind = "spot"
	// NoticeRebalance is a higher risk of an interruption: events/recommendations/rebalance.
	// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/rebalance-recommendations.html
	NoticeRebalance NoticeKind = "rebalance"
	// NoticeMaintenance is a scheduled event, or a change of one: events/maintenance.
	// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_scheduled_events.html
	NoticeMaintenance NoticeKind = "maintenance"
	// NoticeLifecycle is the state that Auto Scaling is taking the instance to:
	// autoscaling/target-lifecycle-state. Its Action is that state.
	// https://docs.aws.amazon.com/autoscaling/ec2/userguide/retrieving-target-lifecycle-state-through-imds.html
	NoticeLifecycle NoticeKind = "lifecycle"
)

// Notice is what an instance is told. Later notices of a kind replace earlier ones; those
// of maintenance only the one with the same EventID.
type Notice struct {
	InstanceID string     `json:"instanceId"`
	Kind       NoticeKind `json:"kind"`
	// Time is when a Spot interruption happens, when a rebalance recommendation was made,
	// or the earliest start of a scheduled event.
	Time time.Time `json:"time"`
	// Action is what a Spot interruption does (terminate, stop or hibernate), or the
	// lifecycle's target (InService, Terminated, Warmed:Stopped …).
	Action string `json:"action,omitempty"`
	// EventID, Code, Description, NotAfter and State are a scheduled event's. State is
	// active, completed or canceled; the last two move it to the history.
	EventID     string    `json:"eventId,omitempty"`
	Code        string    `json:"code,omitempty"`
	Description string    `json:"description,omitempty"`
	NotAfter    time.Time `json:"notAfter,omitzero"`
	State       string    `json:"state,omitempty"`
}

// Validate says what a notice lacks for its kind, or nil.
func (n Notice) Validate() error {
	allowed, known := map[NoticeKind][]string{
		NoticeSpot: {"terminate", "stop", "hibernate"}, NoticeRebalance: {""}, NoticeMaintenance: {""},
		NoticeLifecycle: {"Detached", "InService", "Standby", "Terminated", "Warmed:Hibernated", "Warmed:Running", "Warmed:Stopped", "Warmed:Terminated"},
	}[n.Kind]
	switch {
	case !known:
		return fmt.Errorf("kind is %q; it is spot, rebalance, maintenance or lifecycle", n.Kind)
	case !slices.Contains(allowed, n.Action):
		return fmt.Errorf("action is %q; a notice of the kind %s has %s", n.Action, n.Kind, cmp.Or(strings.Join(allowed, ", "), "none"))
	case n.Time.IsZero() && n.Kind != NoticeLifecycle:
		return errors.New("time is missing: when it happens")
	case n.Kind == NoticeMaintenance && (n.EventID == "" || n.Code == "" || !slices.Contains([]string{"active", "completed", "canceled"}, n.State)):
		return errors.New("a notice of the kind maintenance has an eventId, a code and a state: active, completed or canceled")
	}
	return nil
}
