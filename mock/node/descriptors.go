package node

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"

	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// descriptor is an open file that a script has given a number above 2.
type descriptor struct {
	w io.Writer
	r *os.File
}

// maxDescriptors bounds how many a script may have.
const maxDescriptors = 256

// openDescriptor opens, copies or closes a descriptor: $1 is its number, $2 the
// operator, $3 the file or the other number.
func (s *shell) openDescriptor(c *call) int {
	fd, op, name := number(c.args[0]), c.args[1], strings.Join(c.args[2:], " ")
	if fd >= maxDescriptors {
		c.shellErrorf("%d: Bad file descriptor", fd)
		return 1
	}
	if s.p.descriptors == nil {
		s.p.descriptors = make(map[int]*descriptor)
	}
	if name == "-" && strings.HasSuffix(op, "&") {
		delete(s.p.descriptors, fd)
		return c.status // of the command that it stands behind
	}
	d := new(descriptor)
	switch op {
	case ">&", "<&":
		if d = s.descriptor(c, name); d == nil {
			c.shellErrorf("%s: Bad file descriptor", name)
			return 1
		}
	default:
		flag := map[string]int{">": os.O_WRONLY, ">|": os.O_WRONLY, ">>": os.O_WRONLY | os.O_APPEND}[op]
		f, err := s.p.open(c.path(name), interp.HandlerContext{Stdin: c.stdin, Stdout: c.stdout, Stderr: c.stderr}, flag, 0o666)
		if err != nil {
			c.shellErrorf("%s: %s", name, strerror(err))
			return 1
		}
		if d.r, _ = f.(*os.File); d.r == nil {
			d.w = f
		}
	}
	s.p.descriptors[fd] = d
	return 0
}

// descriptor is what a number stands for; nil if it is not open.
func (s *shell) descriptor(c *call, name string) *descriptor {
	switch name {
	case "0":
		in, _ := c.stdin.(*os.File)
		return &descriptor{r: in}
	case "1":
		return &descriptor{w: c.stdout}
	case "2":
		return &descriptor{w: c.stderr}
	}
	return s.p.descriptors[number(name)]
}

// openNumbered opens the file that stands for a descriptor in a redirection. Of
// one to read from all that is left is taken: only read leaves what it does not
// need.
func (s *shell) openNumbered(hc interp.HandlerContext, fd string, flag int) (io.ReadWriteCloser, error) {
	d := s.p.descriptors[number(fd)]
	switch {
	case fd == sinkName && len(s.sinks) > 0:
		return &handle{w: s.sinks[len(s.sinks)-1]}, nil
	case d == nil || flag&os.O_WRONLY != 0 && d.w == nil || flag&os.O_WRONLY == 0 && d.r == nil:
		return nil, s.openError(fd, errBadFile)
	case flag&os.O_WRONLY != 0:
		return &handle{w: plainWriter(d.w)}, nil
	}
	data, err := s.p.slurp(d.r)
	if err != nil {
		return nil, err
	}
	return s.p.pipeInput(data)
}

// sink is >( ) behind exec: what the script prints from then on. tee gets it at
// once; any other command when the shell ends.
type sink struct {
	call *call
	text string
	tee  io.Writer
	buf  bytes.Buffer
}

// sinkName is the number of the last sink among the hidden files.
const sinkName = "sink"

// Write takes what is printed.
func (k *sink) Write(data []byte) (int, error) {
	if k.tee != nil {
		return k.tee.Write(data)
	}
	if k.buf.Len()+len(data) > pipeBytes {
		k.call.stop(fmt.Errorf("process substitution: %w", ErrOutput))
		return 0, errBrokePipe
	}
	return k.buf.Write(data)
}

// openSink begins a sink for the command that is its argument.
func (s *shell) openSink(c *call) int {
	k := &sink{call: c, text: c.args[0]}
	if words := strings.Fields(k.text); words[0] == "tee" && !strings.ContainsAny(k.text, "|&;<>()$`'\"*?[") {
		writers := []io.Writer{c.stdout}
		appending := false
		for _, w := range words[1:] {
			if w == "-a" {
				appending = true
				continue
			}
			f, err := c.openOutput(w, appending)
			if err != nil {
				fmt.Fprintf(c.stderr, "tee: %s: %s\n", w, strerror(err))
				continue
			}
			writers = append(writers, f)
		}
		k.tee = io.MultiWriter(writers...)
	}
	s.sinks = append(s.sinks, k)
	return 0
}

// closeSinks runs the commands of the sinks.
func (s *shell) closeSinks() {
	for _, k := range s.sinks {
		if k.tee != nil || s.p.ended != nil {
			continue
		}
		child := *k.call
		in, err := s.p.pipeInput(k.buf.Bytes())
		if err != nil {
			return
		}
		child.stdin = in
		child.runShell(s.name, k.text, s.posix, nil, nil)
	}
	s.sinks = nil
}

// descriptors takes the redirections of numbers above 2 out of a statement: they
// become hidden commands before it. A descriptor that is opened for one command
// stays open behind it, which bash closes.
func (r *rewriter) descriptors(s *syntax.Stmt) {
	var before, after []*syntax.Stmt
	var rest []*syntax.Redirect
	for _, rd := range s.Redirs {
		closes := rd.Word != nil && rd.Word.Lit() == "-"
		if st, keep := r.numbered(s, rd); st != nil {
			if closes {
				after = append(after, st...)
				continue
			}
			before = append(before, st...)
		} else if keep {
			rest = append(rest, rd)
		}
	}
	if len(before)+len(after) == 0 {
		s.Redirs = rest
		return
	}
	r.changed = true
	inner := &syntax.Stmt{Position: s.Position, Cmd: s.Cmd, Redirs: rest}
	block := before
	if call, ok := s.Cmd.(*syntax.CallExpr); len(rest) > 0 || !ok || len(call.Args) != 1 || call.Args[0].Lit() != "exec" {
		if s.Cmd != nil || len(rest) > 0 {
			block = append(block, inner)
		}
	}
	s.Cmd, s.Redirs = &syntax.Block{Stmts: append(block, after...)}, nil
}

// numbered turns one redirection: into commands, or into one that names a hidden
// file. keep is false for one that is dropped.
func (r *rewriter) numbered(s *syntax.Stmt, rd *syntax.Redirect) (before []*syntax.Stmt, keep bool) {
	fd := ""
	if rd.N != nil {
		fd = rd.N.Value
	}
	if strings.HasPrefix(fd, "{") {
		r.refuse(rd.Pos().Line(), fd+rd.Op.String())
		return nil, false
	}
	if number(fd) > 2 {
		return r.openNumber(rd, fd)
	}
	if ps := sinkOf(s, rd); ps != nil {
		var text strings.Builder
		for _, st := range ps.Stmts {
			syntax.NewPrinter().Print(&text, st)
			text.WriteString("\n")
		}
		rd.Word = literal(hiddenFiles + "fd-" + sinkName)
		quoted := &syntax.Word{Parts: []syntax.WordPart{&syntax.SglQuoted{Value: text.String()}}}
		return []*syntax.Stmt{command(hiddenSink, quoted), {Position: s.Position, Cmd: s.Cmd, Redirs: []*syntax.Redirect{rd}}}, false
	}
	if rd.Op != syntax.DplOut && rd.Op != syntax.DplIn {
		return nil, true
	}
	if word := rd.Word.Lit(); word == "" || number(word) > 2 {
		r.changed = true
		if call, ok := s.Cmd.(*syntax.CallExpr); ok && rd.Op == syntax.DplIn && len(call.Args) > 0 && call.Args[0].Lit() == "read" {
			call.Args = append([]*syntax.Word{call.Args[0], literal("-u"), rd.Word}, call.Args[1:]...)
			return nil, false
		}
		rd.Op = map[syntax.RedirOperator]syntax.RedirOperator{syntax.DplOut: syntax.RdrOut, syntax.DplIn: syntax.RdrIn}[rd.Op]
		rd.Word = &syntax.Word{Parts: append([]syntax.WordPart{&syntax.Lit{Value: hiddenFiles + "fd-"}}, rd.Word.Parts...)}
	}
	return nil, true
}

// openNumber is a redirection of a number above 2.
func (r *rewriter) openNumber(rd *syntax.Redirect, fd string) (before []*syntax.Stmt, keep bool) {
	switch rd.Op {
	case syntax.RdrOut, syntax.AppOut, syntax.RdrIn, syntax.DplOut, syntax.DplIn, syntax.RdrClob:
		word := rd.Word
		if rd.Hdoc != nil || word == nil {
			break
		}
		operator := &syntax.Word{Parts: []syntax.WordPart{&syntax.SglQuoted{Value: rd.Op.String()}}}
		r.markKind(markLine, word, rd.Pos())
		return []*syntax.Stmt{command(hiddenDescriptor, literal(fd), operator, word)}, false
	}
	r.refuse(rd.Pos().Line(), fd+rd.Op.String())
	return nil, false
}

// sinkOf is the >( ) that exec redirects its output to.
func sinkOf(s *syntax.Stmt, rd *syntax.Redirect) *syntax.ProcSubst {
	call, ok := s.Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) != 1 || call.Args[0].Lit() != "exec" || rd.Op != syntax.RdrOut && rd.Op != syntax.AppOut && rd.Op != syntax.RdrAll {
		return nil
	}
	if rd.Word == nil || len(rd.Word.Parts) != 1 {
		return nil
	}
	ps, ok := rd.Word.Parts[0].(*syntax.ProcSubst)
	if !ok || ps.Op != syntax.CmdOut || len(ps.Stmts) == 0 {
		return nil
	}
	return ps
}
