package cmd

import (
	"context"
	"fmt"
	"time"

	"github.com/musterhq/muster/account"
	"github.com/musterhq/muster/fleet"
)

// find reads the instances that a selector means. Where SSM was asked for and did not answer, it warns and goes on.
func (env *Env) find(ctx context.Context, selector fleet.Selector, o fleet.ListOptions) (*account.Scope, fleet.Listing, error) {
	scope, err := env.Scope(ctx)
	if err != nil {
		return nil, fleet.Listing{}, err
	}
	o.Now = env.selectorTime(ctx, scope.Config, selector)
	listing, err := fleet.NewInventory(scope.Config).List(ctx, selector, o)
	if err != nil {
		return nil, fleet.Listing{}, err
	}
	if listing.NodesErr != nil {
		env.warnf("%s", oneLine(describe(listing.NodesErr)))
	}
	return scope, listing, nil
}

// noMatch says that a selector means no instance that a command could act on: exit 2, like any other name of what does not
// exist. A typing error in a pipeline is not a success.
func noMatch(verb string, selector fleet.Selector) error {
	return usageError(fmt.Errorf("%s: no instance matches %s", verb, selector), "muster ls lists what there is")
}

// noneLeft says that a selector means no instance that a command could act on, and what became of those that it does mean.
func noneLeft(verb string, selector fleet.Selector, gone []fleet.Instance) error {
	if len(gone) == 0 {
		return noMatch(verb, selector)
	}
	texts := mapped(gone, func(i fleet.Instance) string { return fmt.Sprintf("%s is %s", i.ID, i.State) })
	return usageError(fmt.Errorf("%s: nothing that matches %s can be acted on: %s", verb, selector, firstOf(texts)),
		"AWS lists a terminated instance for about an hour more")
}

// missingError says that ids do not exist, after what does exist has been printed: exit 3.
func missingError(verb string, missing []string) error {
	if len(missing) == 1 {
		return withExit(ExitPartial, fmt.Errorf("%s: no such instance: %s", verb, missing[0]))
	}
	return withExit(ExitPartial, fmt.Errorf("%s: %d instances do not exist: %s", verb, len(missing), firstOf(missing)))
}

// firstOf names some of the ids of an error: a line of a terminal holds no hundred.
func firstOf(ids []string) string {
	const most = 5
	text := ""
	for i, id := range ids {
		switch {
		case i == most:
			return fmt.Sprintf("%s and %d more", text, len(ids)-most)
		case i > 0:
			text += ", "
		}
		text += id
	}
	return text
}

// instanceJSON is an instance in the output of commands; docs/reference/json.md describes it.
type instanceJSON struct {
	ID           string            `json:"id"`
	Name         string            `json:"name,omitempty"`
	State        fleet.State       `json:"state"`
	StateReason  string            `json:"stateReason,omitempty"`
	Type         string            `json:"type,omitempty"`
	Zone         string            `json:"zone,omitempty"`
	PrivateIP    string            `json:"privateIp,omitempty"`
	PublicIP     string            `json:"publicIp,omitempty"`
	SubnetID     string            `json:"subnetId,omitempty"`
	VPCID        string            `json:"vpcId,omitempty"`
	ImageID      string            `json:"imageId,omitempty"`
	KeyName      string            `json:"keyName,omitempty"`
	Platform     string            `json:"platform,omitempty"`
	Architecture string            `json:"architecture,omitempty"`
	Lifecycle    string            `json:"lifecycle,omitempty"`
	Launched     time.Time         `json:"launched,omitzero"`
	Tags         map[string]string `json:"tags"`
	SSM          *nodeJSON         `json:"ssm,omitempty"`
	Profile      string            `json:"profileArn,omitempty"`
	Unreachable  *unreachableJSON  `json:"unreachable,omitempty"` // only in show
}

// nodeJSON is what SSM knows of an instance.
type nodeJSON struct {
	Ping            fleet.Ping `json:"ping"`
	LastPing        time.Time  `json:"lastPing,omitzero"`
	AgentVersion    string     `json:"agentVersion,omitempty"`
	Platform        string     `json:"platform,omitempty"`
	PlatformVersion string     `json:"platformVersion,omitempty"`
}

func toJSON(in fleet.Instance) instanceJSON {
	out := instanceJSON{
		ID: in.ID, Name: in.Name, State: in.State, StateReason: in.StateReason, Type: in.Type, Zone: in.Zone,
		PrivateIP: in.PrivateIP, PublicIP: in.PublicIP, SubnetID: in.SubnetID, VPCID: in.VPCID, ImageID: in.ImageID,
		KeyName: in.KeyName, Profile: in.ProfileARN, Platform: in.Platform, Architecture: in.Architecture, Lifecycle: in.Lifecycle,
		Launched: in.LaunchTime.UTC(), Tags: in.Tags,
	}
	if out.Tags == nil {
		out.Tags = map[string]string{}
	}
	if in.Node.Ping != "" {
		out.SSM = &nodeJSON{
			Ping: in.Node.Ping, LastPing: in.Node.LastPing.UTC(), AgentVersion: in.Node.AgentVersion,
			Platform: in.Node.PlatformName, PlatformVersion: in.Node.PlatformVersion,
		}
	}
	return out
}

func allToJSON(instances []fleet.Instance) []instanceJSON {
	all := make([]instanceJSON, len(instances))
	for i, instance := range instances {
		all[i] = toJSON(instance)
	}
	return all
}

// stateCell colours a state: what works, what does not, what is moving.
func stateCell(state fleet.State) cell {
	switch state {
	case fleet.Running:
		return cell{string(state), green}
	case fleet.Pending, fleet.Stopping, fleet.ShuttingDown:
		return cell{string(state), yellow}
	default:
		return cell{string(state), dim}
	}
}

// pingCell is the column SSM: "-" where SSM does not know the instance, "?" where SSM could not be asked.
func pingCell(node fleet.Node, nodesErr error) cell {
	switch {
	case nodesErr != nil:
		return cell{"?", yellow}
	case node.Ping == fleet.Online:
		return cell{string(node.Ping), green}
	case node.Ping == "":
		return cell{}
	default:
		return cell{string(node.Ping), red}
	}
}

func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05Z")
}
