package world

import "time"

// Duration is a time.Duration that is a text like "90s" in JSON.
type Duration time.Duration

// UnmarshalText reads a duration like 1h30m.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	*d = Duration(v)
	return err
}

// MarshalText writes a duration like 1h30m0s.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }
