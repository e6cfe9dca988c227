package world

import "time"

// InstanceLaunched tells that EC2 has made an instance: what other services need to
// know of it for as long as it lives.
var InstanceLaunched = Topic[Instance]{"ec2:launched"}

// InstanceState tells that an instance has entered a state of its life cycle.
var InstanceState = Topic[StateChange]{"ec2:state"}

// InstanceRebooted tells that a running instance was restarted by its owner.
var InstanceRebooted = Topic[StateChange]{"ec2:rebooted"}

// SeededFor is how long a seeded instance has been running when it is made.
const SeededFor = 72 * time.Hour

// Instance is an instance as it matters outside EC2.
type Instance struct {
	ID         string `json:"id"`
	ImageID    string `json:"imageId"`
	ImageName  string `json:"imageName"`
	Type       string `json:"type"`
	Zone       string `json:"zone"`
	PrivateIP  string `json:"privateIp"`
	PrivateDNS string `json:"privateDns"`
	Arch       string `json:"arch"` // x86_64 or arm64, EC2's words
	CPUs       int    `json:"cpus"`
	MemoryMiB  int    `json:"memoryMiB"`
	// Agent says what becomes of the SSM Agent on it.
	Agent Agent `json:"agent,omitempty"`
	// Files are laid over the image's: path to content.
	Files map[string]string `json:"files,omitempty"`
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
	// Seeded says that the instance was put there as if it had run for SeededFor, so
	// that nothing about it is still on its way.
	Seeded bool `json:"seeded,omitempty"`
}
