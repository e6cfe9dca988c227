package mock

import (
	"fmt"
	"net/http"

	"github.com/musterhq/muster/mock/world"
)

// Interrupt takes a Spot Instance back, as EC2 does when it needs the capacity: its
// metadata shows the notice at once, and two minutes later on the mock's clock it is
// terminated or stopped, as its request says; hibernation begins at once. An instance that
// was stopped so starts again when the capacity of its scope is changed or cleared.
func (s *Server) Interrupt(instanceID string) error {
	return s.onInstance("interrupt", instanceID, s.ec2.Interrupt)
}

// RecommendRebalance tells a Spot Instance that its risk of an interruption has grown.
func (s *Server) RecommendRebalance(instanceID string) error {
	return s.onInstance("recommend to rebalance", instanceID, s.ec2.RecommendRebalance)
}

// onInstance calls f with the scope of an instance.
func (s *Server) onInstance(what, id string, f func(world.Scope, string) error) (err error) {
	s.world.Do(func() {
		facts, ok := s.world.Facts(id)
		if !ok {
			err = fmt.Errorf("there is no such instance")
			return
		}
		err = f(facts.Scope, id)
	})
	if err != nil {
		return fmt.Errorf("%s %q: %w", what, id, err)
	}
	return nil
}

// InterruptionRequest is the body of POST /_muster/interruptions.
type InterruptionRequest struct {
	InstanceID string `json:"instanceId"`
	Rebalance  bool   `json:"rebalance,omitempty"`
}

func (s *Server) controlInterrupt(r *http.Request) (any, error) {
	var req InterruptionRequest
	if err := read(r, &req); err != nil {
		return nil, err
	}
	if req.Rebalance {
		return map[string]string{}, s.RecommendRebalance(req.InstanceID)
	}
	return map[string]string{}, s.Interrupt(req.InstanceID)
}
