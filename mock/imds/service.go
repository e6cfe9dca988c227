// Package imds is the mock's instance metadata service, versions 1 and 2: what an
// instance can ask of itself at 169.254.169.254.
//
// Start with [New] and [Service.Handler], which is the service as one instance sees it.
// What it tells is EC2's knowledge of the instance (world.Facts) and the notices that it
// was given (world.InstanceNotice). Tokens and role credentials are sealed, not kept.
// Signatures of the identity document are refused: the mock has no key of AWS's.
//
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-metadata.html
package imds

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/musterhq/muster/mock/world"
)

// Name is the service's name in faults and in the record of calls.
const Name = "imds"

// Actions are what can be asked of the service, by the names that the SDK's client has
// for them.
func Actions() []string { return []string{"GetDynamicData", "GetMetadata", "GetToken", "GetUserData"} }

// Service is the metadata service of all instances. The world's lock guards its state.
type Service struct {
	world   *world.World
	notices map[string]*notices // by instance
}

// notices are what an instance was told.
type notices struct {
	Spot        *world.Notice  `json:"spot,omitempty"`
	Rebalance   *world.Notice  `json:"rebalance,omitempty"`
	Lifecycle   *world.Notice  `json:"lifecycle,omitempty"`
	Maintenance []world.Notice `json:"maintenance,omitempty"` // in the order in which they were first told
}

// New returns the metadata service in the given world.
func New(w *world.World) *Service {
	s := &Service{world: w}
	s.Reset()
	w.Register(Name, s)
	w.ProvideMetadata(s.machine)
	world.InstanceNotice.On(w, s.notice)
	world.InstanceState.On(w, s.stateChanged)
	return s
}

// notice keeps what an instance is told.
func (s *Service) notice(_ world.Scope, n world.Notice) {
	told := s.notices[n.InstanceID]
	if told == nil {
		told = &notices{}
		s.notices[n.InstanceID] = told
	}
	switch n.Kind {
	case world.NoticeSpot:
		told.Spot = &n
	case world.NoticeRebalance:
		told.Rebalance = &n
	case world.NoticeLifecycle:
		told.Lifecycle = &n
	case world.NoticeMaintenance:
		at := slices.IndexFunc(told.Maintenance, func(other world.Notice) bool { return other.EventID == n.EventID })
		if at < 0 {
			told.Maintenance = append(told.Maintenance, n)
			return
		}
		told.Maintenance[at] = n
	}
}

// stateChanged forgets what concerns a run of the instance that is over.
// assumed: a Spot notice and a rebalance recommendation are not shown after a stop and a start.
func (s *Service) stateChanged(_ world.Scope, c world.StateChange) {
	switch told := s.notices[c.InstanceID]; {
	case told == nil:
	case c.State == "terminated":
		delete(s.notices, c.InstanceID)
	case c.State == "stopped":
		told.Spot, told.Rebalance = nil, nil
	}
}

// clone is a copy that later notices do not change.
func (n *notices) clone() notices {
	if n == nil {
		return notices{}
	}
	out := *n
	out.Maintenance = slices.Clone(n.Maintenance)
	return out
}

// Snapshot returns the notices by instance.
func (s *Service) Snapshot() any { return s.notices }

// Restore replaces the notices with what Snapshot returned.
func (s *Service) Restore(data json.RawMessage) error {
	s.Reset()
	return json.Unmarshal(data, &s.notices)
}

// Reset forgets every notice.
func (s *Service) Reset() { s.notices = map[string]*notices{} }

// view is what one instance can learn at one moment. It is never changed.
type view struct {
	world *world.World
	facts world.Facts
	told  notices
	now   time.Time // the mock's time: tokens and resources follow it
	host  time.Time // the host's time: credentials follow it
}

// view must be called inside Do.
func (s *Service) view(facts world.Facts) view {
	facts.Tags = maps.Clone(facts.Tags)
	return view{world: s.world, facts: facts, told: s.notices[facts.ID].clone(), now: s.world.Now(), host: time.Now().UTC()}
}

// machine is the service as a script on the instance's simulated machine sees it: as it
// was when the script started. Faults strike it as they strike a served one, but for
// latency: a script's time is not the host's.
func (s *Service) machine(facts world.Facts) world.Metadata {
	v := s.view(facts)
	return func(method, path string, header http.Header) (int, http.Header, []byte) {
		r := request{method: method, path: path, header: header}
		if f := s.world.Faults.Take(Name, r.action(), []string{facts.ID}).Fault; f != nil {
			if f.Silent || f.Lost {
				return 0, nil, nil
			}
			a := faultAnswer(*f)
			return a.status, a.header, a.body
		}
		a := v.answer(r)
		return a.status, a.header, a.body
	}
}
