package ec2

import (
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// SpotNotice is how long before a Spot Instance is stopped or terminated it is told; it
// is not scaled. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
const SpotNotice = 2 * time.Minute

// evaluationDelay is how long EC2 looks at an open Spot request. assumed: the figure.
const evaluationDelay = 5 * time.Second

var (
	// interrupt is a Spot Instance being taken back, after its notice.
	interrupt = world.Topic[spotEvent]{Name: "ec2:spot-interrupt"}
	// evaluate is EC2 looking at an open Spot request.
	evaluate = world.Topic[spotEvent]{Name: "ec2:spot-evaluate"}
)

type spotEvent struct {
	RequestID  string `json:"requestId"`
	InstanceID string `json:"instanceId,omitempty"`
}

// Interrupt takes a Spot Instance back as EC2 does when it needs the capacity: the
// instance gets its notice, and is terminated, stopped or hibernated as its request says.
// It is called inside world.Do.
func (s *Service) Interrupt(sc world.Scope, id string) error {
	r, i, q, err := s.spotInstance(sc, id)
	if err != nil {
		return err
	}
	if i.State != running && i.State != pending {
		return fmt.Errorf("it is %s; only a running instance is interrupted", i.State)
	}
	if q.Code == "marked-for-termination" || q.Code == "marked-for-stop" {
		return fmt.Errorf("it is %s already", q.Code)
	}
	now, in := s.world.Now(), SpotNotice
	code := "marked-for-stop"
	switch q.Behavior {
	case types.InstanceInterruptionBehaviorTerminate:
		code = "marked-for-termination"
	case types.InstanceInterruptionBehaviorHibernate:
		in = 0 // hibernation begins at once
	}
	if q.State == types.SpotInstanceStateActive {
		q.to(q.State, code, now)
	}
	world.InstanceNotice.Publish(s.world, sc, world.Notice{InstanceID: id, Kind: world.NoticeSpot, Time: now.Add(in), Action: string(q.Behavior)})
	interrupt.After(s.world, in, r.Scope, spotEvent{q.ID, id})
	return nil
}

// RecommendRebalance tells a Spot Instance that its risk of an interruption has grown. It
// is called inside world.Do.
func (s *Service) RecommendRebalance(sc world.Scope, id string) error {
	if _, _, _, err := s.spotInstance(sc, id); err != nil {
		return err
	}
	world.InstanceNotice.Publish(s.world, sc, world.Notice{InstanceID: id, Kind: world.NoticeRebalance, Time: s.world.Now()})
	return nil
}

func (s *Service) spotInstance(sc world.Scope, id string) (*region, *instance, *spotRequest, error) {
	r := s.in(sc)
	i := r.Instances.get(id)
	if i == nil {
		return nil, nil, nil, fmt.Errorf("there is no such instance")
	}
	q := r.request(i)
	if q == nil {
		return nil, nil, nil, fmt.Errorf("it is not a Spot Instance")
	}
	return r, i, q, nil
}

// interrupted plays the end of a notice.
func (s *Service) interrupted(sc world.Scope, e spotEvent) {
	r := s.in(sc)
	i, q := r.Instances.get(e.InstanceID), r.Spots.get(e.RequestID)
	if i == nil || q == nil || i.State != running && i.State != pending || q.State == types.SpotInstanceStateActive && q.Code == "fulfilled" {
		return // it was stopped, and perhaps started again, in the meantime
	}
	q.ByService = true
	if q.Behavior == types.InstanceInterruptionBehaviorTerminate {
		s.terminate(r, i)
		i.byService(s.world.Now(), "Server.SpotInstanceTermination", "Spot instance termination")
		return
	}
	s.shutDown(r, i, q.Behavior == types.InstanceInterruptionBehaviorHibernate)
	i.byService(s.world.Now(), "Server.SpotInstanceShutdown", "Spot instance shutdown")
}

// byService notes that EC2 itself changes the instance's state. assumed: the texts; the
// codes are in API_StateReason.
func (i *instance) byService(now time.Time, code, text string) {
	i.because(now, code, text)
	i.Reason = fmt.Sprintf("Service initiated (%s)", ec2Time(now))
}

// markForStop notes that a Spot Instance begins to stop:
// github.com/hashicorp/terraform-provider-aws issue 33399.
func (r *region) markForStop(i *instance, now time.Time) {
	if q := r.request(i); q != nil && q.State == types.SpotInstanceStateActive {
		q.to(q.State, "marked-for-stop", now)
	}
}

// spotArrived follows a Spot Instance that has reached a state.
func (s *Service) spotArrived(r *region, i *instance, state types.InstanceStateName) {
	q := r.request(i)
	if q == nil {
		return
	}
	byWhom := "by-user"
	if q.ByService {
		byWhom = "no-capacity"
	}
	now := s.world.Now()
	cancelled := q.State == types.SpotInstanceStateCancelled
	switch {
	case state == stopped && !cancelled:
		q.to(types.SpotInstanceStateDisabled, "instance-stopped-"+byWhom, now)
	case state == running && !cancelled:
		q.ByService = false
		q.to(types.SpotInstanceStateActive, "fulfilled", now)
	case state == terminated && cancelled:
		q.to(q.State, "instance-terminated-"+byWhom, now)
	case state == terminated && q.Type == types.SpotInstanceTypePersistent:
		// the instance is launched again: "Terminate a Spot Instance" in the user guide
		q.to(types.SpotInstanceStateOpen, "instance-terminated-"+byWhom, now)
		q.InstanceID, q.ByService = "", false
		s.reopen(r, q)
	case state == terminated:
		q.to(types.SpotInstanceStateClosed, "instance-terminated-"+byWhom, now)
	}
}

// reopen lets EC2 look at an open request.
func (s *Service) reopen(r *region, q *spotRequest) {
	evaluate.After(s.world, s.world.Delay(evaluationDelay), r.Scope, spotEvent{RequestID: q.ID})
}

// evaluated launches the instance of an open request, or starts the one that EC2 stopped,
// if there is capacity.
func (s *Service) evaluated(sc world.Scope, e spotEvent) {
	r := s.in(sc)
	q := r.Spots.get(e.RequestID)
	if q == nil {
		return
	}
	now := s.world.Now()
	switch i := r.Instances.get(q.InstanceID); {
	case q.State == types.SpotInstanceStateDisabled && q.ByService && i != nil && i.State == stopped:
		if r.left(i.Type, i.Zone, "spot") > 0 {
			s.start(r, i)
		}
	case q.State != types.SpotInstanceStateOpen:
	case !q.ValidUntil.IsZero() && now.After(q.ValidUntil):
		q.to(types.SpotInstanceStateClosed, "schedule-expired", now)
	default:
		s.fulfil(r, q)
	}
}

func (s *Service) fulfil(r *region, q *spotRequest) {
	l, err := r.plan(q.Args, q.SystemTags)
	if err != nil {
		q.to(types.SpotInstanceStateFailed, "bad-parameters", s.world.Now())
		return
	}
	l.request = q
	if err := r.fit(&l, 1, 1); err != nil {
		q.to(types.SpotInstanceStateOpen, "capacity-not-available", s.world.Now())
		return
	}
	s.launch(r, l)
}

// capacityChanged lets EC2 look at every Spot request that waits for capacity.
func (s *Service) capacityChanged(r *region) {
	for q := range r.Spots.all() {
		if q.State == types.SpotInstanceStateOpen || q.State == types.SpotInstanceStateDisabled && q.ByService {
			s.reopen(r, q)
		}
	}
}

// spotStoppable refuses to stop what cannot be stopped by its owner. assumed: the text.
func (r *region) spotStoppable(found []*instance) error {
	for _, i := range found {
		if q := r.request(i); q != nil && q.Type == types.SpotInstanceTypeOneTime && i.State != terminated && i.State != shuttingDown {
			return wire.Errorf("UnsupportedOperation", "You can't stop the Spot Instance '%s' because it is associated with a one-time Spot Instance request. "+
				"You can only stop Spot Instances associated with persistent Spot Instance requests.", i.ID)
		}
	}
	return nil
}

// spotStartable refuses to start what EC2 has stopped, or whose request is gone. The code:
// github.com/hashicorp/terraform-provider-aws issue 33399. assumed: the text.
func (r *region) spotStartable(found []*instance) error {
	at := slices.IndexFunc(found, func(i *instance) bool {
		q := r.request(i)
		return q != nil && i.State == stopped && (q.State != types.SpotInstanceStateDisabled || q.ByService)
	})
	if at < 0 {
		return nil
	}
	return wire.Errorf("IncorrectSpotRequestState", "You can't start the Spot Instance '%s' because the associated Spot Instance request is not in an appropriate state to support start.", found[at].ID)
}
