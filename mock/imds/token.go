package imds

import (
	"encoding/base64"
	"encoding/binary"
	"strconv"
	"time"
)

// maxTTL is the longest life of a token in seconds: six hours.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
const maxTTL = 21600

// tokenBytes is the length of a token before it is written in base64: when it ends, in
// nanoseconds since 1970, and a seal. The text has 56 characters, as AWS's.
const tokenBytes = 42

// newToken makes a token for this instance that ends after ttl seconds.
func (v view) newToken(ttl int) string {
	return v.token(v.now.Add(time.Duration(ttl) * time.Second))
}

func (v view) token(ends time.Time) string {
	data := binary.BigEndian.AppendUint64(make([]byte, 2, tokenBytes), uint64(ends.UnixNano()))
	data = append(data, v.world.Seal("imds", v.facts.ID, strconv.FormatInt(ends.UnixNano(), 10))...)
	return base64.URLEncoding.EncodeToString(data)
}

// checkToken reports whether a token is one of this instance that has not ended, and how
// many seconds it has left.
func (v view) checkToken(token string) (left int, ok bool) {
	data, err := base64.URLEncoding.DecodeString(token)
	if err != nil || len(data) != tokenBytes {
		return 0, false
	}
	ends := time.Unix(0, int64(binary.BigEndian.Uint64(data[2:10])))
	if token != v.token(ends) || !ends.After(v.now) {
		return 0, false
	}
	return int(ends.Sub(v.now) / time.Second), true
}
