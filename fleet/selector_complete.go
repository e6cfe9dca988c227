package fleet

import "strings"

// Complete returns how the beginning of a selector, as it is typed at a shell, may go on: whole words that begin with it. It
// knows the keys, the values of those that have only a few, and the saved selectors with these names; not tags or names of
// machines, which would have to be asked for. What ends in = wants a value.
func Complete(typed string, saved []string) []string {
	at := strings.LastIndexAny(typed, ",( ") + 1
	before, term := typed[:at], typed[at:]
	var words []string
	add := func(word string) {
		if strings.HasPrefix(word, term) && word != term {
			words = append(words, before+word)
		}
	}
	key, _, hasKey := strings.Cut(term, "=")
	if hasKey {
		sign := "="
		key, negated := strings.CutSuffix(key, "!")
		if negated {
			sign = "!="
		}
		known, _ := findKey(key)
		for _, value := range known.values {
			add(key + sign + value)
		}
		return words
	}
	if before == "" {
		add("all")
	}
	for _, key := range selectorKeys {
		add(key.name + "=")
	}
	add("tag:")
	for _, name := range saved {
		add("@" + name)
	}
	return words
}
