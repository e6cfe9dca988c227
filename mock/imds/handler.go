package imds

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/musterhq/muster/mock/world"
)

// Handler is the metadata service as one instance sees it. An instance that does not
// exist, or no longer, is answered with status 503 and a text that says so: on AWS nobody
// could ask.
func (s *Service) Handler(instanceID string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		req := request{method: r.Method, path: r.URL.Path, header: r.Header}
		v, exists := s.look(instanceID)
		struck := s.world.Faults.Take(Name, req.action(), []string{instanceID})
		var a answer
		switch f := struck.Fault; {
		case f != nil && !f.Lost:
			a = faultAnswer(*f)
		case !exists:
			a = plain(http.StatusServiceUnavailable, fmt.Sprintf("muster's mock: there is no instance %s\n", instanceID))
		default:
			a = v.answer(req)
		}
		s.note(v, req, a, struck.Fault != nil)
		struck.Hold(r.Context())
		for name, values := range a.header {
			w.Header()[name] = values
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
		w.WriteHeader(a.status)
		if r.Method != http.MethodHead {
			_, _ = w.Write(a.body) // the client has gone: nobody is left to tell
		}
	})
}

// look takes a view of an instance as of now.
func (s *Service) look(instanceID string) (v view, exists bool) {
	s.world.Look(func() {
		facts, ok := s.world.Facts(instanceID)
		v, exists = s.view(facts), ok
	})
	return v, exists
}

// note records the call.
func (s *Service) note(v view, r request, a answer, fault bool) {
	call := world.Call{Time: v.now, Service: Name, Action: r.action(), Account: v.facts.Scope.Account, Region: v.facts.Scope.Region, Fault: fault}
	if a.status != http.StatusOK {
		call.Error = strconv.Itoa(a.status)
	}
	s.world.Calls.Add(call)
}
