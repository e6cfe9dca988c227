package node

import "strings"

// maxSpace is how many bytes the pattern space of sed may hold once a command
// has made it longer. It bounds the mock's work and memory.
const maxSpace = 1 << 20

// cycle runs the program once. It reports whether the pattern space is printed
// at its end.
func (s *sedRun) cycle() (print bool) {
	for i := 0; i < len(s.program); i++ {
		c := &s.program[i]
		if i%16 == 15 && !s.work(1) {
			s.quit = true
			return false
		}
		if c.name == '}' {
			continue
		}
		if s.selected(c) == c.not {
			if c.name == '{' {
				i = c.jump
			}
			continue
		}
		if done, print := s.run(c); done {
			return print
		}
	}
	return true
}

// run runs one command. done ends the cycle.
func (s *sedRun) run(c *sedCommand) (done, print bool) {
	switch c.name {
	case '=':
		s.print(itoa(s.number), false)
	case 'a':
		s.appends = append(s.appends, c.text)
	case 'c':
		if c.to.kind == 0 || c.not || !c.inside {
			s.print(strings.TrimSuffix(c.text, "\n"), false)
		}
		return true, false
	case 'd':
		return true, false
	case 'i':
		s.print(strings.TrimSuffix(c.text, "\n"), false)
	case 'n', 'N':
		return s.nextLine(c.name == 'N')
	case 'p':
		s.print(s.space, s.cut)
	case 'q':
		s.quit, s.status = true, c.code
		return true, true
	case 's':
		s.substitute(c.subst)
	case 'y':
		s.space = strings.Map(func(r rune) rune {
			if to, ok := c.table[r]; ok {
				return to
			}
			return r
		}, s.space)
	}
	return false, false
}

// nextLine is n and N. Without a next line GNU sed prints the pattern space and
// ends.
func (s *sedRun) nextLine(join bool) (done, print bool) {
	if s.isLast() {
		s.quit = len(s.names) == 0 || !s.separate
		return true, true
	}
	if !join && !s.quiet {
		s.print(s.space, s.cut)
	}
	s.flushAppends()
	line, ok := s.read()
	if !ok {
		s.quit = true
		return true, false
	}
	if join {
		line = s.space + "\n" + line
	}
	if s.space = line; len(s.space) > maxSpace {
		s.stop(ErrMemory)
		s.quit = true
	}
	return s.quit, false
}

// selected says whether the addresses of a command choose the current line.
func (s *sedRun) selected(c *sedCommand) bool {
	switch {
	case c.from.kind == 0:
		return true
	case c.to.kind == 0:
		return s.matches(c.from)
	case c.inside:
		return s.continues(c)
	case c.from.kind == 'n' && c.from.n == 0 && s.number == 1:
		c.inside = !s.matches(c.to) // 0,/re/ may end at the first line
		return true
	case !s.matches(c.from):
		return false
	}
	switch c.to.kind {
	case 'n':
		c.inside, c.end = c.to.n > s.number, c.to.n
	case '+':
		c.inside, c.end = c.to.n > 0, s.number+c.to.n
	case 'm':
		c.end = s.number
		if c.to.n > 0 {
			c.end = (s.number + c.to.n - 1) / c.to.n * c.to.n
		}
		c.inside = c.end > s.number
	case '$':
		c.inside = !s.isLast()
	default:
		c.inside = true
	}
	return true
}

// continues says whether the current line still belongs to a range that has
// begun, and ends the range where it is to end.
func (s *sedRun) continues(c *sedCommand) bool {
	switch c.to.kind {
	case 'n', '+', 'm':
		c.inside = s.number < c.end
		return s.number <= c.end || s.matches(c.from)
	case '$':
		c.inside = !s.isLast()
	default:
		c.inside = !s.matches(c.to)
	}
	return true
}

func (s *sedRun) matches(a sedAddress) bool {
	switch a.kind {
	case 'n':
		return s.number == a.n
	case '$':
		return s.isLast()
	case '~':
		return s.number >= a.n && (a.step > 0 && (s.number-a.n)%a.step == 0 || s.number == a.n)
	}
	re := s.used(a.re)
	return re != nil && re.MatchString(s.space)
}

// used remembers the expression that is used; an empty one is the one before.
func (s *sedRun) used(re *regex) *regex {
	if re != nil {
		s.last = re
	}
	if s.last == nil {
		s.errorf("-e expression #1, char 0: no previous regular expression")
		s.quit, s.status = true, 1
		return nil
	}
	s.work((re.price() - 1) * (1 + len(s.space)/1024))
	return s.last
}

// price is what a KiB of input costs.
func (re *regex) price() int {
	if re == nil {
		return 1
	}
	return re.cost
}

// substitute is s.
func (s *sedRun) substitute(sub *sedSubst) {
	re := s.used(sub.re)
	if re == nil {
		return
	}
	most := -1
	if !sub.all {
		most = max(1, sub.number)
	}
	found := re.FindAllStringSubmatchIndex(s.space, most)
	if len(found) < max(1, sub.number) {
		return
	}
	var b strings.Builder
	at := 0
	for _, m := range found[max(0, sub.number-1):] {
		b.WriteString(s.space[at:m[0]])
		for _, part := range sub.parts {
			if b.Len() > maxSpace {
				break
			}
			if part.group < 0 {
				b.WriteString(part.text)
			} else if 2*part.group < len(m) && m[2*part.group] >= 0 {
				b.WriteString(s.space[m[2*part.group]:m[2*part.group+1]])
			}
		}
		if at = m[1]; b.Len() > maxSpace {
			s.stop(ErrMemory)
			s.quit = true
			return
		}
	}
	b.WriteString(s.space[at:])
	s.space = b.String()
	s.work(len(s.space)/1024 + len(found)/64)
	if sub.print {
		s.print(s.space, s.cut)
	}
}
