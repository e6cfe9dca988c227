package ec2

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
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
	Parameters    string `json:"parameters"` // a digest of everything else in the request
	ReservationID string `json:"reservationId"`
}

// launch is a RunInstances request after the template has been merged in.
type launch struct {
	image   image
	figures figures
	subnet  *subnet
	profile string
	noStop  bool
	noTerm  bool
	tags    map[types.ResourceType]map[string]string
	key     string   // the key pair's name
	groups  []string // ids of security groups
	count   int
	token   string
	agent   world.Agent
	files   map[string]string
	seeded  bool
}

// RunInstances launches instances, from a template, from arguments, or both.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html
func (s *Service) RunInstances(ctx context.Context, in *ec2api.RunInstancesInput) (*ec2api.RunInstancesOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	if again, err := r.replay(in); !isSet(in.DryRun) && (again != nil || err != nil) {
		return again, err
	}
	l, err := r.plan(in)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	made := s.launch(r, l)
	if l.token != "" {
		r.Tokens[tokenScope(in)] = launchToken{digest(in), made[0].ReservationID}
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

func digest(in *ec2api.RunInstancesInput) string {
	c := *in
	c.ClientToken, c.DryRun = nil, nil
	data, _ := json.Marshal(c) // plain data: it marshals
	return fmt.Sprintf("%x", sha256.Sum256(data))
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
	if earlier.Parameters != digest(in) {
		return nil, wire.Errorf("IdempotentParameterMismatch", "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).")
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

// plan checks a request and merges the template under its arguments.
func (r *region) plan(in *ec2api.RunInstancesInput) (launch, error) {
	l := launch{token: deref(in.ClientToken), tags: map[types.ResourceType]map[string]string{}}
	args := templateData{
		ImageID: deref(in.ImageId), InstanceType: string(in.InstanceType), NoStop: in.DisableApiStop, NoTerminate: in.DisableApiTermination,
		KeyName: deref(in.KeyName), GroupIDs: in.SecurityGroupIds, GroupNames: in.SecurityGroups,
	}
	if in.Placement != nil {
		args.Zone = deref(in.Placement.AvailabilityZone)
	}
	if in.IamInstanceProfile != nil {
		args.ProfileArn, args.ProfileName = deref(in.IamInstanceProfile.Arn), deref(in.IamInstanceProfile.Name)
	}
	var err error
	if args.Tags, err = tagsByType(in.TagSpecifications); err != nil {
		return l, err
	}
	if in.LaunchTemplate != nil {
		if args, err = r.under(in.LaunchTemplate, args); err != nil {
			return l, err
		}
	}
	if err := r.resolve(&l, args, in.SubnetId); err != nil {
		return l, err
	}
	l.tags = args.Tags
	l.count, err = counts(in.MinCount, in.MaxCount, l.subnet)
	return l, err
}

// resolve turns the names in a launch into what they stand for.
func (r *region) resolve(l *launch, args templateData, subnetID *string) (err error) {
	if args.ImageID == "" {
		return wire.Errorf("MissingParameter", "The request must contain the parameter ImageId")
	}
	if l.image, err = r.image(args.ImageID); err != nil {
		return err
	}
	// m1.small is the documented default; it is not modelled.
	if l.figures, err = typeNamed(cmp.Or(args.InstanceType, "m1.small")); err != nil {
		return err
	}
	if a, b := string(l.figures.arch), string(l.image.Arch); a != b {
		return wire.Errorf("InvalidParameterValue", "The architecture '%s' of the specified instance type does not match the architecture '%s' of the specified AMI. "+
			"Specify an instance type and an AMI that have matching architectures, and try again. You can use 'describe-instance-types' or 'describe-images' "+
			"to discover the architecture of the instance type or AMI.", a, b)
	}
	if l.subnet, err = r.place(deref(subnetID), args.Zone); err != nil {
		return err
	}
	if l.groups, err = r.groupsFor(args.GroupIDs, args.GroupNames, r.vpcID); err != nil {
		return err
	}
	if l.key, err = r.keyNamed(args.KeyName); err != nil {
		return err
	}
	l.noStop, l.noTerm = isSet(args.NoStop), isSet(args.NoTerminate)
	l.profile = args.ProfileArn
	if args.ProfileName != "" {
		l.profile = "arn:aws:iam::" + r.Scope.Account + ":instance-profile/" + args.ProfileName
	}
	return nil
}

// place finds the subnet: the one named, the zone's default, or, as EC2 is free to
// choose, the default subnet with the most free addresses.
func (r *region) place(subnetID, zone string) (*subnet, error) {
	if subnetID != "" {
		return r.subnetNamed(subnetID)
	}
	if zone != "" {
		i := slices.IndexFunc(r.subnets, func(s *subnet) bool { return s.zone == zone })
		if i < 0 {
			return nil, wire.Errorf("InvalidParameterValue", "Invalid availability zone: [%s]", zone)
		}
		return r.subnets[i], nil
	}
	return slices.MaxFunc(r.subnets, func(a, b *subnet) int { return a.free() - b.free() }), nil
}

// counts settles how many instances a request gets: as many as fit, at least MinCount.
func counts(minCount, maxCount *int32, sub *subnet) (int, error) {
	if minCount == nil || maxCount == nil {
		missing := "MaxCount"
		if minCount == nil {
			missing = "MinCount"
		}
		return 0, wire.Errorf("MissingParameter", "The request must contain the parameter %s", missing)
	}
	least, most := int(*minCount), int(*maxCount)
	switch { // assumed: the texts of the first two
	case least < 1 || most < 1:
		return 0, wire.Errorf("InvalidParameterValue", "Value (%d) for parameter minCount is invalid. Expecting a value greater than 0.", least)
	case least > most:
		return 0, wire.Errorf("InvalidParameterCombination", "The minimum count (%d) is greater than the maximum count (%d).", least, most)
	case sub.free() < least:
		return 0, wire.Errorf("InsufficientFreeAddressesInSubnet", "There are not enough free addresses in subnet '%s' to satisfy the requested number of instances.", sub.id)
	}
	return min(most, sub.free()), nil
}

// tagsByType reads tag specifications: instances and their volumes can be tagged.
func tagsByType(specs []types.TagSpecification) (map[types.ResourceType]map[string]string, error) {
	out := map[types.ResourceType]map[string]string{}
	for _, spec := range specs {
		switch spec.ResourceType {
		case types.ResourceTypeInstance, types.ResourceTypeVolume:
		default:
			return nil, wire.Errorf("InvalidParameterValue", "muster's mock does not model tags for the resource type '%s' at launch", spec.ResourceType)
		}
		if len(spec.Tags) == 0 {
			return nil, wire.Errorf("InvalidParameterValue", "Tag specification must have at least one tag")
		}
		tags, err := readTags(spec.Tags)
		if err != nil {
			return nil, err
		}
		if out[spec.ResourceType] == nil {
			out[spec.ResourceType] = map[string]string{}
		}
		for k, v := range tags {
			out[spec.ResourceType][k] = v
		}
	}
	return out, nil
}

// launch makes the instances; they boot with the clock.
func (s *Service) launch(r *region, l launch) []*instance {
	reservation := s.world.ID("r")
	var made []*instance
	for n := range l.count {
		i := s.newInstance(r, l)
		i.ReservationID, i.LaunchIndex = reservation, int32(n)
		r.Instances.add(i)
		r.setTags(i.ID, l.tags[types.ResourceTypeInstance])
		for _, d := range i.Disks {
			r.setTags(d.ID, l.tags[types.ResourceTypeVolume])
		}
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

func (s *Service) newInstance(r *region, l launch) *instance {
	now := s.world.Now().Truncate(time.Second)
	i := &instance{
		record: s.record(r, "i"), ImageID: l.image.ID, Type: l.figures.name, SubnetID: l.subnet.id, Zone: l.subnet.zone,
		ClientToken: l.token, Launched: now, Attached: now, ReasonCode: "pending", ReasonText: "pending",
		instanceSettings: instanceSettings{KeyName: l.key, ProfileArn: l.profile, NoStop: l.noStop, NoTerminate: l.noTerm, Metadata: metadataOptions{Hops: 2}},
	}
	s.addDisk(r, i, disk{SizeGiB: 8, Type: types.VolumeTypeGp3, IOPS: 3000, Throughput: 125, SnapshotID: hashID("snap", l.image.ID), diskAttachment: diskAttachment{Device: rootDevice}})
	s.addNIC(r, i, nic{SubnetID: l.subnet.id, PrivateIP: l.subnet.take(), Groups: l.groups})
	i.PrivateIP, i.PublicIP = i.NICs[0].PrivateIP, r.takePublicIP()
	return i
}

// facts is what other services hear of a new instance.
func (s *Service) facts(r *region, i *instance, l launch) world.Instance {
	agent := l.agent
	if !l.image.Agent {
		agent = world.AgentNone
	}
	return world.Instance{ID: i.ID, ImageID: i.ImageID, ImageName: l.image.Name, Platform: l.image.Platform, Type: i.Type, Zone: i.Zone,
		PrivateIP: i.PrivateIP.String(), PrivateDNS: i.privateDNS(r.Scope.Region), Arch: string(l.image.Arch),
		CPUs: int(l.figures.vcpus), MemoryMiB: int(l.figures.memoryMiB), Agent: agent, Files: l.files, UserData: i.UserData, Spot: i.Spot.RequestID != ""}
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
