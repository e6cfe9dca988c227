package ec2

import (
	"context"
	"maps"
	"math"
	"slices"
	"strconv"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// launchToken is what RunInstances keeps of a client token.
// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
type launchToken struct {
	Parameters    string `json:"parameters"`         // a digest of everything else in the request
	Template      string `json:"template,omitempty"` // the template version that it meant
	ReservationID string `json:"reservationId"`
}

// RunInstances launches instances, from a template, from arguments, or both.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html
func (s *Service) RunInstances(ctx context.Context, in *ec2api.RunInstancesInput) (*ec2api.RunInstancesOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	if again, err := r.replay(in); !isSet(in.DryRun) && (again != nil || err != nil) {
		return again, err
	}
	args, systemTags, err := r.arguments(in)
	if err != nil {
		return nil, err
	}
	l, err := r.plan(args, systemTags)
	if err != nil {
		return nil, err
	}
	l.token = deref(in.ClientToken)
	least, most, err := l.counts(in.MinCount, in.MaxCount)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	if err := r.fit(&l, least, most); err != nil {
		return nil, err
	}
	made := s.launch(r, l)
	if l.token != "" {
		r.Tokens[tokenScope(in)] = launchToken{digest(in, "ClientToken", "DryRun"), r.meant(in.LaunchTemplate), made[0].ReservationID}
	}
	res := r.reservations(made)[0]
	return &ec2api.RunInstancesOutput{ReservationId: res.ReservationId, OwnerId: res.OwnerId, Instances: res.Instances}, nil
}

// tokenScope is where a client token counts: in a zone when the request names one or a
// subnet, in the region otherwise.
func tokenScope(in *ec2api.RunInstancesInput) string {
	zone := ""
	if in.Placement != nil {
		zone = deref(in.Placement.AvailabilityZone)
	}
	return deref(in.ClientToken) + "|" + zone + "|" + deref(in.SubnetId)
}

// meant is the template version that a request names now; empty if there is none.
func (r *region) meant(spec *types.LaunchTemplateSpecification) string {
	if spec == nil {
		return ""
	}
	t, err := r.template(spec.LaunchTemplateId, spec.LaunchTemplateName)
	if err != nil {
		return ""
	}
	v, err := t.version(deref(spec.Version))
	if err != nil {
		return ""
	}
	return t.ID + ":" + versionText(v.Number)
}

// replay answers a request whose client token was used before: with the same launch for
// the same parameters, with an error otherwise. Texts: github.com/ubicloud/ubicloud
// issue 5898 and github.com/boto/boto3 issue 4406.
func (r *region) replay(in *ec2api.RunInstancesInput) (*ec2api.RunInstancesOutput, error) {
	token := deref(in.ClientToken)
	if len(token) > 64 {
		return nil, wire.Errorf("InvalidParameterValue", "Value (%s) for parameter clientToken is invalid. Tokens must be at most 64 characters.", token) // assumed: the text
	}
	earlier, ok := r.Tokens[tokenScope(in)]
	if token == "" || !ok {
		return nil, nil
	}
	meant := r.meant(in.LaunchTemplate)
	// assumed: that $Latest or $Default counts as another parameter once it means another version
	if earlier.Parameters != digest(in, "ClientToken", "DryRun") || meant != "" && meant != earlier.Template {
		return nil, parameterMismatch()
	}
	made := slices.Collect(where(r.Instances.all(), func(i *instance) bool { return i.ReservationID == earlier.ReservationID }))
	alive := slices.ContainsFunc(made, func(i *instance) bool {
		return i.State != types.InstanceStateNameTerminated && i.State != types.InstanceStateNameShuttingDown
	})
	if !alive {
		return nil, wire.Errorf("IdempotentInstanceTerminated", "The client token you have provided is associated with a terminated instance. Please use a different client token.")
	}
	res := r.reservations(made)[0]
	return &ec2api.RunInstancesOutput{ReservationId: res.ReservationId, OwnerId: res.OwnerId, Instances: res.Instances}, nil
}

// counts reads how many instances a request wants at least and at most.
func (l launch) counts(minCount, maxCount *int32) (least, most int, err error) {
	if minCount == nil {
		return 0, 0, missingParameter("MinCount")
	}
	if maxCount == nil {
		return 0, 0, missingParameter("MaxCount")
	}
	least, most = int(*minCount), int(*maxCount)
	switch { // assumed: the texts
	case least < 1 || most < 1:
		err = wire.Errorf("InvalidParameterValue", "Value (%d) for parameter minCount is invalid. Expecting a value greater than 0.", least)
	case least > most:
		err = wire.Errorf("InvalidParameterCombination", "The minimum count (%d) is greater than the maximum count (%d).", least, most)
	case most > 1 && slices.ContainsFunc(l.nics, plannedNIC.fixed):
		err = wire.Errorf("InvalidParameterCombination", "A private IP address may not be specified when launching more than one instance.")
	}
	return least, most, err
}

// room is how many such instances the subnets have addresses for.
func (l launch) room() int {
	needed := map[*subnet]int{}
	for _, n := range l.nics {
		needed[n.subnet] += 1 + len(n.Secondary) + n.secondary
	}
	room := math.MaxInt
	for sub, each := range needed {
		room = min(room, sub.free()/each)
	}
	return room
}

// launch makes the instances; they boot with the clock.
func (s *Service) launch(r *region, l launch) []*instance {
	reservation := s.world.ID("r")
	var made []*instance
	for n := range l.count {
		i := s.newInstance(r, l)
		i.ReservationID, i.LaunchIndex = reservation, int32(n)
		if q := s.order(r, l); q != nil {
			q.InstanceID, i.Spot.RequestID = i.ID, q.ID
		}
		r.Instances.add(i)
		r.occupy(i)
		r.tagMade(i, l.tags)
		world.InstanceLaunched.Publish(s.world, r.Scope, s.facts(r, i, l))
		if l.seeded {
			s.settle(r, i)
		} else {
			s.begin(r, i, types.InstanceStateNamePending, types.InstanceStateNameRunning, bootDelay)
		}
		made = append(made, i)
	}
	return made
}

// tagMade puts a launch's tags on what it made.
func (r *region) tagMade(i *instance, tags map[types.ResourceType]map[string]string) {
	r.setTags(i.ID, tags[types.ResourceTypeInstance])
	for _, d := range i.Disks {
		r.setTags(d.ID, tags[types.ResourceTypeVolume])
	}
	for _, n := range i.NICs {
		r.setTags(n.ID, tags[types.ResourceTypeNetworkInterface])
	}
}

func (s *Service) newInstance(r *region, l launch) *instance {
	now := s.world.Now().Truncate(time.Second)
	i := &instance{
		record: s.record(r, "i"), ImageID: l.image.ID, Type: l.figures.name, SubnetID: l.subnet.ID, Zone: l.subnet.Zone,
		ClientToken: l.token, machine: l.image.machine, AgentOn: l.image.Agent, Launched: now, Attached: now, ReasonCode: "pending", ReasonText: "pending", instanceSettings: l.settings,
	}
	for _, d := range l.disks {
		s.addDisk(r, i, d)
	}
	for _, p := range l.nics {
		s.addNIC(r, i, p.made())
	}
	i.PrivateIP = i.NICs[0].PrivateIP
	r.givePublicIP(i)
	return i
}

// givePublicIP hands an instance that starts a public address, if it is to have one: with
// several interfaces there is none by itself.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html
func (r *region) givePublicIP(i *instance) {
	if i.PublicIP = r.elasticIP(i); !i.PublicIP.IsValid() && len(i.NICs) == 1 && !i.NICs[0].Private {
		i.PublicIP = r.takePublicIP()
	}
}

// facts is what other services hear of a new instance.
func (s *Service) facts(r *region, i *instance, l launch) world.Instance {
	agent := l.agent
	if !l.image.Agent {
		agent = world.AgentNone
	}
	return world.Instance{ID: i.ID, ImageID: i.ImageID, ImageName: l.image.Name, Platform: l.image.Platform, Type: i.Type, Zone: i.Zone,
		PrivateIP: i.PrivateIP.String(), PrivateDNS: i.privateDNS(r.Scope.Region), Arch: string(l.image.Arch),
		CPUs: i.vcpus(l.figures), MemoryMiB: int(l.figures.memoryMiB), Tags: maps.Clone(r.Tags[i.ID]), Agent: agent, Files: l.files, Packages: l.packages, UserData: i.UserData, Spot: i.Spot.RequestID != ""}
}

// settle puts a seeded instance into the state of one that has run for long.
func (s *Service) settle(r *region, i *instance) {
	i.RanOnce, i.ReasonCode, i.ReasonText = true, "", ""
	i.Launched = s.world.Now().Add(-world.SeededFor).Truncate(time.Second)
	i.Attached, i.ChecksPassAt, i.NICs[0].Attached, i.Disks[0].Attached, i.Disks[0].Created = i.Launched, i.Launched, i.Launched, i.Launched, i.Launched
	i.State = types.InstanceStateNameRunning
	world.InstanceState.Publish(s.world, r.Scope, world.StateChange{InstanceID: i.ID, State: string(i.State), Seeded: true})
}

// versionText is a template version as tags and answers show it.
func versionText(n int64) string { return strconv.FormatInt(n, 10) }
