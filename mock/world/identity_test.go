package world_test

import (
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/musterhq/muster/mock/world"
)

func TestIssuedCredentialsAreKnownAgain(t *testing.T) {
	w := world.New(world.Settings{})
	id := world.AssumedRole("123456789012", "web", "me")
	c := w.Issue(id, time.Now().Add(time.Hour), "1")
	if !regexp.MustCompile(`^ASIA[A-Z2-7]{16}$`).MatchString(c.AccessKeyID) || len(c.SecretAccessKey) != 40 {
		t.Errorf("keys %q %q", c.AccessKeyID, c.SecretAccessKey)
	}
	got, ok := w.Credentials(c.AccessKeyID, c.SessionToken)
	id.Temporary = true
	if !ok || !w.Issued(c.AccessKeyID) || got.SecretAccessKey != c.SecretAccessKey || got.Identity != id || !got.Expiration.Equal(c.Expiration) {
		t.Errorf("known again as %+v, %t", got, ok)
	}
	same, other := w.Issue(id, c.Expiration, "1"), w.Issue(id, c.Expiration, "2")
	if same.AccessKeyID != c.AccessKeyID || other.AccessKeyID == c.AccessKeyID || other.SecretAccessKey == c.SecretAccessKey {
		t.Errorf("keys %s, %s and %s", c.AccessKeyID, same.AccessKeyID, other.AccessKeyID)
	}
	if _, ok := w.Credentials(other.AccessKeyID, c.SessionToken); ok {
		t.Error("a token goes with another key")
	}
}

func TestForgedCredentialsAreNot(t *testing.T) {
	w := world.New(world.Settings{})
	c := w.Issue(world.Root("123456789012"), time.Now().Add(time.Hour), "1")
	for n := range c.AccessKeyID {
		b := []byte(c.AccessKeyID)
		if b[n]++; w.Issued(string(b)) {
			t.Errorf("the key %s is taken for an issued one", b)
		}
	}
	for n := range c.SessionToken {
		b := []byte(c.SessionToken)
		b[n] ^= 1
		if _, ok := w.Credentials(c.AccessKeyID, string(b)); ok {
			t.Fatalf("a token is taken that was changed at %d", n)
		}
	}
	for _, token := range []string{"", "x", strings.Repeat("A", 44)} {
		if _, ok := w.Credentials(c.AccessKeyID, token); ok {
			t.Errorf("the token %q is taken", token)
		}
	}
	if _, ok := world.New(world.Settings{Seed: 1}).Credentials(c.AccessKeyID, c.SessionToken); ok {
		t.Error("another world takes them")
	}
}

func TestIssuingNeedsNoLock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // a deadlock would end the bubble
		w := world.New(world.Settings{})
		w.Do(func() { w.Issue(world.Root("123456789012"), time.Now(), w.UUID()) })
	})
}
