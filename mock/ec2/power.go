package ec2

import (
	"context"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// What each call does in each state follows
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html and the
// pages of the actions. One instance that refuses fails the whole call: nothing is done.

const (
	pending      = types.InstanceStateNamePending
	running      = types.InstanceStateNameRunning
	shuttingDown = types.InstanceStateNameShuttingDown
	terminated   = types.InstanceStateNameTerminated
	stopping     = types.InstanceStateNameStopping
	stopped      = types.InstanceStateNameStopped
)

// targets finds the instances of a call that changes state, and lets each be checked
// before any is changed.
func (r *region) targets(ids []string, check func(*instance) error) ([]*instance, error) {
	if len(ids) == 0 {
		return nil, wire.Errorf("MissingParameter", "The request must contain the parameter InstanceId")
	}
	found, err := r.find(ids)
	if err != nil {
		return nil, err
	}
	for _, i := range found {
		if err := check(i); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func change(i *instance, before types.InstanceStateName) types.InstanceStateChange {
	return types.InstanceStateChange{InstanceId: new(i.ID), CurrentState: sdkState(i.State), PreviousState: sdkState(before)}
}

// StartInstances starts stopped instances; pending and running ones stay as they are.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StartInstances.html
func (s *Service) StartInstances(ctx context.Context, in *ec2api.StartInstancesInput) (*ec2api.StartInstancesOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	found, err := r.targets(in.InstanceIds, startable)
	if err != nil {
		return nil, err
	}
	if err := r.spotStartable(found); err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	if err := r.startCapacity(found); err != nil {
		return nil, err
	}
	out := &ec2api.StartInstancesOutput{}
	for _, i := range found {
		before := i.State
		if before == stopped {
			s.start(r, i)
		}
		out.StartingInstances = append(out.StartingInstances, change(i, before))
	}
	return out, nil
}

// start boots a stopped instance.
func (s *Service) start(r *region, i *instance) {
	s.moveHost(r, i)
	i.Launched = s.world.Now().Truncate(time.Second)
	r.givePublicIP(i)
	r.occupy(i)
	i.Reason, i.ReasonCode, i.ReasonText = "", "pending", "pending"
	s.begin(r, i, pending, running, bootDelay)
}

func startable(i *instance) error {
	switch i.State {
	case pending, running, stopped:
		return nil
	} // text: github.com/aws-solutions/instance-scheduler-on-aws issue 281
	return wire.Errorf("IncorrectInstanceState", "The instance '%s' is not in a state from which it can be started.", i.ID)
}

// StopInstances stops running instances; stopping and stopped ones stay as they are.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StopInstances.html
func (s *Service) StopInstances(ctx context.Context, in *ec2api.StopInstancesInput) (*ec2api.StopInstancesOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	found, err := r.targets(in.InstanceIds, s.stopCheck(isSet(in.Hibernate)))
	if err != nil {
		return nil, err
	}
	if err := r.spotStoppable(found); err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	out := &ec2api.StopInstancesOutput{}
	for _, i := range found {
		before := i.State
		if before == running || before == pending {
			s.shutDown(r, i, isSet(in.Hibernate))
		}
		out.StoppingInstances = append(out.StoppingInstances, change(i, before))
	}
	return out, nil
}

// poweredOff follows a machine that was shut down from inside.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_ChangingInstanceInitiatedShutdownBehavior.html
func (s *Service) poweredOff(sc world.Scope, c world.StateChange) {
	r := s.in(sc)
	if i := r.Instances.get(c.InstanceID); i != nil && i.State == running {
		if i.onShutdown() == types.ShutdownBehaviorTerminate {
			s.terminate(r, i)
		} else {
			i.PublicIP = r.elasticIP(i)
			s.begin(r, i, stopping, stopped, stopDelay)
		}
		i.because(s.world.Now(), "Client.InstanceInitiatedShutdown", "Instance initiated shutdown")
	}
}

func stoppable(i *instance) error {
	switch {
	case i.NoStop: // text: as for termination below
		return wire.Errorf("OperationNotPermitted", "The instance '%s' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.", i.ID)
	case i.State == pending && !i.RanOnce:
		// A young instance is sometimes stopped and sometimes refused; the mock refuses.
		// Text: github.com/cloud-custodian/cloud-custodian issue 6014
		return wire.Errorf("IncorrectInstanceState", "Instance '%s' cannot be stopped as it has never reached the 'running' state.", i.ID)
	case i.State == shuttingDown || i.State == terminated:
		// text: github.com/ansible-collections/amazon.aws issue 146
		return wire.Errorf("IncorrectInstanceState", "This instance '%s' is not in a state from which it can be stopped.", i.ID)
	}
	return nil
}

// RebootInstances restarts running instances and ignores terminated ones.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RebootInstances.html
func (s *Service) RebootInstances(ctx context.Context, in *ec2api.RebootInstancesInput) (*ec2api.RebootInstancesOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	found, err := r.targets(in.InstanceIds, rebootable)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	for _, i := range found {
		if i.State == running {
			s.reboot(r, i)
		}
	}
	return &ec2api.RebootInstancesOutput{}, nil
}

// reboot restarts a running instance.
func (s *Service) reboot(r *region, i *instance) {
	i.ChecksPassAt = s.world.Now().Add(s.world.Delay(rebootDelay))
	world.InstanceRebooted.Publish(s.world, r.Scope, world.StateChange{InstanceID: i.ID, State: string(i.State)})
}

func rebootable(i *instance) error {
	if i.State == stopping || i.State == stopped {
		// assumed: that it is refused, and the text.
		return wire.Errorf("IncorrectInstanceState", "This instance '%s' is not in a state from which it can be rebooted.", i.ID)
	}
	return nil
}

// MaxTerminate is how many instances one TerminateInstances call takes.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
const MaxTerminate = 1000

// TerminateInstances terminates instances. A protected one spares all of its zone, and
// the answer is its error even though the other zones' instances are terminated.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
func (s *Service) TerminateInstances(ctx context.Context, in *ec2api.TerminateInstancesInput) (*ec2api.TerminateInstancesOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	if len(in.InstanceIds) > MaxTerminate { // assumed: code and text
		return nil, wire.Errorf("InvalidParameterValue", "A request can terminate at most %d instances", MaxTerminate)
	}
	found, err := r.targets(in.InstanceIds, func(*instance) error { return nil })
	if err != nil {
		return nil, err
	}
	var refusal error
	spared := map[string]bool{}
	for _, i := range found {
		if err := terminable(i); err != nil {
			spared[i.Zone] = true
			if refusal == nil {
				refusal = err
			}
		}
	}
	if err := dryRun(in.DryRun); refusal == nil && err != nil {
		return nil, err
	}
	out := &ec2api.TerminateInstancesOutput{}
	for _, i := range found {
		before := i.State
		if !spared[i.Zone] && !isSet(in.DryRun) {
			s.terminate(r, i)
		}
		out.TerminatingInstances = append(out.TerminatingInstances, change(i, before))
	}
	if refusal != nil {
		return nil, refusal
	}
	return out, nil
}

// terminable says whether protection lets an instance go; stop protection keeps it too.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-stop-protection.html
func terminable(i *instance) error {
	attribute := "disableApiTermination"
	switch {
	case i.State == terminated || i.State == shuttingDown || !i.NoTerminate && !i.NoStop:
		return nil
	case !i.NoTerminate:
		attribute = "disableApiStop"
	}
	return wire.Errorf("OperationNotPermitted", "The instance '%s' may not be terminated. Modify its '%s' instance attribute and try again.", i.ID, attribute)
}

func (s *Service) terminate(r *region, i *instance) {
	if i.State == terminated || i.State == shuttingDown {
		return
	}
	delay := terminateDelay
	if i.State == stopped {
		delay = terminateDelay / 10 // nothing has to shut down
	}
	i.because(s.world.Now(), "Client.UserInitiatedShutdown", "User initiated shutdown")
	s.begin(r, i, shuttingDown, terminated, delay)
}
