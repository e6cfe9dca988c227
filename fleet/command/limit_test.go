package command

import (
	"regexp"
	"testing"
)

func TestParseLimit(t *testing.T) {
	tests := []struct {
		text                string
		concurrency, errors bool
		of50, of7           int
	}{
		{"1", true, true, 1, 1},
		{"50", true, true, 50, 50},
		{"0", false, true, 0, 0},
		{"0%", false, true, 0, 0},
		{"1%", true, true, 0, 0},
		{"10%", true, true, 5, 0},
		{"99%", true, true, 49, 6},
		{"100%", true, true, 50, 7},
		{"101%", false, false, 0, 0},
		{"", false, false, 0, 0},
		{"%", false, false, 0, 0},
		{"-1", false, false, 0, 0},
		{"+1", false, false, 0, 0},
		{"01", false, false, 0, 0},
		{"1 ", false, false, 0, 0},
		{"1.5", false, false, 0, 0},
		{"10%%", false, false, 0, 0},
		{"99999999", false, false, 0, 0},
		{"99999999999999999999", false, false, 0, 0},
	}
	for _, test := range tests {
		_, err := ParseConcurrency(test.text)
		if (err == nil) != test.concurrency {
			t.Errorf("ParseConcurrency(%q): %v", test.text, err)
		}
		limit, err := ParseErrors(test.text)
		if (err == nil) != test.errors {
			t.Errorf("ParseErrors(%q): %v", test.text, err)
			continue
		}
		if err != nil {
			continue
		}
		if limit.Of(50) != test.of50 || limit.Of(7) != test.of7 || limit.String() != test.text {
			t.Errorf("%q is %d of 50 and %d of 7, and prints as %q", test.text, limit.Of(50), limit.Of(7), limit)
		}
	}
	if zero := (Limit{}); !zero.IsZero() || zero.String() != "" {
		t.Error("the zero limit is not zero")
	}
}

// Whatever we take, SSM takes: the patterns are those of the API reference, SendCommand.
func FuzzParseLimit(f *testing.F) {
	concurrency := regexp.MustCompile(`^([1-9][0-9]*|[1-9][0-9]%|[1-9]%|100%)$`)
	errors := regexp.MustCompile(`^([1-9][0-9]*|[0]|[1-9][0-9]%|[0-9]%|100%)$`)
	for _, seed := range []string{"1", "0", "10%", "100%", "x", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fits := len(text) <= maxLimitLength
		if _, err := ParseConcurrency(text); (err == nil) != (fits && concurrency.MatchString(text)) {
			t.Errorf("ParseConcurrency(%q): %v", text, err)
		}
		if _, err := ParseErrors(text); (err == nil) != (fits && errors.MatchString(text)) {
			t.Errorf("ParseErrors(%q): %v", text, err)
		}
	})
}
