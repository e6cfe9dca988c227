package node

import "strings"

// substitution reads the rest of s.
func (p *sedParser) substitution() (*sedSubst, *sedFault) {
	end := p.next()
	pattern, ok := p.delimited(end, true)
	var replacement string
	if ok {
		replacement, ok = p.delimited(end, false)
	}
	if !ok {
		return nil, p.wrong("unterminated `s' command")
	}
	s := &sedSubst{}
	flavour := regexFlavour{extended: p.extended, sed: true}
	f := p.substFlags(s, &flavour)
	if f != nil {
		return nil, f
	}
	if s.re, f = p.regex(pattern, flavour); f != nil {
		return nil, f
	}
	s.parts, f = p.replacement(replacement)
	for _, part := range s.parts {
		if s.re != nil && part.group > s.re.NumSubexp() {
			return nil, p.wrong("invalid reference \\%d on `s' command's RHS", part.group)
		}
	}
	return s, f
}

func (p *sedParser) substFlags(s *sedSubst, flavour *regexFlavour) *sedFault {
	for {
		switch c := p.peek(); {
		case c == 'g' && s.all, c == 'p' && s.print:
			p.at++
			return p.wrong("multiple `%c' options to `s' command", c)
		case c == 'g':
			s.all = true
		case c == 'p':
			s.print = true
		case c == 'i' || c == 'I':
			flavour.fold = true
		case isDigit(c):
			if s.number > 0 {
				return p.wrong("multiple number options to `s' command")
			}
			if s.number = p.number(); s.number == 0 {
				return p.wrong("number option to `s' command may not be zero")
			}
			continue
		case c == 'w' || c == 'e' || c == 'm' || c == 'M':
			p.at++
			return p.wrong("the option `%c' of `s' is not simulated", c)
		case c == 0 || strings.IndexByte("\n; \t}#", c) >= 0:
			return nil
		default:
			p.at++
			return p.wrong("unknown option to `s'")
		}
		p.at++
	}
}

// replacement splits the right side of s.
func (p *sedParser) replacement(text string) ([]sedPart, *sedFault) {
	var parts []sedPart
	var b strings.Builder
	group := func(n int) {
		parts = append(parts, sedPart{b.String(), -1}, sedPart{"", n})
		b.Reset()
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '&' {
			group(0)
			continue
		}
		if c != '\\' || i+1 == len(text) {
			b.WriteByte(c)
			continue
		}
		i++
		switch c = text[i]; {
		case isDigit(c):
			group(int(c - '0'))
		case regexEscapes[c] != "":
			b.WriteString(regexEscapes[c])
		case strings.IndexByte("ULEulcdox", c) >= 0:
			return nil, p.wrong("\\%c in a replacement is not simulated", c)
		default:
			b.WriteByte(c)
		}
	}
	return append(parts, sedPart{b.String(), -1}), nil
}

// table reads the rest of y.
func (p *sedParser) table() (map[rune]rune, *sedFault) {
	end := p.next()
	from, ok := p.delimited(end, false)
	var to string
	if ok {
		to, ok = p.delimited(end, false)
	}
	if !ok {
		return nil, p.wrong("unterminated `y' command")
	}
	a, b := []rune(unescapeY(from)), []rune(unescapeY(to))
	if len(a) != len(b) {
		return nil, p.wrong("strings for `y' command are different lengths")
	}
	table := make(map[rune]rune, len(a))
	for i, r := range a {
		if _, dup := table[r]; !dup {
			table[r] = b[i]
		}
	}
	return table, nil
}

func unescapeY(s string) string {
	return strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\t`, "\t").Replace(s)
}
