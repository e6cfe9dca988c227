package mock

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// doors are the loopback ports on which instances' metadata services are served, one for
// each: a client of the service replaces whatever path its endpoint has. The zero value
// is none.
type doors struct {
	mu   sync.Mutex // guards open
	open map[string]*http.Server
}

// doorTimeout keeps half-open connections from piling up.
const doorTimeout = 10 * time.Second

// IMDS is the metadata service as one instance sees it, for any listener: what
// 169.254.169.254 is to that instance.
func (s *Server) IMDS(instanceID string) http.Handler { return s.imds.Handler(instanceID) }

// OpenIMDS serves the metadata service of an instance on a port of this machine's
// loopback address, 0 for a free one, and returns its URL, which is what
// AWS_EC2_METADATA_SERVICE_ENDPOINT takes. It is served until CloseIMDS or Close.
func (s *Server) OpenIMDS(instanceID string, port int) (url string, err error) {
	exists := false
	s.world.Look(func() { _, exists = s.world.Facts(instanceID) })
	if !exists {
		return "", fmt.Errorf("serve the metadata of %q: there is no such instance", instanceID)
	}
	s.doors.mu.Lock()
	defer s.doors.mu.Unlock()
	if door := s.doors.open[instanceID]; door != nil {
		return "", fmt.Errorf("serve the metadata of %s: it is served at %s already", instanceID, doorURL(door))
	}
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return "", fmt.Errorf("serve the metadata of %s: %w", instanceID, err)
	}
	door := &http.Server{Addr: listener.Addr().String(), Handler: s.IMDS(instanceID), ReadHeaderTimeout: doorTimeout}
	if s.doors.open == nil {
		s.doors.open = map[string]*http.Server{}
	}
	s.doors.open[instanceID] = door
	go func() { _ = door.Serve(listener) }() // it ends when the door is closed
	return doorURL(door), nil
}

// doorURL ends with a slash: older clients put a path straight behind it.
func doorURL(door *http.Server) string { return "http://" + door.Addr + "/" }

// CloseIMDS ends what OpenIMDS began, and the requests under way with it.
func (s *Server) CloseIMDS(instanceID string) error {
	s.doors.mu.Lock()
	defer s.doors.mu.Unlock()
	door := s.doors.open[instanceID]
	if door == nil {
		return fmt.Errorf("end serving the metadata of %q: it is not served", instanceID)
	}
	delete(s.doors.open, instanceID)
	return door.Close()
}

// IMDSAddresses are the URLs of the metadata services that OpenIMDS serves, by instance.
func (s *Server) IMDSAddresses() map[string]string {
	s.doors.mu.Lock()
	defer s.doors.mu.Unlock()
	out := map[string]string{}
	for id, door := range s.doors.open {
		out[id] = doorURL(door)
	}
	return out
}

// Close ends every metadata service that is still served. The Server goes on answering.
func (s *Server) Close() error {
	s.doors.mu.Lock()
	defer s.doors.mu.Unlock()
	var errs []error
	for door := range maps.Values(s.doors.open) {
		errs = append(errs, door.Close())
	}
	s.doors.open = nil
	return errors.Join(errs...)
}
