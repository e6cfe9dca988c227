package node

// grepFile is the search of one input.
type grepFile struct {
	*grepper
	name   string
	in     *lines
	left   int // matches that are still wanted; negative: all
	number int // of the line
	count  int
	held   []heldLine // context that comes before the next match
	since  int        // lines of context still to print
	last   int        // number of the last line printed
	binary bool
}

type heldLine struct {
	number int
	text   string
}

// search reads the lines.
func (s *grepFile) search() {
	invert := s.opts.has("v")
	for s.left != 0 {
		line, ok := s.in.next()
		if !ok {
			return
		}
		s.number++
		if !s.opts.has("a") && isBinaryText(line) {
			s.binary = true
		}
		if s.re.Match(line) != invert {
			s.count++
			s.left--
			s.found = true
			if s.hit(string(line)) {
				return
			}
			continue
		}
		s.context(string(line))
	}
	for s.since > 0 && s.quietly() == "" && !s.binary { // -m still shows what comes after
		line, ok := s.in.next()
		if !ok || s.re.Match(line) != invert {
			return
		}
		s.number++
		s.context(string(line))
	}
}

// quietly is the option for which no line is printed, "" if there is none.
func (s *grepFile) quietly() string {
	for _, letter := range [...]string{"q", "l", "L", "c"} {
		if s.opts.has(letter) {
			return letter
		}
	}
	return ""
}

// hit is a line that is selected. It reports whether nothing more is to be
// known of the file.
func (s *grepFile) hit(line string) (done bool) {
	switch s.quietly() {
	case "c":
		return false
	case "":
	default:
		return true
	}
	if s.binary {
		s.printf("grep: %s: binary file matches\n", s.name)
		return true
	}
	for _, h := range s.held {
		s.line(h.number, "-", h.text)
	}
	s.held, s.since = s.held[:0], s.after
	if s.opts.has("o") {
		s.matches(line)
		return false
	}
	s.line(s.number, ":", line)
	return false
}

// context is a line that is not selected.
func (s *grepFile) context(line string) {
	switch {
	case s.quietly() != "" || s.binary || s.opts.has("o"):
	case s.since > 0:
		s.since--
		s.line(s.number, "-", line)
	case s.before > 0:
		if len(s.held) == s.before {
			s.held = s.held[1:]
		}
		s.held = append(s.held, heldLine{s.number, line})
	}
}

// line prints one line with what goes before it.
func (s *grepFile) line(number int, mark, text string) {
	if s.printed && (s.after > 0 || s.before > 0) && number != s.last+1 {
		s.printf("--\n")
	}
	s.printed, s.last = true, number
	s.prefix(number, mark)
	s.printf("%s\n", text)
}

func (s *grepFile) prefix(number int, mark string) {
	if s.names {
		s.printf("%s%s", s.name, mark)
	}
	if s.opts.has("n") {
		s.printf("%d%s", number, mark)
	}
}

// matches prints the parts of a line that match.
func (s *grepFile) matches(line string) {
	if s.opts.has("v") {
		return
	}
	if s.group == 0 {
		for _, m := range s.re.FindAllStringIndex(line, -1) {
			s.match(line[m[0]:m[1]])
		}
		return
	}
	re, from := s.re, 0
	for {
		m := re.FindStringSubmatchIndex(line[from:])
		if m == nil {
			return
		}
		s.match(line[from+m[2] : from+m[3]])
		_, size := decodeRune(line[from+m[3]:])
		if m[3] > m[2] {
			_, back := lastRune(line[:from+m[3]])
			size = -back
		}
		if from += m[3] + size; from >= len(line) || size == 0 {
			return
		}
		re = s.later
	}
}

func (s *grepFile) match(text string) {
	if text != "" {
		s.prefix(s.number, ":")
		s.printf("%s\n", text)
	}
}

// report prints what is said of a whole file.
func (s *grepFile) report() {
	switch s.quietly() {
	case "c":
		s.prefixName()
		s.printf("%d\n", s.count)
	case "l":
		if s.count > 0 {
			s.printf("%s\n", s.name)
		}
	case "L":
		if s.count == 0 {
			s.printf("%s\n", s.name)
		}
	}
}

func (s *grepFile) prefixName() {
	if s.names {
		s.printf("%s:", s.name)
	}
}
