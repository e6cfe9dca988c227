package world

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"strings"
	"time"
)

// Identity is who makes a call, as sts:GetCallerIdentity tells it.
type Identity struct {
	Account string `json:"account"`
	ARN     string `json:"arn"`
	UserID  string `json:"userId"`
	// Temporary says that the call was signed with credentials that end: a role's, or
	// those of GetSessionToken.
	Temporary bool `json:"-"`
}

// Root is an account's root user: who every key is that the mock did not issue.
func Root(account string) Identity {
	return Identity{Account: account, ARN: "arn:aws:iam::" + account + ":root", UserID: account}
}

// AssumedRole is a session of a role. The id of the role follows from its name.
func AssumedRole(account, role, session string) Identity {
	id := RoleID(account, role)
	return Identity{Account: account, ARN: "arn:aws:sts::" + account + ":assumed-role/" + role + "/" + session, UserID: id + ":" + session}
}

// RoleID is the unique id of a role: AROA and 17 letters and digits that follow from the account and the name.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
func RoleID(account, role string) string {
	sum := sha256.Sum256([]byte("role|" + account + "|" + role))
	return "AROA" + base32.StdEncoding.EncodeToString(sum[:])[:17]
}

type identityKey struct{}

// WithIdentity returns a context that carries who makes the call.
func WithIdentity(ctx context.Context, id Identity) context.Context {
	return context.WithValue(ctx, identityKey{}, id)
}

// IdentityOf returns who makes the call: what WithIdentity put into ctx, else the root
// user of its scope's account.
func IdentityOf(ctx context.Context) Identity {
	if id, ok := ctx.Value(identityKey{}).(Identity); ok {
		return id
	}
	return Root(ScopeOf(ctx).Account)
}

// Credentials are temporary keys that the mock has issued. Their validity follows the
// host's clock, as signatures do.
type Credentials struct {
	AccessKeyID     string
	SecretAccessKey string
	SessionToken    string
	Expiration      time.Time
	Identity        Identity
}

// issued is what a session token carries.
type issued struct {
	Key      string   `json:"key"`
	Expires  int64    `json:"expires"` // Unix seconds
	Identity Identity `json:"identity"`
}

// keyCheckBytes is how much of a key id is a check, by which the mock knows its own.
const keyCheckBytes = 5

// Issue makes credentials for an identity, valid until the host's clock reads expires.
// The same nonce gives the same keys. No record is kept of them: the token itself says
// what they are, under a seal that follows from the world's seed. So credentials outlive
// a restart and a reset to the same seed. It may be called concurrently.
func (w *World) Issue(id Identity, expires time.Time, nonce string) Credentials {
	secret := w.sealKey()
	key := make([]byte, 0, 2*keyCheckBytes)
	key = append(key, seal(secret, "nonce", nonce, id.ARN)[:keyCheckBytes]...)
	key = append(key, seal(secret, "key", string(key))[:keyCheckBytes]...)
	c := Credentials{AccessKeyID: "ASIA" + base32.StdEncoding.EncodeToString(key), Expiration: expires.UTC().Truncate(time.Second), Identity: id}
	c.SecretAccessKey = secretOf(secret, c.AccessKeyID)
	payload, _ := json.Marshal(issued{c.AccessKeyID, c.Expiration.Unix(), id}) // texts and a number
	c.SessionToken = base64.StdEncoding.EncodeToString(append(seal(secret, "token", string(payload)), payload...))
	return c
}

// Issued reports whether the mock issued an access key id, whatever it is used with.
func (w *World) Issued(accessKeyID string) bool {
	text, ok := strings.CutPrefix(accessKeyID, "ASIA")
	key, err := base32.StdEncoding.DecodeString(text)
	return ok && err == nil && len(key) == 2*keyCheckBytes &&
		subtle.ConstantTimeCompare(key[keyCheckBytes:], seal(w.sealKey(), "key", string(key[:keyCheckBytes]))[:keyCheckBytes]) == 1
}

// Credentials returns the credentials that the mock issued as an access key id with a
// session token; ok is false where the two do not belong together. They may have expired.
func (w *World) Credentials(accessKeyID, sessionToken string) (c Credentials, ok bool) {
	secret := w.sealKey()
	data, err := base64.StdEncoding.DecodeString(sessionToken)
	if err != nil || len(data) < sha256.Size {
		return Credentials{}, false
	}
	payload := data[sha256.Size:]
	var in issued
	if !hmac.Equal(data[:sha256.Size], seal(secret, "token", string(payload))) || json.Unmarshal(payload, &in) != nil || in.Key != accessKeyID {
		return Credentials{}, false
	}
	in.Identity.Temporary = true
	return Credentials{AccessKeyID: accessKeyID, SecretAccessKey: secretOf(secret, accessKeyID), SessionToken: sessionToken,
		Expiration: time.Unix(in.Expires, 0).UTC(), Identity: in.Identity}, true
}

// Seal returns 32 bytes that only this world makes of the texts: what a token ends with
// that the mock has to know again. It may be called concurrently.
func (w *World) Seal(texts ...string) []byte { return seal(w.sealKey(), texts...) }

// sealKey is the key of everything that the mock issues.
func (w *World) sealKey() []byte {
	return binary.BigEndian.AppendUint64([]byte("muster"), w.seed.Load())
}

// secretOf is the secret of an access key: 40 characters, as AWS's.
func secretOf(key []byte, accessKeyID string) string {
	return base64.StdEncoding.EncodeToString(seal(key, "secret", accessKeyID)[:30])
}

func seal(key []byte, texts ...string) []byte {
	mac := hmac.New(sha256.New, key)
	for _, text := range texts {
		mac.Write(binary.BigEndian.AppendUint64(nil, uint64(len(text))))
		mac.Write([]byte(text))
	}
	return mac.Sum(nil)
}
