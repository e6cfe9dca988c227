package node

import "testing"

func TestRegexesAreTranslated(t *testing.T) {
	for _, c := range []struct {
		pattern, want string
		extended      bool
	}{
		{`a*b`, `a*b`, false},
		{`*a+`, `\*a\+`, false},
		{`\(a\|b\)\{2,3\}`, `(a|b){2,3}`, false},
		{`^a$b$`, `^a\$b$`, false},
		{`a**`, `(?:a*)*`, false},
		{`[]a-c-]`, `[\x{5d}\x{61}-\x{63}\x{2d}]`, false},
		{`(a|b)+c?{`, `(a|b)+c?\{`, true},
		{`a{,3}`, `a{0,3}`, true},
	} {
		got, err := translateRegex(c.pattern, regexFlavour{extended: c.extended})
		if err != nil || got != c.want {
			t.Errorf("%s became %s, %v; want %s", c.pattern, got, err, c.want)
		}
	}
}

// FuzzRegex checks that what is translated also compiles, or is refused.
func FuzzRegex(f *testing.F) {
	for _, seed := range []string{`a\{1,2\}*`, `\(^a\|b$\)`, `[[:alpha:]_-]\+`, `(a|b)*{2}`, `\<a[^]]\>`, `[a-`, `\`, `a{99999}`, `((a{9}){9}){9}`, "\xff[\xff-\xfe]"} {
		f.Add(seed, true, false)
		f.Add(seed, false, true)
	}
	f.Fuzz(func(t *testing.T, pattern string, extended, sed bool) {
		flavour := regexFlavour{extended: extended, sed: sed}
		if _, err := translateRegex(pattern, flavour); err != nil {
			return
		}
		if re, err := compileRegex(pattern, flavour); err == nil {
			re.MatchString(pattern)
		} else if err != errRegexSize && err != errRegexText && err != errRegexRange {
			t.Errorf("%q: %v", pattern, err)
		}
	})
}
