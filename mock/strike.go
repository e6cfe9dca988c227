package mock

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/musterhq/muster/mock/imds"
	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// strike is what the faults in force do to a call that is being answered.
type strike world.Strike

// prevents reports whether the service does not get to act.
func (s strike) prevents() bool { return s.Fault != nil && !s.Fault.Lost }

// error is what the call is answered with instead of the service's answer.
func (s strike) error(service string) *wire.Error {
	if !s.Fault.Throttle {
		return &wire.Error{Code: s.Fault.Code, Message: s.Fault.Message, Status: s.Fault.Status}
	}
	switch service { // codes, texts and statuses: see docs/reference/mock.md
	case "ec2":
		return &wire.Error{Code: "RequestLimitExceeded", Message: "Request limit exceeded.", Status: http.StatusServiceUnavailable}
	case "ssm":
		return &wire.Error{Code: "ThrottlingException", Message: "Rate exceeded"}
	}
	return &wire.Error{Code: "Throttling", Message: "Rate exceeded"}
}

// checkTarget refuses a fault of a service or action that the mock does not have, which
// would never strike.
func (s *Server) checkTarget(f world.Fault) error {
	actions := s.actions()
	if f.Service != "" && actions[f.Service] == nil {
		return fmt.Errorf("a fault of the service %q: the mock has %s", f.Service, listed(slices.Sorted(maps.Keys(actions))))
	}
	if f.Action == "" {
		return nil
	}
	var known []string
	for service, has := range actions {
		if f.Service != "" && f.Service != service {
			continue
		}
		if slices.Contains(has, f.Action) {
			return nil
		}
		known = append(known, has...)
	}
	slices.Sort(known)
	return fmt.Errorf("a fault of the action %q: the mock's %s has %s", f.Action, orAWS(f.Service), listed(like(f.Action, known)))
}

// actions are the actions that can be struck, by service.
func (s *Server) actions() map[string][]string {
	actions := map[string][]string{imds.Name: imds.Actions()}
	for name, api := range s.apis {
		actions[name] = slices.Sorted(maps.Keys(api.Operations))
	}
	return actions
}

func orAWS(service string) string {
	if service == "" {
		return "AWS"
	}
	return service
}

// like narrows names down to those that a user may have meant: which differ in case only,
// else which hold the other's text, else all.
func like(asked string, names []string) []string {
	lower := strings.ToLower(asked)
	for _, near := range []func(name string) bool{
		func(name string) bool { return name == lower },
		func(name string) bool { return strings.Contains(name, lower) || strings.Contains(lower, name) },
	} {
		var out []string
		for _, name := range names {
			if near(strings.ToLower(name)) {
				out = append(out, name)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return names
}

// listed writes names as a text: a, b and c.
func listed(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
