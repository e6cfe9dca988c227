package mock

import (
	"fmt"
	"regexp"
	"time"

	"github.com/musterhq/muster/mock/ec2"
	"github.com/musterhq/muster/mock/world"
)

// Fleet is what Seed puts into an account and region.
type Fleet = ec2.Fleet

// Group is a number of like instances of a Fleet.
type Group = ec2.FleetGroup

// Template is a launch template of a Fleet.
type Template = ec2.FleetTemplate

// Here is the scope of a configuration from Server.Config, and of AWS tools with any
// access key and the region us-east-1.
var Here = world.Scope{Account: world.DefaultAccount, Region: "us-east-1"}

// MaxFleet is the largest fleet that SampleFleet makes.
const MaxFleet = 20_000

// SampleFleet is a fleet of n instances for a newcomer: two thirds of them web servers,
// the others databases, and the launch template "web" to launch more.
func SampleFleet(n int) (Fleet, error) {
	if n < 0 || n > MaxFleet {
		return Fleet{}, fmt.Errorf("a fleet of %d instances: from 0 to %d are possible", n, MaxFleet)
	}
	tags := func(role string) map[string]string { return map[string]string{"role": role, "env": "dev"} }
	fleet := Fleet{Templates: []Template{{Name: "web", Tags: tags("web")}}}
	web := (2*n + 2) / 3
	if web > 0 {
		fleet.Groups = append(fleet.Groups, Group{Count: web, Name: "web-#", Tags: tags("web")})
	}
	if n > web {
		fleet.Groups = append(fleet.Groups, Group{Count: n - web, Name: "db-#", Type: "t3.small", Tags: tags("db")})
	}
	return fleet, nil
}

// Health is what the server says of itself.
type Health struct {
	Status string   `json:"status"` // "ok"
	Seed   uint64   `json:"seed"`
	Lag    Duration `json:"lag"`
	// Services are the operations that each service knows, by signing name: how many.
	Services map[string]int `json:"services"`
}

// Health says that the server answers, and what it was made with.
func (s *Server) Health() Health {
	settings := s.world.Settings()
	h := Health{Status: "ok", Seed: settings.Seed, Lag: Duration(world.DefaultLag), Services: map[string]int{}}
	if settings.Lag != nil {
		h.Lag = Duration(*settings.Lag)
	}
	for name, api := range s.apis {
		h.Services[name] = len(api.Operations)
	}
	return h
}

// Reset makes the server as New would: every resource, fault and recorded call is gone
// and the clock follows the host again.
func (s *Server) Reset(settings world.Settings) { s.world.Reset(settings) }

// Seed makes a fleet that looks as if it had been running for long, and returns the ids
// of its instances in order. A fleet with anything wrong in it makes nothing.
func (s *Server) Seed(scope world.Scope, fleet Fleet) (ids []string, err error) {
	if err := checkScope(scope); err != nil {
		return nil, fmt.Errorf("seed: %w", err)
	}
	s.world.Do(func() { ids, err = s.ec2.Seed(scope, fleet) })
	if err != nil {
		return nil, fmt.Errorf("seed %s in %s: %w", scope.Account, scope.Region, err)
	}
	return ids, nil
}

// regionName is the form of a region's name, of those to come as well.
var regionName = regexp.MustCompile(`^[a-z]{2}(-[a-z]+){1,3}-[0-9]{1,2}$`)

// checkScope refuses an account or a region that no client could reach.
func checkScope(scope world.Scope) error {
	if !accountKey.MatchString(scope.Account) {
		return fmt.Errorf("account %q: an account id has twelve digits, like %s", scope.Account, world.DefaultAccount)
	}
	if !regionName.MatchString(scope.Region) {
		return fmt.Errorf("region %q: a region is named like %s", scope.Region, Here.Region)
	}
	return nil
}

// Clock reads the mock's time and how it moves.
func (s *Server) Clock() world.ClockReading { return s.world.ReadClock() }

// Advance moves the mock's clock forward at once; what falls into that time happens.
func (s *Server) Advance(d time.Duration) error { return s.world.Advance(d) }

// Freeze stops the mock's clock.
func (s *Server) Freeze() { s.world.Freeze() }

// Thaw lets a frozen clock go on.
func (s *Server) Thaw() { s.world.Thaw() }

// SetRate makes rate seconds of the mock pass in each second of the host.
func (s *Server) SetRate(rate float64) error { return s.world.SetRate(rate) }

// Fault makes matching calls go wrong from now on. A service or action that the mock does
// not have is refused.
func (s *Server) Fault(f world.Fault) error {
	if err := s.checkTarget(f); err != nil {
		return err
	}
	return s.world.Faults.Add(f)
}

// Faults lists the faults in force.
func (s *Server) Faults() []world.Fault { return s.world.Faults.List() }

// ClearFaults ends all faults.
func (s *Server) ClearFaults() { s.world.Faults.Clear() }

// Notify tells an instance what is going to happen to it; its metadata service shows it.
// Nothing else comes of it.
func (s *Server) Notify(n world.Notice) error {
	if err := n.Validate(); err != nil {
		return fmt.Errorf("notify %s: %w", n.InstanceID, err)
	}
	exists := false
	s.world.Do(func() {
		var facts world.Facts
		if facts, exists = s.world.Facts(n.InstanceID); exists {
			world.InstanceNotice.Publish(s.world, facts.Scope, n)
		}
	})
	if !exists {
		return fmt.Errorf("notify %q: there is no such instance", n.InstanceID)
	}
	return nil
}

// Calls lists the last world.MaxCalls calls that were answered, oldest first.
func (s *Server) Calls() []world.Call { return s.world.Calls.List() }

// CallSummary counts all calls since the last reset by "service:Action".
func (s *Server) CallSummary() map[string]int { return s.world.Calls.Summary() }

// Snapshot returns the server's state as JSON, for a state file: resources, clock and
// what is under way, and the faults in force; not the calls.
func (s *Server) Snapshot() ([]byte, error) { return s.world.Snapshot() }

// Revision is a number that grows with every change of what Snapshot returns, but for the
// time, and sometimes without one: who keeps a state file need not write it while the
// number stays.
func (s *Server) Revision() uint64 { return s.world.Revision() }

// Restore replaces the server's state with a snapshot, and plays what has become due
// since it was taken. On an error the server is empty.
func (s *Server) Restore(data []byte) error { return s.world.Restore(data) }
