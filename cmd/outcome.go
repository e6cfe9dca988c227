package cmd

import (
	"errors"
	"fmt"
	"strings"

	"github.com/musterhq/muster/fleet"
)

// outcome is what came of one target of a command, as JSON tells it; docs/reference/json.md says when each is used.
type outcome string

const (
	outcomeDone    outcome = "done"
	outcomeAlready outcome = "already"
	outcomeFailed  outcome = "failed"
	outcomeNotSent outcome = "not-sent"
	outcomeUnknown outcome = "unknown"
)

// outcomes returns all of them, in the order in which a summary counts them.
func outcomes() []outcome {
	return []outcome{outcomeDone, outcomeAlready, outcomeFailed, outcomeUnknown, outcomeNotSent}
}

func outcomeOf(err error, already bool) outcome {
	_, doubt := errors.AsType[*fleet.DoubtError](err)
	_, unsent := errors.AsType[*fleet.NotSentError](err)
	switch {
	case doubt:
		return outcomeUnknown
	case unsent:
		return outcomeNotSent
	case err != nil:
		return outcomeFailed
	case already:
		return outcomeAlready
	default:
		return outcomeDone
	}
}

// outcomeCell is the column RESULT.
func outcomeCell(o outcome, why string) cell {
	switch o {
	case outcomeFailed, outcomeUnknown:
		return cell{string(o) + ": " + why, red}
	case outcomeNotSent:
		return cell{why, yellow}
	case outcomeAlready:
		return cell{"already there", dim}
	default:
		return cell{string(o), green}
	}
}

// noteBroken counts the outcomes of a command that an error ended before its end.
func (env *Env) noteBroken(verb string, results []outcome) {
	counts := map[outcome]int{}
	for _, o := range results {
		counts[o]++
	}
	var parts []string
	for _, o := range outcomes() {
		if counts[o] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[o], strings.ReplaceAll(string(o), "-", " ")))
		}
	}
	env.notef("%s: %s", verb, strings.Join(parts, ", "))
}

func mapped[A, B any](in []A, f func(A) B) []B {
	out := make([]B, 0, len(in))
	for _, a := range in {
		out = append(out, f(a))
	}
	return out
}
