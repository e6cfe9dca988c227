package documents

import "strings"

// Turn is what becomes of a step when its turn has come.
type Turn string

// The turns of a step.
const (
	// Ran: the plugin was started.
	Ran Turn = "ran"
	// Skipped: its precondition does not hold, the platform has no such plugin, or an
	// earlier step ended the document. It counts as a success.
	Skipped Turn = "skipped"
	// Refused: the agent does not understand the step, which counts as failed.
	Refused Turn = "refused"
)

// Passed is one step of a walk.
type Passed struct {
	Step Step
	Turn Turn
	// OK says whether the step counts as a success: Skipped does, and what ran and ended
	// with 0, 168, or with onFailure: successAndExit.
	OK bool
}

// Exit codes that end a document: 168 as a success, 169 as a failure.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/document-exit-codes.html
const (
	ExitSuccess = 168
	ExitFailure = 169
)

// Walk goes through filled steps as the agent on a node of a platform (Linux, MacOS or
// Windows) does. run carries a step out and returns its exit code. A failed step does not
// end the document, unless it says so.
func (d Document) Walk(steps []Step, platform string, run func(Step) int) []Passed {
	var passed []Passed
	over := false
	for n, s := range steps {
		p := Passed{Step: s, Turn: Ran}
		switch last := n == len(steps)-1; {
		case over && !(last && s.Finally()):
			p.Turn = Skipped
		default:
			p.Turn = d.turn(s, platform)
		}
		p.OK = p.Turn == Skipped
		if p.Turn == Ran {
			var ends bool
			p.OK, ends = s.ended(run(s))
			over = over || ends
		}
		if p.Turn == Refused {
			over = over || s.OnFailure() == "exit"
		}
		passed = append(passed, p)
	}
	return passed
}

// ended reads an exit code: whether the step succeeded, and whether the document ends.
func (s Step) ended(code int) (ok, ends bool) {
	switch {
	case code == 0:
		return true, s.OnSuccess() == "exit"
	case code == ExitSuccess:
		return true, true
	case code == ExitFailure:
		return false, true
	case s.OnFailure() == "successAndExit":
		return true, true
	}
	return false, s.OnFailure() == "exit"
}

// turn says what the agent does with a step that is not passed over.
func (d Document) turn(s Step, platform string) Turn {
	plugin := s.Action != "aws:runShellScript" || platform != "Windows"
	if d.SchemaVersion != "2.2" {
		if !plugin || len(s.Precondition) > 0 {
			return Refused
		}
		return Ran
	}
	holds, understood := s.condition(platform)
	switch {
	case !plugin, !holds:
		return Skipped
	case !understood:
		return Refused
	}
	return Ran
}

// condition evaluates the precondition, and says whether the agent understands it.
func (s Step) condition(platform string) (holds, understood bool) {
	written, filled := s.Precondition["StringEquals"], s.Compared
	if len(written) != 2 || len(filled) != 2 {
		return true, len(s.Precondition) == 0
	}
	for side, other := range []int{1, 0} {
		if written[side] == "platformType" && written[other] != "platformType" {
			plain := strings.EqualFold(written[other], filled[other])
			return !plain || strings.EqualFold(written[other], platform), plain
		}
	}
	literal := written[0] == filled[0] && written[1] == filled[1]
	if written[0] == written[1] || literal || strings.Contains(written[0]+written[1], "{{ssm") {
		return true, false
	}
	return filled[0] == filled[1], true
}
