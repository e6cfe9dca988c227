package mock

import (
	"net/http"
	"regexp"
	"sync"
	"time"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// The keys of [Server.Config], which every server knows.
const (
	configKey    = "MUSTERMOCK"
	configSecret = "mock"
)

// keyring is which keys a server asks for. The zero value takes any that it did not issue.
type keyring struct {
	mu     sync.RWMutex // guards what follows
	strict bool
	roots  map[string]string // access key id → secret
}

// RequireKeys makes the server refuse every key but those that it has issued, those of
// its own Config, and the given ones, from access key id to secret, which are those of
// root users. It then checks every signature. Without it any other key is taken for a
// root user's, and its signature for right.
func (s *Server) RequireKeys(roots map[string]string) {
	s.keys.mu.Lock()
	defer s.keys.mu.Unlock()
	s.keys.strict, s.keys.roots = true, map[string]string{configKey: configSecret}
	for id, secret := range roots {
		s.keys.roots[id] = secret
	}
}

// secretOf is the secret of a root user's key; check is false where nobody asks for it.
func (k *keyring) secretOf(id string) (secret string, known, check bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	secret, known = k.roots[id]
	return secret, known, k.strict
}

// authenticate finds out who makes a request, and whether it is who signed it. It sets
// the answer's Date where a fault has moved the service's clock. Signatures and the ends
// of credentials follow the host's clock.
func (s *Server) authenticate(w http.ResponseWriter, r *http.Request, body []byte, api *wire.API, cred wire.Credential) (world.Identity, error) {
	skew := s.world.Faults.Skew(api.Name)
	now := time.Now().UTC().Add(skew)
	if skew != 0 {
		w.Header().Set("Date", now.Format(http.TimeFormat))
	}
	if s.world.Issued(cred.AccessKey) {
		return s.authenticateIssued(r, body, api, cred, now)
	}
	root := world.Root(accountOf(cred.AccessKey))
	secret, known, check := s.keys.secretOf(cred.AccessKey)
	switch {
	case check && (!known || cred.SessionToken != ""):
		return root, api.UnknownKey()
	case check:
		return root, orNil(api.Verify(r, body, cred, secret, now))
	case skew != 0:
		return root, orNil(api.CheckTime(cred, now))
	}
	return root, nil
}

// authenticateIssued looks at credentials that the server has issued.
func (s *Server) authenticateIssued(r *http.Request, body []byte, api *wire.API, cred wire.Credential, now time.Time) (world.Identity, error) {
	issued, ok := s.world.Credentials(cred.AccessKey, cred.SessionToken)
	switch {
	case !ok:
		return world.Root(world.DefaultAccount), api.UnknownKey()
	case !now.Before(issued.Expiration):
		return issued.Identity, api.Expired()
	}
	return issued.Identity, orNil(api.Verify(r, body, cred, issued.SecretAccessKey, now))
}

// orNil makes no error of none: a nil pointer is not a nil error.
func orNil(e *wire.Error) error {
	if e == nil {
		return nil
	}
	return e
}

var accountKey = regexp.MustCompile(`^[0-9]{12}$`)

// accountOf is the account of an access key that the server did not issue: one of twelve
// digits is the account itself.
func accountOf(accessKey string) string {
	if accountKey.MatchString(accessKey) {
		return accessKey
	}
	return world.DefaultAccount
}
