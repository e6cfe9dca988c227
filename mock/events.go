package mock

import (
	"cmp"
	"fmt"
	"net/http"

	"github.com/musterhq/muster/mock/ec2"
	"github.com/musterhq/muster/mock/world"
)

// EventRequest asks for a scheduled event of an instance.
type EventRequest = ec2.EventRequest

// ScheduleEvent gives an instance a scheduled event, which happens on the mock's clock, and
// returns its id.
func (s *Server) ScheduleEvent(scope world.Scope, req EventRequest) (id string, err error) {
	s.world.Do(func() { id, err = s.ec2.ScheduleEvent(scope, req) })
	if err != nil {
		return "", fmt.Errorf("schedule an event in %s in %s: %w", scope.Account, scope.Region, err)
	}
	return id, nil
}

// ControlEventRequest is the body of POST /_muster/events. Account and region are those of
// Here unless given.
type ControlEventRequest struct {
	Account string `json:"account,omitempty"`
	Region  string `json:"region,omitempty"`
	EventRequest
}

func (s *Server) controlEvent(r *http.Request) (any, error) {
	var req ControlEventRequest
	if err := read(r, &req); err != nil {
		return nil, err
	}
	id, err := s.ScheduleEvent(world.Scope{Account: cmp.Or(req.Account, Here.Account), Region: cmp.Or(req.Region, Here.Region)}, req.EventRequest)
	if err != nil {
		return nil, err
	}
	return map[string]string{"instanceEventId": id}, nil
}
