package awk

// flow is where a program goes after a statement.
type flow uint8

const (
	flowGo flow = iota
	flowBreak
	flowContinue
	flowNext
	flowNextFile
	flowReturn
	flowExit
)

// stmt is a statement.
type stmt interface{ exec(r *run) flow }

// action is what a simple statement does.
type action interface{ do(r *run) flow }

type (
	blockStmt  struct{ body []stmt }
	simpleStmt struct {
		line int
		do   action
	}
	ifStmt struct {
		cond        expr
		then, other stmt
	}
	loopStmt struct { // while, do and for
		first, after stmt
		cond         expr // nil: for ever
		body         stmt
		bodyFirst    bool
	}
	forInStmt struct {
		variable, array *varExpr
		body            stmt
	}
	exprAction struct{ e expr }
	jumpAction struct {
		flow  flow
		value expr
	}
	deleteAction struct {
		array *varExpr
		keys  []expr
	}
)

func (r *run) block(body []stmt) flow {
	for _, s := range body {
		if r.over {
			return flowExit
		}
		if f := s.exec(r); f != flowGo {
			return f
		}
	}
	if r.over {
		return flowExit
	}
	return flowGo
}

func (s *blockStmt) exec(r *run) flow { return r.block(s.body) }

func (s *simpleStmt) exec(r *run) flow {
	r.line = s.line
	if !r.tick(1) {
		return flowExit
	}
	f := s.do.do(r)
	if r.over || r.exiting {
		return flowExit
	}
	return f
}

func (s *ifStmt) exec(r *run) flow {
	if r.truth(s.cond) {
		return s.then.exec(r)
	}
	if s.other != nil {
		return s.other.exec(r)
	}
	return flowGo
}

func (s *loopStmt) exec(r *run) flow {
	if s.first != nil {
		s.first.exec(r)
	}
	for once := s.bodyFirst; r.tick(1) && (once || s.cond == nil || r.truth(s.cond)); once = false {
		switch f := s.body.exec(r); f {
		case flowBreak:
			return flowGo
		case flowGo, flowContinue:
		default:
			return f
		}
		if s.after != nil {
			s.after.exec(r)
		}
	}
	if r.over || r.exiting {
		return flowExit
	}
	return flowGo
}

func (s *forInStmt) exec(r *run) flow {
	array := s.array.asArray(r)
	for _, key := range array.keys(r) {
		if _, there := array.elements[key]; !there && !r.tick(1) {
			return flowExit
		}
		s.variable.set(r, input(key))
		switch f := s.body.exec(r); f {
		case flowBreak:
			return flowGo
		case flowGo, flowContinue:
		default:
			return f
		}
		if !r.tick(1) {
			return flowExit
		}
	}
	return flowGo
}

func (a exprAction) do(r *run) flow {
	a.e.eval(r)
	return flowGo
}

func (a jumpAction) do(r *run) flow {
	switch a.flow {
	case flowReturn:
		v := value{}
		if a.value != nil {
			v = a.value.eval(r)
		}
		r.returned = v
	case flowExit:
		if a.value != nil {
			r.status = int(uint8(int64(a.value.eval(r).toNumber())))
		}
		r.exiting = true
	}
	return a.flow
}

func (a deleteAction) do(r *run) flow {
	array := a.array.asArray(r)
	if a.keys == nil {
		array.clear(r)
	} else {
		array.remove(r, r.key(a.keys))
	}
	return flowGo
}
