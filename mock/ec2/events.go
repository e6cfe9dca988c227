package ec2

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"slices"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// Scheduled events of instances.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instances-status-check_sched.html

// scheduledEvent is an event of an instance, with its history of at most a week.
type scheduledEvent struct {
	ID          string    `json:"id"`
	Code        string    `json:"code"`
	Description string    `json:"description"`
	NotBefore   time.Time `json:"notBefore"`
	NotAfter    time.Time `json:"notAfter,omitzero"`
	Deadline    time.Time `json:"deadline,omitzero"` // of NotBefore, when it is moved
	State       string    `json:"state"`             // active, completed or canceled, IMDS's words
}

// eventKept is how long an event is shown after it was completed or canceled.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_scheduled_events.html
const eventKept = 7 * 24 * time.Hour

// scheduled is the start of an event, or the time when it is forgotten. An event that was
// moved or ended meanwhile is not the same any more.
var scheduled = world.Topic[eventData]{Name: "ec2:scheduled-event"}

type eventData struct {
	InstanceID string    `json:"instanceId"`
	EventID    string    `json:"eventId"`
	NotBefore  time.Time `json:"notBefore"`
	Forget     bool      `json:"forget,omitempty"`
}

// EventRequest asks for a scheduled event.
type EventRequest struct {
	// InstanceID is the instance that it concerns.
	InstanceID string `json:"instanceId"`
	// Code is instance-reboot, system-reboot, system-maintenance, instance-retirement or
	// instance-stop.
	Code string `json:"code"`
	// Description is EC2's text; empty means the usual one of the code.
	Description string `json:"description,omitempty"`
	// NotBefore is when it happens; the zero value means in a week.
	NotBefore time.Time `json:"notBefore,omitzero"`
	// NotAfter is when it has happened at the latest; the zero value means two hours later.
	NotAfter time.Time `json:"notAfter,omitzero"`
	// Deadline is until when it can be put off; the zero value means that it cannot.
	Deadline time.Time `json:"deadline,omitzero"`
}

// eventTexts are the codes of events and what EC2 says of them. assumed: the texts but that
// of system-reboot, which is in an example of the page on viewing events.
var eventTexts = map[string]string{
	"instance-reboot":     "The instance is scheduled for a reboot",
	"system-reboot":       "scheduled reboot",
	"system-maintenance":  "The host of the instance is scheduled for maintenance",
	"instance-retirement": "The instance is running on degraded hardware",
	"instance-stop":       "The instance is running on degraded hardware",
}

// ScheduleEvent gives an instance an event, which happens at its time, and returns the
// event's id. It is called inside world.Do.
func (s *Service) ScheduleEvent(sc world.Scope, req EventRequest) (string, error) {
	r := s.in(sc)
	text, known := eventTexts[req.Code]
	i := r.Instances.get(req.InstanceID)
	now := s.world.Now()
	e := scheduledEvent{Code: req.Code, Description: cmp.Or(req.Description, text), NotBefore: req.NotBefore, NotAfter: req.NotAfter, Deadline: req.Deadline, State: "active"}
	if e.NotBefore.IsZero() {
		e.NotBefore = now.Add(7 * 24 * time.Hour)
	}
	e.NotBefore = e.NotBefore.UTC().Truncate(time.Second)
	if e.NotAfter.IsZero() {
		e.NotAfter = e.NotBefore.Add(2 * time.Hour)
	}
	switch {
	case i == nil || i.State == terminated || i.State == shuttingDown:
		return "", fmt.Errorf("no instance %q", req.InstanceID)
	case !known:
		return "", fmt.Errorf("code is %q; it is one of %v", req.Code, sortedKeys(eventTexts))
	case e.NotBefore.Before(now.Add(-time.Second)) || e.NotAfter.Before(e.NotBefore) || !e.Deadline.IsZero() && e.Deadline.Before(e.NotBefore):
		return "", fmt.Errorf("now, notBefore, notAfter and deadline must follow each other, the deadline after notBefore")
	}
	e.ID = s.world.ID("instance-event")
	i.Events = append(i.Events, &e)
	s.arrange(r, i, &e)
	return e.ID, nil
}

// arrange puts the start of an event into the queue, and tells the instance.
func (s *Service) arrange(r *region, i *instance, e *scheduledEvent) {
	scheduled.After(s.world, max(0, e.NotBefore.Sub(s.world.Now())), r.Scope, eventData{i.ID, e.ID, e.NotBefore, false})
	s.tell(r, i, e)
}

func (s *Service) tell(r *region, i *instance, e *scheduledEvent) {
	world.InstanceNotice.Publish(s.world, r.Scope, world.Notice{InstanceID: i.ID, Kind: world.NoticeMaintenance, Time: e.NotBefore,
		EventID: e.ID, Code: e.Code, Description: e.text(), NotAfter: e.NotAfter, State: e.State})
}

// text is the description as it is shown.
func (e *scheduledEvent) text() string {
	switch e.State {
	case "completed":
		return "[Completed] " + e.Description
	case "canceled":
		return "[Canceled] " + e.Description
	}
	return e.Description
}

// happen plays the start of an event, or forgets it.
func (s *Service) happen(sc world.Scope, d eventData) {
	r := s.in(sc)
	i := r.Instances.get(d.InstanceID)
	if i == nil {
		return
	}
	at := slices.IndexFunc(i.Events, func(e *scheduledEvent) bool { return e.ID == d.EventID })
	switch {
	case at < 0:
	case d.Forget:
		i.Events = slices.Delete(i.Events, at, at+1)
	case i.Events[at].State == "active" && i.Events[at].NotBefore.Equal(d.NotBefore):
		s.act(r, i, i.Events[at].Code)
		s.endEvent(r, i, i.Events[at], "completed")
	}
}

// act does what an event does to an instance that runs. assumed: that it is done at the
// first moment possible, and that a host's maintenance is not felt.
func (s *Service) act(r *region, i *instance, code string) {
	if i.State != running {
		return
	}
	switch code {
	case "instance-reboot", "system-reboot":
		s.reboot(r, i)
	case "instance-stop", "instance-retirement": // with an EBS root it is stopped: schedevents_actions_retire.html
		i.because(s.world.Now(), "Server.ScheduledStop", "Stopped due to scheduled retirement")
		i.PublicIP = netip.Addr{}
		s.begin(r, i, stopping, stopped, stopDelay)
	}
}

func (s *Service) endEvent(r *region, i *instance, e *scheduledEvent, state string) {
	e.State = state
	s.tell(r, i, e)
	scheduled.After(s.world, eventKept, r.Scope, eventData{i.ID, e.ID, e.NotBefore, true})
}

// moveHost ends the events of an instance that starts on another host by its owner's stop
// and start; a reboot of the instance alone does not. assumed: that they end as canceled.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/schedevents_actions_retire.html
func (s *Service) moveHost(r *region, i *instance) {
	for _, e := range i.Events {
		if e.State == "active" {
			s.endEvent(r, i, e, "canceled")
		}
	}
}

func (e *scheduledEvent) describe() types.InstanceStatusEvent {
	out := types.InstanceStatusEvent{InstanceEventId: new(e.ID), Code: types.EventCode(e.Code), Description: new(e.text()), NotBefore: new(e.NotBefore)}
	if !e.NotAfter.IsZero() {
		out.NotAfter = new(e.NotAfter)
	}
	if !e.Deadline.IsZero() {
		out.NotBeforeDeadline = new(e.Deadline)
	}
	return out
}

// eventFilter reads a member of an instance's events.
func eventFilter(of func(*scheduledEvent) string) func(*region, *instance) []string {
	return func(_ *region, i *instance) []string {
		return mapped(i.Events, of)
	}
}

// eventTime is how filters compare a time. assumed: the form, which is that of launch-time.
func eventTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// eventFilters are the filters of DescribeInstanceStatus that look at events.
var eventFilters = filterSet[*instance]{
	"event.code":                eventFilter(func(e *scheduledEvent) string { return e.Code }),
	"event.description":         eventFilter((*scheduledEvent).text),
	"event.instance-event-id":   eventFilter(func(e *scheduledEvent) string { return e.ID }),
	"event.not-after":           eventFilter(func(e *scheduledEvent) string { return eventTime(e.NotAfter) }),
	"event.not-before":          eventFilter(func(e *scheduledEvent) string { return eventTime(e.NotBefore) }),
	"event.not-before-deadline": eventFilter(func(e *scheduledEvent) string { return eventTime(e.Deadline) }),
}

// ModifyInstanceEventStartTime puts an event off, or brings it forward. The rules:
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/reschedule-event.html; the codes are in
// EC2's list. assumed: the texts, and which code stands for which rule.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceEventStartTime.html
func (s *Service) ModifyInstanceEventStartTime(ctx context.Context, in *ec2api.ModifyInstanceEventStartTimeInput) (*ec2api.ModifyInstanceEventStartTimeOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	i, err := r.instanceNamed(in.InstanceId)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(i.Events, func(e *scheduledEvent) bool { return e.ID == deref(in.InstanceEventId) && e.State == "active" })
	if at < 0 {
		return nil, wire.Errorf("InvalidInstanceEventIDNotFound", "The event '%s' does not exist for the instance '%s'.", deref(in.InstanceEventId), i.ID)
	}
	if in.NotBefore == nil {
		return nil, wire.Errorf("MissingParameter", "The request must contain the parameter NotBefore")
	}
	e, now, start := i.Events[at], s.world.Now(), in.NotBefore.UTC()
	switch {
	case e.Deadline.IsZero():
		return nil, wire.Errorf("InstanceEventStartTimeCannotChange", "The event '%s' has no deadline and cannot be rescheduled.", e.ID)
	case e.NotBefore.Before(now.Add(5 * time.Minute)):
		return nil, wire.Errorf("InstanceEventStartTimeCannotChange", "The event '%s' starts in the next 5 minutes and cannot be rescheduled.", e.ID)
	case start.Before(now.Add(time.Hour)):
		return nil, wire.Errorf("InvalidInstanceEventStartTime", "The new start time must be at least 60 minutes from now.")
	case start.After(e.Deadline):
		return nil, wire.Errorf("InvalidInstanceEventStartTime", "The new start time must not be after the deadline %s.", eventTime(e.Deadline))
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	e.NotBefore, e.NotAfter = start, start.Add(e.NotAfter.Sub(e.NotBefore))
	s.arrange(r, i, e)
	return &ec2api.ModifyInstanceEventStartTimeOutput{Event: new(e.describe())}, nil
}
