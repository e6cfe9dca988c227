package node

import (
	"bufio"
	"io"
)

// lines reads an input line by line, no further than it must, and counts what
// it reads as steps.
type lines struct {
	p    *process
	r    *bufio.Reader
	cost int  // steps that a KiB takes
	end  byte // what ends a line
	read int  // bytes since the last step
	cut  bool // the last line had no end
	err  error
}

func (p *process) lines(r io.Reader) *lines {
	return &lines{p: p, r: bufio.NewReaderSize(r, 4096), cost: 1, end: '\n'}
}

// next returns the next line without its end. ok is false when there is none,
// and when the script was stopped.
func (l *lines) next() (line []byte, ok bool) {
	for {
		part, err := l.r.ReadSlice(l.end)
		line = append(line, part...)
		if !l.count(len(part)) {
			return nil, false
		}
		if err == bufio.ErrBufferFull {
			if len(line) > DiskBytes {
				l.p.stop(ErrMemory)
				return nil, false
			}
			continue
		}
		if l.cut = err != nil; l.cut && err != io.EOF {
			l.err = err
		}
		if n := len(line); !l.cut {
			line = line[:n-1]
		}
		return line, !l.cut || len(line) > 0
	}
}

// count turns bytes, and lines however short, into steps.
func (l *lines) count(n int) bool {
	if l.read += n + 16; l.read < 1024 {
		return l.p.ended == nil
	}
	steps := l.read / 1024 * l.cost
	l.read %= 1024
	return l.p.work(steps)
}
