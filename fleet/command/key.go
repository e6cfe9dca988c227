package command

import (
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"time"
)

// keyLength is the length of a Key in characters: 128 bits, five to a character.
const keyLength = 26

// crockford is Douglas Crockford's base 32 alphabet: no I, L, O or U, so that a key can be read out over a telephone.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// Key names one run. It stands first in the comment of each command that the run sends, and is what the commands are
// found by when an answer was lost. It is a ULID: 48 bits of time in milliseconds, then 80 random bits, in 26 characters
// of Crockford's base 32, so that keys sort by the time of their making.
type Key string

// NewKey makes a key from the given time and ten bytes of random, which is crypto/rand.Reader but in tests.
func NewKey(now time.Time, random io.Reader) (Key, error) {
	var raw [16]byte
	binary.BigEndian.PutUint64(raw[:8], uint64(now.UnixMilli())<<16)
	if _, err := io.ReadFull(random, raw[6:]); err != nil {
		return "", fmt.Errorf("make a run key: %w", err)
	}
	return Key(encodeKey(raw)), nil
}

// encodeKey writes 128 bits as 26 characters. A ULID is padded at its front, where encoding/base32 pads at the end: so
// the 16 bytes are moved two bits down into 17, of which 26 characters are kept.
func encodeKey(raw [16]byte) string {
	var shifted [17]byte
	for i, b := range raw {
		shifted[i] |= b >> 2
		shifted[i+1] |= b << 6
	}
	return keyEncoding().EncodeToString(shifted[:])[:keyLength]
}

// ParseKey reads a key, and refuses what NewKey would not write.
func ParseKey(text string) (Key, error) {
	if len(text) != keyLength || strings.Trim(text, crockford) != "" || text[0] > '7' {
		return "", fmt.Errorf("run key %q: not %d characters of Crockford's base 32", text, keyLength)
	}
	return Key(text), nil
}

// Time is the time that the key was made at, to the millisecond; the zero time for what is not a key.
func (k Key) Time() time.Time {
	if _, err := ParseKey(string(k)); err != nil {
		return time.Time{}
	}
	var millis int64
	for _, c := range string(k[:10]) {
		millis = millis<<5 | int64(strings.IndexRune(crockford, c))
	}
	return time.UnixMilli(millis).UTC()
}

func keyEncoding() *base32.Encoding {
	return base32.NewEncoding(crockford).WithPadding(base32.NoPadding)
}
