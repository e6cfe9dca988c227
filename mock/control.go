package mock

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/musterhq/muster/mock/world"
)

// controlPath is where the controls are served. AWS has no such path.
const controlPath = "/_muster/"

// controls serves the methods of the same names as JSON. Requests that a browser makes
// for another site are refused: a page must not reset somebody's rehearsal.
func (s *Server) controls() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_muster/health", answer(func(*http.Request) (any, error) { return s.Health(), nil }))
	mux.HandleFunc("POST /_muster/reset", answer(s.controlReset))
	mux.HandleFunc("POST /_muster/seed", answer(s.controlSeed))
	mux.HandleFunc("GET /_muster/clock", answer(func(*http.Request) (any, error) { return s.Clock(), nil }))
	mux.HandleFunc("POST /_muster/clock", answer(s.controlClock))
	mux.HandleFunc("GET /_muster/faults", answer(func(*http.Request) (any, error) { return s.Faults(), nil }))
	mux.HandleFunc("POST /_muster/faults", answer(s.controlFault))
	mux.HandleFunc("DELETE /_muster/faults", answer(func(*http.Request) (any, error) { s.ClearFaults(); return s.Faults(), nil }))
	mux.HandleFunc("GET /_muster/imds", answer(func(*http.Request) (any, error) { return s.IMDSAddresses(), nil }))
	mux.HandleFunc("POST /_muster/imds", answer(s.controlIMDS))
	mux.HandleFunc("DELETE /_muster/imds", answer(s.controlCloseIMDS))
	mux.HandleFunc("POST /_muster/notices", answer(s.controlNotice))
	mux.HandleFunc("POST /_muster/interruptions", answer(s.controlInterrupt))
	mux.HandleFunc("GET /_muster/capacity", answer(func(r *http.Request) (any, error) { return s.Capacities(scopeOf(r)), nil }))
	mux.HandleFunc("POST /_muster/capacity", answer(s.controlCapacity))
	mux.HandleFunc("DELETE /_muster/capacity", answer(func(r *http.Request) (any, error) { s.ClearCapacity(scopeOf(r)); return s.Capacities(scopeOf(r)), nil }))
	mux.HandleFunc("GET /_muster/quotas", answer(func(r *http.Request) (any, error) { return s.Quota(scopeOf(r)), nil }))
	mux.HandleFunc("POST /_muster/quotas", answer(s.controlQuota))
	mux.HandleFunc("POST /_muster/events", answer(s.controlEvent))
	mux.HandleFunc("GET /_muster/calls", answer(s.controlCalls))
	return http.NewCrossOriginProtection().Handler(mux)
}

// answer writes what f returns, or its error with status 400, as JSON.
func answer(f func(*http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		r.Body = http.MaxBytesReader(w, r.Body, MaxRequestBytes)
		v, err := f(r)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			v = map[string]string{"error": err.Error()}
		}
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		_ = enc.Encode(v) // the client has gone when this fails
	}
}

// read decodes a request's JSON body; an empty one leaves v as it is.
func read(r *http.Request, v any) error {
	dec := json.NewDecoder(r.Body)
	dec.DisallowUnknownFields()
	err := dec.Decode(v)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read request: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return errors.New("read request: there is more after the JSON value")
	}
	return nil
}

// Duration is a time.Duration that is a text like "90s" in JSON.
type Duration = world.Duration

// ResetRequest is the body of POST /_muster/reset: what New is given. What is left out
// stays as it was.
type ResetRequest struct {
	Seed *uint64   `json:"seed,omitempty"`
	Lag  *Duration `json:"lag,omitempty"`
}

func (s *Server) controlReset(r *http.Request) (any, error) {
	var req ResetRequest
	if err := read(r, &req); err != nil {
		return nil, err
	}
	settings := s.world.Settings()
	if req.Seed != nil {
		settings.Seed = *req.Seed
	}
	if req.Lag != nil {
		if *req.Lag < 0 {
			return nil, fmt.Errorf("lag is %s; it cannot be negative", time.Duration(*req.Lag))
		}
		settings.Lag = new(time.Duration(*req.Lag))
	}
	s.Reset(settings)
	return s.Health(), nil
}

// SeedRequest is the body of POST /_muster/seed: a fleet, and where to put it. Account
// and region are those of Here unless given.
type SeedRequest struct {
	Account string `json:"account,omitempty"`
	Region  string `json:"region,omitempty"`
	Fleet
}

func (s *Server) controlSeed(r *http.Request) (any, error) {
	var req SeedRequest
	if err := read(r, &req); err != nil {
		return nil, err
	}
	ids, err := s.Seed(world.Scope{Account: cmp.Or(req.Account, Here.Account), Region: cmp.Or(req.Region, Here.Region)}, req.Fleet)
	if err != nil {
		return nil, err
	}
	return map[string][]string{"instanceIds": ids}, nil
}

// ClockRequest is the body of POST /_muster/clock. What is left out stays as it is; the
// rate is set first, then the clock is frozen or thawed, then advanced.
type ClockRequest struct {
	Rate    *float64 `json:"rate,omitempty"`
	Freeze  *bool    `json:"freeze,omitempty"`
	Advance Duration `json:"advance,omitempty"`
}

func (s *Server) controlClock(r *http.Request) (any, error) {
	var req ClockRequest
	if err := read(r, &req); err != nil {
		return nil, err
	}
	if req.Advance < 0 {
		return nil, s.Advance(time.Duration(req.Advance))
	}
	if req.Rate != nil {
		if err := s.SetRate(*req.Rate); err != nil {
			return nil, err
		}
	}
	if req.Freeze != nil {
		if *req.Freeze {
			s.Freeze()
		} else {
			s.Thaw()
		}
	}
	if err := s.Advance(time.Duration(req.Advance)); err != nil {
		return nil, err
	}
	return s.Clock(), nil
}

func (s *Server) controlFault(r *http.Request) (any, error) {
	var f world.Fault
	if err := read(r, &f); err != nil {
		return nil, err
	}
	if err := s.Fault(f); err != nil {
		return nil, err
	}
	return s.Faults(), nil
}

// IMDSRequest is the body of POST and DELETE /_muster/imds: which instance, and the port
// to serve it on; 0 takes a free one.
type IMDSRequest struct {
	InstanceID string `json:"instanceId"`
	Port       int    `json:"port,omitempty"`
}

func (s *Server) controlIMDS(r *http.Request) (any, error) {
	var req IMDSRequest
	if err := read(r, &req); err != nil {
		return nil, err
	}
	if _, err := s.OpenIMDS(req.InstanceID, req.Port); err != nil {
		return nil, err
	}
	return s.IMDSAddresses(), nil
}

func (s *Server) controlCloseIMDS(r *http.Request) (any, error) {
	var req IMDSRequest
	if err := read(r, &req); err != nil {
		return nil, err
	}
	if err := s.CloseIMDS(req.InstanceID); err != nil {
		return nil, err
	}
	return s.IMDSAddresses(), nil
}

func (s *Server) controlNotice(r *http.Request) (any, error) {
	var n world.Notice
	if err := read(r, &n); err != nil {
		return nil, err
	}
	return n, s.Notify(n)
}

func (s *Server) controlCalls(r *http.Request) (any, error) {
	if r.URL.Query().Get("summary") == "1" {
		return s.CallSummary(), nil
	}
	return s.Calls(), nil
}
