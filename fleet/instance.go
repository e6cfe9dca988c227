package fleet

import (
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// ErrNotFound says that an id is none of an instance of this account and region. EC2 forgets a terminated one after about an
// hour.
var ErrNotFound = errors.New("no such instance")

// State is where an instance is in its life (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html).
type State string

// The states of an instance.
const (
	Pending      State = "pending"
	Running      State = "running"
	Stopping     State = "stopping"
	Stopped      State = "stopped"
	ShuttingDown State = "shutting-down"
	Terminated   State = "terminated"
)

// States returns all states in the order of an instance's life.
func States() []State {
	return []State{Pending, Running, Stopping, Stopped, ShuttingDown, Terminated}
}

// Gone reports whether the instance is at the end of its life or on the way there. AWS lists a terminated instance for about
// an hour more; no command acts on one.
func (s State) Gone() bool { return s == ShuttingDown || s == Terminated }

// Hibernated reports whether the instance stopped, or is stopping, with its memory kept, so that a start resumes it
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html).
func (i Instance) Hibernated() bool {
	return (i.State == Stopping || i.State == Stopped) && i.StateCode == "Client.UserInitiatedHibernate"
}

// Instance is what muster knows of one EC2 instance: plain data, as it was when it was read.
type Instance struct {
	ID               string
	Name             string // the tag Name
	State            State
	StateCode        string // why it is in this state, such as "Client.UserInitiatedShutdown"; empty while nothing happened
	StateReason      string // AWS's text, such as "Client.UserInitiatedShutdown: User initiated shutdown"; empty while nothing happened
	Type             string
	Zone             string
	PrivateIP        string
	PublicIP         string
	SubnetID         string
	VPCID            string
	ImageID          string
	KeyName          string
	ProfileARN       string // of the instance profile, which gives the machine a role; empty where it has none
	Platform         string // as EC2 says it, such as "Linux/UNIX" or "Windows"
	Architecture     string
	Lifecycle        string // "spot", "scheduled" or empty for on-demand
	LaunchTime       time.Time
	TransitionReason string // AWS's text of the last change that a user asked for, such as "User initiated (2026-01-31 12:00:00 GMT)"
	Virtualization   string // "hvm" or "paravirtual"
	ENA              bool   // enhanced networking by the Elastic Network Adapter is on
	Hibernation      bool   // configured at launch, without which it cannot hibernate
	Metadata         Metadata
	Volumes          []string // the ids of the attached EBS volumes
	Interfaces       []string // the ids of the attached network interfaces
	Tags             map[string]string
	Node             Node // what SSM says of it; zero where SSM was not asked or does not know it
}

// Metadata says how the instance's metadata service answers
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html). The zero value: EC2 did
// not say.
type Metadata struct {
	Endpoint string // "enabled" or "disabled"
	Tokens   string // "required" (IMDSv2 alone) or "optional"
	HopLimit int    // of the answer to a request for a token, in network hops
	Tags     string // "enabled": the instance's tags are shown
	State    string // "applied", or "pending" while a change is on its way
}

// Ping is whether the SSM Agent of a node has been heard of lately
// (https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_InstanceInformation.html). The zero value: SSM does not
// know the instance, so that no agent ever registered, or its record has gone.
type Ping string

// The values of Ping. Inactive is deprecated by AWS, yet may be returned.
const (
	Online         Ping = "Online"
	ConnectionLost Ping = "ConnectionLost"
	Inactive       Ping = "Inactive"
)

// Node is an instance as SSM sees it.
type Node struct {
	Ping            Ping
	LastPing        time.Time
	AgentVersion    string
	PlatformType    string // "Linux", "Windows" or "MacOS"
	PlatformName    string // such as "Amazon Linux"
	PlatformVersion string
}

// FromEC2 takes over what EC2 says of an instance.
func FromEC2(in ec2types.Instance) Instance {
	out := Instance{
		ID:               aws.ToString(in.InstanceId),
		Type:             string(in.InstanceType),
		PrivateIP:        aws.ToString(in.PrivateIpAddress),
		PublicIP:         aws.ToString(in.PublicIpAddress),
		SubnetID:         aws.ToString(in.SubnetId),
		VPCID:            aws.ToString(in.VpcId),
		ImageID:          aws.ToString(in.ImageId),
		KeyName:          aws.ToString(in.KeyName),
		Platform:         aws.ToString(in.PlatformDetails),
		Architecture:     string(in.Architecture),
		Lifecycle:        string(in.InstanceLifecycle),
		LaunchTime:       aws.ToTime(in.LaunchTime),
		TransitionReason: aws.ToString(in.StateTransitionReason),
		Tags:             make(map[string]string, len(in.Tags)),
	}
	if in.IamInstanceProfile != nil {
		out.ProfileARN = aws.ToString(in.IamInstanceProfile.Arn)
	}
	if in.State != nil {
		out.State = State(in.State.Name)
	}
	if in.StateReason != nil {
		out.StateCode, out.StateReason = aws.ToString(in.StateReason.Code), aws.ToString(in.StateReason.Message)
	}
	if in.Placement != nil {
		out.Zone = aws.ToString(in.Placement.AvailabilityZone)
	}
	for _, tag := range in.Tags {
		out.Tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	out.Name = out.Tags["Name"]
	out.fromParts(in)
	return out
}

// fromParts takes over what the structures inside an instance say.
func (i *Instance) fromParts(in ec2types.Instance) {
	i.Virtualization, i.ENA = string(in.VirtualizationType), aws.ToBool(in.EnaSupport)
	if in.HibernationOptions != nil {
		i.Hibernation = aws.ToBool(in.HibernationOptions.Configured)
	}
	if o := in.MetadataOptions; o != nil {
		i.Metadata = Metadata{Endpoint: string(o.HttpEndpoint), Tokens: string(o.HttpTokens), HopLimit: int(aws.ToInt32(o.HttpPutResponseHopLimit)),
			Tags: string(o.InstanceMetadataTags), State: string(o.State)}
	}
	for _, m := range in.BlockDeviceMappings {
		if m.Ebs != nil {
			i.Volumes = append(i.Volumes, aws.ToString(m.Ebs.VolumeId))
		}
	}
	for _, n := range in.NetworkInterfaces {
		i.Interfaces = append(i.Interfaces, aws.ToString(n.NetworkInterfaceId))
	}
}
