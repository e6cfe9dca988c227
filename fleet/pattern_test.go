package fleet

import "testing"

// FuzzPatternMatch compares the wildcards with a plain, slow reading of what they mean.
func FuzzPatternMatch(f *testing.F) {
	f.Add("web-*", "web-1")
	f.Add(`a\*?*`, "a*bc")
	f.Add("*a*b", "xaxbab")
	f.Fuzz(func(t *testing.T, pat, s string) {
		chars, err := lex(pat)
		if err != nil || len(chars) > 8 || len(s) > 8 {
			return
		}
		if got, want := patternOf(chars).match(s), slowMatch(chars, []rune(s)); got != want {
			t.Errorf("%q against %q: got %v, want %v", pat, s, got, want)
		}
	})
}

func slowMatch(chars []char, s []rune) bool {
	switch {
	case len(chars) == 0:
		return len(s) == 0
	case chars[0].isStar():
		return slowMatch(chars[1:], s) || (len(s) > 0 && slowMatch(chars, s[1:]))
	default:
		return len(s) > 0 && chars[0].accepts(s[0]) && slowMatch(chars[1:], s[1:])
	}
}
