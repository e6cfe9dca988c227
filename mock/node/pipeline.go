package node

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/interp"
)

// pipeline is a pipeline that runs at present: the output of the stage before,
// and that of the stage that runs. See rewriter.pipeline.
type pipeline struct {
	buf      []byte // what the running stage has written
	cut      bool   // it wrote too much and was cut
	inputCut bool   // the one before was
	broken   bool   // it has just been refused a write
	steps    int    // that the running stage has done
	statuses []string
}

// A stage is cut when it has written this much, or when it has done this many
// steps and writes again.
const (
	pipeBytes = 1 << 20
	pipeSteps = 20_000
)

// Write is a stage writing to the next.
func (pl *pipeline) Write(data []byte) (int, error) {
	if pl.cut = pl.cut || len(pl.buf)+len(data) > pipeBytes || pl.steps > pipeSteps; pl.cut {
		pl.broken = true
		return 0, errBrokePipe
	}
	pl.buf = append(pl.buf, data...)
	return len(data), nil
}

// brokenPipe says whether the command that has just run was cut.
func (p *process) brokenPipe() bool {
	for _, pl := range p.pipes {
		if pl.broken {
			pl.broken = false
			return true
		}
	}
	return false
}

// openHidden opens a file that rewriting put in.
func (s *shell) openHidden(hc interp.HandlerContext, name string, flag int) (io.ReadWriteCloser, error) {
	p := s.p
	if fd, ok := strings.CutPrefix(name, hiddenFiles+"fd-"); ok {
		return s.openNumbered(hc, fd, flag)
	}
	switch name {
	case fileFirst:
		pl := &pipeline{}
		p.pipes = append(p.pipes, pl)
		return &handle{w: pl}, nil
	case fileNext:
		return p.openNext(flag)
	case fileJob, fileJobDetached:
		p.beginJob(name == fileJobDetached)
		return p.pipeInput(nil)
	case fileSub:
		return p.beginSub(), nil
	case fileOut:
		return &diagnostics{s, plainWriter(hc.Stdout)}, nil
	case fileErr:
		return &handle{w: plainWriter(hc.Stderr)}, nil
	}
	return nil, s.openError(name, errNotExist)
}

// openNext opens the buffer between two stages, for the second to read or for
// the same one to write.
func (p *process) openNext(flag int) (io.ReadWriteCloser, error) {
	if len(p.pipes) == 0 {
		return nil, pathError("open", fileNext, errNotExist)
	}
	pl := p.pipes[len(p.pipes)-1]
	if flag&os.O_WRONLY != 0 {
		return &handle{w: pl}, nil
	}
	data := pl.buf
	pl.buf, pl.inputCut, pl.cut, pl.broken, pl.steps = nil, pl.cut, false, false, 0
	return p.pipeInput(data)
}

// endStage notes how a stage ended. One that has read all of an input that was
// cut would have gone on reading for ever.
func (s *shell) endStage(c *call) int {
	p := s.p
	if len(p.pipes) == 0 {
		return 0
	}
	pl := p.pipes[len(p.pipes)-1]
	pl.statuses = append(pl.statuses, c.args[0])
	if pl.inputCut && c.stdin != nil {
		if n, _ := c.stdin.Read(make([]byte, 1)); n == 0 {
			p.stop(fmt.Errorf("pipe of more than %d bytes or %d steps: %w", pipeBytes, pipeSteps, ErrOutput))
		}
	}
	pl.inputCut = false
	return 0
}

// endPipeline returns the status of a pipeline: that of its last stage, or with
// pipefail that of the last one that failed.
func (s *shell) endPipeline(c *call) int {
	p := s.p
	if len(p.pipes) == 0 {
		return 0
	}
	pl := p.pipes[len(p.pipes)-1]
	p.pipes = p.pipes[:len(p.pipes)-1]
	p.statuses = pl.statuses
	status := 0
	for i, st := range pl.statuses {
		if n := number(st); i == len(pl.statuses)-1 && n != 0 || n != 0 && len(c.args) > 0 {
			status = n
		}
	}
	return status
}

// number is the number that a text is, or 0.
func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// firstSub is the descriptor of the first process substitution, as in bash.
const firstSub = 63

// beginSub opens the file of a process substitution.
func (p *process) beginSub() io.ReadWriteCloser {
	name := "/dev/fd/" + strconv.Itoa(p.nextSub)
	if p.nextSub--; p.nextSub < 3 {
		p.nextSub = firstSub
	}
	if p.subs == nil {
		p.subs = make(map[string][]byte)
	}
	p.subs[name] = nil
	p.lastSub = append(p.lastSub, name)
	return &handle{w: subWriter{p, name}}
}

type subWriter struct {
	p    *process
	name string
}

func (w subWriter) Write(data []byte) (int, error) {
	if len(w.p.subs[w.name])+len(data) > pipeBytes {
		w.p.stop(fmt.Errorf("process substitution: %w", ErrOutput))
		return 0, errBrokePipe
	}
	w.p.subs[w.name] = append(w.p.subs[w.name], data...)
	return len(data), nil
}

// endSub prints the name of the last process substitution.
func (s *shell) endSub(c *call) int {
	p := s.p
	if n := len(p.lastSub); n > 0 {
		io.WriteString(c.stdout, p.lastSub[n-1])
		p.lastSub = p.lastSub[:n-1]
	}
	return 0
}

// isBrokenPipe says whether a write failed because nobody reads.
func isBrokenPipe(err error) bool { return errors.Is(err, errBrokePipe) }
