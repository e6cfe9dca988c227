package awk

import (
	"bufio"
	"io"
	"strings"
)

// maxRecord is how long a record may be that is read.
const maxRecord = MaxString

// reader reads the records of one input.
type reader struct {
	buf    *bufio.Reader
	rest   string // of the input, once a regular expression parts records
	taken  bool   // rest is in use
	status int    // of the command whose output it is
}

func newReader(in io.Reader) *reader { return &reader{buf: bufio.NewReaderSize(in, 4096)} }

// read returns the next record as RS parts them, and what ended it.
func (rd *reader) read(r *run) (record, end string, ok bool) {
	switch rs := r.special(slotRS); {
	case rd.taken, len(rs) > 1:
		return rd.readRegex(r, rs)
	case rs == "":
		return rd.readParagraph(r)
	default:
		record, ok, cut := rd.readUpTo(r, rs[0])
		if cut {
			rs = ""
		}
		return record, rs, ok
	}
}

// readUpTo reads up to a byte. cut says that the input ended without it.
func (rd *reader) readUpTo(r *run, end byte) (record string, ok, cut bool) {
	var long []byte
	for {
		part, err := rd.buf.ReadSlice(end)
		if !r.tick(1+len(part)/32) || len(long) > maxRecord {
			r.full()
			return "", false, false
		}
		switch {
		case err == nil && long == nil:
			return string(part[:len(part)-1]), true, false
		case err == nil:
			long = append(long, part...)
			return string(long[:len(long)-1]), true, false
		}
		long = append(long, part...)
		if err != bufio.ErrBufferFull {
			return string(long), len(long) > 0, true
		}
	}
}

// readParagraph reads lines up to an empty one.
func (rd *reader) readParagraph(r *run) (record, end string, ok bool) {
	var lines []string
	size := 0
	for {
		line, more, _ := rd.readUpTo(r, '\n')
		switch {
		case !more:
			return strings.Join(lines, "\n"), "\n", len(lines) > 0
		case line != "":
			lines = append(lines, line)
			if size += len(line); size > maxRecord {
				r.full()
			}
		case len(lines) > 0:
			return strings.Join(lines, "\n"), "\n\n", true
		}
	}
}

// readRegex parts the whole input by a regular expression.
func (rd *reader) readRegex(r *run, rs string) (record, end string, ok bool) {
	if !rd.taken {
		data, _ := io.ReadAll(io.LimitReader(rd.buf, MaxBytes))
		rd.rest, rd.taken = string(data), true
		r.tick(len(data) / 32)
	}
	if rd.rest == "" || r.over {
		return "", "", false
	}
	re := r.regex(separatorRegex(rs))
	if re == nil {
		return "", "", false
	}
	m := re.FindStringIndex(rd.rest)
	if m == nil || m[1] == m[0] {
		r.tick(len(rd.rest) / 16)
		record, rd.rest = rd.rest, ""
		return strings.TrimSuffix(record, "\n"), "", true
	}
	r.tick(1 + re.cost*m[1]/32)
	record, end, rd.rest = rd.rest[:m[0]], rd.rest[m[0]:m[1]], rd.rest[m[1]:]
	return record, end, true
}

// source is the program's own input: the files and assignments of ARGV, or the
// standard input if there are no files.
type source struct {
	arg     int
	current *reader
	named   bool // a file was among the arguments
	done    bool
}

// skip goes on to the next file.
func (s *source) skip() { s.current = nil }

// take returns the next record of the program's own input.
func (r *run) take() (record string, ok bool) {
	for !r.over {
		if r.in.current == nil && !r.openNext() {
			return "", false
		}
		record, end, ok := r.in.current.read(r)
		if ok {
			r.globals[slotRT].value = text(end)
			for _, slot := range [...]int{slotNR, slotFNR} {
				r.globals[slot].value = number(r.globals[slot].value.toNumber() + 1)
			}
			return record, true
		}
		r.in.skip()
	}
	return "", false
}

func (r *run) nextRecord() bool {
	record, ok := r.take()
	if ok {
		r.setRecord(record)
	}
	return ok
}

// openNext opens the next file of the arguments.
func (r *run) openNext() bool {
	argv := r.globals[slotARGV].asArray(r, "ARGV")
	for r.in.arg++; float64(r.in.arg) < r.globals[slotARGC].value.toNumber() && r.tick(1); r.in.arg++ {
		e := argv.elements[numberText(float64(r.in.arg), "")]
		if e == nil {
			continue
		}
		arg := r.text(e.value)
		if name, v, ok := strings.Cut(arg, "="); ok && isName(name) {
			r.assignText(name, v)
			continue
		}
		if arg == "" {
			continue
		}
		r.in.named = true
		if r.openFile(arg) {
			return true
		}
	}
	if r.in.named || r.in.done || r.over {
		return false
	}
	r.in.done = true
	return r.openFile("-")
}

func isName(s string) bool {
	for i := range len(s) {
		if !isLetter(s[i]) && (i == 0 || !isDigit(s[i])) {
			return false
		}
	}
	return s != ""
}

// openFile makes a file the program's input. A directory is passed over with a
// warning; any other fault ends the program.
func (r *run) openFile(name string) bool {
	in, err := r.open(name)
	switch {
	case err != nil && err.Error() == directory:
		r.warn("command line argument `%s' is a directory: skipped", name)
		return false
	case err != nil:
		r.line = max(1, r.line)
		r.fail("cannot open file `%s' for reading: %s", name, err.Error())
		return false
	}
	if name != "-" {
		r.globals[slotFILENAME].value = text(name)
	}
	r.globals[slotFNR].value = number(0)
	r.in.current = newReader(in)
	return true
}

// directory is how Open says that a file is a directory.
const directory = "Is a directory"

func (r *run) open(name string) (io.Reader, error) {
	if name == "-" || name == "/dev/stdin" {
		if r.Stdin == nil {
			return strings.NewReader(""), nil
		}
		return r.Stdin, nil
	}
	return r.Open(name)
}

// getlineExpr is getline in all its forms.
type getlineExpr struct {
	target place // nil: the record
	from   expr  // a file, or a command if pipe; nil: the program's own input
	pipe   bool
}

func (e *getlineExpr) eval(r *run) value {
	r.tick(2)
	record, status := e.next(r)
	if status <= 0 {
		return number(status)
	}
	if e.target != nil {
		e.target.set(r, input(record))
	} else {
		r.setRecord(record)
	}
	return number(1)
}

// next reads a record: 1, 0 at the end, -1 if there is nothing to read from.
func (e *getlineExpr) next(r *run) (record string, status float64) {
	if e.from == nil {
		record, ok := r.take()
		return record, truth(ok).number
	}
	rd := r.streams.reader(r, r.text(e.from.eval(r)), e.pipe)
	if rd == nil {
		return "", -1
	}
	record, _, ok := rd.read(r)
	if ok && e.pipe {
		r.globals[slotNR].value = number(r.globals[slotNR].value.toNumber() + 1)
	}
	return record, truth(ok).number
}
