package node

import (
	"fmt"
	"time"
)

// hiddenCommand returns the command that rewriting put in under a name, nil if
// the name is not one of them.
func hiddenCommand(name string) func(*shell, *call) int {
	switch name {
	case hiddenStep:
		return func(_ *shell, c *call) int { return c.status } // counted by onCall
	case hiddenRound:
		return func(*shell, *call) int { return 0 }
	case hiddenStatus:
		return func(_ *shell, c *call) int { return number(c.args[0]) }
	case hiddenStage:
		return (*shell).endStage
	case hiddenPipeline:
		return (*shell).endPipeline
	case hiddenJob:
		return func(s *shell, c *call) int { s.p.endJob(number(c.args[0])); return 0 }
	case hiddenName:
		return (*shell).endSub
	case hiddenTime:
		return func(s *shell, _ *call) int { s.p.timers = append(s.p.timers, s.p.now); return 0 }
	case hiddenTimed:
		return (*shell).endTime
	case hiddenRef:
		return (*shell).refer
	case hiddenPut:
		return func(_ *shell, c *call) int { return put(c) }
	case hiddenFuncs:
		return (*shell).queryFunctions
	case hiddenTold:
		return func(s *shell, _ *call) int { s.told = s.commands; return 0 }
	case hiddenSink:
		return (*shell).openSink
	case hiddenDescriptor:
		return (*shell).openDescriptor
	case hiddenAssign:
		return (*shell).assignSpecial
	}
	return nil
}

// endTime prints what time prints. Nothing uses a processor here.
func (s *shell) endTime(c *call) int {
	n := len(s.p.timers)
	if n == 0 {
		return number(c.args[0])
	}
	took := s.p.now - s.p.timers[n-1]
	s.p.timers = s.p.timers[:n-1]
	if len(c.args) > 1 {
		fmt.Fprintf(c.stderr, "real %.2f\nuser 0.00\nsys 0.00\n", took.Seconds())
	} else {
		minutes := took.Truncate(time.Minute)
		fmt.Fprintf(c.stderr, "\nreal\t%dm%.3fs\nuser\t0m0.000s\nsys\t0m0.000s\n", int(minutes.Minutes()), (took - minutes).Seconds())
	}
	return number(c.args[0])
}

// assignSpecial acts upon RANDOM=n and SECONDS=n.
func (s *shell) assignSpecial(c *call) int {
	value := number(c.args[1])
	switch c.args[0] {
	case "RANDOM":
		s.p.random = uint64(value)
	case "SECONDS":
		s.p.seconds = s.p.now - time.Duration(value)*time.Second
	}
	return 0
}
